#include "tests/unit/check-main.h"

#include "backends/backend.h"
#include "backends/libvirt/call.h"

/* libvirt's own test driver: hosts and guests without a hypervisor, which cannot migrate. */
#define TEST_URI   "test:///default"
#define NOBODY_URI "qemu+tcp://127.0.0.1:1/system"        /* where nothing listens */
#define GUEST_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f" /* of that driver's guest "test" */

typedef struct {
    GMainContext *context;
    DroverClock *clock;
    DroverBackend *backend;
} Fixture;

static void
set_up(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    fixture->context = g_main_context_new();
    fixture->clock = drover_clock_new_real(fixture->context);
    fixture->backend = drover_libvirt_backend_new(fixture->context, fixture->clock, &error);
    g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture)
{
    drover_backend_free(fixture->backend);
    drover_clock_unref(fixture->clock);
    g_main_context_unref(fixture->context);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, tear_down)

static void
add_host(Fixture *fixture, const char *name, const char *uri)
{
    g_autoptr(GError) error = NULL;

    ck_assert(fixture->backend->klass->add_host(fixture->backend, name, uri, NULL, &error));
    ck_assert_ptr_null(error);
}

static const DroverHost *
wait_for_state(Fixture *fixture, const char *name, DroverHostState state)
{
    const DroverHost *host;

    while ((host = drover_inventory_find_host(fixture->backend->inventory, name)) &&
           host->state != state) {
        g_main_context_iteration(fixture->context, TRUE);
    }
    ck_assert_ptr_nonnull(host);
    return host;
}

/* --- hosts ----------------------------------------------------------------------------------- */

START_TEST(a_host_comes_up_with_its_guests)
{
    g_auto(Fixture) fixture = {0};
    const DroverGuest *guest;

    set_up(&fixture);
    add_host(&fixture, "alpha", TEST_URI);
    wait_for_state(&fixture, "alpha", DROVER_HOST_UP);
    guest = drover_inventory_find_guest(fixture.backend->inventory, GUEST_UUID);
    ck_assert_ptr_nonnull(guest);
    ck_assert_str_eq(guest->name, "test");
    ck_assert_str_eq(guest->host->name, "alpha");
    ck_assert_int_eq(guest->state, DROVER_GUEST_RUNNING);
    ck_assert(guest->persistent);
    ck_assert_uint_gt(guest->vcpus, 0);
}
END_TEST

START_TEST(a_host_tells_its_facts)
{
    g_auto(Fixture) fixture = {0};
    const DroverHost *host;

    set_up(&fixture);
    add_host(&fixture, "alpha", TEST_URI);
    host = wait_for_state(&fixture, "alpha", DROVER_HOST_UP);
    while (!host->version) {
        g_main_context_iteration(fixture.context, TRUE);
    }
    ck_assert(g_str_has_prefix(host->version, "libvirt "));
    ck_assert_uint_gt(host->cpus, 0);
    ck_assert_uint_gt(host->memory_total_kib, 0);
}
END_TEST

START_TEST(an_event_changes_the_guest_at_once)
{
    g_auto(Fixture) fixture = {0};
    g_autoptr(virConnect) other = NULL;
    g_autoptr(virDomain) domain = NULL;
    const DroverGuest *guest;

    set_up(&fixture);
    add_host(&fixture, "alpha", TEST_URI); /* connections to the default test host share it */
    wait_for_state(&fixture, "alpha", DROVER_HOST_UP);
    other = virConnectOpen(TEST_URI);
    domain = virDomainLookupByName(other, "test");
    ck_assert_int_eq(virDomainSuspend(domain), 0);
    while ((guest = drover_inventory_find_guest(fixture.backend->inventory, GUEST_UUID)) &&
           guest->state != DROVER_GUEST_PAUSED) {
        g_main_context_iteration(fixture.context, TRUE);
    }
    ck_assert_ptr_nonnull(guest);
    ck_assert_int_eq(virDomainUndefine(domain), 0);
    ck_assert_int_eq(virDomainDestroy(domain), 0);
    while (drover_inventory_find_guest(fixture.backend->inventory, GUEST_UUID)) {
        g_main_context_iteration(fixture.context, TRUE);
    }
}
END_TEST

