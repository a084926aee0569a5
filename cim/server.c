#include "cim/server.h"

#include <string.h>

#include "cim/call.h"
#include "cim/headers.h"
#include "cim/http.h"
#include "cim/identity.h"
#include "cim/listen.h"
#include "cim/operation.h"

enum {
    MAX_ELEMENTS = 4096,
    MAX_EMBEDDED_BYTES = 1 << 20,
    DEFAULT_ENUMERATIONS = 64,

    STATUS_OK = 200,
    STATUS_UNAUTHORIZED = 401,
    STATUS_FORBIDDEN = 403,
    STATUS_NOT_FOUND = 404,
    STATUS_METHOD_NOT_ALLOWED = 405,
};

typedef struct {
    CimServerPage page;
    gpointer user_data;
} Page;

struct _CimServer {
    CimRegistry *registry;
    CimXmlReader *reader;
    CimEnumerations *enumerations;
    CimHttp *http;
    GHashTable *pages;     /* path to Page */
    const CimGuard *guard; /* NULL: everybody may do everything */
    gpointer guard_data;
    guint64 requests;
    guint64 cim_errors;
};

/* Pages */

static const Page *
find_page(const CimServer *server, const CimHttpExchange *exchange)
{
    const char *verb = cim_http_exchange_verb(exchange);

    if (strcmp(verb, "GET") != 0 && strcmp(verb, "HEAD") != 0)
        return NULL;
    return g_hash_table_lookup(server->pages, cim_http_exchange_path(exchange));
}

static void
reply_page(CimServer *server, CimHttpExchange *exchange, const Page *page)
{
    const char *content_type = "text/plain; charset=utf-8";
    guint status = STATUS_OK;
    g_autofree char *text = page->page(page->user_data, &content_type, &status);
    GString *body = cim_http_buffer(server->http);

    g_string_append(body, text ? text : "");
    cim_http_exchange_add(exchange, "Content-Type", content_type);
    cim_http_exchange_reply(exchange, status, body);
}

/* CIM */

/* What a suspended request needs when it goes on; the exchange outlives it or says so. */
typedef struct {
    CimServer *server;
    CimHttpExchange *exchange;
    CimHeaders headers;
    CimCall *call; /* NULL: the guard is still asked who it is */
    char *user;    /* whom it says to be, meanwhile */
} Pending;

static void
audit(CimServer *server, CimHttpExchange *exchange, const char *name, CimAuditRecord record)
{
    if (!server->guard)
        return;
    record.name = name;
    record.address = cim_http_exchange_peer(exchange)->address;
    server->guard->audit(&record, server->guard_data);
}

static void
on_call_done(GString *reply, guint cim_status, const CimAuditRecord *record, gpointer user_data)
{
    Pending *pending = user_data;
    CimHttpExchange *exchange = pending->exchange;

    cim_http_exchange_set_data(exchange, NULL);
    if (cim_status != 0)
        pending->server->cim_errors++;
    if (record)
        audit(pending->server, exchange, cim_identity_of(exchange)->name, *record);
    cim_headers_answer(&pending->headers, exchange);
    cim_http_exchange_reply(exchange, STATUS_OK, reply);
    g_free(pending);
}

static void
on_gone(CimHttpExchange *exchange, gpointer user_data)
{
    Pending *pending = cim_http_exchange_data(exchange);

    if (!pending)
        return;
    if (pending->call)
        cim_call_detach(pending->call);
    else
        pending->server->guard->cancelled(pending, pending->server->guard_data);
    g_free(pending->user);
    g_free(pending);
}

/* The body is for whoever reads a trace: clients look at the status and CIMError. */
static void
reply_fault(CimServer *server, CimHttpExchange *exchange, const GError *error)
{
    int code = error->domain == CIM_REQUEST_ERROR ? error->code : CIM_REQUEST_ERROR_NOT_WELL_FORMED;
    GString *body = cim_http_buffer(server->http);

    g_string_append_printf(body, "%s\n", error->message);
    cim_http_exchange_add(exchange, "Content-Type", "text/plain; charset=utf-8");
    cim_http_exchange_reply(exchange, cim_headers_fault(exchange, code), body);
}

