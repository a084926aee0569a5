#include "cim/operation.h"

#include "cim/xml-write.h"

#define BIT(parameter) CIM_OPERATION_BIT(parameter)

/* clang-format off */
#define OPENING \
    (BIT(FILTER_QUERY_LANGUAGE) | BIT(FILTER_QUERY) | BIT(OPERATION_TIMEOUT) | BIT(CONTINUE_ON_ERROR) | BIT(MAX_OBJECT_COUNT))
#define PULLING (BIT(ENUMERATION_CONTEXT) | BIT(MAX_OBJECT_COUNT))

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
    { "Associators", cim_operation_associators,
      BIT(OBJECT_NAME) | BIT(ASSOC_CLASS) | BIT(RESULT_CLASS) | BIT(ROLE) | BIT(RESULT_ROLE) | BIT(INCLUDE_QUALIFIERS) |
      BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST), BIT(OBJECT_NAME) },
    { "AssociatorNames", cim_operation_associator_names,
      BIT(OBJECT_NAME) | BIT(ASSOC_CLASS) | BIT(RESULT_CLASS) | BIT(ROLE) | BIT(RESULT_ROLE), BIT(OBJECT_NAME) },
    { "References", cim_operation_references,
      BIT(OBJECT_NAME) | BIT(RESULT_CLASS) | BIT(ROLE) | BIT(INCLUDE_QUALIFIERS) | BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST),
      BIT(OBJECT_NAME) },
    { "ReferenceNames", cim_operation_reference_names,
      BIT(OBJECT_NAME) | BIT(RESULT_CLASS) | BIT(ROLE), BIT(OBJECT_NAME) },
    { "ExecQuery", cim_operation_exec_query,
      BIT(QUERY_LANGUAGE) | BIT(QUERY), BIT(QUERY_LANGUAGE) | BIT(QUERY) },
    { "GetProperty", cim_operation_get_property,
      BIT(INSTANCE_NAME) | BIT(PROPERTY_NAME), BIT(INSTANCE_NAME) | BIT(PROPERTY_NAME) },
    { "OpenEnumerateInstances", cim_operation_open_enumerate_instances,
      BIT(CLASS_NAME) | BIT(DEEP_INHERITANCE) | BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST) | OPENING,
      BIT(CLASS_NAME), BIT(DEEP_INHERITANCE) },
    { "OpenEnumerateInstancePaths", cim_operation_open_enumerate_instance_paths,
      BIT(CLASS_NAME) | OPENING, BIT(CLASS_NAME) },
    { "OpenAssociatorInstances", cim_operation_open_associator_instances,
      BIT(INSTANCE_NAME) | BIT(ASSOC_CLASS) | BIT(RESULT_CLASS) | BIT(ROLE) | BIT(RESULT_ROLE) | BIT(INCLUDE_CLASS_ORIGIN) |
      BIT(PROPERTY_LIST) | OPENING, BIT(INSTANCE_NAME) },
    { "OpenAssociatorInstancePaths", cim_operation_open_associator_instance_paths,
      BIT(INSTANCE_NAME) | BIT(ASSOC_CLASS) | BIT(RESULT_CLASS) | BIT(ROLE) | BIT(RESULT_ROLE) | OPENING, BIT(INSTANCE_NAME) },
    { "OpenReferenceInstances", cim_operation_open_reference_instances,
      BIT(INSTANCE_NAME) | BIT(RESULT_CLASS) | BIT(ROLE) | BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST) | OPENING,
      BIT(INSTANCE_NAME) },
    { "OpenReferenceInstancePaths", cim_operation_open_reference_instance_paths,
      BIT(INSTANCE_NAME) | BIT(RESULT_CLASS) | BIT(ROLE) | OPENING, BIT(INSTANCE_NAME) },
    { "OpenQueryInstances", cim_operation_open_query_instances,
      BIT(RETURN_QUERY_RESULT_CLASS) | OPENING, BIT(FILTER_QUERY_LANGUAGE) | BIT(FILTER_QUERY) },
    { "PullInstancesWithPath", cim_operation_pull_instances_with_path, PULLING, PULLING },
    { "PullInstancePaths", cim_operation_pull_instance_paths, PULLING, PULLING },
    { "PullInstances", cim_operation_pull_instances, PULLING, PULLING },
    { "CloseEnumeration", cim_operation_close_enumeration, BIT(ENUMERATION_CONTEXT), BIT(ENUMERATION_CONTEXT) },
    { "EnumerationCount", cim_operation_enumeration_count, BIT(ENUMERATION_CONTEXT), BIT(ENUMERATION_CONTEXT) },
    { "CreateInstance", cim_operation_create_instance, BIT(NEW_INSTANCE), BIT(NEW_INSTANCE) },
    { "ModifyInstance", cim_operation_modify_instance,
      BIT(MODIFIED_INSTANCE) | BIT(INCLUDE_QUALIFIERS) | BIT(PROPERTY_LIST), BIT(MODIFIED_INSTANCE) },
    { "SetProperty", cim_operation_set_property,
      BIT(INSTANCE_NAME) | BIT(PROPERTY_NAME) | BIT(NEW_VALUE), BIT(INSTANCE_NAME) | BIT(PROPERTY_NAME) },
    { "DeleteInstance", cim_operation_delete_instance, BIT(INSTANCE_NAME), BIT(INSTANCE_NAME) },
    { "GetClass", cim_operation_get_class,
      BIT(CLASS_NAME) | BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) | BIT(INCLUDE_CLASS_ORIGIN) | BIT(PROPERTY_LIST),
      BIT(CLASS_NAME), BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) },
    { "EnumerateClasses", cim_operation_enumerate_classes,
      BIT(CLASS_NAME) | BIT(DEEP_INHERITANCE) | BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) | BIT(INCLUDE_CLASS_ORIGIN),
      0, BIT(LOCAL_ONLY) | BIT(INCLUDE_QUALIFIERS) },
    { "EnumerateClassNames", cim_operation_enumerate_class_names,
      BIT(CLASS_NAME) | BIT(DEEP_INHERITANCE), 0 },
    { "GetQualifier", cim_operation_get_qualifier, BIT(QUALIFIER_NAME), BIT(QUALIFIER_NAME) },
    { "EnumerateQualifiers", cim_operation_enumerate_qualifiers, 0, 0 },
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

