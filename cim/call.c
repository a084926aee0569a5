#include "cim/call.h"

#include <string.h>

#include "cim/xml-write.h"

typedef struct {
    CimValue value;
    gboolean given;
} Argument;

struct _CimCall {
    CimCallDone done;
    gpointer user_data;
    gboolean is_extrinsic;
    char *name; /* as the client wrote it */
    CimPath *path;
    CimInstance *changes;
    const CimMethod *method;
    Argument *in; /* one for each parameter of the method */
    CimValue *out;
    GString *reply;
    gsize content;           /* where the reply's content starts */
    CimPrincipal *principal; /* a copy: the connection may end first */
    gboolean changes_something;
    gboolean is_denied;
    gboolean has_return_value;
    guint32 return_value;
};

enum { MAX_DESCRIPTION_BYTES = 1024 };

static void
start_reply(CimCall *call, const CimRequest *request)
{
    GString *xml = call->reply;

    cim_xml_append_literal(xml, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                                "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE");
    cim_xml_append_attribute(xml, "ID", request->id);
    cim_xml_append_literal(xml, " PROTOCOLVERSION=\"1.0\"><SIMPLERSP><");
    g_string_append(xml, call->is_extrinsic ? "METHODRESPONSE" : "IMETHODRESPONSE");
    cim_xml_append_attribute(xml, "NAME", request->method);
    g_string_append_c(xml, '>');
    call->content = xml->len;
}

static void
end_reply(CimCall *call)
{
    g_string_append(call->reply, call->is_extrinsic ? "</METHODRESPONSE>" : "</IMETHODRESPONSE>");
    cim_xml_append_literal(call->reply, "</SIMPLERSP></MESSAGE></CIM>\n");
}

CimCall *
cim_call_new(const CimRequest *request,
             const CimPrincipal *principal,
             GString *reply,
             CimCallDone done,
             gpointer user_data)
{
    CimCall *call = g_new0(CimCall, 1);

    call->done = done;
    call->user_data = user_data;
    call->is_extrinsic = request->is_extrinsic;
    call->name = g_strdup(request->method);
    call->principal = cim_principal_new(principal->name, principal->access);
    call->reply = reply;
    start_reply(call, request);
    return call;
}

static void
call_free(CimCall *call)
{
    for (guint i = 0; call->method && i < call->method->n_parameters; i++) {
        cim_value_clear(&call->in[i].value);
        cim_value_clear(&call->out[i]);
    }
    g_free(call->in);
    g_free(call->out);
    g_free(call->name);
    cim_principal_free(call->principal);
    cim_path_free(call->path);
    cim_instance_free(call->changes);
    if (call->reply)
        g_string_free(call->reply, TRUE);
    g_free(call);
}

static void
report(CimCall *call, guint cim_status)
{
    g_autofree char *object = NULL;
    CimAuditRecord record = {.cim_status = cim_status, .allowed = !call->is_denied};

    end_reply(call);
    if (call->done && call->changes_something) {
        object = call->path ? cim_path_print(call->path) : NULL;
        record.operation = cim_call_method(call);
        record.object = object ? object : "";
        record.has_return_value = call->has_return_value;
        record.return_value = call->return_value;
    }
    if (call->done)
        call->done(g_steal_pointer(&call->reply), cim_status,
                   call->changes_something ? &record : NULL, call->user_data);
    call_free(call);
}

gboolean
cim_call_require(CimCall *call, CimAccess needed, guint32 denied)
{
    needed = needed ? needed : CIM_ACCESS_OPERATE;
    call->changes_something = needed > CIM_ACCESS_READ;
    if (call->principal->access >= needed)
        return TRUE;
    call->is_denied = TRUE;
    if (denied)
        cim_call_return(call, denied);
    else
        cim_call_fail(call, CIM_ERR_ACCESS_DENIED, "%s is %s here; %s needs to be %s",
                      call->principal->name, cim_access_name(call->principal->access),
                      cim_call_method(call), cim_access_name(needed));
    return FALSE;
}

const CimPrincipal *
cim_call_principal(CimCall *call)
{
    return call->principal;
}

void
cim_call_detach(CimCall *call)
{
    call->done = NULL;
}

GString *
cim_call_reply(CimCall *call)
{
    return call->reply;
}

void
cim_call_finish(CimCall *call)
{
    report(call, 0);
}

void
cim_call_take_path(CimCall *call, CimPath *path)
{
    cim_path_free(call->path);
    call->path = path;
}

void
cim_call_take_changes(CimCall *call, CimInstance *changes)
{
    cim_instance_free(call->changes);
    call->changes = changes;
}

const CimInstance *
cim_call_changes(CimCall *call)
{
    return call->changes;
}

void
cim_call_set_method(CimCall *call, const CimMethod *method)
{
    g_return_if_fail(call->method == NULL);
    call->method = method;
    call->in = g_new0(Argument, method->n_parameters + 1);
    call->out = g_new0(CimValue, method->n_parameters + 1);
    for (guint i = 0; i < method->n_parameters; i++)
        cim_value_init(&call->out[i], method->parameters[i].type, method->parameters[i].is_array);
}

