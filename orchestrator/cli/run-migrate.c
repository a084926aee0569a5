/* migrate, check */
#include "orchestrator/cli/run.h"

#include "orchestrator/cli/error-view.h"
#include "orchestrator/cli/follow.h"
#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/lookup.h"
#include "orchestrator/cli/notify.h"
#include "orchestrator/cli/number.h"

#define SETTINGS_CLASS "Msvm_VirtualSystemMigrationSettingData"
#define OWN_CLASS      "Drover_MigrationSettingData"
#define BANDWIDTH_UNIT "byte * 2^20 / second"

enum { MIGRATION_TYPE_VIRTUAL_SYSTEM = 32768, JOB_STARTED = 4096 };
enum { TRANSPORT_TLS = 3, TRANSPORT_TCP = 5 };

/* What is asked for, ready to be sent; the same arguments serve all three methods. */
typedef struct {
    CimInstance *guest; /* Drover_GuestState */
    CimPath *system;
    CimInstance *settings;
    CimArgument arguments[3];
} Request;

static void
request_clear(Request *request)
{
    cim_instance_free(request->guest);
    cim_path_free(request->system);
    cim_instance_free(request->settings);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

/* --- making it ---------------------------------------------------------------------------------
 */

typedef struct {
    const char *property;
    CimType type;
    const char *option;
    gsize offset; /* of its text in DroverOptions */
    guint64 least, most;
} Number;

#define TEXT(member) G_STRUCT_OFFSET(DroverOptions, member)

/* clang-format off */
static const Number numbers[] = {
    { "Bandwidth", CIM_TYPE_UINT16, "--bandwidth", TEXT(bandwidth), 1, G_MAXUINT16 },
    { "Priority", CIM_TYPE_UINT16, "--priority", TEXT(priority), 0, G_MAXUINT16 },
};

static const Number own_numbers[] = {
    { "Attempts", CIM_TYPE_UINT32, "--attempts", TEXT(attempts), 1, 100 },
    { "MinimumRetryDelay", CIM_TYPE_UINT32, "--retry-delay", TEXT(retry_delay), 5, G_MAXUINT32 },
    { "NoProgressTimeout", CIM_TYPE_UINT32, "--no-progress-timeout", TEXT(no_progress_timeout),
      0, G_MAXUINT32 },
};
/* clang-format on */

static gboolean
set_numbers(CimInstance *settings,
            const DroverOptions *options,
            const Number *table,
            guint n,
            GError **error)
{
    for (guint i = 0; i < n; i++) {
        const char *text = *(char *const *) ((const char *) options + table[i].offset);
        guint64 number = 0;

        if (!text) {
            continue;
        }
        if (!drover_number_parse(table[i].option, text, table[i].least, table[i].most, &number,
                                 error)) {
            return FALSE;
        }
        cim_instance_set_uint(settings, table[i].property, table[i].type, number);
    }
    return TRUE;
}

static void
set_strings(CimInstance *settings, const char *property, const char *const *strings, guint n)
{
    CimValue value;
    CimValue *elements;

    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    elements = cim_value_make_array(&value, n);
    for (guint i = 0; i < n; i++) {
        cim_value_take_string(&elements[i], g_strdup(strings[i]));
    }
    cim_instance_take(settings, property, &value);
}

/* Whether something is asked for that the classes of Hyper-V have no word for. */
static gboolean
needs_own_class(const DroverOptions *options)
{
    return options->post_copy || options->also_to || options->attempts || options->retry_delay ||
           options->no_progress_timeout;
}

static CimInstance *
make_settings(const DroverOptions *options, GError **error)
{
    g_autoptr(CimInstance) settings =
        cim_instance_new(needs_own_class(options) ? OWN_CLASS : SETTINGS_CLASS);

    cim_instance_set_uint(settings, "MigrationType", CIM_TYPE_UINT16,
                          MIGRATION_TYPE_VIRTUAL_SYSTEM);
    cim_instance_set_uint(settings, "TransportType", CIM_TYPE_UINT16,
                          options->tls ? TRANSPORT_TLS : TRANSPORT_TCP);
    if (!set_numbers(settings, options, numbers, G_N_ELEMENTS(numbers), error) ||
        !set_numbers(settings, options, own_numbers, G_N_ELEMENTS(own_numbers), error)) {
        return NULL;
    }
    if (options->bandwidth) {
        cim_instance_set_string(settings, "BandwidthUnit", BANDWIDTH_UNIT);
    }
    if (options->compress) {
        cim_instance_set_boolean(settings, "EnableCompression", TRUE);
    }
    if (options->address) {
        set_strings(settings, "DestinationIPAddressList", (const char *const *) &options->address,
                    1);
    }
    if (options->post_copy) {
        cim_instance_set_boolean(settings, "PostCopy", TRUE);
    }
    if (options->also_to) {
        set_strings(settings, "AlternativeHosts", (const char *const *) options->also_to,
                    g_strv_length(options->also_to));
    }
    return g_steal_pointer(&settings);
}

static CimPath *
make_system(const CimInstance *guest)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, "Msvm_ComputerSystem");

    cim_path_add_string_key(path, "CreationClassName", "Msvm_ComputerSystem");
    cim_path_add_string_key(path, "Name", cim_instance_get_string(guest, "Name"));
    return path;
}

