#include "tests/unit/cim/jobs-fixture.h"

#include <string.h>

#define START_US G_GINT64_CONSTANT(1795226400123456) /* 2026-11-21T02:00:00.123456Z */

static void
job_free(gpointer data)
{
    FixtureJob *job = data;

    g_free(job->id);
    g_free(job->owner);
    g_free(job);
}

static void
note_free(gpointer data)
{
    FixtureNote *note = data;

    g_free(note->id);
    g_free(note->text);
    g_free(note);
}

Jobs *
jobs_new(guint n)
{
    Jobs *jobs = g_new0(Jobs, 1);

    jobs->notes = g_ptr_array_new_with_free_func(note_free);

    jobs->jobs = g_ptr_array_new_with_free_func(job_free);
    jobs->held = g_ptr_array_new();
    for (guint i = 0; i < n; i++) {
        FixtureJob *job = g_new0(FixtureJob, 1);

        job->id = g_strdup_printf("job-%u", i);
        job->owner = g_strdup("root <admin@example.com> & \"friends\"");
        job->state = i % 2 ? 10 : 4;
        g_ptr_array_add(jobs->jobs, job);
    }
    return jobs;
}

void
jobs_free(Jobs *jobs)
{
    jobs_release(jobs, 0);
    g_ptr_array_unref(jobs->jobs);
    g_ptr_array_unref(jobs->held);
    g_ptr_array_unref(jobs->notes);
    g_free(jobs->last_arguments);
    g_free(jobs);
}

void
jobs_release(Jobs *jobs, guint32 value)
{
    while (jobs->held->len > 0)
        cim_call_return(g_ptr_array_steal_index(jobs->held, 0), value);
}

/* Errors, for GetError and as the content of a CIM error */

static void
get_message(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, object);
}

static void
get_status_code(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 1);
}

static void
enumerate_nothing(gpointer data, CimVisit visit, gpointer visit_data)
{
}

static gpointer
find_nothing(gpointer data, const CimPath *path)
{
    return NULL;
}

static const CimGetterRow error_getters[] = {
    {"Message", get_message},
    {"CIMStatusCode", get_status_code},
};

static const CimProvider error_provider = {
    .class_name = "Test_Error",
    .getters = error_getters,
    .n_getters = G_N_ELEMENTS(error_getters),
    .enumerate = enumerate_nothing,
    .find = find_nothing,
};

static CimInstance *
make_error(const char *message)
{
    return cim_provider_render(&error_provider, NULL, &cim_wire_schema, message);
}

/* Properties of a job */

static void
get_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, ((const FixtureJob *) object)->id);
}

static void
get_owner(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, ((const FixtureJob *) object)->owner);
}

static void
get_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, ((const FixtureJob *) object)->state);
}

static void
get_text(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "a text of some words, as a job has it");
}

static void
get_number(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 4711);
}

static void
get_statuses(gconstpointer object, CimValue *value, gpointer data)
{
    static const guint16 statuses[] = {2, 15};

    cim_value_set_uint_array(value, statuses, G_N_ELEMENTS(statuses));
}

static void
get_descriptions(gconstpointer object, CimValue *value, gpointer data)
{
    static const char *const texts[] = {"OK", "Dormant", NULL};

    cim_value_set_string_array(value, texts);
}

static void
get_start(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, START_US);
}

static void
get_elapsed(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_interval(value, 90 * G_USEC_PER_SEC);
}

static void
get_true(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_boolean(value, TRUE);
}

static const CimGetterRow job_getters[] = {
    {"InstanceID", get_id},
    {"Caption", get_text},
    {"Description", get_text},
    {"ElementName", get_text},
    {"InstallDate", get_start},
    {"Name", get_text},
    {"OperationalStatus", get_statuses},
    {"StatusDescriptions", get_descriptions},
    {"Status", get_text},
    {"HealthState", get_number},
    {"JobStatus", get_text},
    {"TimeSubmitted", get_start},
    {"StartTime", get_start},
    {"ElapsedTime", get_elapsed},
    {"JobRunTimes", get_number},
    {"Owner", get_owner},
    {"Priority", get_number},
    {"PercentComplete", get_number},
    {"DeleteOnCompletion", get_true},
    {"ErrorCode", get_number},
    {"JobState", get_state},
    {"TimeOfLastStateChange", get_start},
    {"Cancellable", get_true},
    {"DestinationHost", get_text},
    {"JobType", get_number},
    {"MigrationType", get_number},
    {"VirtualSystemName", get_text},
};

static void
enumerate_jobs(gpointer data, CimVisit visit, gpointer visit_data)
{
    const Jobs *jobs = data;

    for (guint i = 0; i < jobs->jobs->len; i++)
        if (!visit(g_ptr_array_index(jobs->jobs, i), visit_data))
            return;
}

static gpointer
find_job(gpointer data, const CimPath *path)
{
    const Jobs *jobs = data;
    const char *id = cim_path_get_string_key(path, "InstanceID");

    for (guint i = 0; i < jobs->jobs->len; i++) {
        FixtureJob *job = g_ptr_array_index(jobs->jobs, i);

        if (g_strcmp0(job->id, id) == 0)
            return job;
    }
    return NULL;
}

