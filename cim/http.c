#include "cim/http.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cim/http-private.h"

enum {
    SWEEP_INTERVAL_MS = 250,
    /* Connections above the limit that are still accepted, to be told 503. */
    RESERVE_CONNECTIONS = 64,
    /* What one connection may spend on its head; libmicrohttpd answers 431 or 414 beyond. */
    HEAD_BYTES = 8192,
    HEAD_INCREMENT_BYTES = 4096,
    KEPT_BUFFERS = 16,
    KEPT_BUFFER_BYTES = 1 << 17,
};

/* libmicrohttpd's epoll descriptor as a source */

typedef struct {
    GSource source;
    struct MHD_Daemon *daemon;
    gpointer tag;
} DaemonSource;

static gboolean
daemon_prepare(GSource *source, int *timeout_ms)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    *timeout_ms = -1;
    if (MHD_get_timeout(((DaemonSource *) source)->daemon, &wait_ms) == MHD_YES)
        *timeout_ms = MIN(wait_ms, G_MAXINT);
    return *timeout_ms == 0;
}

static gboolean
daemon_check(GSource *source)
{
    int timeout_ms;

    return g_source_query_unix_fd(source, ((DaemonSource *) source)->tag) != 0 ||
           daemon_prepare(source, &timeout_ms);
}

static gboolean
daemon_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
    g_source_set_ready_time(source, -1);
    MHD_run(((DaemonSource *) source)->daemon);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs daemon_functions = {
    .prepare = daemon_prepare, .check = daemon_check, .dispatch = daemon_dispatch};

static GSource *
daemon_source_new(struct MHD_Daemon *daemon)
{
    GSource *source = g_source_new(&daemon_functions, sizeof(DaemonSource));
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);

    ((DaemonSource *) source)->daemon = daemon;
    ((DaemonSource *) source)->tag = g_source_add_unix_fd(source, info->epoll_fd, G_IO_IN);
    g_source_set_name(source, "cim-http");
    /* No main loop runs within a request; a source that may not recurse is taken out of the poll
     * for each dispatch, which wakes the loop twice. */
    g_source_set_can_recurse(source, TRUE);
    return source;
}

/* libmicrohttpd has no descriptor of its own that would wake a foreign loop. */
void
cim_http_listener_wake(CimHttpListener *listener)
{
    if (listener->source)
        g_source_set_ready_time(listener->source, 0);
}

/* Connections and their deadlines */

void
cim_http_connection_enter(CimHttpConnection *connection, CimHttpPhase phase)
{
    connection->phase = phase;
    connection->since_us = g_get_monotonic_time();
}

static gboolean
is_expired(const CimHttpConnection *connection, const CimServerLimits *limits, gint64 now_us)
{
    gint64 age_us = now_us - connection->since_us;

    switch (connection->phase) {
    case CIM_HTTP_WAITING: return age_us > limits->idle_timeout_s * G_USEC_PER_SEC;
    case CIM_HTTP_READING: return age_us > limits->request_deadline_s * G_USEC_PER_SEC;
    case CIM_HTTP_BUSY: return FALSE; /* the provider's time, or libmicrohttpd's idle timer */
    }
    return FALSE;
}

/* libmicrohttpd takes no reply while it reads, but nothing has been sent either. */
static void
expire(CimHttpConnection *connection)
{
    static const char timeout[] = "HTTP/1.1 408 Request Timeout\r\n"
                                  "Connection: close\r\nContent-Length: 0\r\n\r\n";

    if (connection->phase == CIM_HTTP_READING) {
        connection->listener->http->errors++;
        (void) !send(connection->fd, timeout, strlen(timeout), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    shutdown(connection->fd, SHUT_RDWR);
}

static gboolean
sweep(gpointer user_data)
{
    CimHttp *http = user_data;
    gint64 now_us = g_get_monotonic_time();

    for (GList *link = http->connections.head; link; link = link->next)
        if (is_expired(link->data, &http->limits, now_us))
            expire(link->data);
    return G_SOURCE_CONTINUE;
}

static void
start_sweep(CimHttp *http)
{
    if (http->sweep)
        return;
    http->sweep = g_timeout_source_new(SWEEP_INTERVAL_MS);
    g_source_set_callback(http->sweep, sweep, http, NULL);
    g_source_attach(http->sweep, http->context);
}

static void
stop_sweep(CimHttp *http)
{
    if (!http->sweep)
        return;
    g_source_destroy(http->sweep);
    g_clear_pointer(&http->sweep, g_source_unref);
}

static void
connection_open(CimHttpListener *listener, struct MHD_Connection *mhd, void **socket_context)
{
    CimHttpConnection *connection = g_new0(CimHttpConnection, 1);

    connection->listener = listener;
    connection->mhd = mhd;
    connection->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection->link.data = connection;
    cim_http_connection_enter(connection, CIM_HTTP_WAITING);
    g_queue_push_tail_link(&listener->http->connections, &connection->link);
    start_sweep(listener->http);
    *socket_context = connection;
}

/* Where it had to stop accepting, libmicrohttpd begins again only in its next run; the idle
 * connections that remain would give it none. */
static void
connection_close(CimHttpConnection *connection)
{
    CimHttp *http = connection->listener->http;

    cim_http_listener_wake(connection->listener);
    g_queue_unlink(&http->connections, &connection->link);
    if (http->connections.length == 0)
        stop_sweep(http);
    if (connection->destroy)
        connection->destroy(connection->data);
    cim_peer_clear(&connection->peer);
    g_free(connection);
}

static void
on_connection(void *cls,
              struct MHD_Connection *mhd,
              void **socket_context,
              enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        connection_open(cls, mhd, socket_context);
    else if (*socket_context)
        connection_close(g_steal_pointer(socket_context));
}

/* Listeners */

static void on_log(void *cls, const char *format, va_list args) G_GNUC_PRINTF(2, 0);

static void
on_log(void *cls, const char *format, va_list args)
{
    g_autofree char *message = g_strdup_vprintf(format, args);

    g_debug("http: %s", g_strchomp(message));
}

/* The library wants pointers without const, and leaves the texts alone. */
static void
fill_tls_options(struct MHD_OptionItem options[5], const CimTls *tls)
{
    guint n = 0;

    if (tls) {
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0,
                                               (void *) cim_tls_certificate(tls)};
        options[n++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *) cim_tls_key(tls)};
        options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
                                               (void *) cim_tls_priorities(tls)};
    }
    if (tls && cim_tls_client_ca(tls))
        options[n++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, (void *) cim_tls_client_ca(tls)};
    options[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
}

