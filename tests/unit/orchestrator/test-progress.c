#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/progress.h"

#define MIB (1024u * 1024u)

static DroverTransferStats
precopy(guint iteration, guint64 remaining_mib)
{
    return (DroverTransferStats){
        .phase = DROVER_PHASE_PRECOPY,
        .iteration = iteration,
        .memory_total_bytes = 1000ull * MIB,
        .memory_remaining_bytes = remaining_mib * MIB,
        .bandwidth_bytes_s = 100ull * MIB,
        .disk_total_bytes = DROVER_UNKNOWN_BYTES,
        .disk_remaining_bytes = DROVER_UNKNOWN_BYTES,
    };
}

START_TEST(the_first_pass_is_linear)
{
    DroverProgress progress = {0};
    DroverTransferStats stats = precopy(1, 500);

    drover_progress_sample(&progress, &stats);
    ck_assert_uint_eq(drover_progress_percent(&progress), 49);
}
END_TEST

START_TEST(it_never_goes_back_and_never_says_100)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) _i);
    DroverProgress progress = {0};
    guint last = 0;

    for (guint i = 0; i < 500; i++) {
        DroverTransferStats stats = precopy(1 + i / 50, (guint64) g_rand_int_range(rand, 0, 1001));

        if (g_rand_int_range(rand, 0, 20) == 0) {
            stats.disk_total_bytes = (guint64) g_rand_int_range(rand, 0, 2000) * MIB;
            stats.disk_remaining_bytes = (guint64) g_rand_int_range(rand, 0, 2000) * MIB;
        }
        if (i > 400) {
            stats.phase = DROVER_PHASE_POSTCOPY;
        }
        drover_progress_sample(&progress, &stats);
        ck_assert_uint_ge(drover_progress_percent(&progress), last);
        last = drover_progress_percent(&progress);
        ck_assert_uint_le(last, 99);
    }
}
END_TEST

START_TEST(zero_memory_while_disks_are_copied_is_not_done)
{
    DroverProgress progress = {0};
    DroverTransferStats stats = {
        .phase = DROVER_PHASE_STORAGE,
        .disk_total_bytes = 1000ull * MIB,
        .disk_remaining_bytes = 500ull * MIB,
        .memory_total_bytes = 1000ull * MIB,
    };

    drover_progress_sample(&progress, &stats);
    ck_assert_uint_eq(drover_progress_percent(&progress), 24);
}
END_TEST

START_TEST(an_estimate_uses_the_rate_that_is_left)
{
    DroverTransferStats stats = precopy(2, 530);

    ck_assert_int_eq(drover_progress_remaining_s(&stats), 5);
    stats.dirty_rate_bytes_s = 50ull * MIB;
    ck_assert_int_eq(drover_progress_remaining_s(&stats), 10);
}
END_TEST

START_TEST(no_estimate_without_convergence_or_rate)
{
    DroverTransferStats stats = precopy(2, 500);

    stats.dirty_rate_bytes_s = 100ull * MIB;
    ck_assert(drover_progress_is_stuck(&stats));
    ck_assert_int_eq(drover_progress_remaining_s(&stats), -1);
    stats.dirty_rate_bytes_s = 0;
    stats.bandwidth_bytes_s = 0;
    ck_assert_int_eq(drover_progress_remaining_s(&stats), -1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("progress");
    TCase *tc = tcase_create("samples");

    tcase_add_test(tc, the_first_pass_is_linear);
    tcase_add_loop_test(tc, it_never_goes_back_and_never_says_100, 0, 20);
    tcase_add_test(tc, zero_memory_while_disks_are_copied_is_not_done);
    tcase_add_test(tc, an_estimate_uses_the_rate_that_is_left);
    tcase_add_test(tc, no_estimate_without_convergence_or_rate);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
