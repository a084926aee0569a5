#include "backends/libvirt/transfer-private.h"

#include "backends/libvirt/note.h"

/* libvirt gives an answer, or QEMU begins, long before. */
#define HANGS_US (30 * G_USEC_PER_SEC)

/* NULL: as libvirt said. */
static const char *
what_hinders(DroverTransfer *transfer)
{
    if (transfer->call && g_get_monotonic_time() - transfer->taken_up_us >= HANGS_US) {
        return "libvirt does not come to an end of taking it up: the hosts do not reach each "
               "other, "
               "or QEMU does not answer, because it waits for memory itself";
    }
    return transfer->error ? NULL : "no memory flows between the hosts";
}

static void
tell_broken(DroverTransfer *transfer, const char *hosts)
{
    drover_transfer_tell_trouble(transfer, DROVER_PHASE_POSTCOPY_BROKEN,
                                 DROVER_FAILURE_POSTCOPY_BROKEN, hosts, what_hinders(transfer));
}

static gboolean
is_half(const DroverSighting *sighting)
{
    return sighting->seen == DROVER_SEEN_PAUSED &&
           (sighting->why == DROVER_WHY_POSTCOPY || sighting->why == DROVER_WHY_POSTCOPY_FAILED);
}

/* There is no way back from here on, so an abort that was asked for comes too late. */
static void
enter_post_copy(DroverTransfer *transfer)
{
    if (!transfer->post_copy) {
        transfer->post_copy = TRUE;
        transfer->furthest = MAX(transfer->furthest, DROVER_PHASE_POSTCOPY);
        drover_watch_end_abort(transfer->watch);
    }
}

void
drover_transfer_recovery_sample(DroverTransfer *transfer, const DroverTransferStats *stats)
{
    gint64 now_us = g_get_monotonic_time();
    gboolean flows;

    enter_post_copy(transfer);
    drover_recovery_sample(&transfer->recovery, stats, now_us);
    transfer->stats = *stats;
    flows = drover_recovery_flows(&transfer->recovery, now_us);
    if (flows && transfer->call) {
        transfer->broken = FALSE; /* it was taken up */
    }
    if (flows || (stats->phase == DROVER_PHASE_POSTCOPY && !transfer->broken)) {
        transfer->stats.phase = DROVER_PHASE_POSTCOPY;
        transfer->listener->changed(transfer, &transfer->stats, NULL, transfer->user_data);
    } else {
        tell_broken(transfer, NULL);
    }
}

gboolean
drover_transfer_is_broken(DroverTransfer *transfer)
{
    return transfer->stats.phase == DROVER_PHASE_POSTCOPY_BROKEN ||
           (transfer->post_copy &&
            drover_recovery_stalls(&transfer->recovery, g_get_monotonic_time()));
}

gboolean
drover_transfer_recover(DroverTransfer *transfer,
                        const DroverJudgement *judgement,
                        const DroverEvidence *evidence)
{
    gint64 now_us = g_get_monotonic_time();
    g_autofree char *hosts = drover_transfer_hosts_unseen(transfer, evidence);

    drover_recovery_look(&transfer->recovery, evidence, now_us);
    transfer->broken =
        judgement->verdict == DROVER_VERDICT_POSTCOPY_BROKEN ||
        (judgement->verdict == DROVER_VERDICT_IN_PROGRESS && transfer->recovery.in_sight &&
         drover_recovery_stalls(&transfer->recovery, now_us));
    if (!transfer->broken) {
        return FALSE;
    }
    enter_post_copy(transfer);
    if (!drover_recovery_flows(&transfer->recovery, now_us)) {
        tell_broken(transfer, transfer->recovery.in_sight ? NULL : hosts);
    }
    return TRUE;
}

gboolean
drover_transfer_recovery_is_due(DroverTransfer *transfer)
{
    gint64 now_us = g_get_monotonic_time();
    DroverRecoveryStep step = drover_recovery_step(&transfer->recovery, now_us);

    if (step == DROVER_RECOVERY_PAUSE) {
        drover_recovery_tried(&transfer->recovery, now_us);
        drover_watch_pause(transfer->watch);
        drover_transfer_note(transfer, DROVER_NOTE_ACTION, "pause post-copy", transfer->source,
                             "no memory flows, but QEMU may still take its connection for alive");
    }
    return step == DROVER_RECOVERY_TAKE_UP;
}

char *
drover_transfer_left_half(DroverTransfer *transfer, const DroverEvidence *evidence)
{
    return is_half(&evidence->source)
               ? g_strdup_printf("the guest's paused half on '%s'", transfer->source)
               : NULL;
}

DroverFailure *
drover_transfer_failure_of_loss(DroverTransfer *transfer, const DroverEvidence *evidence)
{
    gboolean source = is_half(&evidence->source);
    DroverFailure *failure = drover_transfer_failure(transfer, DROVER_FAILURE_GUEST_LOST,
                                                     source                ? DROVER_SIDE_DESTINATION
                                                     : transfer->post_copy ? DROVER_SIDE_SOURCE
                                                                           : DROVER_SIDE_NONE);

    if (!failure->text && failure->where) {
        failure->text =
            g_strdup_printf("QEMU ended on '%s' while the guest's memory was still on both hosts",
                            source ? transfer->destination : transfer->source);
    }
    return failure;
}
