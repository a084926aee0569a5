#include "orchestrator/cli/format.h"

enum { MS_PER_SECOND = 1000, SECOND = 1, MINUTE = 60, HOUR = 3600, DAY = 86400 };

char *
drover_format_bytes(guint64 bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double number = (double) bytes;
    guint unit = 0;

    /* 1023.9 MiB is written as 1.0 GiB, not as 1024 MiB. */
    while (number >= 1023.5 && unit + 1 < G_N_ELEMENTS(units)) {
        number /= 1024;
        unit++;
    }
    return g_strdup_printf("%.*f %s", unit && number < 9.95 ? 1 : 0, number, units[unit]);
}

char *
drover_format_rate(guint64 bytes_s)
{
    g_autofree char *bytes = drover_format_bytes(bytes_s);

    return g_strconcat(bytes, "/s", NULL);
}

char *
drover_format_seconds(gint64 s)
{
    static const struct {
        gint64 unit;
        const char *name;
    } units[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "min"}, {SECOND, "s"}};

    for (guint i = 0; i + 1 < G_N_ELEMENTS(units); i++) {
        gint64 rest = s % units[i].unit / units[i + 1].unit;

        if (s < units[i].unit) {
            continue;
        }
        if (!rest) {
            return g_strdup_printf("%" G_GINT64_FORMAT " %s", s / units[i].unit, units[i].name);
        }
        return g_strdup_printf("%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s", s / units[i].unit,
                               units[i].name, rest, units[i + 1].name);
    }
    return g_strdup_printf("%" G_GINT64_FORMAT " s", s);
}

char *
drover_format_duration(gint64 ms)
{
    if (ms < MS_PER_SECOND) {
        return g_strdup_printf("%" G_GINT64_FORMAT " ms", ms);
    }
    if (ms < MINUTE * MS_PER_SECOND - 50) {
        return g_strdup_printf("%.1f s", (double) ms / MS_PER_SECOND);
    }
    return drover_format_seconds((ms + MS_PER_SECOND / 2) / MS_PER_SECOND);
}

static GDateTime *
local_time(gint64 real_us)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(real_us / G_USEC_PER_SEC);

    return utc ? g_date_time_to_local(utc) : NULL;
}

char *
drover_format_time(gint64 real_us, gint64 now_us)
{
    g_autoptr(GDateTime) time = local_time(real_us);
    g_autoptr(GDateTime) now = local_time(now_us);

    if (!time || !now) {
        return g_strdup("?");
    }
    if (g_date_time_get_year(time) == g_date_time_get_year(now) &&
        g_date_time_get_day_of_year(time) == g_date_time_get_day_of_year(now)) {
        return g_date_time_format(time, "%H:%M:%S");
    }
    return g_date_time_format(time, "%Y-%m-%d %H:%M");
}

static char *
format_iso_interval(gint64 us)
{
    GString *text = g_string_new("P");
    gint64 s = us / G_USEC_PER_SEC;
    gint64 rest_us = us % G_USEC_PER_SEC;

    if (s >= DAY) {
        g_string_append_printf(text, "%" G_GINT64_FORMAT "D", s / DAY);
    }
    g_string_append_c(text, 'T');
    if (s % DAY >= HOUR) {
        g_string_append_printf(text, "%" G_GINT64_FORMAT "H", s % DAY / HOUR);
    }
    if (s % HOUR >= MINUTE) {
        g_string_append_printf(text, "%" G_GINT64_FORMAT "M", s % HOUR / MINUTE);
    }
    if (rest_us) {
        g_string_append_printf(text, "%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT "S", s % MINUTE,
                               rest_us);
    } else if (s % MINUTE || s == 0) {
        g_string_append_printf(text, "%" G_GINT64_FORMAT "S", s % MINUTE);
    }
    if (text->str[text->len - 1] == 'T') {
        g_string_truncate(text, text->len - 1);
    }
    return g_string_free(text, FALSE);
}

char *
drover_format_iso(const CimDatetime *datetime)
{
    gint64 offset_us = (gint64) datetime->utc_offset_min * MINUTE * G_USEC_PER_SEC;
    gint64 local_us = datetime->us + offset_us;
    gint64 local_s = local_us / G_USEC_PER_SEC - (local_us % G_USEC_PER_SEC < 0);
    gint64 rest_us = local_us - local_s * G_USEC_PER_SEC;
    g_autoptr(GDateTime) time = NULL;
    g_autofree char *seconds = NULL;
    g_autofree char *fraction = NULL;
    g_autofree char *zone = NULL;

    if (datetime->wildcards) {
        char text[26];

        cim_datetime_print(datetime, text);
        return g_strdup(text);
    }
    if (datetime->is_interval) {
        return format_iso_interval(datetime->us);
    }
    time = g_date_time_new_from_unix_utc(local_s);
    seconds =
        time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : g_strdup("0000-00-00T00:00:00");
    fraction = rest_us ? g_strdup_printf(".%06" G_GINT64_FORMAT, rest_us) : g_strdup("");
    zone = datetime->utc_offset_min
               ? g_strdup_printf("%c%02d:%02d", datetime->utc_offset_min < 0 ? '-' : '+',
                                 ABS(datetime->utc_offset_min) / MINUTE,
                                 ABS(datetime->utc_offset_min) % MINUTE)
               : g_strdup("Z");
    return g_strconcat(seconds, fraction, zone, NULL);
}
