#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/retry.h"
#include "orchestrator/route.h"

#define S(seconds) ((gint64) (seconds) *G_USEC_PER_SEC)

/* --- how soon -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    DroverRetryTimes times;
    guint setbacks;
    double spread;
    gint64 stalled_s;
    double delay_s;
} delays[] = {
    { { 60, 600, 3600 }, 0, 0, 0, 60 },
    { { 60, 600, 3600 }, 1, 0, 0, 120 },
    { { 60, 600, 3600 }, 3, 0, 0, 480 },
    { { 60, 600, 3600 }, 4, 0, 0, 600 },
    { { 60, 600, 3600 }, 4000000000u, 0, 0, 600 },
    { { 60, 600, 3600 }, 0, 0.5, 0, 72 },
    { { 60, 600, 3600 }, 0, 1, 0, 84 },
    { { 900, 600, 3600 }, 3, 0, 0, 900 },       /* a client's wish counts more than the limit */
    { { 60, 600, 3600 }, 2, 0, 3500, 100 },     /* a last attempt at the end of the time */
    { { 60, 600, 3600 }, 0, 0, 3599, 1 },
    { { 60, 600, 3600 }, 0, 0, 3600, -1 },
    { { 60, 600, 3600 }, 0, 0, 9999999, -1 },
    { { 60, 600, 59 }, 0, 0, 0, -1 },           /* IBackgroundCopyJob: an error at once */
    { { 60, 600, 60 }, 0, 0, 0, 60 },
    { { 60, 600, 0 }, 0, 0, 0, -1 },
    { { 60, 600, 3600 }, 0, 0, -50, 60 },       /* real time was set back during a restart */
    { { G_MAXUINT32, 600, G_MAXUINT32 }, 40, 1, 0, G_MAXUINT32 },
};
/* clang-format on */

START_TEST(the_delay_grows_and_is_spread_within_its_limits)
{
    gint64 delay_us = drover_retry_delay_us(&delays[_i].times, delays[_i].setbacks,
                                            delays[_i].spread, S(delays[_i].stalled_s));

    ck_assert_int_eq(delay_us, delays[_i].delay_s < 0 ? -1 : S(delays[_i].delay_s));
}
END_TEST

START_TEST(no_delay_is_below_the_least_or_far_above_the_most)
{
    const DroverRetryTimes times = {10, 100, 100000};

    for (guint setbacks = 0; setbacks < 20; setbacks++) {
        for (guint i = 0; i <= 100; i++) {
            gint64 delay_us = drover_retry_delay_us(&times, setbacks, i / 100.0, 0);

            ck_assert_int_ge(delay_us, S(10));
            ck_assert_int_le(delay_us, S(140));
        }
    }
}
END_TEST

/* --- whose fault ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    DroverFailureKind kind;
    DroverSide where;
    gboolean is_destinations, is_of_reach;
} faults[] = {
    { DROVER_FAILURE_CPU_INCOMPATIBLE, DROVER_SIDE_DESTINATION, TRUE, FALSE },
    { DROVER_FAILURE_PORTS_USED_UP, DROVER_SIDE_DESTINATION, TRUE, FALSE },
    { DROVER_FAILURE_BRIDGE_MISSING, DROVER_SIDE_NONE, TRUE, FALSE },
    { DROVER_FAILURE_DESTINATION_REFUSED, DROVER_SIDE_DESTINATION, TRUE, TRUE },
    { DROVER_FAILURE_HOST_UNREACHABLE, DROVER_SIDE_DESTINATION, TRUE, TRUE },
    { DROVER_FAILURE_HOST_UNREACHABLE, DROVER_SIDE_SOURCE, FALSE, TRUE },
    { DROVER_FAILURE_SOURCE_LOST, DROVER_SIDE_SOURCE, FALSE, TRUE },
    { DROVER_FAILURE_DEVICE_NOT_MIGRATABLE, DROVER_SIDE_SOURCE, FALSE, FALSE },
    { DROVER_FAILURE_DEVICE_NOT_MIGRATABLE, DROVER_SIDE_DESTINATION, TRUE, FALSE },
    { DROVER_FAILURE_HAS_SNAPSHOTS, DROVER_SIDE_SOURCE, FALSE, FALSE },
    { DROVER_FAILURE_UUID_IN_USE, DROVER_SIDE_DESTINATION, FALSE, FALSE }, /* it may be the guest */
    { DROVER_FAILURE_OPTION_INVALID, DROVER_SIDE_SOURCE, FALSE, FALSE },
    { DROVER_FAILURE_REQUEST_VALUE, DROVER_SIDE_NONE, FALSE, FALSE },
};
/* clang-format on */

