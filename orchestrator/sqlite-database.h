/*
 * A connection to the SQLite database of the store: opening, schema, statements.
 *
 * Purpose:   what is SQLite's own about the store; what is a job's is in sqlite-job.h.
 * Thread:    a connection may be handed from thread to thread, but is used by one at a time.
 * Errors:    DROVER_STORE_ERROR, naming the file and SQLite's own words.
 * Source:    sqlite.org: WAL, PRAGMA synchronous, result codes.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "orchestrator/store.h"

typedef enum {
    DROVER_DATABASE_READ,   /* of a database that another connection keeps open */
    DROVER_DATABASE_CREATE, /* to write; made when missing, brought to the schema of today */
} DroverDatabaseMode;

/* NULL with @error: _OPEN (cannot be opened or is none of ours: with the remedy) or _SCHEMA
 * (newer). */
sqlite3 *drover_database_open(const char *path, DroverDatabaseMode mode, GError **error);

/* Prepares a statement that will be used again and again. */
sqlite3_stmt *
drover_database_prepare(sqlite3 *database, const char *sql, DroverStoreError code, GError **error);
/* Runs a statement that gives no rows, and resets it. */
gboolean drover_database_run(sqlite3_stmt *statement, GError **error);
/* Sets @error from the last failure of @database: "cannot read '/var/lib/drover/drover.db': …". */
void drover_database_fail(sqlite3 *database, DroverStoreError code, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, sqlite3_close_v2)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)
