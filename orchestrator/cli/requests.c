#include "orchestrator/cli/requests.h"

#include <string.h>

#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/lookup.h"

#define STATISTICS_CLASS "Drover_MigrationStatistics"

GPtrArray *
drover_cli_list(DroverCli *cli, const char *class_name, GError **error)
{
    return cim_client_enumerate_instances(cli->client, DROVER_NAMESPACE, class_name, NULL, error);
}

/* --- jobs --------------------------------------------------------------------------------------
 */

static CimPath *
id_path(const char *class_name, const char *id)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, class_name);

    cim_path_add_string_key(path, "InstanceID", id);
    return path;
}

CimPath *
drover_cli_job_path(const char *id)
{
    return id_path(DROVER_JOB_CLASS, id);
}

CimPath *
drover_cli_statistics_path(const char *id)
{
    return id_path(STATISTICS_CLASS, id);
}

void
drover_snapshot_clear(DroverSnapshot *snapshot)
{
    g_clear_pointer(&snapshot->job, cim_instance_free);
    g_clear_pointer(&snapshot->statistics, cim_instance_free);
}

/* Which errors mean that there is a job without statistics, or a daemon that has none. */
static gboolean
is_missing(const GError *error)
{
    return g_error_matches(error, CIM_ERROR, CIM_ERR_NOT_FOUND) ||
           g_error_matches(error, CIM_ERROR, CIM_ERR_INVALID_CLASS) ||
           g_error_matches(error, CIM_ERROR, CIM_ERR_NOT_SUPPORTED);
}

gboolean
drover_cli_read_job(
    DroverCli *cli, const char *id, gboolean brief, DroverSnapshot *snapshot, GError **error)
{
    static const char *const job_properties[] = {
        "InstanceID",        "JobState",        "JobStatus",
        "PercentComplete",   "DestinationHost", "ElapsedTime",
        "VirtualSystemName", "ErrorCode",       NULL};
    static const char *const statistics_properties[] = {"InstanceID",
                                                        "Phase",
                                                        "BandwidthBytesPerSecond",
                                                        "DirtyRateBytesPerSecond",
                                                        "EstimatedSecondsRemaining",
                                                        "MemoryRemainingBytes",
                                                        "DiskRemainingBytes",
                                                        "DowntimeMilliseconds",
                                                        "ElapsedMilliseconds",
                                                        "SourceHost",
                                                        "VirtualSystemElementName",
                                                        NULL};
    g_autoptr(CimPath) job = id_path(DROVER_JOB_CLASS, id);
    g_autoptr(CimPath) statistics = id_path(STATISTICS_CLASS, id);
    GError *local_error = NULL;

    *snapshot = (DroverSnapshot){NULL, NULL};
    snapshot->job = cim_client_get_instance(cli->client, job, brief ? job_properties : NULL, error);
    if (!snapshot->job) {
        return FALSE;
    }
    snapshot->statistics = cim_client_get_instance(
        cli->client, statistics, brief ? statistics_properties : NULL, &local_error);
    if (local_error && !is_missing(local_error)) {
        g_propagate_error(error, local_error);
        drover_snapshot_clear(snapshot);
        return FALSE;
    }
    g_clear_error(&local_error);
    return TRUE;
}

char *
drover_snapshot_print(const DroverSnapshot *snapshot, gboolean pretty)
{
    JsonNode *node = drover_json_instance(snapshot->job);

    if (snapshot->statistics) {
        drover_json_add(node, snapshot->statistics);
    }
    return drover_json_print(node, pretty);
}

char *
drover_cli_find_job(DroverCli *cli, const char *word, GError **error)
{
    g_autoptr(GPtrArray) paths =
        cim_client_enumerate_names(cli->client, DROVER_NAMESPACE, DROVER_JOB_CLASS, error);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();

    if (!paths) {
        return NULL;
    }
    for (guint i = 0; i < paths->len; i++) {
        const char *id = cim_path_get_string_key(g_ptr_array_index(paths, i), "InstanceID");

        if (id) {
            g_ptr_array_add(ids, (gpointer) id);
        }
    }
    return g_strdup(drover_lookup_id(ids, word, error));
}

/* --- errors ------------------------------------------------------------------------------------
 */

GPtrArray *
drover_cli_out_instances(const CimInstance *out, const char *name)
{
    GPtrArray *instances = g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    const CimValue *value = cim_instance_find(out, name);

    if (!value || value->is_null || !value->is_array || value->type != CIM_TYPE_INSTANCE) {
        return instances;
    }
    for (guint i = 0; i < value->array.n; i++) {
        if (!value->array.elements[i].is_null) {
            g_ptr_array_add(instances, cim_instance_copy(value->array.elements[i].instance));
        }
    }
    return instances;
}

GPtrArray *
drover_cli_read_errors(DroverCli *cli, const char *id, GError **error)
{
    g_autoptr(CimPath) path = drover_cli_job_path(id);
    g_autoptr(CimInstance) out = NULL;
    guint32 code; /* 32771 (status is unknown) comes with errors too */

    if (!cim_client_invoke(cli->client, path, "GetErrorEx", NULL, 0, &code, &out, error)) {
        return NULL;
    }
    return drover_cli_out_instances(out, "Errors");
}

/* --- the rest ----------------------------------------------------------------------------------
 */

CimInstance *
drover_cli_find_guest(DroverCli *cli, const char *word, GError **error)
{
    g_autoptr(GPtrArray) guests = drover_cli_list(cli, "Drover_GuestState", error);
    const CimInstance *guest = guests ? drover_lookup_guest(guests, word, error) : NULL;

    return guest ? cim_instance_copy(guest) : NULL;
}

CimPath *
drover_cli_service_path(DroverCli *cli, GError **error)
{
    g_autoptr(GPtrArray) paths =
        cim_client_enumerate_names(cli->client, DROVER_NAMESPACE, DROVER_SERVICE_CLASS, error);

    if (paths && !paths->len) {
        drover_cli_set_error(error, DROVER_EXIT_REFUSED,
                             "That may be no droverd: check what --server or DROVER_SERVER names.",
                             "the daemon has no migration service");
    }
    return paths && paths->len ? cim_path_copy(g_ptr_array_index(paths, 0)) : NULL;
}

char *
drover_cli_code_text(const DroverCli *cli, const char *class_name, const char *method, guint32 code)
{
    const CimClass *klass = cli->schema ? cim_schema_find(cli->schema, class_name) : NULL;
    const CimMethod *info = klass ? cim_class_find_method(klass, method) : NULL;
    const char *name = info ? cim_method_value_name(info, code) : NULL;

    return g_strdup_printf("%u%s%s", code, name ? " " : "", name ? name : "");
}
