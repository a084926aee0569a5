#include "cim/headers.h"

#include <string.h>

#define MAPPING "http://www.dmtf.org/cim/mapping/http/v1.0"

enum { STATUS_BAD_REQUEST = 400, STATUS_UNSUPPORTED_TYPE = 415, STATUS_NOT_IMPLEMENTED = 501 };

/* clang-format off */
static const struct { const char *token; guint status; } faults[] = {
    [CIM_REQUEST_ERROR_NOT_WELL_FORMED]       = { "request-not-well-formed", STATUS_BAD_REQUEST },
    [CIM_REQUEST_ERROR_NOT_VALID]             = { "request-not-valid", STATUS_BAD_REQUEST },
    [CIM_REQUEST_ERROR_UNSUPPORTED_OPERATION] = { "unsupported-operation", STATUS_BAD_REQUEST },
    [CIM_REQUEST_ERROR_MULTIPLE_REQUESTS]     = { "multiple-requests-unsupported", STATUS_NOT_IMPLEMENTED },
    [CIM_REQUEST_ERROR_CIM_VERSION]           = { "unsupported-cim-version", STATUS_NOT_IMPLEMENTED },
    [CIM_REQUEST_ERROR_DTD_VERSION]           = { "unsupported-dtd-version", STATUS_NOT_IMPLEMENTED },
    [CIM_REQUEST_ERROR_PROTOCOL_VERSION]      = { "unsupported-protocol-version", STATUS_NOT_IMPLEMENTED },
    [CIM_REQUEST_ERROR_HEADER_MISMATCH]       = { "header-mismatch", STATUS_BAD_REQUEST },
};
/* clang-format on */

guint
cim_headers_fault(CimHttpExchange *exchange, int code)
{
    cim_http_exchange_add(exchange, "CIMError", faults[code].token);
    return faults[code].status;
}

/* Man: http://www.dmtf.org/cim/mapping/http/v1.0 ; ns=NN */
static void
read_prefix(CimHeaders *headers, const CimHttpExchange *exchange)
{
    const char *mandatory = cim_http_exchange_header(exchange, "Man");
    const char *number = mandatory ? strstr(mandatory, "ns=") : NULL;

    if (!number || strcmp(cim_http_exchange_verb(exchange), "M-POST") != 0)
        return;
    number += strlen("ns=");
    if (g_ascii_isdigit(number[0]) && g_ascii_isdigit(number[1]))
        g_snprintf(headers->prefix, sizeof headers->prefix, "%.2s-", number);
}

static const char *
lookup(const CimHeaders *headers, const CimHttpExchange *exchange, const char *name)
{
    char prefixed[32];

    if (!headers->prefix[0])
        return cim_http_exchange_header(exchange, name);
    g_snprintf(prefixed, sizeof prefixed, "%s%s", headers->prefix, name);
    return cim_http_exchange_header(exchange, prefixed);
}

void
cim_headers_read(CimHeaders *headers, const CimHttpExchange *exchange)
{
    *headers = (CimHeaders){.prefix = ""};
    read_prefix(headers, exchange);
    headers->operation = lookup(headers, exchange, "CIMOperation");
    headers->method = lookup(headers, exchange, "CIMMethod");
    headers->object = lookup(headers, exchange, "CIMObject");
}

/* text/xml or application/xml; absent is taken for it. */
static gboolean
is_xml(const char *type)
{
    static const char *const accepted[] = {"application/xml", "text/xml"};

    if (!type)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(accepted); i++) {
        gsize length = strlen(accepted[i]);

        if (g_ascii_strncasecmp(type, accepted[i], length) == 0 &&
            strchr("; \t", type[length])) /* or its end */
            return TRUE;
    }
    return FALSE;
}

guint
cim_headers_check(const CimHeaders *headers, CimHttpExchange *exchange)
{
    const char *coding = cim_http_exchange_header(exchange, "Content-Encoding");

    if (!is_xml(cim_http_exchange_header(exchange, "Content-Type")) ||
        (coding && g_ascii_strcasecmp(coding, "identity") != 0))
        return STATUS_UNSUPPORTED_TYPE;
    if (!headers->operation)
        return STATUS_BAD_REQUEST;
    if (g_ascii_strcasecmp(headers->operation, "MethodCall") != 0)
        return cim_headers_fault(exchange, CIM_REQUEST_ERROR_UNSUPPORTED_OPERATION);
    return 0;
}

/* NULL when what stands there is no percent-encoding. */
static const char *
decode(const char *value, char **decoded)
{
    if (!strchr(value, '%'))
        return value;
    *decoded = g_uri_unescape_string(value, NULL);
    return *decoded;
}

/* Clients quote and order keys in their own ways: what cannot be parsed is not held against them,
 * but another namespace or class is. */
static gboolean
names_object(const char *text, const CimPath *path)
{
    g_autoptr(CimPath) named = cim_path_parse(text, NULL);

    if (!named || !named->class_name)
        return !named;
    return g_ascii_strcasecmp(named->class_name, path->class_name) == 0 &&
           (!named->name_space || cim_namespace_equal(named->name_space, path->name_space)) &&
           named->n_keys == path->n_keys;
}

static gboolean
object_matches(const char *object, const CimRequest *request)
{
    g_autofree char *decoded = NULL;
    const char *text = decode(object, &decoded);

    if (!text)
        return FALSE;
    return request->is_extrinsic ? names_object(text, request->path)
                                 : cim_namespace_equal(text, request->name_space);
}

static gboolean
method_matches(const char *method, const CimRequest *request)
{
    g_autofree char *decoded = NULL;
    const char *text = decode(method, &decoded);

    return text && g_ascii_strcasecmp(text, request->method) == 0;
}

gboolean
cim_headers_match(const CimHeaders *headers, const CimRequest *request, GError **error)
{
    if ((!headers->method || method_matches(headers->method, request)) &&
        (!headers->object || object_matches(headers->object, request)))
        return TRUE;
    g_set_error_literal(error, CIM_REQUEST_ERROR, CIM_REQUEST_ERROR_HEADER_MISMATCH,
                        "the headers name another method or object than the body");
    return FALSE;
}

void
cim_headers_answer(const CimHeaders *headers, CimHttpExchange *exchange)
{
    char name[32];
    char text[96];

    cim_http_exchange_add(exchange, "Content-Type", "application/xml; charset=\"utf-8\"");
    if (!headers->prefix[0]) {
        cim_http_exchange_add(exchange, "CIMOperation", "MethodResponse");
        return;
    }
    g_snprintf(text, sizeof text, "%s ; ns=%.2s", MAPPING, headers->prefix);
    cim_http_exchange_add(exchange, "Ext", "");
    cim_http_exchange_add(exchange, "Cache-Control", "no-cache");
    cim_http_exchange_add(exchange, "Man", text);
    g_snprintf(name, sizeof name, "%sCIMOperation", headers->prefix);
    cim_http_exchange_add(exchange, name, "MethodResponse");
}
