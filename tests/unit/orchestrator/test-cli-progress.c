#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/cli/progress-line.h"
#include "orchestrator/cli/text.h"

#define MIB (G_GUINT64_CONSTANT(1) << 20)

static const DroverScreen plain = {.is_live = TRUE, .is_utf8 = TRUE};
static const DroverScreen ascii = {.is_live = TRUE};

static const DroverJobView moving = {
    .id = "3F2A91C4-0000-4000-8000-000000000001",
    .vm = "web",
    .source = "alpha",
    .destination = "beta",
    .state = DROVER_JOB_STATE_RUNNING,
    .percent = 42,
    .status = "Running: pre-copy iteration 2",
    .phase = "pre-copy",
    .is_moving = TRUE,
    .bandwidth_bytes_s = 118 * MIB,
    .dirty_rate_bytes_s = 3 * MIB,
    .remaining_s = 6,
    .downtime_ms = -1,
    .elapsed_ms = -1,
};

START_TEST(a_wide_line_shows_it_all)
{
    g_autofree char *line = drover_progress_line(&moving, &ascii, 100);

    ck_assert_str_eq(
        line, "web  alpha -> beta  [#######------------]   42 %  118 MiB/s  dirty 3.0 MiB/s  "
              "6 s left   pre-copy #2");
}
END_TEST

START_TEST(no_width_is_exceeded)
{
    const DroverScreen *screens[] = {&plain, &ascii};

    for (guint i = 0; i < G_N_ELEMENTS(screens); i++) {
        g_autofree char *line = drover_progress_line(&moving, screens[i], (guint) _i);

        ck_assert_msg(drover_text_width(line) <= (guint) _i, "%u columns for '%s' (%d wanted)",
                      drover_text_width(line), line, _i);
        assert_contains(line, "42 %");
    }
}
END_TEST

static const struct {
    guint columns;
    const char *has;
    const char *has_not;
} drop_rows[] = {
    {100, "alpha", NULL},
    {79, "dirty", "alpha"},
    {70, "pre-copy #2", "dirty"},
    {50, "118 MiB/s", "pre-copy"},
    {40, "6 s left", "MiB/s"},
    {24, "[", "left"},
    {12, "web", "["},
    {6, "42 %", "web"},
};

START_TEST(what_matters_least_goes_first)
{
    g_autofree char *line = drover_progress_line(&moving, &ascii, drop_rows[_i].columns);

    assert_contains(line, drop_rows[_i].has);
    ck_assert_msg(!drop_rows[_i].has_not || !strstr(line, drop_rows[_i].has_not), "'%s' at %u",
                  line, drop_rows[_i].columns);
}
END_TEST

static guint
count(const char *text, const char *part)
{
    guint n = 0;

    while ((text = strstr(text, part))) {
        text += strlen(part);
        n++;
    }
    return n;
}

START_TEST(the_bar_grows_with_the_percentage)
{
    DroverJobView view = moving;
    guint full = 0;

    for (view.percent = 0; view.percent <= 100; view.percent++) {
        g_autofree char *line = drover_progress_line(&view, &plain, 140);
        guint now = count(line, "━");

        ck_assert_uint_ge(now, full);
        ck_assert_int_eq(count(line, "─") == 0, view.percent == 100);
        full = now;
    }
    ck_assert_uint_eq(full, 40);
}
END_TEST

START_TEST(the_line_stands_still_when_figures_become_known)
{
    DroverJobView view = moving;
    g_autofree char *before = NULL;
    g_autofree char *after = drover_progress_line(&moving, &ascii, (guint) _i);

    view.dirty_rate_bytes_s = 0;
    view.bandwidth_bytes_s = 0;
    view.remaining_s = -1;
    before = drover_progress_line(&view, &ascii, (guint) _i);
    ck_assert_int_eq(strchr(before, '%') - before, strchr(after, '%') - after);
}
END_TEST

START_TEST(a_waiting_job_says_what_it_waits_for)
{
    DroverJobView view = moving;
    g_autofree char *line = NULL;
    g_autofree char *text = NULL;

    view.state = DROVER_JOB_STATE_STARTING;
    view.is_moving = FALSE;
    view.percent = 0;
    view.phase = "queued";
    view.status = "Queued: all 2 outgoing moves of host 'alpha' are taken";
    line = drover_progress_line(&view, &plain, 120);
    text = drover_progress_text(&view);
    assert_contains(line, "all 2 outgoing moves of host 'alpha' are taken");
    ck_assert_ptr_null(strstr(line, "MiB/s"));
    ck_assert_str_eq(text, "web: 0 %, queued, all 2 outgoing moves of host 'alpha' are taken");
}
END_TEST

START_TEST(a_log_line_has_no_bar)
{
    g_autofree char *text = drover_progress_text(&moving);

    ck_assert_str_eq(text, "web: 42 %, running, pre-copy iteration 2, 118 MiB/s, dirty 3.0 MiB/s, "
                           "6 s left");
}
END_TEST

