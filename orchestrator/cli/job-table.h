/*
 * Jobs as a table, for `drover jobs` and `drover watch`.
 */
#pragma once

#include "orchestrator/cli/requests.h"

/* Jobs with their statistics beside, in order of submission. */
typedef struct _DroverJobTable DroverJobTable;

/* Asks the daemon. @all: also what ended well long ago. (transfer full) */
DroverJobTable *drover_job_table_read(DroverCli *cli, gboolean all, GError **error);
void drover_job_table_free(DroverJobTable *table);
guint drover_job_table_length(const DroverJobTable *table);
/* How many were left out, since they ended well long ago. */
guint drover_job_table_hidden(const DroverJobTable *table);
/* Borrows from the table. */
const DroverSnapshot *drover_job_table_get(const DroverJobTable *table, guint index);
/* (transfer full) */
char *drover_job_table_print(const DroverJobTable *table, const DroverScreen *screen);
/* An array of the jobs, each with its statistics beside. (transfer full) */
char *drover_job_table_print_json(const DroverJobTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverJobTable, drover_job_table_free)
