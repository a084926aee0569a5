/*
 * A job's record as a row of the table `job`.
 *
 * Purpose:   statements and binding made from the table of fields (orchestrator/job-fields.h);
 * options and failure, which nobody queries, are JSON texts. Thread:    that of the connection.
 */
#pragma once

#include "orchestrator/sqlite-database.h"

/* Statements whose parameters are what drover_sqlite_job_bind() binds. (transfer full) */
char *drover_sqlite_job_insert_sql(void);
char *drover_sqlite_job_update_sql(void);
/* All jobs that are not removed, in order of acceptance. (transfer full) */
char *drover_sqlite_job_select_sql(void);

/* @options: JSON; @failure: JSON or NULL.  All borrowed until the statement is reset. */
void drover_sqlite_job_bind(sqlite3_stmt *statement,
                            const DroverJobRecord *record,
                            const char *options,
                            const char *failure);
/* Fills a zeroed @record from the row that @statement stands on; the caller clears it in any case.
 * FALSE with DROVER_STORE_ERROR_READ that names the job, when the row makes no sense. */
gboolean drover_sqlite_job_read(sqlite3_stmt *statement, DroverJobRecord *record, GError **error);
