#include "orchestrator/sqlite-database.h"

/* Marks the file as drover's: "DROV". */
#define APPLICATION_ID  0x44524f56
#define BUSY_TIMEOUT_MS 5000

/* clang-format off */
/*
 * Migration n takes a database of schema n to schema n + 1.  What has been released is never edited:
 * a change is a new row at the end.
 *
 * A job's number is the key, so that reading in order of acceptance is reading in order of the file;
 * AUTOINCREMENT remembers the highest one also when history is cut.
 */
static const char *const migrations[] = {
    "CREATE TABLE job ("
    "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  id TEXT NOT NULL UNIQUE,"
    "  job_type INTEGER NOT NULL,"
    "  migration_type INTEGER NOT NULL,"
    "  guest_uuid TEXT NOT NULL,"
    "  guest_name TEXT,"
    "  source TEXT NOT NULL,"
    "  destination TEXT NOT NULL,"
    "  owner TEXT,"
    "  priority INTEGER NOT NULL,"
    "  stage INTEGER NOT NULL,"
    "  intention INTEGER NOT NULL,"
    "  called INTEGER NOT NULL,"
    "  phase INTEGER NOT NULL,"
    "  percent INTEGER NOT NULL,"
    "  attempt INTEGER NOT NULL,"
    "  max_attempts INTEGER NOT NULL,"
    "  submitted_us INTEGER NOT NULL,"
    "  started_us INTEGER NOT NULL,"
    "  changed_us INTEGER NOT NULL,"
    "  finished_us INTEGER NOT NULL,"
    "  retry_at_us INTEGER NOT NULL,"
    "  elapsed_ms INTEGER NOT NULL,"
    "  downtime_ms INTEGER NOT NULL,"
    "  memory_total_bytes INTEGER NOT NULL,"
    "  memory_done_bytes INTEGER NOT NULL,"
    "  options TEXT NOT NULL,"
    "  failure TEXT,"
    "  removed_us INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX job_present ON job (number) WHERE removed_us = 0;"
    "CREATE TABLE transition ("
    "  job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,"
    "  at_us INTEGER NOT NULL,"
    "  from_stage INTEGER NOT NULL,"
    "  to_stage INTEGER NOT NULL,"
    "  reason TEXT"
    ") STRICT;"
    "CREATE INDEX transition_job ON transition (job);"
    "CREATE TABLE setting ("
    "  key TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;",
    /* How a job is tried again: earlier ones knew one destination and the settings of their day. */
    "ALTER TABLE job ADD COLUMN destinations TEXT;"
    "ALTER TABLE job ADD COLUMN retry_delay_s INTEGER NOT NULL DEFAULT 60;"
    "ALTER TABLE job ADD COLUMN no_progress_timeout_s INTEGER NOT NULL DEFAULT 3600;",
    "ALTER TABLE job ADD COLUMN attempts_made INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE job ADD COLUMN setbacks INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE job ADD COLUMN stalled_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE job ADD COLUMN ruled_out TEXT;"
    "CREATE TABLE attempt ("
    "  job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,"
    "  number INTEGER NOT NULL,"
    "  destination TEXT NOT NULL,"
    "  began_us INTEGER NOT NULL,"
    "  ended_us INTEGER NOT NULL,"
    "  outcome INTEGER NOT NULL,"
    "  failure TEXT,"
    "  PRIMARY KEY (job, number)"
    ") STRICT, WITHOUT ROWID;",
    /* The job as a transfer job: of normal priority, telling nobody. */
    "ALTER TABLE job ADD COLUMN transfer_priority INTEGER NOT NULL DEFAULT 2;"
    "ALTER TABLE job ADD COLUMN error_count INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE job ADD COLUMN display_name TEXT;"
    "ALTER TABLE job ADD COLUMN description TEXT;"
    "ALTER TABLE job ADD COLUMN notify_flags INTEGER NOT NULL DEFAULT 3;"
    "ALTER TABLE job ADD COLUMN notify_url TEXT;"
    "ALTER TABLE job ADD COLUMN notify_program TEXT;"
    "ALTER TABLE job ADD COLUMN notify_arguments TEXT;",
    /* The black box; the journal of stages becomes a part of it. */
    "ALTER TABLE job ADD COLUMN changed_ms INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE trace ("
    "  job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,"
    "  seq INTEGER NOT NULL,"
    "  at_us INTEGER NOT NULL,"
    "  elapsed_ms INTEGER NOT NULL,"
    "  kind INTEGER NOT NULL,"
    "  what TEXT,"
    "  host TEXT,"
    "  detail TEXT,"
    "  code INTEGER NOT NULL DEFAULT 0,"
    "  domain INTEGER NOT NULL DEFAULT 0,"
    "  int1 INTEGER NOT NULL DEFAULT 0,"
    "  stats TEXT,"
    "  failure TEXT"
    ") STRICT;"
    "INSERT INTO trace (job, seq, at_us, elapsed_ms, kind, what, detail) "
    "SELECT t.job, row_number() OVER (PARTITION BY t.job ORDER BY t.rowid), t.at_us, "
    "  max((t.at_us - job.submitted_us) / 1000, 0), 1, CASE t.to_stage WHEN 1 THEN 'queued' "
    "  WHEN 2 THEN 'preparing' WHEN 3 THEN 'moving' WHEN 4 THEN 'suspended' WHEN 5 THEN 'retrying' "
    "  WHEN 6 THEN 'unknown' WHEN 7 THEN 'recovering' WHEN 8 THEN 'cancelling' "
    "  WHEN 9 THEN 'completed' WHEN 10 THEN 'completed-with-warnings' WHEN 11 THEN 'failed' "
    "  WHEN 12 THEN 'terminated' WHEN 13 THEN 'killed' END, t.reason "
    "FROM transition t JOIN job ON job.number = t.job ORDER BY t.rowid;"
    "CREATE UNIQUE INDEX trace_job ON trace (job, seq);"
    "DROP TABLE transition;",
    /* A notice outlives its job's place in the list; it refers to the history, which stays. */
    "CREATE TABLE notification ("
    "  id TEXT PRIMARY KEY,"
    "  job TEXT NOT NULL,"
    "  event INTEGER NOT NULL,"
    "  state INTEGER NOT NULL,"
    "  occurred_us INTEGER NOT NULL,"
    "  url TEXT,"
    "  program TEXT,"
    "  arguments TEXT,"
    "  url_failed INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  last_us INTEGER NOT NULL,"
    "  next_us INTEGER NOT NULL,"
    "  answer TEXT,"
    "  body TEXT"
    ") STRICT;"
    "CREATE INDEX notification_waiting ON notification (occurred_us) WHERE state = 1;"
    "CREATE INDEX notification_job ON notification (job);",
};
/* clang-format on */

