/*
 * A notice as a row of the table `notification`.
 *
 * Thread:    that of the connection.
 */
#pragma once

#include "orchestrator/notice.h"
#include "orchestrator/sqlite-database.h"

#define DROVER_SQLITE_NOTICE_COLUMNS                                                               \
    "id, job, event, state, occurred_us, url, program, arguments, url_failed, attempts, last_us, " \
    "next_us, answer, body"
#define DROVER_SQLITE_NOTICE_SAVE                                                                  \
    "INSERT OR REPLACE INTO notification (" DROVER_SQLITE_NOTICE_COLUMNS ") "                      \
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
/* What waits (1), and what the listed jobs have sent, oldest first. */
#define DROVER_SQLITE_NOTICE_LOAD                                                                  \
    "SELECT " DROVER_SQLITE_NOTICE_COLUMNS " FROM notification "                                   \
    "WHERE state = 1 OR job IN (SELECT id FROM job WHERE removed_us = 0) "                         \
    "ORDER BY occurred_us, rowid"

/* Borrows from @notice until the statement is reset. */
void drover_sqlite_notice_bind(sqlite3_stmt *statement, const DroverNotice *notice);
/* The row that @statement stands on. (transfer full) */
DroverNotice *drover_sqlite_notice_read(sqlite3_stmt *statement);
