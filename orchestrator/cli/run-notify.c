/* notify */
#include "orchestrator/cli/run.h"

#include <string.h>

#include "orchestrator/cli/format.h"
#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/notify.h"
#include "orchestrator/cli/requests.h"

#define TRANSFER_CLASS "Drover_TransferJob"

/* BG_NOTIFY_*. */
enum { TRANSFERRED = 1, ERROR = 2, DISABLE = 4, MODIFIED = 8, DEFAULT = TRANSFERRED | ERROR };

static const struct {
    const char *word;
    guint flag;
} words[] = {{"error", ERROR}, {"transferred", TRANSFERRED}, {"modified", MODIFIED}};

static CimPath *
transfer_path(const char *id)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, TRANSFER_CLASS);

    cim_path_add_string_key(path, "InstanceID", id);
    return path;
}

/* --- what is asked for ----------------------------------------------------------------------- */

static gboolean
parse_events(const char *text, guint *flags, GError **error)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    *flags = 0;
    for (guint i = 0; names[i]; i++) {
        guint flag = 0;

        for (guint j = 0; j < G_N_ELEMENTS(words); j++) {
            flag |= g_str_equal(g_strstrip(names[i]), words[j].word) ? words[j].flag : 0;
        }
        if (!flag) {
            drover_cli_set_error(error, DROVER_EXIT_USAGE,
                                 "Give one or more of error, transferred, modified, with commas "
                                 "between.",
                                 "--on: '%s' is no event", names[i]);
            return FALSE;
        }
        *flags |= flag;
    }
    return TRUE;
}

gboolean
drover_notify_is_asked(const DroverOptions *options)
{
    return options->notify_url || options->notify_command || options->notify_arguments ||
           options->notify_on || options->notify_off;
}

gboolean
drover_notify_check(const DroverOptions *options, GError **error)
{
    guint flags;

    if (options->notify_off &&
        (options->notify_url || options->notify_command || options->notify_on)) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, "Leave one of them out.",
                             "--off ends all notifications: it goes with no other option");
        return FALSE;
    }
    if (options->notify_arguments && !options->notify_command) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, "Give --command PROGRAM too.",
                             "--arguments are those of a program");
        return FALSE;
    }
    return !options->notify_on || parse_events(options->notify_on, &flags, error);
}

/* --- asking ---------------------------------------------------------------------------------- */

static gboolean
call(DroverCli *cli,
     const char *id,
     const char *method,
     const CimArgument *arguments,
     guint n_arguments,
     GError **error)
{
    g_autoptr(CimPath) path = transfer_path(id);
    g_autoptr(CimInstance) out = NULL;
    const char *reason;
    guint32 code = 0;

    if (!cim_client_invoke(cli->client, path, method, arguments, n_arguments, &code, &out, error)) {
        return FALSE;
    }
    if (code == 0) {
        return TRUE;
    }
    reason = out ? cim_instance_get_string(out, "Reason") : NULL;
    drover_cli_set_error(error, DROVER_EXIT_REFUSED, "'drover help notify' says what can be set.",
                         "refused (0x%08x): %s", code,
                         reason ? reason : "the daemon gives no reason");
    return FALSE;
}

static void
set_text(CimArgument *argument, const char *name, const char *text)
{
    argument->name = name;
    cim_value_init(&argument->value, CIM_TYPE_STRING, FALSE);
    cim_value_set_string(&argument->value, text);
}

static gboolean
set_url(DroverCli *cli, const char *id, GError **error)
{
    CimArgument argument;

    set_text(&argument, "Destination", cli->options.notify_url);
    return call(cli, id, "SetNotifyInterface", &argument, 1, error);
}

static gboolean
set_command(DroverCli *cli, const char *id, GError **error)
{
    CimArgument arguments[2];

    set_text(&arguments[0], "Program", cli->options.notify_command);
    set_text(&arguments[1], "Parameters", cli->options.notify_arguments);
    return call(cli, id, "SetNotifyCmdLine", arguments, 2, error);
}

/* Who names a receiver wants to be told. */
static guint
wanted_flags(const DroverOptions *options, guint flags)
{
    guint wanted = flags & ~(guint) DISABLE;

    if (options->notify_off) {
        return flags | DISABLE;
    }
    if (options->notify_on) {
        parse_events(options->notify_on, &wanted, NULL);
    }
    return wanted ? wanted : DEFAULT;
}

