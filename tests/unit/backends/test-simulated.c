#include "tests/unit/backends/simulated-fixture.h"

/* A move as it should be: its phases, its figures, its links. */

static const DroverTransferStats *
sample(const Move *move, guint i)
{
    return &g_array_index(move->samples, DroverTransferStats, i);
}

/* The first sample of that phase and pass. */
static const DroverTransferStats *
sample_of(const Move *move, DroverPhase phase, guint iteration)
{
    for (guint i = 0; i < move->samples->len; i++) {
        if (sample(move, i)->phase == phase && sample(move, i)->iteration == iteration) {
            return sample(move, i);
        }
    }
    ck_abort_msg("no sample of %s %u", drover_phase_name(phase), iteration);
}

START_TEST(a_move_goes_through_its_phases)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_str_eq(move->phases->str, "connecting, pre-copy, switchover, finishing");
    /* 200 ms to connect, 10 s of memory, 20 ms of standstill, 50 ms to agree. */
    ck_assert_int_eq(move->end.elapsed_ms, 10270);
    ck_assert_int_eq(move->end.downtime_ms, 20);
    ck_assert_uint_eq(move->end.memory_done_bytes, 1000 * MIB);
    ck_assert_uint_eq(move->end.memory_remaining_bytes, 0);
    assert_runs_on(f, "web", "beta");
}
END_TEST

START_TEST(the_guest_is_incoming_then_running_then_gone_from_the_source)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    g_autofree char *uuid = g_strdup(seen_guest(f, "web")->uuid);
    DroverInventory *inventory = f->backend->inventory;

    start(f, move, "web");
    advance_to(f, move, DROVER_PHASE_CONNECTING);
    ck_assert_ptr_null(drover_inventory_find_guest_on(inventory, uuid, "beta"));
    advance_to(f, move, DROVER_PHASE_PRECOPY);
    ck_assert_int_eq(drover_inventory_find_guest_on(inventory, uuid, "beta")->state,
                     DROVER_GUEST_INCOMING);
    ck_assert_str_eq(drover_inventory_find_guest(inventory, uuid)->host->name, "alpha");
    advance_to(f, move, DROVER_PHASE_SWITCHOVER);
    ck_assert_uint_eq(drover_sim_world_count_running(f->world, "web"), 0);
    ck_assert_int_eq(drover_inventory_find_guest_on(inventory, uuid, "alpha")->state,
                     DROVER_GUEST_PAUSED);
    advance_to(f, move, DROVER_PHASE_FINISHING);
    ck_assert_int_eq(drover_inventory_find_guest_on(inventory, uuid, "alpha")->state,
                     DROVER_GUEST_PAUSED);
    ck_assert_str_eq(drover_inventory_find_guest(inventory, uuid)->host->name, "beta");
    advance(f, LONG_MS);
    assert_runs_on(f, "web", "beta");
}
END_TEST

START_TEST(what_is_written_in_a_pass_is_the_next_pass)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    const DroverTransferStats *pass;

    add_world_guest(f, "db", "alpha", 1000, 50);
    start(f, move, "db");
    advance(f, LONG_MS);
    pass = sample_of(move, DROVER_PHASE_PRECOPY, 1);
    ck_assert_uint_eq(pass->memory_total_bytes, 1000 * MIB);
    ck_assert_uint_eq(pass->memory_remaining_bytes, 1000 * MIB);
    ck_assert_uint_eq(pass->dirty_rate_bytes_s, 0);
    ck_assert_int_eq(pass->expected_downtime_ms, 300);
    pass = sample_of(move, DROVER_PHASE_PRECOPY, 2);
    ck_assert_uint_eq(pass->memory_remaining_bytes / MIB, 500);
    ck_assert_uint_eq((pass->dirty_rate_bytes_s + MIB / 2) / MIB, 50);
    ck_assert_uint_eq(pass->bandwidth_bytes_s, 100 * MIB);
    ck_assert_int_eq(pass->expected_downtime_ms, 5000);
    ck_assert_uint_eq(sample_of(move, DROVER_PHASE_PRECOPY, 3)->memory_remaining_bytes / MIB, 250);
    /* 1000, 500, 250, 125, 62 MiB; the 31 MiB after them take 312 ms, one pass more 156. */
    ck_assert_uint_eq(sample_of(move, DROVER_PHASE_SWITCHOVER, 6)->iteration, 6);
    ck_assert_int_eq(move->end.downtime_ms, 156 + 20);
    ck_assert_int_eq(move->end.expected_downtime_ms, 156);
    ck_assert_uint_gt(move->end.memory_done_bytes, 1900 * MIB);
    assert_runs_on(f, "db", "beta");
}
END_TEST

