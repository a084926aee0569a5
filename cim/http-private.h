/*
 * What http.c (listeners, connections, deadlines) and http-exchange.c (requests and replies) share.
 */
#pragma once

#include <microhttpd.h>

#include "cim/http.h"

typedef struct {
    CimHttp *http;
    struct MHD_Daemon *daemon;
    GSource *source;
    char *unlink_path;
    const CimTls *tls; /* NULL: plain */
} CimHttpListener;

/* A connection waits for a request line, reads a request, is busy with it, and waits again. */
typedef enum {
    CIM_HTTP_WAITING,
    CIM_HTTP_READING,
    CIM_HTTP_BUSY,
} CimHttpPhase;

typedef struct {
    CimHttpListener *listener;
    int fd;
    CimHttpPhase phase;
    gint64 since_us; /* monotonic: when the phase began */
    CimHttpExchange *exchange;
    struct MHD_Connection *mhd;
    CimPeer peer;
    gboolean has_peer; /* not before the first request: TLS must have shaken hands */
    gpointer data;     /* the handler's */
    GDestroyNotify destroy;
    GList link; /* in CimHttp.connections */
} CimHttpConnection;

struct _CimHttp {
    GMainContext *context;
    CimServerLimits limits; /* defaults filled in */
    CimHttpHandler handler;
    gpointer user_data;
    GPtrArray *listeners; /* of CimHttpListener */
    GQueue connections;   /* of CimHttpConnection */
    GSource *sweep;       /* while there are connections */
    GPtrArray *buffers;   /* of GString, to be used again */
    guint64 errors;
};

/* After a connection was resumed. */
void cim_http_listener_wake(CimHttpListener *listener);
void cim_http_connection_enter(CimHttpConnection *connection, CimHttpPhase phase);

/* Finds out who is on the other end. */
void cim_http_peer_read(CimHttpConnection *connection);

/* Callbacks of libmicrohttpd, whose @cls is the CimHttpListener. */
void *cim_http_exchange_begin(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result cim_http_exchange_access(void *cls,
                                         struct MHD_Connection *connection,
                                         const char *url,
                                         const char *method,
                                         const char *version,
                                         const char *upload,
                                         size_t *upload_size,
                                         void **con_cls);
void cim_http_exchange_end(void *cls,
                           struct MHD_Connection *connection,
                           void **con_cls,
                           enum MHD_RequestTerminationCode code);
/* The layer ends: the handler forgets the exchange, and its connection may be closed. */
void cim_http_exchange_abandon(CimHttpExchange *exchange);
