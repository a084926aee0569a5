#include "orchestrator/access.h"

#include <gio/gio.h>
#include <string.h>

typedef enum { BY_USER, BY_GROUP, BY_CERTIFICATE, BY_PLAIN_HTTP, BY_ANY } By;

typedef struct {
    By by;
    char *name;
    CimAccess access;
} Rule;

struct _DroverAccess {
    GArray *rules;
};

static void
rule_clear(gpointer data)
{
    g_free(((Rule *) data)->name);
}

static const struct {
    const char *prefix;
    By by;
    gboolean has_name;
} forms[] = {
    {"user:", BY_USER, TRUE},       {"group:", BY_GROUP, TRUE}, {"cert:", BY_CERTIFICATE, TRUE},
    {"http", BY_PLAIN_HTTP, FALSE}, {"*", BY_ANY, FALSE},
};

static gboolean
read_entry(const char *entry, Rule *rule)
{
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        const char *rest = entry + strlen(forms[i].prefix);

        if (g_str_has_prefix(entry, forms[i].prefix) && (*rest != '\0') == forms[i].has_name) {
            rule->by = forms[i].by;
            rule->name = g_strdup(rest);
            return TRUE;
        }
    }
    return FALSE;
}

/* The first entry that cannot be read (transfer full), or NULL.  @rules: nullable. */
static char *
read_list(const char *list, CimAccess access, GArray *rules)
{
    g_auto(GStrv) entries = g_strsplit_set(list, " ,\t", -1);

    for (guint i = 0; entries[i]; i++) {
        Rule rule = {.access = access};

        if (!*entries[i]) {
            continue;
        }
        if (!read_entry(entries[i], &rule)) {
            return g_strdup(entries[i]);
        }
        if (rules) {
            g_array_append_val(rules, rule);
        } else {
            rule_clear(&rule);
        }
    }
    return NULL;
}

char *
drover_access_check_list(const char *list)
{
    g_autofree char *entry = read_list(list, CIM_ACCESS_NONE, NULL);

    return entry ? g_strdup_printf("a list of user:NAME, group:NAME, cert:NAME, http or * ('%s' is "
                                   "none of these)",
                                   entry)
                 : NULL;
}

DroverAccess *
drover_access_new(const DroverAccessLists *lists, GError **error)
{
    const char *const texts[] = {
        [CIM_ACCESS_READ] = lists->observers,
        [CIM_ACCESS_OPERATE] = lists->operators,
        [CIM_ACCESS_ADMINISTER] = lists->administrators,
    };
    g_autoptr(DroverAccess) access = g_new0(DroverAccess, 1);

    access->rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_array_set_clear_func(access->rules, rule_clear);
    for (guint i = CIM_ACCESS_READ; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *entry = read_list(texts[i] ? texts[i] : "", (CimAccess) i, access->rules);

        if (entry) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                        "'%s' is none of user:NAME, group:NAME, cert:NAME, http and *", entry);
            return NULL;
        }
    }
    return g_steal_pointer(&access);
}

void
drover_access_free(DroverAccess *access)
{
    if (!access) {
        return;
    }
    g_array_unref(access->rules);
    g_free(access);
}

static gboolean
fits(const Rule *rule, const DroverClientFacts *facts)
{
    switch (rule->by) {
    case BY_USER: return g_strcmp0(facts->user, rule->name) == 0;
    case BY_GROUP:
        return facts->groups && g_strv_contains((const char *const *) facts->groups, rule->name);
    case BY_CERTIFICATE: return g_strcmp0(facts->certificate, rule->name) == 0;
    case BY_PLAIN_HTTP: return facts->plain_http;
    case BY_ANY: return facts->user || facts->certificate;
    }
    g_return_val_if_reached(FALSE);
}

CimAccess
drover_access_find(const DroverAccess *access, const DroverClientFacts *facts)
{
    CimAccess best = CIM_ACCESS_NONE;

    for (guint i = 0; i < access->rules->len; i++) {
        const Rule *rule = &g_array_index(access->rules, Rule, i);

        if (rule->access > best && fits(rule, facts)) {
            best = rule->access;
        }
    }
    return best;
}
