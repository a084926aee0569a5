#include "orchestrator/mover.h"

#include "orchestrator/retrier.h"
#include "orchestrator/route.h"
#include "orchestrator/stall.h"
#include "orchestrator/trace.h"
#include "orchestrator/transfer-error.h"

struct _DroverMover {
    DroverJobs *jobs;
    DroverBackend *backend;
    DroverRetrier *retrier;
    gboolean stopped;
};

DroverMover *
drover_mover_new(DroverJobs *jobs, DroverBackend *backend)
{
    DroverMover *mover = g_new0(DroverMover, 1);

    mover->jobs = jobs;
    mover->backend = backend;
    mover->retrier = drover_retrier_new(jobs, backend);
    return mover;
}

void
drover_mover_free(DroverMover *mover)
{
    if (mover) {
        drover_retrier_free(mover->retrier);
        g_free(mover);
    }
}

void
drover_mover_set_retry_delay_max(DroverMover *mover, guint seconds)
{
    drover_retrier_set_most(mover->retrier, seconds);
}

static void
set_failure(DroverJob *job, const DroverFailure *failure)
{
    DroverFailure *copy = failure ? drover_failure_copy(failure) : NULL;

    g_clear_pointer(&job->record.failure, drover_failure_free);
    job->record.failure = copy;
    if (copy && !copy->guest) {
        copy->guest = g_strdup(job->record.guest_name);
    }
    if (copy && !copy->source) {
        copy->source = g_strdup(job->record.source);
    }
    if (copy && !copy->destination) {
        copy->destination = g_strdup(job->record.destination);
    }
}

static void
set_failure_kind(DroverJob *job, DroverFailureKind kind)
{
    g_autoptr(DroverFailure) failure = drover_failure_new(kind);

    failure->phase = job->record.phase;
    set_failure(job, failure);
}

/* By @who; NULL: by whom it was told to before, perhaps of an earlier daemon. */
static void
set_stopped(DroverJob *job, DroverVerb verb, const char *who)
{
    const DroverFailure *before = job->record.failure;
    gboolean told = before && (before->kind == DROVER_FAILURE_CANCELLED ||
                               before->kind == DROVER_FAILURE_KILLED);
    g_autofree char *name = g_strdup(who || !told ? who : before->element);

    set_failure_kind(job,
                     verb == DROVER_VERB_KILL ? DROVER_FAILURE_KILLED : DROVER_FAILURE_CANCELLED);
    job->record.failure->element = g_steal_pointer(&name);
}

static void
set_trouble(DroverJob *job, const DroverFailure *trouble)
{
    DroverFailure *copy = trouble ? drover_failure_copy(trouble) : NULL;

    g_clear_pointer(&job->trouble, drover_failure_free);
    job->trouble = copy;
}

void
drover_mover_stop(DroverMover *mover)
{
    mover->stopped = TRUE;
    drover_retrier_stop(mover->retrier);
}

/* --- an end of the move ---------------------------------------------------------------------- */

static void
end_moved(DroverMover *mover, DroverJob *job, const DroverFailure *warning)
{
    const char *reason = job->record.intention ? "moved before it could be stopped" : NULL;

    job->record.intention = (DroverVerb) 0;
    job->record.percent = 100;
    set_failure(job, warning);
    drover_jobs_enter(mover->jobs, job,
                      warning ? DROVER_STAGE_COMPLETED_WITH_WARNINGS : DROVER_STAGE_COMPLETED,
                      reason, NULL, NULL);
}

/* The guest stayed because a client wanted it so. */
static void
end_intended(DroverMover *mover, DroverJob *job)
{
    DroverVerb intention = job->record.intention;

    job->record.intention = (DroverVerb) 0;
    if (intention == DROVER_VERB_SUSPEND) {
        drover_jobs_enter(mover->jobs, job, DROVER_STAGE_SUSPENDED, "aborted, guest on the source",
                          NULL, NULL);
        return;
    }
    set_stopped(job, intention, NULL);
    drover_jobs_enter(mover->jobs, job,
                      intention == DROVER_VERB_KILL ? DROVER_STAGE_KILLED : DROVER_STAGE_TERMINATED,
                      "by a client", NULL, NULL);
}

