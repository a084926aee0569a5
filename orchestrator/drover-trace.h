/*
 * A job's black box as CIM shows it: Drover_TraceEntry, embedded.
 *
 * Thread: the main loop only.
 * Source: configs/mof/drover.mof.
 */
#pragma once

#include "cim/provider.h"
#include "orchestrator/trace-entry.h"

/* What one answer holds at most. */
#define DROVER_TRACE_PAGE 500

/* (transfer full) */
CimInstance *drover_trace_instance(const DroverTraceEntry *entry);
/* Drover_MigrationStatistics.GetTrace; @job: a DroverJob, @views: DroverViews. */
void drover_trace_get(CimCall *call, gpointer job, gpointer views);
