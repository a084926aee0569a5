#include "orchestrator/store.h"

#include <unistd.h>

#include "orchestrator/sqlite-attempt.h"
#include "orchestrator/sqlite-job.h"
#include "orchestrator/sqlite-notice.h"
#include "orchestrator/sqlite-writer.h"
#include "orchestrator/state-dir.h"

/* How long a trace may wait for another write. */
#define LAZY_US G_USEC_PER_SEC

/*
 * The main loop queues writes; the thread takes all there are, commits them as one transaction, and
 * hands them back; one source of the main loop's calls their callbacks.  While a commit waits for
 * the disk the next group gathers, so the busier the daemon, the fewer syncs each write needs.
 */
typedef struct {
    DroverStore base;
    char *path;
    int lock; /* of the state directory */
    GSource *source;
    GQueue delivering; /* the main loop's own: finished, callbacks not yet called */

    GThread *thread;
    DroverWriter *writer; /* the thread's own */

    GMutex mutex; /* guards what follows */
    GCond work;
    GCond progress;
    GQueue queued;
    GQueue finished;
    guint64 n_queued; /* writes ever */
    guint64 n_finished;
    gboolean urgent; /* something that is queued waits for no second */
    gboolean stopping;
} SqliteStore;

/* --- the thread ------------------------------------------------------------------------------ */

/* Moves all of @from to the end of @to. */
static void
append(GQueue *to, GQueue *from)
{
    for (GList *link; (link = g_queue_pop_head_link(from));) {
        g_queue_push_tail_link(to, link);
    }
}

/* Called and returns with the mutex held. */
static void
commit_queued(SqliteStore *store)
{
    GQueue group = G_QUEUE_INIT;
    guint n;

    append(&group, &store->queued);
    store->urgent = FALSE;
    n = group.length;
    g_mutex_unlock(&store->mutex);
    drover_writer_commit(store->writer, &group);
    g_mutex_lock(&store->mutex);

    append(&store->finished, &group);
    store->n_finished += n;
    g_cond_broadcast(&store->progress);
    g_source_set_ready_time(store->source, 0);
}

/* What is not urgent goes with the next that is, or after a second.  Called and returns with the
 * mutex held. */
static void
await_urgent(SqliteStore *store)
{
    gint64 until_us = g_get_monotonic_time() + LAZY_US;
    gboolean in_time = TRUE;

    while (in_time && !store->urgent && !store->stopping) {
        in_time = g_cond_wait_until(&store->work, &store->mutex, until_us);
    }
}

static gpointer
write_loop(gpointer user_data)
{
    SqliteStore *store = user_data;

    g_mutex_lock(&store->mutex);
    while (store->queued.length > 0 || !store->stopping) {
        if (!store->queued.length) {
            g_cond_wait(&store->work, &store->mutex);
        } else {
            await_urgent(store);
            commit_queued(store);
        }
    }
    g_mutex_unlock(&store->mutex);
    return NULL;
}

/* --- the main loop's side -------------------------------------------------------------------- */

static void
push(SqliteStore *store, DroverWrite *write, gboolean urgent)
{
    g_mutex_lock(&store->mutex);
    g_queue_push_tail_link(&store->queued, &write->link);
    store->n_queued++;
    store->urgent |= urgent;
    g_cond_signal(&store->work);
    g_mutex_unlock(&store->mutex);
}

static void
queue(DroverStore *base, DroverWrite *write, DroverStoreDone done, gpointer user_data)
{
    write->done = done;
    write->user_data = user_data;
    push((SqliteStore *) base, write, TRUE);
}

/* A callback may queue writes and may flush: the order stays, since all callers take from one
 * queue. */
static void
deliver(SqliteStore *store)
{
    GList *link;

    g_mutex_lock(&store->mutex);
    append(&store->delivering, &store->finished);
    g_mutex_unlock(&store->mutex);
    while ((link = g_queue_pop_head_link(&store->delivering))) {
        DroverWrite *write = link->data;

        if (write->done) {
            write->done(write->error, write->user_data);
        }
        drover_write_free(write);
    }
}

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
    g_source_set_ready_time(source, -1);
    return callback(user_data);
}

static gboolean
deliver_from_loop(gpointer user_data)
{
    deliver(user_data);
    return G_SOURCE_CONTINUE;
}

/* Waits until all that is queued by now has been tried. */
static void
settle(SqliteStore *store)
{
    guint64 goal;

    g_mutex_lock(&store->mutex);
    goal = store->n_queued;
    store->urgent = TRUE;
    g_cond_signal(&store->work);
    while (store->n_finished < goal) {
        g_cond_wait(&store->progress, &store->mutex);
    }
    g_mutex_unlock(&store->mutex);
}

static void
sqlite_flush(DroverStore *base)
{
    SqliteStore *store = (SqliteStore *) base;

    settle(store);
    deliver(store);
}

static void
sqlite_save(DroverStore *base,
            const DroverJobRecord *record,
            DroverStage from,
            const char *reason,
            DroverStoreDone done,
            gpointer user_data)
{
    queue(base, drover_write_new_save(record, from, reason), done, user_data);
}

