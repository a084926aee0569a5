/* job --trace */
#include "orchestrator/cli/run.h"

#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/requests.h"
#include "orchestrator/cli/trace-table.h"

/* The next page, appended to @entries; *@last: the number of the job's last entry. */
static gboolean
read_page(DroverCli *cli,
          const char *id,
          guint64 first,
          GPtrArray *entries,
          guint64 *last,
          GError **error)
{
    g_autoptr(CimPath) path = drover_cli_statistics_path(id);
    CimArgument argument = {.name = "First"};
    g_autoptr(CimInstance) out = NULL;
    guint32 code = 0;

    cim_value_init(&argument.value, CIM_TYPE_UINT64, FALSE);
    cim_value_set_uint(&argument.value, first);
    if (!cim_client_invoke(cli->client, path, "GetTrace", &argument, 1, &code, &out, error)) {
        return FALSE;
    }
    g_ptr_array_extend_and_steal(entries, drover_cli_out_instances(out, "Entries"));
    *last = cim_instance_get_uint(out, "Last", 0);
    return TRUE;
}

/* The whole of it, page by page (of CimInstance). */
static GPtrArray *
read_trace(DroverCli *cli, const char *id, GError **error)
{
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    guint64 next = 1;
    guint64 last = 0;
    guint before;

    do {
        before = entries->len;
        if (!read_page(cli, id, next, entries, &last, error)) {
            return NULL;
        }
        if (entries->len) {
            next = cim_instance_get_uint(entries->pdata[entries->len - 1], "Sequence", 0) + 1;
        }
    } while (next <= last && entries->len > before);
    return g_steal_pointer(&entries);
}

int
drover_run_trace(DroverCli *cli, const char *id, GError **error)
{
    g_autoptr(GPtrArray) entries = read_trace(cli, id, error);
    g_autofree char *text = NULL;

    if (!entries) {
        return DROVER_EXIT_NOT_FOUND;
    }
    text = cli->options.json ? drover_json_print(drover_json_list(entries), TRUE)
                             : drover_trace_print(entries, &cli->screen);
    fputs(text, stdout);
    return DROVER_EXIT_DONE;
}