static CimCall *
start_call(CimServer *server, CimHttpExchange *exchange, CimHeaders *headers, CimRequest *request)
{
    Pending *pending = g_new(Pending, 1);

    *pending = (Pending){server, exchange, *headers, NULL};
    pending->call = cim_call_new(request, cim_identity_of(exchange), cim_http_buffer(server->http),
                                 on_call_done, pending);
    cim_http_exchange_set_data(exchange, pending);
    return pending->call;
}

static void
serve(CimServer *server, CimHttpExchange *exchange)
{
    const GString *body = cim_http_exchange_body(exchange);
    g_auto(CimRequest) request = {0};
    g_autoptr(GError) error = NULL;
    CimHeaders headers;
    CimCall *call;

    server->requests++;
    cim_headers_read(&headers, exchange);
    if (!cim_xml_reader_load(server->reader, body->str, body->len, &error) ||
        (!cim_request_read(server->reader, &request, &error) && error->domain != CIM_ERROR) ||
        (!error && !cim_headers_match(&headers, &request, &error))) {
        reply_fault(server, exchange, error);
        return;
    }
    call = start_call(server, exchange, &headers, &request);
    if (error)
        cim_call_fail_gerror(call, error);
    else
        cim_operation_run(call, server->registry, server->enumerations, server->reader, &request);
}

/* Who asks */

/* @user: whom the client says to be, or NULL. */
static void
refuse_identity(CimServer *server,
                CimHttpExchange *exchange,
                const CimPrincipal *principal,
                const char *user)
{
    const CimAuditRecord record = {.operation = "log in", .object = user ? user : ""};

    audit(server, exchange, principal ? principal->name : NULL, record);
    if (!principal)
        cim_http_exchange_add(exchange, "WWW-Authenticate",
                              "Basic realm=\"drover\", charset=\"UTF-8\"");
    cim_http_exchange_reply(exchange, principal ? STATUS_FORBIDDEN : STATUS_UNAUTHORIZED, NULL);
}

static void
on_identified(const CimPrincipal *principal, gpointer user_data)
{
    Pending *pending = user_data;
    CimServer *server = pending->server;
    CimHttpExchange *exchange = pending->exchange;

    g_autofree char *user = g_steal_pointer(&pending->user);

    cim_http_exchange_set_data(exchange, NULL);
    g_free(pending);
    if (!principal || principal->access == CIM_ACCESS_NONE) {
        refuse_identity(server, exchange, principal, user);
        return;
    }
    cim_identity_keep(exchange, principal);
    serve(server, exchange);
}

static void
identify(CimServer *server, CimHttpExchange *exchange)
{
    static const CimPrincipal everybody = {(char *) "everybody", CIM_ACCESS_ADMINISTER};
    const char *header = cim_http_exchange_header(exchange, "Authorization");
    char *user = NULL;
    char *password = NULL;
    Pending *pending;

    if (header && server->guard && !cim_basic_parse(header, &user, &password)) {
        refuse_identity(server, exchange, NULL, NULL);
        return;
    }
    pending = g_new0(Pending, 1);
    pending->server = server;
    pending->exchange = exchange;
    pending->user = user;
    cim_http_exchange_set_data(exchange, pending);
    if (server->guard)
        server->guard->identify(cim_http_exchange_peer(exchange), user, password, on_identified,
                                pending, server->guard_data);
    else
        on_identified(&everybody, pending);
    cim_password_free(password);
}

/* HTTP */

static guint
refuse_verb(CimHttpExchange *exchange, gboolean is_page)
{
    cim_http_exchange_add(exchange, "Allow", is_page ? "GET, HEAD" : "POST, M-POST, OPTIONS");
    return STATUS_METHOD_NOT_ALLOWED;
}

