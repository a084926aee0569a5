#include "backends/simulated/move-inside.h"

#include "backends/simulated/journal.h"

/* From the link's return until the post-copy is taken up. */
#define RECOVERY_US (5 * G_USEC_PER_SEC)

static gboolean
break_post_copy(SimMove *move, DroverFailure *failure, gint64 for_us)
{
    drover_failure_free(move->trouble);
    move->trouble = failure;
    sim_flow_set_running(&move->flow, FALSE);
    sim_move_enter(move, DROVER_PHASE_POSTCOPY_BROKEN, for_us ? for_us : SIM_NEVER);
    return TRUE;
}

static gboolean
is_post_copy(const SimMove *move)
{
    return move->stats.phase == DROVER_PHASE_POSTCOPY ||
           move->stats.phase == DROVER_PHASE_POSTCOPY_BROKEN;
}

/* In post-copy the guest's memory is on both hosts, so it takes both to keep it. */
static gboolean
kills_a_half(DroverFailureKind kind)
{
    return kind == DROVER_FAILURE_SOURCE_QEMU_DIED || kind == DROVER_FAILURE_DESTINATION_QEMU_DIED;
}

static gboolean
meet_failure(SimMove *move, const SimFault *fault)
{
    const DroverSimFault *spec = sim_fault_spec(fault);
    DroverFailure *failure = sim_fault_failure(fault, move->stats.phase);
    DroverOutcome outcome = sim_failure_outcome(spec->kind);

    if (is_post_copy(move) && kills_a_half(spec->kind)) {
        failure->kind = DROVER_FAILURE_GUEST_LOST;
        failure->transient = FALSE;
        outcome = DROVER_OUTCOME_LOST;
    }
    if (is_post_copy(move) && outcome != DROVER_OUTCOME_LOST) {
        return break_post_copy(move, failure, spec->for_ms * (gint64) 1000);
    }
    if (outcome == DROVER_OUTCOME_MOVED || move->stats.phase == DROVER_PHASE_FINISHING) {
        drover_failure_free(move->warning);
        move->warning = failure;
        return TRUE;
    }
    sim_move_end(move, outcome, failure);
    return FALSE;
}

static gboolean
meet_hang(SimMove *move, const SimFault *fault)
{
    gint64 for_us = sim_fault_spec(fault)->for_ms * (gint64) 1000;

    move->hung = TRUE;
    move->hung_since = sim_world_now(move->world);
    move->hung_until = for_us ? move->hung_since + for_us : SIM_NEVER;
    sim_flow_set_running(&move->flow, FALSE);
    return TRUE;
}

static gboolean
meet_host_fault(SimMove *move, const SimFault *fault)
{
    sim_fault_strike(fault);
    return TRUE;
}

static gboolean
meet_stop(SimMove *move, const SimFault *fault)
{
    drover_sim_world_stop_guest(move->world, move->guest->uuid);
    return TRUE;
}

static gboolean
meet_cancel_failure(SimMove *move, const SimFault *fault)
{
    move->cancel_fails = TRUE;
    return TRUE;
}

static gboolean
meet_switch(SimMove *move, const SimFault *fault)
{
    move->switch_wanted = TRUE;
    return TRUE;
}

/* clang-format off */
static gboolean (*const meet[])(SimMove *move, const SimFault *fault) = {
    [DROVER_SIM_FAIL] = meet_failure,         [DROVER_SIM_HANG] = meet_hang,
    [DROVER_SIM_HOST_DOWN] = meet_host_fault, [DROVER_SIM_SLOW_LINK] = meet_host_fault,
    [DROVER_SIM_GUEST_STOPS] = meet_stop,     [DROVER_SIM_CANCEL_FAILS] = meet_cancel_failure,
    [DROVER_SIM_POST_COPY] = meet_switch,
};
/* clang-format on */