START_TEST(a_host_that_cannot_be_reached_is_down_and_says_why)
{
    g_auto(Fixture) fixture = {0};
    const DroverHost *host;

    set_up(&fixture);
    add_host(&fixture, "nobody", NOBODY_URI);
    host = wait_for_state(&fixture, "nobody", DROVER_HOST_DOWN);
    assert_contains(host->reason, "Connection refused");
}
END_TEST

START_TEST(a_new_uri_brings_a_host_up)
{
    g_auto(Fixture) fixture = {0};

    set_up(&fixture);
    add_host(&fixture, "alpha", NOBODY_URI);
    wait_for_state(&fixture, "alpha", DROVER_HOST_DOWN);
    add_host(&fixture, "alpha", TEST_URI);
    wait_for_state(&fixture, "alpha", DROVER_HOST_UP);
}
END_TEST

START_TEST(a_removed_host_takes_its_guests_along)
{
    g_auto(Fixture) fixture = {0};

    set_up(&fixture);
    add_host(&fixture, "alpha", TEST_URI);
    wait_for_state(&fixture, "alpha", DROVER_HOST_UP);
    fixture.backend->klass->remove_host(fixture.backend, "alpha");
    ck_assert_ptr_null(drover_inventory_find_host(fixture.backend->inventory, "alpha"));
    ck_assert_ptr_null(drover_inventory_find_guest(fixture.backend->inventory, GUEST_UUID));
}
END_TEST

START_TEST(what_is_no_uri_is_refused)
{
    static const char *const uris[] = {"", "alpha", "qemu+tcp://[::1", "//alpha/system"};
    g_auto(Fixture) fixture = {0};

    set_up(&fixture);
    for (guint i = 0; i < G_N_ELEMENTS(uris); i++) {
        g_autoptr(GError) error = NULL;

        ck_assert(
            !fixture.backend->klass->add_host(fixture.backend, "alpha", uris[i], NULL, &error));
        ck_assert(g_error_matches(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID));
        assert_contains(error->message, "'alpha'");
    }
}
END_TEST

START_TEST(a_backend_may_end_at_any_time)
{
    for (guint turns = 0; turns < 6; turns++) {
        g_auto(Fixture) fixture = {0};

        set_up(&fixture);
        add_host(&fixture, "alpha", TEST_URI);
        add_host(&fixture, "nobody", NOBODY_URI);
        for (guint turn = 0; turn < turns; turn++) {
            g_main_context_iteration(fixture.context, TRUE);
        }
    }
}
END_TEST

/* --- moves ----------------------------------------------------------------------------------- */

typedef struct {
    guint calls;
    DroverOutcome outcome;
    DroverFailure *failure;
} End;

static void
ignore_change(DroverTransfer *transfer,
              const DroverTransferStats *stats,
              const DroverFailure *trouble,
              gpointer user_data)
{
}

static void
note_end(DroverTransfer *transfer,
         DroverOutcome outcome,
         const DroverTransferStats *stats,
         const DroverFailure *failure,
         gpointer user_data)
{
    End *end = user_data;

    end->calls++;
    end->outcome = outcome;
    end->failure = failure ? drover_failure_copy(failure) : NULL;
}

static const DroverTransferListener listener = {ignore_change, note_end};

static const DroverTransferSpec test_move = {
    .guest_uuid = GUEST_UUID, .source = "alpha", .destination = "beta"};

static void
wait_for_end(Fixture *fixture, End *end)
{
    while (!end->calls) {
        g_main_context_iteration(fixture->context, TRUE);
    }
    while (g_main_context_iteration(fixture->context, FALSE)) {
    }
    ck_assert_uint_eq(end->calls, 1);
}

START_TEST(an_unknown_host_is_refused_at_once)
{
    g_auto(Fixture) fixture = {0};
    g_autoptr(GError) error = NULL;

    set_up(&fixture);
    add_host(&fixture, "alpha", TEST_URI);
    ck_assert_ptr_null(
        fixture.backend->klass->start(fixture.backend, &test_move, &listener, NULL, &error));
    ck_assert(g_error_matches(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_NOT_FOUND));
    assert_contains(error->message, "'beta'");
}
END_TEST

