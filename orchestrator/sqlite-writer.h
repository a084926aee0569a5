/*
 * What the store's thread does: writes, applied in groups, each group one transaction.
 *
 * Thread:    a write is made on the main loop and handed over as a whole; a writer is used by the
 *            store's thread only (made before it starts, freed after it ended).
 */
#pragma once

#include "orchestrator/sqlite-database.h"

typedef struct _DroverWriter DroverWriter;
typedef struct _DroverWrite DroverWrite;

/* A trace that is read on the store's thread. */
typedef struct {
    char *id;
    guint64 first;
    guint count;
    DroverStoreTrace done;
    gpointer user_data;
    GPtrArray *entries; /* what came of it; NULL: nothing */
    guint64 last;
} DroverTraceRead;

/* One write: a copy of all that it needs, and in the end what came of it. */
struct _DroverWrite {
    GList link; /* its place in a queue: a queue of writes allocates nothing */
    gboolean (*apply)(DroverWriter *writer, const DroverWrite *write, GError **error);
    DroverJobRecord record;  /* of save; its number: of save_attempt and add_trace, too */
    DroverAttempt *attempt;  /* of save_attempt */
    DroverTraceEntry *entry; /* of add_trace */
    DroverTraceRead *read;   /* of read_trace; belongs to its callback */
    DroverNotice *notice;    /* of notice, and of save with one; or NULL */
    DroverStage from;        /* of save */
    char *key;               /* id of remove, key of setting */
    char *text;              /* reason of save, value of setting; or NULL */
    gint64 at_us;            /* of remove */
    DroverStoreDone done;    /* or NULL */
    gpointer user_data;
    GError *error; /* NULL: it is on disk, once its group is done */
};

DroverWrite *
drover_write_new_save(const DroverJobRecord *record, DroverStage from, const char *reason);
DroverWrite *drover_write_new_attempt(guint64 job, const DroverAttempt *attempt);
DroverWrite *drover_write_new_notice(const DroverNotice *notice);
DroverWrite *drover_write_new_remove(const char *id, gint64 at_us);
DroverWrite *drover_write_new_setting(const char *key, const char *value);
DroverWrite *drover_write_new_trace(guint64 job, const DroverTraceEntry *entry);
DroverWrite *drover_write_new_trace_read(DroverTraceRead *read);
void drover_write_free(DroverWrite *write);

DroverWriter *drover_writer_new(const char *path, GError **error);
void drover_writer_free(DroverWriter *writer);
/* Commits @group (of DroverWrite) as one transaction.  A write that breaks a rule of the schema
 * fails alone; any other failure is everybody's: then nothing of the group is on disk. */
void drover_writer_commit(DroverWriter *writer, GQueue *group);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverWriter, drover_writer_free)
