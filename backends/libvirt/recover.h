/*
 * When a broken post-copy is to be taken up again.
 *
 * Purpose:   libvirt gives a post-copy up as soon as its two daemons lose each other, but QEMU may
 *            go on: left alone it ends by itself.  Only when both hosts are in sight and no memory
 *            flows is it paused for certain, and taken up again when both sides know that it is
 *            broken; for ever, with growing delay.  Neither half may be resumed, destroyed or moved
 *            otherwise meanwhile.  Pure: nobody is asked here and nothing is done here.
 * Units:     times are those of g_get_monotonic_time(); they are passed in.
 * Thread:    any; plain data.
 * Source:    libvirt 9.0.0 and QEMU 7.2, what both show after a cut link and a killed daemon.  A
 *            destination that still waits for the first stream (running, post-copy) refuses to take
 *            up a second one, and is of no use after that until its libvirtd is started again.
 */
#pragma once

#include "backends/backend.h"
#include "backends/reconcile.h"

/* Zeroed: nothing is known. */
typedef struct {
    gboolean sampled;
    guint64 done_bytes; /* of the last sample */
    guint64 remaining_bytes;
    gint64 changed_us;  /* since when the samples show just that */
    gint64 flowed_us;   /* when memory was last seen to flow; 0: not yet */
    guint flowing;      /* samples in a row that showed it: one may be a last drop */
    gboolean in_sight;  /* both halves */
    gint64 in_sight_us; /* since when */
    gboolean ready;     /* both hosts know that it is broken */
    gint64 ready_us;    /* since when */
    guint tries;        /* of the same step */
    gint64 not_before_us;
} DroverRecovery;

typedef enum {
    DROVER_RECOVERY_WAIT,
    DROVER_RECOVERY_PAUSE, /* end what QEMU still takes for a connection */
    DROVER_RECOVERY_TAKE_UP,
} DroverRecoveryStep;

void
drover_recovery_sample(DroverRecovery *recovery, const DroverTransferStats *stats, gint64 now_us);
/* After each look at both hosts. */
void drover_recovery_look(DroverRecovery *recovery, const DroverEvidence *evidence, gint64 now_us);
/* A step was taken, and may have been of no use. */
void drover_recovery_tried(DroverRecovery *recovery, gint64 now_us);

/* Whether memory flows, whatever libvirt thinks of it. */
gboolean drover_recovery_flows(const DroverRecovery *recovery, gint64 now_us);
/* Whether a post-copy that libvirt thinks well of has stood still for so long that it is broken. */
gboolean drover_recovery_stalls(const DroverRecovery *recovery, gint64 now_us);
/* What is to be done now. */
DroverRecoveryStep drover_recovery_step(const DroverRecovery *recovery, gint64 now_us);
