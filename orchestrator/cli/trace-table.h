/*
 * A job's black box on a screen: a line for each entry, figures in short.
 *
 * Ownership: results are (transfer full).
 * Thread:    any.
 */
#pragma once

#include "orchestrator/cli/table.h"

/* @entries: Drover_TraceEntry (of CimInstance), in order. */
char *drover_trace_print(const GPtrArray *entries, const DroverScreen *screen);
