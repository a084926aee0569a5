#include "orchestrator/transfer-job.h"

#include "orchestrator/error-catalog.h"
#include "orchestrator/return-codes.h"
#include "orchestrator/transfer-error.h"
#include "orchestrator/transfer-settings.h"
#include "orchestrator/transfer-state.h"
#include "orchestrator/views.h"

#define RECORD(object) (&((const DroverJob *) (object))->record)

/* --- arguments ------------------------------------------------------------------------------- */

static void
out_uint(CimCall *call, const char *name, CimType type, guint64 number)
{
    CimValue value = {0};

    cim_value_init(&value, type, FALSE);
    cim_value_set_uint(&value, number);
    cim_call_out(call, name, &value);
}

/* Takes @text. */
static void
out_text(CimCall *call, const char *name, char *text)
{
    CimValue value = {0};

    cim_value_init(&value, CIM_TYPE_STRING, FALSE);
    cim_value_take_string(&value, text);
    cim_call_out(call, name, &value);
}

static void
out_time(CimCall *call, const char *name, gint64 real_us)
{
    CimValue value = {0};

    cim_value_init(&value, CIM_TYPE_DATETIME, FALSE);
    cim_value_set_timestamp(&value, real_us);
    cim_call_out(call, name, &value);
}

/* --- what it is ------------------------------------------------------------------------------ */

static void
get_state(CimCall *call, gpointer object, gpointer data)
{
    out_uint(call, "State", CIM_TYPE_UINT16, drover_transfer_state(object));
    cim_call_return(call, DROVER_S_OK);
}

/* The disk that the failure names, or the memory of the guest. (transfer full) */
static char *
file_name(const DroverJob *job, const DroverFailure *failure, const char *host)
{
    switch (failure->kind) {
    case DROVER_FAILURE_DISK_NOT_SHARED:
    case DROVER_FAILURE_DISK_MISSING:
    case DROVER_FAILURE_DISK_ACCESS:
    case DROVER_FAILURE_DISK_SIZE:
    case DROVER_FAILURE_DISK_COPY:
    case DROVER_FAILURE_NO_SPACE:
    case DROVER_FAILURE_LOCK_HELD:
    case DROVER_FAILURE_DISK_LOCKED:
    case DROVER_FAILURE_DISK_PRECREATE:
    case DROVER_FAILURE_IO_ERROR:
        if (failure->element) {
            return g_strdup_printf("%s:%s", host, failure->element);
        }
        return g_strdup_printf("%s: a disk of '%s'", host, job->record.guest_name);
    default: return g_strdup_printf("%s: the memory of '%s'", host, job->record.guest_name);
    }
}

static const char *
protocol(const DroverTransferOptions *options)
{
    const char *uri = options->migration_uri;

    if (options->tls) {
        return "tls";
    }
    return uri && g_str_has_prefix(uri, "rdma:")   ? "rdma"
           : uri && g_str_has_prefix(uri, "unix:") ? "unix"
                                                   : "tcp";
}

static void
get_error(CimCall *call, gpointer object, gpointer data)
{
    const DroverJob *job = object;
    const DroverFailure *failure = drover_transfer_error(job);
    const DroverTransferError *info;

    if (!failure) {
        cim_call_return(call, DROVER_E_NO_ERROR_INFORMATION);
        return;
    }
    info = drover_transfer_error_info(failure->kind);
    out_uint(call, "Context", CIM_TYPE_UINT16, info->context);
    out_uint(call, "Code", CIM_TYPE_UINT32, info->hresult);
    out_text(call, "ErrorDescription", drover_error_message(failure));
    out_text(call, "ErrorContextDescription", g_strdup(drover_error_context_text(info->context)));
    out_text(call, "FileLocalName", file_name(job, failure, job->record.source));
    out_text(call, "FileRemoteName", file_name(job, failure, job->record.destination));
    out_text(call, "Protocol", g_strdup(protocol(&job->record.options)));
    cim_call_return(call, DROVER_S_OK);
}

