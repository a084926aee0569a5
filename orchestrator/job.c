#include "orchestrator/job.h"

#include "orchestrator/error-catalog.h"
#include "orchestrator/return-codes.h"

DroverJob *
drover_job_new(void)
{
    DroverJob *job = g_new0(DroverJob, 1);

    job->record.downtime_ms = -1;
    return job;
}

void
drover_job_free(DroverJob *job)
{
    if (!job) {
        return;
    }
    drover_job_record_clear(&job->record);
    g_clear_pointer(&job->trouble, drover_failure_free);
    g_clear_pointer(&job->attempts, g_ptr_array_unref);
    g_free(job);
}

const DroverFailure *
drover_job_error(const DroverJob *job)
{
    return job->trouble ? job->trouble : job->record.failure;
}

void
drover_job_operational_status(const DroverJob *job, guint16 status[2])
{
    const DroverStageInfo *info = drover_stage_info(job->record.stage);

    status[0] = info->operational_status[0];
    status[1] = info->operational_status[1];
    /* Resume alone does not wipe the error: until memory flows again the job is degraded, not OK.
     */
    if (status[0] == 2 && drover_job_error(job)) {
        status[0] = 3;
    }
}

gboolean
drover_job_is_in_postcopy(const DroverJob *job)
{
    return job->record.phase == DROVER_PHASE_POSTCOPY ||
           job->record.phase == DROVER_PHASE_POSTCOPY_BROKEN ||
           job->record.stage == DROVER_STAGE_RECOVERING ||
           (job->record.stage == DROVER_STAGE_UNKNOWN && job->ran_elsewhere);
}

gboolean
drover_job_is_cancellable(const DroverJob *job)
{
    return drover_job_check_verb(job, DROVER_VERB_TERMINATE, NULL) == DROVER_RC_COMPLETED;
}

static guint32
refuse(char **reason, guint32 code, char *text)
{
    if (reason) {
        *reason = text;
    } else {
        g_free(text);
    }
    return code;
}

guint32
drover_job_check_verb(const DroverJob *job, DroverVerb verb, char **reason)
{
    const DroverJobRecord *record = &job->record;
    const char *name = drover_verb_name(verb);

    if (!name) {
        return refuse(reason, DROVER_RC_INVALID_PARAMETER,
                      g_strdup_printf("RequestedState %d is none of 2 (start), 3 (suspend), "
                                      "4 (terminate), 5 (kill)",
                                      (int) verb));
    }
    if (verb == DROVER_VERB_SERVICE) {
        return refuse(reason, DROVER_RC_NOT_SUPPORTED, g_strdup("a move has no service state"));
    }
    if (!drover_stage_takes_verb(record->stage, verb)) {
        return refuse(reason, DROVER_RC_INVALID_STATE,
                      g_strdup_printf("job '%s' is %s: it cannot %s", record->id,
                                      drover_stage_info(record->stage)->name, name));
    }
    if (drover_job_is_in_postcopy(job)) {
        return refuse(reason, DROVER_RC_INVALID_STATE,
                      g_strdup_printf("job '%s' is in post-copy, where the only whole copy of the "
                                      "guest is being put together: it cannot %s",
                                      record->id, name));
    }
    if (record->intention == DROVER_VERB_SUSPEND && verb == DROVER_VERB_SUSPEND) {
        return refuse(reason, DROVER_RC_INVALID_STATE,
                      g_strdup_printf("job '%s' is being suspended already", record->id));
    }
    return DROVER_RC_COMPLETED;
}

char *
drover_job_wait_reason(const DroverJob *job)
{
    const DroverJobRecord *record = &job->record;

    if (record->stage != DROVER_STAGE_QUEUED && record->stage != DROVER_STAGE_RETRYING) {
        return NULL;
    }
    switch (job->wait) {
    case DROVER_WAIT_STORE: return g_strdup("being written to disk");
    case DROVER_WAIT_DISABLED: return g_strdup("moves are disabled");
    case DROVER_WAIT_OTHERS:
        return g_strdup("the end of a move that somebody else has started (drover vms)");
    case DROVER_WAIT_SOURCE:
        return g_strdup_printf("all %u outgoing moves of host '%s' are taken", job->wait_limit,
                               record->source);
    case DROVER_WAIT_DESTINATION:
        return g_strdup_printf("all %u incoming moves of host '%s' are taken", job->wait_limit,
                               record->destination);
    case DROVER_WAIT_LOST_SOURCE: return g_strdup_printf("host '%s' to come back", record->source);
    case DROVER_WAIT_LOST_DESTINATION:
        return g_strdup_printf("host '%s' to come back", record->destination);
    case DROVER_WAIT_NONE: break;
    }
    return NULL;
}

static char *
queued_text(const DroverJob *job)
{
    g_autofree char *reason = drover_job_wait_reason(job);

    return g_strdup_printf("Queued: %s", reason ? reason : "about to start");
}

static char *
running_text(const DroverJob *job)
{
    switch (job->record.phase) {
    case DROVER_PHASE_PRECOPY:
        return g_strdup_printf("Running: pre-copy iteration %u", MAX(job->stats.iteration, 1));
    case DROVER_PHASE_STORAGE: return g_strdup("Running: storage copy");
    default: return g_strdup_printf("Running: %s", drover_phase_name(job->record.phase));
    }
}

static char *
retry_text(const DroverJob *job)
{
    g_autoptr(GDateTime) utc =
        g_date_time_new_from_unix_utc(job->record.retry_at_us / G_USEC_PER_SEC);
    g_autofree char *time = g_date_time_format_iso8601(utc);
    g_autofree char *host = drover_job_wait_reason(job);

    return g_strdup_printf("Retrying at %s (attempt %u of %u)%s%s", time, job->record.attempt + 1,
                           job->record.max_attempts, host ? ", waiting for " : "",
                           host ? host : "");
}

static char *
unknown_text(const DroverJob *job)
{
    const DroverFailure *trouble = drover_job_error(job);
    const char *hosts = trouble && trouble->element ? trouble->element : "the hosts' answers";

    return g_strdup_printf("Status unknown: waiting for %s", hosts);
}

char *
drover_job_status_text(const DroverJob *job)
{
    const DroverJobRecord *record = &job->record;

    if (record->intention == DROVER_VERB_SUSPEND) {
        return g_strdup("Suspending");
    }
    switch (record->stage) {
    case DROVER_STAGE_QUEUED: return queued_text(job);
    case DROVER_STAGE_PREPARING: return g_strdup("Preparing");
    case DROVER_STAGE_MOVING: return running_text(job);
    case DROVER_STAGE_SUSPENDED: return g_strdup("Suspended");
    case DROVER_STAGE_RETRYING: return retry_text(job);
    case DROVER_STAGE_UNKNOWN: return unknown_text(job);
    case DROVER_STAGE_RECOVERING: return g_strdup("Recovering post-copy");
    case DROVER_STAGE_CANCELLING: return g_strdup("Cancelling");
    case DROVER_STAGE_COMPLETED: return g_strdup("Completed");
    case DROVER_STAGE_COMPLETED_WITH_WARNINGS: return g_strdup("Completed with warnings");
    case DROVER_STAGE_TERMINATED: return g_strdup("Terminated");
    case DROVER_STAGE_KILLED: return g_strdup("Killed");
    case DROVER_STAGE_FAILED: break;
    }
    return record->failure ? drover_error_message(record->failure) : g_strdup("Failed");
}
