#include <stdlib.h>
#include <string.h>

#include "cim/http-private.h"

enum {
    MAX_HEADERS = 8,
    /* A body that is thrown away is read up to here; then the connection is cut. */
    MAX_DISCARDED_BYTES = 16 << 20,
};

typedef struct {
    char *name;
    char *value;
} Header;

struct _CimHttpExchange {
    CimHttpConnection *connection;
    struct MHD_Connection *mhd;
    const char *verb; /* NULL: only the request line was seen */
    const char *path;
    GString *body;
    gsize discarded_bytes;
    guint refusal; /* status to answer with when the body is over; 0: none */
    gboolean is_complete;
    gboolean is_suspended;
    gboolean is_abandoned;
    struct MHD_Response *response;
    guint status;
    Header headers[MAX_HEADERS];
    guint n_headers;
    gpointer data;
};

static CimHttpConnection *
connection_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Called when the request line is there: the earliest sign of a request. */
void *
cim_http_exchange_begin(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    CimHttpExchange *exchange = g_new0(CimHttpExchange, 1);

    exchange->mhd = mhd;
    exchange->connection = connection_of(mhd);
    exchange->connection->exchange = exchange;
    cim_http_connection_enter(exchange->connection, CIM_HTTP_READING);
    return exchange;
}

static void
exchange_free(CimHttpExchange *exchange)
{
    CimHttp *http = exchange->connection->listener->http;

    if (exchange->body)
        cim_http_buffer_return(http, exchange->body);
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    for (guint i = 0; i < exchange->n_headers; i++) {
        g_free(exchange->headers[i].name);
        g_free(exchange->headers[i].value);
    }
    exchange->connection->exchange = NULL;
    g_free(exchange);
}

static void
forget(CimHttpExchange *exchange)
{
    CimHttp *http = exchange->connection->listener->http;

    if (exchange->is_complete && !exchange->response && !exchange->is_abandoned)
        http->handler.gone(exchange, http->user_data);
    exchange->is_abandoned = TRUE;
}

void
cim_http_exchange_end(void *cls,
                      struct MHD_Connection *mhd,
                      void **con_cls,
                      enum MHD_RequestTerminationCode code)
{
    CimHttpExchange *exchange = *con_cls;

    if (!exchange)
        return;
    *con_cls = NULL;
    forget(exchange);
    cim_http_connection_enter(exchange->connection, CIM_HTTP_WAITING);
    exchange_free(exchange);
}

static void
resume(CimHttpExchange *exchange)
{
    if (!exchange->is_suspended)
        return;
    exchange->is_suspended = FALSE;
    MHD_resume_connection(exchange->mhd);
    cim_http_listener_wake(exchange->connection->listener);
}

void
cim_http_exchange_abandon(CimHttpExchange *exchange)
{
    forget(exchange);
    resume(exchange);
}

/* Framing: what would let two readers of one stream disagree, and what is too big to read */

typedef struct {
    guint n_lengths;
    guint n_codings;
    guint64 length;
    gboolean is_bad;
    gboolean is_unknown; /* a coding that would leave the end of the body to guesswork */
} Framing;

static enum MHD_Result
on_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    Framing *framing = cls;
    char *end;

    if (g_ascii_strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->n_codings++;
        framing->is_unknown |= g_ascii_strcasecmp(value, "chunked") != 0;
    }
    if (g_ascii_strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) != 0)
        return MHD_YES;
    framing->n_lengths++;
    framing->length = g_ascii_strtoull(value, &end, 10);
    if (!g_ascii_isdigit(*value) || *end)
        framing->is_bad = TRUE;
    return MHD_YES;
}

static guint
check_framing(struct MHD_Connection *mhd, gsize body_bytes)
{
    Framing framing = {0};

    MHD_get_connection_values(mhd, MHD_HEADER_KIND, on_header, &framing);
    if (framing.n_lengths + framing.n_codings > 1 || framing.is_bad)
        return MHD_HTTP_BAD_REQUEST;
    if (framing.is_unknown)
        return MHD_HTTP_NOT_IMPLEMENTED;
    return framing.length > body_bytes ? MHD_HTTP_CONTENT_TOO_LARGE : 0;
}

/* Replies */

typedef struct {
    CimHttp *http;
    GString *buffer;
} Sent;

static void
on_sent(void *cls)
{
    Sent *sent = cls;

    cim_http_buffer_return(sent->http, sent->buffer);
    g_free(sent);
}

static struct MHD_Response *
new_response(CimHttp *http, GString *body)
{
    Sent *sent;

    if (!body)
        return MHD_create_response_from_buffer(0, (void *) "", MHD_RESPMEM_PERSISTENT);
    sent = g_new(Sent, 1);
    *sent = (Sent){http, body};
    return MHD_create_response_from_buffer_with_free_callback_cls(body->len, body->str, on_sent,
                                                                  sent);
}

static void
prepare_reply(CimHttpExchange *exchange, guint status, GString *body)
{
    CimHttp *http = exchange->connection->listener->http;

    exchange->status = status;
    exchange->response = new_response(http, body);
    for (guint i = 0; i < exchange->n_headers; i++)
        MHD_add_response_header(exchange->response, exchange->headers[i].name,
                                exchange->headers[i].value);
    if (status >= 400)
        http->errors++;
}