static void
sqlite_save_attempt(DroverStore *base,
                    guint64 job,
                    const DroverAttempt *attempt,
                    DroverStoreDone done,
                    gpointer user_data)
{
    queue(base, drover_write_new_attempt(job, attempt), done, user_data);
}

static void
sqlite_save_with_notice(DroverStore *base,
                        const DroverJobRecord *record,
                        DroverStage from,
                        const char *reason,
                        const DroverNotice *notice,
                        DroverStoreDone done,
                        gpointer user_data)
{
    DroverWrite *write = drover_write_new_save(record, from, reason);

    write->notice = drover_notice_copy(notice);
    queue(base, write, done, user_data);
}

static void
sqlite_save_notice(DroverStore *base,
                   const DroverNotice *notice,
                   DroverStoreDone done,
                   gpointer user_data)
{
    queue(base, drover_write_new_notice(notice), done, user_data);
}

static void
sqlite_remove(
    DroverStore *base, const char *id, gint64 real_us, DroverStoreDone done, gpointer user_data)
{
    queue(base, drover_write_new_remove(id, real_us), done, user_data);
}

static void
sqlite_set_setting(
    DroverStore *base, const char *key, const char *value, DroverStoreDone done, gpointer user_data)
{
    queue(base, drover_write_new_setting(key, value), done, user_data);
}

/* --- traces ---------------------------------------------------------------------------------- */

static void
sqlite_add_trace(DroverStore *base, guint64 job, const DroverTraceEntry *entry)
{
    push((SqliteStore *) base, drover_write_new_trace(job, entry), FALSE);
}

static void
trace_read(const GError *error, gpointer user_data)
{
    DroverTraceRead *read = user_data;

    read->done(error ? NULL : read->entries, read->last, error, read->user_data);
    g_clear_pointer(&read->entries, g_ptr_array_unref);
    g_free(read->id);
    g_free(read);
}

/* By the thread that writes, among its writes: what was added before is there. */
static void
sqlite_read_trace(DroverStore *base,
                  const char *id,
                  guint64 first,
                  guint count,
                  DroverStoreTrace done,
                  gpointer user_data)
{
    DroverTraceRead *read = g_new0(DroverTraceRead, 1);

    read->id = g_strdup(id);
    read->first = first;
    read->count = count;
    read->done = done;
    read->user_data = user_data;
    queue(base, drover_write_new_trace_read(read), trace_read, read);
}

/* --- reading, with a connection of its own that is gone afterwards --------------------------- */

/* A statement on a new connection, after all writes so far; NULL with @error. */
static sqlite3_stmt *
open_reader(DroverStore *base, const char *sql, sqlite3 **database, GError **error)
{
    SqliteStore *store = (SqliteStore *) base;

    settle(store);
    *database = drover_database_open(store->path, DROVER_DATABASE_READ, error);
    return *database ? drover_database_prepare(*database, sql, DROVER_STORE_ERROR_READ, error)
                     : NULL;
}

static gboolean
visit_row(sqlite3_stmt *row, DroverStoreVisit visit, gpointer user_data, GError **error)
{
    DroverJobRecord record = {0};
    gboolean whole = drover_sqlite_job_read(row, &record, error);

    if (whole) {
        visit(&record, user_data);
    }
    drover_job_record_clear(&record);
    return whole;
}

static gboolean
sqlite_load(DroverStore *base, DroverStoreVisit visit, gpointer user_data, GError **error)
{
    g_autofree char *sql = drover_sqlite_job_select_sql();
    g_autoptr(sqlite3) database = NULL;
    g_autoptr(sqlite3_stmt) rows = open_reader(base, sql, &database, error);
    int result;

    if (!rows) {
        return FALSE;
    }
    while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
        if (!visit_row(rows, visit, user_data, error)) {
            return FALSE;
        }
    }
    if (result != SQLITE_DONE) {
        drover_database_fail(database, DROVER_STORE_ERROR_READ, error);
    }
    return result == SQLITE_DONE;
}

static gboolean
sqlite_load_attempts(DroverStore *base,
                     DroverStoreVisitAttempt visit,
                     gpointer user_data,
                     GError **error)
{
    g_autoptr(sqlite3) database = NULL;
    g_autoptr(sqlite3_stmt) rows = open_reader(base, DROVER_SQLITE_ATTEMPT_LOAD, &database, error);
    int result = rows ? SQLITE_ROW : SQLITE_ERROR;

    while (rows && (result = sqlite3_step(rows)) == SQLITE_ROW) {
        guint64 job = 0;
        DroverAttempt *attempt = drover_sqlite_attempt_read(rows, &job, error);

        if (!attempt) {
            return FALSE;
        }
        visit(job, attempt, user_data);
    }
    if (rows && result != SQLITE_DONE) {
        drover_database_fail(database, DROVER_STORE_ERROR_READ, error);
    }
    return result == SQLITE_DONE;
}

