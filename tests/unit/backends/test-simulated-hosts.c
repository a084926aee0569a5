#include "tests/unit/backends/simulated-fixture.h"

/* Hosts that come and go, restarts of drover, and what can be known beforehand. */

static DroverHostState
state_of(Fixture *f, const char *host)
{
    return drover_inventory_find_host(f->backend->inventory, host)->state;
}

static gboolean
add_host(Fixture *f, const char *name, const char *uri, GError **error)
{
    return f->backend->klass->add_host(f->backend, name, uri, NULL, error);
}

START_TEST(a_host_connects_then_shows_its_guests)
{
    g_autoptr(Fixture) f = fixture_new();
    const DroverHost *alpha;

    new_backend(f);
    alpha = drover_inventory_find_host(f->backend->inventory, "alpha");
    ck_assert_int_eq(alpha->state, DROVER_HOST_CONNECTING);
    ck_assert_ptr_null(seen_guest(f, "web"));
    advance(f, 200);
    ck_assert_int_eq(alpha->state, DROVER_HOST_UP);
    ck_assert_str_eq(alpha->hostname, "alpha");
    ck_assert(g_uuid_string_is_valid(alpha->uuid));
    ck_assert_str_eq(seen_guest(f, "web")->host->name, "alpha");
}
END_TEST

START_TEST(wake_connects_at_once)
{
    g_autoptr(Fixture) f = fixture_new();

    new_backend(f);
    f->backend->klass->wake(f->backend);
    ck_assert_int_eq(state_of(f, "alpha"), DROVER_HOST_CONNECTING);
    advance(f, 0);
    ck_assert_int_eq(state_of(f, "alpha"), DROVER_HOST_UP);
}
END_TEST

START_TEST(a_host_that_the_world_has_not_got_is_made)
{
    g_autoptr(Fixture) f = fixture_new();

    ck_assert(add_host(f, "shown", "simulated:///gamma", NULL));
    advance(f, 1000);
    ck_assert_int_eq(state_of(f, "shown"), DROVER_HOST_UP);
    ck_assert_str_eq(drover_inventory_find_host(f->backend->inventory, "shown")->hostname, "gamma");
    ck_assert(add_host(f, "shown", "simulated:///gamma", NULL)); /* again is nothing */
    ck_assert_int_eq(state_of(f, "shown"), DROVER_HOST_UP);
    ck_assert(add_host(f, "shown", "simulated:///delta", NULL)); /* another one is */
    ck_assert_int_eq(state_of(f, "shown"), DROVER_HOST_CONNECTING);
}
END_TEST

static const char *const bad_uris[] = {
    "qemu:///system",
    "simulated:///",
    "simulated://alpha",
    "simulated:///a/b",
    "simulated:///a?b",
    "",
    "simulated:///alpha" /* taken */,
};

START_TEST(a_uri_that_cannot_be_used_is_refused)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(GError) error = NULL;

    ck_assert(!add_host(f, "gamma", bad_uris[_i], &error));
    ck_assert(g_error_matches(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID));
    assert_contains(error->message, "'gamma'");
    assert_contains(error->message, bad_uris[_i]);
}
END_TEST

START_TEST(a_removed_host_is_not_shown_and_not_used)
{
    g_autoptr(Fixture) f = fixture_new();
    DroverTransferSpec spec = spec_for(seen_guest(f, "web")->uuid, TRUE);
    g_autofree char *uuid = g_strdup(spec.guest_uuid);
    g_autoptr(GError) error = NULL;

    spec.guest_uuid = uuid;
    f->backend->klass->remove_host(f->backend, "alpha");
    ck_assert_ptr_null(seen_guest(f, "web"));
    ck_assert_ptr_null(f->backend->klass->start(f->backend, &spec, &move_listener, NULL, &error));
    ck_assert(g_error_matches(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_NOT_FOUND));
    assert_contains(error->message, "'alpha'");
    show_host(f, "alpha");
    advance(f, 1000);
    ck_assert_str_eq(seen_guest(f, "web")->host->name, "alpha");
}
END_TEST

