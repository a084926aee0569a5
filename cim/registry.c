#include "cim/registry.h"

#include <string.h>

#include "cim/xml-write.h"

typedef struct {
    const CimClass *klass; /* NULL: above all roots */
    GPtrArray *subclasses; /* of CimClass, borrowed */
    GString *declarations[CIM_CLASS_ALL_FLAGS + 1];
} ClassEntry;

struct _CimNamespace {
    char *name;
    char *location;
    GPtrArray *associations; /* of CimBinding, borrowed */
    GHashTable *bindings;    /* CimClass to GPtrArray of CimBinding, borrowed from the registry */
    GPtrArray *none;
};

struct _CimRegistry {
    const CimSchema *schema;
    GHashTable *names;      /* class name, any case, to CimClass */
    GHashTable *entries;    /* CimClass (or NULL) to ClassEntry */
    GHashTable *namespaces; /* name, any case, to CimNamespace */
    GPtrArray *bindings;    /* of CimBinding */
};

static guint
name_hash(gconstpointer name)
{
    guint hash = 5381;

    for (const char *at = name; *at; at++)
        hash = hash * 33 + (guchar) g_ascii_tolower(*at);
    return hash;
}

static gboolean
name_equal(gconstpointer a, gconstpointer b)
{
    return g_ascii_strcasecmp(a, b) == 0;
}

static void
entry_free(gpointer data)
{
    ClassEntry *entry = data;

    g_ptr_array_unref(entry->subclasses);
    for (guint i = 0; i <= CIM_CLASS_ALL_FLAGS; i++)
        if (entry->declarations[i])
            g_string_free(entry->declarations[i], TRUE);
    g_free(entry);
}

static void
namespace_free(gpointer data)
{
    CimNamespace *name_space = data;

    g_hash_table_unref(name_space->bindings);
    g_ptr_array_unref(name_space->associations);
    g_ptr_array_unref(name_space->none);
    g_free(name_space->location);
    g_free(name_space->name);
    g_free(name_space);
}

static ClassEntry *
add_entry(CimRegistry *registry, const CimClass *klass)
{
    ClassEntry *entry = g_new0(ClassEntry, 1);

    entry->klass = klass;
    entry->subclasses = g_ptr_array_new();
    g_hash_table_insert(registry->entries, (gpointer) klass, entry);
    return entry;
}

CimRegistry *
cim_registry_new(const CimSchema *schema)
{
    CimRegistry *registry = g_new0(CimRegistry, 1);

    registry->schema = schema;
    registry->names = g_hash_table_new(name_hash, name_equal);
    registry->entries = g_hash_table_new_full(NULL, NULL, NULL, entry_free);
    registry->namespaces = g_hash_table_new_full(name_hash, name_equal, g_free, namespace_free);
    registry->bindings = g_ptr_array_new_with_free_func((GDestroyNotify) cim_binding_free);
    add_entry(registry, NULL);
    for (guint i = 0; i < schema->n_classes; i++) {
        const CimClass *klass = schema->classes[i];

        g_hash_table_insert(registry->names, (gpointer) klass->name, (gpointer) klass);
        add_entry(registry, klass);
    }
    for (guint i = 0; i < schema->n_classes; i++) {
        const CimClass *klass = schema->classes[i];
        ClassEntry *above = g_hash_table_lookup(registry->entries, klass->superclass);

        g_ptr_array_add(above->subclasses, (gpointer) klass);
    }
    return registry;
}

void
cim_registry_free(CimRegistry *registry)
{
    if (!registry)
        return;
    g_hash_table_unref(registry->names);
    g_hash_table_unref(registry->entries);
    g_hash_table_unref(registry->namespaces);
    g_ptr_array_unref(registry->bindings);
    g_free(registry);
}

static char *
trim_slashes(const char *name)
{
    gsize length;

    name += strspn(name, "/");
    length = strlen(name);
    while (length > 0 && name[length - 1] == '/')
        length--;
    return g_strndup(name, length);
}

