#include "cim/operation.h"

static gboolean
refuse(GError **error, CimErrorCode code, const char *what, const char *name)
{
    g_set_error(error, CIM_ERROR, code, "%s '%s'", what, name);
    return FALSE;
}

/* An embedded instance is of the declared class or a subclass of it. */
static gboolean
check_embedded(CimOperation *operation,
               CimInstance *instance,
               const CimParameter *parameter,
               GError **error)
{
    const CimClass *klass = cim_registry_find_class(operation->registry, instance->class_name);

    if (!parameter->class_name && !klass)
        return TRUE;
    if (!klass || (parameter->class_name && !cim_class_is_a(klass, parameter->class_name)))
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no place for an instance of class",
                      instance->class_name);
    return cim_instance_check(instance, klass, error);
}

static gboolean
check_instances(CimOperation *operation,
                CimValue *value,
                const CimParameter *parameter,
                GError **error)
{
    if (parameter->type != CIM_TYPE_INSTANCE || value->is_null)
        return TRUE;
    if (!value->is_array)
        return check_embedded(operation, (CimInstance *) value->instance, parameter, error);
    for (guint i = 0; i < value->array.n; i++) {
        CimValue *element = &value->array.elements[i];

        if (!element->is_null &&
            !check_embedded(operation, (CimInstance *) element->instance, parameter, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_argument(CimOperation *operation,
              const CimMethod *method,
              CimRequestArgument *argument,
              GError **error)
{
    const CimParameter *parameter = cim_method_find_parameter(method, argument->name);
    CimValue *place;

    if (!parameter || !parameter->is_in)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no in parameter", argument->name);
    place = cim_call_argument(operation->call, parameter - method->parameters);
    *place = argument->value;
    argument->value = (CimValue){0};
    if (cim_xml_convert(operation->reader, place, parameter->type, parameter->is_array, error) &&
        check_instances(operation, place, parameter, error))
        return TRUE;
    g_prefix_error(error, "parameter '%s': ", parameter->name);
    return FALSE;
}

static gboolean
read_arguments(CimOperation *operation, const CimMethod *method, GError **error)
{
    GArray *arguments = operation->request->arguments;

    cim_call_set_method(operation->call, method);
    for (guint i = 0; i < arguments->len; i++)
        if (!read_argument(operation, method, &g_array_index(arguments, CimRequestArgument, i),
                           error))
            return FALSE;
    return TRUE;
}

/* A path without keys names a class, or the only instance of a class without keys. */
static gboolean
names_class(const CimOperation *operation)
{
    return operation->path->n_keys == 0 && operation->klass->n_keys > 0;
}

/* The class and method that the path names; the keys checked. */
static const CimMethod *
find_method(CimOperation *operation, GError **error)
{
    const char *class_name = operation->path ? operation->path->class_name : NULL;
    const CimMethod *method;

    operation->klass = class_name ? cim_registry_find_class(operation->registry, class_name) : NULL;
    if (!operation->klass) {
        refuse(error, CIM_ERR_INVALID_CLASS, "no class", class_name ? class_name : "");
        return NULL;
    }
    method = cim_class_find_method(operation->klass, operation->request->method);
    if (!method) {
        g_set_error(error, CIM_ERROR, CIM_ERR_METHOD_NOT_FOUND, "class '%s' has no method '%s'",
                    operation->klass->name, operation->request->method);
        return NULL;
    }
    if (names_class(operation) && !method->is_static) {
        refuse(error, CIM_ERR_INVALID_PARAMETER, "an instance is needed to call", method->name);
        return NULL;
    }
    if (!names_class(operation) && !cim_path_check(operation->path, operation->klass, error))
        return NULL;
    return method;
}

/* For a static method: the first provider of the class that carries it out. */
static const CimBinding *
find_static(const CimOperation *operation, const char *method)
{
    const GPtrArray *bindings = cim_namespace_bindings(operation->name_space, operation->klass);

    for (guint i = 0; i < bindings->len; i++)
        if (cim_binding_find_method(g_ptr_array_index(bindings, i), method))
            return g_ptr_array_index(bindings, i);
    return NULL;
}

static gboolean
find_receiver(CimOperation *operation,
              const CimMethod *method,
              const CimBinding **binding,
              gpointer *object,
              GError **error)
{
    g_autofree char *name = NULL;

    *object = NULL;
    if (names_class(operation)) {
        *binding = find_static(operation, method->name);
        return TRUE;
    }
    *object = cim_namespace_find_object(operation->name_space, operation->path, operation->klass,
                                        binding);
    if (*object)
        return TRUE;
    name = cim_path_print(operation->path);
    return refuse(error, CIM_ERR_NOT_FOUND, "no instance", name);
}

void
cim_operation_invoke_method(CimOperation *operation)
{
    g_autoptr(GError) error = NULL;
    const CimBinding *binding = NULL;
    const CimMethodRow *row;
    const CimMethod *method;
    gpointer object;

    operation->path = g_steal_pointer(&operation->request->path);
    method = find_method(operation, &error);
    if (!method || !find_receiver(operation, method, &binding, &object, &error) ||
        !read_arguments(operation, method, &error)) {
        cim_call_fail_gerror(operation->call, error);
        return;
    }
    row = binding ? cim_binding_find_method(binding, method->name) : NULL;
    if (!row) {
        cim_call_fail(operation->call, CIM_ERR_METHOD_NOT_AVAILABLE,
                      "method '%s' of class '%s' is not carried out here", method->name,
                      operation->klass->name);
        return;
    }
    cim_call_take_path(operation->call, g_steal_pointer(&operation->path));
    if (cim_call_require(operation->call, row->access, row->denied))
        row->invoke(operation->call, object, binding->provider_data);
}