static gboolean
sqlite_load_notices(DroverStore *base,
                    DroverStoreVisitNotice visit,
                    gpointer user_data,
                    GError **error)
{
    g_autoptr(sqlite3) database = NULL;
    g_autoptr(sqlite3_stmt) rows = open_reader(base, DROVER_SQLITE_NOTICE_LOAD, &database, error);
    int result = SQLITE_ERROR;

    while (rows && (result = sqlite3_step(rows)) == SQLITE_ROW) {
        visit(drover_sqlite_notice_read(rows), user_data);
    }
    if (rows && result != SQLITE_DONE) {
        drover_database_fail(database, DROVER_STORE_ERROR_READ, error);
    }
    return result == SQLITE_DONE;
}

static guint64
sqlite_last_number(DroverStore *base)
{
    g_autoptr(sqlite3) database = NULL;
    g_autoptr(sqlite3_stmt) row =
        open_reader(base, "SELECT seq FROM sqlite_sequence WHERE name = 'job'", &database, NULL);

    if (!row || sqlite3_step(row) != SQLITE_ROW) {
        return 0;
    }
    return (guint64) sqlite3_column_int64(row, 0);
}

static char *
sqlite_get_setting(DroverStore *base, const char *key)
{
    g_autoptr(sqlite3) database = NULL;
    g_autoptr(sqlite3_stmt) row =
        open_reader(base, "SELECT value FROM setting WHERE key = ?1", &database, NULL);

    if (!row) {
        return NULL;
    }
    sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
    if (sqlite3_step(row) != SQLITE_ROW) {
        return NULL;
    }
    return g_strdup((const char *) sqlite3_column_text(row, 0));
}

/* --- opening and closing --------------------------------------------------------------------- */

static gboolean
is_pending(SqliteStore *store)
{
    gboolean pending;

    g_mutex_lock(&store->mutex);
    pending = store->n_finished < store->n_queued || store->finished.length > 0;
    g_mutex_unlock(&store->mutex);
    return pending;
}

static void
stop(SqliteStore *store)
{
    do {
        sqlite_flush(&store->base);
    } while (is_pending(store)); /* callbacks may have queued more */
    g_mutex_lock(&store->mutex);
    store->stopping = TRUE;
    g_cond_signal(&store->work);
    g_mutex_unlock(&store->mutex);
    g_thread_join(store->thread);
}

static void
sqlite_free(DroverStore *base)
{
    SqliteStore *store = (SqliteStore *) base;

    if (store->thread) {
        stop(store);
    }
    if (store->source) {
        g_source_destroy(store->source);
        g_source_unref(store->source);
    }
    g_clear_pointer(&store->writer, drover_writer_free);
    if (store->lock >= 0) {
        close(store->lock);
    }
    g_cond_clear(&store->work);
    g_cond_clear(&store->progress);
    g_mutex_clear(&store->mutex);
    g_free(store->path);
    g_free(store);
}

/* clang-format off */
static const DroverStoreClass sqlite_class = {
    .name = "sqlite",
    .free = sqlite_free,
    .load = sqlite_load,
    .last_number = sqlite_last_number,
    .save = sqlite_save,
    .save_with_notice = sqlite_save_with_notice,
    .save_notice = sqlite_save_notice,
    .load_notices = sqlite_load_notices,
    .save_attempt = sqlite_save_attempt,
    .add_trace = sqlite_add_trace,
    .read_trace = sqlite_read_trace,
    .load_attempts = sqlite_load_attempts,
    .remove = sqlite_remove,
    .get_setting = sqlite_get_setting,
    .set_setting = sqlite_set_setting,
    .flush = sqlite_flush,
};
/* clang-format on */

/* The lock comes before the database is touched: another daemon's is not even looked at. */
static gboolean
open_files(SqliteStore *store, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(store->path);

    if (!drover_state_dir_make(directory, error)) {
        return FALSE;
    }
    store->lock = drover_state_dir_lock(directory, error);
    if (store->lock < 0) {
        return FALSE;
    }
    store->writer = drover_writer_new(store->path, error);
    return store->writer && drover_state_dir_sync(directory, error);
}

static void
start(SqliteStore *store, GMainContext *context)
{
    static GSourceFuncs functions = {.dispatch = dispatch};

    store->source = g_source_new(&functions, sizeof(GSource));
    g_source_set_static_name(store->source, "drover-store");
    g_source_set_callback(store->source, deliver_from_loop, store, NULL);
    g_source_attach(store->source, context);
    store->thread = g_thread_new("drover-store", write_loop, store);
}

DroverStore *
drover_sqlite_store_new(const char *path, GMainContext *context, GError **error)
{
    SqliteStore *store = g_new0(SqliteStore, 1);

    store->base.klass = &sqlite_class;
    store->path = g_strdup(path);
    store->lock = -1;
    g_mutex_init(&store->mutex);
    g_cond_init(&store->work);
    g_cond_init(&store->progress);
    if (!open_files(store, error)) {
        sqlite_free(&store->base);
        return NULL;
    }
    start(store, context);
    return &store->base;
}
