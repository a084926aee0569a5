/*
 * The CIM server: CIM operations over HTTP (DSP0200) on Unix sockets and TCP, driven by a GLib main
 * context, in front of providers.
 *
 * Thread:    create, use and free it on the thread that runs @context.  It has no thread of its
 * own. Errors:    GError: G_IO_ERROR for sockets, CIM_ERROR otherwise. Source:    DSP0200 1.4,
 * DSP0201 2.4; limits: the shared facts on hostile input.
 */
#pragma once

#include "cim/guard.h"
#include "cim/provider.h"
#include "cim/tls.h"

typedef struct _CimServer CimServer;

/* Bounds; a zero takes the default that stands behind it. */
typedef struct {
    guint connections;          /* in all; 1024 */
    guint connections_per_peer; /* per TCP address; 0: no limit of its own (loopback has many
                                   clients) */
    gsize body_bytes;           /* 262144 */
    guint request_deadline_s;   /* head and body of one request; 10 */
    guint idle_timeout_s;       /* between requests; 60 */
    guint enumerations;         /* open ones, which clients pull from; 64 */
} CimServerLimits;

/* For GET paths such as /healthz: returns the body (transfer full) and sets @content_type (static).
 */
typedef char *(*CimServerPage)(gpointer user_data, const char **content_type, guint *http_status);

CimServer *
cim_server_new(const CimSchema *schema, GMainContext *context, const CimServerLimits *limits);
void cim_server_free(CimServer *server);

/* Before the first request; @guard is borrowed for the server's life. */
void cim_server_set_guard(CimServer *server, const CimGuard *guard, gpointer user_data);

/* Makes @name_space exist. */
void cim_server_add_namespace(CimServer *server, const char *name_space);
/* @provider is borrowed for the server's life.  A programming error in the table (unknown class,
 * property or method) aborts with its name, at start-up. */
void cim_server_add_provider(CimServer *server,
                             const char *name_space,
                             const CimProvider *provider,
                             gpointer provider_data);
void
cim_server_add_page(CimServer *server, const char *path, CimServerPage page, gpointer user_data);

/* @mode: permissions of the socket, e.g. 0660.  A stale socket is replaced, a live one is an error
 * that names it. */
gboolean cim_server_listen_unix(CimServer *server, const char *path, guint mode, GError **error);
/* @address: "127.0.0.1:5988", "[::1]:5988"; port 0 picks one. Returns the port, or 0. */
guint16 cim_server_listen_tcp(CimServer *server, const char *address, GError **error);
/* Likewise, encrypted.  @tls: borrowed for the server's life. */
guint16
cim_server_listen_tls(CimServer *server, const char *address, const CimTls *tls, GError **error);

/* Figures for /metrics. */
typedef struct {
    guint64 requests;
    guint64 cim_errors;
    guint64 http_errors;
    guint connections;
    guint enumerations; /* open ones, which clients pull from */
} CimServerCounters;
void cim_server_get_counters(CimServer *server, CimServerCounters *counters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimServer, cim_server_free)
