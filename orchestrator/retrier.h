/*
 * The retrier: the jobs whose move failed for a reason that may pass, and what they wait for.
 *
 * Purpose:   takes a failed job to its next attempt (later, or at once at another destination) or
 * tells why there is none; wakes it when its time has come or its lost host is back; gives it up
 * after its time without progress.  A job whose host is known to be lost waits here before its
 * attempt, which does not count then.
 * Ownership: borrows jobs and backend.
 * Thread:    the main loop only.
 * Source:    IBackgroundCopyJob: BG_JOB_STATE_TRANSIENT_ERROR.
 */
#pragma once

#include "orchestrator/jobs.h"

typedef struct _DroverRetrier DroverRetrier;

DroverRetrier *drover_retrier_new(DroverJobs *jobs, DroverBackend *backend);
void drover_retrier_free(DroverRetrier *retrier);
/* Where the delay between two attempts stops to grow. */
void drover_retrier_set_most(DroverRetrier *retrier, guint seconds);
/* Starts nothing any more, and looks at no host: for the end of the daemon, while there is a
 * backend. */
void drover_retrier_stop(DroverRetrier *retrier);

/* After an attempt that ended with @outcome and job->record.failure.  TRUE: the job is RETRYING.
 * FALSE: *@reason (transfer full) says, for the journal, why it is not tried again. */
gboolean
drover_retrier_take(DroverRetrier *retrier, DroverJob *job, DroverOutcome outcome, char **reason);
/* Before an attempt of a queued job.  TRUE: a host of it is lost; the job is RETRYING (or, after
 * its time, FAILED). */
gboolean drover_retrier_holds(DroverRetrier *retrier, DroverJob *job);
/* A RETRYING job that an earlier daemon left waits on for its time. */
void drover_retrier_adopt(DroverRetrier *retrier, DroverJob *job);

/* Memory flows: the time without progress is over. */
void drover_retrier_note_progress(DroverJob *job);
/* A client starts the job anew: with all attempts and all destinations. */
void drover_retrier_start_over(DroverJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverRetrier, drover_retrier_free)