START_TEST(bytes_only_grow_and_passes_only_shrink)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    add_world_guest(f, "db", "alpha", 500, 60);
    start(f, move, "db");
    advance(f, LONG_MS);
    ck_assert_uint_eq(move->done, 1);
    for (guint i = 2; i < move->samples->len; i++) {
        const DroverTransferStats *before = sample(move, i - 1);
        const DroverTransferStats *now = sample(move, i);

        ck_assert_int_ge(now->elapsed_ms, before->elapsed_ms);
        ck_assert_uint_ge(now->iteration, before->iteration);
        ck_assert_uint_ge(now->memory_done_bytes, before->memory_done_bytes);
        if (now->iteration == before->iteration && now->phase == before->phase) {
            ck_assert_uint_le(now->memory_remaining_bytes, before->memory_remaining_bytes);
        }
        ck_assert_uint_le(now->memory_remaining_bytes, now->memory_total_bytes);
    }
}
END_TEST

START_TEST(a_move_is_heard_of_every_250_ms)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start(f, move, "web");
    advance(f, LONG_MS);
    for (guint i = 1; i < move->samples->len; i++) {
        ck_assert_int_le(sample(move, i)->elapsed_ms - sample(move, i - 1)->elapsed_ms, 250);
    }
    /* 10 s of samples, and one for each phase. */
    ck_assert_uint_ge(move->samples->len, 41);
    ck_assert_uint_le(move->samples->len, 45);
}
END_TEST

START_TEST(a_coarser_sample_changes_no_result)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    drover_sim_world_set_sample_ms(f->world, 5000);
    start(f, move, "web");
    advance(f, LONG_MS);
    ck_assert_int_eq(move->end.elapsed_ms, 10270);
    ck_assert_uint_le(move->samples->len, 7);
}
END_TEST

START_TEST(a_guest_that_writes_faster_than_the_link_never_arrives)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    add_world_guest(f, "busy", "alpha", 500, 200);
    start(f, move, "busy");
    advance(f, LONG_MS);
    ck_assert_uint_eq(move->done, 0);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_PRECOPY);
    ck_assert_uint_gt(sample(move, move->samples->len - 1)->iteration, 50);
    ck_assert_uint_eq(sample(move, move->samples->len - 1)->throttle_percent, 0);
}
END_TEST

START_TEST(auto_converge_slows_it_until_it_does)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    guint throttle = 0;
    guint64 work_ms;

    add_world_guest(f, "busy", "alpha", 500, 200);
    start_with(f, move, "busy", &(DroverTransferOptions){.auto_converge = TRUE});
    advance(f, 60000);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    for (guint i = 0; i < move->samples->len; i++) {
        ck_assert_uint_ge(sample(move, i)->throttle_percent, throttle);
        throttle = sample(move, i)->throttle_percent;
    }
    ck_assert_uint_ge(throttle, 50);
    ck_assert_uint_le(throttle, 99);
    work_ms = drover_sim_world_guest_work_ms(f->world, "busy");
    ck_assert_uint_lt(work_ms, 50000);
    advance(f, 1000); /* at the destination it is itself again */
    ck_assert_uint_eq(drover_sim_world_guest_work_ms(f->world, "busy"), work_ms + 1000);
}
END_TEST

START_TEST(a_longer_downtime_lets_it_through)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    add_world_guest(f, "busy", "alpha", 500, 200);
    start_with(f, move, "busy", &(DroverTransferOptions){.max_downtime_ms = 5000});
    advance(f, 60000);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_int_eq(move->end.downtime_ms, 5020);
}
END_TEST

START_TEST(the_guest_loses_only_the_downtime)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    guint64 before = drover_sim_world_guest_work_ms(f->world, "web");

    start(f, move, "web");
    advance(f, 20000);
    ck_assert_uint_eq(drover_sim_world_guest_work_ms(f->world, "web"),
                      before + 20000 - (guint64) move->end.downtime_ms);
}
END_TEST

START_TEST(disks_go_first_when_asked)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    const DroverTransferStats *disks;
    DroverSimGuest guest;

    drover_sim_guest_init(&guest, "disk", "alpha");
    guest.memory_mib = 200;
    guest.disk_mib = 500;
    ck_assert(drover_sim_world_add_guest(f->world, &guest, NULL));
    start_with(f, move, "disk", &(DroverTransferOptions){.copy_storage = TRUE});
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_str_eq(move->phases->str, "connecting, storage, pre-copy, switchover, finishing");
    disks = sample_of(move, DROVER_PHASE_STORAGE, 0);
    ck_assert_uint_eq(disks->disk_total_bytes, 500 * MIB);
    ck_assert_uint_eq(disks->memory_total_bytes, 0);
    ck_assert_uint_eq(move->end.disk_done_bytes, 500 * MIB);
    ck_assert_uint_eq(move->end.disk_remaining_bytes, 0);
    ck_assert_int_eq(move->end.elapsed_ms, 200 + 5000 + 2000 + 20 + 50);
}
END_TEST