START_TEST(names_cannot_steer_the_terminal)
{
    DroverJobView view = moving;
    g_autofree char *line = NULL;

    view.vm = "w\033[2Jeb\r";
    line = drover_progress_line(&view, &plain, 120);
    ck_assert_ptr_null(strpbrk(line, "\033\r\n"));
}
END_TEST

/* --- views ----------------------------------------------------------------------------------- */

static const struct {
    guint state;
    const char *status;
    const char *phase;
    const char *shown_state;
    const char *detail;
    gboolean ended;
    gboolean success;
} state_rows[] = {
    {3, "Queued: about to start", "queued", "queued", "about to start", FALSE, FALSE},
    {3, "Preparing", "connecting", "starting", "Preparing", FALSE, FALSE},
    {3, "Retrying at 12:00 (attempt 2 of 3)", "retrying", "retrying",
     "Retrying at 12:00 (attempt 2 of 3)", FALSE, FALSE},
    {4, "Running: post-copy", "post-copy", "running", "post-copy", FALSE, FALSE},
    {4, "Status unknown: waiting for beta", "unknown", "running",
     "Status unknown: waiting for beta", FALSE, FALSE},
    {5, "Suspended", "suspended", "suspended", NULL, FALSE, FALSE},
    {6, "Cancelling", "pre-copy", "cancelling", NULL, FALSE, FALSE},
    {7, "Completed", "completed", "completed", NULL, TRUE, TRUE},
    {8, "Terminated", "terminated", "cancelled", NULL, TRUE, FALSE},
    {9, "Killed", "killed", "killed", NULL, TRUE, FALSE},
    {10, "Copying: disk 'vda' failed.", "failed", "failed", "Copying: disk 'vda' failed.", TRUE,
     FALSE},
    {32768, "Completed with warnings", "completed-with-warnings", "completed",
     "Completed with warnings", TRUE, TRUE},
    {12, "", "", "running", NULL, FALSE, FALSE},
};

START_TEST(every_state_has_words)
{
    DroverJobView view = {.state = state_rows[_i].state,
                          .status = state_rows[_i].status,
                          .phase = state_rows[_i].phase};

    ck_assert_str_eq(drover_job_view_state(&view), state_rows[_i].shown_state);
    ck_assert_msg(!g_strcmp0(drover_job_view_detail(&view), state_rows[_i].detail), "'%s'",
                  drover_job_view_detail(&view));
    ck_assert_int_eq(drover_job_state_has_ended(view.state), state_rows[_i].ended);
    ck_assert_int_eq(drover_job_state_is_success(view.state), state_rows[_i].success);
}
END_TEST

START_TEST(a_view_takes_what_it_gets)
{
    g_autoptr(CimInstance) job = cim_instance_new("Msvm_MigrationJob");
    g_autoptr(CimInstance) statistics = cim_instance_new("Drover_MigrationStatistics");
    DroverJobView view;
    g_autofree char *bare = NULL;
    g_autofree char *whole = NULL;

    cim_instance_set_string(job, "VirtualSystemName", "0A0B");
    cim_instance_set_uint(job, "JobState", CIM_TYPE_UINT16, 7);
    drover_job_view_read(&view, job, NULL);
    bare = drover_job_view_outcome(&view);
    ck_assert_str_eq(bare, "moved '0A0B' from ? to ?");

    cim_instance_set_string(job, "DestinationHost", "beta");
    cim_instance_set_string(statistics, "SourceHost", "alpha");
    cim_instance_set_string(statistics, "VirtualSystemElementName", "web");
    cim_instance_set_uint(statistics, "ElapsedMilliseconds", CIM_TYPE_UINT64, 8240);
    cim_instance_set_uint(statistics, "DowntimeMilliseconds", CIM_TYPE_UINT64, 112);
    drover_job_view_read(&view, job, statistics);
    whole = drover_job_view_outcome(&view);
    ck_assert_str_eq(whole, "moved 'web' from alpha to beta in 8.2 s, pause 112 ms");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-progress");
    TCase *tc = tcase_create("progress");

    tcase_add_test(tc, a_wide_line_shows_it_all);
    tcase_add_loop_test(tc, no_width_is_exceeded, 6, 140);
    tcase_add_loop_test(tc, what_matters_least_goes_first, 0, G_N_ELEMENTS(drop_rows));
    tcase_add_test(tc, the_bar_grows_with_the_percentage);
    tcase_add_loop_test(tc, the_line_stands_still_when_figures_become_known, 20, 120);
    tcase_add_test(tc, a_waiting_job_says_what_it_waits_for);
    tcase_add_test(tc, a_log_line_has_no_bar);
    tcase_add_test(tc, names_cannot_steer_the_terminal);
    tcase_add_loop_test(tc, every_state_has_words, 0, G_N_ELEMENTS(state_rows));
    tcase_add_test(tc, a_view_takes_what_it_gets);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
