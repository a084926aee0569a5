/*
 * A job's black box as rows of the table `trace`.
 *
 * Purpose:   a ring with a fixed head: of a long trace the first and the last entries stay.
 * Thread:    that of the connection.
 */
#pragma once

#include "orchestrator/sqlite-database.h"

#define DROVER_TRACE_HEAD 500  /* entries that stay from the beginning … */
#define DROVER_TRACE_TAIL 1500 /* … and up to the end */

extern const char drover_sqlite_trace_insert[];
/* Drops what is neither head nor tail any more; its parameter is the job's number. */
extern const char drover_sqlite_trace_trim[];

/* Both for the job of that number; borrowed until the statement is reset. */
void drover_sqlite_trace_bind(sqlite3_stmt *statement,
                              guint64 job,
                              const DroverTraceEntry *entry,
                              const char *stats,    /* JSON or NULL */
                              const char *failure); /* JSON or NULL */
char *drover_sqlite_trace_stats(const DroverTraceEntry *entry);
char *drover_sqlite_trace_failure(const DroverTraceEntry *entry);

/* Up to @count entries (of DroverTraceEntry) of the job with that id, removed or not, from the one
 * numbered @first on; *@last: number of its last one, 0: none.  NULL with @error (_READ). */
GPtrArray *drover_sqlite_trace_read(
    sqlite3 *database, const char *id, guint64 first, guint count, guint64 *last, GError **error);
