/*
 * The line that shows a move while it runs: guest, hosts, bar, percent, rates, time left, phase.
 *
 * Thread:  any.
 */
#pragma once

#include "orchestrator/cli/job-view.h"

/*
 * Fits into @columns: what matters least is left out first.  @screen says about colours and
 * characters. (transfer full), without a newline.
 */
char *drover_progress_line(const DroverJobView *view, const DroverScreen *screen, guint columns);
/* The same facts for a log: no bar, no colours, nothing left out. (transfer full) */
char *drover_progress_text(const DroverJobView *view);
