#include "orchestrator/sqlite-trace.h"

#include "orchestrator/job-fields.h"

#define COLUMNS "at_us, elapsed_ms, kind, what, host, detail, code, domain, int1, stats, failure"

const char drover_sqlite_trace_insert[] =
    "INSERT INTO trace (job, seq, " COLUMNS ") VALUES (?1, "
    "(SELECT coalesce(max(seq), 0) + 1 FROM trace WHERE job = ?1), "
    "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

const char drover_sqlite_trace_trim[] = "DELETE FROM trace WHERE job = ?1 AND seq > " G_STRINGIFY(
    DROVER_TRACE_HEAD) " AND seq <= "
                       "(SELECT max(seq) FROM trace WHERE job = ?1) - " G_STRINGIFY(
                           DROVER_TRACE_TAIL);

static const char read_sql[] =
    "SELECT seq, " COLUMNS " FROM trace WHERE job = (SELECT number FROM job WHERE id = ?1) "
    "AND seq >= ?2 ORDER BY seq LIMIT ?3";
static const char last_sql[] =
    "SELECT coalesce(max(seq), 0) FROM trace WHERE job = (SELECT number FROM job WHERE id = ?1)";

char *
drover_sqlite_trace_stats(const DroverTraceEntry *entry)
{
    return entry->has_stats ? drover_fields_to_json(&drover_stats_fields, &entry->stats) : NULL;
}

char *
drover_sqlite_trace_failure(const DroverTraceEntry *entry)
{
    return entry->failure ? drover_fields_to_json(&drover_failure_fields, entry->failure) : NULL;
}

static void
bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
    sqlite3_bind_text(statement, parameter, text, -1, SQLITE_STATIC);
}

void
drover_sqlite_trace_bind(sqlite3_stmt *statement,
                         guint64 job,
                         const DroverTraceEntry *entry,
                         const char *stats,
                         const char *failure)
{
    sqlite3_bind_int64(statement, 1, (gint64) job);
    sqlite3_bind_int64(statement, 2, entry->at_us);
    sqlite3_bind_int64(statement, 3, entry->elapsed_ms);
    sqlite3_bind_int64(statement, 4, (gint64) entry->kind);
    bind_text(statement, 5, entry->what);
    bind_text(statement, 6, entry->host);
    bind_text(statement, 7, entry->detail);
    sqlite3_bind_int64(statement, 8, entry->code);
    sqlite3_bind_int64(statement, 9, entry->domain);
    sqlite3_bind_int64(statement, 10, entry->int1);
    bind_text(statement, 11, stats);
    bind_text(statement, 12, failure);
}

/* --- reading --------------------------------------------------------------------------------- */

static char *
column_text(sqlite3_stmt *row, int column)
{
    return g_strdup((const char *) sqlite3_column_text(row, column));
}

static gboolean
read_json(sqlite3_stmt *row, DroverTraceEntry *entry, GError **error)
{
    const char *stats = (const char *) sqlite3_column_text(row, 10);
    const char *failure = (const char *) sqlite3_column_text(row, 11);

    entry->has_stats = stats != NULL;
    if (stats && !drover_fields_from_json(&drover_stats_fields, &entry->stats, stats, error)) {
        return FALSE;
    }
    if (!failure) {
        return TRUE;
    }
    entry->failure = drover_failure_new(DROVER_FAILURE_NONE);
    return drover_fields_from_json(&drover_failure_fields, entry->failure, failure, error);
}

static DroverTraceEntry *
read_row(sqlite3_stmt *row, GError **error)
{
    g_autoptr(DroverTraceEntry) entry = g_new0(DroverTraceEntry, 1);
    g_autoptr(GError) reason = NULL;

    entry->sequence = (guint64) sqlite3_column_int64(row, 0);
    entry->at_us = sqlite3_column_int64(row, 1);
    entry->elapsed_ms = sqlite3_column_int64(row, 2);
    entry->kind = (DroverTraceKind) sqlite3_column_int64(row, 3);
    entry->what = column_text(row, 4);
    entry->host = column_text(row, 5);
    entry->detail = column_text(row, 6);
    entry->code = sqlite3_column_int(row, 7);
    entry->domain = sqlite3_column_int(row, 8);
    entry->int1 = sqlite3_column_int(row, 9);
    if (read_json(row, entry, &reason)) {
        return g_steal_pointer(&entry);
    }
    g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_READ,
                "cannot read entry %" G_GUINT64_FORMAT " of a trace in '%s': %s", entry->sequence,
                sqlite3_db_filename(sqlite3_db_handle(row), "main"), reason->message);
    return NULL;
}

static gboolean
read_last(sqlite3 *database, const char *id, guint64 *last, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        drover_database_prepare(database, last_sql, DROVER_STORE_ERROR_READ, error);

    if (!row) {
        return FALSE;
    }
    bind_text(row, 1, id);
    if (sqlite3_step(row) != SQLITE_ROW) {
        drover_database_fail(database, DROVER_STORE_ERROR_READ, error);
        return FALSE;
    }
    *last = (guint64) sqlite3_column_int64(row, 0);
    return TRUE;
}

GPtrArray *
drover_sqlite_trace_read(
    sqlite3 *database, const char *id, guint64 first, guint count, guint64 *last, GError **error)
{
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify) drover_trace_entry_free);
    g_autoptr(sqlite3_stmt) rows =
        drover_database_prepare(database, read_sql, DROVER_STORE_ERROR_READ, error);
    int result;

    if (!rows || !read_last(database, id, last, error)) {
        return NULL;
    }
    bind_text(rows, 1, id);
    sqlite3_bind_int64(rows, 2, (gint64) MIN(first, (guint64) G_MAXINT64));
    sqlite3_bind_int64(rows, 3, count);
    while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
        DroverTraceEntry *entry = read_row(rows, error);

        if (!entry) {
            return NULL;
        }
        g_ptr_array_add(entries, entry);
    }
    if (result != SQLITE_DONE) {
        drover_database_fail(database, DROVER_STORE_ERROR_READ, error);
        return NULL;
    }
    return g_steal_pointer(&entries);
}
