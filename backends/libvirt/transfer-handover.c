#include "backends/libvirt/transfer-private.h"

#include "backends/libvirt/note.h"

/* Much longer than two hosts need to agree, and much shorter than keepalive (30 s), after which a
 * source that heard no word of the end wakes its copy of a guest that runs at the destination. */
#define OVERDUE_US (2 * G_USEC_PER_SEC)

/* The call, or the source's job, is what tells of the end. */
static void
waits(const DroverJudgement *judgement,
      const DroverEvidence *evidence,
      const DroverVirError *error,
      gpointer user_data)
{
}

static void
done(DroverVerdict verdict,
     const DroverEvidence *evidence,
     const char *leftover,
     gpointer user_data)
{
}

static const DroverSettleListener listener = {waits, done, drover_transfer_noted};

static void
overdue(gpointer user_data, gpointer unused)
{
    DroverTransfer *transfer = user_data;
    const DroverSettleSpec spec = {
        .uuid = transfer->uuid,
        .source = transfer->source,
        .destination = transfer->destination,
        .watch = transfer->watch,
        .under_way = TRUE,
    };

    transfer->overdue_timer = 0;
    transfer->lookout = drover_settle_new(transfer->backend, &spec, &listener, transfer);
}

void
drover_transfer_end_handover(DroverTransfer *transfer)
{
    drover_clock_remove(transfer->backend->base.clock, &transfer->overdue_timer);
    if (transfer->lookout) {
        transfer->handed_over |= drover_settle_source_destroyed(transfer->lookout);
        g_clear_pointer(&transfer->lookout, drover_settle_free);
    }
}

void
drover_transfer_watch_handover(DroverTransfer *transfer)
{
    DroverPhase phase = transfer->stats.phase;

    if (phase != DROVER_PHASE_SWITCHOVER && phase != DROVER_PHASE_FINISHING) {
        drover_transfer_end_handover(transfer);
        return;
    }
    transfer->still_us = g_get_monotonic_time();
    if (!transfer->lookout && !transfer->overdue_timer) {
        transfer->overdue_timer =
            drover_clock_add(transfer->backend->base.clock, OVERDUE_US, overdue, transfer);
    }
}
