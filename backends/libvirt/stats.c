#include "backends/libvirt/stats.h"

DroverTransferStats
drover_stats_blank(DroverPhase phase)
{
    return (DroverTransferStats){
        .phase = phase,
        .memory_total_bytes = DROVER_UNKNOWN_BYTES,
        .memory_done_bytes = DROVER_UNKNOWN_BYTES,
        .memory_remaining_bytes = DROVER_UNKNOWN_BYTES,
        .disk_total_bytes = DROVER_UNKNOWN_BYTES,
        .disk_done_bytes = DROVER_UNKNOWN_BYTES,
        .disk_remaining_bytes = DROVER_UNKNOWN_BYTES,
        .expected_downtime_ms = -1,
        .downtime_ms = -1,
        .elapsed_ms = -1,
    };
}

/* Whatever its type, which differs between libvirt's versions. */
static guint64
number(virTypedParameterPtr params, int count, const char *name)
{
    virTypedParameterPtr param = virTypedParamsGet(params, count, name);

    if (!param) {
        return 0;
    }
    switch (param->type) {
    case VIR_TYPED_PARAM_INT: return param->value.i > 0 ? (guint64) param->value.i : 0;
    case VIR_TYPED_PARAM_UINT: return param->value.ui;
    case VIR_TYPED_PARAM_LLONG: return param->value.l > 0 ? (guint64) param->value.l : 0;
    case VIR_TYPED_PARAM_ULLONG: return param->value.ul;
    default: return 0;
    }
}

static gint64
duration(virTypedParameterPtr params, int count, const char *name)
{
    unsigned long long value = 0;

    return virTypedParamsGetULLong(params, count, name, &value) == 1 ? (gint64) value : -1;
}

/* Between the phases the numbers say nothing, so the guest's state decides first. */
static DroverPhase
phase_of(const DroverTransferStats *stats, int state, int reason)
{
    if (state == VIR_DOMAIN_PAUSED && reason == VIR_DOMAIN_PAUSED_POSTCOPY) {
        return DROVER_PHASE_POSTCOPY;
    }
    if (state == VIR_DOMAIN_PAUSED && reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED) {
        return DROVER_PHASE_POSTCOPY_BROKEN;
    }
    if (state == VIR_DOMAIN_PAUSED && reason == VIR_DOMAIN_PAUSED_MIGRATION) {
        return stats->memory_remaining_bytes ? DROVER_PHASE_SWITCHOVER : DROVER_PHASE_FINISHING;
    }
    if (stats->memory_total_bytes) {
        return DROVER_PHASE_PRECOPY;
    }
    return stats->disk_total_bytes ? DROVER_PHASE_STORAGE : DROVER_PHASE_CONNECTING;
}

static void
forget_memory(DroverTransferStats *stats)
{
    stats->memory_total_bytes = DROVER_UNKNOWN_BYTES;
    stats->memory_done_bytes = DROVER_UNKNOWN_BYTES;
    stats->memory_remaining_bytes = DROVER_UNKNOWN_BYTES;
}

static void
forget_disks(DroverTransferStats *stats)
{
    stats->disk_total_bytes = DROVER_UNKNOWN_BYTES;
    stats->disk_done_bytes = DROVER_UNKNOWN_BYTES;
    stats->disk_remaining_bytes = DROVER_UNKNOWN_BYTES;
}

DroverTransferStats
drover_stats_read(virTypedParameterPtr params, int count, int state, int reason)
{
    guint64 page_bytes = number(params, count, VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE);
    guint64 disk_rate = number(params, count, VIR_DOMAIN_JOB_DISK_BPS);
    DroverTransferStats stats = {
        .iteration = (guint) number(params, count, VIR_DOMAIN_JOB_MEMORY_ITERATION),
        .memory_total_bytes = number(params, count, VIR_DOMAIN_JOB_MEMORY_TOTAL),
        .memory_done_bytes = number(params, count, VIR_DOMAIN_JOB_MEMORY_PROCESSED),
        .memory_remaining_bytes = number(params, count, VIR_DOMAIN_JOB_MEMORY_REMAINING),
        .disk_total_bytes = number(params, count, VIR_DOMAIN_JOB_DISK_TOTAL),
        .disk_done_bytes = number(params, count, VIR_DOMAIN_JOB_DISK_PROCESSED),
        .disk_remaining_bytes = number(params, count, VIR_DOMAIN_JOB_DISK_REMAINING),
        .bandwidth_bytes_s = number(params, count, VIR_DOMAIN_JOB_MEMORY_BPS),
        .dirty_rate_bytes_s = number(params, count, VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE) *
                              (page_bytes ? page_bytes : 4096),
        .expected_downtime_ms = duration(params, count, VIR_DOMAIN_JOB_DOWNTIME),
        .downtime_ms = -1,
        .throttle_percent = (guint) number(params, count, VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE),
        .elapsed_ms = duration(params, count, VIR_DOMAIN_JOB_TIME_ELAPSED),
        .postcopy_requests = number(params, count, VIR_DOMAIN_JOB_MEMORY_POSTCOPY_REQS),
    };

    stats.phase = phase_of(&stats, state, reason);
    if (stats.phase == DROVER_PHASE_STORAGE) {
        stats.bandwidth_bytes_s = disk_rate;
    }
    if (stats.phase >= DROVER_PHASE_POSTCOPY) {
        stats.expected_downtime_ms = -1; /* QEMU shows nonsense then */
    }
    if (!stats.memory_total_bytes) {
        forget_memory(&stats);
    }
    if (!stats.disk_total_bytes) {
        forget_disks(&stats);
    }
    return stats;
}

DroverCompleted
drover_completed_from(virTypedParameterPtr params, int count)
{
    return (DroverCompleted){
        .operation = (int) number(params, count, VIR_DOMAIN_JOB_OPERATION),
        .downtime_ms = duration(params, count, VIR_DOMAIN_JOB_DOWNTIME),
        .stats = drover_stats_read(params, count, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNKNOWN),
    };
}

DroverCompleted *
drover_completed_read(virConnectPtr connection, const char *uuid)
{
    g_autoptr(virDomain) domain = virDomainLookupByUUIDString(connection, uuid);
    virTypedParameterPtr params = NULL;
    DroverCompleted completed;
    int type, count = 0;

    if (!domain ||
        virDomainGetJobStats(domain, &type, &params, &count, VIR_DOMAIN_JOB_STATS_COMPLETED) < 0) {
        return NULL;
    }
    completed = drover_completed_from(params, count);
    virTypedParamsFree(params, count);
    return type == VIR_DOMAIN_JOB_COMPLETED &&
                   completed.operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN
               ? g_memdup2(&completed, sizeof completed)
               : NULL;
}

void
drover_stats_complete(DroverTransferStats *stats,
                      const DroverCompleted *completed,
                      gint64 elapsed_ms)
{
    stats->elapsed_ms = elapsed_ms;
    if (completed) {
        guint throttle_percent = stats->throttle_percent;

        *stats = completed->stats;
        stats->downtime_ms = completed->downtime_ms;
        stats->throttle_percent = MAX(stats->throttle_percent, throttle_percent);
    }
    stats->phase = DROVER_PHASE_ENDED;
    stats->bandwidth_bytes_s = stats->dirty_rate_bytes_s = 0;
    stats->expected_downtime_ms = -1;
}