START_TEST(what_another_destination_or_a_returning_host_may_cure_is_known)
{
    g_autoptr(DroverFailure) failure = drover_failure_new(faults[_i].kind);

    failure->where = faults[_i].where;
    ck_assert_int_eq(drover_retry_is_destinations(failure), faults[_i].is_destinations);
    ck_assert_int_eq(drover_retry_is_of_reach(failure), faults[_i].is_of_reach);
}
END_TEST

/* --- where to -------------------------------------------------------------------------------- */

static gboolean
is_in(const char *host, gpointer lost)
{
    return drover_route_has(lost, host);
}

/* clang-format off */
static const struct {
    const char *list, *ruled_out, *current, *lost;
    const char *next;
    gboolean again;
} ways[] = {
    { "a b c", NULL, "a", "", "b", FALSE },
    { "a b c", NULL, "c", "", "a", TRUE },
    { "a b c", "b", "a", "", "c", FALSE },
    { "a b c", NULL, "a", "b", "c", FALSE },
    { "a b c", "c", "a", "b", "a", TRUE },
    { "a b c", NULL, "b", "a c", "b", TRUE },
    { "a b c", "a", "b", "a b c", "b", TRUE },
    { "a b c", "a b c", "c", "", NULL, TRUE },
    { NULL, NULL, "a", "", "a", TRUE },
    { NULL, "a", "a", "", NULL, TRUE },
    { "alpha alphabet", "alphabet", "alpha", "", "alpha", TRUE },
};
/* clang-format on */

START_TEST(the_next_destination_is_the_next_that_may_do)
{
    gboolean again = FALSE;
    g_autofree char *next = drover_route_next(ways[_i].list, ways[_i].ruled_out, ways[_i].current,
                                              is_in, (gpointer) ways[_i].lost, &again);

    ck_assert_pstr_eq(next, ways[_i].next);
    ck_assert_int_eq(again, ways[_i].again);
}
END_TEST

START_TEST(a_route_knows_its_first_and_grows_at_its_end)
{
    g_autofree char *list = drover_route_append(drover_route_append(NULL, "beta"), "gamma");
    g_autofree char *first = drover_route_first(list);

    ck_assert_str_eq(list, "beta gamma");
    ck_assert_str_eq(first, "beta");
    ck_assert(drover_route_is_first(list, "beta") && !drover_route_is_first(list, "gamma"));
    ck_assert(drover_route_is_first(NULL, "gamma"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("retry");
    TCase *tc = tcase_create("policy");

    tcase_add_loop_test(tc, the_delay_grows_and_is_spread_within_its_limits, 0,
                        G_N_ELEMENTS(delays));
    tcase_add_test(tc, no_delay_is_below_the_least_or_far_above_the_most);
    tcase_add_loop_test(tc, what_another_destination_or_a_returning_host_may_cure_is_known, 0,
                        G_N_ELEMENTS(faults));
    tcase_add_loop_test(tc, the_next_destination_is_the_next_that_may_do, 0, G_N_ELEMENTS(ways));
    tcase_add_test(tc, a_route_knows_its_first_and_grows_at_its_end);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
