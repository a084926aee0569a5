#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/error.h"
#include "cim/value.h"

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)
#define DAY_US    (86400 * (gint64) G_USEC_PER_SEC)

/* clang-format off */
/* @printed: NULL where it is the same as @text */
static const struct { const char *text; CimDatetime datetime; const char *printed; } good[] = {
    { "19700101000000.000000+000", { 0 }, NULL },
    { "20261121020000.123456+060", { 1795222800123456, 60, FALSE, 0 }, NULL },
    { "20261121010000.123456+000", { 1795222800123456, 0, FALSE, 0 }, NULL },
    { "20261120130000.123456-720", { 1795222800123456, -720, FALSE, 0 }, NULL },
    { "19691231235959.999999+000", { -1, 0, FALSE, 0 }, NULL },
    { "20000229120000.000000+000", { 951825600000000, 0, FALSE, 0 }, NULL },
    { "24000229000000.000000+000", { 13574563200000000, 0, FALSE, 0 }, NULL },
    { "00000101000000.000000+720", { -62167262400000000, 720, FALSE, 0 }, NULL },
    { "99991231115959.999999-720", { 253402300799999999, -720, FALSE, 0 }, NULL },
    { "00000000000000.000000:000", { 0, 0, TRUE, 0 }, NULL },
    { "00000001120032.000000:000", { DAY_US + 12 * 60 * MINUTE_US + 32000000, 0, TRUE, 0 }, NULL },
    { "00000000000500.000000:000", { 5 * MINUTE_US, 0, TRUE, 0 }, NULL },
    { "00000000000019.170363:000", { 19170363, 0, TRUE, 0 }, NULL },
    { "99999999235959.999999:000", { 100000000 * DAY_US - 1, 0, TRUE, 0 }, NULL },
    { "20261121******.******+000", { 1795219200000000, 0, FALSE, 12 }, NULL },
    { "202611********.******+000", { 1793491200000000, 0, FALSE, 14 }, NULL },
    { "2026**********.******+060", { 1767222000000000, 60, FALSE, 16 }, NULL },
    { "20261121020000.123***+000", { 1795226400123000, 0, FALSE, 3 }, NULL },
    { "**************.******+000", { -62167219200000000, 0, FALSE, 20 }, NULL },
    { "0000000112****.******:000", { DAY_US + 12 * 60 * MINUTE_US, 0, TRUE, 10 }, NULL },
    /* as WMI writes it */
    { "19980416******.000000+***", { 892684800000000, 0, FALSE, 12 }, "19980416******.******+000" },
};

static const char *const bad[] = {
    "",
    "2026",
    "20261121020000.123456+06",
    "20261121020000.123456+0600",
    "20261121020000,123456+060",
    "20261121020000.123456 060",
    "20261121020000.123456+06x",
    "20261121020000.123456+0**",
    "2026112102000x.123456+060",
    "20261321020000.123456+060",
    "20260021020000.123456+060",
    "20261100020000.123456+060",
    "20261131020000.123456+060",
    "20260229020000.123456+060",
    "19000229000000.000000+000",
    "20261121240000.123456+060",
    "20261121026000.123456+060",
    "20261121020060.123456+060",
    "00000000000000.000000+000",
    "00000000240000.000000:000",
    "00000000006000.000000:000",
    "00000000000500.000000:060",
    "00000000000500.000000:***",
    "2026112*******.******+000",
    "20261121****00.000001+000",
    "2026**21000000.000000+000",
    "000000**000000.000000:000",
    "-0000000000500.000000:000",
    "\xd9\xa3\xd9\xa3\xd9\xa3\xd9\xa3\xd9\xa3\xd9\xa3\xd9\xa3.000000+000",
};
/* clang-format on */

START_TEST(a_datetime_is_read_and_written_as_it_was)
{
    const char *text = good[_i].text;
    CimDatetime datetime;
    char printed[26];
    g_autoptr(GError) error = NULL;

    cim_datetime_parse(text, strlen(text), &datetime, &error);
    ck_assert_msg(!error, "%s", error ? error->message : "");
    ck_assert_int_eq(datetime.us, good[_i].datetime.us);
    ck_assert_int_eq(datetime.utc_offset_min, good[_i].datetime.utc_offset_min);
    ck_assert_int_eq(datetime.is_interval, good[_i].datetime.is_interval);
    ck_assert_int_eq(datetime.wildcards, good[_i].datetime.wildcards);
    cim_datetime_print(&datetime, printed);
    ck_assert_str_eq(printed, good[_i].printed ? good[_i].printed : text);
}
END_TEST

START_TEST(a_malformed_datetime_is_refused_with_its_text)
{
    CimDatetime datetime;
    g_autoptr(GError) error = NULL;

    ck_assert(!cim_datetime_parse(bad[_i], strlen(bad[_i]), &datetime, &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH));
    ck_assert(strstr(error->message, "is no datetime: "));
}
END_TEST

START_TEST(every_day_of_four_centuries_round_trips)
{
    for (gint64 day = -50000; day < 100000; day += 1) {
        CimDatetime datetime = {.us = day * DAY_US + 1};
        CimDatetime again;
        char text[26];

        cim_datetime_print(&datetime, text);
        ck_assert(cim_datetime_parse(text, 25, &again, NULL));
        ck_assert_int_eq(again.us, datetime.us);
    }
}
END_TEST

START_TEST(the_calendar_agrees_with_another_one)
{
    for (gint64 day = -50000; day < 100000; day += 97) {
        CimDatetime datetime = {.us = day * DAY_US};
        g_autoptr(GDateTime) other = g_date_time_new_from_unix_utc(day * 86400);
        g_autofree char *expected = g_date_time_format(other, "%Y%m%d%H%M%S.000000+000");
        char text[26];

        cim_datetime_print(&datetime, text);
        ck_assert_str_eq(text, expected);
    }
}
END_TEST

/* clang-format off */
static const struct { CimDatetime datetime; const char *text; } beyond[] = {
    { { .us = G_MAXINT64 }, "99991231235959.999999+000" },
    { { .us = G_MININT64 }, "00000101000000.000000+000" },
    { { .us = G_MAXINT64, .utc_offset_min = 720 }, "99991231235959.999999+720" },
    { { .us = G_MININT64, .utc_offset_min = -720 }, "00000101000000.000000-720" },
    { { .us = 0, .utc_offset_min = G_MAXINT16 }, "19700101163900.000000+999" },
    { { .us = G_MAXINT64, .is_interval = TRUE }, "99999999235959.999999:000" },
    { { .us = -1, .is_interval = TRUE }, "00000000000000.000000:000" },
    { { .us = 0, .wildcards = 255 }, "**************.******+000" },
};
/* clang-format on */

START_TEST(what_has_no_text_is_printed_as_the_nearest_that_has)
{
    char text[26];

    cim_datetime_print(&beyond[_i].datetime, text);
    ck_assert_str_eq(text, beyond[_i].text);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("datetime");
    TCase *tcase = tcase_create("datetime");

    tcase_add_loop_test(tcase, a_datetime_is_read_and_written_as_it_was, 0, G_N_ELEMENTS(good));
    tcase_add_loop_test(tcase, a_malformed_datetime_is_refused_with_its_text, 0, G_N_ELEMENTS(bad));
    tcase_add_test(tcase, every_day_of_four_centuries_round_trips);
    tcase_add_test(tcase, the_calendar_agrees_with_another_one);
    tcase_add_loop_test(tcase, what_has_no_text_is_printed_as_the_nearest_that_has, 0,
                        G_N_ELEMENTS(beyond));
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