static void
get_progress(CimCall *call, gpointer object, gpointer data)
{
    DroverTransferProgress progress;

    drover_transfer_progress(object, &progress);
    out_uint(call, "BytesTotal", CIM_TYPE_UINT64, progress.total_bytes);
    out_uint(call, "BytesTransferred", CIM_TYPE_UINT64, progress.transferred_bytes);
    out_uint(call, "FilesTotal", CIM_TYPE_UINT32, progress.total_files);
    out_uint(call, "FilesTransferred", CIM_TYPE_UINT32, progress.transferred_files);
    cim_call_return(call, DROVER_S_OK);
}

static void
get_times(CimCall *call, gpointer object, gpointer data)
{
    gboolean moved = drover_transfer_state(object) == DROVER_TRANSFER_TRANSFERRED;

    out_time(call, "CreationTime", RECORD(object)->submitted_us);
    out_time(call, "ModificationTime", RECORD(object)->changed_us);
    out_time(call, "TransferCompletionTime", moved ? RECORD(object)->finished_us : 0);
    cim_call_return(call, DROVER_S_OK);
}

static void
get_error_count(CimCall *call, gpointer object, gpointer data)
{
    out_uint(call, "ErrorCount", CIM_TYPE_UINT32, RECORD(object)->error_count);
    cim_call_return(call, DROVER_S_OK);
}

static void
get_priority(CimCall *call, gpointer object, gpointer data)
{
    out_uint(call, "Priority", CIM_TYPE_UINT16, RECORD(object)->transfer_priority);
    cim_call_return(call, DROVER_S_OK);
}

static void
get_retry_delay(CimCall *call, gpointer object, gpointer data)
{
    out_uint(call, "RetryDelay", CIM_TYPE_UINT32, RECORD(object)->retry_delay_s);
    cim_call_return(call, DROVER_S_OK);
}

static void
get_no_progress(CimCall *call, gpointer object, gpointer data)
{
    out_uint(call, "RetryPeriod", CIM_TYPE_UINT32, RECORD(object)->no_progress_timeout_s);
    cim_call_return(call, DROVER_S_OK);
}

static void
get_flags(CimCall *call, gpointer object, gpointer data)
{
    out_uint(call, "NotifyFlags", CIM_TYPE_UINT32, RECORD(object)->notify_flags);
    cim_call_return(call, DROVER_S_OK);
}

static void
get_interface(CimCall *call, gpointer object, gpointer data)
{
    out_text(call, "Destination", g_strdup(RECORD(object)->notify_url));
    cim_call_return(call, DROVER_S_OK);
}

static void
get_command(CimCall *call, gpointer object, gpointer data)
{
    out_text(call, "Program", g_strdup(RECORD(object)->notify_program));
    out_text(call, "Parameters", g_strdup(RECORD(object)->notify_arguments));
    cim_call_return(call, DROVER_S_OK);
}

/* --- changes: answered when they are on disk ------------------------------------------------- */

static void
written(DroverJob *job, const GError *error, gpointer user_data)
{
    CimCall *call = user_data;

    cim_call_return(call, error ? DROVER_E_FAIL : !job ? DROVER_E_JOB_NOT_FOUND : DROVER_S_OK);
}

static void
save_and_answer(CimCall *call, DroverJob *job, DroverViews *views)
{
    drover_jobs_save(drover_service_jobs(views->service), job, written, call);
}

static void
removed(const GError *error, gpointer user_data)
{
    cim_call_return(user_data, error ? DROVER_E_FAIL : DROVER_S_OK);
}

static void
removed_failed(const GError *error, gpointer user_data)
{
    cim_call_return(user_data, error ? DROVER_E_FAIL : DROVER_S_PARTIAL_COMPLETE);
}

static void
take_off(CimCall *call, DroverJob *job, DroverViews *views)
{
    gboolean failed = job->record.stage == DROVER_STAGE_FAILED;
    g_autofree char *reason = NULL;
    g_autofree char *id = g_strdup(job->record.id);

    if (drover_service_complete(views->service, job, failed ? removed_failed : removed, call,
                                &reason)) {
        cim_call_return(call, DROVER_E_INVALID_STATE);
    } else {
        drover_views_acknowledged(views, id);
    }
}