static void
end_failed(DroverMover *mover, DroverJob *job, DroverOutcome outcome, const DroverFailure *failure)
{
    g_autofree char *reason = NULL;

    if (failure) {
        set_failure(job, failure);
    } else {
        set_failure_kind(job, outcome == DROVER_OUTCOME_LOST ? DROVER_FAILURE_GUEST_LOST
                                                             : DROVER_FAILURE_INTERNAL);
    }
    job->record.error_count += drover_transfer_error_counts(job->record.failure->kind);
    job->record.intention = (DroverVerb) 0;
    if (!drover_retrier_take(mover->retrier, job, outcome, &reason)) {
        drover_jobs_enter(mover->jobs, job, DROVER_STAGE_FAILED, reason, NULL, NULL);
    }
}

static void
take_end_stats(DroverJob *job, const DroverTransferStats *stats)
{
    if (!stats) {
        return;
    }
    job->stats = *stats;
    job->stats.phase = DROVER_PHASE_ENDED;
    job->record.elapsed_ms = stats->elapsed_ms;
    job->record.downtime_ms = stats->downtime_ms;
    job->record.memory_total_bytes = stats->memory_total_bytes;
    job->record.memory_done_bytes = stats->memory_done_bytes;
}

static void
transfer_done(DroverTransfer *transfer,
              DroverOutcome outcome,
              const DroverTransferStats *stats,
              const DroverFailure *failure,
              gpointer user_data)
{
    DroverJob *job = user_data;
    DroverMover *mover = job->mover;
    g_autoptr(DroverFailure) stall = drover_stall_end(mover->backend, job, outcome, failure);

    failure = stall ? stall : failure;
    job->transfer = NULL;
    job->record.called = FALSE;
    job->record.phase = DROVER_PHASE_ENDED;
    drover_trace_end(mover->jobs, job, outcome, stats, failure);
    take_end_stats(job, stats);
    set_trouble(job, NULL);
    drover_jobs_end_attempt(mover->jobs, job, outcome, failure);
    if (outcome == DROVER_OUTCOME_MOVED) {
        end_moved(mover, job, failure);
    } else if (outcome == DROVER_OUTCOME_STAYED && !job->record.intention && job->untouched &&
               drover_stage_may_become(job->record.stage, DROVER_STAGE_QUEUED)) {
        /* A restart came between its intent and its start: it was accepted, so it is kept. */
        job->record.attempt -= MIN(job->record.attempt, 1);
        drover_jobs_enter(mover->jobs, job, DROVER_STAGE_QUEUED, "a restart kept it from starting",
                          NULL, NULL);
    } else if (outcome == DROVER_OUTCOME_STAYED && job->record.intention) {
        end_intended(mover, job);
    } else {
        end_failed(mover, job, outcome, failure);
    }
}

/* --- while it moves -------------------------------------------------------------------------- */

static DroverStage
stage_for_phase(DroverPhase phase)
{
    switch (phase) {
    case DROVER_PHASE_UNKNOWN: return DROVER_STAGE_UNKNOWN;
    case DROVER_PHASE_POSTCOPY_BROKEN: return DROVER_STAGE_RECOVERING;
    case DROVER_PHASE_NONE:
    case DROVER_PHASE_CONNECTING: return DROVER_STAGE_PREPARING;
    default: return DROVER_STAGE_MOVING;
    }
}

static void
follow_phase(DroverMover *mover, DroverJob *job, const DroverFailure *trouble)
{
    DroverStage stage = stage_for_phase(job->record.phase);
    const char *reason = trouble ? drover_failure_kind_name(trouble->kind) : NULL;

    if (stage == job->record.stage || !drover_stage_may_become(job->record.stage, stage)) {
        return; /* a job that is being cancelled stays so; one that moved does not prepare again */
    }
    drover_jobs_enter(mover->jobs, job, stage, reason, NULL, NULL);
}

