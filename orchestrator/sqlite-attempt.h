/*
 * An attempt of a job as a row of the table `attempt`.
 *
 * Thread:    that of the connection.
 */
#pragma once

#include "orchestrator/sqlite-database.h"

#define DROVER_SQLITE_ATTEMPT_SAVE                                                                 \
    "INSERT INTO attempt (job, number, destination, began_us, ended_us, outcome, failure) "        \
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (job, number) DO UPDATE SET "                 \
    "ended_us = excluded.ended_us, outcome = excluded.outcome, failure = excluded.failure"
/* Of all jobs that are not removed, by job and number. */
#define DROVER_SQLITE_ATTEMPT_LOAD                                                                 \
    "SELECT a.job, a.number, a.destination, a.began_us, a.ended_us, a.outcome, a.failure "         \
    "FROM job JOIN attempt a ON a.job = job.number WHERE job.removed_us = 0 "                      \
    "ORDER BY a.job, a.number"

/* @job: its number; @failure: JSON or NULL.  All borrowed until the statement is reset. */
void drover_sqlite_attempt_bind(sqlite3_stmt *statement,
                                guint64 job,
                                const DroverAttempt *attempt,
                                const char *failure);
/* The row that @statement stands on.  NULL with DROVER_STORE_ERROR_READ when it makes no sense.
 * (transfer full) */
DroverAttempt *drover_sqlite_attempt_read(sqlite3_stmt *statement, guint64 *job, GError **error);
