#include "tests/unit/check-main.h"

#include "tests/unit/backends/recorded-errors.h"

#define K(kind) DROVER_FAILURE_##kind
#define SRC     DROVER_SIDE_SOURCE
#define DST     DROVER_SIDE_DESTINATION

static DroverFailure *
classify(const DroverErrorContext *pattern, int code, int domain, int int1, const char *message)
{
    g_autoptr(DroverVirError) error = drover_vir_error_new(code, domain, int1, message);
    DroverErrorContext context = *pattern;

    context.error = error;
    return drover_classify(&context, NULL);
}

static const DroverErrorContext in_flight = {
    .step = DROVER_CALL_MADE,
    .source_alive = TRUE,
    .phase = DROVER_PHASE_CONNECTING,
    .peer_port = 16509,
};

START_TEST(what_was_recorded_is_told_apart)
{
    guint n;
    const RecordedError *row = recorded_errors(&n) + _i;
    gboolean untouched;
    g_autoptr(DroverFailure) failure = recorded_classify(row, &untouched);

    ck_assert_str_eq(drover_failure_kind_name(failure->kind), drover_failure_kind_name(row->kind));
    ck_assert_msg(failure->transient == row->transient, "%s", row->message);
    ck_assert_msg(failure->where == row->where, "%s", row->message);
    ck_assert_pstr_eq(failure->element, row->element);
    ck_assert_msg(untouched == row->untouched, "%s", row->message);
    ck_assert_str_eq(failure->text, row->message);
    ck_assert_int_eq(failure->code, row->code);
    ck_assert_int_eq(failure->domain, row->domain);
    ck_assert_int_eq(failure->int1, row->int1);
}
END_TEST

/* A row that nothing reaches is wrong, or stands behind one that takes all of its errors. */
START_TEST(every_row_of_the_table_is_reached)
{
    g_autoptr(GHashTable) reached = g_hash_table_new(NULL, NULL);
    guint n, missed = 0;
    const RecordedError *rows = recorded_errors(&n);
    char *text;

    for (guint i = 0; i < n; i++) {
        g_hash_table_add(reached, GUINT_TO_POINTER(recorded_row(&rows[i])));
    }
    for (guint i = 0; (text = drover_classify_row_text(i)); i++) {
        if (!g_hash_table_contains(reached, GUINT_TO_POINTER(i))) {
            g_printerr("# not reached: row %u, %s\n", i, text);
            missed++;
        }
        g_free(text);
    }
    ck_assert_uint_eq(missed, 0);
}
END_TEST

/* Kinds that are true of many errors: what is left when the words cannot be read. */
static gboolean
is_coarse(DroverFailureKind kind)
{
    static const DroverFailureKind coarse[] = {
        K(LIBVIRT),
        K(QEMU),
        K(SOURCE_LOST),
        K(DESTINATION_LOST),
        K(HOST_UNREACHABLE),
        K(AUTHENTICATION),
        K(SSH),
        K(DESTINATION_REFUSED),
        K(OPTION_INVALID),
        K(OPTION_UNSUPPORTED),
        K(DRIVER_CANNOT_MIGRATE),
    };

    for (guint i = 0; i < G_N_ELEMENTS(coarse); i++) {
        if (coarse[i] == kind) {
            return TRUE;
        }
    }
    return FALSE;
}

START_TEST(translated_words_give_a_coarser_kind)
{
    guint n;
    RecordedError row = recorded_errors(&n)[_i];
    g_autoptr(DroverFailure) failure = NULL;

    row.message = "Auf einem der Wirte ging es schief";
    failure = recorded_classify(&row, NULL);
    ck_assert_msg(failure->kind == row.kind || is_coarse(failure->kind), "%s became %s: %s",
                  drover_failure_kind_name(row.kind), drover_failure_kind_name(failure->kind),
                  recorded_errors(&n)[_i].message);
}
END_TEST

START_TEST(codes_without_words_still_give_a_kind)
{
    for (int code = 0; code < 130; code++) {
        for (int domain = 0; domain < 80; domain++) {
            g_autoptr(DroverFailure) failure = classify(&in_flight, code, domain, -1, "");

            ck_assert_int_ne(failure->kind, DROVER_FAILURE_NONE);
        }
    }
}
END_TEST

START_TEST(not_running_means_what_became_of_the_guest)
{
    const struct {
        DroverWhy stop;
        DroverFailureKind kind;
    } ends[] = {
        {DROVER_WHY_SHUTDOWN, K(GUEST_STOPPED)},
        {DROVER_WHY_DESTROYED, K(GUEST_DESTROYED)},
        {DROVER_WHY_CRASHED, K(SOURCE_QEMU_DIED)},
        {DROVER_WHY_OTHER, K(SOURCE_QEMU_DIED)},
    };

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        DroverErrorContext context = in_flight;
        g_autoptr(DroverFailure) failure = NULL;

        context.phase = DROVER_PHASE_PRECOPY;
        context.source_stop = ends[i].stop;
        failure = classify(&context, 9, 20, -1, "operation failed: domain is not running");
        ck_assert_int_eq(failure->kind, ends[i].kind);
    }
}
END_TEST

