/*
 * The questions of a check, asked of two open connections.
 *
 * Thread:    worker threads.  Source: what libvirt 9.0.0 lets a client find out beforehand; none of
 *            it is binding for the migration itself.
 */
#pragma once

#include "backends/backend.h"
#include "backends/libvirt/handles.h"

typedef struct {
    virConnectPtr source;
    virConnectPtr destination;
    const char *uuid;
    const DroverTransferOptions *options;
    GPtrArray *failures; /* of DroverFailure: what was found */
} DroverPreflight;

void drover_preflight(DroverPreflight *preflight);
