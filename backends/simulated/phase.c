#include "backends/simulated/move-inside.h"

#include "backends/simulated/check.h"
#include "backends/simulated/journal.h"

/* A phase lasts until its bytes are sent, or for a time. */
guint64 *
sim_move_bytes_left(SimMove *move)
{
    switch (move->stats.phase) {
    case DROVER_PHASE_STORAGE: return &move->stats.disk_remaining_bytes;
    case DROVER_PHASE_PRECOPY:
    case DROVER_PHASE_POSTCOPY: return &move->stats.memory_remaining_bytes;
    default: return NULL;
    }
}

void
sim_move_enter(SimMove *move, DroverPhase phase, gint64 for_us)
{
    gint64 now_us = sim_world_now(move->world);

    move->stats.phase = phase;
    move->phase_us = now_us;
    move->phase_until = now_us + MIN(for_us, SIM_NEVER - now_us);
    move->news = TRUE;
    sim_journal_touch(move->guest);
    for (guint i = 0; move->threats && i < move->threats->len; i++) {
        SimThreat *threat = &g_array_index(move->threats, SimThreat, i);
        const DroverSimFault *spec = sim_fault_spec(threat->fault);

        if (spec->phase == phase && threat->due_us == G_MAXINT64) {
            threat->due_us = now_us + spec->after_ms * (gint64) 1000;
        }
    }
}

static void
begin_pass(SimMove *move, guint64 bytes)
{
    move->pass_us = sim_world_now(move->world);
    move->pass_bytes = bytes;
    move->stats.memory_remaining_bytes = bytes;
    move->stats.iteration++;
    move->news = TRUE;
    sim_journal_touch(move->guest);
}

static void
begin_precopy(SimMove *move)
{
    guint64 memory = move->guest->memory_kib * 1024;

    move->stats.memory_total_bytes = memory;
    move->stats.expected_downtime_ms = move->downtime_us / 1000;
    begin_pass(move, memory);
    sim_move_enter(move, DROVER_PHASE_PRECOPY, 0);
}

static gboolean
end_connecting(SimMove *move)
{
    SimGuest *guest = move->guest;
    DroverTransferStats *stats = &move->stats;
    SimRoute route = {move->world, guest, move->source, move->destination};
    DroverFailure *failure = sim_check_prepare(&route);

    if (failure) {
        sim_move_end(move, DROVER_OUTCOME_STAYED, failure);
        return FALSE;
    }
    sim_guest_set_copy(guest, &guest->other, move->destination, DROVER_GUEST_INCOMING, "migration");
    stats->memory_total_bytes = stats->memory_done_bytes = stats->memory_remaining_bytes = 0;
    stats->disk_total_bytes = stats->disk_remaining_bytes =
        move->copy_storage ? guest->disk_bytes : 0;
    stats->disk_done_bytes = 0;
    sim_flow_set_running(&move->flow, TRUE);
    if (stats->disk_total_bytes) {
        sim_move_enter(move, DROVER_PHASE_STORAGE, 0);
    } else {
        begin_precopy(move);
    }
    return TRUE;
}

static gboolean
end_storage(SimMove *move)
{
    begin_precopy(move);
    return TRUE;
}

static guint64
dirtied_in_pass(SimMove *move)
{
    const SimGuest *guest = move->guest;
    gint64 pass_us = MAX(sim_world_now(move->world) - move->pass_us, 1);
    double rate = (double) guest->dirty_bytes_s * (100 - guest->throttle_percent) / 100;
    double bytes = move->stood ? 0 : rate * (double) pass_us / G_USEC_PER_SEC;
    guint64 dirtied = (guint64) MIN(bytes, (double) guest->working_set_bytes);

    move->stats.dirty_rate_bytes_s =
        (guint64) ((double) dirtied * G_USEC_PER_SEC / (double) pass_us);
    return dirtied;
}

