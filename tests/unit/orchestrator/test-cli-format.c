#include <locale.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/cli/exit-status.h"
#include "orchestrator/cli/format.h"
#include "orchestrator/cli/number.h"

#define KIB 1024.0
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

static const struct {
    guint64 bytes;
    const char *text;
} bytes_rows[] = {
    {0, "0 B"},
    {1, "1 B"},
    {1023, "1023 B"},
    {1024, "1.0 KiB"},
    {1536, "1.5 KiB"},
    {(guint64) (9.94 * KIB), "9.9 KiB"},
    {(guint64) (9.96 * KIB), "10 KiB"},
    {(guint64) (118 * MIB), "118 MiB"},
    {(guint64) (1023.9 * MIB), "1.0 GiB"},
    {(guint64) (31.2 * GIB), "31 GiB"},
    {G_MAXUINT64, "16 EiB"},
};

START_TEST(bytes_have_a_fitting_unit)
{
    g_autofree char *text = drover_format_bytes(bytes_rows[_i].bytes);

    ck_assert_str_eq(text, bytes_rows[_i].text);
}
END_TEST

START_TEST(a_rate_is_bytes_per_second)
{
    g_autofree char *text = drover_format_rate((guint64) (118 * MIB));

    ck_assert_str_eq(text, "118 MiB/s");
}
END_TEST

static const struct {
    gint64 ms;
    const char *text;
} duration_rows[] = {
    {0, "0 ms"},      {112, "112 ms"},        {999, "999 ms"},        {1000, "1.0 s"},
    {8240, "8.2 s"},  {59940, "59.9 s"},      {59960, "1 min"},       {65000, "1 min 5 s"},
    {3600000, "1 h"}, {7380000, "2 h 3 min"}, {273600000, "3 d 4 h"}, {3600000 + 5000, "1 h"},
};

START_TEST(durations_grow_coarser)
{
    g_autofree char *text = drover_format_duration(duration_rows[_i].ms);

    ck_assert_str_eq(text, duration_rows[_i].text);
}
END_TEST

START_TEST(times_of_today_have_no_date)
{
    gint64 now_us = G_GINT64_CONSTANT(1795262400) * G_USEC_PER_SEC; /* 2026-11-21T12:00:00Z */
    g_autofree char *today = drover_format_time(now_us - G_TIME_SPAN_HOUR, now_us);
    g_autofree char *before = drover_format_time(now_us - 25 * G_TIME_SPAN_HOUR, now_us);

    ck_assert_str_eq(today, "11:00:00");
    ck_assert_str_eq(before, "2026-11-20 11:00");
}
END_TEST

static const struct {
    const char *cim;
    const char *iso;
} iso_rows[] = {
    {"20261121120000.000000+000", "2026-11-21T12:00:00Z"},
    {"20261121130000.250000+060", "2026-11-21T13:00:00.250000+01:00"},
    {"20261121083000.000000-210", "2026-11-21T08:30:00-03:30"},
    {"19691231235959.500000+000", "1969-12-31T23:59:59.500000Z"},
    {"00000000000019.170363:000", "PT19.170363S"},
    {"00000001120032.000000:000", "P1DT12H32S"},
    {"00000000000500.000000:000", "PT5M"},
    {"00000000000000.000000:000", "PT0S"},
    {"00000002000000.000000:000", "P2D"},
    {"2026112112****.******+000", "2026112112****.******+000"},
};

START_TEST(datetimes_become_iso_8601)
{
    g_autoptr(GError) error = NULL;
    CimDatetime datetime;
    g_autofree char *iso = NULL;

    ck_assert(cim_datetime_parse(iso_rows[_i].cim, strlen(iso_rows[_i].cim), &datetime, &error));
    iso = drover_format_iso(&datetime);
    ck_assert_str_eq(iso, iso_rows[_i].iso);
}
END_TEST

static const struct {
    const char *text;
    gboolean is_number;
} number_rows[] = {
    {"1", TRUE},
    {"64", TRUE},
    {"0", FALSE},
    {"65", FALSE},
    {"-1", FALSE},
    {"+2", FALSE},
    {"2x", FALSE},
    {"", FALSE},
    {"0x10", FALSE},
    {" 3", FALSE},
    {"99999999999999999999", FALSE},
};

START_TEST(numbers_are_checked)
{
    g_autoptr(GError) error = NULL;
    guint64 number = 0;
    gboolean got =
        drover_number_parse("--max-active", number_rows[_i].text, 1, 64, &number, &error);

    ck_assert_msg(got == number_rows[_i].is_number, "'%s'", number_rows[_i].text);
    if (!got) {
        ck_assert_int_eq(error->code, DROVER_EXIT_USAGE);
        assert_contains(error->message, "--max-active: '");
        assert_contains(error->message, "from 1 to 64");
    }
}
END_TEST

START_TEST(booleans_have_words)
{
    g_autoptr(GError) error = NULL;
    gboolean value = FALSE;

    ck_assert(drover_boolean_parse("--enabled", "Yes", &value, &error) && value);
    ck_assert(drover_boolean_parse("--enabled", "off", &value, &error) && !value);
    ck_assert(!drover_boolean_parse("--enabled", "maybe", &value, &error));
    ck_assert_int_eq(error->code, DROVER_EXIT_USAGE);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-format");
    TCase *tc = tcase_create("format");

    g_setenv("TZ", "UTC0", TRUE);
    tcase_add_loop_test(tc, bytes_have_a_fitting_unit, 0, G_N_ELEMENTS(bytes_rows));
    tcase_add_test(tc, a_rate_is_bytes_per_second);
    tcase_add_loop_test(tc, durations_grow_coarser, 0, G_N_ELEMENTS(duration_rows));
    tcase_add_test(tc, times_of_today_have_no_date);
    tcase_add_loop_test(tc, datetimes_become_iso_8601, 0, G_N_ELEMENTS(iso_rows));
    tcase_add_loop_test(tc, numbers_are_checked, 0, G_N_ELEMENTS(number_rows));
    tcase_add_test(tc, booleans_have_words);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
