/*
 * Letters from worker threads to the main loop.
 *
 * Purpose:   no callback of a backend may run on a worker thread, nor at once when the worker could
 *            get hold of the context (as g_main_context_invoke() does), nor after the backend's
 *            end.
 * Thread:    any, unless said otherwise; letters are opened on the thread that iterates the
 *            context, in the order in which they came.
 */
#pragma once

#include <glib.h>

typedef struct _DroverMailbox DroverMailbox;

typedef void (*DroverLetterFunc)(gpointer data);

DroverMailbox *drover_mailbox_new(GMainContext *context);
DroverMailbox *drover_mailbox_ref(DroverMailbox *mailbox);
void drover_mailbox_unref(DroverMailbox *mailbox);

/* Calls @open, then @destroy (nullable), once; only @destroy when the mailbox is closed before. */
void drover_mailbox_post(DroverMailbox *mailbox,
                         DroverLetterFunc open,
                         gpointer data,
                         GDestroyNotify destroy);

/* Main loop only: letters that are there, and that come later, are dropped unopened. */
void drover_mailbox_close(DroverMailbox *mailbox);