static struct MHD_Daemon *
start_daemon(CimHttpListener *listener, int fd)
{
    const CimServerLimits *limits = &listener->http->limits;
    unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                         (listener->tls ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[5];

    fill_tls_options(tls, listener->tls);
    return MHD_start_daemon(flags, 0, NULL, NULL, cim_http_exchange_access, listener,
                            MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_CONNECTION_LIMIT, limits->connections + RESERVE_CONNECTIONS,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits->connections_per_peer,
                            MHD_OPTION_CONNECTION_TIMEOUT, limits->idle_timeout_s,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) HEAD_BYTES,
                            MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t) HEAD_INCREMENT_BYTES,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
                            cim_http_exchange_begin, listener, MHD_OPTION_NOTIFY_CONNECTION,
                            on_connection, listener, MHD_OPTION_NOTIFY_COMPLETED,
                            cim_http_exchange_end, listener, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

static void
listener_free(gpointer data)
{
    CimHttpListener *listener = data;

    if (listener->source) {
        g_source_destroy(listener->source);
        g_clear_pointer(&listener->source, g_source_unref); /* connections end after it */
    }
    if (listener->daemon)
        MHD_stop_daemon(listener->daemon);
    if (listener->unlink_path)
        unlink(listener->unlink_path);
    g_free(listener->unlink_path);
    g_free(listener);
}

gboolean
cim_http_listen(CimHttp *http, int fd, const char *unlink_path, const CimTls *tls, GError **error)
{
    CimHttpListener *listener = g_new0(CimHttpListener, 1);

    listener->http = http;
    listener->unlink_path = g_strdup(unlink_path);
    listener->tls = tls;
    listener->daemon = start_daemon(listener, fd);
    if (!listener->daemon) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "HTTP does not start");
        close(fd);
        listener_free(listener);
        return FALSE;
    }
    listener->source = daemon_source_new(listener->daemon);
    g_source_attach(listener->source, http->context);
    g_ptr_array_add(http->listeners, listener);
    return TRUE;
}

/* The layer */

static void
fill_limits(CimServerLimits *limits)
{
    static const CimServerLimits defaults = {
        .connections = 1024, .body_bytes = 262144, .request_deadline_s = 10, .idle_timeout_s = 60};

    limits->connections = limits->connections ? limits->connections : defaults.connections;
    limits->body_bytes = limits->body_bytes ? limits->body_bytes : defaults.body_bytes;
    if (!limits->request_deadline_s)
        limits->request_deadline_s = defaults.request_deadline_s;
    if (!limits->idle_timeout_s)
        limits->idle_timeout_s = defaults.idle_timeout_s;
}

static void
buffer_free(gpointer buffer)
{
    g_string_free(buffer, TRUE);
}

CimHttp *
cim_http_new(GMainContext *context,
             const CimServerLimits *limits,
             const CimHttpHandler *handler,
             gpointer user_data)
{
    CimHttp *http = g_new0(CimHttp, 1);

    http->context = context ? g_main_context_ref(context) : NULL;
    http->handler = *handler;
    http->user_data = user_data;
    http->listeners = g_ptr_array_new_with_free_func(listener_free);
    http->buffers = g_ptr_array_new_with_free_func(buffer_free);
    if (limits)
        http->limits = *limits;
    fill_limits(&http->limits);
    return http;
}

void
cim_http_free(CimHttp *http)
{
    if (!http)
        return;
    for (GList *link = http->connections.head; link; link = link->next) {
        CimHttpConnection *connection = link->data;

        if (connection->exchange)
            cim_http_exchange_abandon(connection->exchange);
    }
    g_ptr_array_unref(http->listeners);
    stop_sweep(http);
    g_ptr_array_unref(http->buffers);
    if (http->context)
        g_main_context_unref(http->context);
    g_free(http);
}

guint
cim_http_connections(const CimHttp *http)
{
    return http->connections.length;
}

guint64
cim_http_errors(const CimHttp *http)
{
    return http->errors;
}

GString *
cim_http_buffer(CimHttp *http)
{
    if (http->buffers->len > 0)
        return g_ptr_array_steal_index_fast(http->buffers, http->buffers->len - 1);
    return g_string_sized_new(4096);
}

void
cim_http_buffer_return(CimHttp *http, GString *buffer)
{
    if (http->buffers->len >= KEPT_BUFFERS || buffer->allocated_len > KEPT_BUFFER_BYTES) {
        g_string_free(buffer, TRUE);
        return;
    }
    g_string_truncate(buffer, 0);
    g_ptr_array_add(http->buffers, buffer);
}
