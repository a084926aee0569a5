#include "backends/simulated/move.h"

#include "backends/simulated/journal.h"
#include "backends/simulated/move-inside.h"
#include "backends/simulated/replay.h"

#define DEFAULT_DOWNTIME_MS 300 /* QEMU's own */
#define CAP_MAX_MIB_S       (1u << 20)

static void wake(gpointer data, gpointer unused);

/* --- the one timer --------------------------------------------------------------------------- */

static gint64
phase_due(SimMove *move)
{
    const guint64 *left = sim_move_bytes_left(move);

    if (move->hung) {
        return move->hung_until;
    }
    return left ? move->flow.at_us + sim_flow_time_for(&move->flow, *left) : move->phase_until;
}

static gint64
first_threat(const SimMove *move)
{
    gint64 first = SIM_NEVER;

    for (guint i = 0; move->threats && i < move->threats->len; i++) {
        first = MIN(first, g_array_index(move->threats, SimThreat, i).due_us);
    }
    return first;
}

void
sim_move_arm(SimMove *move, gint64 due_us)
{
    DroverClock *clock = move->world->clock;

    drover_clock_remove(clock, &move->timer);
    move->due_us = due_us;
    if (move->world->past_us) {
        return; /* whoever makes up for lost time turns it */
    }
    move->timer = drover_clock_add(clock, due_us - sim_world_now(move->world), wake, move);
}

void
sim_move_wake(SimMove *move)
{
    sim_move_arm(move, sim_world_now(move->world));
}

/* --- going on -------------------------------------------------------------------------------- */

static void
send(SimMove *move, gint64 now_us)
{
    guint64 *left = sim_move_bytes_left(move);
    guint64 sent = sim_flow_take_sent(&move->flow, now_us);

    if (!left) {
        return;
    }
    sent = MIN(sent, *left);
    *left -= sent;
    if (move->stats.phase == DROVER_PHASE_STORAGE) {
        move->stats.disk_done_bytes += sent;
    } else {
        move->stats.memory_done_bytes += sent;
    }
    if (move->stats.phase == DROVER_PHASE_POSTCOPY) {
        move->stats.postcopy_requests += sent / SIM_MIB;
    }
}

static void
end_hang(SimMove *move, gint64 now_us)
{
    if (!move->hung || now_us < move->hung_until) {
        return;
    }
    move->hung = FALSE;
    sim_journal_touch(move->guest);
    move->phase_until += MIN(now_us - move->hung_since, SIM_NEVER - move->phase_until);
    sim_flow_set_running(&move->flow,
                         sim_move_bytes_left(move) || move->stats.phase == DROVER_PHASE_SWITCHOVER);
}

static void
tell(SimMove *move, gint64 now_us)
{
    if (move->world->past_us || (!move->news && now_us < move->sample_due)) {
        return;
    }
    move->news = FALSE;
    move->sample_due = now_us + move->world->sample_us;
    move->stats.elapsed_ms = (now_us - move->started_us) / 1000;
    move->stats.bandwidth_bytes_s = move->flow.rate_bytes_s;
    if (move->observer) {
        move->observer->changed(&move->stats, move->trouble, move->user_data);
    }
}

static gboolean
phase_is_over(SimMove *move, gint64 now_us)
{
    const guint64 *left = sim_move_bytes_left(move);

    return !move->hung && (left ? *left == 0 : now_us >= move->phase_until);
}

void
sim_move_turn(SimMove *move)
{
    gint64 now_us = sim_world_now(move->world);
    gint64 due_us;

    move->timer = 0;
    if (move->replay) {
        sim_replay_turn(move);
        return;
    }
    send(move, now_us);
    end_hang(move, now_us);
    if (!sim_move_meet_threats(move, now_us) || !sim_move_meet_cancel(move, now_us)) {
        return;
    }
    if (move->switch_wanted && move->post_copy && move->stats.phase == DROVER_PHASE_PRECOPY) {
        sim_move_begin_post_copy(move);
    }
    if (phase_is_over(move, now_us) && !sim_move_end_phase(move)) {
        return;
    }
    sim_flow_share(&move->flow);
    sim_journal_flush(move->world);
    tell(move, now_us);
    due_us = MIN(MIN(move->sample_due, phase_due(move)), MIN(first_threat(move), move->cancel_due));
    sim_move_arm(move, due_us);
}