static void
run_intrinsic(CimOperation *operation)
{
    int index = find_operation(operation->request->method);
    g_autoptr(GError) error = NULL;

    if (index < 0) {
        cim_call_fail(operation->call, CIM_ERR_NOT_SUPPORTED, "no operation '%s'",
                      operation->request->method);
        return;
    }
    operation->flags = operations[index].defaults;
    if (cim_operation_read_parameters(operation, operations[index].accepts,
                                      operations[index].requires, &error))
        operations[index].run(operation);
    else
        cim_call_fail_gerror(operation->call, error);
}

void
cim_operation_run(CimCall *call,
                  CimRegistry *registry,
                  CimEnumerations *enumerations,
                  CimXmlReader *reader,
                  CimRequest *request)
{
    CimOperation operation = {
        .call = call,
        .registry = registry,
        .enumerations = enumerations,
        .reader = reader,
        .request = request,
    };

    operation.name_space = cim_registry_find_namespace(registry, request->name_space);
    if (!operation.name_space)
        cim_call_fail(call, CIM_ERR_INVALID_NAMESPACE, "no namespace '%s'", request->name_space);
    else if (request->is_extrinsic)
        cim_operation_invoke_method(&operation);
    else
        run_intrinsic(&operation);
    cim_operation_clear(&operation);
}

gpointer
cim_operation_find_or_fail(CimOperation *operation, const CimBinding **binding)
{
    gpointer object = cim_namespace_find_object(operation->name_space, operation->path,
                                                operation->klass, binding);
    g_autofree char *name = NULL;

    if (object)
        return object;
    name = cim_path_print(operation->path);
    cim_call_fail(operation->call, CIM_ERR_NOT_FOUND, "no instance '%s'", name);
    return NULL;
}

int
cim_operation_property_or_fail(CimOperation *operation, const CimClass *klass)
{
    const char *name = operation->texts[CIM_OPERATION_PROPERTY_NAME];
    int index = cim_class_find_property_index(klass, name);

    if (index < 0)
        cim_call_fail(operation->call, CIM_ERR_NO_SUCH_PROPERTY, "class '%s' has no property '%s'",
                      klass->name, name);
    return index;
}

typedef struct {
    const CimOperation *operation;
    CimObjectWriter *writer;
    GString *xml;
} Answer;

static gboolean
write_object(const CimBinding *binding, gconstpointer object, gpointer user_data)
{
    const Answer *answer = user_data;

    if (cim_operation_wants(answer->operation, binding, object))
        cim_object_writer_append(answer->writer, binding, object, answer->xml);
    return TRUE;
}

CimObjectWriter *
cim_operation_writer(const CimOperation *operation, CimObjectForm form)
{
    const CimObjectChoice choice = {
        .properties = (const char *const *) operation->properties,
        .shape = operation->shape,
        .with_origin = cim_operation_has(operation, CIM_OPERATION_INCLUDE_CLASS_ORIGIN),
    };

    return cim_object_writer_new(form, &choice);
}

void
cim_operation_answer(CimOperation *operation, CimOperationSource source, CimObjectForm form)
{
    g_autoptr(CimObjectWriter) writer = cim_operation_writer(operation, form);
    Answer answer = {operation, writer, cim_call_reply(operation->call)};
    g_autoptr(GError) error = NULL;

    cim_xml_append_literal(answer.xml, "<IRETURNVALUE>");
    if (!source(operation, write_object, &answer, &error)) {
        cim_call_fail_gerror(operation->call, error);
        return;
    }
    cim_xml_append_literal(answer.xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}
