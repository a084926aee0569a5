/*
 * What would keep a guest from being moved, found without touching anything.
 *
 * Purpose:   everything at once, on a thread and connections of its own.  What libvirt alone can
 *            tell: an empty answer is no promise.
 * Thread:    main loop.
 */
#pragma once

#include "backends/libvirt/libvirt-backend.h"

typedef struct _DroverCheck DroverCheck;

/* Belongs to the backend until it is done; an answer comes after DROVER_CHECK_S at the latest. */
#define DROVER_CHECK_S 20
void drover_check_new(DroverVirBackend *backend,
                      const DroverTransferSpec *spec,
                      DroverCheckDone done,
                      gpointer user_data);
/* Without an answer. */
void drover_check_free(DroverCheck *check);