START_TEST(a_cap_holds)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    start_with(f, move, "web", &(DroverTransferOptions){.bandwidth_mib_s = 20});
    advance(f, LONG_MS);
    ck_assert_int_eq(move->end.elapsed_ms, 200 + 50000 + 20 + 50);
}
END_TEST

START_TEST(two_moves_share_a_link_evenly)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) first = move_new();
    g_autoptr(Move) second = move_new();

    add_world_guest(f, "web2", "alpha", 1000, 0);
    start(f, first, "web");
    advance(f, 200 + 5000); /* half of it is sent */
    start(f, second, "web2");
    advance(f, LONG_MS);
    /* 5 s alone, and while the other connects; then the rest at half the rate. */
    ck_assert_int_eq(first->end.elapsed_ms, 200 + 5000 + 200 + 2 * (5000 - 200) + 20 + 50);
    /* Until the first is through both send 480 MiB; 520 are left. */
    ck_assert_int_ge(second->end.elapsed_ms, 200 + 9600 + 5200 + 20 + 50);
    ck_assert_int_le(second->end.elapsed_ms, 200 + 9600 + 5200 + 20 + 50 + 20);
    assert_runs_on(f, "web", "beta");
    assert_runs_on(f, "web2", "beta");
}
END_TEST

START_TEST(traffic_that_meets_does_not_slow_itself)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) out = move_new();
    g_autoptr(Move) back = move_new();
    DroverTransferSpec spec;

    add_world_guest(f, "db", "beta", 1000, 0);
    spec = spec_for(seen_guest(f, "db")->uuid, FALSE);
    start(f, out, "web");
    back->transfer = f->backend->klass->start(f->backend, &spec, &move_listener, back, NULL);
    advance(f, LONG_MS);
    ck_assert_int_eq(out->end.elapsed_ms, 10270);
    ck_assert_int_eq(back->end.elapsed_ms, 10270);
}
END_TEST

START_TEST(the_narrower_link_decides)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();

    drover_sim_world_set_bandwidth(f->world, "beta", 50);
    start(f, move, "web");
    advance(f, 10200);
    drover_sim_world_set_bandwidth(f->world, "beta", 500); /* half is left, alpha has 100 */
    advance(f, LONG_MS);
    ck_assert_int_eq(move->end.elapsed_ms, 200 + 10000 + 5000 + 20 + 50);
}
END_TEST

START_TEST(many_moves_get_the_whole_link_together)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(GPtrArray) moves = g_ptr_array_new_with_free_func((GDestroyNotify) move_free);
    DroverSimCount count;

    for (guint i = 0; i < 200; i++) {
        g_autofree char *name = g_strdup_printf("fleet-%u", i);

        add_world_guest(f, name, "alpha", 10, 0);
        g_ptr_array_add(moves, move_new());
        start(f, moves->pdata[i], name);
    }
    advance(f, 10000);
    drover_sim_world_count(f->world, "alpha", &count);
    ck_assert_uint_eq(count.outgoing, 200);
    ck_assert_uint_eq(count.most_outgoing, 200);
    /* 2000 MiB at 100 MiB/s, but for what the first gained before the rest was there. */
    advance(f, 11000);
    drover_sim_world_count(f->world, NULL, &count);
    ck_assert_uint_eq(count.outgoing, 0);
    ck_assert_uint_eq(count.arrived, 200);
    for (guint i = 0; i < moves->len; i++) {
        const Move *move = moves->pdata[i];

        assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
        ck_assert_int_ge(move->end.elapsed_ms, 17000);
    }
}
END_TEST

START_TEST(a_paused_guest_stays_paused)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    DroverSimGuest guest;

    drover_sim_guest_init(&guest, "still", "alpha");
    guest.state = DROVER_GUEST_PAUSED;
    guest.dirty_mib_s = 500;
    ck_assert(drover_sim_world_add_guest(f->world, &guest, NULL));
    start(f, move, "still");
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_int_eq(seen_guest(f, "still")->state, DROVER_GUEST_PAUSED);
    ck_assert_str_eq(seen_guest(f, "still")->host->name, "beta");
    ck_assert_uint_eq(drover_sim_world_guest_work_ms(f->world, "still"), 0);
}
END_TEST

