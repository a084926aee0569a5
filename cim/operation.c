#include "cim/operation.h"

#include <string.h>

#define BIT(parameter) (1u << CIM_OPERATION_##parameter)

/* Parameters */

static gboolean
refuse(GError **error, CimErrorCode code, const char *what, const char *name)
{
    g_set_error(error, CIM_ERROR, code, "%s '%s'", what, name);
    return FALSE;
}

static gboolean
find_class(CimOperation *operation, const char *name, GError **error)
{
    operation->klass = cim_registry_find_class(operation->registry, name);
    return operation->klass || refuse(error, CIM_ERR_INVALID_CLASS, "no class", name);
}

/* CLASSNAME as it should be, or its text. */
static gboolean
read_class_name(CimOperation *operation, guint flag, CimValue *value, GError **error)
{
    if (value->type == CIM_TYPE_STRING && !value->is_array)
        return find_class(operation, value->string, error);
    if (value->type != CIM_TYPE_REFERENCE || value->is_array || value->reference->n_keys > 0)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no class name in", "ClassName");
    return find_class(operation, value->reference->class_name, error);
}

static gboolean
check_path(CimOperation *operation, CimPath *path, GError **error)
{
    return path->class_name && find_class(operation, path->class_name, error) &&
           cim_path_check(path, operation->klass, error);
}

static gboolean
read_instance_name(CimOperation *operation, guint flag, CimValue *value, GError **error)
{
    if (!cim_xml_convert(operation->reader, value, CIM_TYPE_REFERENCE, FALSE, error))
        return FALSE;
    if (value->is_null)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "nothing in", "InstanceName");
    operation->path = cim_path_copy(value->reference);
    return check_path(operation, operation->path, error);
}

static gboolean
read_modified_instance(CimOperation *operation, guint flag, CimValue *value, GError **error)
{
    if (value->type != CIM_TYPE_INSTANCE || value->is_array || !value->instance->path)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no named instance in", "ModifiedInstance");
    operation->instance = cim_instance_copy(value->instance);
    operation->path = cim_path_copy(value->instance->path);
    return check_path(operation, operation->path, error);
}

static gboolean
read_boolean(CimOperation *operation, guint flag, CimValue *value, GError **error)
{
    if (!cim_xml_convert(operation->reader, value, CIM_TYPE_BOOLEAN, FALSE, error))
        return FALSE;
    if (cim_value_get_boolean(value, FALSE))
        operation->flags |= flag;
    else
        operation->flags &= ~flag;
    return TRUE;
}

static gboolean
read_property_list(CimOperation *operation, guint flag, CimValue *value, GError **error)
{
    if (!cim_xml_convert(operation->reader, value, CIM_TYPE_STRING, TRUE, error))
        return FALSE;
    operation->properties = g_new0(char *, value->array.n + 1);
    for (guint i = 0; i < value->array.n; i++) {
        const char *name = cim_value_get_string(&value->array.elements[i]);

        operation->properties[i] = g_strdup(name ? name : "");
    }
    return TRUE;
}

/* clang-format off */
static const struct {
    const char *name;
    gboolean (*read)(CimOperation *operation, guint flag, CimValue *value, GError **error);
} parameters[] = {
    [CIM_OPERATION_CLASS_NAME]           = { "ClassName", read_class_name },
    [CIM_OPERATION_INSTANCE_NAME]        = { "InstanceName", read_instance_name },
    [CIM_OPERATION_MODIFIED_INSTANCE]    = { "ModifiedInstance", read_modified_instance },
    [CIM_OPERATION_LOCAL_ONLY]           = { "LocalOnly", read_boolean },
    [CIM_OPERATION_DEEP_INHERITANCE]     = { "DeepInheritance", read_boolean },
    [CIM_OPERATION_INCLUDE_QUALIFIERS]   = { "IncludeQualifiers", read_boolean },
    [CIM_OPERATION_INCLUDE_CLASS_ORIGIN] = { "IncludeClassOrigin", read_boolean },
    [CIM_OPERATION_PROPERTY_LIST]        = { "PropertyList", read_property_list },
};

