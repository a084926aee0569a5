/*
 * droverd: wires settings, store, backend, service, views and server together, and runs them.
 *
 * Thread:    new, run and free on one thread, which owns the main context.
 * Errors:    GError of whichever part could not be set up, naming the thing.
 */
#pragma once

#include <gio/gio.h>

typedef struct _DroverDaemon DroverDaemon;

/* Reads @config_path and sets everything up, down to the listening sockets. */
DroverDaemon *drover_daemon_new(const char *config_path, GError **error);
void drover_daemon_free(DroverDaemon *daemon);
/* Until SIGTERM or SIGINT.  Running moves are left alone: the next daemon takes them up. */
void drover_daemon_run(DroverDaemon *daemon);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverDaemon, drover_daemon_free)
