/*
 * A move, from the request to the truth.
 *
 *   WAITING -> CALLING -> SETTLING -> ENDED        start()
 *                ^          |  ^
 *                           v  |
 *                        FOLLOWING                 a move that goes on without our call
 *   adopt() begins with SETTLING.
 *
 * Thread:    main loop only.
 */
#pragma once

#include "backends/libvirt/libvirt-backend.h"

typedef enum { DROVER_TRANSFER_START, DROVER_TRANSFER_ADOPT } DroverTransferOrigin;

/* Both hosts must be configured. Belongs to the backend, and is freed after listener->done(). */
DroverTransfer *drover_transfer_new(DroverVirBackend *backend,
                                    const DroverTransferSpec *spec,
                                    DroverTransferOrigin origin,
                                    const DroverTransferListener *listener,
                                    gpointer user_data);
/* Lets go of it without a callback; the move itself goes on. */
void drover_transfer_free(DroverTransfer *transfer);
void drover_transfer_cancel(DroverTransfer *transfer);

void drover_transfer_host_changed(DroverTransfer *transfer, DroverVirHost *host);
void drover_transfer_guest_event(DroverTransfer *transfer,
                                 DroverVirHost *host,
                                 const DroverGuestEvent *event);
