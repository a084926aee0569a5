/*
 * Following a job to its end, and telling how it ended.
 *
 * Thread:  one.
 */
#pragma once

#include "orchestrator/cli/requests.h"

/*
 * Shows the job while it runs: a line redrawn on a terminal, a line for each change elsewhere, with
 * --json nothing (@json_lines: one line of JSON for each change).  At the end prints the outcome,
 * or with --json the job; why it failed goes to standard error.
 *
 * Returns DROVER_EXIT_DONE, _JOB_FAILED or _INTERRUPTED (said so); anything else comes with @error.
 */
int drover_follow(DroverCli *cli, const char *id, gboolean json_lines, GError **error);
