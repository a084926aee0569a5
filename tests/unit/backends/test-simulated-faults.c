#include "tests/unit/backends/simulated-fixture.h"

/* What may happen to a move: failures, hangs, stops, aborts. */

static DroverSimFault
fault_in(DroverSimFaultType type, DroverPhase phase, guint after_ms)
{
    DroverSimFault fault;

    drover_sim_fault_init(&fault, type, DROVER_FAILURE_NONE);
    fault.phase = phase;
    fault.after_ms = after_ms;
    return fault;
}

static DroverSimFault
failure_in(DroverFailureKind kind, DroverPhase phase, guint after_ms)
{
    DroverSimFault fault = fault_in(DROVER_SIM_FAIL, phase, after_ms);

    fault.kind = kind;
    return fault;
}

static void
add_guest_with_disk(Fixture *f)
{
    DroverSimGuest guest;

    drover_sim_guest_init(&guest, "disk", "alpha");
    guest.memory_mib = 200;
    guest.disk_mib = 200;
    guest.device_ms = 500;
    ck_assert(drover_sim_world_add_guest(f->world, &guest, NULL));
}

static const DroverPhase phases[] = {DROVER_PHASE_CONNECTING, DROVER_PHASE_STORAGE,
                                     DROVER_PHASE_PRECOPY, DROVER_PHASE_SWITCHOVER};
static const DroverTransferOptions with_disks = {.copy_storage = TRUE};

START_TEST(a_failure_leaves_the_guest_on_its_source)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = failure_in(DROVER_FAILURE_STREAM_BROKEN, phases[_i], 30);
    guint64 work_ms;

    add_guest_with_disk(f);
    fault.element = "10.0.0.2:49152";
    arm(f, &fault);
    start_with(f, move, "disk", &with_disks);
    advance_to(f, move, phases[_i]);
    advance(f, 29);
    ck_assert_uint_eq(move->done, 0);
    advance(f, 1);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_STREAM_BROKEN);
    ck_assert_int_eq(move->failure->phase, phases[_i]);
    ck_assert_int_eq(move->failure->where, DROVER_SIDE_DESTINATION);
    ck_assert(move->failure->transient);
    ck_assert_str_eq(move->failure->guest, "disk");
    ck_assert_str_eq(move->failure->source, "alpha");
    ck_assert_str_eq(move->failure->destination, "beta");
    ck_assert_str_eq(move->failure->element, "10.0.0.2:49152");
    ck_assert_int_eq(move->end.downtime_ms, -1);
    assert_runs_on(f, "disk", "alpha");
    work_ms = drover_sim_world_guest_work_ms(f->world, "disk");
    advance(f, 100);
    ck_assert_uint_eq(drover_sim_world_guest_work_ms(f->world, "disk"), work_ms + 100);
}
END_TEST

/* Every kind can be had, and none of them loses count of the guest. */
START_TEST(any_kind_can_be_scripted)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverFailureKind kind = (DroverFailureKind) _i;
    DroverSimFault fault = failure_in(kind, DROVER_PHASE_PRECOPY, 100);

    if (!kind || !drover_failure_kind_name(kind)) {
        g_autoptr(GError) error = NULL;

        ck_assert(!drover_sim_world_arm(f->world, &fault, &error));
        ck_assert(g_error_matches(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID));
        return;
    }
    arm(f, &fault);
    start(f, move, "web");
    advance(f, LONG_MS);
    ck_assert_uint_eq(move->done, 1);
    ck_assert_int_eq(move->failure->kind, kind);
    ck_assert_uint_eq(drover_sim_world_count_running(f->world, "web"),
                      move->outcome == DROVER_OUTCOME_MOVED ||
                          move->outcome == DROVER_OUTCOME_STAYED);
}
END_TEST

