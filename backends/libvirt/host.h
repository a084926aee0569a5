/*
 * A host as the backend holds it: kept connected, listed, and asked.
 *
 * Purpose:   keeps one host's part of the inventory fresh; reconnects by itself after 1…15 s.
 * Thread:    main loop only.  Nothing here blocks: a host that is asked something every
 * DROVER_TICK_S seconds and gives no answer for DROVER_ANSWER_S is down, and another session is
 * tried beside the stuck one (at most DROVER_STUCK_SESSIONS of them).
 */
#pragma once

#include "backends/backend.h"
#include "backends/libvirt/session.h"

#define DROVER_ANSWER_S       10
#define DROVER_TICK_S         10 /* between two questions to a host that is up */
#define DROVER_RELIST_TICKS   6  /* every so many: all of its guests */
#define DROVER_STUCK_SESSIONS 4

typedef struct _DroverVirHost DroverVirHost;

typedef struct {
    /* It came up, went down, or a try to connect failed (state stays DOWN). */
    void (*changed)(DroverVirHost *host, gpointer user_data);
    void (*event)(DroverVirHost *host, const DroverGuestEvent *event, gpointer user_data);
} DroverVirHostListener;

/* Adds the host to the backend's inventory and begins to connect. */
DroverVirHost *drover_vir_host_new(DroverBackend *backend,
                                   DroverMailbox *mailbox,
                                   const char *name,
                                   const char *uri,
                                   const char *peer_uri,
                                   const DroverVirHostListener *listener,
                                   gpointer user_data);
/* Without a callback; questions that are not answered are answered with NULL before it returns. */
void drover_vir_host_free(DroverVirHost *host);

void drover_vir_host_set_uris(DroverVirHost *host, const char *uri, const char *peer_uri);
/* Tries to connect now when it is down. */
void drover_vir_host_wake(DroverVirHost *host);
/* Looks at this guest, and at the host's free memory, for the inventory: before any question that
 * is asked after this call. */
void drover_vir_host_touch(DroverVirHost *host, const char *uuid);

/* Like drover_session_ask(); a host that is not up answers NULL, from the main loop. */
void drover_vir_host_ask(DroverVirHost *host, const DroverQuestion *question);

DroverHostState drover_vir_host_state(const DroverVirHost *host);
const char *drover_vir_host_name(const DroverVirHost *host);
const char *drover_vir_host_uri(const DroverVirHost *host);
const char *drover_vir_host_peer_uri(const DroverVirHost *host);
/* Why it is down, or NULL. */
const DroverVirError *drover_vir_host_error(const DroverVirHost *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverVirHost, drover_vir_host_free)
