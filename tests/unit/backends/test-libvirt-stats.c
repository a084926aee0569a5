#include "tests/unit/check-main.h"

#include "backends/libvirt/stats.h"

#define MIB (1024 * 1024)

typedef struct {
    unsigned long long memory_total;
    unsigned long long memory_remaining;
    unsigned long long disk_total;
    unsigned long long iteration;
    unsigned long long dirty_pages;
} Numbers;

static DroverTransferStats
read_numbers(const Numbers *numbers, int state, int reason)
{
    const struct {
        const char *name;
        unsigned long long value;
    } fields[] = {
        {VIR_DOMAIN_JOB_TIME_ELAPSED, 1234},
        {VIR_DOMAIN_JOB_DOWNTIME, 300},
        {VIR_DOMAIN_JOB_MEMORY_TOTAL, numbers->memory_total},
        {VIR_DOMAIN_JOB_MEMORY_PROCESSED, numbers->memory_total},
        {VIR_DOMAIN_JOB_MEMORY_REMAINING, numbers->memory_remaining},
        {VIR_DOMAIN_JOB_MEMORY_BPS, 50 * MIB},
        {VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE, numbers->dirty_pages},
        {VIR_DOMAIN_JOB_MEMORY_ITERATION, numbers->iteration},
        {VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE, 4096},
        {VIR_DOMAIN_JOB_DISK_TOTAL, numbers->disk_total},
        {VIR_DOMAIN_JOB_DISK_BPS, 7 * MIB},
    };
    virTypedParameterPtr params = NULL;
    int count = 0, room = 0;
    DroverTransferStats stats;

    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        virTypedParamsAddULLong(&params, &count, &room, fields[i].name, fields[i].value);
    }
    virTypedParamsAddInt(&params, &count, &room, VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE, 20);
    stats = drover_stats_read(params, count, state, reason);
    virTypedParamsFree(params, count);
    return stats;
}

START_TEST(numbers_and_the_guest_s_state_tell_the_phase)
{
    const struct {
        Numbers numbers;
        int state, reason;
        DroverPhase phase;
    } cases[] = {
        {{0}, VIR_DOMAIN_RUNNING, 1, DROVER_PHASE_CONNECTING},
        {{.disk_total = 64 * MIB}, VIR_DOMAIN_RUNNING, 1, DROVER_PHASE_STORAGE},
        {{.memory_total = 64 * MIB, .memory_remaining = MIB, .disk_total = MIB},
         VIR_DOMAIN_RUNNING,
         1,
         DROVER_PHASE_PRECOPY},
        {{.memory_total = 64 * MIB, .memory_remaining = MIB},
         VIR_DOMAIN_PAUSED,
         VIR_DOMAIN_PAUSED_USER,
         DROVER_PHASE_PRECOPY},
        {{.memory_total = 64 * MIB, .memory_remaining = MIB},
         VIR_DOMAIN_PAUSED,
         VIR_DOMAIN_PAUSED_MIGRATION,
         DROVER_PHASE_SWITCHOVER},
        {{.memory_total = 64 * MIB},
         VIR_DOMAIN_PAUSED,
         VIR_DOMAIN_PAUSED_MIGRATION,
         DROVER_PHASE_FINISHING},
        {{.memory_total = 64 * MIB, .memory_remaining = MIB},
         VIR_DOMAIN_PAUSED,
         VIR_DOMAIN_PAUSED_POSTCOPY,
         DROVER_PHASE_POSTCOPY},
        {{.memory_total = 64 * MIB, .memory_remaining = MIB},
         VIR_DOMAIN_PAUSED,
         VIR_DOMAIN_PAUSED_POSTCOPY_FAILED,
         DROVER_PHASE_POSTCOPY_BROKEN},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        DroverTransferStats stats =
            read_numbers(&cases[i].numbers, cases[i].state, cases[i].reason);

        ck_assert_str_eq(drover_phase_name(stats.phase), drover_phase_name(cases[i].phase));
    }
}
END_TEST

START_TEST(values_come_in_drover_s_units)
{
    const Numbers numbers = {256 * MIB, 10 * MIB, 0, 3, 1000};
    DroverTransferStats stats = read_numbers(&numbers, VIR_DOMAIN_RUNNING, 1);

    ck_assert_uint_eq(stats.iteration, 3);
    ck_assert_uint_eq(stats.memory_total_bytes, 256 * MIB);
    ck_assert_uint_eq(stats.memory_remaining_bytes, 10 * MIB);
    ck_assert_uint_eq(stats.bandwidth_bytes_s, 50 * MIB);
    ck_assert_uint_eq(stats.dirty_rate_bytes_s, 4096000);
    ck_assert_uint_eq(stats.throttle_percent, 20);
    ck_assert_int_eq(stats.elapsed_ms, 1234);
    ck_assert_int_eq(stats.expected_downtime_ms, 300);
    ck_assert_int_eq(stats.downtime_ms, -1);
    ck_assert_uint_eq(stats.disk_total_bytes, DROVER_UNKNOWN_BYTES);
}
END_TEST