static const struct {
    DroverFailureKind kind;
    DroverPhase phase;
    DroverOutcome outcome;
    const char *where;
    DroverGuestState state;
} ends[] = {
    {DROVER_FAILURE_GUEST_STOPPED, DROVER_PHASE_PRECOPY, DROVER_OUTCOME_STOPPED, "alpha",
     DROVER_GUEST_OFF},
    {DROVER_FAILURE_GUEST_DESTROYED, DROVER_PHASE_CONNECTING, DROVER_OUTCOME_STOPPED, "alpha",
     DROVER_GUEST_OFF},
    {DROVER_FAILURE_SOURCE_QEMU_DIED, DROVER_PHASE_PRECOPY, DROVER_OUTCOME_STOPPED, "alpha",
     DROVER_GUEST_OFF},
    {DROVER_FAILURE_GUEST_LOST, DROVER_PHASE_PRECOPY, DROVER_OUTCOME_LOST, NULL, 0},
    {DROVER_FAILURE_LEFTOVER, DROVER_PHASE_PRECOPY, DROVER_OUTCOME_MOVED, "beta",
     DROVER_GUEST_RUNNING},
    {DROVER_FAILURE_SOURCE_LOST, DROVER_PHASE_FINISHING, DROVER_OUTCOME_MOVED, "beta",
     DROVER_GUEST_RUNNING},
    {DROVER_FAILURE_RUNS_TWICE, DROVER_PHASE_PRECOPY, DROVER_OUTCOME_STAYED, "alpha",
     DROVER_GUEST_RUNNING},
};

START_TEST(a_failure_ends_as_its_kind_does)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = failure_in(ends[_i].kind, ends[_i].phase, 10);

    arm(f, &fault);
    start(f, move, "web");
    advance(f, LONG_MS);
    assert_ended(move, ends[_i].outcome, ends[_i].kind);
    ck_assert_pstr_eq(drover_sim_world_where(f->world, "web"), ends[_i].where);
    if (!ends[_i].where) {
        ck_assert_ptr_null(seen_guest(f, "web"));
        return;
    }
    ck_assert_int_eq(seen_guest(f, "web")->state, ends[_i].state);
    ck_assert_str_eq(seen_guest(f, "web")->host->name, ends[_i].where);
}
END_TEST

START_TEST(only_the_nth_move_is_met)
{
    g_autoptr(Fixture) f = fixture_new();
    DroverSimFault fault = failure_in(DROVER_FAILURE_QEMU, DROVER_PHASE_CONNECTING, 0);

    fault.nth = 2;
    fault.host = "beta";
    arm(f, &fault);
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *name = g_strdup_printf("guest-%u", i);
        g_autoptr(Move) move = move_new();

        add_world_guest(f, name, "alpha", 10, 0);
        start(f, move, name);
        advance(f, 1000);
        assert_ended(move, i == 2 ? DROVER_OUTCOME_STAYED : DROVER_OUTCOME_MOVED,
                     i == 2 ? DROVER_FAILURE_QEMU : DROVER_FAILURE_NONE);
    }
}
END_TEST

START_TEST(other_guests_and_hosts_are_spared)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = failure_in(DROVER_FAILURE_QEMU, DROVER_PHASE_NONE, 0);

    fault.guest = "other";
    arm(f, &fault);
    fault.guest = NULL;
    fault.host = "gamma";
    arm(f, &fault);
    start(f, move, "web");
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

START_TEST(a_guest_may_be_named_by_its_uuid)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = failure_in(DROVER_FAILURE_QEMU, DROVER_PHASE_NONE, 5000);
    g_autofree char *upper = g_ascii_strup(seen_guest(f, "web")->uuid, -1);

    fault.guest = upper;
    fault.transient = TRUE;
    arm(f, &fault);
    start(f, move, "web");
    advance(f, 5000);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_QEMU);
    ck_assert(move->failure->transient);
}
END_TEST

/* --- hangs and links ------------------------------------------------------------------------- */

START_TEST(a_hang_is_heard_of_but_does_not_move)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = fault_in(DROVER_SIM_HANG, DROVER_PHASE_PRECOPY, 5000);
    const DroverTransferStats *before;
    const DroverTransferStats *last;

    arm(f, &fault);
    start(f, move, "web");
    advance(f, 10000);
    before = &g_array_index(move->samples, DroverTransferStats, move->samples->len - 1);
    ck_assert_uint_eq(before->memory_remaining_bytes, 500 * MIB);
    ck_assert_uint_eq(before->bandwidth_bytes_s, 0);
    advance(f, LONG_MS);
    ck_assert_uint_eq(move->done, 0);
    last = &g_array_index(move->samples, DroverTransferStats, move->samples->len - 1);
    ck_assert_uint_eq(last->memory_remaining_bytes, 500 * MIB);
    ck_assert_int_gt(last->elapsed_ms, LONG_MS);
    ck_assert_uint_eq(drover_sim_world_count_running(f->world, "web"), 1);
    cancel(f, move);
    advance(f, 100);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CANCELLED);
    assert_runs_on(f, "web", "alpha");
}
END_TEST

