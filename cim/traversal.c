#include "cim/traversal.h"

typedef struct {
    const CimTraversal *traversal;
    CimObjectVisit visit;
    gpointer user_data;
    CimPath *start;            /* of the object itself: its own class and all its keys */
    const CimClass *klass;     /* its own */
    GHashTable *seen;          /* of CimPath: other ends; NULL: associations are visited */
    const CimBinding *binding; /* whose associations are looked at */
    gboolean stopped;
} Walk;

static gboolean
is_named(const CimProperty *property, const char *name)
{
    return !name || g_ascii_strcasecmp(property->name, name) == 0;
}

/* Whether a reference property may hold objects of @klass. */
static gboolean
takes(const CimProperty *property, const CimClass *klass)
{
    return property->type == CIM_TYPE_REFERENCE && cim_class_is_a(klass, property->class_name);
}

static gboolean
is_start_property(const CimProperty *property, const CimClass *klass, const char *role)
{
    return takes(property, klass) && is_named(property, role);
}

/* --- objects --------------------------------------------------------------------------------- */

static gboolean
is_related(const CimRegistry *registry, const char *name, const CimClass *klass)
{
    const CimClass *other = name ? cim_registry_find_class(registry, name) : NULL;

    return other && (cim_class_is_a(klass, other->name) || cim_class_is_a(other, klass->name));
}

/* An association without a namespace in its reference means its own. */
static gboolean
refers_to_start(const Walk *walk, const CimPath *reference)
{
    const char *name_space =
        reference->name_space ? reference->name_space : walk->binding->name_space;

    return cim_path_keys_equal(reference, walk->start) &&
           cim_namespace_equal(name_space, walk->start->name_space) &&
           is_related(walk->traversal->registry, reference->class_name, walk->klass);
}

static gboolean
has_start(const Walk *walk, gconstpointer object, guint index)
{
    gboolean has;
    CimValue value;

    cim_binding_get(walk->binding, object, index, &value);
    has = !value.is_null && !value.is_array && refers_to_start(walk, value.reference);
    cim_value_clear(&value);
    return has;
}

static gpointer
find_end(const Walk *walk, CimPath *path, const CimBinding **binding)
{
    const CimRegistry *registry = walk->traversal->registry;
    const char *name = path->name_space ? path->name_space : walk->binding->name_space;
    const CimNamespace *name_space = cim_registry_find_namespace(registry, name);
    const CimClass *klass =
        path->class_name ? cim_registry_find_class(registry, path->class_name) : NULL;

    if (!name_space || !klass || !cim_path_check(path, klass, NULL))
        return NULL;
    return cim_namespace_find_object(name_space, path, klass, binding);
}

static void
visit_end(Walk *walk, const CimPath *reference)
{
    g_autoptr(CimPath) path = cim_path_copy(reference);
    const CimClass *result = walk->traversal->result;
    const CimBinding *binding;
    gpointer object = find_end(walk, path, &binding);
    CimPath *own;

    if (!object || (result && !cim_class_is_a(binding->klass, result->name)))
        return;
    own = cim_binding_path(binding, object, binding->name_space);
    if (g_hash_table_add(walk->seen, own))
        walk->stopped = !walk->visit(binding, object, walk->user_data);
}

static void
visit_other_ends(Walk *walk, gconstpointer association, guint start)
{
    const CimClass *klass = walk->binding->klass;

    for (guint i = 0; i < klass->n_properties && !walk->stopped; i++) {
        CimValue value;

        if (i == start || klass->properties[i].type != CIM_TYPE_REFERENCE ||
            !is_named(&klass->properties[i], walk->traversal->result_role))
            continue;
        cim_binding_get(walk->binding, association, i, &value);
        if (!value.is_null && !value.is_array)
            visit_end(walk, value.reference);
        cim_value_clear(&value);
    }
}

static gboolean
visit_association(gconstpointer object, gpointer visit_data)
{
    Walk *walk = visit_data;
    const CimClass *klass = walk->binding->klass;

    for (guint i = 0; i < klass->n_properties && !walk->stopped; i++) {
        if (!is_start_property(&klass->properties[i], walk->klass, walk->traversal->role) ||
            !has_start(walk, object, i))
            continue;
        if (walk->seen) {
            visit_other_ends(walk, object, i);
        } else {
            walk->stopped = !walk->visit(walk->binding, object, walk->user_data);
            break;
        }
    }
    return !walk->stopped;
}

/* Providers whose class cannot refer to the start are not asked. */
static gboolean
may_refer(const Walk *walk, const CimClass *association)
{
    if (walk->traversal->association &&
        !cim_class_is_a(association, walk->traversal->association->name))
        return FALSE;
    for (guint i = 0; i < association->n_properties; i++)
        if (is_start_property(&association->properties[i], walk->klass, walk->traversal->role))
            return TRUE;
    return FALSE;
}

