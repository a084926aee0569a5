/*
 * The mover: carries jobs through the backend, from their place in the queue to their end.
 *
 * Purpose:   intent on disk -> backend -> samples -> outcome -> stage; verbs on moves that run;
 * retries; taking up moves after a restart of the daemon. Thread:    the main loop only.
 */
#pragma once

#include "orchestrator/jobs.h"

typedef struct _DroverMover DroverMover;

DroverMover *drover_mover_new(DroverJobs *jobs, DroverBackend *backend);
void drover_mover_free(DroverMover *mover);
/* Where the delay between two attempts stops to grow. */
void drover_mover_set_retry_delay_max(DroverMover *mover, guint seconds);

/* Begins a queued job, which has its places. */
void drover_mover_begin(DroverMover *mover, DroverJob *job);
/* Takes up a job that an earlier daemon left: a move under way is followed to its end, a retry
 * waits on for its time; nothing happens to others. */
void drover_mover_adopt(DroverMover *mover, DroverJob *job);
/* Touches no host any more: for the end of the daemon. What was begun goes on without it. */
void drover_mover_stop(DroverMover *mover);
/* Carries @verb out on a job that allows it (drover_job_check_verb()) for @who (NULL: not known).
 * Returns TRUE when the job has its new stage already, FALSE when it is on its way there. */
gboolean drover_mover_apply(DroverMover *mover, DroverJob *job, DroverVerb verb, const char *who);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverMover, drover_mover_free)