/* The error of an earlier attempt lives until memory flows again, not longer. */
static void
wipe_error_when_flowing(DroverJob *job)
{
    DroverPhase phase = job->record.phase;
    gboolean flows =
        job->stats.memory_done_bytes > 0 && job->stats.memory_done_bytes != DROVER_UNKNOWN_BYTES;

    if (job->record.stage == DROVER_STAGE_MOVING && flows && phase >= DROVER_PHASE_STORAGE &&
        phase <= DROVER_PHASE_FINISHING && phase != DROVER_PHASE_POSTCOPY_BROKEN) {
        g_clear_pointer(&job->record.failure, drover_failure_free);
        drover_retrier_note_progress(job);
    }
}

static void
transfer_changed(DroverTransfer *transfer,
                 const DroverTransferStats *stats,
                 const DroverFailure *trouble,
                 gpointer user_data)
{
    DroverJob *job = user_data;
    DroverMover *mover = job->mover;
    DroverPhase before = job->record.phase;

    drover_trace_sample(mover->jobs, job, stats, trouble);
    job->stats = *stats;
    job->record.phase = stats->phase;
    job->untouched &= stats->phase <= DROVER_PHASE_CONNECTING;
    job->ran_elsewhere |= drover_job_is_in_postcopy(job);
    set_trouble(job, trouble);
    drover_progress_sample(&job->progress, stats);
    job->record.percent = MAX(job->record.percent, drover_progress_percent(&job->progress));
    follow_phase(mover, job, trouble);
    wipe_error_when_flowing(job);
    drover_stall_watch(mover->backend, job);
    if (before != job->record.phase) {
        /* Post-copy must be known after a restart: from then on the job may not be cancelled. */
        drover_jobs_save(mover->jobs, job, NULL, NULL);
    }
}

static void
transfer_noted(DroverTransfer *transfer, const DroverNote *note, gpointer user_data)
{
    DroverJob *job = user_data;

    drover_trace_note(((DroverMover *) job->mover)->jobs, job, note);
}

static const DroverTransferListener listener = {transfer_changed, transfer_done, transfer_noted};

/* No host was asked to move the guest: the attempt ends as a move that stayed. */
static void
end_unstarted(DroverJob *job, DroverFailureKind kind, const GError *error)
{
    g_autoptr(DroverFailure) failure = drover_failure_new(kind);

    failure->text = g_strdup(error ? error->message : NULL);
    transfer_done(NULL, DROVER_OUTCOME_STAYED, NULL, failure, job);
}

/* A host of the move is not configured any more: where the guest is stays unknown until it is. */
static void
not_adopted(DroverMover *mover, DroverJob *job, const GError *error)
{
    g_autoptr(DroverFailure) trouble = drover_failure_new(DROVER_FAILURE_OUTCOME_UNKNOWN);

    trouble->guest = g_strdup(job->record.guest_name);
    trouble->source = g_strdup(job->record.source);
    trouble->destination = g_strdup(job->record.destination);
    trouble->text = g_strdup(error->message);
    set_trouble(job, trouble);
    job->mover = NULL;
    if (drover_stage_may_become(job->record.stage, DROVER_STAGE_UNKNOWN)) {
        drover_jobs_enter(mover->jobs, job, DROVER_STAGE_UNKNOWN, error->message, NULL, NULL);
    }
}