START_TEST(what_libvirt_does_not_tell_is_unknown)
{
    DroverTransferStats stats = drover_stats_read(NULL, 0, VIR_DOMAIN_RUNNING, 1);

    ck_assert_int_eq(stats.phase, DROVER_PHASE_CONNECTING);
    ck_assert_uint_eq(stats.memory_total_bytes, DROVER_UNKNOWN_BYTES);
    ck_assert_uint_eq(stats.memory_remaining_bytes, DROVER_UNKNOWN_BYTES);
    ck_assert_uint_eq(stats.disk_remaining_bytes, DROVER_UNKNOWN_BYTES);
    ck_assert_uint_eq(stats.bandwidth_bytes_s, 0);
    ck_assert_int_eq(stats.expected_downtime_ms, -1);
    ck_assert_int_eq(stats.elapsed_ms, -1);
}
END_TEST

START_TEST(disks_are_measured_by_their_own_rate)
{
    const Numbers numbers = {.disk_total = 64 * MIB};
    DroverTransferStats stats = read_numbers(&numbers, VIR_DOMAIN_RUNNING, 1);

    ck_assert_uint_eq(stats.bandwidth_bytes_s, 7 * MIB);
    ck_assert_uint_eq(stats.memory_total_bytes, DROVER_UNKNOWN_BYTES);
}
END_TEST

START_TEST(expected_downtime_is_not_shown_in_post_copy)
{
    const Numbers numbers = {.memory_total = MIB, .memory_remaining = MIB};
    DroverTransferStats stats =
        read_numbers(&numbers, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY);

    ck_assert_int_eq(stats.expected_downtime_ms, -1);
}
END_TEST

START_TEST(the_end_keeps_totals_and_drops_rates)
{
    const Numbers numbers = {256 * MIB, 10 * MIB, 0, 3, 1000};
    DroverTransferStats stats = read_numbers(&numbers, VIR_DOMAIN_RUNNING, 1);

    drover_stats_complete(&stats, NULL, 5000);
    ck_assert_int_eq(stats.phase, DROVER_PHASE_ENDED);
    ck_assert_int_eq(stats.downtime_ms, -1);
    ck_assert_int_eq(stats.elapsed_ms, 5000);
    ck_assert_uint_eq(stats.memory_total_bytes, 256 * MIB);
    ck_assert_uint_eq(stats.bandwidth_bytes_s, 0);
    ck_assert_uint_eq(stats.dirty_rate_bytes_s, 0);
}
END_TEST

START_TEST(a_completed_job_fills_in_what_no_sample_showed)
{
    const Numbers numbers = {256 * MIB, 0, 0, 4, 0};
    const DroverCompleted completed = {.downtime_ms = 42,
                                       .stats = read_numbers(&numbers, VIR_DOMAIN_RUNNING, 1)};
    DroverTransferStats stats = drover_stats_blank(DROVER_PHASE_CONNECTING);

    stats.throttle_percent = 30;
    drover_stats_complete(&stats, &completed, 5000);
    ck_assert_int_eq(stats.phase, DROVER_PHASE_ENDED);
    ck_assert_int_eq(stats.downtime_ms, 42);
    ck_assert_int_eq(stats.elapsed_ms, 1234);
    ck_assert_uint_eq(stats.iteration, 4);
    ck_assert_uint_eq(stats.memory_done_bytes, 256 * MIB);
    ck_assert_uint_eq(stats.throttle_percent, 30);
    ck_assert_int_eq(stats.expected_downtime_ms, -1);
}
END_TEST

int
main(void)
{
    int ready = virInitialize(); /* or libvirt aborts when it resets an error that never was */
    Suite *suite = suite_create("libvirt-stats");
    TCase *tcase = tcase_create("stats");

    tcase_add_test(tcase, numbers_and_the_guest_s_state_tell_the_phase);
    tcase_add_test(tcase, values_come_in_drover_s_units);
    tcase_add_test(tcase, what_libvirt_does_not_tell_is_unknown);
    tcase_add_test(tcase, disks_are_measured_by_their_own_rate);
    tcase_add_test(tcase, expected_downtime_is_not_shown_in_post_copy);
    tcase_add_test(tcase, a_completed_job_fills_in_what_no_sample_showed);
    tcase_add_test(tcase, the_end_keeps_totals_and_drops_rates);
    suite_add_tcase(suite, tcase);
    return ready == 0 ? run_tap(suite) : EXIT_FAILURE;
}
