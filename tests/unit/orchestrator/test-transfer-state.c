/* The transfer job's table of states and calls, cell by cell, and its table of errors. */
#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/transfer-error.h"
#include "orchestrator/transfer-state.h"

#define NO  DROVER_TRANSFER_REFUSE
#define SO  DROVER_TRANSFER_NOTHING
#define DO  DROVER_TRANSFER_APPLY
#define OFF DROVER_TRANSFER_TAKE_OFF

/* clang-format off */
static const struct {
    DroverStage stage;
    DroverPhase phase;
    guint state;
    DroverTransferStep suspend, resume, cancel, complete;
    gboolean tells_error;
} table[] = {
    { DROVER_STAGE_QUEUED,     DROVER_PHASE_NONE,             0, DO, SO, DO, NO, TRUE },
    { DROVER_STAGE_PREPARING,  DROVER_PHASE_CONNECTING,       1, DO, SO, DO, NO, TRUE },
    { DROVER_STAGE_MOVING,     DROVER_PHASE_PRECOPY,          2, DO, SO, DO, NO, FALSE },
    { DROVER_STAGE_MOVING,     DROVER_PHASE_POSTCOPY,         2, NO, SO, NO, NO, FALSE },
    { DROVER_STAGE_SUSPENDED,  DROVER_PHASE_ENDED,            3, SO, DO, DO, NO, TRUE },
    { DROVER_STAGE_FAILED,     DROVER_PHASE_ENDED,            4, DROVER_TRANSFER_HOLD, DO,
                                                 DROVER_TRANSFER_GIVE_UP, OFF, TRUE },
    { DROVER_STAGE_RETRYING,   DROVER_PHASE_ENDED,            5, DO, DO, DO, NO, TRUE },
    { DROVER_STAGE_UNKNOWN,    DROVER_PHASE_UNKNOWN,          5, NO, NO, DO, NO, TRUE },
    { DROVER_STAGE_RECOVERING, DROVER_PHASE_POSTCOPY_BROKEN,  5, NO, NO, NO, NO, TRUE },
    { DROVER_STAGE_COMPLETED,  DROVER_PHASE_ENDED,            6, NO, NO, NO, OFF, FALSE },
    { DROVER_STAGE_COMPLETED_WITH_WARNINGS, DROVER_PHASE_ENDED, 6, NO, NO, NO, OFF, FALSE },
    { DROVER_STAGE_TERMINATED, DROVER_PHASE_ENDED,            8, NO, NO, NO, NO, FALSE },
    { DROVER_STAGE_KILLED,     DROVER_PHASE_ENDED,            8, NO, NO, NO, NO, FALSE },
    /* being cancelled: as before */
    { DROVER_STAGE_CANCELLING, DROVER_PHASE_CONNECTING,       1, NO, NO, SO, NO, TRUE },
    { DROVER_STAGE_CANCELLING, DROVER_PHASE_PRECOPY,          2, NO, NO, SO, NO, FALSE },
    { DROVER_STAGE_CANCELLING, DROVER_PHASE_UNKNOWN,          5, NO, NO, SO, NO, TRUE },
};
/* clang-format on */

static DroverJob *
job_in(guint row)
{
    DroverJob *job = drover_job_new();

    job->record.id = g_strdup("0D1E3B5C-0000-4000-8000-000000000001");
    job->record.stage = table[row].stage;
    job->record.phase = table[row].phase;
    return job;
}

START_TEST(every_call_in_every_state_does_what_the_table_says)
{
    const DroverTransferStep expected[] = {
        [DROVER_TRANSFER_SUSPEND] = table[_i].suspend,
        [DROVER_TRANSFER_RESUME] = table[_i].resume,
        [DROVER_TRANSFER_CANCEL] = table[_i].cancel,
        [DROVER_TRANSFER_COMPLETE] = table[_i].complete,
    };
    g_autoptr(DroverJob) job = job_in((guint) _i);

    for (guint verb = 0; verb < G_N_ELEMENTS(expected); verb++) {
        DroverVerb job_verb;
        DroverTransferStep step = drover_transfer_step(job, (DroverTransferVerb) verb, &job_verb);

        ck_assert_msg(step == expected[verb], "call %u: %u, not %u", verb, step, expected[verb]);
        /* What is applied is taken. */
        ck_assert(step != DO || drover_job_check_verb(job, job_verb, NULL) == 0);
    }
}
END_TEST

