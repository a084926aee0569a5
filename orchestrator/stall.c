#include "orchestrator/stall.h"

static gboolean
is_watched(const DroverJob *job)
{
    return job->transfer && job->record.stage == DROVER_STAGE_MOVING &&
           job->record.no_progress_timeout_s && !job->record.intention && !job->stuck &&
           (job->record.phase == DROVER_PHASE_STORAGE || job->record.phase == DROVER_PHASE_PRECOPY);
}

static gint64
timeout_us(const DroverJob *job)
{
    return (gint64) job->record.no_progress_timeout_s * G_USEC_PER_SEC;
}

static void arm(DroverBackend *backend, DroverJob *job, gint64 delay_us);

static void
look(gpointer user_data, gpointer unused)
{
    DroverJob *job = user_data;
    DroverBackend *backend = job->watched_by;
    gint64 still_us = drover_clock_monotonic_us(backend->clock) - job->sent_at_us;

    job->timer = 0;
    if (!is_watched(job)) {
        return; /* the next sample of the copying begins anew */
    }
    if (still_us < timeout_us(job)) {
        arm(backend, job, timeout_us(job) - still_us);
        return;
    }
    job->stuck = TRUE;
    backend->klass->cancel(job->transfer);
}

static void
arm(DroverBackend *backend, DroverJob *job, gint64 delay_us)
{
    job->watched_by = backend;
    job->timer = drover_clock_add(backend->clock, delay_us, look, job);
}

void
drover_stall_watch(DroverBackend *backend, DroverJob *job)
{
    guint64 sent_bytes = job->stats.memory_done_bytes + job->stats.disk_done_bytes;

    if (!is_watched(job)) {
        drover_clock_remove(backend->clock, &job->timer);
        return;
    }
    if (!job->timer || sent_bytes != job->sent_bytes) {
        job->sent_at_us = drover_clock_monotonic_us(backend->clock);
        job->sent_bytes = sent_bytes;
    }
    if (!job->timer) {
        arm(backend, job, timeout_us(job));
    }
}

DroverFailure *
drover_stall_end(DroverBackend *backend,
                 DroverJob *job,
                 DroverOutcome outcome,
                 const DroverFailure *failure)
{
    gboolean stuck = job->stuck;
    DroverFailure *stall;

    drover_clock_remove(backend->clock, &job->timer);
    job->stuck = FALSE;
    if (!stuck || outcome != DROVER_OUTCOME_STAYED || job->record.intention) {
        return NULL;
    }
    stall = failure ? drover_failure_copy(failure) : drover_failure_new(DROVER_FAILURE_NONE);
    stall->kind = DROVER_FAILURE_NO_PROGRESS;
    stall->transient = TRUE;
    g_free(stall->element);
    stall->element = g_strdup_printf("%u s", job->record.no_progress_timeout_s);
    return stall;
}
