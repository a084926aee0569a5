/*
 * Where jobs are kept.
 *
 * Purpose:   durability.  Writes are asynchronous and committed in groups; a write's callback comes
 *            when it is on disk, in the order of the writes.
 * Thread:    called on the main loop; does its blocking work on a thread of its own; callbacks come
 * on the main loop (the context given at opening), never from within the call. Ownership: what is
 * passed in is copied before the call returns. Errors:    opening: DROVER_STORE_ERROR naming the
 * file and the remedy.  A write that fails (disk full) is told to its callback; the store goes on
 * and tries the next.
 */
#pragma once

#include "orchestrator/attempt.h"
#include "orchestrator/job-record.h"
#include "orchestrator/notice.h"
#include "orchestrator/trace-entry.h"

#define DROVER_STORE_ERROR (drover_store_error_quark())
GQuark drover_store_error_quark(void);
typedef enum {
    DROVER_STORE_ERROR_OPEN,   /* cannot be opened, locked by another daemon, not a database */
    DROVER_STORE_ERROR_SCHEMA, /* written by a newer drover */
    DROVER_STORE_ERROR_WRITE,
    DROVER_STORE_ERROR_READ,
} DroverStoreError;

typedef struct _DroverStore DroverStore;

/* @error NULL: it is on disk. */
typedef void (*DroverStoreDone)(const GError *error, gpointer user_data);
/* @record: (transfer none) */
typedef void (*DroverStoreVisit)(const DroverJobRecord *record, gpointer user_data);
/* @job: its number; @attempt: (transfer full) */
typedef void (*DroverStoreVisitAttempt)(guint64 job, DroverAttempt *attempt, gpointer user_data);

/* @entries: of DroverTraceEntry, in order, NULL with @error; @last: number of the job's last entry,
 * 0: it has none.  All borrowed. */
typedef void (*DroverStoreTrace)(const GPtrArray *entries,
                                 guint64 last,
                                 const GError *error,
                                 gpointer user_data);

/* @notice: (transfer full) */
typedef void (*DroverStoreVisitNotice)(DroverNotice *notice, gpointer user_data);

typedef struct {
    const char *name;
    /* Commits what is queued and calls its callbacks first (and what they queue): what those use
     * must still be there. */
    void (*free)(DroverStore *store);

    /* Visits all jobs that are not removed, in order of acceptance, with all that was queued before
     * the call.  Blocks: for start-up. */
    gboolean (*load)(DroverStore *store,
                     DroverStoreVisit visit,
                     gpointer user_data,
                     GError **error);
    /* The highest job number ever given out.  Blocks: for start-up. */
    guint64 (*last_number)(DroverStore *store);

    /* Writes the whole record (insert or update), and an entry of its trace when the stage differs
     * from @from (0: new): time, new stage and @reason (nullable). */
    void (*save)(DroverStore *store,
                 const DroverJobRecord *record,
                 DroverStage from,
                 const char *reason,
                 DroverStoreDone done, /* nullable */
                 gpointer user_data);
    /* Writes the attempt of the job with that number, for the first time or again. */
    void (*save_attempt)(DroverStore *store,
                         guint64 job,
                         const DroverAttempt *attempt,
                         DroverStoreDone done, /* nullable */
                         gpointer user_data);
    /* Visits the attempts of all jobs that are not removed, by job and number.  Blocks: for
     * start-up. */
    gboolean (*load_attempts)(DroverStore *store,
                              DroverStoreVisitAttempt visit,
                              gpointer user_data,
                              GError **error);
    /* Adds an entry to the trace of the job with that number.  It waits for the next other write,
     * or for a second: nobody is told when it is on disk, or that it could not be written.  Of a
     * long trace the middle is dropped. */
    void (*add_trace)(DroverStore *store, guint64 job, const DroverTraceEntry *entry);
    /* Reads, after all that was queued before, up to @count entries of the job's trace from the
     * one numbered @first on.  Jobs that are removed have theirs still. */
    void (*read_trace)(DroverStore *store,
                       const char *id,
                       guint64 first,
                       guint count,
                       DroverStoreTrace done,
                       gpointer user_data);
    /* The same, and with it, all or nothing, the notice of the job's end. */
    void (*save_with_notice)(DroverStore *store,
                             const DroverJobRecord *record,
                             DroverStage from,
                             const char *reason,
                             const DroverNotice *notice,
                             DroverStoreDone done, /* nullable */
                             gpointer user_data);
    /* Writes a notice, for the first time or again. */
    void (*save_notice)(DroverStore *store,
                        const DroverNotice *notice,
                        DroverStoreDone done, /* nullable */
                        gpointer user_data);
    /* Visits the notices that wait, and those of jobs that are not removed, oldest first.  Blocks:
     * for start-up. */
    gboolean (*load_notices)(DroverStore *store,
                             DroverStoreVisitNotice visit,
                             gpointer user_data,
                             GError **error);
    /* Takes the job out of the list; its rows stay as history, marked removed. */
    void (*remove)(DroverStore *store,
                   const char *id,
                   gint64 real_us,
                   DroverStoreDone done,
                   gpointer user_data);

    /* Settings changed at run time (ModifyServiceSettings).  get blocks: for start-up; NULL: not
     * set. */
    char *(*get_setting)(DroverStore *store, const char *key);
    void (*set_setting)(DroverStore *store,
                        const char *key,
                        const char *value, /* NULL: forget it */
                        DroverStoreDone done,
                        gpointer user_data);

    /* Commits what is queued and runs the callbacks that this makes due.  Blocks: for shutdown and
     * tests. */
    void (*flush)(DroverStore *store);
} DroverStoreClass;

struct _DroverStore {
    const DroverStoreClass *klass;
};

/* The SQLite store (WAL, synchronous=FULL): @path is created, with its directory, when missing. */
DroverStore *drover_sqlite_store_new(const char *path, GMainContext *context, GError **error);

void drover_store_free(DroverStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverStore, drover_store_free)