static const char *const verbs[] = {
    [DROVER_STORE_ERROR_OPEN] = "open",
    [DROVER_STORE_ERROR_SCHEMA] = "upgrade",
    [DROVER_STORE_ERROR_WRITE] = "write",
    [DROVER_STORE_ERROR_READ] = "read",
};

/* What a person can do about it, or "". */
static const char *
remedy(int result)
{
    switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ": move it, with its -wal and -shm files, out of the way to start without jobs, or "
               "put a backup in its place";
    case SQLITE_FULL: return ": make room on its file system";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: return ": droverd must be able to write it and its directory";
    case SQLITE_BUSY: return ": another program keeps it locked";
    default: return "";
    }
}

void
drover_database_fail(sqlite3 *database, DroverStoreError code, GError **error)
{
    int result = sqlite3_extended_errcode(database);
    int system = sqlite3_system_errno(database);
    gboolean tell_system = system != 0 && (result & 0xff) == SQLITE_IOERR;

    g_set_error(error, DROVER_STORE_ERROR, code, "cannot %s '%s': %s%s%s%s", verbs[code],
                sqlite3_db_filename(database, "main"), sqlite3_errmsg(database),
                tell_system ? ": " : "", tell_system ? g_strerror(system) : "", remedy(result));
}

static gboolean
execute(sqlite3 *database, const char *sql, DroverStoreError code, GError **error)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK) {
        return TRUE;
    }
    drover_database_fail(database, code, error);
    return FALSE;
}

sqlite3_stmt *
drover_database_prepare(sqlite3 *database, const char *sql, DroverStoreError code, GError **error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK) {
        drover_database_fail(database, code, error);
    }
    return statement;
}

gboolean
drover_database_run(sqlite3_stmt *statement, GError **error)
{
    int result = sqlite3_step(statement);

    if (result != SQLITE_DONE && result != SQLITE_ROW) {
        drover_database_fail(sqlite3_db_handle(statement), DROVER_STORE_ERROR_WRITE, error);
    }
    sqlite3_reset(statement);
    return result == SQLITE_DONE || result == SQLITE_ROW;
}

