#include "orchestrator/explanation.h"

#include "orchestrator/error-catalog.h"
#include "orchestrator/retry.h"

/* clang-format off */
static const struct {
    guint first;
    const char *title;
} groups[] = {
    { DROVER_FAILURE_HOST_UNREACHABLE, "Reaching the hosts" },
    { DROVER_FAILURE_GUEST_NOT_FOUND, "The guest before the start" },
    { DROVER_FAILURE_CPU_INCOMPATIBLE, "What the destination lacks" },
    { DROVER_FAILURE_PORT_IN_USE, "How the move was asked for" },
    { DROVER_FAILURE_GUEST_STOPPED, "While it moved" },
    { DROVER_FAILURE_CANCELLED, "Ends" },
    { DROVER_FAILURE_QEMU, "The rest" },
    { DROVER_FAILURE_REQUEST_GUEST, "Requests that are refused" },
};
/* clang-format on */

const char *
drover_explanation_group(guint number)
{
    for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (groups[i].first == number) {
            return groups[i].title;
        }
    }
    return NULL;
}

char *
drover_explanation_by_itself(DroverFailureKind kind)
{
    const DroverFailure there = {.kind = kind, .where = DROVER_SIDE_DESTINATION};
    const char *text = drover_error_by_itself(drover_error_info(kind));

    if (!drover_retry_is_destinations(&there)) {
        return g_strdup(text);
    }
    return g_strconcat(text,
                       " Where the destination is at fault and the job may go to others as well "
                       "(--also-to), the next one is tried at once.",
                       NULL);
}

/* "DROVER0030", "drover30", "30"; 0: it is no number. */
static guint
parse_number(const char *word)
{
    const char *digits = g_ascii_strncasecmp(word, "drover", 6) ? word : word + 6;
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(digits, 10, 1, DROVER_ERROR_KINDS - 1, &number, NULL)) {
        return 0;
    }
    return (guint) number;
}

DroverFailureKind
drover_explanation_find(const char *word)
{
    guint number = parse_number(word);
    g_autofree char *name = g_ascii_strdown(word, -1);

    if (number) {
        return drover_error_kind_exists(number) ? (DroverFailureKind) number : DROVER_FAILURE_NONE;
    }
    g_strdelimit(name, "_", '-');
    for (number = 1; number < DROVER_ERROR_KINDS; number++) {
        if (drover_error_kind_exists(number) &&
            g_str_equal(drover_failure_kind_name((DroverFailureKind) number), name)) {
            return (DroverFailureKind) number;
        }
    }
    return DROVER_FAILURE_NONE;
}

gboolean
drover_explanation_parse_libvirt(const char *word, guint *domain, guint *code)
{
    g_auto(GStrv) parts = g_strsplit(word, "-", -1);
    guint64 numbers[2];

    if (g_strv_length(parts) != 3 || g_ascii_strcasecmp(parts[0], "libvirt") != 0) {
        return FALSE;
    }
    for (guint i = 0; i < 2; i++) {
        if (!g_ascii_string_to_unsigned(parts[i + 1], 10, 0, 9999, &numbers[i], NULL)) {
            return FALSE;
        }
    }
    *domain = (guint) numbers[0];
    *code = (guint) numbers[1];
    return TRUE;
}
