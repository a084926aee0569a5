#include "orchestrator/sqlite-writer.h"

#include "orchestrator/job-fields.h"
#include "orchestrator/sqlite-attempt.h"
#include "orchestrator/sqlite-job.h"
#include "orchestrator/sqlite-notice.h"
#include "orchestrator/sqlite-trace.h"

typedef enum {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_SAVEPOINT,
    SQL_RELEASE,
    SQL_ROLLBACK_TO,
    SQL_UPDATE_JOB,
    SQL_INSERT_JOB,
    SQL_TRACE,
    SQL_TRIM,
    SQL_ATTEMPT,
    SQL_NOTICE,
    SQL_REMOVE_JOB,
    SQL_SET,
    SQL_UNSET,
    N_SQL,
} Sql;

struct _DroverWriter {
    sqlite3 *database;
    sqlite3_stmt *statements[N_SQL];
};

/* clang-format off */
static const struct { const char *text; char *(*make)(void); } sqls[N_SQL] = {
    [SQL_BEGIN] = { "BEGIN IMMEDIATE", NULL },
    [SQL_COMMIT] = { "COMMIT", NULL },
    [SQL_SAVEPOINT] = { "SAVEPOINT one_write", NULL },
    [SQL_RELEASE] = { "RELEASE one_write", NULL },
    [SQL_ROLLBACK_TO] = { "ROLLBACK TO one_write", NULL },
    [SQL_UPDATE_JOB] = { NULL, drover_sqlite_job_update_sql },
    [SQL_INSERT_JOB] = { NULL, drover_sqlite_job_insert_sql },
    [SQL_TRACE] = { drover_sqlite_trace_insert, NULL },
    [SQL_TRIM] = { drover_sqlite_trace_trim, NULL },
    [SQL_ATTEMPT] = { DROVER_SQLITE_ATTEMPT_SAVE, NULL },
    [SQL_NOTICE] = { DROVER_SQLITE_NOTICE_SAVE, NULL },
    [SQL_REMOVE_JOB] = { "UPDATE job SET removed_us = ?2 WHERE id = ?1 AND removed_us = 0", NULL },
    [SQL_SET] = { "INSERT INTO setting (key, value) VALUES (?1, ?2) "
                  "ON CONFLICT (key) DO UPDATE SET value = excluded.value", NULL },
    [SQL_UNSET] = { "DELETE FROM setting WHERE key = ?1", NULL },
};
/* clang-format on */

/* --- one write ------------------------------------------------------------------------------- */

static void
bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
    sqlite3_bind_text(statement, parameter, text, -1, SQLITE_STATIC);
}

static gboolean
write_job(DroverWriter *writer, const DroverJobRecord *record, GError **error)
{
    sqlite3_stmt *update = writer->statements[SQL_UPDATE_JOB];
    sqlite3_stmt *insert = writer->statements[SQL_INSERT_JOB];
    g_autofree char *options = drover_fields_to_json(&drover_option_fields, &record->options);
    g_autofree char *failure =
        record->failure ? drover_fields_to_json(&drover_failure_fields, record->failure) : NULL;

    drover_sqlite_job_bind(update, record, options, failure);
    if (!drover_database_run(update, error)) {
        return FALSE;
    }
    if (sqlite3_changes(writer->database) > 0) {
        return TRUE;
    }
    drover_sqlite_job_bind(insert, record, options, failure);
    return drover_database_run(insert, error);
}

static gboolean
write_trace(DroverWriter *writer, guint64 job, const DroverTraceEntry *entry, GError **error)
{
    sqlite3_stmt *insert = writer->statements[SQL_TRACE];
    sqlite3_stmt *trim = writer->statements[SQL_TRIM];
    g_autofree char *stats = drover_sqlite_trace_stats(entry);
    g_autofree char *failure = drover_sqlite_trace_failure(entry);

    drover_sqlite_trace_bind(insert, job, entry, stats, failure);
    sqlite3_bind_int64(trim, 1, (gint64) job);
    return drover_database_run(insert, error) && drover_database_run(trim, error);
}

