#include "cim/operation.h"

#include "cim/xml-write.h"

static guint
class_flags(const CimOperation *operation)
{
    guint flags = 0;

    if (cim_operation_has(operation, CIM_OPERATION_LOCAL_ONLY))
        flags |= CIM_CLASS_LOCAL_ONLY;
    if (cim_operation_has(operation, CIM_OPERATION_INCLUDE_QUALIFIERS))
        flags |= CIM_CLASS_WITH_QUALIFIERS;
    if (cim_operation_has(operation, CIM_OPERATION_INCLUDE_CLASS_ORIGIN))
        flags |= CIM_CLASS_WITH_ORIGIN;
    return flags;
}

static void
append_declaration(const CimOperation *operation, const CimClass *klass, GString *xml)
{
    const GString *declaration =
        cim_registry_declaration(operation->registry, klass, class_flags(operation));

    g_string_append_len(xml, declaration->str, declaration->len);
}

void
cim_operation_get_class(CimOperation *operation)
{
    GString *xml = cim_call_reply(operation->call);

    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    if (operation->properties)
        cim_xml_append_class(xml, operation->klass, class_flags(operation),
                             (const char *const *) operation->properties);
    else
        append_declaration(operation, operation->klass, xml);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}

static void
append_name(const CimOperation *operation, const CimClass *klass, GString *xml)
{
    cim_xml_append_literal(xml, "<CLASSNAME NAME=\"");
    g_string_append(xml, klass->name);
    cim_xml_append_literal(xml, "\"/>");
}

typedef void (*AppendClass)(const CimOperation *operation, const CimClass *klass, GString *xml);

/* The depth is that of the schema's inheritance. */
static void
append_subclasses(const CimOperation *operation,
                  const CimClass *klass,
                  AppendClass append,
                  GString *xml)
{
    const GPtrArray *subclasses = cim_registry_subclasses(operation->registry, klass);

    for (guint i = 0; i < subclasses->len; i++) {
        const CimClass *subclass = g_ptr_array_index(subclasses, i);

        append(operation, subclass, xml);
        if (cim_operation_has(operation, CIM_OPERATION_DEEP_INHERITANCE))
            append_subclasses(operation, subclass, append, xml);
    }
}

static void
enumerate(CimOperation *operation, AppendClass append)
{
    GString *xml = cim_call_reply(operation->call);

    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    append_subclasses(operation, operation->klass, append, xml);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}

void
cim_operation_enumerate_classes(CimOperation *operation)
{
    enumerate(operation, append_declaration);
}

void
cim_operation_enumerate_class_names(CimOperation *operation)
{
    enumerate(operation, append_name);
}

/* Qualifiers: one set of declarations for all namespaces. */

void
cim_operation_get_qualifier(CimOperation *operation)
{
    const char *name = operation->texts[CIM_OPERATION_QUALIFIER_NAME];
    const CimSchema *schema = cim_registry_schema(operation->registry);
    const CimQualifierType *type = cim_schema_find_qualifier(schema, name);
    GString *xml = cim_call_reply(operation->call);

    if (!type) {
        cim_call_fail(operation->call, CIM_ERR_NOT_FOUND, "no qualifier '%s'", name);
        return;
    }
    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    cim_xml_append_qualifier_type(xml, type);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}

void
cim_operation_enumerate_qualifiers(CimOperation *operation)
{
    const CimSchema *schema = cim_registry_schema(operation->registry);
    GString *xml = cim_call_reply(operation->call);

    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    for (guint i = 0; i < schema->n_qualifier_types; i++)
        cim_xml_append_qualifier_type(xml, &schema->qualifier_types[i]);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}
