#include "backends/simulated/replay.h"

#include <json-glib/json-glib.h>

#include "backends/simulated/move-inside.h"

#define KIND_MAX 1000 /* kinds are numbered with gaps */

/* --- what an entry says ---------------------------------------------------------------------- */

/* clang-format off */
static const struct { const char *name; gsize offset; } bytes[] = {
    { "MemoryTotalBytes", G_STRUCT_OFFSET(DroverTransferStats, memory_total_bytes) },
    { "MemoryDoneBytes", G_STRUCT_OFFSET(DroverTransferStats, memory_done_bytes) },
    { "MemoryRemainingBytes", G_STRUCT_OFFSET(DroverTransferStats, memory_remaining_bytes) },
    { "DiskTotalBytes", G_STRUCT_OFFSET(DroverTransferStats, disk_total_bytes) },
    { "DiskDoneBytes", G_STRUCT_OFFSET(DroverTransferStats, disk_done_bytes) },
    { "DiskRemainingBytes", G_STRUCT_OFFSET(DroverTransferStats, disk_remaining_bytes) },
};

static const char *const outcomes[] = {
    [DROVER_OUTCOME_MOVED] = "moved",
    [DROVER_OUTCOME_STAYED] = "stayed",
    [DROVER_OUTCOME_STOPPED] = "stopped",
    [DROVER_OUTCOME_LOST] = "lost",
};

static const char *const sides[] = {
    [DROVER_SIDE_NONE] = "none",
    [DROVER_SIDE_SOURCE] = "source",
    [DROVER_SIDE_DESTINATION] = "destination",
};
/* clang-format on */

static const char *
text_of(JsonObject *entry, const char *name)
{
    JsonNode *node = json_object_get_member(entry, name);

    return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node)
                                                                   : NULL;
}

static gint64
number_of(JsonObject *entry, const char *name, gint64 otherwise)
{
    JsonNode *node = json_object_get_member(entry, name);

    return node && json_node_get_value_type(node) == G_TYPE_INT64 ? json_node_get_int(node)
                                                                  : otherwise;
}

/* The place of @word in a list; -1: it is not there. */
static int
place_of(const char *word, const char *const *words, guint n)
{
    for (guint i = 0; word && i < n; i++) {
        if (words[i] && g_str_equal(words[i], word)) {
            return (int) i;
        }
    }
    return -1;
}

static DroverPhase
phase_of(const char *name)
{
    for (int phase = DROVER_PHASE_NONE; name && phase <= DROVER_PHASE_ENDED; phase++) {
        if (g_strcmp0(drover_phase_name((DroverPhase) phase), name) == 0) {
            return (DroverPhase) phase;
        }
    }
    return DROVER_PHASE_NONE;
}

static DroverFailureKind
kind_of(const char *name)
{
    for (int kind = 1; name && kind < KIND_MAX; kind++) {
        if (g_strcmp0(drover_failure_kind_name((DroverFailureKind) kind), name) == 0) {
            return (DroverFailureKind) kind;
        }
    }
    return DROVER_FAILURE_NONE;
}

static void
read_stats(JsonObject *entry, SimStep *step)
{
    DroverTransferStats *stats = &step->stats;

    sim_stats_init(stats);
    step->has_stats = text_of(entry, "Phase") != NULL;
    stats->phase = phase_of(text_of(entry, "Phase"));
    stats->iteration = (guint) number_of(entry, "Iteration", 0);
    for (guint i = 0; i < G_N_ELEMENTS(bytes); i++) {
        G_STRUCT_MEMBER(guint64, stats, bytes[i].offset) =
            (guint64) number_of(entry, bytes[i].name, (gint64) DROVER_UNKNOWN_BYTES);
    }
    stats->bandwidth_bytes_s = (guint64) number_of(entry, "BandwidthBytesPerSecond", 0);
    stats->dirty_rate_bytes_s = (guint64) number_of(entry, "DirtyRateBytesPerSecond", 0);
    stats->postcopy_requests = (guint64) number_of(entry, "PostcopyRequests", 0);
    stats->throttle_percent = (guint) number_of(entry, "ThrottlePercent", 0);
    stats->expected_downtime_ms = number_of(entry, "ExpectedDowntimeMilliseconds", -1);
    stats->downtime_ms = number_of(entry, "DowntimeMilliseconds", -1);
    stats->elapsed_ms = number_of(entry, "TransferMilliseconds", 0);
}

static DroverFailure *
read_failure(JsonObject *entry)
{
    DroverFailureKind kind = kind_of(text_of(entry, "Failure"));
    int side = place_of(text_of(entry, "FailureSide"), sides, G_N_ELEMENTS(sides));
    DroverFailure *failure;

    if (!kind) {
        return NULL;
    }
    failure = drover_failure_new(kind);
    failure->transient =
        json_object_get_boolean_member_with_default(entry, "FailureIsTransient", FALSE);
    failure->phase = phase_of(text_of(entry, "FailurePhase"));
    failure->where = (DroverSide) MAX(side, 0);
    failure->element = g_strdup(text_of(entry, "FailureElement"));
    failure->text = g_strdup(text_of(entry, "FailureText"));
    failure->code = (int) number_of(entry, "Code", 0);
    failure->domain = (int) number_of(entry, "Domain", 0);
    failure->int1 = (int) number_of(entry, "Int1", 0);
    return failure;
}

/* --- what a trace says ----------------------------------------------------------------------- */

static void
step_clear(gpointer data)
{
    SimStep *step = data;

    g_clear_pointer(&step->failure, drover_failure_free);
}

static gboolean
refuse(GError **error, guint64 sequence, const char *why)
{
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID,
                "entry %" G_GUINT64_FORMAT " of the trace %s", sequence, why);
    return FALSE;
}

