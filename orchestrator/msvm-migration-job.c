#include "orchestrator/error-catalog.h"
#include "orchestrator/return-codes.h"
#include "orchestrator/views.h"

#define JOB(object)    ((const DroverJob *) (object))
#define RECORD(object) (&JOB(object)->record)

/* --- properties ------------------------------------------------------------------------------ */

static void
get_instance_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->id);
}

static void
get_caption(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Virtual Machine Migration Job");
}

static void
get_description(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverJobRecord *record = RECORD(object);

    cim_value_take_string(value,
                          g_strdup_printf("Moves virtual machine '%s' from '%s' to '%s'",
                                          record->guest_name, record->source, record->destination));
}

static void
get_element_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Moving Virtual Machine");
}

static void
get_operational_status(gconstpointer object, CimValue *value, gpointer data)
{
    guint16 status[2];

    drover_job_operational_status(JOB(object), status);
    cim_value_set_uint_array(value, status, status[1] ? 2 : 1);
}

static const char *
status_word(guint16 status)
{
    switch (status) {
    case 2: return "OK";
    case 3: return "Degraded";
    case 6: return "Error";
    case 9: return "Stopping";
    case 10: return "Stopped";
    case 13: return "Lost Communication";
    case 17: return "Completed";
    default: return "Unknown";
    }
}

static void
get_status_descriptions(gconstpointer object, CimValue *value, gpointer data)
{
    guint16 status[2];
    const char *words[3] = {NULL};

    drover_job_operational_status(JOB(object), status);
    words[0] = status_word(status[0]);
    words[1] = status[1] ? status_word(status[1]) : NULL;
    cim_value_set_string_array(value, words);
}

static void
get_health_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 5); /* always OK, as Hyper-V has it */
}

static void
get_job_status(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_take_string(value, drover_job_status_text(JOB(object)));
}

static void
get_job_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, drover_stage_info(RECORD(object)->stage)->job_state);
}

static void
get_submitted(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, RECORD(object)->submitted_us);
}

static void
get_started(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, RECORD(object)->started_us);
}

static void
get_changed(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, RECORD(object)->changed_us);
}

static void
get_elapsed(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverJobRecord *record = RECORD(object);
    DroverViews *views = data;
    gint64 end_us = record->finished_us;

    if (!end_us) {
        end_us = drover_clock_real_us(drover_service_backend(views->service)->clock);
    }
    cim_value_set_interval(value, record->started_us ? MAX(end_us - record->started_us, 0) : -1);
}

static void
get_one(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 1);
}

static void
get_utc(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 2);
}

static void
get_owner(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->owner);
}

static void
get_priority(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->priority);
}

static void
get_percent(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->percent);
}

static void
get_true(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_boolean(value, TRUE);
}

static void
get_before_removal(gconstpointer object, CimValue *value, gpointer data)
{
    DroverViews *views = data;
    guint seconds = drover_service_time_before_removal_s(views->service);

    cim_value_set_interval(value, (gint64) seconds * G_USEC_PER_SEC);
}

static void
get_error_code(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverFailure *failure = drover_job_error(JOB(object));

    cim_value_set_uint(value, failure ? drover_error_info(failure->kind)->return_code : 0);
}

static void
get_error_description(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverFailure *failure = drover_job_error(JOB(object));

    cim_value_take_string(value, failure ? drover_error_message(failure) : NULL);
}

static void
get_recovery_action(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverFailure *failure = drover_job_error(JOB(object));

    /* 2 do not continue, 4 re-run job, 0 unknown */
    cim_value_set_uint(value, !failure ? 0 : failure->transient ? 4 : 2);
}

static void
get_cancellable(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_boolean(value, drover_job_is_cancellable(JOB(object)));
}

static void
get_migration_type(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->migration_type);
}

static void
get_job_type(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->job_type);
}

static void
get_system_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_take_string(value, drover_guid(RECORD(object)->guest_uuid));
}

static void
get_destination(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->destination);
}

/* --- methods --------------------------------------------------------------------------------- */

