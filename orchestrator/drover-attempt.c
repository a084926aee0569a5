/* Drover_MigrationAttempt: the history of a job's attempts. */
#include "orchestrator/error-catalog.h"
#include "orchestrator/views.h"

#define ATTEMPT(object) ((const DroverAttempt *) (object))

static void
get_instance_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, ATTEMPT(object)->job_id);
}

static void
get_element_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Migration Attempt");
}

static void
get_attempt(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, ATTEMPT(object)->number);
}

static void
get_destination(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, ATTEMPT(object)->destination);
}

static void
get_start_time(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, ATTEMPT(object)->began_us);
}

static void
get_end_time(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, ATTEMPT(object)->ended_us);
}

static void
get_outcome(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, drover_attempt_outcome_name(ATTEMPT(object)->outcome));
}

static void
get_error_code(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverAttempt *attempt = ATTEMPT(object);
    gboolean failed = attempt->failure && attempt->outcome != DROVER_OUTCOME_MOVED;

    cim_value_set_uint(value, failed ? drover_error_info(attempt->failure->kind)->return_code : 0);
}

static void
get_message_id(gconstpointer object, CimValue *value, gpointer data)
{
    if (ATTEMPT(object)->failure) {
        cim_value_take_string(value, drover_error_message_id(ATTEMPT(object)->failure->kind));
    }
}

static void
get_error_description(gconstpointer object, CimValue *value, gpointer data)
{
    if (ATTEMPT(object)->failure) {
        cim_value_take_string(value, drover_error_message(ATTEMPT(object)->failure));
    }
}

static void
get_transient(gconstpointer object, CimValue *value, gpointer data)
{
    if (ATTEMPT(object)->failure) {
        cim_value_set_boolean(value, ATTEMPT(object)->failure->transient);
    }
}

/* --- the attempts of all jobs ---------------------------------------------------------------- */

typedef struct {
    CimVisit visit;
    gpointer visit_data;
} Walk;

static gboolean
visit_attempts(DroverJob *job, gpointer user_data)
{
    const Walk *walk = user_data;

    for (guint i = 0; job->attempts && i < job->attempts->len; i++) {
        if (!walk->visit(job->attempts->pdata[i], walk->visit_data)) {
            return FALSE;
        }
    }
    return TRUE;
}

static void
enumerate(gpointer views, CimVisit visit, gpointer visit_data)
{
    Walk walk = {visit, visit_data};

    drover_jobs_each(drover_service_jobs(((DroverViews *) views)->service), visit_attempts, &walk);
}

static gpointer
find(gpointer views, const CimPath *path)
{
    const DroverJob *job = drover_views_find_job(views, path);
    guint64 number = cim_value_get_uint(cim_path_find_key(path, "Attempt"), 0);

    for (guint i = 0; job && job->attempts && i < job->attempts->len; i++) {
        DroverAttempt *attempt = job->attempts->pdata[i];

        if (attempt->number == number) {
            return attempt;
        }
    }
    return NULL;
}

/* clang-format off */
static const CimGetterRow getters[] = {
    { "InstanceID", get_instance_id },
    { "Caption", get_element_name },
    { "ElementName", get_element_name },
    { "Attempt", get_attempt },
    { "DestinationHost", get_destination },
    { "StartTime", get_start_time },
    { "EndTime", get_end_time },
    { "Outcome", get_outcome },
    { "ErrorCode", get_error_code },
    { "MessageID", get_message_id },
    { "ErrorDescription", get_error_description },
    { "Transient", get_transient },
};

const CimProvider drover_attempt_provider = {
    .class_name = "Drover_MigrationAttempt",
    .getters = getters, .n_getters = G_N_ELEMENTS(getters),
    .enumerate = enumerate,
    .find = find,
};
/* clang-format on */
