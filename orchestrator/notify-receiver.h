/*
 * Receivers of notifications, and whose turn it is.
 *
 * Purpose:   a slow or dead receiver delays no other: each has a queue of its own and few places,
 * one that gave no answer has a single place until it answers again, and all those together get no
 * more than half of the places there are.  A URL's receiver is its host and port, so that a dead
 * one does not become many by its paths.
 * Ownership: borrows what is queued.
 * Thread:    the main loop only.
 */
#pragma once

#include <glib.h>

#define DROVER_RECEIVER_PLACES 4
#define DROVER_NOTIFY_PLACES   32

typedef struct _DroverReceivers DroverReceivers;
typedef struct _DroverReceiver DroverReceiver;

DroverReceivers *drover_receivers_new(void);
void drover_receivers_free(DroverReceivers *receivers);

/* The one behind @target, a URL or a program: the same for as long as the receivers live. */
DroverReceiver *drover_receivers_get(DroverReceivers *receivers, const char *target);
/* @urgent: before those that are not. */
void drover_receiver_queue(DroverReceiver *receiver, gpointer item, gboolean urgent);
/* Nothing happens if it is not queued. */
void drover_receiver_unqueue(DroverReceiver *receiver, gpointer item);
/* Takes the next item that may be delivered now, and a place for it; NULL: none. */
gpointer drover_receivers_next(DroverReceivers *receivers);
/* Gives the place back.  TRUE: the receiver answers again after it had not. */
gboolean drover_receiver_done(DroverReceiver *receiver, gboolean answered);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverReceivers, drover_receivers_free)
