/*
 * The one step that drover_reconcile() asked for.
 *
 * Purpose:   right before the step both hosts are looked at once more, and drover_remedy_is_safe()
 *            decides on that: the other host is asked first, this one last.
 * Thread:    said at each call.
 */
#pragma once

#include "backends/libvirt/mailbox.h"
#include "backends/libvirt/vir-error.h"
#include "backends/reconcile.h"

typedef struct {
    DroverRemedy remedy;
    char *uuid;
    DroverSighting other; /* what the other host shows now */
} DroverRemedyOrder;

typedef enum {
    DROVER_REMEDY_NOT_DUE = 0, /* the hosts do not show any more what the step is for */
    DROVER_REMEDY_DONE,
    DROVER_REMEDY_FAILED,
} DroverRemedyEnd;

typedef struct {
    DroverRemedyEnd end;
    DroverVirError *error; /* with FAILED */
} DroverRemedyResult;

/* Any thread.  @other: what the host that the remedy is not for shows now. */
DroverRemedyOrder *
drover_remedy_order_new(DroverRemedy remedy, const char *uuid, const DroverSighting *other);
void drover_remedy_order_free(DroverRemedyOrder *order);
void drover_remedy_result_free(DroverRemedyResult *result);

/* Whether the remedy is for the source; else for the destination. */
gboolean drover_remedy_is_for_source(DroverRemedy remedy);
/* Whether libvirt may keep the caller waiting for half a minute, as it does for a guest whose job
 * has not ended: not for a session that others need. */
gboolean drover_remedy_may_wait(DroverRemedy remedy);

/* Worker threads; @connection: to the host that the remedy is for. (transfer full) */
DroverRemedyResult *drover_remedy_apply(virConnectPtr connection, const DroverRemedyOrder *order);

/* Main loop: the same on a thread and a connection of its own. @order: (transfer full).
 * @done: once, on the main loop; @result: (transfer none) NULL: the host cannot be reached. */
void drover_remedy_run(DroverMailbox *mailbox,
                       const char *uri,
                       DroverRemedyOrder *order,
                       void (*done)(gpointer result, gpointer user_data),
                       gpointer user_data);