CimValue *
cim_call_argument(CimCall *call, guint index)
{
    call->in[index].given = TRUE;
    return &call->in[index].value;
}

/* The provider's side */

const CimPath *
cim_call_path(CimCall *call)
{
    return call->path;
}

const char *
cim_call_method(CimCall *call)
{
    return call->method ? call->method->name : call->name;
}

static int
parameter_index(const CimCall *call, const char *name)
{
    const CimParameter *parameter =
        call->method ? cim_method_find_parameter(call->method, name) : NULL;

    return parameter ? (int) (parameter - call->method->parameters) : -1;
}

const CimValue *
cim_call_in(CimCall *call, const char *parameter)
{
    int index = parameter_index(call, parameter);

    g_return_val_if_fail(index >= 0, NULL);
    return call->in[index].given ? &call->in[index].value : NULL;
}

void
cim_call_out(CimCall *call, const char *parameter, CimValue *value)
{
    int index = parameter_index(call, parameter);

    g_return_if_fail(index >= 0 && call->method->parameters[index].is_out);
    g_return_if_fail(value->is_null || value->type == call->method->parameters[index].type);
    cim_value_clear(&call->out[index]);
    call->out[index] = *value;
    call->out[index].type = call->method->parameters[index].type;
    *value = (CimValue){0};
}

/* EmbeddedObject says what may come, so it is there for NULL as well. */
static void
append_out_parameters(CimCall *call)
{
    for (guint i = 0; i < call->method->n_parameters; i++)
        if (call->method->parameters[i].is_out)
            cim_xml_append_parameter(call->reply, call->method->parameters[i].name, &call->out[i]);
}

static void
append_return_value(CimCall *call, guint32 number)
{
    CimValue value;
    CimType type = call->method->return_type;

    cim_value_init(&value, type, FALSE);
    if (cim_type_is_unsigned(type))
        cim_value_set_uint(&value, number);
    else if (cim_type_is_signed(type))
        cim_value_set_sint(&value, (gint32) number);
    else if (type == CIM_TYPE_BOOLEAN)
        cim_value_set_boolean(&value, number != 0);
    cim_xml_append_literal(call->reply, "<RETURNVALUE");
    cim_xml_append_attribute(call->reply, "PARAMTYPE", cim_type_name(type));
    g_string_append_c(call->reply, '>');
    cim_xml_append_value(call->reply, &value);
    cim_xml_append_literal(call->reply, "</RETURNVALUE>");
}

void
cim_call_return(CimCall *call, guint32 value)
{
    if (call->method) {
        call->has_return_value = TRUE;
        call->return_value = value;
        append_return_value(call, value);
        append_out_parameters(call);
    }
    report(call, 0);
}

void
cim_call_created(CimCall *call, const CimPath *path)
{
    cim_xml_append_literal(call->reply, "<IRETURNVALUE>");
    cim_xml_append_name(call->reply, path);
    cim_xml_append_literal(call->reply, "</IRETURNVALUE>");
    report(call, 0);
}

/* @text is cut where a character ends; the reader's own bound for a tag is 8 KiB. */
static void
append_description(GString *xml, const char *text)
{
    gsize length = strlen(text);

    if (length > MAX_DESCRIPTION_BYTES) {
        length = MAX_DESCRIPTION_BYTES;
        while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
            length--;
    }
    cim_xml_append_literal(xml, " DESCRIPTION=\"");
    cim_xml_append_escaped(xml, text, length);
    g_string_append_c(xml, '"');
}

static void
fail(CimCall *call, guint code, const CimInstance *error_instance, const char *description)
{
    GString *xml = call->reply;
    char number[16];

    g_string_truncate(xml, call->content);
    g_snprintf(number, sizeof number, "%u", code);
    cim_xml_append_literal(xml, "<ERROR");
    cim_xml_append_attribute(xml, "CODE", number);
    append_description(xml, description);
    if (error_instance) {
        g_string_append_c(xml, '>');
        cim_xml_append_instance(xml, error_instance);
        cim_xml_append_literal(xml, "</ERROR>");
    } else {
        cim_xml_append_literal(xml, "/>");
    }
    report(call, code);
}

void
cim_call_fail(CimCall *call, CimErrorCode code, const char *format, ...)
{
    g_autofree char *description = NULL;
    va_list args;

    va_start(args, format);
    description = g_strdup_vprintf(format, args);
    va_end(args);
    fail(call, code, NULL, description);
}

void
cim_call_fail_with(
    CimCall *call, CimErrorCode code, const CimInstance *error_instance, const char *format, ...)
{
    g_autofree char *description = NULL;
    va_list args;

    va_start(args, format);
    description = g_strdup_vprintf(format, args);
    va_end(args);
    fail(call, code, error_instance, description);
}

void
cim_call_fail_gerror(CimCall *call, const GError *error)
{
    guint code = error->domain == CIM_ERROR ? (guint) error->code : CIM_ERR_FAILED;

    fail(call, code, NULL, error->message);
}