static gboolean
write_stage(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    const DroverTraceEntry entry = {
        .at_us = write->record.changed_us,
        .elapsed_ms = write->record.changed_ms,
        .kind = DROVER_TRACE_STAGE,
        .what = (char *) drover_stage_info(write->record.stage)->name,
        .detail = write->text,
    };

    return write_trace(writer, write->record.number, &entry, error);
}

static gboolean
apply_notice(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    sqlite3_stmt *statement = writer->statements[SQL_NOTICE];

    drover_sqlite_notice_bind(statement, write->notice);
    return drover_database_run(statement, error);
}

static gboolean
apply_save(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    return write_job(writer, &write->record, error) &&
           (write->from == write->record.stage || write_stage(writer, write, error)) &&
           (!write->notice || apply_notice(writer, write, error));
}

static gboolean
apply_attempt(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    sqlite3_stmt *statement = writer->statements[SQL_ATTEMPT];
    g_autofree char *failure =
        write->attempt->failure
            ? drover_fields_to_json(&drover_failure_fields, write->attempt->failure)
            : NULL;

    drover_sqlite_attempt_bind(statement, write->record.number, write->attempt, failure);
    return drover_database_run(statement, error);
}

static gboolean
apply_trace(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    return write_trace(writer, write->record.number, write->entry, error);
}

static gboolean
apply_trace_read(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    DroverTraceRead *read = write->read;

    g_clear_pointer(&read->entries, g_ptr_array_unref);
    read->entries = drover_sqlite_trace_read(writer->database, read->id, read->first, read->count,
                                             &read->last, error);
    return read->entries != NULL;
}

static gboolean
apply_remove(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    sqlite3_stmt *statement = writer->statements[SQL_REMOVE_JOB];

    bind_text(statement, 1, write->key);
    sqlite3_bind_int64(statement, 2, write->at_us);
    return drover_database_run(statement, error);
}

static gboolean
apply_setting(DroverWriter *writer, const DroverWrite *write, GError **error)
{
    sqlite3_stmt *statement = writer->statements[write->text ? SQL_SET : SQL_UNSET];

    bind_text(statement, 1, write->key);
    if (write->text) {
        bind_text(statement, 2, write->text);
    }
    return drover_database_run(statement, error);
}

static DroverWrite *
write_new(gboolean (*apply)(DroverWriter *, const DroverWrite *, GError **),
          const char *key,
          const char *text)
{
    DroverWrite *write = g_new0(DroverWrite, 1);

    write->link.data = write;
    write->apply = apply;
    write->key = g_strdup(key);
    write->text = g_strdup(text);
    return write;
}

DroverWrite *
drover_write_new_save(const DroverJobRecord *record, DroverStage from, const char *reason)
{
    DroverWrite *write = write_new(apply_save, NULL, reason);

    drover_job_record_copy(record, &write->record);
    write->from = from;
    return write;
}

DroverWrite *
drover_write_new_attempt(guint64 job, const DroverAttempt *attempt)
{
    DroverWrite *write = write_new(apply_attempt, NULL, NULL);

    write->record.number = job;
    write->attempt = drover_attempt_copy(attempt);
    return write;
}

DroverWrite *
drover_write_new_trace(guint64 job, const DroverTraceEntry *entry)
{
    DroverWrite *write = write_new(apply_trace, NULL, NULL);

    write->record.number = job;
    write->entry = drover_trace_entry_copy(entry);
    return write;
}

DroverWrite *
drover_write_new_trace_read(DroverTraceRead *read)
{
    DroverWrite *write = write_new(apply_trace_read, NULL, NULL);

    write->read = read;
    return write;
}