static char *
make_location(const char *name)
{
    g_autoptr(GString) xml = g_string_new("<NAMESPACEPATH><HOST>");
    const char *host = g_get_host_name();

    cim_xml_append_escaped(xml, host, strlen(host));
    cim_xml_append_literal(xml, "</HOST>");
    cim_xml_append_namespace(xml, name);
    cim_xml_append_literal(xml, "</NAMESPACEPATH>");
    return g_string_free(g_steal_pointer(&xml), FALSE);
}

CimNamespace *
cim_registry_add_namespace(CimRegistry *registry, const char *name)
{
    g_autofree char *key = trim_slashes(name);
    CimNamespace *name_space = g_hash_table_lookup(registry->namespaces, key);

    if (name_space)
        return name_space;
    name_space = g_new0(CimNamespace, 1);
    name_space->bindings =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
    name_space->name = g_strdup(key);
    name_space->location = make_location(key);
    name_space->associations = g_ptr_array_new();
    name_space->none = g_ptr_array_new();
    g_hash_table_insert(registry->namespaces, g_steal_pointer(&key), name_space);
    return name_space;
}

void
cim_registry_add_provider(CimRegistry *registry,
                          const char *name_space,
                          const CimProvider *provider,
                          gpointer provider_data)
{
    CimNamespace *where = cim_registry_add_namespace(registry, name_space);
    CimBinding *binding = cim_binding_new(registry->schema, provider, provider_data);

    binding->name_space = where->name;
    binding->location = where->location;
    g_ptr_array_add(registry->bindings, binding);
    if (binding->klass->is_association)
        g_ptr_array_add(where->associations, binding);
    for (const CimClass *klass = binding->klass; klass; klass = klass->superclass) {
        GPtrArray *bindings = g_hash_table_lookup(where->bindings, klass);

        if (!bindings) {
            bindings = g_ptr_array_new();
            g_hash_table_insert(where->bindings, (gpointer) klass, bindings);
        }
        g_ptr_array_add(bindings, binding);
    }
}

CimNamespace *
cim_registry_find_namespace(const CimRegistry *registry, const char *name)
{
    g_autofree char *trimmed = NULL;

    if (*name == '/' || g_str_has_suffix(name, "/"))
        name = trimmed = trim_slashes(name);
    return g_hash_table_lookup(registry->namespaces, name);
}

const CimClass *
cim_registry_find_class(const CimRegistry *registry, const char *name)
{
    return g_hash_table_lookup(registry->names, name);
}

const CimSchema *
cim_registry_schema(const CimRegistry *registry)
{
    return registry->schema;
}

const GPtrArray *
cim_namespace_bindings(const CimNamespace *name_space, const CimClass *klass)
{
    const GPtrArray *bindings = g_hash_table_lookup(name_space->bindings, klass);

    return bindings ? bindings : name_space->none;
}

const GPtrArray *
cim_registry_subclasses(const CimRegistry *registry, const CimClass *klass)
{
    const ClassEntry *entry = g_hash_table_lookup(registry->entries, klass);

    return entry->subclasses;
}

const GString *
cim_registry_declaration(CimRegistry *registry, const CimClass *klass, guint flags)
{
    ClassEntry *entry = g_hash_table_lookup(registry->entries, klass);
    GString **declaration = &entry->declarations[flags & CIM_CLASS_ALL_FLAGS];

    if (!*declaration) {
        *declaration = g_string_sized_new(2048);
        cim_xml_append_class(*declaration, klass, flags, NULL);
    }
    return *declaration;
}

const char *
cim_namespace_name(const CimNamespace *name_space)
{
    return name_space->name;
}

const char *
cim_namespace_location(const CimNamespace *name_space)
{
    return name_space->location;
}

const GPtrArray *
cim_namespace_associations(const CimNamespace *name_space)
{
    return name_space->associations;
}

gpointer
cim_namespace_find_object(const CimNamespace *name_space,
                          const CimPath *path,
                          const CimClass *klass,
                          const CimBinding **binding)
{
    const GPtrArray *bindings = cim_namespace_bindings(name_space, klass);

    for (guint i = 0; i < bindings->len; i++) {
        const CimBinding *candidate = g_ptr_array_index(bindings, i);
        gpointer object = candidate->provider->find(candidate->provider_data, path);

        if (object) {
            *binding = candidate;
            return object;
        }
    }
    return NULL;
}
