/*
 * libvirt's job statistics as drover's.
 *
 * Purpose:   one reading of the typed parameters of a running and of a completed migration.
 * Units:     bytes, milliseconds, bytes per second; unknown values as DroverTransferStats says.
 * Thread:    any.
 * Source:    virDomainGetJobStats() of libvirt 9.0.0; what each phase shows was measured.
 */
#pragma once

#include "backends/backend.h"
#include "backends/libvirt/handles.h"

/* All unknown, of that phase. */
DroverTransferStats drover_stats_blank(DroverPhase phase);

/* @state, @reason: the guest's state on the source at about the same time; they tell the phase. */
DroverTransferStats
drover_stats_read(virTypedParameterPtr params, int count, int state, int reason);

/* What libvirt keeps of a migration that succeeded. */
typedef struct {
    int operation; /* virDomainJobOperation: which side tells */
    gint64 downtime_ms;
    DroverTransferStats stats;
} DroverCompleted;

DroverCompleted drover_completed_from(virTypedParameterPtr params, int count);
/* What the destination keeps of the move that brought the guest; NULL: nothing. Worker threads
 * only. (transfer full) */
DroverCompleted *drover_completed_read(virConnectPtr connection, const char *uuid);

/* Turns the last sample of a move into its end; a move may be over before a sample was taken.
 * @completed: (nullable); @elapsed_ms: what to show without it */
void drover_stats_complete(DroverTransferStats *stats,
                           const DroverCompleted *completed,
                           gint64 elapsed_ms);
