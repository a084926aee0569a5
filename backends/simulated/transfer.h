/*
 * What one backend sees of the simulated world: its hosts by their configured names, and the moves
 * that it started or took up.
 *
 * Ownership: the backend's; a transfer frees itself when it is done.
 * Thread:    the main loop's; listeners are called from the clock only.
 */
#pragma once

#include "backends/simulated/move.h"

typedef struct {
    DroverBackend base;
    DroverSimWorld *world;
    SimWatcher watcher;
    GHashTable *links;     /* configured name -> SimLink */
    GHashTable *by_host;   /* SimHost -> SimLink */
    GHashTable *transfers; /* a set of DroverTransfer */
    GHashTable *checks;    /* a set of checks whose answers are under way */
} SimBackend;

typedef struct {
    SimBackend *backend;
    char *name;
    SimHost *host;
    guint timer; /* until it is connected */
} SimLink;

DroverTransfer *sim_transfer_start(DroverBackend *backend,
                                   const DroverTransferSpec *spec,
                                   const DroverTransferListener *listener,
                                   gpointer user_data,
                                   GError **error);
DroverTransfer *sim_transfer_adopt(DroverBackend *backend,
                                   const DroverTransferSpec *spec,
                                   const DroverTransferListener *listener,
                                   gpointer user_data,
                                   GError **error);
void sim_transfer_cancel(DroverTransfer *transfer);
/* Without a word to its listener; the move goes on. */
void sim_transfer_free(gpointer transfer);
/* The state of a host has changed, or it was removed: those who move from or to it look again. */
void sim_transfers_look(SimBackend *backend, const char *host);
/* Gives @failure the names that the hosts and the guest go by. */
void sim_failure_name(DroverFailure *failure, SimBackend *backend, const DroverTransferSpec *spec);
