#include <string.h>

#include "cim/error.h"
#include "cim/value.h"

/*
 * Timestamp: yyyymmddhhmmss.mmmmmmsutc, interval: ddddddddhhmmss.mmmmmm:000.  Both are 20 digits
 * with a point after the 14th, then four characters that tell them apart.
 */
enum {
    TEXT_LENGTH = 25,
    N_DIGITS = 20,
    POINT_AT = 14,
    ZONE_AT = 21,
    QUOTED_MAX = 40,
    YEAR_MAX = 9999,
    ZONE_MAX_MIN = 999,
    INTERVAL_DAYS_MAX = 99999999,
};

static const gint64 SECOND_US = G_USEC_PER_SEC;
static const gint64 MINUTE_US = 60 * G_USEC_PER_SEC;
static const gint64 DAY_US = 86400 * (gint64) G_USEC_PER_SEC;

typedef struct {
    int year;
    int month;
    int day;
} Date;

/* ---- the calendar: proleptic Gregorian, counted from 1970-01-01 ---- */

/* Years begin in March here, so that the leap day is the last one of its year. */
static gint64
days_from_date(Date date)
{
    gint64 year = date.year - (date.month <= 2) + 400; /* never negative */
    gint64 era = year / 400;
    gint64 year_of_era = year % 400;
    gint64 day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
    gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (era - 1) * 146097 + day_of_era - 719468;
}

static Date
date_from_days(gint64 days)
{
    gint64 shifted = days + 719468 + 146097;
    gint64 era = shifted / 146097;
    gint64 day_of_era = shifted % 146097;
    gint64 year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    gint64 month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);

    return (Date){.year = (int) (year_of_era + (era - 1) * 400 + (month <= 2)),
                  .month = month,
                  .day = (int) (day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

static int
days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    gboolean is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap);
}

/* ---- to text ---- */

/* Writes @number right-aligned into @width digits. */
static void
put(char *digits, int width, gint64 number)
{
    for (int i = width - 1; i >= 0; i--) {
        digits[i] = (char) ('0' + number % 10);
        number /= 10;
    }
}

static void
put_time_of_day(char *digits, gint64 us)
{
    put(digits + 8, 2, us / (60 * MINUTE_US));
    put(digits + 10, 2, us / MINUTE_US % 60);
    put(digits + 12, 2, us / SECOND_US % 60);
    put(digits + 14, 6, us % SECOND_US);
}

static void
put_interval(char *digits, gint64 us)
{
    us = CLAMP(us, 0, (INTERVAL_DAYS_MAX + (gint64) 1) * DAY_US - 1);
    put(digits, 8, us / DAY_US);
    put_time_of_day(digits, us % DAY_US);
}

static void
put_timestamp(char *digits, gint64 local_us)
{
    const gint64 first = days_from_date((Date){0, 1, 1}) * DAY_US;
    const gint64 last = days_from_date((Date){YEAR_MAX + 1, 1, 1}) * DAY_US - 1;

    local_us = CLAMP(local_us, first, last);

    gint64 from_first = local_us - first; /* never negative, so that division rounds down */
    Date date = date_from_days(from_first / DAY_US + first / DAY_US);

    put(digits, 4, date.year);
    put(digits + 4, 2, date.month);
    put(digits + 6, 2, date.day);
    put_time_of_day(digits, from_first % DAY_US);
}

static gint64
saturating_add(gint64 a, gint64 b)
{
    gint64 sum;

    if (__builtin_add_overflow(a, b, &sum))
        return a < 0 ? G_MININT64 : G_MAXINT64;
    return sum;
}

static void
put_zone(char *text, int offset_min)
{
    text[0] = offset_min < 0 ? '-' : '+';
    put(text + 1, 3, ABS(offset_min));
}

void
cim_datetime_print(const CimDatetime *datetime, char *text)
{
    char digits[N_DIGITS];
    int offset_min = CLAMP(datetime->utc_offset_min, -ZONE_MAX_MIN, ZONE_MAX_MIN);
    guint wildcards = MIN(datetime->wildcards, N_DIGITS);

    if (datetime->is_interval)
        put_interval(digits, datetime->us);
    else
        put_timestamp(digits, saturating_add(datetime->us, offset_min * MINUTE_US));
    memset(digits + N_DIGITS - wildcards, '*', wildcards);

    memcpy(text, digits, POINT_AT);
    text[POINT_AT] = '.';
    memcpy(text + POINT_AT + 1, digits + POINT_AT, N_DIGITS - POINT_AT);
    if (datetime->is_interval)
        memcpy(text + ZONE_AT, ":000", 4);
    else
        put_zone(text + ZONE_AT, offset_min);
    text[TEXT_LENGTH] = '\0';
}

/* ---- from text ---- */

