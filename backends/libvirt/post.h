/*
 * Letters from worker threads to the main loop.
 *
 * Purpose:   no callback of a backend may run on a worker thread, nor at once when the worker could
 *            get hold of the context (as g_main_context_invoke() does).
 * Thread:    any; @func runs on the thread that iterates @context.
 */
#pragma once

#include <glib.h>

typedef void (*DroverPostFunc)(gpointer data);

/* Calls @func, then @destroy (nullable), once; only @destroy when the context ends before. Letters
 * of one thread arrive in order. */
void drover_post(GMainContext *context, DroverPostFunc func, gpointer data, GDestroyNotify destroy);
