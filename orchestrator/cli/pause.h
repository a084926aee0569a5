/*
 * Waiting between two looks, so that Ctrl-C is noticed at once.
 *
 * Thread:  one; while a pause object lives, SIGINT is held back from the thread.
 * Source:  signalfd(2).
 */
#pragma once

#include <glib.h>

typedef struct _DroverPause DroverPause;

/* (transfer full) */
DroverPause *drover_pause_new(void);
void drover_pause_free(DroverPause *pause);
/* Waits @ms; TRUE as soon as Ctrl-C was pressed, also before the call. */
gboolean drover_pause_wait(DroverPause *pause, guint ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverPause, drover_pause_free)