START_TEST(a_driver_that_cannot_migrate_says_so)
{
    g_auto(Fixture) fixture = {0};
    End end = {0};

    set_up(&fixture);
    add_host(&fixture, "alpha", TEST_URI);
    add_host(&fixture, "beta", TEST_URI);
    ck_assert_ptr_nonnull(
        fixture.backend->klass->start(fixture.backend, &test_move, &listener, &end, NULL));
    wait_for_end(&fixture, &end);
    ck_assert_int_eq(end.outcome, DROVER_OUTCOME_STAYED);
    ck_assert_str_eq(drover_failure_kind_name(end.failure->kind), "driver-cannot-migrate");
    ck_assert_str_eq(end.failure->guest, "test");
    ck_assert_str_eq(end.failure->source, "alpha");
    ck_assert_str_eq(end.failure->destination, "beta");
    drover_failure_free(end.failure);
}
END_TEST

START_TEST(a_host_out_of_reach_fails_the_move_before_it_begins)
{
    const struct {
        const char *alpha, *beta;
        DroverSide where;
    } pairs[] = {
        {TEST_URI, NOBODY_URI, DROVER_SIDE_DESTINATION},
        {NOBODY_URI, TEST_URI, DROVER_SIDE_SOURCE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_auto(Fixture) fixture = {0};
        End end = {0};

        set_up(&fixture);
        add_host(&fixture, "alpha", pairs[i].alpha);
        add_host(&fixture, "beta", pairs[i].beta);
        fixture.backend->klass->start(fixture.backend, &test_move, &listener, &end, NULL);
        wait_for_end(&fixture, &end);
        ck_assert_int_eq(end.outcome, DROVER_OUTCOME_STAYED);
        ck_assert_int_eq(end.failure->kind, DROVER_FAILURE_HOST_UNREACHABLE);
        ck_assert_int_eq(end.failure->where, pairs[i].where);
        ck_assert(end.failure->transient);
        assert_contains(end.failure->text, "refused");
        drover_failure_free(end.failure);
    }
}
END_TEST

START_TEST(a_move_cancelled_before_it_begins_never_begins)
{
    g_auto(Fixture) fixture = {0};
    DroverTransfer *transfer;
    End end = {0};

    set_up(&fixture);
    add_host(&fixture, "alpha", TEST_URI);
    add_host(&fixture, "beta", TEST_URI);
    transfer = fixture.backend->klass->start(fixture.backend, &test_move, &listener, &end, NULL);
    fixture.backend->klass->cancel(transfer);
    ck_assert_uint_eq(end.calls, 0); /* never from within the call */
    wait_for_end(&fixture, &end);
    ck_assert_int_eq(end.outcome, DROVER_OUTCOME_STAYED);
    ck_assert_int_eq(end.failure->kind, DROVER_FAILURE_CANCELLED);
    drover_failure_free(end.failure);
}
END_TEST

START_TEST(a_backend_ends_with_moves_under_way_and_calls_nobody)
{
    for (guint turns = 0; turns < 20; turns++) {
        End end = {0};
        Fixture fixture = {0};

        set_up(&fixture);
        add_host(&fixture, "alpha", TEST_URI);
        add_host(&fixture, "beta", TEST_URI);
        fixture.backend->klass->start(fixture.backend, &test_move, &listener, &end, NULL);
        fixture.backend->klass->adopt(fixture.backend, &test_move, &listener, &end, NULL);
        for (guint turn = 0; turn < turns && !end.calls; turn++) {
            g_main_context_iteration(fixture.context, TRUE);
        }
        drover_failure_free(g_steal_pointer(&end.failure));
        end.calls = 0;
        drover_backend_free(fixture.backend);
        while (g_main_context_iteration(fixture.context, FALSE)) {
        }
        ck_assert_uint_eq(end.calls, 0);
        drover_clock_unref(fixture.clock);
        g_main_context_unref(fixture.context);
    }
}
END_TEST

typedef struct {
    gboolean done;
    DroverCallStep step;
} Called;

static void
note_call(const DroverCallResult *result, gpointer user_data)
{
    Called *called = user_data;

    called->done = TRUE;
    called->step = result->step;
}

START_TEST(a_prevented_call_is_never_made)
{
    g_auto(Fixture) fixture = {0};
    const DroverTransferOptions options = {0};
    const DroverCallSpec spec = {GUEST_UUID, TEST_URI, TEST_URI, &options};

    set_up(&fixture);
    for (guint turn = 0; turn < 50; turn++) {
        DroverMailbox *mailbox = drover_mailbox_new(fixture.context);
        Called called = {0};
        DroverCall *call = drover_call_new(mailbox, &spec, note_call, &called);
        gboolean prevented;

        for (guint spin = 0; spin < turn * 20000; spin++) {
            g_atomic_int_get(&spin);
        }
        prevented = drover_call_prevent(call);
        while (!called.done) {
            g_main_context_iteration(fixture.context, TRUE);
        }
        ck_assert_int_eq(called.step, prevented ? DROVER_CALL_PREVENTED : DROVER_CALL_MADE);
        drover_call_drop(call);
        drover_mailbox_close(mailbox);
        drover_mailbox_unref(mailbox);
    }
}
END_TEST

/* --- checks ---------------------------------------------------------------------------------- */

typedef struct {
    guint calls;
    guint findings;
    DroverFailureKind first;
} Findings;

static void
note_findings(const GPtrArray *failures, gpointer user_data)
{
    Findings *findings = user_data;

    findings->calls++;
    findings->findings = failures->len;
    findings->first = failures->len ? ((DroverFailure *) g_ptr_array_index(failures, 0))->kind
                                    : DROVER_FAILURE_NONE;
}

START_TEST(a_check_finds_what_stands_in_the_way)
{
    const struct {
        const char *beta;
        const char *destination;
        DroverFailureKind kind;
    } cases[] = {
        {TEST_URI, "beta", DROVER_FAILURE_DRIVER_CANNOT_MIGRATE},
        {NOBODY_URI, "beta", DROVER_FAILURE_HOST_UNREACHABLE},
        {TEST_URI, "nowhere", DROVER_FAILURE_HOST_UNREACHABLE},
        {TEST_URI, "alpha", DROVER_FAILURE_SAME_HOST},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Fixture) fixture = {0};
        Findings findings = {0};
        DroverTransferSpec spec = test_move;

        set_up(&fixture);
        add_host(&fixture, "alpha", TEST_URI);
        add_host(&fixture, "beta", cases[i].beta);
        spec.destination = cases[i].destination;
        fixture.backend->klass->check(fixture.backend, &spec, note_findings, &findings);
        ck_assert_uint_eq(findings.calls, 0);
        while (!findings.calls) {
            g_main_context_iteration(fixture.context, TRUE);
        }
        ck_assert_uint_eq(findings.findings, 1);
        ck_assert_int_eq(findings.first, cases[i].kind);
    }
}
END_TEST

