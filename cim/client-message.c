#include "cim/client-message.h"

#include <string.h>

#include "cim/xml-write.h"

G_DEFINE_QUARK(cim - client - error - quark, cim_client_error)

/* Requests */

static void
append_prolog(GString *xml)
{
    cim_xml_append_literal(xml, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                                "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">"
                                "<MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"><SIMPLEREQ>");
}

static void
append_epilog(GString *xml)
{
    cim_xml_append_literal(xml, "</SIMPLEREQ></MESSAGE></CIM>\n");
}

void
cim_message_begin(GString *xml, const char *operation, const char *name_space)
{
    append_prolog(xml);
    cim_xml_append_literal(xml, "<IMETHODCALL");
    cim_xml_append_attribute(xml, "NAME", operation);
    g_string_append_c(xml, '>');
    cim_xml_append_namespace(xml, name_space);
}

void
cim_message_end(GString *xml)
{
    cim_xml_append_literal(xml, "</IMETHODCALL>");
    append_epilog(xml);
}

static void
open_parameter(GString *xml, const char *name)
{
    cim_xml_append_literal(xml, "<IPARAMVALUE");
    cim_xml_append_attribute(xml, "NAME", name);
    g_string_append_c(xml, '>');
}

static void
close_parameter(GString *xml)
{
    cim_xml_append_literal(xml, "</IPARAMVALUE>");
}

void
cim_message_add_class(GString *xml, const char *class_name)
{
    open_parameter(xml, "ClassName");
    cim_xml_append_literal(xml, "<CLASSNAME");
    cim_xml_append_attribute(xml, "NAME", class_name);
    cim_xml_append_literal(xml, "/>");
    close_parameter(xml);
}

void
cim_message_add_path(GString *xml, const CimPath *path)
{
    open_parameter(xml, "InstanceName");
    cim_xml_append_name(xml, path);
    close_parameter(xml);
}

void
cim_message_add_instance(GString *xml, const CimInstance *instance)
{
    open_parameter(xml, "ModifiedInstance");
    cim_xml_append_literal(xml, "<VALUE.NAMEDINSTANCE>");
    cim_xml_append_name(xml, instance->path);
    cim_xml_append_instance(xml, instance);
    cim_xml_append_literal(xml, "</VALUE.NAMEDINSTANCE>");
    close_parameter(xml);
}

void
cim_message_add_boolean(GString *xml, const char *name, gboolean value)
{
    open_parameter(xml, name);
    g_string_append(xml, value ? "<VALUE>TRUE</VALUE>" : "<VALUE>FALSE</VALUE>");
    close_parameter(xml);
}

void
cim_message_add_properties(GString *xml, const char *const *properties)
{
    if (!properties)
        return;
    open_parameter(xml, "PropertyList");
    cim_xml_append_literal(xml, "<VALUE.ARRAY>");
    for (; *properties; properties++) {
        cim_xml_append_literal(xml, "<VALUE>");
        cim_xml_append_escaped(xml, *properties, strlen(*properties));
        cim_xml_append_literal(xml, "</VALUE>");
    }
    cim_xml_append_literal(xml, "</VALUE.ARRAY>");
    close_parameter(xml);
}

void
cim_message_call(GString *xml,
                 const CimPath *path,
                 const char *method,
                 const CimArgument *arguments,
                 guint n_arguments)
{
    append_prolog(xml);
    cim_xml_append_literal(xml, "<METHODCALL");
    cim_xml_append_attribute(xml, "NAME", method);
    g_string_append_c(xml, '>');
    cim_xml_append_local_path(xml, path);
    for (guint i = 0; i < n_arguments; i++)
        cim_xml_append_parameter(xml, arguments[i].name, &arguments[i].value);
    cim_xml_append_literal(xml, "</METHODCALL>");
    append_epilog(xml);
}

/* Replies */

static guint
fail_protocol(GError **error, const char *what)
{
    g_set_error(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_PROTOCOL, "not a CIM-XML answer: %s",
                what);
    return 0;
}

static guint
fail_cim(const CimXmlTape *tape, guint at, GError **error)
{
    const char *code = cim_xml_tape_attribute(tape, at, CIM_XML_AT_CODE);
    const char *words = cim_xml_tape_attribute(tape, at, CIM_XML_AT_DESCRIPTION);
    guint64 number = code ? g_ascii_strtoull(code, NULL, 10) : 0;

    if (number == 0 || number > G_MAXINT)
        number = CIM_ERR_FAILED;
    g_set_error_literal(error, CIM_ERROR, (int) number,
                        words && *words ? words : cim_error_code_name((int) number));
    return 0;
}

static guint
find_response(const CimXmlTape *tape)
{
    gboolean is_cim = cim_xml_tape_node(tape, 0)->element == CIM_XML_CIM;
    guint message = is_cim ? cim_xml_tape_child(tape, 0, CIM_XML_MESSAGE) : 0;
    guint simple = message ? cim_xml_tape_child(tape, message, CIM_XML_SIMPLERSP) : 0;
    guint response = simple ? cim_xml_tape_child(tape, simple, CIM_XML_IMETHODRESPONSE) : 0;

    if (!response && simple)
        response = cim_xml_tape_child(tape, simple, CIM_XML_METHODRESPONSE);
    return response;
}

guint
cim_message_read(CimXmlReader *reader, const GString *text, const char *method, GError **error)
{
    g_autoptr(GError) local_error = NULL;
    const CimXmlTape *tape = cim_xml_reader_tape(reader);
    const char *name;
    guint response;
    guint failure;

    if (!cim_xml_reader_load(reader, text->str, text->len, &local_error))
        return fail_protocol(error, local_error->message);
    response = find_response(tape);
    name = response ? cim_xml_tape_attribute(tape, response, CIM_XML_AT_NAME) : NULL;
    if (!name || g_ascii_strcasecmp(name, method) != 0)
        return fail_protocol(error, "no response to the call");
    failure = cim_xml_tape_child(tape, response, CIM_XML_ERROR_ELEMENT);
    return failure ? fail_cim(tape, failure, error) : response;
}

gboolean
cim_message_read_return(CimXmlReader *reader, guint response, guint32 *value, GError **error)
{
    guint at = cim_xml_tape_child(cim_xml_reader_tape(reader), response, CIM_XML_RETURNVALUE);
    g_auto(CimValue) number = {0};

    if (!at || !cim_xml_read_content(reader, at, &number, error) || number.is_null ||
        !cim_xml_convert(reader, &number, CIM_TYPE_SINT64, FALSE, NULL)) {
        g_clear_error(error);
        return fail_protocol(error, "no return value");
    }
    *value = (guint32) cim_value_get_sint(&number, 0);
    return TRUE;
}

static gboolean
read_out_parameter(CimXmlReader *reader, guint at, CimInstance *out, GError **error)
{
    const char *name = cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_NAME);
    CimType type = cim_xml_declared_type(reader, at, CIM_XML_AT_PARAMTYPE);
    g_auto(CimValue) value = {0};

    if (!name)
        return cim_xml_invalid(error, "a PARAMVALUE without NAME");
    if (!cim_xml_read_content(reader, at, &value, error))
        return FALSE;
    if (type == CIM_TYPE_NONE)
        type = value.type == CIM_TYPE_NONE ? CIM_TYPE_STRING : value.type;
    if (!cim_xml_convert(reader, &value, type, value.is_array, error))
        return FALSE;
    cim_instance_take(out, name, &value);
    value = (CimValue){0};
    return TRUE;
}

CimInstance *
cim_message_read_out(CimXmlReader *reader, guint response, const char *method, GError **error)
{
    const CimXmlTape *tape = cim_xml_reader_tape(reader);
    g_autoptr(CimInstance) out = cim_instance_new(method);
    g_autoptr(GError) local_error = NULL;

    CIM_XML_FOREACH_CHILD(tape, response, child)
    {
        if (cim_xml_tape_node(tape, child)->element == CIM_XML_PARAMVALUE &&
            !read_out_parameter(reader, child, out, &local_error)) {
            fail_protocol(error, local_error->message);
            return NULL;
        }
    }
    return g_steal_pointer(&out);
}