/* As QEMU does: when a pass leaves more than half of what it sent, the guest is slowed down. */
static void
converge(SimMove *move, guint64 dirtied)
{
    guint *percent = &move->stats.throttle_percent;

    if (!move->auto_converge || move->stats.iteration < 2 || dirtied <= move->pass_bytes / 2) {
        return;
    }
    *percent = *percent ? MIN(*percent + 10, 99) : 20;
    sim_guest_set_throttle(move->guest, *percent);
}

static gboolean
end_pass(SimMove *move)
{
    SimGuest *guest = move->guest;
    guint64 dirtied = dirtied_in_pass(move);
    gint64 needed_us = sim_flow_time_for(&move->flow, dirtied);

    move->stats.expected_downtime_ms = needed_us / 1000;
    if (needed_us <= move->downtime_us) {
        move->stats.memory_remaining_bytes = dirtied;
        sim_guest_set_copy(guest, &guest->home, move->source, DROVER_GUEST_PAUSED, "migration");
        sim_move_enter(move, DROVER_PHASE_SWITCHOVER, needed_us + guest->device_us);
        return TRUE;
    }
    converge(move, dirtied);
    begin_pass(move, dirtied);
    if (move->post_copy) {
        sim_move_begin_post_copy(move); /* as the real ones do, after the first whole pass */
    }
    return TRUE;
}

static gboolean
end_switchover(SimMove *move)
{
    DroverTransferStats *stats = &move->stats;

    stats->memory_done_bytes += stats->memory_remaining_bytes;
    stats->memory_remaining_bytes = 0;
    stats->downtime_ms = (sim_world_now(move->world) - move->phase_us) / 1000;
    sim_flow_set_running(&move->flow, FALSE);
    sim_move_land(move, "migrated");
    sim_move_enter(move, DROVER_PHASE_FINISHING, move->destination->finish_us);
    return TRUE;
}

static gboolean
end_post_copy(SimMove *move)
{
    sim_flow_set_running(&move->flow, FALSE);
    sim_move_enter(move, DROVER_PHASE_FINISHING, move->destination->finish_us);
    return TRUE;
}

static gboolean
mend_post_copy(SimMove *move)
{
    g_clear_pointer(&move->trouble, drover_failure_free);
    move->cut = FALSE;
    sim_flow_set_running(&move->flow, TRUE);
    sim_move_enter(move, DROVER_PHASE_POSTCOPY, 0);
    return TRUE;
}

static gboolean
end_finishing(SimMove *move)
{
    sim_move_end(move, DROVER_OUTCOME_MOVED, g_steal_pointer(&move->warning));
    return FALSE;
}

/* clang-format off */
static gboolean (*const end_phase[])(SimMove *move) = {
    [DROVER_PHASE_CONNECTING] = end_connecting,
    [DROVER_PHASE_STORAGE] = end_storage,
    [DROVER_PHASE_PRECOPY] = end_pass,
    [DROVER_PHASE_SWITCHOVER] = end_switchover,
    [DROVER_PHASE_POSTCOPY] = end_post_copy,
    [DROVER_PHASE_POSTCOPY_BROKEN] = mend_post_copy,
    [DROVER_PHASE_FINISHING] = end_finishing,
};
/* clang-format on */

gboolean
sim_move_end_phase(SimMove *move)
{
    return end_phase[move->stats.phase](move);
}

/* What is not sent yet is asked for by the guest, which runs at the destination. */
void
sim_move_begin_post_copy(SimMove *move)
{
    SimGuest *guest = move->guest;
    guint64 *left = &move->stats.memory_remaining_bytes;

    *left = MIN(MAX(*left, guest->working_set_bytes), move->stats.memory_total_bytes);
    sim_move_land(move, "post-copy");
    move->stats.downtime_ms = guest->device_us / 1000;
    move->stats.throttle_percent = 0;
    sim_move_enter(move, DROVER_PHASE_POSTCOPY, 0);
}
