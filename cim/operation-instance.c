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