START_TEST(what_changes_on_a_host_is_seen)
{
    g_autoptr(Fixture) f = fixture_new();

    add_world_guest(f, "new", "beta", 10, 0);
    ck_assert_str_eq(seen_guest(f, "new")->host->name, "beta");
    ck_assert(drover_sim_world_remove_guest(f->world, "new"));
    ck_assert_ptr_null(seen_guest(f, "new"));
    drover_sim_world_set_host_down(f->world, "beta", DROVER_SIM_STAYED);
    advance(f, 0);
    add_world_guest(f, "unseen", "beta", 10, 0);
    ck_assert_ptr_null(seen_guest(f, "unseen"));
    drover_sim_world_set_host_up(f->world, "beta");
    advance(f, 1000);
    ck_assert_ptr_nonnull(seen_guest(f, "unseen"));
    ck_assert(drover_sim_world_remove_host(f->world, "beta"));
    advance(f, 0);
    ck_assert_int_eq(state_of(f, "beta"), DROVER_HOST_DOWN);
}
END_TEST

/* --- hosts that go down while a move runs ----------------------------------------------------- */

static const struct {
    const char *host;
    DroverSimTruth truth;
    DroverOutcome outcome;
    DroverFailureKind kind;
} losses[] = {
    {"alpha", DROVER_SIM_STAYED, DROVER_OUTCOME_STAYED, DROVER_FAILURE_SOURCE_LOST},
    {"beta", DROVER_SIM_STAYED, DROVER_OUTCOME_STAYED, DROVER_FAILURE_DESTINATION_LOST},
    {"alpha", DROVER_SIM_MOVED, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE},
    {"beta", DROVER_SIM_MOVED, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE},
};
static const DroverPhase loss_phases[] = {DROVER_PHASE_CONNECTING, DROVER_PHASE_PRECOPY,
                                          DROVER_PHASE_SWITCHOVER};
#define LOSSES (G_N_ELEMENTS(losses) * G_N_ELEMENTS(loss_phases))

START_TEST(an_outcome_is_unknown_until_both_hosts_tell_it)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    guint row = (guint) _i % G_N_ELEMENTS(losses);

    start(f, move, "web");
    advance_to(f, move, loss_phases[(guint) _i / G_N_ELEMENTS(losses)]);
    drover_sim_world_set_host_down(f->world, losses[row].host, losses[row].truth);
    ck_assert_int_ne(move->last_phase, DROVER_PHASE_UNKNOWN); /* not within the call */
    advance(f, 0);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_UNKNOWN);
    ck_assert_int_eq(move->trouble->kind, DROVER_FAILURE_OUTCOME_UNKNOWN);
    ck_assert_str_eq(move->trouble->element, losses[row].host);
    ck_assert_int_eq(move->trouble->where, row % 2 ? DROVER_SIDE_DESTINATION : DROVER_SIDE_SOURCE);
    advance(f, LONG_MS);
    ck_assert_uint_eq(move->done, 0);
    ck_assert_uint_eq(move->troubles, 1);
    drover_sim_world_set_host_up(f->world, losses[row].host);
    advance(f, 1000);
    assert_ended(move, losses[row].outcome, losses[row].kind);
    ck_assert(!move->failure || move->failure->transient);
    assert_runs_on(f, "web", losses[row].outcome == DROVER_OUTCOME_MOVED ? "beta" : "alpha");
}
END_TEST

START_TEST(a_move_that_went_on_is_seen_again)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance(f, 3200);
    drover_sim_world_set_host_down(f->world, "alpha", DROVER_SIM_GOES_ON);
    advance(f, 4000);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_UNKNOWN);
    drover_sim_world_set_host_up(f->world, "alpha");
    advance(f, 1000);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_PRECOPY);
    ck_assert_ptr_null(move->trouble);
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_int_eq(move->end.elapsed_ms, 10270);
}
END_TEST

START_TEST(both_hosts_are_waited_for)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance(f, 3200);
    drover_sim_world_set_host_down(f->world, "alpha", DROVER_SIM_GOES_ON);
    drover_sim_world_set_host_down(f->world, "beta", DROVER_SIM_GOES_ON);
    advance(f, 0);
    ck_assert_str_eq(move->trouble->element, "alpha, beta");
    drover_sim_world_set_host_up(f->world, "alpha");
    advance(f, LONG_MS);
    ck_assert_str_eq(move->trouble->element, "beta");
    ck_assert_uint_eq(move->done, 0);
    drover_sim_world_set_host_up(f->world, "beta");
    advance(f, 1000);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