/* The Hyper-V codes belong to the Msvm class; a call by a base class path gets the DMTF set. */
static gboolean
by_base_class(CimCall *call)
{
    return g_ascii_strcasecmp(cim_call_path(call)->class_name, "Msvm_MigrationJob") != 0;
}

static guint32
get_error_code_for(CimCall *call, const DroverJob *job)
{
    if (job->record.stage != DROVER_STAGE_UNKNOWN) {
        return DROVER_RC_COMPLETED;
    }
    return by_base_class(call) ? DROVER_DMTF_UNSPECIFIED : DROVER_RC_STATUS_UNKNOWN;
}

/* NULL exactly when the first OperationalStatus is 2. */
static const DroverFailure *
error_to_tell(const DroverJob *job)
{
    guint16 status[2];

    drover_job_operational_status(job, status);
    return status[0] == 2 ? NULL : drover_job_error(job);
}

static void
get_error(CimCall *call, gpointer object, gpointer data)
{
    const DroverJob *job = object;
    const DroverFailure *failure = error_to_tell(job);

    if (failure) {
        g_autoptr(GPtrArray) instances = drover_error_instances(failure);
        CimValue value = {0};

        cim_value_init(&value, CIM_TYPE_INSTANCE, FALSE);
        cim_value_take_instance(&value, cim_instance_copy(g_ptr_array_index(instances, 0)));
        cim_call_out(call, "Error", &value);
    }
    cim_call_return(call, get_error_code_for(call, job));
}

static void
get_error_ex(CimCall *call, gpointer object, gpointer data)
{
    const DroverJob *job = object;
    const DroverFailure *failure = error_to_tell(job);

    if (failure) {
        CimValue value = {0};

        cim_value_init(&value, CIM_TYPE_INSTANCE, TRUE);
        drover_error_set_array(&value, drover_error_instances(failure));
        cim_call_out(call, "Errors", &value);
    }
    cim_call_return(call, get_error_code_for(call, job));
}

static guint32
dmtf_code(guint32 code)
{
    static const struct {
        guint32 hyper_v;
        guint32 dmtf;
    } map[] = {
        {DROVER_RC_NOT_SUPPORTED, DROVER_DMTF_NOT_SUPPORTED},
        {DROVER_RC_INVALID_PARAMETER, DROVER_DMTF_INVALID_PARAMETER},
        {DROVER_RC_IN_USE, DROVER_DMTF_IN_USE},
        {DROVER_RC_INVALID_STATE, DROVER_DMTF_INVALID_TRANSITION},
        {DROVER_RC_FAILED, DROVER_DMTF_FAILED},
    };

    for (guint i = 0; i < G_N_ELEMENTS(map); i++) {
        if (map[i].hyper_v == code) {
            return map[i].dmtf;
        }
    }
    return code;
}

static void
return_code(CimCall *call, guint32 code)
{
    if (by_base_class(call)) {
        cim_call_return(call, dmtf_code(code));
    } else {
        /* The Msvm_MigrationJob page has no 4096: accepted is 0. */
        cim_call_return(call, code == DROVER_RC_JOB_STARTED ? DROVER_RC_COMPLETED : code);
    }
}

typedef struct {
    CimCall *call;
    guint32 code;
} Reply;

static void
verb_written(DroverJob *job, const GError *error, gpointer user_data)
{
    g_autofree Reply *reply = user_data;

    return_code(reply->call, error ? DROVER_RC_FAILED : reply->code);
}

/* 0, or what a TimeoutPeriod earns: drover does not promise times. */
static guint32
check_timeout(const CimValue *timeout)
{
    if (!timeout || timeout->is_null) {
        return DROVER_RC_COMPLETED;
    }
    if (!timeout->datetime.is_interval) {
        return DROVER_RC_INVALID_PARAMETER;
    }
    return timeout->datetime.us ? DROVER_RC_TIMEOUT_NOT_SUPPORTED : DROVER_RC_COMPLETED;
}

