#include "cim/request.h"

#include <string.h>

#include "cim/error.h"

G_DEFINE_QUARK(cim - request - error - quark, cim_request_error)

enum { MAX_ARGUMENTS = 64 };

static gboolean
refuse(GError **error, CimRequestError code, const char *what)
{
    g_set_error_literal(error, CIM_REQUEST_ERROR, code, what);
    return FALSE;
}

/* "2.0", "2.4": the major number counts.  A missing attribute is taken for the right one. */
static gboolean
check_version(CimXmlReader *reader,
              guint at,
              CimXmlAttribute attribute,
              const char *major,
              CimRequestError code,
              GError **error)
{
    const char *version = cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, attribute);

    if (!version || g_str_has_prefix(version, major))
        return TRUE;
    return refuse(error, code, "a version that is not spoken here");
}

static gboolean
check_versions(CimXmlReader *reader, guint message, GError **error)
{
    return check_version(reader, 0, CIM_XML_AT_CIMVERSION, "2.", CIM_REQUEST_ERROR_CIM_VERSION,
                         error) &&
           check_version(reader, 0, CIM_XML_AT_DTDVERSION, "2.", CIM_REQUEST_ERROR_DTD_VERSION,
                         error) &&
           check_version(reader, message, CIM_XML_AT_PROTOCOLVERSION, "1.",
                         CIM_REQUEST_ERROR_PROTOCOL_VERSION, error);
}

/* The IMETHODCALL or METHODCALL, or 0. */
static guint
find_call(CimXmlReader *reader, CimRequest *request, GError **error)
{
    const CimXmlTape *tape = cim_xml_reader_tape(reader);
    gboolean is_cim = cim_xml_tape_node(tape, 0)->element == CIM_XML_CIM;
    guint message = is_cim ? cim_xml_tape_child(tape, 0, CIM_XML_MESSAGE) : 0;
    guint simple = message ? cim_xml_tape_child(tape, message, CIM_XML_SIMPLEREQ) : 0;
    guint call = simple ? cim_xml_tape_child(tape, simple, CIM_XML_IMETHODCALL) : 0;

    if (!message)
        return refuse(error, CIM_REQUEST_ERROR_NOT_VALID, "no CIM message");
    request->id = cim_xml_tape_attribute(tape, message, CIM_XML_AT_ID);
    if (!request->id)
        return refuse(error, CIM_REQUEST_ERROR_NOT_VALID, "a MESSAGE without ID");
    if (!check_versions(reader, message, error))
        return 0;
    if (cim_xml_tape_child(tape, message, CIM_XML_MULTIREQ))
        return refuse(error, CIM_REQUEST_ERROR_MULTIPLE_REQUESTS, "more than one request");
    if (!call && simple) {
        call = cim_xml_tape_child(tape, simple, CIM_XML_METHODCALL);
        request->is_extrinsic = TRUE;
    }
    if (!call)
        refuse(error, CIM_REQUEST_ERROR_UNSUPPORTED_OPERATION, "no method call");
    return call;
}

static gboolean
read_argument(CimXmlReader *reader, guint at, CimRequest *request, GError **error)
{
    const CimXmlTape *tape = cim_xml_reader_tape(reader);
    CimRequestArgument argument = {.name = cim_xml_tape_attribute(tape, at, CIM_XML_AT_NAME)};

    if (!argument.name)
        return cim_xml_invalid(error, "a parameter without NAME");
    if (request->arguments->len >= MAX_ARGUMENTS)
        return cim_xml_invalid(error, "more than %d parameters", MAX_ARGUMENTS);
    if (cim_request_find(request, argument.name)) {
        g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER, "parameter '%s' is there twice",
                    argument.name);
        return FALSE;
    }
    if (!cim_xml_read_content(reader, at, &argument.value, error)) {
        g_prefix_error(error, "parameter '%s': ", argument.name);
        return FALSE;
    }
    g_array_append_val(request->arguments, argument);
    return TRUE;
}

static gboolean
read_target(CimXmlReader *reader, guint at, CimRequest *request, GError **error)
{
    if (request->path)
        return cim_xml_invalid(error, "a call on two objects");
    request->path = cim_xml_read_path(reader, at, error);
    if (!request->path)
        return FALSE;
    request->name_space = g_strdup(request->path->name_space);
    return TRUE;
}

static gboolean
read_part(CimXmlReader *reader, guint at, CimRequest *request, GError **error)
{
    CimXmlElement element = cim_xml_tape_node(cim_xml_reader_tape(reader), at)->element;
    gboolean extrinsic = request->is_extrinsic;

    if (element == (extrinsic ? CIM_XML_PARAMVALUE : CIM_XML_IPARAMVALUE))
        return read_argument(reader, at, request, error);
    if (extrinsic && (element == CIM_XML_LOCALINSTANCEPATH || element == CIM_XML_LOCALCLASSPATH))
        return read_target(reader, at, request, error);
    if (!extrinsic && element == CIM_XML_LOCALNAMESPACEPATH && !request->name_space) {
        request->name_space = cim_xml_read_namespace(reader, at, error);
        return request->name_space != NULL;
    }
    return TRUE;
}

static gboolean
read_call(CimXmlReader *reader, guint at, CimRequest *request, GError **error)
{
    const CimXmlTape *tape = cim_xml_reader_tape(reader);

    request->method = cim_xml_tape_attribute(tape, at, CIM_XML_AT_NAME);
    if (!request->method || !*request->method)
        return cim_xml_invalid(error, "a method call without NAME");
    CIM_XML_FOREACH_CHILD(tape, at, child)
    {
        if (!read_part(reader, child, request, error))
            return FALSE;
    }
    if (!request->name_space)
        return cim_xml_invalid(error, "a method call without namespace");
    return TRUE;
}

gboolean
cim_request_read(CimXmlReader *reader, CimRequest *request, GError **error)
{
    GError *local_error = NULL;
    guint call = find_call(reader, request, error);

    if (!call)
        return FALSE;
    request->arguments = g_array_sized_new(FALSE, FALSE, sizeof(CimRequestArgument), 4);
    if (read_call(reader, call, request, &local_error))
        return TRUE;
    if (local_error->domain == CIM_XML_ERROR) {
        local_error->domain = CIM_REQUEST_ERROR;
        local_error->code = CIM_REQUEST_ERROR_NOT_VALID;
    }
    g_propagate_error(error, local_error);
    return FALSE;
}

void
cim_request_clear(CimRequest *request)
{
    if (request->arguments) {
        for (guint i = 0; i < request->arguments->len; i++)
            cim_value_clear(&g_array_index(request->arguments, CimRequestArgument, i).value);
        g_array_unref(request->arguments);
    }
    g_free(request->name_space);
    cim_path_free(request->path);
    *request = (CimRequest){0};
}

CimRequestArgument *
cim_request_find(const CimRequest *request, const char *name)
{
    for (guint i = 0; i < request->arguments->len; i++) {
        CimRequestArgument *argument = &g_array_index(request->arguments, CimRequestArgument, i);

        if (g_ascii_strcasecmp(argument->name, name) == 0)
            return argument;
    }
    return NULL;
}
