#include "backends/simulated/move-inside.h"

#include "backends/simulated/journal.h"

gboolean
sim_move_has_landed(const SimMove *move)
{
    return move->guest->home.host == move->destination;
}

void
sim_move_land(SimMove *move, const char *reason)
{
    SimGuest *guest = move->guest;
    DroverGuestState state = move->stood ? DROVER_GUEST_PAUSED : DROVER_GUEST_RUNNING;

    sim_guest_set_copy(guest, &guest->home, move->source, DROVER_GUEST_PAUSED, reason);
    sim_guest_set_throttle(guest, 0);
    sim_guest_set_copy(guest, &guest->other, move->destination, state, reason);
    sim_guest_swap(guest);
    guest->landings++;
    move->stats.dirty_rate_bytes_s = 0; /* what it writes from now on need not be sent */
}

static void
drop(SimGuest *guest, SimCopy *copy)
{
    if (copy->host) {
        sim_guest_set_copy(guest, copy, NULL, DROVER_GUEST_UNKNOWN, NULL);
    }
}

static void
settle_moved(SimMove *move)
{
    SimGuest *guest = move->guest;

    if (!sim_move_has_landed(move)) {
        sim_move_land(move, "migrated");
    }
    drop(guest, &guest->other);
    move->destination->count.arrived++;
    move->world->count.arrived++;
}

static void
settle_stayed(SimMove *move)
{
    SimGuest *guest = move->guest;

    drop(guest, &guest->other);
    if (!move->stood && guest->home.state == DROVER_GUEST_PAUSED) {
        sim_guest_set_copy(guest, &guest->home, move->source, DROVER_GUEST_RUNNING,
                           "migration-canceled");
    }
}

static void
settle_stopped(SimMove *move)
{
    SimGuest *guest = move->guest;

    drop(guest, &guest->other);
    sim_guest_set_copy(guest, &guest->home, guest->home.host, DROVER_GUEST_OFF, "shutdown");
}

static void
settle_lost(SimMove *move)
{
    drop(move->guest, &move->guest->other);
    drop(move->guest, &move->guest->home);
}

static void (*const settle[])(SimMove *move) = {
    [DROVER_OUTCOME_MOVED] = settle_moved,
    [DROVER_OUTCOME_STAYED] = settle_stayed,
    [DROVER_OUTCOME_STOPPED] = settle_stopped,
    [DROVER_OUTCOME_LOST] = settle_lost,
};

static void
count_end(SimMove *move)
{
    g_hash_table_remove(move->source->moving[SIM_OUT], move);
    g_hash_table_remove(move->destination->moving[SIM_IN], move);
    move->source->count.outgoing--;
    move->destination->count.incoming--;
    move->world->count.outgoing--;
    move->world->count.incoming--;
}

void
sim_move_free(SimMove *move)
{
    sim_flow_set_running(&move->flow, FALSE);
    drover_clock_remove(move->world->clock, &move->timer);
    move->guest->move = NULL;
    count_end(move);
    if (move->threats) {
        g_array_unref(move->threats);
    }
    g_clear_pointer(&move->replay, g_array_unref);
    drover_failure_free(move->trouble);
    drover_failure_free(move->warning);
    g_free(move);
}

void
sim_move_end(SimMove *move, DroverOutcome outcome, DroverFailure *failure)
{
    g_autoptr(DroverFailure) reason = failure;
    const SimObserver *observer = move->observer;
    gpointer user_data = move->user_data;
    DroverSimWorld *world = move->world;
    DroverTransferStats stats;

    sim_journal_touch(move->guest);
    sim_guest_set_throttle(move->guest, 0);
    settle[outcome](move);
    move->stats.phase = DROVER_PHASE_ENDED;
    move->stats.elapsed_ms = (sim_world_now(move->world) - move->started_us) / 1000;
    move->stats.bandwidth_bytes_s = 0;
    if (outcome == DROVER_OUTCOME_MOVED) {
        move->stats.memory_remaining_bytes = 0;
    }
    stats = move->stats;
    sim_move_free(move);
    sim_journal_flush(world);
    if (observer) {
        observer->ended(outcome, &stats, reason, user_data);
    }
}
