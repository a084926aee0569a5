/*
 * What a notification says of a job: the properties of Msvm_MigrationJob and of its statistics, as
 * `drover --json job` has them, and its error.
 *
 * Thread:    the main loop only.
 */
#pragma once

#include "orchestrator/views.h"

/* JSON, one line. (transfer full)  @views: a DroverViews. */
char *drover_transfer_job_describe(DroverJob *job, gpointer views);
