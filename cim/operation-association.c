#include "cim/operation.h"

#include "cim/traversal.h"
#include "cim/xml-write.h"

/* ResultClass of References is the class of the associations. */
static CimTraversal
make_traversal(const CimOperation *operation, gboolean to_references)
{
    return (CimTraversal){
        .registry = operation->registry,
        .name_space = operation->name_space,
        .path = operation->path,
        .klass = operation->klass,
        .association = to_references ? operation->result : operation->association,
        .result = to_references ? NULL : operation->result,
        .role = operation->texts[CIM_OPERATION_ROLE],
        .result_role = operation->texts[CIM_OPERATION_RESULT_ROLE],
    };
}

gboolean
cim_operation_each_reference(CimOperation *operation,
                             CimObjectVisit visit,
                             gpointer user_data,
                             GError **error)
{
    CimTraversal traversal = make_traversal(operation, TRUE);

    return cim_traversal_references(&traversal, visit, user_data, error);
}

gboolean
cim_operation_each_associator(CimOperation *operation,
                              CimObjectVisit visit,
                              gpointer user_data,
                              GError **error)
{
    CimTraversal traversal = make_traversal(operation, FALSE);

    return cim_traversal_associators(&traversal, visit, user_data, error);
}

/* Classes: OBJECTPATH or VALUE.OBJECTWITHPATH of CLASSPATHs. */

static void
append_class_path(const CimOperation *operation, const CimClass *klass, GString *xml)
{
    cim_xml_append_literal(xml, "<CLASSPATH>");
    g_string_append(xml, cim_namespace_location(operation->name_space));
    cim_xml_append_literal(xml, "<CLASSNAME NAME=\"");
    g_string_append(xml, klass->name);
    cim_xml_append_literal(xml, "\"/></CLASSPATH>");
}

static void
append_path(const CimClass *klass, gpointer user_data)
{
    const CimOperation *operation = user_data;
    GString *xml = cim_call_reply(operation->call);

    cim_xml_append_literal(xml, "<OBJECTPATH>");
    append_class_path(operation, klass, xml);
    cim_xml_append_literal(xml, "</OBJECTPATH>");
}

static void
append_declaration(const CimClass *klass, gpointer user_data)
{
    const CimOperation *operation = user_data;
    GString *xml = cim_call_reply(operation->call);
    guint flags = 0;

    if (cim_operation_has(operation, CIM_OPERATION_INCLUDE_QUALIFIERS))
        flags |= CIM_CLASS_WITH_QUALIFIERS;
    if (cim_operation_has(operation, CIM_OPERATION_INCLUDE_CLASS_ORIGIN))
        flags |= CIM_CLASS_WITH_ORIGIN;
    cim_xml_append_literal(xml, "<VALUE.OBJECTWITHPATH>");
    append_class_path(operation, klass, xml);
    cim_xml_append_class(xml, klass, flags, (const char *const *) operation->properties);
    cim_xml_append_literal(xml, "</VALUE.OBJECTWITHPATH>");
}

static void
answer_classes(CimOperation *operation, gboolean to_references, CimClassVisit append)
{
    CimTraversal traversal = make_traversal(operation, to_references);
    GString *xml = cim_call_reply(operation->call);

    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    if (to_references)
        cim_traversal_reference_classes(&traversal, append, operation);
    else
        cim_traversal_associator_classes(&traversal, append, operation);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    cim_call_finish(operation->call);
}

void
cim_operation_associators(CimOperation *operation)
{
    if (operation->path)
        cim_operation_answer(operation, cim_operation_each_associator, CIM_FORM_OBJECT_WITH_PATH);
    else
        answer_classes(operation, FALSE, append_declaration);
}

void
cim_operation_associator_names(CimOperation *operation)
{
    if (operation->path)
        cim_operation_answer(operation, cim_operation_each_associator, CIM_FORM_OBJECT_PATH);
    else
        answer_classes(operation, FALSE, append_path);
}

void
cim_operation_references(CimOperation *operation)
{
    if (operation->path)
        cim_operation_answer(operation, cim_operation_each_reference, CIM_FORM_OBJECT_WITH_PATH);
    else
        answer_classes(operation, TRUE, append_declaration);
}

void
cim_operation_reference_names(CimOperation *operation)
{
    if (operation->path)
        cim_operation_answer(operation, cim_operation_each_reference, CIM_FORM_OBJECT_PATH);
    else
        answer_classes(operation, TRUE, append_path);
}
