#include "orchestrator/cli/cli.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "orchestrator/cli/command.h"
#include "orchestrator/cli/credentials.h"

/* --- options -----------------------------------------------------------------------------------
 */

static GOptionEntry
make_entry(const DroverOption *option, DroverOptions *options)
{
    return (GOptionEntry){
        .long_name = option->name,
        .short_name = option->short_name,
        .arg = option->is_list       ? G_OPTION_ARG_FILENAME_ARRAY
               : option->takes_value ? G_OPTION_ARG_FILENAME
                                     : G_OPTION_ARG_NONE,
        .arg_data = (char *) options + option->offset,
        .description = option->description,
        .arg_description = option->value_name,
    };
}

static void
add_options(GArray *entries, const DroverOption *options, guint n, DroverOptions *values)
{
    for (guint i = 0; i < n; i++) {
        GOptionEntry entry = make_entry(&options[i], values);

        g_array_append_val(entries, entry);
    }
}

/* Takes the options off argv; @command: NULL for those before the command. */
static gboolean
parse_options(
    DroverOptions *options, const DroverCommand *command, int *argc, char ***argv, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    guint n;
    const DroverOption *common = drover_common_options(&n);

    add_options(entries, common, n, options);
    if (command) {
        add_options(entries, command->options, command->n_options, options);
    }
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_strict_posix(context, command == NULL);
    g_option_context_add_main_entries(context, (GOptionEntry *) (gpointer) entries->data, NULL);
    return g_option_context_parse(context, argc, argv, error);
}

static void
options_clear(DroverOptions *options)
{
    g_free(options->server);
    g_free(options->color);
    g_free(options->destination);
    g_free(options->bandwidth);
    g_free(options->priority);
    g_free(options->address);
    g_strfreev(options->also_to);
    g_free(options->attempts);
    g_free(options->retry_delay);
    g_free(options->no_progress_timeout);
    g_free(options->notify_url);
    g_free(options->notify_command);
    g_free(options->notify_arguments);
    g_free(options->notify_on);
    g_free(options->max_active);
    g_free(options->enabled);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DroverOptions, options_clear)

/* What was given before the command counts where it was not given again after it. */
static void
merge_common(DroverOptions *options, DroverOptions *before)
{
    guint n;
    const DroverOption *common = drover_common_options(&n);

    for (guint i = 0; i < n; i++) {
        gpointer to = (char *) options + common[i].offset;
        gpointer from = (char *) before + common[i].offset;

        if (!common[i].takes_value) {
            *(gboolean *) to |= *(gboolean *) from;
        } else if (!*(char **) to) {
            *(char **) to = g_steal_pointer((char **) from);
        }
    }
}

static gboolean
check_arguments(const DroverCommand *command, int n, char **arguments, GError **error)
{
    g_autofree char *usage = g_strdup_printf("Usage: drover %s %s; see 'drover help %s'",
                                             command->name, command->arguments, command->name);

    if ((guint) n > command->max_arguments) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, usage, "'%s' is too much for 'drover %s'",
                             arguments[command->max_arguments], command->name);
        return FALSE;
    }
    if ((guint) n < command->min_arguments) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, usage, "'drover %s' needs %s", command->name,
                             command->arguments);
        return FALSE;
    }
    return TRUE;
}

/* --- output ------------------------------------------------------------------------------------
 */

void
drover_cli_say(const DroverCli *cli, char *text)
{
    if (!cli->options.quiet) {
        fputs(text, stdout);
    }
    g_free(text);
}

void
drover_cli_note(const DroverCli *cli, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    if (cli->options.quiet) {
        return;
    }
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "drover: %s\n", text);
}

static const char *
server_of(const DroverCli *cli)
{
    const char *server = cli->options.server ? cli->options.server : g_getenv("DROVER_SERVER");

    return server && *server ? server : DROVER_DEFAULT_SERVER;
}

static int
report(const DroverCli *cli, const GError *error)
{
    g_autofree char *text = drover_cli_error_text(error, server_of(cli));

    fflush(stdout);
    fputs(text, stderr);
    return (int) drover_cli_error_status(error);
}

