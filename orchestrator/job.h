/*
 * One move of a guest, as a job.
 *
 * Purpose:   the model behind Msvm_MigrationJob: the record that is kept on disk, and what is known
 * of the running move.  Its stage changes in drover_jobs_enter() only (orchestrator/jobs.h).
 * Ownership: a job belongs to DroverJobs.
 * Thread:    the main loop only.
 * Source:    Msvm_MigrationJob, CIM_ConcreteJob.
 */
#pragma once

#include "orchestrator/attempt.h"
#include "orchestrator/job-record.h"
#include "orchestrator/progress.h"
#include "orchestrator/trace-entry.h"

/* What a job waits for: a queued one for its turn, a retrying one for its time or a host. */
typedef enum {
    DROVER_WAIT_NONE,
    DROVER_WAIT_STORE,       /* its acceptance is being written */
    DROVER_WAIT_DISABLED,    /* moves are switched off */
    DROVER_WAIT_OTHERS,      /* the end of a move of the guest that drover did not start */
    DROVER_WAIT_SOURCE,      /* a free place among the outgoing moves of its source */
    DROVER_WAIT_DESTINATION, /* a free place among the incoming moves of its destination */
    DROVER_WAIT_LOST_SOURCE, /* its source to come back */
    DROVER_WAIT_LOST_DESTINATION,
} DroverWait;

/* Which samples of the attempt are in the black box. */
typedef struct {
    gboolean any; /* the members below tell of the last one that is */
    DroverPhase phase;
    guint iteration;
    gint64 written_ms;
    gint64 held_us; /* 0: none; else job->stats came then and is not in it */
    gint64 held_elapsed_ms;
} DroverTraceMark;

typedef struct {
    DroverJobRecord record;
    gboolean accepted;        /* on disk: may be started */
    gboolean untouched;       /* adopted, and no sign that a host ever began to move it */
    gboolean ran_elsewhere;   /* the guest ran at the destination in this attempt: post-copy */
    GPtrArray *attempts;      /* of DroverAttempt, in order; NULL: none */
    gint64 stalled_since_us;  /* monotonic: as record.stalled_us; may be before 0 */
    gpointer mover;           /* the DroverMover that carries it, from its first begin or adopt */
    DroverTransfer *transfer; /* the backend's, while it has one */
    DroverTransferStats stats;
    gint64 accepted_at_us; /* monotonic, may be before 0: the trace counts from it */
    DroverTraceMark traced;
    DroverProgress progress;
    DroverFailure *trouble; /* of the moment: contact lost, post-copy broken */
    DroverWait wait;
    guint wait_limit;          /* how many places there are */
    guint queue_position;      /* from 1; 0: not queued */
    gint64 sent_at_us;         /* monotonic: when it was last seen to send more */
    guint64 sent_bytes;        /* how much by then */
    DroverBackend *watched_by; /* whose clock watches it */
    gboolean stuck;            /* it sent nothing for too long, and is being aborted for that */
    guint timer;               /* of the retry; while it moves, of the watch over its progress */
    gpointer retrier;          /* the DroverRetrier whose timer it is */
    GList *link;               /* its place in DroverJobs */
    GSequenceIter *queued;     /* its place in DroverQueue */
} DroverJob;

DroverJob *drover_job_new(void);
void drover_job_free(DroverJob *job);

/* The error object of the moment, or NULL (IBackgroundCopyJob::GetError: it lives until memory
 * flows). */
const DroverFailure *drover_job_error(const DroverJob *job);
/* First and second OperationalStatus (second 0: none).  The first is 2 exactly when there is no
 * error. */
void drover_job_operational_status(const DroverJob *job, guint16 status[2]);
/* Msvm_MigrationJob.Cancellable. */
gboolean drover_job_is_cancellable(const DroverJob *job);
/* Whether the move is (or may be) in post-copy: neither half may be given up. */
gboolean drover_job_is_in_postcopy(const DroverJob *job);
/* What a queued or retrying job waits for, in words; NULL when it waits for nothing (but time).
 * (transfer full) */
char *drover_job_wait_reason(const DroverJob *job);
/* JobStatus in words. (transfer full) */
char *drover_job_status_text(const DroverJob *job);

/*
 * Whether @verb may be carried out now.  Returns 0 or the method's return code (32770, 32773,
 * 32775), with *@reason (transfer full) saying why not.
 */
guint32 drover_job_check_verb(const DroverJob *job, DroverVerb verb, char **reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverJob, drover_job_free)
