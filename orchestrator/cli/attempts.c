#include "orchestrator/cli/attempts.h"

#include "orchestrator/cli/format.h"

#define ATTEMPT_CLASS "Drover_MigrationAttempt"

static CimPath *
attempt_path(const char *id, guint64 number)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, ATTEMPT_CLASS);
    CimValue key;

    cim_path_add_string_key(path, "InstanceID", id);
    cim_value_init(&key, CIM_TYPE_UINT32, FALSE);
    cim_value_set_uint(&key, number);
    cim_path_take_key(path, "Attempt", &key);
    return path;
}

GPtrArray *
drover_attempts_read(DroverCli *cli, const DroverSnapshot *snapshot, GError **error)
{
    g_autoptr(GPtrArray) attempts =
        g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    const char *id = cim_instance_get_string(snapshot->job, "InstanceID");
    guint64 n =
        snapshot->statistics ? cim_instance_get_uint(snapshot->statistics, "AttemptsMade", 0) : 0;

    for (guint64 i = 1; i <= n; i++) {
        g_autoptr(CimPath) path = attempt_path(id, i);
        CimInstance *attempt = cim_client_get_instance(cli->client, path, NULL, error);

        if (!attempt) {
            return NULL;
        }
        g_ptr_array_add(attempts, attempt);
    }
    return g_steal_pointer(&attempts);
}

/* 0: there is none. */
static gint64
time_of(const CimInstance *attempt, const char *name)
{
    const CimValue *value = cim_instance_find(attempt, name);

    return value && !value->is_null && value->type == CIM_TYPE_DATETIME ? value->datetime.us : 0;
}

char *
drover_attempt_text(const CimInstance *attempt)
{
    GString *text = g_string_new(NULL);
    gint64 began_us = time_of(attempt, "StartTime");
    gint64 ended_us = time_of(attempt, "EndTime");
    const char *message_id = cim_instance_get_string(attempt, "MessageID");
    g_autofree char *began = drover_format_time(began_us, g_get_real_time());
    g_autofree char *took = drover_format_duration(MAX(ended_us - began_us, 0) / 1000);

    g_string_append_printf(text, "to %s, %s", cim_instance_get_string(attempt, "DestinationHost"),
                           began);
    if (ended_us) {
        g_string_append_printf(text, ", took %s", took);
    }
    g_string_append_printf(text, ": %s", cim_instance_get_string(attempt, "Outcome"));
    if (message_id) {
        g_string_append_printf(text, ", %s: %s", message_id,
                               cim_instance_get_string(attempt, "ErrorDescription"));
    }
    return g_string_free(text, FALSE);
}
