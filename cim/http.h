/*
 * HTTP in the GLib main loop: listeners, connections, bounds and deadlines.  It knows nothing of
 * CIM.
 *
 * libmicrohttpd parses and sends; its epoll descriptor is a source of the main context.  What it
 * leaves open is closed here: bodies are bounded before they are read, two Content-Length headers
 * or one beside chunks are refused, and a request that drips in has a deadline.
 *
 * Ownership: an exchange is the layer's own, from its head until its reply is sent.
 * Thread:    the one that runs the context.
 * Source:    RFC 9112.
 */
#pragma once

#include <glib.h>

#include "cim/guard.h"
#include "cim/server.h"
#include "cim/tls.h"

typedef struct _CimHttp CimHttp;
typedef struct _CimHttpExchange CimHttpExchange;

typedef struct {
    /*
     * The head is there, the body is not.  Returns 0 to have the body read, or the HTTP status to
     * answer with once the body was read and thrown away; it may add headers to that answer with
     * cim_http_exchange_add().
     */
    guint (*head)(CimHttpExchange *exchange, gpointer user_data);
    /* The request is complete; ends, now or later, in cim_http_exchange_reply(). */
    void (*request)(CimHttpExchange *exchange, gpointer user_data);
    /* The exchange ends before it was replied to: it must not be used any more. */
    void (*gone)(CimHttpExchange *exchange, gpointer user_data);
} CimHttpHandler;

CimHttp *cim_http_new(GMainContext *context,
                      const CimServerLimits *limits,
                      const CimHttpHandler *handler,
                      gpointer user_data);
void cim_http_free(CimHttp *http);
/* Takes the listening socket @fd.  @unlink_path: removed when the listener ends, or NULL.
 * @tls: (nullable) borrowed for the listener's life. */
gboolean
cim_http_listen(CimHttp *http, int fd, const char *unlink_path, const CimTls *tls, GError **error);
guint cim_http_connections(const CimHttp *http);
/* Replies with an HTTP status of 400 and above. */
guint64 cim_http_errors(const CimHttp *http);

/* The request.  Strings live as long as the exchange. */
const char *cim_http_exchange_verb(const CimHttpExchange *exchange);
const char *cim_http_exchange_path(const CimHttpExchange *exchange); /* percent-decoded */
/* The first header of that name, or NULL. */
const char *cim_http_exchange_header(const CimHttpExchange *exchange, const char *name);
const GString *cim_http_exchange_body(const CimHttpExchange *exchange);

/* For the handler's own use. */
void cim_http_exchange_set_data(CimHttpExchange *exchange, gpointer data);
gpointer cim_http_exchange_data(const CimHttpExchange *exchange);

/* Who is on the other end: found out once for each connection, with its first request. */
const CimPeer *cim_http_exchange_peer(const CimHttpExchange *exchange);
/* What the handler keeps with the connection, until it ends or another is set. */
gpointer cim_http_exchange_connection_data(const CimHttpExchange *exchange);
void cim_http_exchange_set_connection_data(CimHttpExchange *exchange,
                                           gpointer data,
                                           GDestroyNotify destroy);

/* A header of the answer; copied. */
void cim_http_exchange_add(CimHttpExchange *exchange, const char *name, const char *value);
/* @body: (transfer full), from cim_http_buffer(), or NULL. */
void cim_http_exchange_reply(CimHttpExchange *exchange, guint status, GString *body);
/* An empty buffer, used again after it was sent. */
GString *cim_http_buffer(CimHttp *http);
void cim_http_buffer_return(CimHttp *http, GString *buffer);
CimHttp *cim_http_exchange_http(const CimHttpExchange *exchange);
