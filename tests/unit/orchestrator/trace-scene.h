/*
 * Reading the black box of a job in the service's scene.
 */
#pragma once

#include "tests/unit/orchestrator/scene.h"

#include "orchestrator/trace.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

typedef struct {
    GPtrArray *entries; /* of DroverTraceEntry */
    guint64 last;
} Trace;

static inline void
trace_free(Trace *trace)
{
    g_ptr_array_unref(trace->entries);
    g_free(trace);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trace, trace_free)

static inline void
trace_heard(const GPtrArray *entries, guint64 last, const GError *error, gpointer user_data)
{
    Trace *trace = user_data;

    ck_assert_msg(entries != NULL, "%s", error ? error->message : "");
    for (guint i = 0; i < entries->len; i++) {
        g_ptr_array_add(trace->entries, drover_trace_entry_copy(entries->pdata[i]));
    }
    trace->last = last;
}

static inline Trace *
trace_read(Scene *scene, const char *id, guint64 first, guint count)
{
    Trace *trace = g_new0(Trace, 1);

    trace->entries = g_ptr_array_new_with_free_func((GDestroyNotify) drover_trace_entry_free);
    scene->store->klass->read_trace(scene->store, id, first, count, trace_heard, trace);
    scene->store->klass->flush(scene->store);
    return trace;
}

static inline const DroverTraceEntry *
trace_entry(const Trace *trace, guint i)
{
    ck_assert_uint_lt(i, trace->entries->len);
    return trace->entries->pdata[i];
}

/* The next entry of that kind from @from on, or NULL. @what: nullable: any */
static inline const DroverTraceEntry *
trace_find(const Trace *trace, guint from, DroverTraceKind kind, const char *what)
{
    for (guint i = from; i < trace->entries->len; i++) {
        const DroverTraceEntry *entry = trace->entries->pdata[i];

        if (entry->kind == kind && (!what || g_strcmp0(entry->what, what) == 0)) {
            return entry;
        }
    }
    return NULL;
}

/* "stage queued, attempt start …": kinds and words, without samples. (transfer full) */
static inline char *
trace_words(const Trace *trace)
{
    GString *words = g_string_new(NULL);

    for (guint i = 0; i < trace->entries->len; i++) {
        const DroverTraceEntry *entry = trace->entries->pdata[i];

        if (entry->kind != DROVER_TRACE_SAMPLE) {
            g_string_append_printf(words, "%s%s %s", words->len ? ", " : "",
                                   drover_trace_kind_name(entry->kind), entry->what);
        }
    }
    return g_string_free(words, FALSE);
}