/* Methods */

static void
set_job(CimCall *call, const char *id)
{
    CimPath *path = cim_path_new(JOBS_NAMESPACE, "Test_MigrationJob");
    CimValue value;

    cim_path_add_string_key(path, "InstanceID", id);
    cim_value_init(&value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_take_reference(&value, path);
    cim_call_out(call, "Job", &value);
}

static gboolean
return_started(gpointer data)
{
    cim_call_return(data, 4096);
    return G_SOURCE_REMOVE;
}

static void
defer(CimCall *call)
{
    GSource *source = g_idle_source_new();

    g_source_set_callback(source, return_started, call, NULL);
    g_source_attach(source, g_main_context_get_thread_default());
    g_source_unref(source);
}

static void
request_state_change(CimCall *call, gpointer object, gpointer data)
{
    Jobs *jobs = data;
    FixtureJob *job = object;
    guint state = cim_value_get_uint(cim_call_in(call, "RequestedState"), 0);
    g_autoptr(CimInstance) error = NULL;

    switch (state) {
    case JOBS_STATE_START:
        job->state = 4;
        cim_call_return(call, 0);
        return;
    case JOBS_STATE_ASYNC:
        set_job(call, job->id);
        defer(call);
        return;
    case JOBS_STATE_HOLD: g_ptr_array_add(jobs->held, call); return;
    case JOBS_STATE_FAIL:
        error = make_error("failed <on> purpose");
        cim_call_fail_with(call, CIM_ERR_FAILED, error, "job '%s' fails", job->id);
        return;
    default: cim_call_return(call, 32775); return;
    }
}

/* The base class path has other codes, as the Hyper-V methods do. */
static void
get_error(CimCall *call, gpointer object, gpointer data)
{
    FixtureJob *job = object;
    gboolean by_base = strcmp(cim_call_path(call)->class_name, "Test_ConcreteJob") == 0;
    CimValue value;

    if (job->state == 10) {
        cim_value_init(&value, CIM_TYPE_INSTANCE, FALSE);
        cim_value_take_instance(&value, make_error("x < y & \"z\""));
        cim_call_out(call, "Error", &value);
    }
    cim_call_return(call, by_base ? 6 : 0);
}

static char *
describe_reference(const CimValue *value)
{
    return value && !value->is_null ? cim_path_print(value->reference) : g_strdup("NULL");
}

static char *
describe_setting(const CimValue *value)
{
    const CimInstance *setting = value && !value->is_null ? value->instance : NULL;
    const CimValue *addresses = setting ? cim_instance_find(setting, "Addresses") : NULL;

    if (!setting)
        return g_strdup("NULL");
    return g_strdup_printf("%s(%" G_GUINT64_FORMAT ",%u)", setting->class_name,
                           cim_instance_get_uint(setting, "MigrationType", 0),
                           addresses ? addresses->array.n : 0);
}

static void
migrate(CimCall *call, gpointer object, gpointer data)
{
    Jobs *jobs = data;
    const CimValue *host = cim_call_in(call, "DestinationHost");
    const CimValue *resources = cim_call_in(call, "NewResourceSettingData");
    g_autofree char *system = describe_reference(cim_call_in(call, "ComputerSystem"));
    g_autofree char *setting = describe_setting(cim_call_in(call, "MigrationSettingData"));

    g_free(jobs->last_arguments);
    jobs->last_arguments =
        g_strdup_printf("%s %s %s %u", system, host ? cim_value_get_string(host) : "absent",
                        setting, resources ? resources->array.n : 0);
    set_job(call, ((FixtureJob *) object)->id);
    cim_call_return(call, 4096);
}

static void
count(CimCall *call, gpointer object, gpointer data)
{
    Jobs *jobs = data;
    guint to = cim_value_get_uint(cim_call_in(call, "To"), 0);
    CimValue value;
    CimValue *names;

    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    names = cim_value_make_array(&value, MIN(to, jobs->jobs->len));
    for (guint i = 0; i < value.array.n; i++)
        cim_value_set_string(&names[i], ((FixtureJob *) g_ptr_array_index(jobs->jobs, i))->id);
    cim_call_out(call, "Names", &value);
    cim_call_return(call, jobs->jobs->len);
}

static const CimMethodRow job_methods[] = {
    {"RequestStateChange", request_state_change},
    {"GetError", get_error},
    {"Migrate", migrate},
    {"Count", count},
};

static void
modify_job(CimCall *call, gpointer object, const CimInstance *changes, gpointer data)
{
    FixtureJob *job = object;
    const char *owner = cim_instance_get_string(changes, "Owner");

    if (owner) {
        g_free(job->owner);
        job->owner = g_strdup(owner);
    }
    cim_call_return(call, 0);
}

static void
remove_job(CimCall *call, gpointer object, gpointer data)
{
    g_ptr_array_remove(((Jobs *) data)->jobs, object);
    cim_call_return(call, 0);
}

static const CimProvider job_provider = {
    .class_name = "Test_MigrationJob",
    .getters = job_getters,
    .n_getters = G_N_ELEMENTS(job_getters),
    .methods = job_methods,
    .n_methods = G_N_ELEMENTS(job_methods),
    .enumerate = enumerate_jobs,
    .find = find_job,
    .modify = modify_job,
    .remove = remove_job,
};

/* One setting, which nobody may change: the provider without verbs. */

static const CimGetterRow setting_getters[] = {
    {"InstanceID", get_text},
    {"MigrationType", get_number},
};

static void
enumerate_setting(gpointer data, CimVisit visit, gpointer visit_data)
{
    visit(data, visit_data);
}

static gpointer
find_setting(gpointer data, const CimPath *path)
{
    return g_strcmp0(cim_path_get_string_key(path, "InstanceID"), "1") == 0 ? data : NULL;
}

static const CimProvider setting_provider = {
    .class_name = "Test_Setting",
    .getters = setting_getters,
    .n_getters = G_N_ELEMENTS(setting_getters),
    .enumerate = enumerate_setting,
    .find = find_setting,
};

/* Notes, which clients create, change and delete. */

static void
get_note_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, ((const FixtureNote *) object)->id);
}