START_TEST(a_hang_that_ends_only_takes_its_time)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = fault_in(DROVER_SIM_HANG, phases[_i], 10);

    add_guest_with_disk(f);
    fault.for_ms = 30000;
    arm(f, &fault);
    start_with(f, move, "disk", &with_disks);
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_int_eq(move->end.elapsed_ms, 200 + 2000 + 2000 + 500 + 50 + 30000);
    assert_runs_on(f, "disk", "beta");
}
END_TEST

START_TEST(a_hung_move_leaves_the_link_to_others)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) hung = move_new();
    g_autoptr(Move) other = move_new();
    DroverSimFault fault = fault_in(DROVER_SIM_HANG, DROVER_PHASE_PRECOPY, 0);

    fault.guest = "web";
    arm(f, &fault);
    add_world_guest(f, "web2", "alpha", 1000, 0);
    start(f, hung, "web");
    start(f, other, "web2");
    advance(f, 11000);
    ck_assert_int_eq(other->end.elapsed_ms, 10270);
    ck_assert_uint_eq(hung->done, 0);
}
END_TEST

START_TEST(a_slow_link_is_slow_for_its_time)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = fault_in(DROVER_SIM_SLOW_LINK, DROVER_PHASE_NONE, 2200);

    fault.host = "beta";
    fault.bandwidth_mib_s = 10;
    fault.for_ms = 10000;
    arm(f, &fault); /* without a phase: counts from now */
    start(f, move, "web");
    advance(f, LONG_MS);
    /* 2 s at 100, 10 s at 10, 7 s at 100. */
    ck_assert_int_eq(move->end.elapsed_ms, 200 + 2000 + 10000 + 7000 + 20 + 50);
}
END_TEST

/* --- guests that stop --------------------------------------------------------------------------
 */

START_TEST(a_guest_that_stops_ends_its_move)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = fault_in(DROVER_SIM_GUEST_STOPS, phases[_i], 10);

    add_guest_with_disk(f);
    arm(f, &fault);
    start_with(f, move, "disk", &with_disks);
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_STOPPED, DROVER_FAILURE_GUEST_STOPPED);
    ck_assert_int_eq(move->failure->phase, phases[_i]);
    ck_assert_int_eq(seen_guest(f, "disk")->state, DROVER_GUEST_OFF);
    ck_assert_str_eq(seen_guest(f, "disk")->host->name, "alpha");
    ck_assert_uint_eq(drover_sim_world_count_running(f->world, "disk"), 0);
}
END_TEST

START_TEST(a_guest_may_stop_at_a_time)
{
    g_autoptr(Fixture) f = fixture_new();
    DroverSimFault fault = fault_in(DROVER_SIM_GUEST_STOPS, DROVER_PHASE_NONE, 500);

    fault.guest = "web";
    arm(f, &fault);
    advance(f, 499);
    assert_runs_on(f, "web", "alpha");
    advance(f, 1);
    ck_assert_int_eq(seen_guest(f, "web")->state, DROVER_GUEST_OFF);
}
END_TEST

START_TEST(a_guest_that_stops_at_the_destination_has_moved)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance_to(f, move, DROVER_PHASE_FINISHING);
    drover_sim_world_stop_guest(f->world, "web");
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_int_eq(seen_guest(f, "web")->state, DROVER_GUEST_OFF);
    ck_assert_str_eq(seen_guest(f, "web")->host->name, "beta");
}
END_TEST

/* --- aborts ---------------------------------------------------------------------------------- */

static const struct {
    DroverPhase phase;
    gboolean in_time;
} aborts[] = {
    {DROVER_PHASE_CONNECTING, TRUE},  {DROVER_PHASE_STORAGE, TRUE},    {DROVER_PHASE_PRECOPY, TRUE},
    {DROVER_PHASE_SWITCHOVER, FALSE}, {DROVER_PHASE_FINISHING, FALSE},
};

