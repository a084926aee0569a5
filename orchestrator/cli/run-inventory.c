/* hosts, vms */
#include "orchestrator/cli/run.h"

#include "orchestrator/cli/format.h"
#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/requests.h"
#include "orchestrator/cli/table.h"

#define INSTANCE(row) ((const CimInstance *) (row))
#define SHORT_ID      8

static char *
copy(gconstpointer row, const char *name)
{
    return g_strdup(cim_instance_get_string(INSTANCE(row), name));
}

static char *
number(gconstpointer row, const char *name)
{
    const CimValue *value = cim_instance_find(INSTANCE(row), name);

    return value && !value->is_null
               ? g_strdup_printf("%" G_GUINT64_FORMAT, cim_value_get_uint(value, 0))
               : NULL;
}

/* Nothing for 0: the host has not told yet. */
static char *
kibibytes(gconstpointer row, const char *name)
{
    guint64 kib = cim_instance_get_uint(INSTANCE(row), name, 0);

    return kib ? drover_format_bytes(kib * 1024) : NULL;
}

static char *
get_name(gconstpointer row, gconstpointer context)
{
    return copy(row, "Name");
}

static char *
get_state(gconstpointer row, gconstpointer context)
{
    return copy(row, "State");
}

static char *
get_reason(gconstpointer row, gconstpointer context)
{
    return copy(row, "Reason");
}

/* --- hosts -------------------------------------------------------------------------------------
 */

static DroverStyle
host_style(gconstpointer row)
{
    const char *state = cim_instance_get_string(INSTANCE(row), "State");

    return !g_strcmp0(state, "up")     ? DROVER_STYLE_GOOD
           : !g_strcmp0(state, "down") ? DROVER_STYLE_BAD
                                       : DROVER_STYLE_WARNING;
}

static char *
get_since(gconstpointer row, gconstpointer context)
{
    const CimValue *since = cim_instance_find(INSTANCE(row), "Since");

    if (!since || since->is_null || since->type != CIM_TYPE_DATETIME) {
        return NULL;
    }
    return drover_format_time(since->datetime.us, g_get_real_time());
}

static char *
get_guests(gconstpointer row, gconstpointer context)
{
    return number(row, "Guests");
}

static char *
get_cpus(gconstpointer row, gconstpointer context)
{
    return cim_instance_get_uint(INSTANCE(row), "CPUs", 0) ? number(row, "CPUs") : NULL;
}

static char *
get_total(gconstpointer row, gconstpointer context)
{
    return kibibytes(row, "MemoryTotalKiB");
}

static char *
get_free(gconstpointer row, gconstpointer context)
{
    return kibibytes(row, "MemoryFreeKiB");
}

static char *
moves(gconstpointer row, const char *name)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                           cim_instance_get_uint(INSTANCE(row), name, 0),
                           cim_instance_get_uint(INSTANCE(row), "MaximumMoves", 0));
}

static char *
get_out(gconstpointer row, gconstpointer context)
{
    return moves(row, "OutgoingMoves");
}

static char *
get_in(gconstpointer row, gconstpointer context)
{
    return moves(row, "IncomingMoves");
}

static char *
get_uri(gconstpointer row, gconstpointer context)
{
    return copy(row, "URI");
}

/* clang-format off */
static const DroverColumn host_columns[] = {
    { "NAME",   get_name,   NULL,       FALSE, FALSE },
    { "STATE",  get_state,  host_style, FALSE, FALSE },
    { "SINCE",  get_since,  NULL,       FALSE, TRUE },
    { "VMS",    get_guests, NULL,       TRUE,  FALSE },
    { "CPUS",   get_cpus,   NULL,       TRUE,  TRUE },
    { "MEMORY", get_total,  NULL,       TRUE,  TRUE },
    { "FREE",   get_free,   NULL,       TRUE,  TRUE },
    { "OUT",    get_out,    NULL,       TRUE,  FALSE },
    { "IN",     get_in,     NULL,       TRUE,  FALSE },
    { "URI",    get_uri,    NULL,       FALSE, FALSE },
    { "REASON", get_reason, NULL,       FALSE, TRUE },
};
/* clang-format on */

