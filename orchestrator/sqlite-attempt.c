#include "orchestrator/sqlite-attempt.h"

#include "orchestrator/job-fields.h"

void
drover_sqlite_attempt_bind(sqlite3_stmt *statement,
                           guint64 job,
                           const DroverAttempt *attempt,
                           const char *failure)
{
    sqlite3_bind_int64(statement, 1, (gint64) job);
    sqlite3_bind_int64(statement, 2, attempt->number);
    sqlite3_bind_text(statement, 3, attempt->destination, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 4, attempt->began_us);
    sqlite3_bind_int64(statement, 5, attempt->ended_us);
    sqlite3_bind_int64(statement, 6, (gint64) attempt->outcome);
    sqlite3_bind_text(statement, 7, failure, -1, SQLITE_STATIC);
}

DroverAttempt *
drover_sqlite_attempt_read(sqlite3_stmt *statement, guint64 *job, GError **error)
{
    const char *failure = (const char *) sqlite3_column_text(statement, 6);
    g_autoptr(DroverAttempt) attempt = drover_attempt_new(
        (guint) sqlite3_column_int64(statement, 1),
        (const char *) sqlite3_column_text(statement, 2), sqlite3_column_int64(statement, 3));
    g_autoptr(GError) reason = NULL;

    *job = (guint64) sqlite3_column_int64(statement, 0);
    attempt->ended_us = sqlite3_column_int64(statement, 4);
    attempt->outcome = (DroverOutcome) sqlite3_column_int64(statement, 5);
    if (failure) {
        attempt->failure = drover_failure_new(DROVER_FAILURE_NONE);
        if (!drover_fields_from_json(&drover_failure_fields, attempt->failure, failure, &reason)) {
            g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_READ,
                        "cannot read attempt %u of job %" G_GUINT64_FORMAT " in '%s': failure: %s",
                        attempt->number, *job,
                        sqlite3_db_filename(sqlite3_db_handle(statement), "main"), reason->message);
            return NULL;
        }
    }
    return g_steal_pointer(&attempt);
}