static enum MHD_Result
queue_reply(CimHttpExchange *exchange)
{
    return MHD_queue_response(exchange->mhd, exchange->status, exchange->response);
}

/* Answers before the body is read; libmicrohttpd closes the connection after it. */
static enum MHD_Result
refuse_now(CimHttpExchange *exchange, guint status)
{
    cim_http_exchange_add(exchange, MHD_HTTP_HEADER_CONNECTION, "close");
    exchange->is_complete = TRUE;
    cim_http_connection_enter(exchange->connection, CIM_HTTP_BUSY);
    prepare_reply(exchange, status, NULL);
    return queue_reply(exchange);
}

static gboolean
is_saturated(const CimHttp *http)
{
    return http->connections.length > http->limits.connections;
}

static enum MHD_Result
on_head(CimHttpExchange *exchange, const char *verb, const char *path)
{
    CimHttp *http = exchange->connection->listener->http;
    guint status = check_framing(exchange->mhd, http->limits.body_bytes);

    exchange->verb = verb;
    exchange->path = path;
    if (status)
        return refuse_now(exchange, status);
    if (is_saturated(http)) {
        cim_http_exchange_add(exchange, MHD_HTTP_HEADER_RETRY_AFTER, "1");
        return refuse_now(exchange, MHD_HTTP_SERVICE_UNAVAILABLE);
    }
    exchange->refusal = http->handler.head(exchange, http->user_data);
    if (exchange->refusal && cim_http_exchange_header(exchange, MHD_HTTP_HEADER_EXPECT))
        return refuse_now(exchange, exchange->refusal);
    exchange->body = cim_http_buffer(http);
    return MHD_YES;
}

static enum MHD_Result
on_upload(CimHttpExchange *exchange, const char *data, gsize length)
{
    CimHttp *http = exchange->connection->listener->http;

    if (!exchange->refusal && exchange->body->len + length <= http->limits.body_bytes) {
        g_string_append_len(exchange->body, data, length);
        return MHD_YES;
    }
    if (!exchange->refusal)
        exchange->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
    exchange->discarded_bytes += length;
    return exchange->discarded_bytes <= MAX_DISCARDED_BYTES ? MHD_YES : MHD_NO;
}

static enum MHD_Result
on_complete(CimHttpExchange *exchange)
{
    CimHttp *http = exchange->connection->listener->http;

    exchange->is_complete = TRUE;
    cim_http_connection_enter(exchange->connection, CIM_HTTP_BUSY);
    if (exchange->refusal)
        prepare_reply(exchange, exchange->refusal, NULL);
    else
        http->handler.request(exchange, http->user_data);
    if (exchange->response)
        return queue_reply(exchange);
    exchange->is_suspended = TRUE;
    MHD_suspend_connection(exchange->mhd);
    return MHD_YES;
}

enum MHD_Result
cim_http_exchange_access(void *cls,
                         struct MHD_Connection *mhd,
                         const char *url,
                         const char *method,
                         const char *version,
                         const char *upload,
                         size_t *upload_size,
                         void **con_cls)
{
    CimHttpExchange *exchange = *con_cls;

    if (exchange->is_abandoned)
        return MHD_NO;
    if (!exchange->verb)
        return on_head(exchange, method, url);
    if (*upload_size > 0) {
        gsize length = *upload_size;

        *upload_size = 0;
        return on_upload(exchange, upload, length);
    }
    return exchange->response ? queue_reply(exchange) : on_complete(exchange);
}

void
cim_http_exchange_reply(CimHttpExchange *exchange, guint status, GString *body)
{
    g_return_if_fail(exchange->response == NULL);
    prepare_reply(exchange, status, body);
    resume(exchange);
}

void
cim_http_exchange_add(CimHttpExchange *exchange, const char *name, const char *value)
{
    g_return_if_fail(exchange->n_headers < MAX_HEADERS);
    exchange->headers[exchange->n_headers++] = (Header){g_strdup(name), g_strdup(value)};
}

/* Looking at an exchange */

const char *
cim_http_exchange_verb(const CimHttpExchange *exchange)
{
    return exchange->verb;
}

const char *
cim_http_exchange_path(const CimHttpExchange *exchange)
{
    return exchange->path;
}

const char *
cim_http_exchange_header(const CimHttpExchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->mhd, MHD_HEADER_KIND, name);
}

const GString *
cim_http_exchange_body(const CimHttpExchange *exchange)
{
    return exchange->body;
}

void
cim_http_exchange_set_data(CimHttpExchange *exchange, gpointer data)
{
    exchange->data = data;
}

gpointer
cim_http_exchange_data(const CimHttpExchange *exchange)
{
    return exchange->data;
}

CimHttp *
cim_http_exchange_http(const CimHttpExchange *exchange)
{
    return exchange->connection->listener->http;
}

const CimPeer *
cim_http_exchange_peer(const CimHttpExchange *exchange)
{
    cim_http_peer_read(exchange->connection);
    return &exchange->connection->peer;
}

gpointer
cim_http_exchange_connection_data(const CimHttpExchange *exchange)
{
    return exchange->connection->data;
}

void
cim_http_exchange_set_connection_data(CimHttpExchange *exchange,
                                      gpointer data,
                                      GDestroyNotify destroy)
{
    CimHttpConnection *connection = exchange->connection;

    if (connection->destroy)
        connection->destroy(connection->data);
    connection->data = data;
    connection->destroy = destroy;
}
