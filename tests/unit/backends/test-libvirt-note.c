#include "tests/unit/check-main.h"

#include "backends/evidence-words.h"
#include "backends/libvirt/note.h"

/* libvirt's numbers in the words of a job's black box. */

START_TEST(flags_and_parameters_are_named)
{
    const DroverTransferOptions options = {
        .bandwidth_mib_s = 100, .streams = 4, .migration_uri = "tcp://10.0.0.2"};
    g_auto(DroverParameters) parameters = {0};
    g_autofree char *text = NULL;

    drover_parameters_set(&parameters, &options, TRUE);
    text = drover_parameters_text(&parameters);
    ck_assert_str_eq(text, "PEER2PEER LIVE PERSIST_DEST UNDEFINE_SOURCE PARALLEL, bandwidth=100, "
                           "parallel.connections=4, migrate_uri=tcp://10.0.0.2");
}
END_TEST

/* A flag that drover can set must not be missing from what it says. */
START_TEST(each_flag_has_a_name)
{
    for (guint bit = 0; bit < 32; bit++) {
        const DroverTransferOptions options = {.auto_converge = TRUE,
                                               .post_copy = TRUE,
                                               .compress = TRUE,
                                               .tls = TRUE,
                                               .copy_storage = TRUE,
                                               .allow_unsafe = TRUE,
                                               .streams = 2,
                                               .zero_copy = TRUE};
        g_auto(DroverParameters) parameters = {0};
        DroverParameters one = {0};
        g_autofree char *text = NULL;

        drover_parameters_set(&parameters, &options, TRUE);
        one.flags = parameters.flags & (1u << bit);
        text = drover_parameters_text(&one);
        ck_assert_msg(!one.flags || *text, "flag %u", one.flags);
    }
}
END_TEST

static const struct {
    int event, detail;
    const char *words;
} events[] = {
    {VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_MIGRATED, "started (migrated)"},
    {VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY, "suspended (postcopy)"},
    {VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_MIGRATED, "resumed (migrated)"},
    {VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_FAILED, "stopped (failed)"},
    {VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_MIGRATED, "stopped (migrated)"},
    {VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_CRASHED, "stopped (crashed)"},
    {VIR_DOMAIN_EVENT_STOPPED, 99, "stopped"},
    {VIR_DOMAIN_EVENT_DEFINED, -1, "defined"},
    {99, 3, "event 99 (3)"},
    {-1, 0, "event -1 (0)"},
};

START_TEST(events_are_told_in_words)
{
    g_autofree char *text = drover_lifecycle_text(events[_i].event, events[_i].detail);

    ck_assert_str_eq(text, events[_i].words);
}
END_TEST

START_TEST(a_remedy_that_failed_has_libvirts_words_and_numbers)
{
    DroverRemedyResult result = {DROVER_REMEDY_FAILED, drover_vir_error_new(38, 7, 111, "refused")};
    DroverNote note = {.what = "destroy"};

    drover_remedy_note(&result, &note);
    ck_assert_int_eq(note.kind, DROVER_NOTE_ANSWER);
    ck_assert_str_eq(note.detail, "refused");
    ck_assert_int_eq(note.code, 38);
    ck_assert_int_eq(note.domain, 7);
    ck_assert_int_eq(note.int1, 111);
    drover_vir_error_free(result.error);

    note = (DroverNote){.what = "destroy"};
    drover_remedy_note(NULL, &note);
    ck_assert_str_eq(note.detail, "the host does not answer");
    ck_assert_int_eq(note.code, 0);
}
END_TEST

START_TEST(evidence_is_told_in_words)
{
    const DroverEvidence evidence = {
        .source = {.seen = DROVER_SEEN_PAUSED, .why = DROVER_WHY_MIGRATION},
        .destination = {.seen = DROVER_SEEN_RUNNING, .why = DROVER_WHY_MIGRATED},
        .job = DROVER_JOB_NONE,
    };
    g_autofree char *text = drover_evidence_text(&evidence);

    ck_assert_str_eq(text, "source paused (migration), destination running (migrated), job none");
}
END_TEST

int
main(void)
{
    int ready = virInitialize(); /* or libvirt aborts when it resets an error that never was */
    Suite *suite = suite_create("libvirt-note");
    TCase *tc = tcase_create("note");

    tcase_add_test(tc, flags_and_parameters_are_named);
    tcase_add_test(tc, each_flag_has_a_name);
    tcase_add_loop_test(tc, events_are_told_in_words, 0, G_N_ELEMENTS(events));
    tcase_add_test(tc, a_remedy_that_failed_has_libvirts_words_and_numbers);
    tcase_add_test(tc, evidence_is_told_in_words);
    suite_add_tcase(suite, tc);
    return ready == 0 ? run_tap(suite) : EXIT_FAILURE;
}
