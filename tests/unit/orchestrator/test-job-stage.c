#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/job.h"
#include "orchestrator/return-codes.h"

#define OK  DROVER_RC_COMPLETED
#define BAD DROVER_RC_INVALID_STATE
#define NO  DROVER_RC_NOT_SUPPORTED

/* DESIGN's verbs, cell by cell. */
/* clang-format off */
static const struct {
    DroverStage stage;
    guint16 job_state;
    guint16 status[2];
    guint16 transfer_state;
    gboolean is_final;
    guint32 start, suspend, terminate, kill, service;
} table[] = {
    { DROVER_STAGE_QUEUED,     3, { 2, 0 },  0, FALSE, BAD, OK,  OK,  OK,  NO },
    { DROVER_STAGE_PREPARING,  3, { 2, 0 },  1, FALSE, BAD, OK,  OK,  OK,  NO },
    { DROVER_STAGE_MOVING,     4, { 2, 0 },  2, FALSE, BAD, OK,  OK,  OK,  NO },
    { DROVER_STAGE_SUSPENDED,  5, { 2, 0 },  3, FALSE, OK,  BAD, OK,  OK,  NO },
    { DROVER_STAGE_RETRYING,   3, { 3, 0 },  5, FALSE, OK,  OK,  OK,  OK,  NO },
    { DROVER_STAGE_UNKNOWN,    4, { 13, 0 }, 5, FALSE, BAD, BAD, OK,  OK,  NO },
    { DROVER_STAGE_RECOVERING, 4, { 3, 0 },  5, FALSE, BAD, BAD, BAD, BAD, NO },
    { DROVER_STAGE_CANCELLING, 6, { 9, 0 },  2, FALSE, BAD, BAD, BAD, OK,  NO },
    { DROVER_STAGE_COMPLETED,  7, { 2, 17 }, 6, TRUE,  BAD, BAD, BAD, BAD, NO },
    { DROVER_STAGE_COMPLETED_WITH_WARNINGS,
                           32768, { 3, 17 }, 6, TRUE,  BAD, BAD, BAD, BAD, NO },
    { DROVER_STAGE_FAILED,    10, { 6, 17 }, 4, TRUE,  OK,  BAD, BAD, BAD, NO },
    { DROVER_STAGE_TERMINATED, 8, { 10, 17 },8, TRUE,  BAD, BAD, BAD, BAD, NO },
    { DROVER_STAGE_KILLED,     9, { 10, 17 },8, TRUE,  BAD, BAD, BAD, BAD, NO },
};
/* clang-format on */

static DroverJob *
job_in(DroverStage stage)
{
    DroverJob *job = drover_job_new();

    job->record.id = g_strdup("0D1E3B5C-0000-4000-8000-000000000001");
    job->record.guest_name = g_strdup("web");
    job->record.source = g_strdup("alpha");
    job->record.destination = g_strdup("beta");
    job->record.stage = stage;
    return job;
}

START_TEST(every_stage_shows_what_the_design_says)
{
    const DroverStageInfo *info = drover_stage_info(table[_i].stage);
    g_autoptr(DroverJob) job = job_in(table[_i].stage);
    guint16 status[2];

    ck_assert_uint_eq(info->job_state, table[_i].job_state);
    ck_assert_uint_eq(info->transfer_state, table[_i].transfer_state);
    ck_assert_int_eq(info->is_final, table[_i].is_final);
    drover_job_operational_status(job, status);
    ck_assert_uint_eq(status[0], table[_i].status[0]);
    ck_assert_uint_eq(status[1], table[_i].status[1]);
}
END_TEST

START_TEST(every_verb_on_every_stage_is_allowed_or_refused_as_designed)
{
    g_autoptr(DroverJob) job = job_in(table[_i].stage);
    const guint32 expected[] = {table[_i].start, table[_i].suspend, table[_i].terminate,
                                table[_i].kill, table[_i].service};

    for (guint verb = DROVER_VERB_START; verb <= DROVER_VERB_SERVICE; verb++) {
        g_autofree char *reason = NULL;
        guint32 code = drover_job_check_verb(job, (DroverVerb) verb, &reason);

        ck_assert_msg(code == expected[verb - DROVER_VERB_START], "%s on %s: %u",
                      drover_verb_name(verb), drover_stage_info(table[_i].stage)->name, code);
        ck_assert((code == OK) == (reason == NULL));
    }
}
END_TEST

START_TEST(unknown_verbs_are_invalid_parameters)
{
    g_autoptr(DroverJob) job = job_in(table[_i].stage);
    const guint verbs[] = {0, 1, 7, 32767, 65535};

    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
        g_autofree char *reason = NULL;

        ck_assert_uint_eq(drover_job_check_verb(job, (DroverVerb) verbs[i], &reason),
                          DROVER_RC_INVALID_PARAMETER);
    }
}
END_TEST

START_TEST(postcopy_refuses_every_verb)
{
    const DroverPhase phases[] = {DROVER_PHASE_POSTCOPY, DROVER_PHASE_POSTCOPY_BROKEN};
    const DroverStage stages[] = {DROVER_STAGE_MOVING, DROVER_STAGE_RECOVERING,
                                  DROVER_STAGE_UNKNOWN};

    for (guint i = 0; i < G_N_ELEMENTS(stages); i++) {
        g_autoptr(DroverJob) job = job_in(stages[i]);

        job->record.phase = phases[i % 2];
        for (guint verb = DROVER_VERB_SUSPEND; verb <= DROVER_VERB_KILL; verb++) {
            ck_assert_uint_eq(drover_job_check_verb(job, (DroverVerb) verb, NULL), BAD);
        }
        ck_assert(!drover_job_is_cancellable(job));
    }
}
END_TEST