/* What could not be written was not done: scripts must not take half a list for a whole one. */
static int
finish_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return status;
    }
    fprintf(stderr, "drover: cannot write to standard output: %s\nMake room, or write elsewhere.\n",
            g_strerror(errno));
    return status ? status : DROVER_EXIT_JOB_FAILED;
}

/* --- the run -----------------------------------------------------------------------------------
 */

static int
run_command(DroverCli *cli, const DroverCommand *command, char **arguments, GError **error)
{
    if (cli->options.help) {
        g_autofree char *help = drover_command_help(command);

        fputs(help, stdout);
        return DROVER_EXIT_DONE;
    }
    if (!check_arguments(command, (int) g_strv_length(arguments), arguments, error)) {
        return DROVER_EXIT_USAGE;
    }
    if (!drover_screen_init(&cli->screen, STDOUT_FILENO, cli->options.color)) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, "Use auto, always or never.",
                             "--color does not know '%s'", cli->options.color);
        return DROVER_EXIT_USAGE;
    }
    if (!command->is_local &&
        (!(cli->client = cim_client_new(server_of(cli), cli->schema, error)) ||
         !drover_cli_set_credentials(cli, error))) {
        return DROVER_EXIT_USAGE;
    }
    return command->run(cli, arguments, error);
}

/* Commands end their options and arguments with "--" where a name begins with a dash. */
static char **
positional(int argc, char **argv)
{
    GPtrArray *arguments = g_ptr_array_new();
    gboolean ended = FALSE;

    for (int i = 1; i < argc; i++) {
        if (!ended && g_str_equal(argv[i], "--")) {
            ended = TRUE;
        } else {
            g_ptr_array_add(arguments, argv[i]);
        }
    }
    g_ptr_array_add(arguments, NULL);
    return (char **) g_ptr_array_free(arguments, FALSE);
}

/* Finds the command and takes all options off argv; NULL with @error set, or when there is none. */
static const DroverCommand *
parse(DroverCli *cli, int *argc, char ***argv, GError **error)
{
    g_auto(DroverOptions) before = {0};
    const DroverCommand *command = NULL;

    if (!parse_options(&before, NULL, argc, argv, error)) {
        return NULL;
    }
    if (*argc > 1) {
        if (!(command = drover_command_find((*argv)[1], error))) {
            return NULL;
        }
        (*argc)--;
        (*argv)++;
        if (!parse_options(&cli->options, command, argc, argv, error)) {
            return NULL;
        }
    }
    merge_common(&cli->options, &before);
    return command;
}

static int
show_help(DroverCli *cli)
{
    g_autofree char *help = drover_commands_help();

    fputs(help, cli->options.help ? stdout : stderr);
    return cli->options.help ? DROVER_EXIT_DONE : DROVER_EXIT_USAGE;
}

static int
run(DroverCli *cli, int argc, char **argv, GError **error)
{
    GError *local_error = NULL;
    const DroverCommand *command = parse(cli, &argc, &argv, &local_error);
    g_autofree char **arguments = NULL;

    if (local_error) {
        g_propagate_error(error, local_error);
        return DROVER_EXIT_USAGE;
    }
    if (cli->options.version) {
        printf("drover %s\n", DROVER_VERSION);
        return DROVER_EXIT_DONE;
    }
    if (!command) {
        return show_help(cli);
    }
    arguments = positional(argc, argv);
    return run_command(cli, command, arguments, error);
}

int
drover_cli_run(int argc, char **argv, const CimSchema *schema)
{
    DroverCli cli = {.schema = schema};
    g_autofree char **words = g_new0(char *, argc + 1); /* the parser reorders them */
    g_autoptr(GError) error = NULL;
    int status;

    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* "8.2 s", whatever the language: scripts read it too */
    memcpy(words, argv, (gsize) argc * sizeof *words);
    status = run(&cli, argc, words, &error);
    if (error) {
        status = report(&cli, error);
    }
    g_clear_pointer(&cli.client, cim_client_free);
    options_clear(&cli.options);
    return finish_output(status);
}
