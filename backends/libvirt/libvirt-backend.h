/*
 * What the parts of the libvirt backend share.
 *
 * Thread:    main loop only.
 */
#pragma once

#include "backends/libvirt/host.h"

typedef struct {
    DroverBackend base;
    DroverMailbox *mailbox;
    GHashTable *hosts;    /* name -> DroverVirHost */
    GPtrArray *transfers; /* of DroverTransfer, under way */
    GPtrArray *checks;    /* of DroverCheck, under way */
} DroverVirBackend;

/* NULL: not configured. */
DroverVirHost *drover_vir_backend_host(DroverVirBackend *backend, const char *name);
