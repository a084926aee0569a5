/*
 * Opening a connection the way drover wants it.
 *
 * Purpose:   keepalive on, and nobody asked for a password (credentials come from libvirt's own
 *            files).
 * Thread:    worker threads only: an open into a black hole takes 135 s.
 */
#pragma once

#include "backends/libvirt/vir-error.h"

#define DROVER_KEEPALIVE_INTERVAL_S 5
#define DROVER_KEEPALIVE_COUNT      5

/* (transfer full); NULL with *@error (transfer full) set. */
virConnectPtr drover_connection_open(const char *uri, DroverVirError **error);
