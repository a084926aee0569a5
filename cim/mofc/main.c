/* mofc: compiles MOF into constant C tables (cim/class.h).  Without --output it only checks. */
#include <locale.h>
#include <stdlib.h>

#include "cim/mofc/emit.h"
#include "cim/mofc/parser.h"
#include "cim/mofc/resolve.h"

typedef struct {
    char *symbol;
    char *output;
    char *header;
    char **files;
} Options;

static void
clear_options(Options *options)
{
    g_free(options->symbol);
    g_free(options->output);
    g_free(options->header);
    g_strfreev(options->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

static gboolean
read_options(Options *options, int *argc, char ***argv, GError **error)
{
    /* clang-format off */
    const GOptionEntry entries[] = {
        { "symbol", 's', 0, G_OPTION_ARG_STRING, &options->symbol, "name of the schema", "NAME" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "C file", "FILE" },
        { "header", 'H', 0, G_OPTION_ARG_FILENAME, &options->header, "header", "FILE" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, "FILE…" },
        { NULL }
    };
    /* clang-format on */
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (!options->symbol)
        options->symbol = g_strdup("cim_schema");
    return TRUE;
}

static gboolean
read_file(MofModel *model, const char *file, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;

    return g_file_get_contents(file, &text, &length, error) &&
           mof_parse(model, file, text, length, error);
}

static gboolean
write_file(const char *file, char *text, GError **error)
{
    g_autofree char *owned = text;

    return g_file_set_contents(file, owned, -1, error);
}

static gboolean
compile(const Options *options, GError **error)
{
    g_autoptr(MofModel) model = mof_model_new();

    for (char **file = options->files; file && *file; file++)
        if (!read_file(model, *file, error))
            return FALSE;
    if (!mof_resolve(model, error))
        return FALSE;
    if (options->output &&
        !write_file(options->output, mof_emit_source(model, options->symbol), error))
        return FALSE;
    return !options->header || write_file(options->header, mof_emit_header(options->symbol), error);
}

int
main(int argc, char **argv)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;

    setlocale(LC_ALL, "");
    if (read_options(&options, &argc, &argv, &error) && compile(&options, &error))
        return EXIT_SUCCESS;
    g_printerr("%s\n", error->message);
    return EXIT_FAILURE;
}