START_TEST(every_stage_has_its_state)
{
    g_autoptr(DroverJob) job = job_in((guint) _i);

    ck_assert_uint_eq(drover_transfer_state(job), table[_i].state);
}
END_TEST

START_TEST(an_error_is_told_until_data_flows)
{
    g_autoptr(DroverJob) job = job_in((guint) _i);

    ck_assert_ptr_null(drover_transfer_error(job));
    job->record.failure = drover_failure_new(DROVER_FAILURE_DESTINATION_REFUSED);
    ck_assert_int_eq(drover_transfer_error(job) != NULL, table[_i].tells_error);
}
END_TEST

START_TEST(a_job_that_is_being_suspended_is_not_resumed)
{
    g_autoptr(DroverJob) job = job_in(2);
    DroverVerb verb;

    job->record.intention = DROVER_VERB_SUSPEND;
    ck_assert_uint_eq(drover_transfer_step(job, DROVER_TRANSFER_SUSPEND, &verb), SO);
    ck_assert_uint_eq(drover_transfer_step(job, DROVER_TRANSFER_RESUME, &verb), NO);
    ck_assert_uint_eq(drover_transfer_step(job, DROVER_TRANSFER_CANCEL, &verb), DO);
}
END_TEST

START_TEST(every_failure_has_context_and_code)
{
    for (guint kind = DROVER_FAILURE_NONE + 1; kind < 512; kind++) {
        const char *name = drover_failure_kind_name((DroverFailureKind) kind);
        const DroverTransferError *info = drover_transfer_error_info((DroverFailureKind) kind);

        ck_assert_msg(!name || drover_transfer_error_is_listed((DroverFailureKind) kind),
                      "orchestrator/transfer-error.c lacks a row for '%s'", name);
        ck_assert_uint_ne(info->hresult, DROVER_S_OK);
        ck_assert_uint_ne(info->context, DROVER_CONTEXT_NONE);
        ck_assert_uint_gt(strlen(drover_error_context_text(info->context)), 0);
    }
}
END_TEST

START_TEST(lost_networks_do_not_count)
{
    static const struct {
        DroverFailureKind kind;
        gboolean counts;
        guint32 hresult;
    } rows[] = {
        {DROVER_FAILURE_HOST_UNREACHABLE, FALSE, 0x80200010u},
        {DROVER_FAILURE_SOURCE_LOST, FALSE, 0x80200010u},
        {DROVER_FAILURE_DESTINATION_LOST, FALSE, 0x80200010u},
        {DROVER_FAILURE_DESTINATION_REFUSED, TRUE, 0x8007274du},
        {DROVER_FAILURE_ACCESS_DENIED, TRUE, 0x80070005u},
        {DROVER_FAILURE_MEMORY_SHORT, TRUE, 0x8007000eu},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        ck_assert_int_eq(drover_transfer_error_counts(rows[i].kind), rows[i].counts);
        ck_assert_uint_eq(drover_transfer_error_info(rows[i].kind)->hresult, rows[i].hresult);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("transfer-state");
    TCase *tc = tcase_create("tables");
    int n = G_N_ELEMENTS(table);

    tcase_add_loop_test(tc, every_call_in_every_state_does_what_the_table_says, 0, n);
    tcase_add_loop_test(tc, every_stage_has_its_state, 0, n);
    tcase_add_loop_test(tc, an_error_is_told_until_data_flows, 0, n);
    tcase_add_test(tc, a_job_that_is_being_suspended_is_not_resumed);
    tcase_add_test(tc, every_failure_has_context_and_code);
    tcase_add_test(tc, lost_networks_do_not_count);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