/* A failed job that is held is its guest's job again: there may be only one. */
static gboolean
hold(DroverJob *job, DroverViews *views)
{
    DroverJobs *jobs = drover_service_jobs(views->service);

    return !drover_jobs_find_active(jobs, job->record.guest_uuid) &&
           drover_jobs_enter(jobs, job, DROVER_STAGE_SUSPENDED, "held by a client", NULL, NULL);
}

static gboolean
give_up(DroverJob *job, DroverViews *views)
{
    if (!drover_jobs_enter(drover_service_jobs(views->service), job, DROVER_STAGE_TERMINATED,
                           "given up by a client", NULL, NULL)) {
        return FALSE;
    }
    drover_views_acknowledged(views, job->record.id); /* who gives it up knows of its end */
    return TRUE;
}

static gboolean
carry_out(
    DroverTransferStep step, DroverJob *job, DroverVerb verb, const char *who, DroverViews *views)
{
    g_autofree char *reason = NULL;
    guint32 code;

    switch (step) {
    case DROVER_TRANSFER_NOTHING: return TRUE;
    case DROVER_TRANSFER_HOLD: return hold(job, views);
    case DROVER_TRANSFER_GIVE_UP: return give_up(job, views);
    case DROVER_TRANSFER_APPLY:
        code = drover_service_apply(views->service, job, verb, who, &reason);
        return code == DROVER_RC_COMPLETED || code == DROVER_RC_JOB_STARTED;
    default: return FALSE;
    }
}

static void
apply(CimCall *call, DroverJob *job, DroverViews *views, DroverTransferVerb transfer_verb)
{
    DroverVerb verb;
    DroverTransferStep step = drover_transfer_step(job, transfer_verb, &verb);

    if (step == DROVER_TRANSFER_TAKE_OFF) {
        take_off(call, job, views);
    } else if (!carry_out(step, job, verb, cim_call_principal(call)->name, views)) {
        cim_call_return(call, DROVER_E_INVALID_STATE);
    } else {
        save_and_answer(call, job, views);
    }
}

static void
suspend(CimCall *call, gpointer object, gpointer data)
{
    apply(call, object, data, DROVER_TRANSFER_SUSPEND);
}

static void
resume(CimCall *call, gpointer object, gpointer data)
{
    apply(call, object, data, DROVER_TRANSFER_RESUME);
}

static void
cancel(CimCall *call, gpointer object, gpointer data)
{
    apply(call, object, data, DROVER_TRANSFER_CANCEL);
}

static void
complete(CimCall *call, gpointer object, gpointer data)
{
    apply(call, object, data, DROVER_TRANSFER_COMPLETE);
}

/* Ends a setter: @reason is freed. */
static void
finish_set(CimCall *call, DroverJob *job, DroverViews *views, guint32 code, char *reason)
{
    g_autofree char *owned = reason;

    if (code == DROVER_S_OK) {
        if (views->notifier) {
            drover_notifier_changed(views->notifier, job);
        }
        save_and_answer(call, job, views);
        return;
    }
    out_text(call, "Reason", g_steal_pointer(&owned));
    cim_call_return(call, code);
}

static gboolean
may_set(CimCall *call, const DroverJob *job)
{
    if (drover_transfer_state(job) == DROVER_TRANSFER_CANCELLED) {
        finish_set(call, NULL, NULL, DROVER_E_INVALID_STATE,
                   g_strdup("the job was cancelled: nothing of it can be set any more"));
        return FALSE;
    }
    return TRUE;
}

typedef guint32 (*SetNumber)(DroverJobRecord *record, guint64 number, char **reason);