START_TEST(a_dead_connection_is_the_source_s)
{
    const struct {
        int code, int1;
        const char *message;
    } lost[] = {
        {1, -1, "internal error: client socket is closed"},
        {38, 5, "End of file while reading data: Input/output error"},
        {38, 104, "Cannot recv data: Connection reset by peer"},
    };
    DroverErrorContext context = in_flight;

    context.source_alive = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(lost); i++) {
        g_autoptr(DroverVirError) error =
            drover_vir_error_new(lost[i].code, 7, lost[i].int1, lost[i].message);
        g_autoptr(DroverFailure) failure = NULL;
        gboolean untouched;

        context.error = error;
        failure = drover_classify(&context, &untouched);
        ck_assert_int_eq(failure->kind, DROVER_FAILURE_SOURCE_LOST);
        ck_assert_int_eq(failure->where, SRC);
        ck_assert(!untouched);
    }
}
END_TEST

START_TEST(drover_s_own_connection_names_the_host_it_leads_to)
{
    DroverErrorContext context = {.step = DROVER_CALL_OPENING, .side = DST};
    g_autoptr(DroverFailure) refused =
        classify(&context, 38, 7, 111,
                 "unable to connect to server at '10.1.0.2:16509': Connection refused");
    g_autoptr(DroverFailure) credentials =
        classify(&context, 45, 7, -1, "authentication failed: authentication failed");
    g_autoptr(DroverFailure) uri =
        classify(&context, 5, 0, -1, "no connection driver available for foo:///system");

    ck_assert_int_eq(refused->kind, DROVER_FAILURE_HOST_UNREACHABLE);
    ck_assert_int_eq(refused->where, DST);
    ck_assert(refused->transient);
    ck_assert_int_eq(credentials->kind, DROVER_FAILURE_HOST_UNREACHABLE);
    ck_assert(!credentials->transient);
    ck_assert_int_eq(uri->kind, DROVER_FAILURE_BAD_URI);
}
END_TEST

START_TEST(two_machines_taken_for_one_have_a_wrong_peer_uri)
{
    DroverErrorContext context = in_flight;
    g_autoptr(DroverFailure) failure = NULL;

    context.two_hosts = TRUE;
    failure = classify(&context, 1, 10, -1,
                       "internal error: Attempt to migrate guest to the same host 14d054d6");
    ck_assert_int_eq(failure->kind, DROVER_FAILURE_SAME_HOST);
}
END_TEST

START_TEST(a_copy_that_vanished_on_its_way_is_not_a_missing_guest)
{
    DroverErrorContext context = in_flight;
    g_autoptr(DroverFailure) failure = NULL;

    context.phase = DROVER_PHASE_PRECOPY;
    failure =
        classify(&context, 42, 10, -1, "Domain not found: no domain with matching name 'web'");
    ck_assert_int_eq(failure->kind, DROVER_FAILURE_DESTINATION_QEMU_DIED);
}
END_TEST

/* The exception: the memory that flows is that of somebody else's move, which kept ours from
 * beginning. */
START_TEST(nothing_counts_as_untouched_once_memory_flowed)
{
    guint n;
    const RecordedError *rows = recorded_errors(&n);

    for (guint i = 0; i < n; i++) {
        RecordedError row = rows[i];
        g_autoptr(DroverFailure) failure = NULL;
        gboolean untouched;

        row.when |= RECORDED_MOVING;
        failure = recorded_classify(&row, &untouched);
        ck_assert_int_eq(untouched, strstr(row.message, "another migration job") != NULL);
    }
}
END_TEST

START_TEST(ports_of_peer_uris)
{
    const struct {
        const char *uri;
        guint port;
    } uris[] = {
        {"qemu+tcp://beta/system", 16509},
        {"qemu+tcp://10.1.0.2:16599/system", 16599},
        {"qemu+tls://beta/system", 16514},
        {"qemu://beta/system", 16514},
        {"qemu+tcp://[fd00::2]:77/s", 77},
        {"qemu+ssh://root@beta/system", 0},
        {"qemu:///system", 0},
        {"", 0},
    };

    for (guint i = 0; i < G_N_ELEMENTS(uris); i++) {
        ck_assert_uint_eq(drover_uri_port(uris[i].uri), uris[i].port);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("libvirt-classify");
    TCase *tcase = tcase_create("classify");
    guint n;

    recorded_errors(&n);
    tcase_add_loop_test(tcase, what_was_recorded_is_told_apart, 0, (int) n);
    tcase_add_loop_test(tcase, translated_words_give_a_coarser_kind, 0, (int) n);
    tcase_add_test(tcase, every_row_of_the_table_is_reached);
    tcase_add_test(tcase, codes_without_words_still_give_a_kind);
    tcase_add_test(tcase, not_running_means_what_became_of_the_guest);
    tcase_add_test(tcase, a_dead_connection_is_the_source_s);
    tcase_add_test(tcase, drover_s_own_connection_names_the_host_it_leads_to);
    tcase_add_test(tcase, two_machines_taken_for_one_have_a_wrong_peer_uri);
    tcase_add_test(tcase, a_copy_that_vanished_on_its_way_is_not_a_missing_guest);
    tcase_add_test(tcase, nothing_counts_as_untouched_once_memory_flowed);
    tcase_add_test(tcase, ports_of_peer_uris);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
