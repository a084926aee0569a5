/* Help, made from the table of commands. */
#include "orchestrator/cli/command.h"
#include "orchestrator/cli/text.h"

enum { COLUMNS = 80 };

static void
append_paragraphs(GString *out, const char *text)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);

    for (guint i = 0; paragraphs[i]; i++) {
        g_string_append_c(out, '\n');
        drover_text_wrap(out, paragraphs[i], 0, 0, COLUMNS);
    }
}

static void
append_options(GString *out, const char *title, const DroverOption *options, guint n)
{
    enum { INDENT = 31 };

    if (n) {
        g_string_append_printf(out, "\n%s:\n", title);
    }
    for (guint i = 0; i < n; i++) {
        g_autofree char *letter = options[i].short_name
                                      ? g_strdup_printf("-%c, ", options[i].short_name)
                                      : g_strdup("    ");
        g_autofree char *name =
            g_strconcat("  ", letter, "--", options[i].name, options[i].takes_value ? "=" : "",
                        options[i].takes_value ? options[i].value_name : "", NULL);

        g_string_append_printf(out, "%-*s", INDENT, name);
        drover_text_wrap(out, options[i].description, INDENT, INDENT, COLUMNS);
    }
}

static void
append_common_options(GString *out)
{
    guint n;
    const DroverOption *options = drover_common_options(&n);

    append_options(out, "Options of all commands", options, n);
}

char *
drover_command_help(const DroverCommand *command)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "Usage: drover %s%s%s%s\n\n%s.\n", command->name,
                           *command->arguments ? " " : "", command->arguments,
                           command->n_options ? " [OPTION...]" : "", command->summary);
    append_paragraphs(out, command->help);
    append_options(out, "Options", command->options, command->n_options);
    append_common_options(out);
    return g_string_free(out, FALSE);
}

char *
drover_commands_help(void)
{
    enum { INDENT = 24 };
    GString *out =
        g_string_new("Usage: drover COMMAND [ARGUMENT...] [OPTION...]\n\n"
                     "Moves running virtual machines between libvirt hosts, and shows each "
                     "move as a\nHyper-V migration job.\n\nCommands:\n");
    guint n;
    const DroverCommand *commands = drover_commands(&n);

    for (guint i = 0; i < n; i++) {
        g_autofree char *call =
            g_strconcat("  ", commands[i].name, " ", commands[i].arguments, NULL);

        g_string_append_printf(out, "%-*s", INDENT, call);
        drover_text_wrap(out, commands[i].summary, INDENT, INDENT, COLUMNS);
    }
    append_common_options(out);
    g_string_append(out, "\nExit status: 0 done; 1 the job failed or was cancelled; 2 wrong usage; "
                         "3 daemon out of\nreach; 4 refused; 5 not found; 130 interrupted while "
                         "waiting.\n\n'drover help COMMAND' explains a command.\n");
    return g_string_free(out, FALSE);
}