static guint
on_head(CimHttpExchange *exchange, gpointer user_data)
{
    CimServer *server = user_data;
    const char *verb = cim_http_exchange_verb(exchange);
    const char *path = cim_http_exchange_path(exchange);
    gboolean is_page = g_hash_table_contains(server->pages, path);
    CimHeaders headers;

    if (strcmp(verb, "OPTIONS") == 0 || find_page(server, exchange))
        return 0;
    if (!is_page && strcmp(path, "/cimom") != 0 && strcmp(path, "/") != 0)
        return STATUS_NOT_FOUND;
    if (is_page || (strcmp(verb, "POST") != 0 && strcmp(verb, "M-POST") != 0))
        return refuse_verb(exchange, is_page);
    cim_headers_read(&headers, exchange);
    return cim_headers_check(&headers, exchange);
}

static void
on_request(CimHttpExchange *exchange, gpointer user_data)
{
    CimServer *server = user_data;
    const Page *page = find_page(server, exchange);

    if (page) {
        reply_page(server, exchange, page);
    } else if (strcmp(cim_http_exchange_verb(exchange), "OPTIONS") == 0) {
        cim_http_exchange_add(exchange, "Allow", "POST, M-POST, OPTIONS");
        cim_http_exchange_reply(exchange, STATUS_OK, NULL);
    } else if (cim_identity_is_known(exchange)) {
        serve(server, exchange);
    } else {
        identify(server, exchange);
    }
}

static const CimHttpHandler handler = {.head = on_head, .request = on_request, .gone = on_gone};

/* The server */

CimServer *
cim_server_new(const CimSchema *schema, GMainContext *context, const CimServerLimits *limits)
{
    static const CimXmlBudget budget = {MAX_ELEMENTS, MAX_EMBEDDED_BYTES};
    CimServer *server = g_new0(CimServer, 1);

    server->registry = cim_registry_new(schema);
    server->reader = cim_xml_reader_new(schema, &budget);
    server->enumerations = cim_enumerations_new(
        context, limits && limits->enumerations ? limits->enumerations : DEFAULT_ENUMERATIONS);
    server->http = cim_http_new(context, limits, &handler, server);
    server->pages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return server;
}

void
cim_server_free(CimServer *server)
{
    if (!server)
        return;
    cim_http_free(server->http);
    cim_enumerations_free(server->enumerations);
    cim_registry_free(server->registry);
    cim_xml_reader_free(server->reader);
    g_hash_table_unref(server->pages);
    g_free(server);
}

void
cim_server_set_guard(CimServer *server, const CimGuard *guard, gpointer user_data)
{
    server->guard = guard;
    server->guard_data = user_data;
}

void
cim_server_add_namespace(CimServer *server, const char *name_space)
{
    cim_registry_add_namespace(server->registry, name_space);
}

void
cim_server_add_provider(CimServer *server,
                        const char *name_space,
                        const CimProvider *provider,
                        gpointer provider_data)
{
    cim_registry_add_provider(server->registry, name_space, provider, provider_data);
}

void
cim_server_add_page(CimServer *server, const char *path, CimServerPage page, gpointer user_data)
{
    Page *entry = g_new(Page, 1);

    *entry = (Page){page, user_data};
    g_hash_table_insert(server->pages, g_strdup(path), entry);
}

gboolean
cim_server_listen_unix(CimServer *server, const char *path, guint mode, GError **error)
{
    int fd = cim_listen_unix(path, mode, error);

    return fd >= 0 && cim_http_listen(server->http, fd, path, NULL, error);
}

guint16
cim_server_listen_tls(CimServer *server, const char *address, const CimTls *tls, GError **error)
{
    guint16 port = 0;
    int fd = cim_listen_tcp(address, &port, error);

    if (fd < 0 || !cim_http_listen(server->http, fd, NULL, tls, error))
        return 0;
    return port;
}

guint16
cim_server_listen_tcp(CimServer *server, const char *address, GError **error)
{
    return cim_server_listen_tls(server, address, NULL, error);
}

void
cim_server_get_counters(CimServer *server, CimServerCounters *counters)
{
    *counters = (CimServerCounters){
        .requests = server->requests,
        .cim_errors = server->cim_errors,
        .http_errors = cim_http_errors(server->http),
        .connections = cim_http_connections(server->http),
        .enumerations = cim_enumerations_count(server->enumerations),
    };
}