static gboolean
malformed(GError **error, const char *text, gsize length, const char *why)
{
    g_autofree char *known = g_utf8_make_valid(text, (gssize) MIN(length, QUOTED_MAX));
    g_autofree char *quoted = g_strescape(known, NULL);

    g_set_error(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH, "'%s' is no datetime: %s", quoted, why);
    return FALSE;
}

static gint64
get(const char *digits, int at, int width)
{
    gint64 number = 0;

    for (int i = at; i < at + width; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

/* Whole fields only, but any number of digits of the microseconds. */
static gboolean
is_field_start(int at, gboolean is_interval)
{
    if (at >= POINT_AT)
        return TRUE;
    return at == 0 || at == 8 || at == 10 || at == 12 || (!is_interval && (at == 4 || at == 6));
}

/*
 * Takes the 20 digits out of @text, asterisks as zeros.  Behind the first asterisk WMI writes zeros
 * as well as asterisks (19980416******.000000): both say that nothing there is significant.
 */
static const char *
read_digits(const char *text, gboolean is_interval, char *digits, guint8 *wildcards)
{
    *wildcards = 0;
    for (int i = 0; i < N_DIGITS; i++) {
        char c = text[i < POINT_AT ? i : i + 1];

        digits[i] = c == '*' ? '0' : c;
        if (c == '*' && *wildcards == 0) {
            if (!is_field_start(i, is_interval))
                return "an asterisk must stand for a whole field";
            *wildcards = (guint8) (N_DIGITS - i);
        }
        if (c != '*' && !g_ascii_isdigit(c))
            return "it must have digits, or asterisks for what is not significant";
        if (*wildcards && c != '*' && c != '0')
            return "nothing behind an asterisk can be significant";
    }
    return NULL;
}

static const char *
read_time_of_day(const char *digits, gint64 *us)
{
    gint64 hour = get(digits, 8, 2);
    gint64 minute = get(digits, 10, 2);
    gint64 second = get(digits, 12, 2);

    if (hour > 23 || minute > 59 || second > 59)
        return "no such time of day";
    *us = ((hour * 60 + minute) * 60 + second) * SECOND_US + get(digits, 14, 6);
    return NULL;
}

/* @significant: how many digits count; an insignificant month or day is the first one. */
static const char *
read_date(const char *digits, int significant, gint64 *days)
{
    Date date = {.year = (int) get(digits, 0, 4),
                 .month = significant > 4 ? (int) get(digits, 4, 2) : 1,
                 .day = significant > 6 ? (int) get(digits, 6, 2) : 1};

    if (date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > days_in_month(date.year, date.month))
        return "no such day";
    *days = days_from_date(date);
    return NULL;
}

/* "+060", "-720", and WMI's "+***" for an unknown offset, which counts as UTC. */
static const char *
read_zone(const char *zone, gint16 *offset_min)
{
    if (memcmp(zone + 1, "***", 3) == 0) {
        *offset_min = 0;
        return NULL;
    }
    for (int i = 1; i < 4; i++)
        if (!g_ascii_isdigit(zone[i]))
            return "the offset from UTC must have three digits";
    *offset_min = (gint16) (zone[0] == '-' ? -get(zone, 1, 3) : get(zone, 1, 3));
    return NULL;
}

static const char *
read_datetime(const char *text, gsize length, CimDatetime *datetime)
{
    char digits[N_DIGITS];
    gint64 days;
    gint64 time_us;
    const char *why;

    if (length != TEXT_LENGTH)
        return "it must have 25 characters";
    if (text[POINT_AT] != '.' || !memchr("+-:", text[ZONE_AT], 3))
        return "it must be yyyymmddhhmmss.mmmmmmsutc or ddddddddhhmmss.mmmmmm:000";

    *datetime = (CimDatetime){.is_interval = text[ZONE_AT] == ':'};
    why = read_digits(text, datetime->is_interval, digits, &datetime->wildcards);
    if (!why)
        why = read_time_of_day(digits, &time_us);
    if (why)
        return why;

    if (datetime->is_interval) {
        datetime->us = get(digits, 0, 8) * DAY_US + time_us;
        return memcmp(text + ZONE_AT, ":000", 4) == 0 ? NULL : "an interval must end in :000";
    }

    why = read_date(digits, N_DIGITS - datetime->wildcards, &days);
    if (!why)
        why = read_zone(text + ZONE_AT, &datetime->utc_offset_min);
    if (!why)
        datetime->us = days * DAY_US + time_us - datetime->utc_offset_min * MINUTE_US;
    return why;
}

gboolean
cim_datetime_parse(const char *text, gsize length, CimDatetime *datetime, GError **error)
{
    CimDatetime parsed;
    const char *why = read_datetime(text, length, &parsed);

    if (why)
        return malformed(error, text, length, why);
    *datetime = parsed;
    return TRUE;
}