/* Booleans in @defaults are TRUE when they are not given (DSP0200 5.3.2). */
static const struct {
    const char *name;
    void (*run)(CimOperation *operation);
    guint accepts;
    guint requires;
    guint defaults;
} operations[] = {
    { "GetInstance", cim_operation_get_instance,
      BIT(INSTANCE_NAME) | BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) | BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST),
      BIT(INSTANCE_NAME) },
    { "EnumerateInstances", cim_operation_enumerate_instances,
      BIT(CLASS_NAME) | BIT(LOCAL_ONLY) | BIT(DEEP_INHERITANCE) | BIT(INCLUDE_QUALIFIERS) | BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST),
      BIT(CLASS_NAME), BIT(DEEP_INHERITANCE) },
    { "EnumerateInstanceNames", cim_operation_enumerate_instance_names,
      BIT(CLASS_NAME), BIT(CLASS_NAME) },
    { "ModifyInstance", cim_operation_modify_instance,
      BIT(MODIFIED_INSTANCE) | BIT(INCLUDE_QUALIFIERS) | BIT(PROPERTY_LIST), BIT(MODIFIED_INSTANCE) },
    { "DeleteInstance", cim_operation_delete_instance, BIT(INSTANCE_NAME), BIT(INSTANCE_NAME) },
    { "GetClass", cim_operation_get_class,
      BIT(CLASS_NAME) | BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) | BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST),
      BIT(CLASS_NAME), BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) },
    { "EnumerateClasses", cim_operation_enumerate_classes,
      BIT(CLASS_NAME) | BIT(DEEP_INHERITANCE) | BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) | BIT(INCLUDE_CLASS_ORIGIN),
      0, BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) },
    { "EnumerateClassNames", cim_operation_enumerate_class_names,
      BIT(CLASS_NAME) | BIT(DEEP_INHERITANCE), 0 },
};
/* clang-format on */

static int
find_operation(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(operations); i++)
        if (g_ascii_strcasecmp(operations[i].name, name) == 0)
            return i;
    return -1;
}

static int
find_parameter(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(parameters); i++)
        if (g_ascii_strcasecmp(parameters[i].name, name) == 0)
            return i;
    return -1;
}

static gboolean
read_parameters(CimOperation *operation, guint accepts, guint *given, GError **error)
{
    GArray *arguments = operation->request->arguments;

    for (guint i = 0; i < arguments->len; i++) {
        CimRequestArgument *argument = &g_array_index(arguments, CimRequestArgument, i);
        int parameter = find_parameter(argument->name);

        if (parameter < 0 || !(accepts & (1u << parameter)))
            return refuse(error, CIM_ERR_INVALID_PARAMETER, "unknown parameter", argument->name);
        if (argument->value.is_null)
            continue;
        if (!parameters[parameter].read(operation, 1u << parameter, &argument->value, error)) {
            g_prefix_error(error, "%s: ", parameters[parameter].name);
            return FALSE;
        }
        *given |= 1u << parameter;
    }
    return TRUE;
}

static gboolean
check_required(guint requires, guint given, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(parameters); i++)
        if (requires & ~given & (1u << i))
            return refuse(error, CIM_ERR_INVALID_PARAMETER, "missing parameter",
                          parameters[i].name);
    return TRUE;
}

static void
run_intrinsic(CimOperation *operation)
{
    int index = find_operation(operation->request->method);
    g_autoptr(GError) error = NULL;
    guint given = 0;

    if (index < 0) {
        cim_call_fail(operation->call, CIM_ERR_NOT_SUPPORTED, "no operation '%s'",
                      operation->request->method);
        return;
    }
    operation->flags = operations[index].defaults;
    if (!read_parameters(operation, operations[index].accepts, &given, &error) ||
        !check_required(operations[index].requires, given, &error)) {
        cim_call_fail_gerror(operation->call, error);
        return;
    }
    operations[index].run(operation);
}

static void
clear(CimOperation *operation)
{
    cim_path_free(operation->path);
    cim_instance_free(operation->instance);
    g_strfreev(operation->properties);
}

void
cim_operation_run(CimCall *call, CimRegistry *registry, CimXmlReader *reader, CimRequest *request)
{
    CimOperation operation = {
        .call = call, .registry = registry, .reader = reader, .request = request};

    operation.name_space = cim_registry_find_namespace(registry, request->name_space);
    if (!operation.name_space)
        cim_call_fail(call, CIM_ERR_INVALID_NAMESPACE, "no namespace '%s'", request->name_space);
    else if (request->is_extrinsic)
        cim_operation_invoke_method(&operation);
    else
        run_intrinsic(&operation);
    clear(&operation);
}

gpointer
cim_operation_find_object(const CimOperation *operation,
                          const CimPath *path,
                          const CimClass *klass,
                          const CimBinding **binding)
{
    const GPtrArray *bindings = cim_namespace_bindings(operation->name_space, klass);

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
