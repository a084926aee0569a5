#include "cim/operation.h"

#include <string.h>

/* Modifying */

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

/* PropertyList may name only what there is (DSP0200 5.3.2.7). */
static gboolean
check_list(const CimOperation *operation, const CimBinding *binding, GError **error)
{
    for (char **name = operation->properties; name && *name; name++) {
        if (cim_class_find_property(binding->klass, *name))
            continue;
        g_set_error(error, CIM_ERROR, CIM_ERR_NO_SUCH_PROPERTY,
                    "PropertyList: class '%s' has no property '%s'", binding->klass->name, *name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
can_modify(CimOperation *operation, const CimBinding *binding)
{
    if (!binding->provider->modify)
        cim_call_fail(operation->call, CIM_ERR_NOT_SUPPORTED,
                      "instances of class '%s' cannot be modified", binding->klass->name);
    return binding->provider->modify != NULL;
}

/* Hands what is to be written in operation->instance to the provider, which ends the call. */
static void
modify(CimOperation *operation, const CimBinding *binding, gpointer object)
{
    g_autoptr(GError) error = NULL;
    CimInstance *changes =
        check_list(operation, binding, &error) && check_modified(operation, binding, &error)
            ? select_changes(operation, binding, object, &error)
            : NULL;

    if (!changes) {
        cim_call_fail_gerror(operation->call, error);
        return;
    }
    cim_call_take_path(operation->call, g_steal_pointer(&operation->path));
    cim_call_take_changes(operation->call, changes);
    if (!cim_call_require(operation->call, binding->provider->change_access, 0))
        return;
    binding->provider->modify(operation->call, object, changes, binding->provider_data);
}

void
cim_operation_modify_instance(CimOperation *operation)
{
    const CimBinding *binding;
    gpointer object = cim_operation_find_or_fail(operation, &binding);

    if (object && can_modify(operation, binding))
        modify(operation, binding, object);
}

void
cim_operation_set_property(CimOperation *operation)
{
    const CimBinding *binding;
    gpointer object = cim_operation_find_or_fail(operation, &binding);
    int index = object ? cim_operation_property_or_fail(operation, binding->klass) : -1;
    g_autoptr(GError) error = NULL;
    const CimProperty *property;

    if (index < 0 || !can_modify(operation, binding))
        return;
    property = &binding->klass->properties[index];
    if (operation->given & CIM_OPERATION_BIT(NEW_VALUE)) {
        if (!cim_xml_convert(operation->reader, &operation->value, property->type,
                             property->is_array, &error)) {
            g_prefix_error(&error, "property '%s': ", property->name);
            cim_call_fail_gerror(operation->call, error);
            return;
        }
    } else {
        cim_value_init(&operation->value, property->type, property->is_array);
    }
    operation->instance = cim_instance_new(binding->klass->name);
    cim_instance_take(operation->instance, property->name, &operation->value);
    modify(operation, binding, object);
}

void
cim_operation_delete_instance(CimOperation *operation)
{
    const CimBinding *binding;
    gpointer object = cim_operation_find_or_fail(operation, &binding);

    if (!object)
        return;
    if (!binding->provider->remove) {
        cim_call_fail(operation->call, CIM_ERR_NOT_SUPPORTED,
                      "instances of class '%s' cannot be deleted", binding->klass->name);
        return;
    }
    cim_call_take_path(operation->call, g_steal_pointer(&operation->path));
    if (!cim_call_require(operation->call, binding->provider->change_access, 0))
        return;
    binding->provider->remove(operation->call, object, binding->provider_data);
}

/* Creating */

/* Only the class's own provider can make one: those of subclasses make something else. */
static const CimBinding *
find_creator(const CimOperation *operation)
{
    const GPtrArray *bindings = cim_namespace_bindings(operation->name_space, operation->klass);

    for (guint i = 0; i < bindings->len; i++) {
        const CimBinding *binding = g_ptr_array_index(bindings, i);

        if (binding->klass == operation->klass && binding->provider->create)
            return binding;
    }
    return NULL;
}

static void
fill_defaults(CimInstance *instance, const CimClass *klass)
{
    for (guint i = 0; i < klass->n_properties; i++) {
        const CimProperty *property = &klass->properties[i];
        CimValue value;

        if (!property->default_value || cim_instance_find(instance, property->name))
            continue;
        cim_value_init(&value, property->type, FALSE);
        cim_value_parse(&value, property->default_value, strlen(property->default_value), NULL);
        cim_instance_take(instance, property->name, &value);
    }
}

void
cim_operation_create_instance(CimOperation *operation)
{
    const CimBinding *binding = find_creator(operation);
    CimInstance *instance = operation->instance;
    g_autoptr(GError) error = NULL;

    if (!cim_instance_check(instance, operation->klass, &error)) {
        cim_call_fail_gerror(operation->call, error);
        return;
    }
    if (!binding) {
        cim_call_fail(operation->call, CIM_ERR_NOT_SUPPORTED,
                      "instances of class '%s' cannot be created", operation->klass->name);
        return;
    }
    fill_defaults(instance, operation->klass);
    cim_call_take_changes(operation->call, g_steal_pointer(&operation->instance));
    if (!cim_call_require(operation->call, binding->provider->change_access, 0))
        return;
    binding->provider->create(operation->call, instance, binding->provider_data);
}
