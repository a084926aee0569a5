#include "orchestrator/cli/number.h"

#include "orchestrator/cli/exit-status.h"

gboolean
drover_number_parse(const char *option,
                    const char *text,
                    guint64 least,
                    guint64 most,
                    guint64 *number,
                    GError **error)
{
    if (g_ascii_string_to_unsigned(text, 10, least, most, number, NULL)) {
        return TRUE;
    }
    drover_cli_set_error(error, DROVER_EXIT_USAGE, NULL,
                         "%s: '%s' is no number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                         option, text, least, most);
    return FALSE;
}

gboolean
drover_boolean_parse(const char *option, const char *text, gboolean *boolean, GError **error)
{
    static const struct {
        const char *word;
        gboolean value;
    } words[] = {
        {"yes", TRUE},    {"no", FALSE}, {"true", TRUE},
        {"false", FALSE}, {"on", TRUE},  {"off", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!g_ascii_strcasecmp(text, words[i].word)) {
            *boolean = words[i].value;
            return TRUE;
        }
    }
    drover_cli_set_error(error, DROVER_EXIT_USAGE, NULL, "%s: '%s' is neither yes nor no", option,
                         text);
    return FALSE;
}