static void
wake(gpointer data, gpointer unused)
{
    sim_move_turn(data);
}

/* --- the beginning --------------------------------------------------------------------------- */

static void
count_start(DroverSimCount *count, gboolean out, gboolean in)
{
    count->outgoing += out ? 1 : 0;
    count->incoming += in ? 1 : 0;
    count->started += out ? 1 : 0;
    count->most_outgoing = MAX(count->most_outgoing, count->outgoing);
    count->most_incoming = MAX(count->most_incoming, count->incoming);
}

static void
take_options(SimMove *move, const DroverTransferOptions *options)
{
    guint downtime_ms = options->max_downtime_ms ? options->max_downtime_ms : DEFAULT_DOWNTIME_MS;

    move->downtime_us = downtime_ms * (gint64) 1000;
    move->auto_converge = options->auto_converge;
    move->post_copy = options->post_copy;
    move->copy_storage = options->copy_storage;
    move->flow.cap_bytes_s = MIN(options->bandwidth_mib_s, CAP_MAX_MIB_S) * SIM_MIB;
}

void
sim_stats_init(DroverTransferStats *stats)
{
    *stats = (DroverTransferStats){
        .memory_total_bytes = DROVER_UNKNOWN_BYTES,
        .memory_done_bytes = DROVER_UNKNOWN_BYTES,
        .memory_remaining_bytes = DROVER_UNKNOWN_BYTES,
        .disk_total_bytes = DROVER_UNKNOWN_BYTES,
        .disk_done_bytes = DROVER_UNKNOWN_BYTES,
        .disk_remaining_bytes = DROVER_UNKNOWN_BYTES,
        .expected_downtime_ms = -1,
        .downtime_ms = -1,
    };
}

static SimMove *
move_new(SimGuest *guest, SimHost *source, SimHost *destination)
{
    SimMove *move = g_new0(SimMove, 1);
    DroverSimWorld *world = guest->world;

    move->world = world;
    move->guest = guest;
    move->source = source;
    move->destination = destination;
    move->flow = (SimFlow){.move = move, .source = source, .destination = destination};
    guest->move = move;
    g_hash_table_add(source->moving[SIM_OUT], move);
    g_hash_table_add(destination->moving[SIM_IN], move);
    count_start(&source->count, TRUE, FALSE);
    count_start(&destination->count, FALSE, TRUE);
    count_start(&world->count, TRUE, TRUE);
    return move;
}

SimMove *
sim_move_start(SimGuest *guest,
               SimHost *source,
               SimHost *destination,
               const DroverTransferOptions *options)
{
    SimMove *move = move_new(guest, source, destination);
    DroverSimWorld *world = guest->world;

    take_options(move, options);
    move->stood = guest->home.state == DROVER_GUEST_PAUSED;
    sim_stats_init(&move->stats);
    move->started_us = move->flow.at_us = sim_world_now(world);
    move->cancel_due = SIM_NEVER;
    if (guest->replays && guest->replays->len) {
        move->replay = g_ptr_array_steal_index(guest->replays, 0);
    } else {
        move->threats = sim_faults_for_move(world, guest, source, destination);
    }
    sim_move_enter(move, DROVER_PHASE_CONNECTING, MAX(source->connect_us, destination->connect_us));
    sim_move_wake(move);
    sim_journal_flush(world);
    return move;
}

SimMove *
sim_move_resume(SimGuest *guest, SimHost *source, SimHost *destination, char **words)
{
    SimMove *move = move_new(guest, source, destination);

    if (!sim_move_read(move, words)) {
        sim_move_free(move);
        return NULL;
    }
    sim_flow_set_running(
        &move->flow,
        !move->hung && (sim_move_bytes_left(move) || move->stats.phase == DROVER_PHASE_SWITCHOVER));
    sim_guest_set_throttle(guest, move->stats.throttle_percent);
    return move;
}

void
sim_move_observe(SimMove *move, const SimObserver *observer, gpointer user_data)
{
    move->observer = observer;
    move->user_data = user_data;
}

const DroverTransferStats *
sim_move_stats(const SimMove *move)
{
    return &move->stats;
}

const DroverFailure *
sim_move_trouble(const SimMove *move)
{
    return move->trouble;
}

const SimHost *
sim_move_source(const SimMove *move)
{
    return move->source;
}

const SimHost *
sim_move_destination(const SimMove *move)
{
    return move->destination;
}
