#include "orchestrator/progress.h"

#define DEFAULT_DOWNTIME_MS 300 /* QEMU's own */

static gboolean
known(guint64 bytes)
{
    return bytes != DROVER_UNKNOWN_BYTES;
}

static double
share(guint64 remaining, guint64 total)
{
    return remaining >= total ? 0.0 : 1.0 - (double) remaining / (double) total;
}

/* Post-copy: remaining jumps up when it begins, then falls steadily. */
static double
postcopy_fraction(DroverProgress *progress, const DroverTransferStats *stats)
{
    double before = MIN(progress->fraction, 0.9);

    progress->postcopy_start_bytes =
        MAX(progress->postcopy_start_bytes, stats->memory_remaining_bytes);
    return before +
           (1.0 - before) * share(stats->memory_remaining_bytes, progress->postcopy_start_bytes);
}

static double
memory_fraction(DroverProgress *progress, const DroverTransferStats *stats)
{
    guint64 remaining = stats->memory_remaining_bytes;

    if (!known(remaining) || !known(stats->memory_total_bytes) || !stats->memory_total_bytes) {
        return 0.0;
    }
    if (stats->phase == DROVER_PHASE_POSTCOPY) {
        return postcopy_fraction(progress, stats);
    }
    if (progress->low_water_bytes == 0 || remaining < progress->low_water_bytes) {
        progress->low_water_bytes = MAX(remaining, 1);
    }
    return share(progress->low_water_bytes, stats->memory_total_bytes);
}

void
drover_progress_sample(DroverProgress *progress, const DroverTransferStats *stats)
{
    gboolean has_disks = known(stats->disk_total_bytes) && stats->disk_total_bytes > 0;
    double memory = 0.0;
    double fraction;

    /* While disks are copied the memory's numbers are zero, not done. */
    if (stats->phase >= DROVER_PHASE_PRECOPY && stats->phase <= DROVER_PHASE_FINISHING) {
        memory = memory_fraction(progress, stats);
    }
    fraction = memory;
    if (has_disks) {
        double disk = known(stats->disk_remaining_bytes)
                          ? share(stats->disk_remaining_bytes, stats->disk_total_bytes)
                          : 0.0;
        double weight = (double) stats->disk_total_bytes;
        double other = known(stats->memory_total_bytes) ? (double) stats->memory_total_bytes : 0.0;

        fraction = (disk * weight + memory * other) / (weight + other);
    }
    progress->fraction = CLAMP(fraction, progress->fraction, 1.0);
}

guint
drover_progress_percent(const DroverProgress *progress)
{
    return (guint) (progress->fraction * 99.0);
}

gboolean
drover_progress_is_stuck(const DroverTransferStats *stats)
{
    return stats->phase == DROVER_PHASE_PRECOPY && stats->iteration >= 2 &&
           stats->bandwidth_bytes_s > 0 && stats->dirty_rate_bytes_s >= stats->bandwidth_bytes_s;
}

static gint64
left(double bytes, double rate)
{
    return rate > 0 ? (gint64) (bytes / rate + 0.5) : -1;
}

gint64
drover_progress_remaining_s(const DroverTransferStats *stats)
{
    double rate = (double) stats->bandwidth_bytes_s;
    double bytes =
        known(stats->memory_remaining_bytes) ? (double) stats->memory_remaining_bytes : -1;

    if (bytes < 0 || rate <= 0 || drover_progress_is_stuck(stats)) {
        return -1;
    }
    if (stats->phase == DROVER_PHASE_POSTCOPY) {
        return left(bytes, rate);
    }
    if (stats->phase != DROVER_PHASE_PRECOPY) {
        return -1;
    }
    /* The last pass is as long as the pause may be: what fits in it need not be waited for. */
    bytes = MAX(bytes - rate * DEFAULT_DOWNTIME_MS / 1000.0, 0.0);
    return left(bytes, rate - (double) stats->dirty_rate_bytes_s);
}
