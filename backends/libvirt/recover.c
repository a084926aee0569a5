#include "backends/libvirt/recover.h"

/* Samples come four times a second, but libvirt may keep one waiting. */
#define FLOWS_US (2 * G_USEC_PER_SEC)
#define FLOWING  3
/* What QEMU's own connection needs to come to life again after a short cut. */
#define QUIET_US (5 * G_USEC_PER_SEC)
/* A host shows that it knows a little before it is done with what it did before. */
#define READY_US G_USEC_PER_SEC
/* Longer than keepalive needs: where libvirt still watches, it is the first to tell. */
#define STALL_US      (45 * G_USEC_PER_SEC)
#define DELAY_US      G_USEC_PER_SEC
#define DELAY_MAX_US  (30 * G_USEC_PER_SEC)
#define DELAY_DOUBLES 5

void
drover_recovery_sample(DroverRecovery *recovery, const DroverTransferStats *stats, gint64 now_us)
{
    if (recovery->sampled && recovery->done_bytes == stats->memory_done_bytes &&
        recovery->remaining_bytes == stats->memory_remaining_bytes) {
        return;
    }
    if (recovery->sampled) {
        recovery->flowing = now_us - recovery->flowed_us < FLOWS_US ? recovery->flowing + 1 : 1;
        recovery->flowed_us = now_us;
    }
    recovery->sampled = TRUE;
    recovery->done_bytes = stats->memory_done_bytes;
    recovery->remaining_bytes = stats->memory_remaining_bytes;
    recovery->changed_us = now_us;
}

static gboolean
is_half(const DroverSighting *sighting)
{
    return sighting->why == DROVER_WHY_POSTCOPY || sighting->why == DROVER_WHY_POSTCOPY_FAILED;
}

/* What was tried in vain before may work now. */
static void
follow(DroverRecovery *recovery, gboolean *flag, gint64 *since_us, gboolean value, gint64 now_us)
{
    if (value && !*flag) {
        *since_us = now_us;
        recovery->tries = 0;
        recovery->not_before_us = 0;
    }
    *flag = value;
}

void
drover_recovery_look(DroverRecovery *recovery, const DroverEvidence *evidence, gint64 now_us)
{
    gboolean in_sight = is_half(&evidence->source) && is_half(&evidence->destination);
    gboolean ready = in_sight && evidence->source.why == DROVER_WHY_POSTCOPY_FAILED &&
                     evidence->destination.why == DROVER_WHY_POSTCOPY_FAILED;

    follow(recovery, &recovery->in_sight, &recovery->in_sight_us, in_sight, now_us);
    follow(recovery, &recovery->ready, &recovery->ready_us, ready, now_us);
}

void
drover_recovery_tried(DroverRecovery *recovery, gint64 now_us)
{
    gint64 delay_us = DELAY_US << MIN(recovery->tries, DELAY_DOUBLES);

    recovery->tries++;
    recovery->not_before_us = now_us + MIN(delay_us, DELAY_MAX_US);
}

gboolean
drover_recovery_flows(const DroverRecovery *recovery, gint64 now_us)
{
    return recovery->flowing >= FLOWING && now_us - recovery->flowed_us < FLOWS_US;
}

gboolean
drover_recovery_stalls(const DroverRecovery *recovery, gint64 now_us)
{
    return recovery->sampled && now_us - recovery->changed_us >= STALL_US;
}

DroverRecoveryStep
drover_recovery_step(const DroverRecovery *recovery, gint64 now_us)
{
    gint64 quiet_since_us = MAX(recovery->changed_us, recovery->in_sight_us);

    if (!recovery->in_sight || now_us - quiet_since_us < QUIET_US ||
        now_us < recovery->not_before_us) {
        return DROVER_RECOVERY_WAIT;
    }
    if (!recovery->ready) {
        return DROVER_RECOVERY_PAUSE;
    }
    return now_us - recovery->ready_us < READY_US ? DROVER_RECOVERY_WAIT : DROVER_RECOVERY_TAKE_UP;
}
