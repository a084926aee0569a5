/*
 * The call that moves a guest: a thread and a connection of its own.
 *
 * Purpose:   virDomainMigrateToURI3() blocks until the move is over; five blocked calls on one
 *            connection would get it reset.
 * Thread:    started, dropped and answered on the main loop.  The thread is never killed: it ends
 *            when libvirt returns, whether somebody still waits for it or not.
 * Ownership: drover_call_drop() gives the handle away; no answer comes after it.
 */
#pragma once

#include "backends/libvirt/mailbox.h"
#include "backends/backend.h"
#include "backends/libvirt/vir-error.h"

typedef struct _DroverCall DroverCall;

/* How far it got before it ended. */
typedef enum {
    DROVER_CALL_OPENING,   /* no connection to the source */
    DROVER_CALL_PREPARING, /* connected; the guest was not found, or refused a setting */
    DROVER_CALL_PREVENTED, /* by drover_call_prevent() */
    DROVER_CALL_MADE,      /* libvirt was asked to move it */
} DroverCallStep;

typedef struct {
    DroverCallStep step;
    DroverVirError *error; /* NULL: success, or prevented */
    gboolean source_alive; /* the connection outlived the call: it was libvirtd that answered */
} DroverCallResult;

typedef struct {
    const char *uuid;
    const char *source_uri;
    const char *peer_uri; /* of the destination, for the source */
    const DroverTransferOptions *options;
    /* (nullable) On the main loop, when libvirt is asked to move it, unless dropped before. @how:
     * borrowed. */
    void (*asked)(const char *how, gpointer user_data);
    gboolean recovers; /* takes a broken post-copy up again, instead of beginning a move */
} DroverCallSpec;

/* @done: once, on the main loop, unless dropped before; @result: (transfer none). */
DroverCall *drover_call_new(DroverMailbox *mailbox,
                            const DroverCallSpec *spec,
                            void (*done)(const DroverCallResult *result, gpointer user_data),
                            gpointer user_data);
void drover_call_drop(DroverCall *call);

/* TRUE: libvirt was not asked to move the guest, and never will be. */
gboolean drover_call_prevent(DroverCall *call);