static gboolean
request_init(Request *request, DroverCli *cli, const char *vm, GError **error)
{
    const char *destination = cli->options.destination;
    CimArgument *arguments = request->arguments;

    if (!destination) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, "'drover hosts' lists the hosts.",
                             "--to HOST is missing: where is '%s' to move?", vm);
        return FALSE;
    }
    if (!(request->settings = make_settings(&cli->options, error)) ||
        !(request->guest = drover_cli_find_guest(cli, vm, error))) {
        return FALSE;
    }
    request->system = make_system(request->guest);
    arguments[0].name = "ComputerSystem";
    cim_value_init(&arguments[0].value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_set_reference(&arguments[0].value, request->system);
    arguments[1].name = "DestinationHost";
    cim_value_init(&arguments[1].value, CIM_TYPE_STRING, FALSE);
    cim_value_set_string(&arguments[1].value, destination);
    arguments[2].name = "MigrationSettingData";
    cim_value_init(&arguments[2].value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_set_instance(&arguments[2].value, request->settings);
    return TRUE;
}

/* --- refusals ----------------------------------------------------------------------------------
 */

/* Why the move would not go, of Msvm_Error; empty when it would, or nobody knows. */
static GPtrArray *
ask_reasons(DroverCli *cli, const Request *request, GError **error)
{
    g_autoptr(CimPath) advisor = cim_path_new(DROVER_NAMESPACE, "Drover_MigrationAdvisor");
    g_autoptr(CimInstance) out = NULL;
    guint32 code;

    if (!cim_client_invoke(cli->client, advisor, "Check", request->arguments,
                           G_N_ELEMENTS(request->arguments), &code, &out, error)) {
        return NULL;
    }
    return drover_cli_out_instances(out, "Reasons");
}

/* The host is looked for only now: the daemon knows more names of a host than drover does. */
static gboolean
is_unknown_host(DroverCli *cli, const GPtrArray *reasons, GError **error)
{
    const char *id = reasons && reasons->len
                         ? cim_instance_get_string(g_ptr_array_index(reasons, 0), "MessageID")
                         : NULL;
    g_autoptr(GPtrArray) hosts = NULL;

    if (g_strcmp0(id, "DROVER0131")) {
        return FALSE;
    }
    hosts = drover_cli_list(cli, "Drover_HostState", NULL);
    if (!hosts) {
        hosts = g_ptr_array_new();
    }
    drover_lookup_fail_host(hosts, cli->options.destination, error);
    return TRUE;
}

static int
tell_refusal(
    DroverCli *cli, const Request *request, const char *method, guint32 code, GError **error)
{
    g_autoptr(GPtrArray) reasons = ask_reasons(cli, request, NULL);
    g_autofree char *name = drover_cli_code_text(cli, DROVER_SERVICE_CLASS, method, code);
    g_autofree char *prefix = g_strdup_printf("refused (%s): ", name);
    g_autofree char *text = NULL;

    if (is_unknown_host(cli, reasons, error)) {
        return DROVER_EXIT_NOT_FOUND;
    }
    if (!reasons || !reasons->len) {
        drover_cli_set_error(error, DROVER_EXIT_REFUSED,
                             "droverd's log says more: journalctl -u droverd",
                             "refused (%s): droverd does not say why", name);
        return DROVER_EXIT_REFUSED;
    }
    text = drover_error_view_brief(reasons, prefix);
    fputs(text, stderr);
    return DROVER_EXIT_REFUSED;
}

/* --- check -------------------------------------------------------------------------------------
 */

static int
tell_check(DroverCli *cli, const Request *request, const GPtrArray *reasons, gboolean migratable)
{
    const char *name = cim_instance_get_string(request->guest, "ElementName");

    if (cli->options.json) {
        JsonNode *node = json_node_new(JSON_NODE_OBJECT);
        JsonObject *object = json_object_new();
        g_autofree char *json = NULL;

        json_object_set_boolean_member(object, "IsMigratable", migratable);
        json_object_set_member(object, "Reasons", drover_json_list(reasons));
        json_node_take_object(node, object);
        json = drover_json_print(node, TRUE);
        fputs(json, stdout);
    } else if (migratable) {
        drover_cli_say(cli, g_strdup_printf("'%s' can be moved from %s to %s\n", name,
                                            cim_instance_get_string(request->guest, "Host"),
                                            cli->options.destination));
    } else if (reasons->len) {
        g_autofree char *text = drover_error_view_reasons(reasons);

        fputs(text, stderr);
    } else {
        fprintf(stderr, "drover: '%s' cannot be moved to %s; droverd does not say why\n", name,
                cli->options.destination);
    }
    return migratable ? DROVER_EXIT_DONE : DROVER_EXIT_JOB_FAILED;
}

int
drover_run_check(DroverCli *cli, char **arguments, GError **error)
{
    static const char method[] = "CheckVirtualSystemIsMigratableToHost";
    g_auto(Request) request = {0};
    g_autoptr(CimPath) service = NULL;
    g_autoptr(CimInstance) out = NULL;
    g_autoptr(GPtrArray) reasons = NULL;
    gboolean migratable;
    guint32 code = 0;

    if (!request_init(&request, cli, arguments[0], error) ||
        !(service = drover_cli_service_path(cli, error)) ||
        !cim_client_invoke(cli->client, service, method, request.arguments,
                           G_N_ELEMENTS(request.arguments), &code, &out, error)) {
        return DROVER_EXIT_REFUSED;
    }
    if (code != 0) {
        return tell_refusal(cli, &request, method, code, error);
    }
    migratable = cim_instance_get_boolean(out, "IsMigratable", FALSE);
    reasons = migratable ? g_ptr_array_new() : ask_reasons(cli, &request, error);
    return reasons ? tell_check(cli, &request, reasons, migratable) : DROVER_EXIT_REFUSED;
}

/* --- migrate -----------------------------------------------------------------------------------
 */

/* The InstanceID among the out parameters. */
static char *
read_job_id(const CimInstance *out, GError **error)
{
    const CimValue *job = cim_instance_find(out, "Job");
    const char *id = job && !job->is_null && job->type == CIM_TYPE_REFERENCE
                         ? cim_path_get_string_key(job->reference, "InstanceID")
                         : NULL;

    if (!id) {
        g_set_error_literal(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_PROTOCOL,
                            "the daemon accepted the move but named no job");
    }
    return g_strdup(id);
}

static int
tell_accepted(DroverCli *cli, const Request *request, const char *id)
{
    const char *name = cim_instance_get_string(request->guest, "ElementName");

    if (cli->options.json) {
        g_autoptr(CimInstance) accepted = cim_instance_new(DROVER_JOB_CLASS);
        g_autofree char *json = NULL;

        cim_instance_set_string(accepted, "InstanceID", id);
        json = drover_json_print(drover_json_instance(accepted), TRUE);
        fputs(json, stdout);
    } else {
        drover_cli_say(cli, g_strdup_printf("job %s moves '%s' from %s to %s\n", id, name,
                                            cim_instance_get_string(request->guest, "Host"),
                                            cli->options.destination));
    }
    return DROVER_EXIT_DONE;
}

int
drover_run_migrate(DroverCli *cli, char **arguments, GError **error)
{
    static const char method[] = "MigrateVirtualSystemToHost";
    g_auto(Request) request = {0};
    g_autoptr(CimPath) service = NULL;
    g_autoptr(CimInstance) out = NULL;
    g_autofree char *id = NULL;
    guint32 code = 0;

    if (!drover_notify_check(&cli->options, error) ||
        !request_init(&request, cli, arguments[0], error) ||
        !(service = drover_cli_service_path(cli, error)) ||
        !cim_client_invoke(cli->client, service, method, request.arguments,
                           G_N_ELEMENTS(request.arguments), &code, &out, error)) {
        return DROVER_EXIT_REFUSED;
    }
    if (code != JOB_STARTED) {
        return tell_refusal(cli, &request, method, code, error);
    }
    if (!(id = read_job_id(out, error))) {
        return DROVER_EXIT_UNREACHABLE;
    }
    if (cli->options.detach || !cli->options.json) {
        tell_accepted(cli, &request, id);
    }
    /* An end that comes first is told afterwards. */
    if (!drover_notify_apply(cli, id, error)) {
        g_prefix_error(error, "the move goes on, but nobody is told of its end: ");
        return DROVER_EXIT_REFUSED;
    }
    return cli->options.detach ? DROVER_EXIT_DONE : drover_follow(cli, id, FALSE, error);
}