START_TEST(an_abort_works_until_the_switchover)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    add_guest_with_disk(f);
    start_with(f, move, "disk", &with_disks);
    advance_to(f, move, aborts[_i].phase);
    cancel(f, move);
    cancel(f, move); /* twice is once */
    if (aborts[_i].in_time) {
        advance(f, 50);
        assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CANCELLED);
        ck_assert_int_eq(move->failure->phase, aborts[_i].phase);
        assert_runs_on(f, "disk", "alpha");
        return;
    }
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    assert_runs_on(f, "disk", "beta");
}
END_TEST

START_TEST(an_abort_may_lose_the_race)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance(f, 200 + 9960);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_PRECOPY);
    cancel(f, move);
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

START_TEST(an_abort_at_once_leaves_no_trace)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    drover_sim_world_set_cancel_ms(f->world, 0);
    start(f, move, "web");
    cancel(f, move);
    advance(f, 0);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CANCELLED);
    assert_runs_on(f, "web", "alpha");
}
END_TEST

START_TEST(an_abort_may_be_accepted_in_vain)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault fault = fault_in(DROVER_SIM_CANCEL_FAILS, DROVER_PHASE_NONE, 0);

    arm(f, &fault);
    start(f, move, "web");
    advance(f, 3000);
    cancel(f, move);
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    assert_runs_on(f, "web", "beta");
}
END_TEST

/* --- post-copy ------------------------------------------------------------------------------- */

START_TEST(a_post_copy_breaks_and_is_mended)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault over = fault_in(DROVER_SIM_POST_COPY, DROVER_PHASE_PRECOPY, 2000);
    DroverSimFault fault = failure_in(DROVER_FAILURE_POSTCOPY_BROKEN, DROVER_PHASE_POSTCOPY, 1000);

    fault.for_ms = _i ? 5000 : 0;
    arm(f, &over);
    arm(f, &fault);
    start_with(f, move, "web", &(DroverTransferOptions){.post_copy = TRUE});
    advance(f, 5000);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_POSTCOPY_BROKEN);
    ck_assert_int_eq(move->trouble->kind, DROVER_FAILURE_POSTCOPY_BROKEN);
    ck_assert_str_eq(move->trouble->destination, "beta");
    cancel(f, move);
    advance(f, LONG_MS);
    if (!_i) {
        ck_assert_int_eq(move->last_phase, DROVER_PHASE_POSTCOPY_BROKEN);
        return;
    }
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_ptr_null(move->trouble);
    ck_assert_str_eq(move->phases->str, "connecting, pre-copy, post-copy, post-copy broken, "
                                        "post-copy, finishing");
    assert_runs_on(f, "web", "beta");
}
END_TEST

/* A host that is cut off breaks it, wherever it is in the move; another truth lets it end unseen.
 */
START_TEST(a_post_copy_waits_for_its_hosts)
{
    static const struct {
        const char *host;
        DroverSimTruth truth;
        const char *phases;
    } cuts[] = {
        {"alpha", DROVER_SIM_STAYED, "post-copy broken, post-copy, finishing"},
        {"beta", DROVER_SIM_STAYED, "post-copy broken, post-copy, finishing"},
        {"beta", DROVER_SIM_MOVED, ""},
        {"beta", DROVER_SIM_GOES_ON, ""},
    };
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    g_autofree char *expected = NULL;
    DroverSimFault over = fault_in(DROVER_SIM_POST_COPY, DROVER_PHASE_PRECOPY, 2000);

    arm(f, &over);
    start_with(f, move, "web", &(DroverTransferOptions){.post_copy = TRUE});
    advance(f, 3000);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_POSTCOPY);
    drover_sim_world_set_host_down(f->world, cuts[_i].host, cuts[_i].truth);
    advance(f, LONG_MS);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_UNKNOWN);
    drover_sim_world_set_host_up(f->world, cuts[_i].host);
    advance(f, 1000);
    if (cuts[_i].truth == DROVER_SIM_STAYED) {
        ck_assert_int_eq(move->last_phase, DROVER_PHASE_POSTCOPY_BROKEN);
        ck_assert_int_eq(move->trouble->kind, DROVER_FAILURE_POSTCOPY_BROKEN);
    }
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    expected = g_strdup_printf("connecting, pre-copy, post-copy, unknown%s%s",
                               *cuts[_i].phases ? ", " : "", cuts[_i].phases);
    ck_assert_str_eq(move->phases->str, expected);
    assert_runs_on(f, "web", "beta");
}
END_TEST