START_TEST(what_has_switched_over_has_moved)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance_to(f, move, DROVER_PHASE_FINISHING);
    drover_sim_world_set_host_down(f->world, "alpha", DROVER_SIM_STAYED);
    advance(f, 1000);
    ck_assert_uint_eq(move->done, 0);
    drover_sim_world_set_host_up(f->world, "alpha");
    advance(f, 1000);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    assert_runs_on(f, "web", "beta");
}
END_TEST

START_TEST(an_abort_that_was_asked_for_in_the_dark_counts)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance(f, 3200);
    drover_sim_world_set_host_down(f->world, "alpha", DROVER_SIM_GOES_ON);
    advance(f, 10);
    cancel(f, move);
    advance(f, 1000);
    ck_assert_uint_eq(move->done, 0);
    drover_sim_world_set_host_up(f->world, "alpha");
    advance(f, 1000);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CANCELLED);
}
END_TEST

START_TEST(a_fault_takes_a_host_down_and_up)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault;

    drover_sim_fault_init(&fault, DROVER_SIM_HOST_DOWN, DROVER_FAILURE_NONE);
    fault.host = "beta";
    fault.phase = DROVER_PHASE_PRECOPY;
    fault.after_ms = 1000;
    fault.for_ms = 5000;
    fault.truth = DROVER_SIM_MOVED;
    arm(f, &fault);
    start(f, move, "web");
    advance(f, 1200);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_UNKNOWN);
    ck_assert_int_eq(state_of(f, "beta"), DROVER_HOST_DOWN);
    advance(f, 5200);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

/* A world that changes under the very callback that tells of it. */
static void
drop_host(DroverTransfer *transfer,
          const DroverTransferStats *stats,
          const DroverFailure *trouble,
          gpointer user_data)
{
    Fixture *f = user_data;

    if (stats->phase == DROVER_PHASE_PRECOPY) {
        drover_sim_world_set_host_down(f->world, "beta", DROVER_SIM_STAYED);
        drover_sim_world_stop_guest(f->world, "web");
        f->backend->klass->cancel(transfer);
    }
}

static void
note_end(DroverTransfer *transfer,
         DroverOutcome outcome,
         const DroverTransferStats *stats,
         const DroverFailure *failure,
         gpointer user_data)
{
    drover_sim_world_set_host_up(((Fixture *) user_data)->world, "beta");
    add_world_guest(user_data, "it-ended", "alpha", 1, 0);
}

START_TEST(a_listener_may_change_the_world)
{
    static const DroverTransferListener listener = {drop_host, note_end};
    g_autoptr(Fixture) f = fixture_new();
    DroverTransferSpec spec = spec_for(seen_guest(f, "web")->uuid, TRUE);

    f->backend->klass->start(f->backend, &spec, &listener, f, NULL);
    advance(f, 5000);
    ck_assert_ptr_null(seen_guest(f, "it-ended"));
    drover_sim_world_set_host_up(f->world, "beta");
    advance(f, 5000);
    ck_assert_ptr_nonnull(seen_guest(f, "it-ended"));
}
END_TEST

/* --- starts that cannot be, and checks ---------------------------------------------------------
 */

static void
take_failures(const GPtrArray *failures, gpointer user_data)
{
    GString *text = user_data;

    for (guint i = 0; i < failures->len; i++) {
        const DroverFailure *failure = failures->pdata[i];

        ck_assert_ptr_nonnull(failure->guest);
        ck_assert_ptr_nonnull(failure->source);
        g_string_append_printf(text, "%s ", drover_failure_kind_name(failure->kind));
    }
    g_string_append(text, "end");
}

static void
prepare_nothing(Fixture *f)
{
}

static void
prepare_memory_and_name(Fixture *f)
{
    DroverSimGuest namesake;

    add_world_guest(f, "big", "beta", 1024 * 1024 - 500, 0);
    drover_sim_guest_init(&namesake, "web", "beta");
    namesake.uuid = "aaaaaaaa-0000-4000-8000-000000000001";
    namesake.memory_mib = 1;
    ck_assert(drover_sim_world_add_guest(f->world, &namesake, NULL));
}

