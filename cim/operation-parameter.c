#include "cim/operation.h"

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
static const char *
class_name_in(const CimValue *value)
{
    if (value->is_array)
        return NULL;
    if (value->type == CIM_TYPE_STRING)
        return value->string;
    return value->type == CIM_TYPE_REFERENCE && value->reference->n_keys == 0
               ? value->reference->class_name
               : NULL;
}

/* Readers: @parameter says which of those that share one it is. */

static gboolean
read_class_name(CimOperation *operation,
                CimOperationParameter parameter,
                CimValue *value,
                GError **error)
{
    const char *name = class_name_in(value);

    if (!name)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no class name in", "ClassName");
    return find_class(operation, name, error);
}

static gboolean
check_path(CimOperation *operation, CimPath *path, GError **error)
{
    return path->class_name && find_class(operation, path->class_name, error) &&
           cim_path_check(path, operation->klass, error);
}

static gboolean
read_instance_name(CimOperation *operation,
                   CimOperationParameter parameter,
                   CimValue *value,
                   GError **error)
{
    if (!cim_xml_convert(operation->reader, value, CIM_TYPE_REFERENCE, FALSE, error))
        return FALSE;
    if (value->is_null)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "nothing", "that names an instance");
    operation->path = cim_path_copy(value->reference);
    return check_path(operation, operation->path, error);
}

/* An instance, or a class. */
static gboolean
read_object_name(CimOperation *operation,
                 CimOperationParameter parameter,
                 CimValue *value,
                 GError **error)
{
    const char *class_name = value->type == CIM_TYPE_REFERENCE ? class_name_in(value) : NULL;

    if (class_name)
        return find_class(operation, class_name, error);
    return read_instance_name(operation, parameter, value, error);
}

/* A class that results are chosen by: one that there is not is a wrong parameter. */
static gboolean
read_filter_class(CimOperation *operation,
                  CimOperationParameter parameter,
                  CimValue *value,
                  GError **error)
{
    const char *name = class_name_in(value);
    const CimClass *klass = name ? cim_registry_find_class(operation->registry, name) : NULL;

    if (!klass)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no class", name ? name : "");
    if (parameter == CIM_OPERATION_ASSOC_CLASS)
        operation->association = klass;
    else
        operation->result = klass;
    return TRUE;
}

static gboolean
read_modified_instance(CimOperation *operation,
                       CimOperationParameter parameter,
                       CimValue *value,
                       GError **error)
{
    if (value->type != CIM_TYPE_INSTANCE || value->is_array || !value->instance->path)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no named instance in", "ModifiedInstance");
    operation->instance = cim_instance_copy(value->instance);
    operation->path = cim_path_copy(value->instance->path);
    return check_path(operation, operation->path, error);
}

static gboolean
read_new_instance(CimOperation *operation,
                  CimOperationParameter parameter,
                  CimValue *value,
                  GError **error)
{
    if (value->type != CIM_TYPE_INSTANCE || value->is_array)
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "no instance in", "NewInstance");
    operation->instance = cim_instance_copy(value->instance);
    return find_class(operation, operation->instance->class_name, error);
}

static gboolean
read_boolean(CimOperation *operation,
             CimOperationParameter parameter,
             CimValue *value,
             GError **error)
{
    if (!cim_xml_convert(operation->reader, value, CIM_TYPE_BOOLEAN, FALSE, error))
        return FALSE;
    if (cim_value_get_boolean(value, FALSE))
        operation->flags |= 1u << parameter;
    else
        operation->flags &= ~(1u << parameter);
    return TRUE;
}

static gboolean
read_text(CimOperation *operation, CimOperationParameter parameter, CimValue *value, GError **error)
{
    if (!cim_xml_convert(operation->reader, value, CIM_TYPE_STRING, FALSE, error))
        return FALSE;
    operation->texts[parameter] = g_strdup(cim_value_get_string(value));
    return TRUE;
}

static gboolean
read_number(CimOperation *operation,
            CimOperationParameter parameter,
            CimValue *value,
            GError **error)
{
    if (!cim_xml_convert(operation->reader, value, CIM_TYPE_UINT32, FALSE, error))
        return FALSE;
    operation->numbers[parameter] = cim_value_get_uint(value, 0);
    return TRUE;
}

/* Its type is known when the property is. */
static gboolean
read_value(CimOperation *operation,
           CimOperationParameter parameter,
           CimValue *value,
           GError **error)
{
    operation->value = *value;
    *value = (CimValue){0};
    return TRUE;
}

