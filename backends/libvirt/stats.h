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

typedef struct {
    gint64 downtime_ms; /* -1: not told */
    gint64 elapsed_ms;
} DroverCompleted;

/* What the destination keeps of the move that brought the guest; NULL: nothing. Worker threads
 * only. (transfer full) */
DroverCompleted *drover_completed_read(virConnectPtr connection, const char *uuid);

/* The last statistics of an ended move: what is not known yet from a running one, filled in from
 * the completed job. */
void drover_stats_complete(DroverTransferStats *stats, gint64 downtime_ms, gint64 elapsed_ms);