static void
prepare_down(Fixture *f)
{
    drover_sim_world_set_host_down(f->world, "beta", DROVER_SIM_STAYED);
}

static void
prepare_off(Fixture *f)
{
    drover_sim_world_stop_guest(f->world, "web");
}

static void
prepare_fault(Fixture *f)
{
    DroverSimFault fault;

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_CPU_INCOMPATIBLE);
    fault.phase = DROVER_PHASE_CONNECTING;
    fault.after_ms = 100;
    arm(f, &fault);
    fault.kind = DROVER_FAILURE_STREAM_BROKEN; /* not to be foreseen */
    fault.phase = DROVER_PHASE_PRECOPY;
    arm(f, &fault);
}

static void
prepare_gone(Fixture *f)
{
    drover_sim_world_remove_guest(f->world, "web");
}

static const struct {
    void (*prepare)(Fixture *f);
    const char *found;
    DroverFailureKind met; /* by a start */
} obstacles[] = {
    {prepare_nothing, "end", DROVER_FAILURE_NONE},
    {prepare_memory_and_name, "memory-short name-in-use end", DROVER_FAILURE_MEMORY_SHORT},
    {prepare_down, "host-unreachable end", DROVER_FAILURE_HOST_UNREACHABLE},
    {prepare_off, "guest-not-running end", DROVER_FAILURE_GUEST_NOT_RUNNING},
    {prepare_fault, "cpu-incompatible end", DROVER_FAILURE_CPU_INCOMPATIBLE},
    {prepare_gone, "guest-not-found end", DROVER_FAILURE_GUEST_NOT_FOUND},
};

START_TEST(a_check_finds_what_a_start_meets)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    g_autoptr(GString) found = g_string_new(NULL);
    g_autofree char *uuid = g_strdup(seen_guest(f, "web")->uuid);
    DroverTransferSpec spec = spec_for(uuid, TRUE);

    obstacles[_i].prepare(f);
    advance(f, 0);
    f->backend->klass->check(f->backend, &spec, take_failures, found);
    ck_assert_str_eq(found->str, "");
    advance(f, 0);
    ck_assert_str_eq(found->str, obstacles[_i].found);
    start(f, move, uuid);
    advance(f, LONG_MS);
    assert_ended(move, obstacles[_i].met ? DROVER_OUTCOME_STAYED : DROVER_OUTCOME_MOVED,
                 obstacles[_i].met);
}
END_TEST

START_TEST(a_check_answers_for_what_is_not_there)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(GString) found = g_string_new(NULL);
    DroverTransferSpec spec = {.guest_uuid = "none", .source = "one", .destination = "two"};

    f->backend->klass->check(f->backend, &spec, take_failures, found);
    advance(f, 0);
    assert_contains(found->str, "host-unreachable host-unreachable");
    spec.source = spec.destination = "alpha";
    g_string_truncate(found, 0);
    f->backend->klass->check(f->backend, &spec, take_failures, found);
    advance(f, 0);
    ck_assert_str_eq(found->str, "same-host guest-not-found end");
    f->backend->klass->check(f->backend, &spec, take_failures, found); /* never answered */
}
END_TEST

START_TEST(a_guest_moves_once_at_a_time)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) first = move_new();
    g_autoptr(Move) second = move_new();

    start(f, first, "web");
    start(f, second, "web");
    advance(f, 1000);
    assert_ended(second, DROVER_OUTCOME_STAYED, DROVER_FAILURE_GUEST_BUSY);
    ck_assert(second->failure->transient);
    advance(f, LONG_MS);
    assert_ended(first, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

START_TEST(memory_is_reserved_by_who_comes_first)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) first = move_new();
    g_autoptr(Move) second = move_new();

    add_world_guest(f, "big", "beta", 1024 * 1024 - 1500, 0);
    add_world_guest(f, "web2", "alpha", 1000, 0);
    start(f, first, "web");
    start(f, second, "web2");
    advance(f, LONG_MS);
    assert_ended(first, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    assert_ended(second, DROVER_OUTCOME_STAYED, DROVER_FAILURE_MEMORY_SHORT);
    assert_contains(second->failure->element, "1000 MiB needed, 500 MiB free");
}
END_TEST