static void
set_number(CimCall *call, DroverJob *job, DroverViews *views, const char *parameter, SetNumber set)
{
    const CimValue *value = cim_call_in(call, parameter);
    char *reason = NULL;
    guint32 code;

    if (!may_set(call, job)) {
        return;
    }
    if (!value || value->is_null) {
        code = DROVER_E_INVALID_ARGUMENT;
        reason = g_strdup_printf("%s is missing", parameter);
    } else {
        code = set(&job->record, cim_value_get_uint(value, 0), &reason);
    }
    finish_set(call, job, views, code, reason);
}

static void
set_priority(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;

    set_number(call, object, views, "Priority", drover_transfer_set_priority);
    drover_queue_reorder(drover_service_queue(views->service), object);
}

static void
set_retry_delay(CimCall *call, gpointer object, gpointer data)
{
    set_number(call, object, data, "RetryDelay", drover_transfer_set_retry_delay);
}

static void
set_no_progress(CimCall *call, gpointer object, gpointer data)
{
    set_number(call, object, data, "RetryPeriod", drover_transfer_set_no_progress);
}

static void
set_flags(CimCall *call, gpointer object, gpointer data)
{
    set_number(call, object, data, "NotifyFlags", drover_transfer_set_flags);
}

typedef guint32 (*SetText)(DroverJobRecord *record, const char *text, char **reason);

static void
set_text(CimCall *call, DroverJob *job, DroverViews *views, const char *parameter, SetText set)
{
    char *reason = NULL;
    guint32 code;

    if (may_set(call, job)) {
        code = set(&job->record, cim_value_get_string(cim_call_in(call, parameter)), &reason);
        finish_set(call, job, views, code, reason);
    }
}

static void
set_display_name(CimCall *call, gpointer object, gpointer data)
{
    set_text(call, object, data, "DisplayName", drover_transfer_set_display_name);
}

static void
set_description(CimCall *call, gpointer object, gpointer data)
{
    set_text(call, object, data, "Description", drover_transfer_set_description);
}

static void
set_interface(CimCall *call, gpointer object, gpointer data)
{
    set_text(call, object, data, "Destination", drover_transfer_set_url);
}

static void
set_command(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;
    DroverJob *job = object;
    char *reason = NULL;
    guint32 code;

    if (may_set(call, job)) {
        code = drover_transfer_set_command(&job->record,
                                           cim_value_get_string(cim_call_in(call, "Program")),
                                           cim_value_get_string(cim_call_in(call, "Parameters")),
                                           drover_service_program_dir(views->service), &reason);
        finish_set(call, job, views, code, reason);
    }
}

/* clang-format off */
const CimMethodRow drover_transfer_job_methods[DROVER_TRANSFER_JOB_METHODS] = {
    { "GetState", get_state, CIM_ACCESS_READ },
    { "GetError", get_error, CIM_ACCESS_READ },
    { "GetProgress", get_progress, CIM_ACCESS_READ },
    { "GetTimes", get_times, CIM_ACCESS_READ },
    { "GetErrorCount", get_error_count, CIM_ACCESS_READ },
    { "Suspend", suspend, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "Resume", resume, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "Cancel", cancel, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "Complete", complete, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "GetPriority", get_priority, CIM_ACCESS_READ },
    { "SetPriority", set_priority, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "GetMinimumRetryDelay", get_retry_delay, CIM_ACCESS_READ },
    { "SetMinimumRetryDelay", set_retry_delay, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "GetNoProgressTimeout", get_no_progress, CIM_ACCESS_READ },
    { "SetNoProgressTimeout", set_no_progress, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "GetNotifyFlags", get_flags, CIM_ACCESS_READ },
    { "SetNotifyFlags", set_flags, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "GetNotifyInterface", get_interface, CIM_ACCESS_READ },
    { "SetNotifyInterface", set_interface, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "GetNotifyCmdLine", get_command, CIM_ACCESS_READ },
    { "SetNotifyCmdLine", set_command, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "SetDisplayName", set_display_name, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
    { "SetDescription", set_description, CIM_ACCESS_OPERATE, DROVER_E_ACCESS_DENIED },
};
/* clang-format on */