static void
visit_all(Walk *walk)
{
    const GPtrArray *bindings = cim_namespace_associations(walk->traversal->name_space);

    for (guint i = 0; i < bindings->len && !walk->stopped; i++) {
        const CimProvider *provider;

        walk->binding = g_ptr_array_index(bindings, i);
        provider = walk->binding->provider;
        if (!may_refer(walk, walk->binding->klass))
            continue;
        if (provider->enumerate_referring)
            provider->enumerate_referring(walk->binding->provider_data, walk->start,
                                          visit_association, walk);
        else
            provider->enumerate(walk->binding->provider_data, visit_association, walk);
    }
}

/* The path gets the object's own class: a client may have used a superclass's name. */
static gboolean
find_start(Walk *walk, GError **error)
{
    const CimTraversal *traversal = walk->traversal;
    const CimBinding *binding;
    gpointer object = cim_namespace_find_object(traversal->name_space, traversal->path,
                                                traversal->klass, &binding);
    g_autofree char *name = NULL;

    if (object) {
        walk->klass = binding->klass;
        walk->start = cim_binding_path(binding, object, binding->name_space);
        return TRUE;
    }
    name = cim_path_print(traversal->path);
    g_set_error(error, CIM_ERROR, CIM_ERR_NOT_FOUND, "no instance '%s'", name);
    return FALSE;
}

gboolean
cim_traversal_references(const CimTraversal *traversal,
                         CimObjectVisit visit,
                         gpointer user_data,
                         GError **error)
{
    Walk walk = {.traversal = traversal, .visit = visit, .user_data = user_data};

    if (!find_start(&walk, error))
        return FALSE;
    visit_all(&walk);
    cim_path_free(walk.start);
    return TRUE;
}

static guint
hash_path(gconstpointer path)
{
    return cim_path_hash(path);
}

static gboolean
paths_equal(gconstpointer a, gconstpointer b)
{
    return cim_path_equal(a, b);
}

gboolean
cim_traversal_associators(const CimTraversal *traversal,
                          CimObjectVisit visit,
                          gpointer user_data,
                          GError **error)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(hash_path, paths_equal, (GDestroyNotify) cim_path_free, NULL);
    Walk walk = {.traversal = traversal, .visit = visit, .user_data = user_data, .seen = seen};

    if (!find_start(&walk, error))
        return FALSE;
    visit_all(&walk);
    cim_path_free(walk.start);
    return TRUE;
}

/* --- classes --------------------------------------------------------------------------------- */

typedef struct {
    const CimTraversal *traversal;
    CimClassVisit visit;
    gpointer user_data;
    GHashTable *seen; /* of CimClass */
} ClassWalk;

static void
visit_class(ClassWalk *walk, const CimClass *klass)
{
    if (klass && g_hash_table_add(walk->seen, (gpointer) klass))
        walk->visit(klass, walk->user_data);
}

static void
visit_end_classes(ClassWalk *walk, const CimClass *association, const CimProperty *start)
{
    const CimTraversal *traversal = walk->traversal;

    for (guint i = 0; i < association->n_properties; i++) {
        const CimProperty *end = &association->properties[i];
        const CimClass *klass;

        if (end == start || end->type != CIM_TYPE_REFERENCE ||
            !is_named(end, traversal->result_role))
            continue;
        klass = cim_registry_find_class(traversal->registry, end->class_name);
        if (klass && (!traversal->result || cim_class_is_a(klass, traversal->result->name)))
            visit_class(walk, klass);
    }
}

static void
visit_association_class(ClassWalk *walk, const CimClass *association, gboolean ends)
{
    const CimTraversal *traversal = walk->traversal;

    if (!association->is_association ||
        (traversal->association && !cim_class_is_a(association, traversal->association->name)))
        return;
    for (guint i = 0; i < association->n_properties; i++) {
        const CimProperty *property = &association->properties[i];

        if (!is_start_property(property, traversal->klass, traversal->role))
            continue;
        if (ends)
            visit_end_classes(walk, association, property);
        else
            visit_class(walk, association);
    }
}

static void
visit_classes(const CimTraversal *traversal, CimClassVisit visit, gpointer user_data, gboolean ends)
{
    const CimSchema *schema = cim_registry_schema(traversal->registry);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    ClassWalk walk = {traversal, visit, user_data, seen};

    for (guint i = 0; i < schema->n_classes; i++)
        visit_association_class(&walk, schema->classes[i], ends);
}

void
cim_traversal_reference_classes(const CimTraversal *traversal,
                                CimClassVisit visit,
                                gpointer user_data)
{
    visit_classes(traversal, visit, user_data, FALSE);
}

void
cim_traversal_associator_classes(const CimTraversal *traversal,
                                 CimClassVisit visit,
                                 gpointer user_data)
{
    visit_classes(traversal, visit, user_data, TRUE);
}