/* --- restarts of drover ------------------------------------------------------------------------
 */

START_TEST(a_restart_takes_up_a_move_that_went_on)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) before = move_new();
    g_autoptr(Move) after = move_new();
    g_autofree char *uuid = g_strdup(seen_guest(f, "web")->uuid);

    start(f, before, "web");
    advance(f, 3200);
    new_backend(f);
    adopt(f, after, uuid, FALSE);
    advance(f, 500);
    ck_assert_int_eq(after->last_phase, DROVER_PHASE_PRECOPY);
    ck_assert_uint_eq(before->done, 0);
    advance(f, LONG_MS);
    assert_ended(after, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_int_eq(after->end.elapsed_ms, 10270);
    ck_assert_uint_eq(before->done, 0);
    assert_runs_on(f, "web", "beta");
}
END_TEST

START_TEST(an_adopted_move_can_be_aborted)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) before = move_new();
    g_autoptr(Move) after = move_new();
    g_autofree char *uuid = g_strdup(seen_guest(f, "web")->uuid);

    start(f, before, "web");
    advance(f, 3200);
    new_backend(f);
    adopt(f, after, uuid, _i);
    if (!_i) {
        advance(f, 1000);
        cancel(f, after);
    }
    advance(f, 1000);
    assert_ended(after, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CANCELLED);
    assert_runs_on(f, "web", "alpha");
}
END_TEST

START_TEST(what_ended_unseen_is_told_by_where_the_guest_is)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) before = move_new();
    g_autoptr(Move) after = move_new();
    g_autofree char *uuid = g_strdup(seen_guest(f, "web")->uuid);

    start(f, before, "web");
    advance(f, 3200);
    g_clear_pointer(&f->backend, drover_backend_free);
    advance(f, 20000);
    new_backend(f);
    adopt(f, after, uuid, FALSE);
    advance(f, 1000);
    assert_ended(after, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

static void
leave_running(Fixture *f)
{
}

static void
lose(Fixture *f)
{
    drover_sim_world_remove_guest(f->world, "web");
}

static const struct {
    void (*happen)(Fixture *f);
    gboolean cancelled;
    DroverOutcome outcome;
    DroverFailureKind kind;
} unknown_moves[] = {
    {leave_running, FALSE, DROVER_OUTCOME_STAYED, DROVER_FAILURE_SOURCE_LOST},
    {leave_running, TRUE, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CANCELLED},
    {prepare_off, FALSE, DROVER_OUTCOME_STOPPED, DROVER_FAILURE_GUEST_STOPPED},
    {lose, FALSE, DROVER_OUTCOME_LOST, DROVER_FAILURE_GUEST_LOST},
};

START_TEST(a_move_that_nobody_knows_is_told_by_where_the_guest_is)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    g_autofree char *uuid = g_strdup(seen_guest(f, "web")->uuid);

    unknown_moves[_i].happen(f);
    advance(f, 0);
    adopt(f, move, uuid, unknown_moves[_i].cancelled);
    advance(f, 0);
    assert_ended(move, unknown_moves[_i].outcome, unknown_moves[_i].kind);
}
END_TEST

START_TEST(adoption_waits_for_both_hosts)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    g_autofree char *uuid = g_strdup(seen_guest(f, "web")->uuid);

    drover_sim_world_set_host_down(f->world, "beta", DROVER_SIM_STAYED);
    advance(f, 0);
    new_backend(f);
    adopt(f, move, uuid, FALSE);
    advance(f, 100);
    ck_assert_uint_eq(move->samples->len, 0); /* they are being connected to */
    advance(f, 1000);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_UNKNOWN);
    ck_assert_str_eq(move->trouble->element, "beta");
    drover_sim_world_set_host_up(f->world, "beta");
    advance(f, 1000);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_SOURCE_LOST);
}
END_TEST

START_TEST(a_backend_that_goes_says_nothing_more)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    guint heard;

    start(f, move, "web");
    advance(f, 1000);
    heard = move->samples->len;
    g_clear_pointer(&f->backend, drover_backend_free);
    advance(f, LONG_MS);
    ck_assert_uint_eq(move->samples->len, heard);
    ck_assert_uint_eq(move->done, 0);
    ck_assert_str_eq(drover_sim_world_where(f->world, "web"), "beta");
}
END_TEST