/* The one value that @sql gives, as a number and (if asked for) as text. */
static gboolean
query(sqlite3 *database, const char *sql, gint64 *number, char **text, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        drover_database_prepare(database, sql, DROVER_STORE_ERROR_OPEN, error);

    if (!statement) {
        return FALSE;
    }
    if (sqlite3_step(statement) != SQLITE_ROW) {
        drover_database_fail(database, DROVER_STORE_ERROR_OPEN, error);
        return FALSE;
    }
    *number = sqlite3_column_int64(statement, 0);
    if (text) {
        *text = g_strdup((const char *) sqlite3_column_text(statement, 0));
    }
    return TRUE;
}

static gboolean
migrate_one(sqlite3 *database, gint64 from, GError **error)
{
    g_autofree char *mark = g_strdup_printf("PRAGMA application_id = %d;"
                                            "PRAGMA user_version = %" G_GINT64_FORMAT ";"
                                            "COMMIT;",
                                            APPLICATION_ID, from + 1);

    if (execute(database, "BEGIN IMMEDIATE", DROVER_STORE_ERROR_OPEN, error) &&
        execute(database, migrations[from], DROVER_STORE_ERROR_OPEN, error) &&
        execute(database, mark, DROVER_STORE_ERROR_OPEN, error)) {
        return TRUE;
    }
    sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
}

/* An empty file is ours; one with another program's mark, or with tables and no mark, is not. */
static gboolean
check_owner(sqlite3 *database, GError **error)
{
    gint64 application, objects;

    if (!query(database, "PRAGMA application_id", &application, NULL, error) ||
        !query(database, "SELECT count(*) FROM sqlite_schema", &objects, NULL, error)) {
        return FALSE;
    }
    if (application == APPLICATION_ID || (application == 0 && objects == 0)) {
        return TRUE;
    }
    g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_OPEN,
                "'%s' is the database of another program: give droverd a state_dir of its own",
                sqlite3_db_filename(database, "main"));
    return FALSE;
}

static gboolean
migrate(sqlite3 *database, GError **error)
{
    gint64 version;

    if (!query(database, "PRAGMA user_version", &version, NULL, error)) {
        return FALSE;
    }
    if (version < 0 || version > (gint64) G_N_ELEMENTS(migrations)) {
        g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_SCHEMA,
                    "'%s' was written by a newer drover (schema %" G_GINT64_FORMAT
                    ", this one knows up to %u): run that version, or put a backup in its place",
                    sqlite3_db_filename(database, "main"), version,
                    (guint) G_N_ELEMENTS(migrations));
        return FALSE;
    }
    for (; version < (gint64) G_N_ELEMENTS(migrations); version++) {
        if (!migrate_one(database, version, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* WAL needs shared memory beside the file, which not every file system has: then it says another
 * mode. */
static gboolean
set_durable(sqlite3 *database, GError **error)
{
    g_autofree char *mode = NULL;
    gint64 ignored;

    if (!query(database, "PRAGMA journal_mode = WAL", &ignored, &mode, error)) {
        return FALSE;
    }
    if (g_strcmp0(mode, "wal") != 0) {
        g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_OPEN,
                    "'%s' cannot be kept in WAL mode on its file system (it stays '%s'): put "
                    "state_dir on a local disk",
                    sqlite3_db_filename(database, "main"), mode);
        return FALSE;
    }
    return execute(database, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
                   DROVER_STORE_ERROR_OPEN, error);
}

static gboolean
check_writable(sqlite3 *database, const char *path, GError **error)
{
    /* SQLite opens a file that it may not write without a word. */
    if (sqlite3_db_readonly(database, "main") == 0) {
        return TRUE;
    }
    g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_OPEN,
                "cannot open '%s': it is read-only%s", path, remedy(SQLITE_READONLY));
    return FALSE;
}

static gboolean
prepare_for_writing(sqlite3 *database, const char *path, GError **error)
{
    return check_writable(database, path, error) && check_owner(database, error) &&
           set_durable(database, error) && migrate(database, error);
}

sqlite3 *
drover_database_open(const char *path, DroverDatabaseMode mode, GError **error)
{
    int flags = mode == DROVER_DATABASE_READ ? SQLITE_OPEN_READONLY
                                             : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    g_autoptr(sqlite3) database = NULL;
    int result = sqlite3_open_v2(path, &database, flags | SQLITE_OPEN_NOMUTEX, NULL);

    if (result != SQLITE_OK) {
        g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_OPEN, "cannot open '%s': %s%s",
                    path, database ? sqlite3_errmsg(database) : sqlite3_errstr(result),
                    remedy(result));
        return NULL;
    }
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, BUSY_TIMEOUT_MS);
    if (mode == DROVER_DATABASE_CREATE && !prepare_for_writing(database, path, error)) {
        return NULL;
    }
    return g_steal_pointer(&database);
}