static void
request_state_change(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;
    DroverJob *job = object;
    const CimValue *state = cim_call_in(call, "RequestedState");
    guint32 code = check_timeout(cim_call_in(call, "TimeoutPeriod"));
    g_autofree char *reason = NULL;
    Reply *reply;

    if (code == DROVER_RC_COMPLETED && (!state || state->is_null)) {
        code = DROVER_RC_INVALID_PARAMETER;
    }
    if (code != DROVER_RC_COMPLETED) {
        return_code(call, code);
        return;
    }
    code = drover_service_apply(views->service, job, (DroverVerb) cim_value_get_uint(state, 0),
                                cim_call_principal(call)->name, &reason);
    if (code != DROVER_RC_COMPLETED && code != DROVER_RC_JOB_STARTED) {
        return_code(call, code);
        return;
    }
    /* Answered when it is on disk: writes are done in order, so this one comes after the change. */
    reply = g_new0(Reply, 1);
    reply->call = call;
    reply->code = code;
    drover_jobs_save(drover_service_jobs(views->service), job, verb_written, reply);
}

static void
kill_job(CimCall *call, gpointer object, gpointer data)
{
    return_code(call, DROVER_RC_NOT_SUPPORTED);
}

/* --- the provider ---------------------------------------------------------------------------- */

static void
removed(const GError *error, gpointer user_data)
{
    CimCall *call = user_data;

    if (error) {
        cim_call_fail(call, CIM_ERR_FAILED, "%s", error->message);
    } else {
        cim_call_return(call, 0);
    }
}

static void
remove_job(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;
    g_autofree char *reason = NULL;
    g_autofree char *id = g_strdup(RECORD(object)->id);

    if (drover_service_complete(views->service, object, removed, call, &reason)) {
        cim_call_fail(call, CIM_ERR_FAILED, "%s", reason);
    } else {
        drover_views_acknowledged(views, id);
    }
}

/* clang-format off */
static const CimGetterRow getters[] = {
    { "InstanceID", get_instance_id },
    { "Caption", get_caption },
    { "Description", get_description },
    { "ElementName", get_element_name },
    { "InstallDate", get_submitted },
    { "Name", get_element_name },
    { "OperationalStatus", get_operational_status },
    { "StatusDescriptions", get_status_descriptions },
    { "HealthState", get_health_state },
    { "JobStatus", get_job_status },
    { "TimeSubmitted", get_submitted },
    { "StartTime", get_started },
    { "ElapsedTime", get_elapsed },
    { "JobRunTimes", get_one },
    { "LocalOrUtcTime", get_utc },
    { "Owner", get_owner },
    { "Priority", get_priority },
    { "PercentComplete", get_percent },
    { "DeleteOnCompletion", get_true },
    { "ErrorCode", get_error_code },
    { "ErrorDescription", get_error_description },
    { "ErrorSummaryDescription", get_error_description },
    { "RecoveryAction", get_recovery_action },
    { "JobState", get_job_state },
    { "TimeOfLastStateChange", get_changed },
    { "TimeBeforeRemoval", get_before_removal },
    { "Cancellable", get_cancellable },
    { "MigrationType", get_migration_type },
    { "VirtualSystemName", get_system_name },
    { "DestinationHost", get_destination },
    { "JobType", get_job_type },
};

static const CimMethodRow methods[] = {
    { "GetError", get_error, CIM_ACCESS_READ },
    { "GetErrorEx", get_error_ex, CIM_ACCESS_READ },
    { "RequestStateChange", request_state_change, CIM_ACCESS_OPERATE, DROVER_RC_ACCESS_DENIED },
    { "KillJob", kill_job, CIM_ACCESS_OPERATE, DROVER_RC_ACCESS_DENIED },
};

const CimProvider drover_migration_job_provider = {
    .class_name = "Msvm_MigrationJob",
    .getters = getters, .n_getters = G_N_ELEMENTS(getters),
    .methods = methods, .n_methods = G_N_ELEMENTS(methods),
    .enumerate = drover_views_each_job,
    .find = drover_views_find_job,
    .remove = remove_job,
};
/* clang-format on */