static gboolean
read_property_list(CimOperation *operation,
                   CimOperationParameter parameter,
                   CimValue *value,
                   GError **error)
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
    gboolean (*read)(CimOperation *operation, CimOperationParameter parameter, CimValue *value, GError **error);
} parameters[] = {
    [CIM_OPERATION_CLASS_NAME]           = { "ClassName", read_class_name },
    [CIM_OPERATION_INSTANCE_NAME]        = { "InstanceName", read_instance_name },
    [CIM_OPERATION_MODIFIED_INSTANCE]    = { "ModifiedInstance", read_modified_instance },
    [CIM_OPERATION_NEW_INSTANCE]         = { "NewInstance", read_new_instance },
    [CIM_OPERATION_LOCAL_ONLY]           = { "LocalOnly", read_boolean },
    [CIM_OPERATION_DEEP_INHERITANCE]     = { "DeepInheritance", read_boolean },
    [CIM_OPERATION_INCLUDE_QUALIFIERS]   = { "IncludeQualifiers", read_boolean },
    [CIM_OPERATION_INCLUDE_CLASS_ORIGIN] = { "IncludeClassOrigin", read_boolean },
    [CIM_OPERATION_PROPERTY_LIST]        = { "PropertyList", read_property_list },
    [CIM_OPERATION_PROPERTY_NAME]        = { "PropertyName", read_text },
    [CIM_OPERATION_NEW_VALUE]            = { "NewValue", read_value },
    [CIM_OPERATION_QUALIFIER_NAME]       = { "QualifierName", read_text },
    [CIM_OPERATION_OBJECT_NAME]          = { "ObjectName", read_object_name },
    [CIM_OPERATION_ASSOC_CLASS]          = { "AssocClass", read_filter_class },
    [CIM_OPERATION_RESULT_CLASS]         = { "ResultClass", read_filter_class },
    [CIM_OPERATION_ROLE]                 = { "Role", read_text },
    [CIM_OPERATION_RESULT_ROLE]          = { "ResultRole", read_text },
    [CIM_OPERATION_FILTER_QUERY_LANGUAGE] = { "FilterQueryLanguage", read_text },
    [CIM_OPERATION_FILTER_QUERY]         = { "FilterQuery", read_text },
    [CIM_OPERATION_OPERATION_TIMEOUT]    = { "OperationTimeout", read_number },
    [CIM_OPERATION_CONTINUE_ON_ERROR]    = { "ContinueOnError", read_boolean },
    [CIM_OPERATION_MAX_OBJECT_COUNT]     = { "MaxObjectCount", read_number },
    [CIM_OPERATION_QUERY_LANGUAGE]       = { "QueryLanguage", read_text },
    [CIM_OPERATION_QUERY]                = { "Query", read_text },
    [CIM_OPERATION_RETURN_QUERY_RESULT_CLASS] = { "ReturnQueryResultClass", read_boolean },
    [CIM_OPERATION_ENUMERATION_CONTEXT]  = { "EnumerationContext", read_text },
};
/* clang-format on */

static int
find_parameter(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(parameters); i++)
        if (g_ascii_strcasecmp(parameters[i].name, name) == 0)
            return i;
    return -1;
}

static gboolean
read_argument(CimOperation *operation, CimRequestArgument *argument, guint accepts, GError **error)
{
    int parameter = find_parameter(argument->name);

    if (parameter < 0 || !(accepts & (1u << parameter)))
        return refuse(error, CIM_ERR_INVALID_PARAMETER, "unknown parameter", argument->name);
    if (argument->value.is_null)
        return TRUE;
    operation->given |= 1u << parameter;
    if (parameters[parameter].read(operation, parameter, &argument->value, error))
        return TRUE;
    g_prefix_error(error, "%s: ", parameters[parameter].name);
    return FALSE;
}

static gboolean
check_required(guint missing, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(parameters); i++)
        if (missing & (1u << i))
            return refuse(error, CIM_ERR_INVALID_PARAMETER, "missing parameter",
                          parameters[i].name);
    return TRUE;
}

gboolean
cim_operation_read_parameters(CimOperation *operation,
                              guint accepts,
                              guint requires,
                              GError **error)
{
    GArray *arguments = operation->request->arguments;

    for (guint i = 0; i < arguments->len; i++)
        if (!read_argument(operation, &g_array_index(arguments, CimRequestArgument, i), accepts,
                           error))
            return FALSE;
    return check_required(requires & ~operation->given, error);
}

void
cim_operation_clear(CimOperation *operation)
{
    cim_path_free(operation->path);
    cim_instance_free(operation->instance);
    cim_query_free(operation->query);
    cim_value_clear(&operation->value);
    g_strfreev(operation->properties);
    for (guint i = 0; i < CIM_OPERATION_PARAMETERS; i++)
        g_free(operation->texts[i]);
}
