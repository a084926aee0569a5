#include "orchestrator/trace-entry.h"

static const char *const kinds[] = {
    [DROVER_TRACE_STAGE] = "stage",     [DROVER_TRACE_VERB] = "verb",
    [DROVER_TRACE_ATTEMPT] = "attempt", [DROVER_TRACE_SAMPLE] = "sample",
    [DROVER_TRACE_END] = "end",         [DROVER_TRACE_ACTION] = "action",
    [DROVER_TRACE_ANSWER] = "answer",   [DROVER_TRACE_EVENT] = "event",
    [DROVER_TRACE_SIGHT] = "sight",
};

static const char *const outcomes[] = {
    [DROVER_OUTCOME_MOVED] = "moved",
    [DROVER_OUTCOME_STAYED] = "stayed",
    [DROVER_OUTCOME_STOPPED] = "stopped",
    [DROVER_OUTCOME_LOST] = "lost",
};

DroverTraceEntry *
drover_trace_entry_copy(const DroverTraceEntry *entry)
{
    DroverTraceEntry *copy = g_new(DroverTraceEntry, 1);

    *copy = *entry;
    copy->what = g_strdup(entry->what);
    copy->host = g_strdup(entry->host);
    copy->detail = g_strdup(entry->detail);
    copy->failure = entry->failure ? drover_failure_copy(entry->failure) : NULL;
    return copy;
}

void
drover_trace_entry_free(DroverTraceEntry *entry)
{
    if (!entry) {
        return;
    }
    g_free(entry->what);
    g_free(entry->host);
    g_free(entry->detail);
    drover_failure_free(entry->failure);
    g_free(entry);
}

const char *
drover_trace_kind_name(DroverTraceKind kind)
{
    return (guint) kind < G_N_ELEMENTS(kinds) ? kinds[kind] : NULL;
}

const char *
drover_outcome_name(DroverOutcome outcome)
{
    return (guint) outcome < G_N_ELEMENTS(outcomes) ? outcomes[outcome] : NULL;
}
