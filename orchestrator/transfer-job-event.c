#include "orchestrator/transfer-job-event.h"

#include "orchestrator/cli/instance-json.h"
#include "orchestrator/transfer-state.h"

static JsonNode *
error_node(const DroverJob *job)
{
    const DroverFailure *failure = drover_job_error(job);
    g_autoptr(GPtrArray) errors = failure ? drover_error_instances(failure) : NULL;

    return errors ? drover_json_instance(g_ptr_array_index(errors, 0))
                  : json_node_new(JSON_NODE_NULL);
}

char *
drover_transfer_job_describe(DroverJob *job, gpointer data)
{
    DroverViews *views = data;
    g_autoptr(CimInstance) instance =
        cim_provider_render(&drover_migration_job_provider, views, views->schema, job);
    g_autoptr(CimInstance) statistics =
        cim_provider_render(&drover_statistics_provider, views, views->schema, job);
    g_autoptr(JsonNode) node = drover_json_instance(instance);

    drover_json_add(node, statistics);
    json_object_set_int_member(json_node_get_object(node), "TransferState",
                               drover_transfer_state(job));
    json_object_set_member(json_node_get_object(node), "Error", error_node(job));
    return json_to_string(node, FALSE);
}
