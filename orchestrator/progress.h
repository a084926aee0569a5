/*
 * Progress that an administrator can trust: a percentage that never goes back and never shows 100
 * early, and an estimate of the time that is left, or none.
 *
 * Purpose:   turns a backend's samples into both.
 * Thread:    plain data.
 * Source:    what libvirt's numbers mean: remaining bytes are a saw-tooth after the first pass.
 */
#pragma once

#include "backends/backend.h"

/* A zeroed one is ready. */
typedef struct {
    guint64 low_water_bytes;      /* fewest bytes of memory seen remaining, 0: none seen */
    guint64 postcopy_start_bytes; /* remaining when post-copy began */
    double fraction;              /* 0…1, only grows */
} DroverProgress;

void drover_progress_sample(DroverProgress *progress, const DroverTransferStats *stats);
/* 0…99 */
guint drover_progress_percent(const DroverProgress *progress);
/* Seconds until the guest has moved, by the last sample; -1: not known, or it does not converge. */
gint64 drover_progress_remaining_s(const DroverTransferStats *stats);
/* TRUE when memory is rewritten as fast as it is sent (pre-copy, second pass and later). */
gboolean drover_progress_is_stuck(const DroverTransferStats *stats);
