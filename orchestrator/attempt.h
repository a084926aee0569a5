/*
 * One attempt of a job: where it went, when, and what came of it.
 *
 * Units:     real time in microseconds.
 * Ownership: an attempt owns its destination and its failure.
 * Thread:    plain data; the store copies it before another thread sees it.
 */
#pragma once

#include "backends/backend.h"

typedef struct {
    const char *job_id; /* borrowed from the job's record; NULL in a copy of the store's */
    guint number;       /* from 1; it goes on counting when a client starts a failed job again */
    char *destination;
    gint64 began_us;
    gint64 ended_us;        /* 0: it is under way */
    DroverOutcome outcome;  /* 0: it is under way */
    DroverFailure *failure; /* why it did not move, or a warning; NULL: neither */
} DroverAttempt;

DroverAttempt *drover_attempt_new(guint number, const char *destination, gint64 began_us);
void drover_attempt_free(DroverAttempt *attempt);
/* Without the job's id. */
DroverAttempt *drover_attempt_copy(const DroverAttempt *attempt);
/* "moved", "stayed", "stopped", "lost"; 0: "running". */
const char *drover_attempt_outcome_name(DroverOutcome outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverAttempt, drover_attempt_free)
