/*
 * libvirt's domain states in drover's words.
 *
 * Purpose:   one table for listings and for looks at a guest whose move has ended.
 * Thread:    any.
 * Source:    virDomainState and its reasons of libvirt 9.0.0.
 */
#pragma once

#include "backends/inventory.h"
#include "backends/libvirt/handles.h"
#include "backends/reconcile.h"

typedef struct {
    DroverGuestState state;
    const char *reason; /* in words, or NULL: not worth a word */
    DroverSeen seen;
    DroverWhy why;
} DroverStateWords;

DroverStateWords drover_state_words(int state, int reason);

/* How a guest ended, from the detail of its "stopped" event; DROVER_WHY_OTHER: nothing known. */
DroverWhy drover_why_stopped(int detail);

/* Reads a guest's sighting, in calls that libvirtd answers even when its workers are all busy.
 * FALSE when the host did not tell; an unknown guest is told as absent. Worker threads only. */
gboolean drover_sighting_read(virConnectPtr connection, const char *uuid, DroverSighting *sighting);
