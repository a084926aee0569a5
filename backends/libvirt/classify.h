/*
 * From what libvirt said, and where and when it said it, to a DroverFailure.
 *
 * Purpose:   one table.  Codes alone tell little (1 and 9 stand for a dozen causes), so the phase,
 *            the errno, which connection lives, how the guest ended and at last the text decide.
 * Thread:    any.
 * Source:    errors of libvirt 9.0.0 and QEMU 7.2, most of them provoked, the others from their
 *            documentation.  Texts are translated by the daemon that raises them: run libvirtd in
 *            the C locale, else rows with a text are missed and a coarser kind is reported.
 */
#pragma once

#include "backends/libvirt/call.h"
#include "backends/reconcile.h"

typedef struct {
    const DroverVirError *error;
    DroverCallStep step;
    DroverSide side;       /* OPENING: which host drover could not reach; NONE: the source */
    gboolean source_alive; /* it was the source's libvirtd that answered */
    DroverPhase phase;     /* the furthest that was seen */
    guint peer_port;       /* of the destination's libvirtd for the source; 0: not known */
    gboolean two_hosts;    /* drover's own connections lead to different machines */
    DroverWhy source_stop; /* how the guest ended on the source; OTHER: it did not, or unknown */
} DroverErrorContext;

/*
 * @untouched: (out) (nullable): the move was refused before anything was touched on either host
 *
 * Returns: (transfer full): a failure with kind, transience, phase, side, element, text and codes.
 */
DroverFailure *drover_classify(const DroverErrorContext *context, gboolean *untouched);

/*
 * The row of the table that decides, from 0, and a row in words, NULL beyond the last: by these a
 * test sees to it that every row is reached.
 */
guint drover_classify_row(const DroverErrorContext *context);
char *drover_classify_row_text(guint index); /* (transfer full) */

/* The port that a peer URI leads to: its own, or its transport's; 0: none (ssh, local). */
guint drover_uri_port(const char *uri);
