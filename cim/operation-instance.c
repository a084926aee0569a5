#include "cim/operation.h"

#include "cim/xml-write.h"

void
cim_operation_get_instance(CimOperation *operation)
{
    GString *xml = cim_call_reply(operation->call);
    const CimBinding *binding;
    gpointer object = cim_operation_find_or_fail(operation, &binding);
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

/* A NULL is an IRETURNVALUE without content. */
void
cim_operation_get_property(CimOperation *operation)
{
    GString *xml = cim_call_reply(operation->call);
    const CimBinding *binding;
    gpointer object = cim_operation_find_or_fail(operation, &binding);
    int index = object ? cim_operation_property_or_fail(operation, binding->klass) : -1;
    g_auto(CimValue) value = {0};

    if (index < 0)
        return;
    cim_binding_get(binding, object, index, &value);
    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    cim_xml_append_value(xml, &value);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}

typedef struct {
    CimObjectVisit visit;
    gpointer user_data;
    const CimBinding *binding;
    gboolean stopped;
} Walk;

static gboolean
visit_object(gconstpointer object, gpointer visit_data)
{
    Walk *walk = visit_data;

    walk->stopped = !walk->visit(walk->binding, object, walk->user_data);
    return !walk->stopped;
}

gboolean
cim_operation_each_instance(CimOperation *operation,
                            CimObjectVisit visit,
                            gpointer user_data,
                            GError **error)
{
    const GPtrArray *bindings = cim_namespace_bindings(operation->name_space, operation->klass);
    Walk walk = {.visit = visit, .user_data = user_data};

    for (guint i = 0; i < bindings->len && !walk.stopped; i++) {
        walk.binding = g_ptr_array_index(bindings, i);
        walk.binding->provider->enumerate(walk.binding->provider_data, visit_object, &walk);
    }
    return TRUE;
}

/* Instances of subclasses always count; DeepInheritance decides whether they show what the named
 * class does not have. */
void
cim_operation_enumerate_instances(CimOperation *operation)
{
    if (!cim_operation_has(operation, CIM_OPERATION_DEEP_INHERITANCE))
        operation->shape = operation->klass;
    cim_operation_answer(operation, cim_operation_each_instance, CIM_FORM_NAMED_INSTANCE);
}

void
cim_operation_enumerate_instance_names(CimOperation *operation)
{
    cim_operation_answer(operation, cim_operation_each_instance, CIM_FORM_INSTANCE_NAME);
}