static Suite *
backend_suite(void)
{
    Suite *suite = suite_create("libvirt-backend");
    TCase *hosts = tcase_create("hosts");
    TCase *moves = tcase_create("moves");

    tcase_add_test(hosts, a_host_comes_up_with_its_guests);
    tcase_add_test(hosts, a_host_tells_its_facts);
    tcase_add_test(hosts, an_event_changes_the_guest_at_once);
    tcase_add_test(hosts, a_host_that_cannot_be_reached_is_down_and_says_why);
    tcase_add_test(hosts, a_new_uri_brings_a_host_up);
    tcase_add_test(hosts, a_removed_host_takes_its_guests_along);
    tcase_add_test(hosts, what_is_no_uri_is_refused);
    tcase_add_test(hosts, a_backend_may_end_at_any_time);
    tcase_add_test(moves, an_unknown_host_is_refused_at_once);
    tcase_add_test(moves, a_driver_that_cannot_migrate_says_so);
    tcase_add_test(moves, a_host_out_of_reach_fails_the_move_before_it_begins);
    tcase_add_test(moves, a_move_cancelled_before_it_begins_never_begins);
    tcase_add_test(moves, a_prevented_call_is_never_made);
    tcase_add_test(moves, a_backend_ends_with_moves_under_way_and_calls_nobody);
    tcase_add_test(moves, a_check_finds_what_stands_in_the_way);
    suite_add_tcase(suite, hosts);
    suite_add_tcase(suite, moves);
    return suite;
}

int
main(void)
{
    return run_tap(backend_suite());
}
