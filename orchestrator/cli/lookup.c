#include "orchestrator/cli/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "orchestrator/cli/exit-status.h"
#include "orchestrator/cli/text.h"

enum { SHORT_ID = 8, MOST_CANDIDATES = 5 };

/* Appends one of several candidates, or, once, that there are more. */
static void
append_candidate(GString *list, guint number, const char *candidate)
{
    if (number < MOST_CANDIDATES) {
        g_string_append_printf(list, "%s%s", number ? ", " : "", candidate);
    } else if (number == MOST_CANDIDATES) {
        g_string_append(list, ", ...");
    }
}

const char *
drover_lookup_id(const GPtrArray *ids, const char *word, GError **error)
{
    g_autoptr(GString) candidates = g_string_new(NULL);
    const char *found = NULL;
    guint n = 0;

    for (guint i = 0; i < ids->len && *word; i++) {
        const char *id = g_ptr_array_index(ids, i);

        if (!g_ascii_strncasecmp(id, word, strlen(word))) {
            append_candidate(candidates, n++, id);
            found = id;
        }
    }
    if (n == 1) {
        return found;
    }
    if (n == 0) {
        drover_cli_set_error(error, DROVER_EXIT_NOT_FOUND,
                             "'drover jobs --all' lists the jobs; one that was acknowledged, or "
                             "ended long ago, is gone.",
                             "there is no job '%s'", word);
    } else {
        g_autofree char *advice = g_strdup_printf("Give more of its ID: %s", candidates->str);

        drover_cli_set_error(error, DROVER_EXIT_USAGE, advice, "'%s' begins the IDs of %u jobs",
                             word, n);
    }
    return NULL;
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    return g_ascii_strcasecmp(*(const char *const *) a, *(const char *const *) b);
}

guint
drover_lookup_id_length(const GPtrArray *ids)
{
    g_autofree const char **sorted = g_new0(const char *, ids->len + 1);
    guint length = SHORT_ID;

    for (guint i = 0; i < ids->len; i++) {
        sorted[i] = g_ptr_array_index(ids, i);
    }
    qsort(sorted, ids->len, sizeof *sorted, compare_ids);
    for (guint i = 1; i < ids->len; i++) {
        while (strlen(sorted[i]) > length &&
               !g_ascii_strncasecmp(sorted[i - 1], sorted[i], length)) {
            length++;
        }
    }
    return length;
}

static const char *
text_of(const CimInstance *instance, const char *name)
{
    const char *text = cim_instance_get_string(instance, name);

    return text ? text : "";
}

static GPtrArray *
guests_called(const GPtrArray *guests, const char *word)
{
    GPtrArray *matches = g_ptr_array_new();

    for (guint i = 0; i < guests->len; i++) {
        CimInstance *guest = g_ptr_array_index(guests, i);

        if (!g_ascii_strcasecmp(text_of(guest, "Name"), word) ||
            g_str_equal(text_of(guest, "ElementName"), word)) {
            g_ptr_array_add(matches, guest);
        }
    }
    return matches;
}

/* Only a guest that is on can be moved: if there is just one, that is the one that is meant. */
static const CimInstance *
only_one_on(const GPtrArray *matches)
{
    const CimInstance *on = NULL;

    for (guint i = 0; i < matches->len; i++) {
        const CimInstance *guest = g_ptr_array_index(matches, i);

        if (!g_str_equal(text_of(guest, "State"), "off")) {
            if (on) {
                return NULL;
            }
            on = guest;
        }
    }
    return matches->len == 1 ? g_ptr_array_index(matches, 0) : on;
}

static void
fail_ambiguous(const GPtrArray *matches, const char *word, GError **error)
{
    g_autoptr(GString) list = g_string_new("Give its UUID: ");

    for (guint i = 0; i < matches->len; i++) {
        const CimInstance *guest = g_ptr_array_index(matches, i);
        g_autofree char *candidate = g_strdup_printf(
            "%s (%s, %s)", text_of(guest, "Name"), text_of(guest, "Host"), text_of(guest, "State"));

        append_candidate(list, i, candidate);
    }
    drover_cli_set_error(error, DROVER_EXIT_USAGE, list->str, "%u virtual machines are called '%s'",
                         matches->len, word);
}

/* "'drover vms' lists them.", and before it what was probably meant. */
static char *
advise(const GPtrArray *instances, const char *name, const char *word, const char *otherwise)
{
    g_autofree const char **candidates = g_new0(const char *, instances->len + 1);
    const char *nearest;

    for (guint i = 0; i < instances->len; i++) {
        candidates[i] = text_of(g_ptr_array_index(instances, i), name);
    }
    nearest = drover_text_nearest(word, candidates);
    return nearest ? g_strdup_printf("Did you mean '%s'? %s", nearest, otherwise)
                   : g_strdup(otherwise);
}

const CimInstance *
drover_lookup_guest(const GPtrArray *guests, const char *word, GError **error)
{
    g_autoptr(GPtrArray) matches = guests_called(guests, word);
    const CimInstance *guest = only_one_on(matches);
    g_autofree char *advice = NULL;

    if (guest) {
        return guest;
    }
    if (matches->len) {
        fail_ambiguous(matches, word, error);
        return NULL;
    }
    advice = advise(guests, "ElementName", word,
                    "'drover vms' lists them; one on a host that is down is not listed.");
    drover_cli_set_error(error, DROVER_EXIT_NOT_FOUND, advice, "there is no virtual machine '%s'",
                         word);
    return NULL;
}

void
drover_lookup_fail_host(const GPtrArray *hosts, const char *word, GError **error)
{
    g_autofree char *advice = advise(hosts, "Name", word, "'drover hosts' lists them.");

    drover_cli_set_error(error, DROVER_EXIT_NOT_FOUND, advice, "there is no host '%s'", word);
}