static void
hand_over(DroverMover *mover, DroverJob *job, gboolean adopt)
{
    const DroverBackendClass *klass = mover->backend->klass;
    DroverTransferSpec spec = {
        .guest_uuid = job->record.guest_uuid,
        .source = job->record.source,
        .destination = job->record.destination,
        .options = job->record.options,
        .cancelled = job->record.intention != 0,
    };
    g_autoptr(GError) error = NULL;

    if (!drover_route_is_first(job->record.destinations, job->record.destination)) {
        spec.options.destination_address = NULL; /* they are the first destination's */
        spec.options.migration_uri = NULL;
    }
    job->mover = mover;
    drover_trace_attempt(mover->jobs, job, adopt);
    job->ran_elsewhere = adopt && drover_job_is_in_postcopy(job);
    job->untouched = adopt && job->record.phase == DROVER_PHASE_CONNECTING;
    job->transfer =
        (adopt ? klass->adopt : klass->start)(mover->backend, &spec, &listener, job, &error);
    if (!job->transfer && adopt) {
        not_adopted(mover, job, error);
    } else if (!job->transfer) {
        end_unstarted(job, DROVER_FAILURE_HOST_UNREACHABLE, error);
    }
}

/* The intent is on disk: only now may the hosts be touched. */
static void
intent_saved(DroverJob *job, const GError *error, gpointer user_data)
{
    DroverMover *mover = user_data;

    if (!job || job->transfer || !job->record.called || mover->stopped) {
        return;
    }
    if (error || job->record.intention) {
        end_unstarted(job, error ? DROVER_FAILURE_INTERNAL : DROVER_FAILURE_CANCELLED, error);
        return;
    }
    hand_over(mover, job, FALSE);
}

void
drover_mover_begin(DroverMover *mover, DroverJob *job)
{
    DroverJobRecord *record = &job->record;

    if (drover_retrier_holds(mover->retrier, job)) {
        return;
    }
    job->mover = mover;
    record->called = TRUE;
    record->attempt++;
    record->phase = DROVER_PHASE_CONNECTING;
    record->retry_at_us = 0;
    if (!record->started_us) {
        record->started_us = drover_clock_real_us(mover->backend->clock);
    }
    job->stats = (DroverTransferStats){
        .phase = DROVER_PHASE_CONNECTING, .downtime_ms = -1, .expected_downtime_ms = -1};
    job->progress = (DroverProgress){.fraction = job->progress.fraction};
    drover_jobs_begin_attempt(mover->jobs, job);
    drover_jobs_enter(mover->jobs, job, DROVER_STAGE_PREPARING, NULL, intent_saved, mover);
}

void
drover_mover_adopt(DroverMover *mover, DroverJob *job)
{
    if (job->record.stage == DROVER_STAGE_RETRYING && !job->timer) {
        drover_retrier_adopt(mover->retrier, job);
    } else if (drover_stage_info(job->record.stage)->holds_slots && !job->transfer && !job->mover) {
        hand_over(mover, job, TRUE);
    }
}

/* --- verbs ----------------------------------------------------------------------------------- */

static void
requeue(DroverMover *mover, DroverJob *job)
{
    drover_clock_remove(mover->backend->clock, &job->timer);
    if (job->record.stage != DROVER_STAGE_RETRYING) {
        drover_retrier_start_over(job); /* a client's decision opens a new round of attempts */
    }
    drover_jobs_enter(mover->jobs, job, DROVER_STAGE_QUEUED, "started by a client", NULL, NULL);
}

gboolean
drover_mover_apply(DroverMover *mover, DroverJob *job, DroverVerb verb, const char *who)
{
    DroverStage stage = job->record.stage;

    if (verb == DROVER_VERB_START) {
        requeue(mover, job);
        return TRUE;
    }
    job->record.intention = verb;
    if (verb != DROVER_VERB_SUSPEND) {
        set_stopped(job, verb, who);
    }
    if (!drover_stage_info(stage)->holds_slots) {
        drover_clock_remove(mover->backend->clock, &job->timer);
        end_intended(mover, job);
        return TRUE;
    }
    if (verb != DROVER_VERB_SUSPEND && stage != DROVER_STAGE_CANCELLING) {
        drover_jobs_enter(mover->jobs, job, DROVER_STAGE_CANCELLING, drover_verb_name(verb), NULL,
                          NULL);
    } else {
        drover_jobs_save(mover->jobs, job, NULL, NULL);
    }
    if (job->transfer) {
        mover->backend->klass->cancel(job->transfer);
    }
    return FALSE;
}
