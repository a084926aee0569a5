/*
 * One entry of a job's black box: what was done, answered, seen or measured, and when.
 *
 * Units:     real time in microseconds; elapsed in milliseconds since the job was accepted, on the
 *            monotonic clock (a restart of the daemon goes by real time).
 * Ownership: an entry from drover_trace_entry_copy() or _new() owns its texts and its failure.
 * Thread:    plain data, handed over as a whole.
 */
#pragma once

#include "backends/backend.h"

/* Stored: numbers are never reused. */
typedef enum {
    DROVER_TRACE_STAGE = 1,   /* what: the job's new stage; detail: why */
    DROVER_TRACE_VERB = 2,    /* what: what a client asked for */
    DROVER_TRACE_ATTEMPT = 3, /* what: "start" or "adopt"; host: the destination; detail: which */
    DROVER_TRACE_SAMPLE = 4,  /* what: the phase; with stats, and with the trouble as failure */
    DROVER_TRACE_END = 5,     /* what: the attempt's outcome; with stats and failure */
    DROVER_TRACE_ACTION = 6,  /* as DROVER_NOTE_ACTION */
    DROVER_TRACE_ANSWER = 7,
    DROVER_TRACE_EVENT = 8,
    DROVER_TRACE_SIGHT = 9,
} DroverTraceKind;

typedef struct {
    guint64 sequence; /* within the job, from 1; given by the store */
    gint64 at_us;
    gint64 elapsed_ms;
    DroverTraceKind kind;
    char *what;
    char *host;   /* or NULL */
    char *detail; /* or NULL */
    int code;     /* of the hypervisor's error; 0: none */
    int domain;
    int int1;
    gboolean has_stats;
    DroverTransferStats stats;
    DroverFailure *failure; /* or NULL */
} DroverTraceEntry;

DroverTraceEntry *drover_trace_entry_copy(const DroverTraceEntry *entry);
void drover_trace_entry_free(DroverTraceEntry *entry);
const char *drover_trace_kind_name(DroverTraceKind kind); /* "stage"; NULL: no such kind */
const char *drover_outcome_name(DroverOutcome outcome);   /* "moved"; NULL: no such outcome */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverTraceEntry, drover_trace_entry_free)
