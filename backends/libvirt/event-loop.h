/*
 * libvirt's event loop, in a thread of its own.
 *
 * Purpose:   keepalive, close callbacks and domain events need it; it is there once per process and
 *            for ever, as libvirt has no way to take it back.
 * Thread:    drover_event_loop_start() before the first connection, from any thread.  libvirt 9
 *            runs on GLib's *default* main context, so nobody else may iterate that one.
 */
#pragma once

#include <glib.h>

/* Starts it unless it runs. FALSE with DROVER_BACKEND_ERROR_INVALID when libvirt cannot start. */
gboolean drover_event_loop_start(GError **error);