START_TEST(a_world_may_end_in_the_middle_of_a_move)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance(f, 1000);
    drover_sim_world_set_host_down(f->world, "beta", DROVER_SIM_MOVED);
    drover_sim_world_stop_guest(f->world, "web");
}
END_TEST

START_TEST(it_runs_on_a_real_clock)
{
    g_autoptr(DroverClock) clock = drover_clock_new_real(NULL);
    g_autoptr(DroverSimWorld) world = drover_sim_world_new(clock);
    g_autoptr(Move) move = move_new();
    g_autoptr(DroverBackend) backend = NULL;
    DroverTransferSpec spec;
    DroverSimHost host;
    DroverSimGuest guest;

    for (guint i = 0; i < 2; i++) {
        drover_sim_host_init(&host, i ? "beta" : "alpha");
        host.connect_ms = 1;
        host.finish_ms = 1;
        ck_assert(drover_sim_world_add_host(world, &host, NULL));
    }
    drover_sim_guest_init(&guest, "web", "alpha");
    guest.memory_mib = 5;
    guest.device_ms = 1;
    ck_assert(drover_sim_world_add_guest(world, &guest, NULL));
    backend = drover_sim_backend_new(world);
    backend->klass->add_host(backend, "alpha", "simulated:///alpha", NULL, NULL);
    backend->klass->add_host(backend, "beta", "simulated:///beta", NULL, NULL);
    while (!drover_inventory_resolve_guest(backend->inventory, "web", NULL)) {
        g_main_context_iteration(NULL, TRUE);
    }
    spec = spec_for(drover_inventory_resolve_guest(backend->inventory, "web", NULL)->uuid, TRUE);
    move->transfer = backend->klass->start(backend, &spec, &move_listener, move, NULL);
    while (!move->done) {
        g_main_context_iteration(NULL, TRUE);
    }
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("simulated-hosts");
    TCase *tc = tcase_create("hosts");

    tcase_add_test(tc, a_host_connects_then_shows_its_guests);
    tcase_add_test(tc, wake_connects_at_once);
    tcase_add_test(tc, a_host_that_the_world_has_not_got_is_made);
    tcase_add_loop_test(tc, a_uri_that_cannot_be_used_is_refused, 0, G_N_ELEMENTS(bad_uris));
    tcase_add_test(tc, a_removed_host_is_not_shown_and_not_used);
    tcase_add_test(tc, what_changes_on_a_host_is_seen);
    tcase_add_loop_test(tc, an_outcome_is_unknown_until_both_hosts_tell_it, 0, LOSSES);
    tcase_add_test(tc, a_move_that_went_on_is_seen_again);
    tcase_add_test(tc, both_hosts_are_waited_for);
    tcase_add_test(tc, what_has_switched_over_has_moved);
    tcase_add_test(tc, an_abort_that_was_asked_for_in_the_dark_counts);
    tcase_add_test(tc, a_fault_takes_a_host_down_and_up);
    tcase_add_test(tc, a_listener_may_change_the_world);
    tcase_add_loop_test(tc, a_check_finds_what_a_start_meets, 0, G_N_ELEMENTS(obstacles));
    tcase_add_test(tc, a_check_answers_for_what_is_not_there);
    tcase_add_test(tc, a_guest_moves_once_at_a_time);
    tcase_add_test(tc, memory_is_reserved_by_who_comes_first);
    tcase_add_test(tc, a_restart_takes_up_a_move_that_went_on);
    tcase_add_loop_test(tc, an_adopted_move_can_be_aborted, 0, 2);
    tcase_add_test(tc, what_ended_unseen_is_told_by_where_the_guest_is);
    tcase_add_loop_test(tc, a_move_that_nobody_knows_is_told_by_where_the_guest_is, 0,
                        G_N_ELEMENTS(unknown_moves));
    tcase_add_test(tc, adoption_waits_for_both_hosts);
    tcase_add_test(tc, a_backend_that_goes_says_nothing_more);
    tcase_add_test(tc, a_world_may_end_in_the_middle_of_a_move);
    tcase_add_test(tc, it_runs_on_a_real_clock);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
