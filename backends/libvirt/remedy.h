/*
 * The one step that drover_reconcile() asked for.
 *
 * Purpose:   each looks at the guest once more right before it acts, and does nothing when it is
 *            not in the state any more that the step is for.
 * Thread:    worker threads.
 */
#pragma once

#include "backends/libvirt/vir-error.h"
#include "backends/reconcile.h"

typedef struct {
    DroverRemedy remedy;
    char *uuid;
} DroverRemedyOrder;

DroverRemedyOrder *drover_remedy_order_new(DroverRemedy remedy, const char *uuid);
void drover_remedy_order_free(DroverRemedyOrder *order);

/* Whether the remedy is for the source; else for the destination. */
gboolean drover_remedy_is_for_source(DroverRemedy remedy);

/* NULL: done, or no longer called for; else why not. (transfer full) */
DroverVirError *drover_remedy_apply(virConnectPtr connection, const DroverRemedyOrder *order);
