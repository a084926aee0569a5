#include "cim/operation.h"

#include "cim/enumeration.h"
#include "cim/xml-write.h"

enum { DEFAULT_TIMEOUT_S = 60, MAX_TIMEOUT_S = 600 };

/* Answers */

/* An ended sequence has no context any more; its parameter is there, and empty. */
static void
append_sequence(GString *xml, const char *context)
{
    CimValue value = {.type = CIM_TYPE_BOOLEAN};

    cim_value_set_boolean(&value, context == NULL);
    cim_xml_append_parameter(xml, "EndOfSequence", &value);
    value = (CimValue){.type = CIM_TYPE_STRING};
    cim_value_set_string(&value, context ? context : "");
    cim_xml_append_parameter(xml, "EnumerationContext", &value);
}

/* Opening */

typedef struct {
    const CimOperation *operation;
    CimEnumeration *enumeration;
    CimObjectWriter *writer;
    GString *xml;
    gsize start;
    guint32 room; /* objects that the answer still takes */
    GError *error;
} Opening;

/* What the answer takes is written at once; the rest is remembered. */
static gboolean
take_object(const CimBinding *binding, gconstpointer object, gpointer user_data)
{
    Opening *opening = user_data;

    if (!cim_operation_wants(opening->operation, binding, object))
        return TRUE;
    if (opening->room > 0 && !cim_enumeration_page_is_full(opening->xml->len - opening->start)) {
        cim_object_writer_append(opening->writer, binding, object, opening->xml);
        opening->room--;
        return TRUE;
    }
    return cim_enumeration_add(opening->enumeration, binding, object, &opening->error);
}

static gboolean
check_opening(const CimOperation *operation, GError **error)
{
    guint32 timeout_s = operation->numbers[CIM_OPERATION_OPERATION_TIMEOUT];

    if (cim_operation_has(operation, CIM_OPERATION_CONTINUE_ON_ERROR)) {
        g_set_error(error, CIM_ERROR, CIM_ERR_CONTINUATION_ON_ERROR_NOT_SUPPORTED,
                    "ContinueOnError: an enumeration ends with its first error");
        return FALSE;
    }
    /* 0 would be for ever: nothing here is kept that long. */
    if ((operation->given & CIM_OPERATION_BIT(OPERATION_TIMEOUT)) &&
        (timeout_s == 0 || timeout_s > MAX_TIMEOUT_S)) {
        g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_OPERATION_TIMEOUT,
                    "OperationTimeout: %u is not from 1 to %d seconds", timeout_s, MAX_TIMEOUT_S);
        return FALSE;
    }
    return TRUE;
}

/* The context under which what is left is kept, or NULL: nothing is left, or @error. */
static const char *
keep_rest(CimOperation *operation, CimEnumeration *enumeration, GError **error)
{
    guint timeout_s = operation->given & CIM_OPERATION_BIT(OPERATION_TIMEOUT)
                          ? operation->numbers[CIM_OPERATION_OPERATION_TIMEOUT]
                          : DEFAULT_TIMEOUT_S;

    if (cim_enumeration_remaining(enumeration) > 0)
        return cim_enumerations_keep(operation->enumerations, enumeration, timeout_s, error);
    cim_enumeration_free(enumeration);
    return NULL;
}

/* What the instances of a query's answer have. */
static void
append_result_class(const CimOperation *operation, GString *xml)
{
    cim_xml_append_literal(xml, "<PARAMVALUE NAME=\"QueryResultClass\">");
    cim_xml_append_class(xml, operation->klass, 0, (const char *const *) operation->properties);
    cim_xml_append_literal(xml, "</PARAMVALUE>");
}

static void
answer_opening(CimOperation *operation, CimOperationSource source, CimObjectForm form)
{
    const char *user = cim_call_principal(operation->call)->name;
    CimObjectWriter *writer = cim_operation_writer(operation, form);
    g_autoptr(CimEnumeration) enumeration =
        cim_enumeration_new(operation->enumerations, operation->name_space, user, form, writer);
    Opening opening = {
        .operation = operation,
        .enumeration = enumeration,
        .writer = writer,
        .xml = cim_call_reply(operation->call),
        .room = operation->numbers[CIM_OPERATION_MAX_OBJECT_COUNT],
    };
    g_autoptr(GError) error = NULL;
    const char *context = NULL;

    cim_xml_append_literal(opening.xml, "<IRETURNVALUE>");
    opening.start = opening.xml->len;
    if (check_opening(operation, &error) && source(operation, take_object, &opening, &error) &&
        !opening.error)
        context = keep_rest(operation, g_steal_pointer(&enumeration), &error);
    if (opening.error)
        g_propagate_error(&error, opening.error);
    if (error) {
        cim_call_fail_gerror(operation->call, error);
        return;
    }
    cim_xml_append_literal(opening.xml, "</IRETURNVALUE>");
    append_sequence(opening.xml, context);
    if (cim_operation_has(operation, CIM_OPERATION_RETURN_QUERY_RESULT_CLASS))
        append_result_class(operation, opening.xml);
    cim_call_finish(operation->call);
}