typedef struct {
    GPtrArray *attempts;
    GArray *attempt; /* the one that is not over, or NULL */
    gint64 began_ms;
} Reading;

static gboolean
take_step(Reading *reading, JsonObject *entry, DroverOutcome outcome, GError **error)
{
    guint64 sequence = (guint64) number_of(entry, "Sequence", 0);
    gint64 at_ms = number_of(entry, "ElapsedMilliseconds", -1);
    SimStep step = {.at_ms = MAX(at_ms - reading->began_ms, 0), .outcome = outcome};

    if (!reading->attempt) {
        return refuse(error, sequence, "belongs to no attempt: the beginning is missing");
    }
    if (at_ms < 0) {
        return refuse(error, sequence, "has no ElapsedMilliseconds");
    }
    read_stats(entry, &step);
    if (!outcome && (!step.has_stats || !step.stats.phase)) {
        return refuse(error, sequence, "is a sample without a Phase that is known");
    }
    if (text_of(entry, "Failure") && !kind_of(text_of(entry, "Failure"))) {
        return refuse(error, sequence, "has a Failure that is not known");
    }
    step.failure = read_failure(entry);
    g_array_append_val(reading->attempt, step);
    if (outcome) {
        reading->attempt = NULL;
    }
    return TRUE;
}

static void
begin_attempt(Reading *reading, JsonObject *entry)
{
    reading->began_ms = number_of(entry, "ElapsedMilliseconds", 0);
    reading->attempt = g_array_new(FALSE, TRUE, sizeof(SimStep));
    g_array_set_clear_func(reading->attempt, step_clear);
    g_ptr_array_add(reading->attempts, reading->attempt);
}

static gboolean
take_entry(Reading *reading, JsonNode *node, GError **error)
{
    JsonObject *entry = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    const char *kind = entry ? text_of(entry, "Kind") : NULL;
    const char *what = entry ? text_of(entry, "What") : NULL;
    int outcome = place_of(what, outcomes, G_N_ELEMENTS(outcomes));

    if (!kind || !what) {
        return refuse(error, reading->attempts->len, "is no entry: it has no Kind and What");
    }
    if (g_str_equal(kind, "attempt") && !reading->attempt) {
        begin_attempt(reading, entry); /* one that is adopted in its midst goes on */
    } else if (g_str_equal(kind, "sample")) {
        return take_step(reading, entry, (DroverOutcome) 0, error);
    } else if (g_str_equal(kind, "end")) {
        return outcome > 0 ? take_step(reading, entry, (DroverOutcome) outcome, error)
                           : refuse(error, (guint64) number_of(entry, "Sequence", 0),
                                    "has an outcome that is not known");
    }
    return TRUE;
}

GPtrArray *
sim_replay_parse(const char *json, GError **error)
{
    g_autoptr(JsonNode) root = json_from_string(json, NULL);
    g_autoptr(GPtrArray) attempts = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
    Reading reading = {.attempts = attempts};
    JsonArray *entries;

    if (!root || !JSON_NODE_HOLDS_ARRAY(root)) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID,
                    "it is no trace: 'drover job ID --trace --json' prints one");
        return NULL;
    }
    entries = json_node_get_array(root);
    for (guint i = 0; i < json_array_get_length(entries); i++) {
        if (!take_entry(&reading, json_array_get_element(entries, i), error)) {
            return NULL;
        }
    }
    if (!attempts->len || reading.attempt) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID,
                    attempts->len ? "attempt %u of the trace has no end: it was still running"
                                  : "the trace has no attempt (%u)",
                    attempts->len);
        return NULL;
    }
    return g_steal_pointer(&attempts);
}

/* --- the move -------------------------------------------------------------------------------- */

static void
show(SimMove *move, const SimStep *step)
{
    move->stats = step->stats;
    drover_failure_free(move->trouble);
    move->trouble = step->failure ? drover_failure_copy(step->failure) : NULL;
    if (step->stats.phase == DROVER_PHASE_POSTCOPY && !sim_move_has_landed(move)) {
        sim_move_land(move, "post-copy");
    }
    if (move->observer) {
        move->observer->changed(&move->stats, move->trouble, move->user_data);
    }
}

static void
end(SimMove *move, const SimStep *step)
{
    if (step->has_stats) {
        move->stats = step->stats;
    }
    sim_move_end(move, step->outcome, step->failure ? drover_failure_copy(step->failure) : NULL);
}

void
sim_replay_turn(SimMove *move)
{
    gint64 now_us = sim_world_now(move->world);

    if (!sim_move_meet_cancel(move, now_us)) {
        return;
    }
    for (;;) {
        const SimStep *step = &g_array_index(move->replay, SimStep, move->replayed);
        gint64 due_us = move->started_us + step->at_ms * G_TIME_SPAN_MILLISECOND;

        if (due_us > now_us) {
            sim_move_arm(move, MIN(due_us, move->cancel_due));
            return;
        }
        if (step->outcome) {
            end(move, step);
            return;
        }
        move->replayed++;
        show(move, step);
    }
}

gboolean
drover_sim_world_replay(DroverSimWorld *world, const char *name, const char *json, GError **error)
{
    SimGuest *guest = sim_world_guest(world, name);
    GPtrArray *attempts;

    if (!guest) {
        return sim_refuse(error, "guest", name, "is not there");
    }
    if (world->journal) {
        return sim_refuse(error, "guest", name,
                          "a replay is not kept from process to process: do without state=");
    }
    attempts = sim_replay_parse(json, error);
    if (!attempts) {
        g_prefix_error(error, "guest '%s': ", name);
        return FALSE;
    }
    g_clear_pointer(&guest->replays, g_ptr_array_unref);
    guest->replays = attempts;
    return TRUE;
}