DroverWrite *
drover_write_new_remove(const char *id, gint64 at_us)
{
    DroverWrite *write = write_new(apply_remove, id, NULL);

    write->at_us = at_us;
    return write;
}

DroverWrite *
drover_write_new_setting(const char *key, const char *value)
{
    return write_new(apply_setting, key, value);
}

DroverWrite *
drover_write_new_notice(const DroverNotice *notice)
{
    DroverWrite *write = write_new(apply_notice, NULL, NULL);

    write->notice = drover_notice_copy(notice);
    return write;
}

void
drover_write_free(DroverWrite *write)
{
    drover_job_record_clear(&write->record);
    g_clear_pointer(&write->attempt, drover_attempt_free);
    g_clear_pointer(&write->entry, drover_trace_entry_free);
    g_clear_pointer(&write->notice, drover_notice_free);
    g_free(write->key);
    g_free(write->text);
    g_clear_error(&write->error);
    g_free(write);
}

/* --- a group of writes ----------------------------------------------------------------------- */

static gboolean
run(DroverWriter *writer, Sql sql, GError **error)
{
    return drover_database_run(writer->statements[sql], error);
}

/* A broken rule (an id or number that another job has) is that write's own affair.  FALSE: the
 * trouble is everybody's. */
static gboolean
apply_one(DroverWriter *writer, DroverWrite *write, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (!run(writer, SQL_SAVEPOINT, error)) {
        return FALSE;
    }
    if (write->apply(writer, write, &failure)) {
        return run(writer, SQL_RELEASE, error);
    }
    if ((sqlite3_errcode(writer->database) & 0xff) != SQLITE_CONSTRAINT) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    write->error = g_steal_pointer(&failure);
    return run(writer, SQL_ROLLBACK_TO, error) && run(writer, SQL_RELEASE, error);
}

static gboolean
apply_all(DroverWriter *writer, GQueue *group, GError **error)
{
    if (!run(writer, SQL_BEGIN, error)) {
        return FALSE;
    }
    for (GList *l = group->head; l; l = l->next) {
        if (!apply_one(writer, l->data, error)) {
            return FALSE;
        }
    }
    return run(writer, SQL_COMMIT, error);
}

static void
fail_all(DroverWriter *writer, GQueue *group, const GError *error)
{
    /* SQLite may have rolled back by itself. */
    if (!sqlite3_get_autocommit(writer->database)) {
        sqlite3_exec(writer->database, "ROLLBACK", NULL, NULL, NULL);
    }
    for (GList *l = group->head; l; l = l->next) {
        DroverWrite *write = l->data;

        if (!write->error) {
            write->error = g_error_copy(error);
        }
    }
}

void
drover_writer_commit(DroverWriter *writer, GQueue *group)
{
    g_autoptr(GError) error = NULL;

    if (!apply_all(writer, group, &error)) {
        fail_all(writer, group, error);
    }
}

static gboolean
prepare(DroverWriter *writer, GError **error)
{
    for (guint i = 0; i < N_SQL; i++) {
        g_autofree char *made = sqls[i].make ? sqls[i].make() : NULL;

        writer->statements[i] = drover_database_prepare(
            writer->database, made ? made : sqls[i].text, DROVER_STORE_ERROR_OPEN, error);
        if (!writer->statements[i]) {
            return FALSE;
        }
    }
    return TRUE;
}

DroverWriter *
drover_writer_new(const char *path, GError **error)
{
    g_autoptr(DroverWriter) writer = g_new0(DroverWriter, 1);

    writer->database = drover_database_open(path, DROVER_DATABASE_CREATE, error);
    if (!writer->database || !prepare(writer, error)) {
        return NULL;
    }
    return g_steal_pointer(&writer);
}

void
drover_writer_free(DroverWriter *writer)
{
    for (guint i = 0; i < N_SQL; i++) {
        sqlite3_finalize(writer->statements[i]);
    }
    sqlite3_close(writer->database);
    g_free(writer);
}
