#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/bandwidth-unit.h"

static const struct {
    const char *unit;
    double bytes_s;
} rows[] = {
    {"byte / second", 1},
    {"byte / second * 2^20", 1048576},
    {"byte * 2^20 / second", 1048576},
    {"byte/second*10^6", 1e6},
    {"bit / second * 10^9", 1.25e8},
    {"bit / second * 1000", 125},
    {"percent", 0},
    {"byte", 0},
    {"second", 0},
    {"byte / second / second", 0},
    {"byte / second * -5", 0},
    {"byte / second * 2^999", 0},
    {"byte / second * two", 0},
    {"", 0},
    {NULL, 0},
};

START_TEST(units_are_understood_or_refused)
{
    double got = drover_bandwidth_unit_bytes_s(rows[_i].unit);

    ck_assert_msg(got == rows[_i].bytes_s, "'%s' gives %g", rows[_i].unit, got);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("bandwidth-unit");
    TCase *tc = tcase_create("units");

    tcase_add_loop_test(tc, units_are_understood_or_refused, 0, G_N_ELEMENTS(rows));
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