static gboolean
set_flags(DroverCli *cli, const char *id, GError **error)
{
    g_autoptr(CimPath) path = transfer_path(id);
    g_autoptr(CimInstance) job = cim_client_get_instance(cli->client, path, NULL, error);
    CimArgument argument = {.name = "NotifyFlags"};
    guint flags = job ? (guint) cim_instance_get_uint(job, "NotifyFlags", 0) : 0;
    guint wanted = wanted_flags(&cli->options, flags);

    if (!job || wanted == flags) {
        return job != NULL;
    }
    cim_value_init(&argument.value, CIM_TYPE_UINT32, FALSE);
    cim_value_set_uint(&argument.value, wanted);
    return call(cli, id, "SetNotifyFlags", &argument, 1, error);
}

gboolean
drover_notify_apply(DroverCli *cli, const char *id, GError **error)
{
    const DroverOptions *options = &cli->options;

    if (!drover_notify_is_asked(options)) {
        return TRUE;
    }
    /* The flags first: what is told of a receiver that is set then is what was asked for. */
    return set_flags(cli, id, error) && (!options->notify_command || set_command(cli, id, error)) &&
           (!options->notify_url || set_url(cli, id, error));
}

/* --- showing --------------------------------------------------------------------------------- */

/* (transfer full) */
static char *
flags_text(guint flags)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(words) && !(flags & DISABLE); i++) {
        if (flags & words[i].flag) {
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", words[i].word);
        }
    }
    if (!text->len) {
        g_string_append(text, "nothing");
    }
    return g_string_free(text, FALSE);
}

static void
show_line(const char *label, const char *text)
{
    printf("%-13s%s\n", label, text ? text : "-");
}

static void
show_last(const CimInstance *job)
{
    const CimValue *next = cim_instance_find(job, "NextNotificationTime");
    const char *answer = cim_instance_get_string(job, "LastNotificationAnswer");
    g_autofree char *state = g_strdup_printf("%s (%" G_GUINT64_FORMAT " attempts)",
                                             cim_instance_get_string(job, "NotificationState"),
                                             cim_instance_get_uint(job, "NotificationAttempts", 0));

    show_line("Last", cim_instance_get_string(job, "NotificationEvent"));
    show_line("ID", cim_instance_get_string(job, "NotificationID"));
    show_line("State", state);
    if (answer) {
        show_line("Answer", answer);
    }
    if (next && !next->is_null) {
        g_autofree char *time = drover_format_time(next->datetime.us, g_get_real_time());

        show_line("Next try", time);
    }
}

static void
show(const CimInstance *job)
{
    const char *program = cim_instance_get_string(job, "NotifyProgram");
    const char *arguments = cim_instance_get_string(job, "NotifyParameters");
    g_autofree char *events = flags_text((guint) cim_instance_get_uint(job, "NotifyFlags", 0));
    g_autofree char *command =
        program ? g_strjoin(" ", program, arguments ? arguments : NULL, NULL) : NULL;

    show_line("Notifies of", events);
    show_line("URL", cim_instance_get_string(job, "NotifyInterface"));
    show_line("Command", command);
    if (cim_instance_get_string(job, "NotificationState")) {
        show_last(job);
    }
}

int
drover_run_notify(DroverCli *cli, char **arguments, GError **error)
{
    g_autofree char *id = NULL;
    g_autoptr(CimPath) path = NULL;
    g_autoptr(CimInstance) job = NULL;

    if (!drover_notify_check(&cli->options, error)) {
        return DROVER_EXIT_USAGE;
    }
    id = drover_cli_find_job(cli, arguments[0], error);
    path = id ? transfer_path(id) : NULL;
    if (!path || !drover_notify_apply(cli, id, error) ||
        !(job = cim_client_get_instance(cli->client, path, NULL, error))) {
        return DROVER_EXIT_REFUSED;
    }
    if (cli->options.json) {
        g_autofree char *json = drover_json_print(drover_json_instance(job), TRUE);

        fputs(json, stdout);
    } else if (!cli->options.quiet || !drover_notify_is_asked(&cli->options)) {
        show(job);
    }
    return DROVER_EXIT_DONE;
}
