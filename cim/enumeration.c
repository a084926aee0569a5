#include "cim/enumeration.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

enum {
    MAX_PATHS = 1 << 18, /* in all enumerations together: some 60 MB */
    PAGE_BYTES = 1 << 20,
    CONTEXT_BYTES = 16, /* random: nobody guesses the enumeration of another client */
};

typedef struct {
    const CimBinding *binding;
    CimPath *path;
} Entry;

struct _CimEnumeration {
    CimEnumerations *enumerations;
    const CimNamespace *name_space;
    char *user;
    CimObjectForm form;
    CimObjectWriter *writer;
    GArray *entries; /* of Entry */
    guint next;      /* the first that was not pulled */
    char context[2 * CONTEXT_BYTES + 1];
    guint timeout_s;
    GSource *timer; /* NULL: not kept */
};

struct _CimEnumerations {
    GMainContext *context;
    guint max;
    guint n_paths;
    GHashTable *open; /* context to CimEnumeration */
};

static void
entry_clear(gpointer data)
{
    cim_path_free(((Entry *) data)->path);
}

CimEnumerations *
cim_enumerations_new(GMainContext *context, guint max)
{
    CimEnumerations *enumerations = g_new0(CimEnumerations, 1);

    enumerations->context = context ? g_main_context_ref(context) : NULL;
    enumerations->max = max;
    enumerations->open =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify) cim_enumeration_free);
    return enumerations;
}

void
cim_enumerations_free(CimEnumerations *enumerations)
{
    if (!enumerations)
        return;
    g_hash_table_unref(enumerations->open);
    if (enumerations->context)
        g_main_context_unref(enumerations->context);
    g_free(enumerations);
}

guint
cim_enumerations_count(const CimEnumerations *enumerations)
{
    return g_hash_table_size(enumerations->open);
}

CimEnumeration *
cim_enumeration_new(CimEnumerations *enumerations,
                    const CimNamespace *name_space,
                    const char *user,
                    CimObjectForm form,
                    CimObjectWriter *writer)
{
    CimEnumeration *enumeration = g_new0(CimEnumeration, 1);

    enumeration->enumerations = enumerations;
    enumeration->name_space = name_space;
    enumeration->user = g_strdup(user);
    enumeration->form = form;
    enumeration->writer = writer;
    enumeration->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_array_set_clear_func(enumeration->entries, entry_clear);
    return enumeration;
}

void
cim_enumeration_free(CimEnumeration *enumeration)
{
    if (!enumeration)
        return;
    enumeration->enumerations->n_paths -= enumeration->entries->len;
    g_array_unref(enumeration->entries);
    cim_object_writer_free(enumeration->writer);
    g_free(enumeration->user);
    if (enumeration->timer) {
        g_source_destroy(enumeration->timer);
        g_source_unref(enumeration->timer);
    }
    g_free(enumeration);
}

gboolean
cim_enumeration_add(CimEnumeration *enumeration,
                    const CimBinding *binding,
                    gconstpointer object,
                    GError **error)
{
    Entry entry = {.binding = binding};

    if (enumeration->enumerations->n_paths >= MAX_PATHS) {
        g_set_error(error, CIM_ERROR, CIM_ERR_SERVER_LIMITS_EXCEEDED,
                    "open enumerations hold %d objects already: close or pull them first",
                    MAX_PATHS);
        return FALSE;
    }
    entry.path = cim_binding_path(binding, object, binding->name_space);
    g_array_append_val(enumeration->entries, entry);
    enumeration->enumerations->n_paths++;
    return TRUE;
}

guint
cim_enumeration_remaining(const CimEnumeration *enumeration)
{
    return enumeration->entries->len - enumeration->next;
}

CimObjectForm
cim_enumeration_form(const CimEnumeration *enumeration)
{
    return enumeration->form;
}

const char *
cim_enumeration_context(const CimEnumeration *enumeration)
{
    return enumeration->context;
}

gboolean
cim_enumeration_page_is_full(gsize length)
{
    return length >= PAGE_BYTES;
}

void
cim_enumeration_pull(CimEnumeration *enumeration, guint32 max, GString *xml)
{
    gsize start = xml->len;

    while (max > 0 && cim_enumeration_remaining(enumeration) > 0 &&
           !cim_enumeration_page_is_full(xml->len - start)) {
        const Entry *entry = &g_array_index(enumeration->entries, Entry, enumeration->next++);
        const CimProvider *provider = entry->binding->provider;
        gpointer object = provider->find(entry->binding->provider_data, entry->path);

        if (!object)
            continue;
        cim_object_writer_append(enumeration->writer, entry->binding, object, xml);
        max--;
    }
}

/* Keeping */

static gboolean
on_time_over(gpointer user_data)
{
    CimEnumeration *enumeration = user_data;

    cim_enumerations_close(enumeration->enumerations, enumeration);
    return G_SOURCE_REMOVE;
}

static void
make_context(CimEnumeration *enumeration)
{
    guint8 random[CONTEXT_BYTES];

    /* So few bytes come whole, once the kernel has any. */
    while (getrandom(random, sizeof random, 0) != sizeof random)
        if (errno != EINTR)
            g_error("no random numbers: %s", g_strerror(errno));
    for (guint i = 0; i < CONTEXT_BYTES; i++)
        g_snprintf(enumeration->context + 2 * i, 3, "%02x", random[i]);
}

const char *
cim_enumerations_keep(CimEnumerations *enumerations,
                      CimEnumeration *enumeration,
                      guint timeout_s,
                      GError **error)
{
    if (cim_enumerations_count(enumerations) >= enumerations->max) {
        g_set_error(error, CIM_ERROR, CIM_ERR_SERVER_LIMITS_EXCEEDED,
                    "%u enumerations are open already: close one first", enumerations->max);
        cim_enumeration_free(enumeration);
        return NULL;
    }
    make_context(enumeration);
    enumeration->timeout_s = timeout_s;
    enumeration->timer = g_timeout_source_new_seconds(timeout_s);
    g_source_set_callback(enumeration->timer, on_time_over, enumeration, NULL);
    g_source_attach(enumeration->timer, enumerations->context);
    g_hash_table_insert(enumerations->open, enumeration->context, enumeration);
    return enumeration->context;
}

CimEnumeration *
cim_enumerations_find(CimEnumerations *enumerations,
                      const char *context,
                      const CimNamespace *name_space,
                      const char *user)
{
    CimEnumeration *enumeration = g_hash_table_lookup(enumerations->open, context);

    if (!enumeration || enumeration->name_space != name_space ||
        strcmp(enumeration->user, user) != 0)
        return NULL;
    g_source_set_ready_time(enumeration->timer,
                            g_get_monotonic_time() + enumeration->timeout_s * G_USEC_PER_SEC);
    return enumeration;
}

void
cim_enumerations_close(CimEnumerations *enumerations, CimEnumeration *enumeration)
{
    g_hash_table_remove(enumerations->open, enumeration->context);
}
