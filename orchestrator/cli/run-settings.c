/* settings */
#include "orchestrator/cli/run.h"

#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/number.h"
#include "orchestrator/cli/requests.h"

#define SETTINGS_CLASS "Msvm_VirtualSystemMigrationServiceSettingData"
#define MAXIMUM        "MaximumActiveVirtualSystemMigration"
#define ENABLED        "EnableVirtualSystemMigration"

enum { MOST_ACTIVE = 64, JOB_STARTED = 4096 };

static CimInstance *
read_settings(DroverCli *cli, GError **error)
{
    g_autoptr(GPtrArray) list = drover_cli_list(cli, SETTINGS_CLASS, error);

    if (list && !list->len) {
        drover_cli_set_error(error, DROVER_EXIT_REFUSED,
                             "That may be no droverd: check what --server or DROVER_SERVER names.",
                             "the daemon has no migration settings");
    }
    return list && list->len ? cim_instance_copy(g_ptr_array_index(list, 0)) : NULL;
}

/* What the options ask for; only that is sent. */
static CimInstance *
make_wish(const DroverOptions *options, GError **error)
{
    g_autoptr(CimInstance) wish = cim_instance_new(SETTINGS_CLASS);
    gboolean enabled = FALSE;
    guint64 maximum = 0;

    if (options->max_active) {
        if (!drover_number_parse("--max-active", options->max_active, 1, MOST_ACTIVE, &maximum,
                                 error)) {
            return NULL;
        }
        cim_instance_set_uint(wish, MAXIMUM, CIM_TYPE_UINT32, maximum);
    }
    if (options->enabled) {
        if (!drover_boolean_parse("--enabled", options->enabled, &enabled, error)) {
            return NULL;
        }
        cim_instance_set_boolean(wish, ENABLED, enabled);
    }
    return g_steal_pointer(&wish);
}

static gboolean
modify(DroverCli *cli, GError **error)
{
    static const char method[] = "ModifyServiceSettings";
    g_autoptr(CimInstance) wish = make_wish(&cli->options, error);
    g_autoptr(CimPath) service = wish ? drover_cli_service_path(cli, error) : NULL;
    CimArgument argument = {.name = "ServiceSettingData"};
    g_autofree char *name = NULL;
    guint32 code = 0;

    if (!service) {
        return FALSE;
    }
    cim_value_init(&argument.value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_set_instance(&argument.value, wish);
    if (!cim_client_invoke(cli->client, service, method, &argument, 1, &code, NULL, error)) {
        return FALSE;
    }
    if (code == 0 || code == JOB_STARTED) {
        return TRUE;
    }
    name = drover_cli_code_text(cli, DROVER_SERVICE_CLASS, method, code);
    drover_cli_set_error(error, DROVER_EXIT_REFUSED,
                         "droverd's log says why: journalctl -u droverd", "refused (%s)", name);
    return FALSE;
}

static void
show(DroverCli *cli, const CimInstance *settings)
{
    if (cli->options.json) {
        g_autofree char *json = drover_json_print(drover_json_instance(settings), TRUE);

        fputs(json, stdout);
        return;
    }
    printf("Moves at once, per host and direction  %" G_GUINT64_FORMAT "\n"
           "Moves may begin                        %s\n",
           cim_instance_get_uint(settings, MAXIMUM, 0),
           cim_instance_get_boolean(settings, ENABLED, FALSE) ? "yes" : "no");
}

int
drover_run_settings(DroverCli *cli, char **arguments, GError **error)
{
    g_autoptr(CimInstance) settings = NULL;
    gboolean changes = cli->options.max_active || cli->options.enabled;

    if ((changes && !modify(cli, error)) || !(settings = read_settings(cli, error))) {
        return DROVER_EXIT_REFUSED;
    }
    if (!changes || !cli->options.quiet) {
        show(cli, settings);
    }
    return DROVER_EXIT_DONE;
}