/* Whichever half dies. */
START_TEST(a_guest_may_be_lost_in_post_copy)
{
    static const DroverFailureKind kinds[] = {DROVER_FAILURE_GUEST_LOST,
                                              DROVER_FAILURE_SOURCE_QEMU_DIED,
                                              DROVER_FAILURE_DESTINATION_QEMU_DIED};
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault over = fault_in(DROVER_SIM_POST_COPY, DROVER_PHASE_PRECOPY, 2000);
    DroverSimFault fault = failure_in(kinds[_i], DROVER_PHASE_POSTCOPY, 1000);

    arm(f, &over);
    arm(f, &fault);
    start_with(f, move, "web", &(DroverTransferOptions){.post_copy = TRUE});
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_LOST, DROVER_FAILURE_GUEST_LOST);
    ck_assert_ptr_null(drover_sim_world_where(f->world, "web"));
}
END_TEST

START_TEST(what_was_done_met_and_answered_is_noted)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimFault down = fault_in(DROVER_SIM_HOST_DOWN, DROVER_PHASE_PRECOPY, 1000);
    DroverSimFault vain = fault_in(DROVER_SIM_CANCEL_FAILS, DROVER_PHASE_PRECOPY, 0);
    DroverSimFault fails = failure_in(DROVER_FAILURE_STREAM_BROKEN, DROVER_PHASE_PRECOPY, 4000);

    down.host = "beta";
    down.for_ms = 1000;
    down.truth = DROVER_SIM_GOES_ON;
    fails.text = "broken pipe";
    arm(f, &down);
    arm(f, &vain);
    arm(f, &fails);
    start(f, move, "web");
    ck_assert_str_eq(move->notes->str, ""); /* not from within the call */
    advance(f, 3000);
    f->backend->klass->cancel(move->transfer);
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_STREAM_BROKEN);
    ck_assert_str_eq(move->notes->str, "action migrate alpha: beta\n"
                                       "event fault -: cancel-fails\n"
                                       "event fault beta: host-down\n"
                                       "event host down beta: -\n"
                                       "event host connecting beta: -\n"
                                       "event host up beta: -\n"
                                       "action abort alpha: the job is being cancelled\n"
                                       "event fault -: fail\n"
                                       "answer migrate alpha: broken pipe\n"
                                       "sight stayed -: stream-broken\n");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("simulated-faults");
    TCase *tc = tcase_create("faults");

    tcase_add_loop_test(tc, a_failure_leaves_the_guest_on_its_source, 0, G_N_ELEMENTS(phases));
    tcase_add_loop_test(tc, any_kind_can_be_scripted, 0, DROVER_FAILURE_REQUEST_VALUE + 2);
    tcase_add_loop_test(tc, a_failure_ends_as_its_kind_does, 0, G_N_ELEMENTS(ends));
    tcase_add_test(tc, only_the_nth_move_is_met);
    tcase_add_test(tc, other_guests_and_hosts_are_spared);
    tcase_add_test(tc, a_guest_may_be_named_by_its_uuid);
    tcase_add_test(tc, a_hang_is_heard_of_but_does_not_move);
    tcase_add_loop_test(tc, a_hang_that_ends_only_takes_its_time, 0, G_N_ELEMENTS(phases));
    tcase_add_test(tc, a_hung_move_leaves_the_link_to_others);
    tcase_add_test(tc, a_slow_link_is_slow_for_its_time);
    tcase_add_loop_test(tc, a_guest_that_stops_ends_its_move, 0, G_N_ELEMENTS(phases));
    tcase_add_test(tc, a_guest_may_stop_at_a_time);
    tcase_add_test(tc, a_guest_that_stops_at_the_destination_has_moved);
    tcase_add_loop_test(tc, an_abort_works_until_the_switchover, 0, G_N_ELEMENTS(aborts));
    tcase_add_test(tc, an_abort_may_lose_the_race);
    tcase_add_test(tc, an_abort_at_once_leaves_no_trace);
    tcase_add_test(tc, an_abort_may_be_accepted_in_vain);
    tcase_add_loop_test(tc, a_post_copy_breaks_and_is_mended, 0, 2);
    tcase_add_loop_test(tc, a_post_copy_waits_for_its_hosts, 0, 4);
    tcase_add_loop_test(tc, a_guest_may_be_lost_in_post_copy, 0, 3);
    tcase_add_test(tc, what_was_done_met_and_answered_is_noted);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
