/*
 * Notices a running move that sends nothing any more.
 *
 * Purpose:   a destination that hangs while its connections stay open makes no call fail, so the
 *            move would last for ever: after NoProgressTimeout without a byte sent it is aborted,
 *            and fails with NO_PROGRESS, transiently.  Only while memory or disks are copied and
 *            the guest runs on the source: an abort is safe then.
 * Thread:    the main loop's.
 * Source:    IBackgroundCopyJob::SetNoProgressTimeout, whose time this is.
 */
#pragma once

#include "backends/backend.h"
#include "orchestrator/job.h"

/* After each sample of a job's move; the job's timer is the watch's as long as it moves. */
void drover_stall_watch(DroverBackend *backend, DroverJob *job);
/*
 * At the end of the move: the watch is over.  What it ended with instead of @failure, because it
 * was aborted here (transfer full); NULL: it was not, or did not stay where it was.
 */
DroverFailure *drover_stall_end(DroverBackend *backend,
                                DroverJob *job,
                                DroverOutcome outcome,
                                const DroverFailure *failure);
