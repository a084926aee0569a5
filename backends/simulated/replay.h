/*
 * Replay: moves that go as a job's black box tells, instead of by the model.
 *
 * Purpose:   what happened on real hosts happens again to the engine, on any clock.
 * Ownership: an attempt is a GArray of SimStep, the last of which ends it.
 * Thread:    the main loop's.
 * Source:    Drover_TraceEntry (`drover job ID --trace --json`).
 */
#pragma once

#include "backends/simulated/world.h"

typedef struct {
    gint64 at_ms; /* since the attempt began */
    gboolean has_stats;
    DroverTransferStats stats;
    DroverFailure *failure; /* the trouble of a sample, or why it ended; or NULL */
    DroverOutcome outcome;  /* 0: a sample */
} SimStep;

/* The attempts (of GArray of SimStep) that @json tells of, in order.  INVALID, naming the entry or
 * the attempt, when it is no trace, or one of an attempt that has not ended. (transfer full) */
GPtrArray *sim_replay_parse(const char *json, GError **error);
/* Shows what is due, and ends the move when that is. */
void sim_replay_turn(SimMove *move);
