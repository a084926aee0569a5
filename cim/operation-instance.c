#include "cim/operation.h"

#include "cim/xml-write.h"

/* Finds what operation->path names, or ends the call. */
static gpointer
find_or_fail(CimOperation *operation, const CimBinding **binding)
{
    gpointer object =
        cim_operation_find_object(operation, operation->path, operation->klass, binding);
    g_autofree char *name = NULL;

    if (object)
        return object;
    name = cim_path_print(operation->path);
    cim_call_fail(operation->call, CIM_ERR_NOT_FOUND, "no instance '%s'", name);
    return NULL;
}

void
cim_operation_get_instance(CimOperation *operation)
{
    GString *xml = cim_call_reply(operation->call);
    const CimBinding *binding;
    gpointer object = find_or_fail(operation, &binding);
    g_auto(CimSelection) selection = {0};

    if (!object)
        return;
    cim_selection_init(&selection, binding->klass, (const char *const *) operation->properties,
                       NULL, cim_operation_has(operation, CIM_OPERATION_INCLUDE_CLASS_ORIGIN));
    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    cim_binding_append_instance(binding, object, &selection, xml);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}

typedef struct {
    GString *xml;
    const CimBinding *binding;
    CimSelection selection;
} Walk;

static gboolean
visit_instance(gconstpointer object, gpointer visit_data)
{
    const Walk *walk = visit_data;

    cim_xml_append_literal(walk->xml, "<VALUE.NAMEDINSTANCE>");
    cim_binding_append_name(walk->binding, object, walk->xml);
    cim_binding_append_instance(walk->binding, object, &walk->selection, walk->xml);
    cim_xml_append_literal(walk->xml, "</VALUE.NAMEDINSTANCE>");
    return TRUE;
}

static gboolean
visit_name(gconstpointer object, gpointer visit_data)
{
    const Walk *walk = visit_data;

    cim_binding_append_name(walk->binding, object, walk->xml);
    return TRUE;
}

/* Instances of subclasses always count; DeepInheritance decides whether they show what the named
 * class does not have. */
static void
enumerate(CimOperation *operation, CimVisit visit)
{
    GString *xml = cim_call_reply(operation->call);
    const GPtrArray *bindings = cim_namespace_bindings(operation->name_space, operation->klass);
    gboolean deep = cim_operation_has(operation, CIM_OPERATION_DEEP_INHERITANCE);

    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    for (guint i = 0; i < bindings->len; i++) {
        const CimBinding *binding = g_ptr_array_index(bindings, i);
        Walk walk = {.xml = xml, .binding = binding};

        cim_selection_init(&walk.selection, binding->klass,
                           (const char *const *) operation->properties,
                           deep ? NULL : operation->klass,
                           cim_operation_has(operation, CIM_OPERATION_INCLUDE_CLASS_ORIGIN));
        binding->provider->enumerate(binding->provider_data, visit, &walk);
        cim_selection_clear(&walk.selection);
    }
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}

void
cim_operation_enumerate_instances(CimOperation *operation)
{
    enumerate(operation, visit_instance);
}

void
cim_operation_enumerate_instance_names(CimOperation *operation)
{
    enumerate(operation, visit_name);
}

/* Modifying and deleting */

static gboolean
is_listed(const char *name, char **names)
{
    for (; names && *names; names++)
        if (g_ascii_strcasecmp(name, *names) == 0)
            return TRUE;
    return names == NULL;
}

/* A client may send back all that it got: what it leaves as it is needs no right to write. */
static gboolean
is_unchanged(const CimBinding *binding, gpointer object, const CimInstanceProperty *property)
{
    int index = cim_class_find_property_index(binding->klass, property->name);
    CimValue now;
    gboolean same;

    if (index < 0)
        return FALSE;
    cim_binding_get(binding, object, index, &now);
    same = cim_value_equal(&now, &property->value);
    cim_value_clear(&now);
    return same;
}

/* The properties of operation->instance that are to be written, or NULL. */
static CimInstance *
select_changes(CimOperation *operation, const CimBinding *binding, gpointer object, GError **error)
{
    g_autoptr(CimInstance) changes = cim_instance_new(binding->klass->name);

    for (guint i = 0; i < operation->instance->n_properties; i++) {
        CimInstanceProperty *property = &operation->instance->properties[i];
        const CimProperty *declared = cim_class_find_property(binding->klass, property->name);

        if (!is_listed(property->name, operation->properties))
            continue;
        if (declared->flags & CIM_PROPERTY_WRITE) {
            CimValue copy;

            cim_value_copy(&property->value, &copy);
            cim_instance_take(changes, declared->name, &copy);
        } else if (!is_unchanged(binding, object, property)) {
            g_set_error(error, CIM_ERROR, CIM_ERR_NOT_SUPPORTED,
                        "property '%s' of class '%s' cannot be written", declared->name,
                        binding->klass->name);
            return NULL;
        }
    }
    return g_steal_pointer(&changes);
}

/* The client may send what it knows as a superclass's instance. */
static gboolean
check_modified(CimOperation *operation, const CimBinding *binding, GError **error)
{
    CimInstance *instance = operation->instance;
    const CimClass *klass = cim_registry_find_class(operation->registry, instance->class_name);

    if (klass && cim_class_is_a(binding->klass, klass->name))
        return cim_instance_check(instance, klass, error);
    g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_CLASS, "an instance of '%s' is no '%s'",
                binding->klass->name, instance->class_name);
    return FALSE;
}

void
cim_operation_modify_instance(CimOperation *operation)
{
    const CimBinding *binding;
    gpointer object = find_or_fail(operation, &binding);
    g_autoptr(GError) error = NULL;
    CimInstance *changes;

    if (!object)
        return;
    if (!binding->provider->modify) {
        cim_call_fail(operation->call, CIM_ERR_NOT_SUPPORTED,
                      "instances of class '%s' cannot be modified", binding->klass->name);
        return;
    }
    changes = check_modified(operation, binding, &error)
                  ? select_changes(operation, binding, object, &error)
                  : NULL;
    if (!changes) {
        cim_call_fail_gerror(operation->call, error);
        return;
    }
    cim_call_take_path(operation->call, g_steal_pointer(&operation->path));
    cim_call_take_changes(operation->call, changes);
    binding->provider->modify(operation->call, object, changes, binding->provider_data);
}

void
cim_operation_delete_instance(CimOperation *operation)
{
    const CimBinding *binding;
    gpointer object = find_or_fail(operation, &binding);

    if (!object)
        return;
    if (!binding->provider->remove) {
        cim_call_fail(operation->call, CIM_ERR_NOT_SUPPORTED,
                      "instances of class '%s' cannot be deleted", binding->klass->name);
        return;
    }
    cim_call_take_path(operation->call, g_steal_pointer(&operation->path));
    binding->provider->remove(operation->call, object, binding->provider_data);
}
