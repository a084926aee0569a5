/*
 * Watching a move at its source, and aborting it or switching it to post-copy there.
 *
 * Purpose:   statistics can block for 30 s while the source connects to the destination, so each
 *            move has a thread and a connection for them, beside the one that makes the call.  An
 *            abort has its own again, so that it waits for nobody.
 * Thread:    the main loop; samples come on it.
 * Ownership: drover_watch_stop() gives the handle away; no sample comes after it.
 */
#pragma once

#include "backends/libvirt/mailbox.h"
#include "backends/backend.h"
#include "backends/libvirt/vir-error.h"
#include "backends/reconcile.h"

typedef struct _DroverWatch DroverWatch;

typedef struct {
    DroverSightedJob job;      /* UNSEEN: the source did not tell */
    gint64 began_us;           /* g_get_monotonic_time() before it was asked; 0: only the phase is
                                * new, the rest as before */
    DroverTransferStats stats; /* with OUTGOING */
} DroverSample;

/* @error: NULL when libvirt took the abort; borrowed. */
typedef void (*DroverAbortAnswered)(const DroverVirError *error, gpointer user_data);

DroverWatch *drover_watch_new(DroverMailbox *mailbox,
                              const char *source_uri,
                              const char *uuid,
                              void (*sample)(const DroverSample *sample, gpointer user_data),
                              gpointer user_data);
void drover_watch_stop(DroverWatch *watch);

/* Samples now instead of at the next interval. */
void drover_watch_hurry(DroverWatch *watch);
/* Switches the move to post-copy, one try before the next sample.  It may come too early: whoever
 * sees no post-copy in the samples after it asks again. */
void drover_watch_switch(DroverWatch *watch);
/* Pauses a post-copy, likewise: QEMU on both hosts gives up its connection, of which it may not
 * have noticed yet that it is dead.  Both halves stay. */
void drover_watch_pause(DroverWatch *watch);
/* Aborts the guest's job, again and again until drover_watch_end_abort(): to be called as soon as
 * the move is over, lest it hits somebody else's job. @answered: on the main loop, for each answer
 * that differs from the one before; with the watch's user_data. */
void drover_watch_abort(DroverWatch *watch, DroverAbortAnswered answered);
void drover_watch_end_abort(DroverWatch *watch);
