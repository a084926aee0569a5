/*
 * What goes into a job's black box.
 *
 * Purpose:   the mover's and the service's words to the trace: everything but stage changes, which
 * the store enters with the change itself.  Entries go to the store at once; a job keeps only the
 * mark of which samples are written.
 * Thread:    the main loop only.  Nothing here waits for the disk.
 */
#pragma once

#include "orchestrator/jobs.h"

/* A sample goes in when phase or iteration are new, the last one before that (and before any other
 * entry) too, and else one each so many seconds. */
#define DROVER_TRACE_SAMPLE_S 5
/* The same while nothing flows: contact is lost, or post-copy is broken. */
#define DROVER_TRACE_STILL_S 60

/* @adopted: taken up after a restart; else begun. */
void drover_trace_attempt(DroverJobs *jobs, DroverJob *job, gboolean adopted);
/* To be called while job->stats still has the sample before.  @trouble: nullable */
void drover_trace_sample(DroverJobs *jobs,
                         DroverJob *job,
                         const DroverTransferStats *stats,
                         const DroverFailure *trouble);
/* Likewise.  @stats, @failure: nullable */
void drover_trace_end(DroverJobs *jobs,
                      DroverJob *job,
                      DroverOutcome outcome,
                      const DroverTransferStats *stats,
                      const DroverFailure *failure);
void drover_trace_note(DroverJobs *jobs, DroverJob *job, const DroverNote *note);
/* What a client asked for; @who: nullable */
void drover_trace_verb(DroverJobs *jobs, DroverJob *job, DroverVerb verb, const char *who);