static void
note_fault(const SimMove *move, const SimFault *fault)
{
    const DroverSimFault *spec = sim_fault_spec(fault);
    const DroverNote note = {
        .kind = DROVER_NOTE_EVENT,
        .what = "fault",
        .host = spec->host,
        .detail = sim_fault_type_name((int) spec->type),
    };

    if (move->observer) {
        move->observer->noted(&note, move->user_data);
    }
}

gboolean
sim_move_meet_threats(SimMove *move, gint64 now_us)
{
    guint i = 0;

    while (move->threats && i < move->threats->len) {
        SimThreat threat = g_array_index(move->threats, SimThreat, i);

        if (threat.due_us > now_us) {
            i++;
            continue;
        }
        g_array_remove_index(move->threats, i);
        note_fault(move, threat.fault);
        sim_journal_touch(move->guest);
        if (!meet[sim_fault_spec(threat.fault)->type](move, threat.fault)) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
sim_move_meet_cancel(SimMove *move, gint64 now_us)
{
    if (now_us < move->cancel_due) {
        return TRUE;
    }
    move->cancel_due = SIM_NEVER;
    sim_journal_touch(move->guest);
    if (move->cancel_fails || move->stats.phase > DROVER_PHASE_PRECOPY) {
        return TRUE;
    }
    sim_move_end(move, DROVER_OUTCOME_STAYED,
                 sim_failure_new(DROVER_FAILURE_CANCELLED, move->stats.phase));
    return FALSE;
}

void
sim_move_cancel(SimMove *move)
{
    if (!move->cancelled) {
        move->cancelled = TRUE;
        move->cancel_due = sim_world_now(move->world) + move->world->cancel_us;
        sim_move_wake(move);
        sim_journal_touch(move->guest);
        sim_journal_flush(move->world);
    }
}

void
sim_move_switch_to_post_copy(SimMove *move)
{
    move->switch_wanted = TRUE;
    sim_move_wake(move);
    sim_journal_touch(move->guest);
    sim_journal_flush(move->world);
}

void
sim_move_guest_stopped(SimMove *move)
{
    SimGuest *guest = move->guest;

    if (move->stats.phase == DROVER_PHASE_FINISHING) {
        sim_guest_set_copy(guest, &guest->home, guest->home.host, DROVER_GUEST_OFF, "shutdown");
        sim_journal_flush(move->world);
        return;
    }
    sim_move_end(move, DROVER_OUTCOME_STOPPED,
                 sim_failure_new(DROVER_FAILURE_GUEST_STOPPED, move->stats.phase));
}

void
sim_move_host_back(SimMove *move)
{
    if (move->cut && is_post_copy(move) && move->source->up && move->destination->up) {
        move->phase_until = sim_world_now(move->world) + RECOVERY_US;
        sim_move_wake(move);
        sim_journal_touch(move->guest);
        sim_journal_flush(move->world);
    }
}

void
sim_move_host_lost(SimMove *move, const SimHost *host, DroverSimTruth truth)
{
    DroverFailureKind kind =
        host == move->source ? DROVER_FAILURE_SOURCE_LOST : DROVER_FAILURE_DESTINATION_LOST;

    if (truth == DROVER_SIM_STAYED && is_post_copy(move)) {
        /* The guest is half here and half there: it waits for the link. */
        break_post_copy(move, sim_failure_new(DROVER_FAILURE_POSTCOPY_BROKEN, move->stats.phase),
                        0);
        move->cut = TRUE;
        sim_move_wake(move);
        return;
    }
    if (truth == DROVER_SIM_GOES_ON) {
        return;
    }
    if (truth == DROVER_SIM_MOVED || sim_move_has_landed(move)) {
        sim_move_end(move, DROVER_OUTCOME_MOVED, g_steal_pointer(&move->warning));
    } else {
        sim_move_end(move, DROVER_OUTCOME_STAYED, sim_failure_new(kind, move->stats.phase));
    }
}