/* @klass: what the objects are; NULL: not known. */
static void
open_enumeration(CimOperation *operation,
                 CimOperationSource source,
                 const CimClass *klass,
                 CimObjectForm form)
{
    g_autoptr(GError) error = NULL;

    if (cim_operation_read_filter(operation, klass, &error))
        answer_opening(operation, source, form);
    else
        cim_call_fail_gerror(operation->call, error);
}

void
cim_operation_open_enumerate_instances(CimOperation *operation)
{
    if (!cim_operation_has(operation, CIM_OPERATION_DEEP_INHERITANCE))
        operation->shape = operation->klass;
    open_enumeration(operation, cim_operation_each_instance, operation->klass,
                     CIM_FORM_INSTANCE_WITH_PATH);
}

void
cim_operation_open_enumerate_instance_paths(CimOperation *operation)
{
    open_enumeration(operation, cim_operation_each_instance, operation->klass,
                     CIM_FORM_INSTANCE_PATH);
}

/* ResultClass, if it was given, says what there is at the other end, or between. */

void
cim_operation_open_associator_instances(CimOperation *operation)
{
    open_enumeration(operation, cim_operation_each_associator, operation->result,
                     CIM_FORM_INSTANCE_WITH_PATH);
}

void
cim_operation_open_associator_instance_paths(CimOperation *operation)
{
    open_enumeration(operation, cim_operation_each_associator, operation->result,
                     CIM_FORM_INSTANCE_PATH);
}

void
cim_operation_open_reference_instances(CimOperation *operation)
{
    open_enumeration(operation, cim_operation_each_reference, operation->result,
                     CIM_FORM_INSTANCE_WITH_PATH);
}

void
cim_operation_open_reference_instance_paths(CimOperation *operation)
{
    open_enumeration(operation, cim_operation_each_reference, operation->result,
                     CIM_FORM_INSTANCE_PATH);
}

void
cim_operation_open_query_instances(CimOperation *operation)
{
    g_autoptr(GError) error = NULL;

    if (cim_operation_read_select(operation, operation->texts[CIM_OPERATION_FILTER_QUERY_LANGUAGE],
                                  operation->texts[CIM_OPERATION_FILTER_QUERY], &error))
        answer_opening(operation, cim_operation_each_instance, CIM_FORM_INSTANCE);
    else
        cim_call_fail_gerror(operation->call, error);
}

/* Pulling */

/* The enumeration that EnumerationContext names, or ends the call (which frees it). */
static CimEnumeration *
find_or_fail(CimOperation *operation)
{
    const char *context = operation->texts[CIM_OPERATION_ENUMERATION_CONTEXT];
    CimEnumeration *enumeration =
        cim_enumerations_find(operation->enumerations, context, operation->name_space,
                              cim_call_principal(operation->call)->name);

    if (!enumeration)
        cim_call_fail(operation->call, CIM_ERR_INVALID_ENUMERATION_CONTEXT,
                      "no open enumeration '%s' of this user in this namespace", context);
    return enumeration;
}

/* Paths are pulled from an enumeration of paths, and so on. */
static void
pull(CimOperation *operation, CimObjectForm form)
{
    CimEnumeration *enumeration = find_or_fail(operation);
    GString *xml;

    if (!enumeration) /* and no call any more */
        return;
    xml = cim_call_reply(operation->call);
    if (cim_enumeration_form(enumeration) != form) {
        cim_call_fail(operation->call, CIM_ERR_INVALID_ENUMERATION_CONTEXT,
                      "enumeration '%s' was opened for another kind of answer",
                      cim_enumeration_context(enumeration));
        return;
    }
    cim_xml_append_literal(xml, "<IRETURNVALUE>");
    cim_enumeration_pull(enumeration, operation->numbers[CIM_OPERATION_MAX_OBJECT_COUNT], xml);
    cim_xml_append_literal(xml, "</IRETURNVALUE>");
    if (cim_enumeration_remaining(enumeration) > 0) {
        append_sequence(xml, cim_enumeration_context(enumeration));
    } else {
        append_sequence(xml, NULL);
        cim_enumerations_close(operation->enumerations, enumeration);
    }
    cim_call_finish(operation->call);
}

void
cim_operation_pull_instances_with_path(CimOperation *operation)
{
    pull(operation, CIM_FORM_INSTANCE_WITH_PATH);
}

void
cim_operation_pull_instance_paths(CimOperation *operation)
{
    pull(operation, CIM_FORM_INSTANCE_PATH);
}

void
cim_operation_pull_instances(CimOperation *operation)
{
    pull(operation, CIM_FORM_INSTANCE);
}

void
cim_operation_close_enumeration(CimOperation *operation)
{
    CimEnumeration *enumeration = find_or_fail(operation);

    if (!enumeration)
        return;
    cim_enumerations_close(operation->enumerations, enumeration);
    cim_call_finish(operation->call);
}

void
cim_operation_enumeration_count(CimOperation *operation)
{
    CimEnumeration *enumeration = find_or_fail(operation);
    GString *xml;

    if (!enumeration) /* and no call any more */
        return;
    xml = cim_call_reply(operation->call);
    g_string_append_printf(xml, "<IRETURNVALUE><VALUE>%u</VALUE></IRETURNVALUE>",
                           cim_enumeration_remaining(enumeration));
    cim_call_finish(operation->call);
}
