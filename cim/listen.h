/*
 * Listening sockets.
 *
 * Ownership: a returned descriptor belongs to the caller; it is non-blocking and close-on-exec.
 * Errors:    G_IO_ERROR; messages name the address.
 * Thread:    at start-up: cim_listen_unix() changes the process's umask for a moment.
 */
#pragma once

#include <glib.h>

/* A stale socket at @path is replaced; a live one, or any other file, is an error.  Returns -1. */
int cim_listen_unix(const char *path, guint mode, GError **error);

/* @address: "127.0.0.1:5988", "[::1]:5988", "localhost:0".  @port: the one it got.  Returns -1. */
int cim_listen_tcp(const char *address, guint16 *port, GError **error);