/* By itself after the first pass, or when it is called for within it. */
START_TEST(post_copy_comes_where_it_is_allowed)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    gboolean allowed = _i > 0;

    add_world_guest(f, "busy", "alpha", 500, 200);
    start_with(f, move, "busy", &(DroverTransferOptions){.post_copy = allowed});
    advance(f, 2000);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_PRECOPY);
    if (_i < 2) {
        drover_sim_world_switch_to_post_copy(f->world, "busy");
        advance(f, 0);
    } else {
        advance(f, 20000);
    }
    if (!allowed) {
        ck_assert_int_eq(move->last_phase, DROVER_PHASE_PRECOPY);
        return;
    }
    if (_i == 1) {
        ck_assert_int_eq(move->last_phase, DROVER_PHASE_POSTCOPY);
        ck_assert_uint_eq(drover_sim_world_count_running(f->world, "busy"), 1);
        ck_assert_str_eq(seen_guest(f, "busy")->host->name, "beta");
        ck_assert_str_eq(seen_guest(f, "busy")->reason, "post-copy");
        cancel(f, move); /* in vain */
    }
    advance(f, LONG_MS);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_str_eq(move->phases->str, "connecting, pre-copy, post-copy, finishing");
    ck_assert_uint_gt(move->end.postcopy_requests, 0);
    ck_assert_int_eq(move->end.downtime_ms, 20);
    assert_runs_on(f, "busy", "beta");
}
END_TEST

START_TEST(a_guest_moves_there_and_back)
{
    g_autoptr(Fixture) f = fixture_new();
    DroverSimCount count;

    for (guint i = 0; i < 4; i++) {
        g_autoptr(Move) move = move_new();
        DroverTransferSpec spec = spec_for(seen_guest(f, "web")->uuid, i % 2 == 0);

        move->transfer = f->backend->klass->start(f->backend, &spec, &move_listener, move, NULL);
        advance(f, 20000);
        assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
        assert_runs_on(f, "web", i % 2 ? "alpha" : "beta");
    }
    drover_sim_world_count(f->world, "beta", &count);
    ck_assert_uint_eq(count.started, 2);
    ck_assert_uint_eq(count.arrived, 2);
    ck_assert_uint_eq(count.most_incoming, 1);
}
END_TEST

START_TEST(free_memory_follows_the_guests)
{
    g_autoptr(Fixture) f = fixture_new();
    g_autoptr(Move) move = move_new();
    const DroverHost *beta = drover_inventory_find_host(f->backend->inventory, "beta");
    guint64 free_kib = beta->memory_free_kib;

    start(f, move, "web");
    advance_to(f, move, DROVER_PHASE_PRECOPY);
    ck_assert_uint_eq(beta->memory_free_kib, free_kib - 1000 * 1024);
    cancel(f, move);
    advance(f, 1000);
    ck_assert_uint_eq(beta->memory_free_kib, free_kib);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("simulated");
    TCase *tc = tcase_create("moves");

    tcase_add_test(tc, a_move_goes_through_its_phases);
    tcase_add_test(tc, the_guest_is_incoming_then_running_then_gone_from_the_source);
    tcase_add_test(tc, what_is_written_in_a_pass_is_the_next_pass);
    tcase_add_test(tc, bytes_only_grow_and_passes_only_shrink);
    tcase_add_test(tc, a_move_is_heard_of_every_250_ms);
    tcase_add_test(tc, a_coarser_sample_changes_no_result);
    tcase_add_test(tc, a_guest_that_writes_faster_than_the_link_never_arrives);
    tcase_add_test(tc, auto_converge_slows_it_until_it_does);
    tcase_add_test(tc, a_longer_downtime_lets_it_through);
    tcase_add_test(tc, the_guest_loses_only_the_downtime);
    tcase_add_test(tc, disks_go_first_when_asked);
    tcase_add_test(tc, a_cap_holds);
    tcase_add_test(tc, two_moves_share_a_link_evenly);
    tcase_add_test(tc, traffic_that_meets_does_not_slow_itself);
    tcase_add_test(tc, the_narrower_link_decides);
    tcase_add_test(tc, many_moves_get_the_whole_link_together);
    tcase_add_test(tc, a_paused_guest_stays_paused);
    tcase_add_loop_test(tc, post_copy_comes_where_it_is_allowed, 0, 3);
    tcase_add_test(tc, a_guest_moves_there_and_back);
    tcase_add_test(tc, free_memory_follows_the_guests);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