START_TEST(an_error_makes_a_waiting_job_degraded_not_ok)
{
    g_autoptr(DroverJob) job = job_in(DROVER_STAGE_QUEUED);
    guint16 status[2];

    job->record.failure = drover_failure_new(DROVER_FAILURE_DESTINATION_REFUSED);
    drover_job_operational_status(job, status);
    ck_assert_uint_eq(status[0], 3);
    g_clear_pointer(&job->record.failure, drover_failure_free);
    drover_job_operational_status(job, status);
    ck_assert_uint_eq(status[0], 2);
}
END_TEST

START_TEST(no_final_stage_but_failed_leads_anywhere)
{
    for (guint to = DROVER_STAGE_QUEUED; to <= DROVER_STAGE_LAST; to++) {
        /* started again, or as a transfer job held or given up */
        gboolean restart = table[_i].stage == DROVER_STAGE_FAILED &&
                           (to == DROVER_STAGE_QUEUED || to == DROVER_STAGE_SUSPENDED ||
                            to == DROVER_STAGE_TERMINATED);

        if (table[_i].is_final) {
            ck_assert_int_eq(drover_stage_may_become(table[_i].stage, (DroverStage) to), restart);
        }
        ck_assert(to != (guint) table[_i].stage ||
                  !drover_stage_may_become(table[_i].stage, (DroverStage) to));
    }
}
END_TEST

START_TEST(status_texts_begin_with_the_words_of_the_design)
{
    static const struct {
        DroverStage stage;
        DroverPhase phase;
        const char *text;
    } rows[] = {
        {DROVER_STAGE_QUEUED, DROVER_PHASE_NONE, "Queued: "},
        {DROVER_STAGE_PREPARING, DROVER_PHASE_CONNECTING, "Preparing"},
        {DROVER_STAGE_MOVING, DROVER_PHASE_PRECOPY, "Running: pre-copy iteration 1"},
        {DROVER_STAGE_MOVING, DROVER_PHASE_POSTCOPY, "Running: post-copy"},
        {DROVER_STAGE_MOVING, DROVER_PHASE_SWITCHOVER, "Running: switchover"},
        {DROVER_STAGE_SUSPENDED, DROVER_PHASE_NONE, "Suspended"},
        {DROVER_STAGE_RETRYING, DROVER_PHASE_NONE,
         "Retrying at 1970-01-01T00:00:00Z (attempt 1 of 0)"},
        {DROVER_STAGE_UNKNOWN, DROVER_PHASE_UNKNOWN, "Status unknown: waiting for "},
        {DROVER_STAGE_RECOVERING, DROVER_PHASE_POSTCOPY_BROKEN, "Recovering post-copy"},
        {DROVER_STAGE_CANCELLING, DROVER_PHASE_PRECOPY, "Cancelling"},
        {DROVER_STAGE_COMPLETED, DROVER_PHASE_ENDED, "Completed"},
        {DROVER_STAGE_COMPLETED_WITH_WARNINGS, DROVER_PHASE_ENDED, "Completed with warnings"},
        {DROVER_STAGE_TERMINATED, DROVER_PHASE_ENDED, "Terminated"},
        {DROVER_STAGE_KILLED, DROVER_PHASE_ENDED, "Killed"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(DroverJob) job = job_in(rows[i].stage);
        g_autofree char *text = NULL;

        job->record.phase = rows[i].phase;
        text = drover_job_status_text(job);
        ck_assert_msg(g_str_has_prefix(text, rows[i].text), "'%s', not '%s'", text, rows[i].text);
    }
}
END_TEST

START_TEST(a_failed_job_says_its_error)
{
    g_autoptr(DroverJob) job = job_in(DROVER_STAGE_FAILED);
    g_autofree char *text = NULL;

    job->record.failure = drover_failure_new(DROVER_FAILURE_MEMORY_SHORT);
    job->record.failure->guest = g_strdup("web");
    job->record.failure->destination = g_strdup("beta");
    text = drover_job_status_text(job);
    ck_assert_str_eq(text, "'beta' does not have enough free memory for guest 'web'.");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("job-stage");
    TCase *tc = tcase_create("table");

    tcase_add_loop_test(tc, every_stage_shows_what_the_design_says, 0, G_N_ELEMENTS(table));
    tcase_add_loop_test(tc, every_verb_on_every_stage_is_allowed_or_refused_as_designed, 0,
                        G_N_ELEMENTS(table));
    tcase_add_loop_test(tc, unknown_verbs_are_invalid_parameters, 0, G_N_ELEMENTS(table));
    tcase_add_loop_test(tc, no_final_stage_but_failed_leads_anywhere, 0, G_N_ELEMENTS(table));
    tcase_add_test(tc, postcopy_refuses_every_verb);
    tcase_add_test(tc, an_error_makes_a_waiting_job_degraded_not_ok);
    tcase_add_test(tc, status_texts_begin_with_the_words_of_the_design);
    tcase_add_test(tc, a_failed_job_says_its_error);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