static void
get_note_text(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, ((const FixtureNote *) object)->text);
}

static void
get_note_number(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, ((const FixtureNote *) object)->number);
}

static const CimGetterRow note_getters[] = {
    {"InstanceID", get_note_id},
    {"Text", get_note_text},
    {"Number", get_note_number},
};

static void
enumerate_notes(gpointer data, CimVisit visit, gpointer visit_data)
{
    const Jobs *jobs = data;

    for (guint i = 0; i < jobs->notes->len; i++)
        if (!visit(g_ptr_array_index(jobs->notes, i), visit_data))
            return;
}

static FixtureNote *
find_note_by_id(const Jobs *jobs, const char *id)
{
    for (guint i = 0; i < jobs->notes->len; i++) {
        FixtureNote *note = g_ptr_array_index(jobs->notes, i);

        if (g_strcmp0(note->id, id) == 0)
            return note;
    }
    return NULL;
}

static gpointer
find_note(gpointer data, const CimPath *path)
{
    return find_note_by_id(data, cim_path_get_string_key(path, "InstanceID"));
}

static void
create_note(CimCall *call, const CimInstance *instance, gpointer data)
{
    Jobs *jobs = data;
    const char *id = cim_instance_get_string(instance, "InstanceID");
    g_autoptr(CimPath) path = NULL;
    FixtureNote *note;

    if (!id || find_note_by_id(jobs, id)) {
        cim_call_fail(call, id ? CIM_ERR_ALREADY_EXISTS : CIM_ERR_INVALID_PARAMETER, "note '%s'",
                      id ? id : "");
        return;
    }
    note = g_new0(FixtureNote, 1);
    note->id = g_strdup(id);
    note->text = g_strdup(cim_instance_get_string(instance, "Text"));
    note->number = cim_instance_get_uint(instance, "Number", 0);
    g_ptr_array_add(jobs->notes, note);
    path = cim_path_new(JOBS_NAMESPACE, "Test_Note");
    cim_path_add_string_key(path, "InstanceID", id);
    cim_call_created(call, path);
}

static void
modify_note(CimCall *call, gpointer object, const CimInstance *changes, gpointer data)
{
    FixtureNote *note = object;

    if (cim_instance_find(changes, "Text")) {
        g_free(note->text);
        note->text = g_strdup(cim_instance_get_string(changes, "Text"));
    }
    cim_call_return(call, 0);
}

static void
remove_note(CimCall *call, gpointer object, gpointer data)
{
    g_ptr_array_remove(((Jobs *) data)->notes, object);
    cim_call_return(call, 0);
}

static const CimProvider note_provider = {
    .class_name = "Test_Note",
    .getters = note_getters,
    .n_getters = G_N_ELEMENTS(note_getters),
    .enumerate = enumerate_notes,
    .find = find_note,
    .create = create_note,
    .modify = modify_note,
    .remove = remove_note,
};

static char *
healthz(gpointer data, const char **content_type, guint *status)
{
    ((Jobs *) data)->pages++;
    return g_strdup("ok\n");
}

static char *
missing(gpointer data, const char **content_type, guint *status)
{
    *content_type = "text/html";
    *status = 503;
    return NULL;
}

void
jobs_serve(Jobs *jobs, CimServer *server)
{
    cim_server_add_namespace(server, "root/empty");
    cim_server_add_provider(server, JOBS_NAMESPACE, &job_provider, jobs);
    cim_server_add_provider(server, JOBS_NAMESPACE, &setting_provider, jobs);
    cim_server_add_provider(server, JOBS_NAMESPACE, &note_provider, jobs);
    jobs_associate(jobs, server);
    cim_server_add_page(server, "/healthz", healthz, jobs);
    cim_server_add_page(server, "/missing", missing, jobs);
}