/* --- virtual machines ---------------------------------------------------------------------------
 */

static DroverStyle
guest_style(gconstpointer row)
{
    const char *state = cim_instance_get_string(INSTANCE(row), "State");

    return !g_strcmp0(state, "running")   ? DROVER_STYLE_GOOD
           : !g_strcmp0(state, "off")     ? DROVER_STYLE_DIM
           : !g_strcmp0(state, "crashed") ? DROVER_STYLE_BAD
                                          : DROVER_STYLE_WARNING;
}

static char *
get_element_name(gconstpointer row, gconstpointer context)
{
    return copy(row, "ElementName");
}

static char *
get_host(gconstpointer row, gconstpointer context)
{
    return copy(row, "Host");
}

static char *
get_memory(gconstpointer row, gconstpointer context)
{
    return kibibytes(row, "MemoryKiB");
}

static char *
get_vcpus(gconstpointer row, gconstpointer context)
{
    return number(row, "VCPUs");
}

/* A move that drover did not start has no job, but takes the job's place. */
static char *
get_job(gconstpointer row, gconstpointer context)
{
    const char *id = cim_instance_get_string(INSTANCE(row), "JobID");
    const char *others_to = cim_instance_get_string(INSTANCE(row), "MovedByOthersTo");

    if (others_to) {
        return g_strdup_printf("others -> %s", others_to);
    }
    return id ? g_strndup(id, SHORT_ID) : NULL;
}

/* clang-format off */
static const DroverColumn guest_columns[] = {
    { "NAME",   get_element_name, NULL,        FALSE, FALSE },
    { "HOST",   get_host,         NULL,        FALSE, FALSE },
    { "STATE",  get_state,        guest_style, FALSE, FALSE },
    { "MEMORY", get_memory,       NULL,        TRUE,  FALSE },
    { "VCPUS",  get_vcpus,        NULL,        TRUE,  FALSE },
    { "JOB",    get_job,          NULL,        FALSE, TRUE },
    { "UUID",   get_name,         NULL,        FALSE, FALSE },
    { "REASON", get_reason,       NULL,        FALSE, TRUE },
};
/* clang-format on */

/* --- the commands ------------------------------------------------------------------------------
 */

static int
compare_names(gconstpointer a, gconstpointer b, gpointer name)
{
    return g_strcmp0(cim_instance_get_string(*(const CimInstance *const *) a, name),
                     cim_instance_get_string(*(const CimInstance *const *) b, name));
}

/* @nothing: what to say when there is none. */
static int
show_list(DroverCli *cli,
          const GPtrArray *instances,
          const DroverColumn *columns,
          guint n_columns,
          const char *nothing)
{
    if (cli->options.json) {
        g_autofree char *json = drover_json_print(drover_json_list(instances), TRUE);

        fputs(json, stdout);
    } else if (instances->len) {
        g_autofree char *table =
            drover_table_print(columns, n_columns, instances, NULL, &cli->screen);

        fputs(table, stdout);
    } else {
        drover_cli_note(cli, "%s", nothing);
    }
    return DROVER_EXIT_DONE;
}

int
drover_run_hosts(DroverCli *cli, char **arguments, GError **error)
{
    g_autoptr(GPtrArray) hosts = drover_cli_list(cli, "Drover_HostState", error);

    if (!hosts) {
        return DROVER_EXIT_UNREACHABLE;
    }
    g_ptr_array_sort_with_data(hosts, compare_names, (gpointer) "Name");
    return show_list(cli, hosts, host_columns, G_N_ELEMENTS(host_columns),
                     "there are no hosts; each needs a [host NAME] group in drover.conf");
}

int
drover_run_vms(DroverCli *cli, char **arguments, GError **error)
{
    g_autoptr(GPtrArray) guests = drover_cli_list(cli, "Drover_GuestState", error);

    if (!guests) {
        return DROVER_EXIT_UNREACHABLE;
    }
    g_ptr_array_sort_with_data(guests, compare_names, (gpointer) "ElementName");
    return show_list(cli, guests, guest_columns, G_N_ELEMENTS(guest_columns),
                     "there are no virtual machines on the hosts that are up");
}
