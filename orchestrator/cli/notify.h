/*
 * Whom a job tells of its end.
 *
 * Errors:  DROVER_CLI_ERROR with the daemon's reason, CIM_ERROR, CIM_CLIENT_ERROR.
 * Source:  Drover_TransferJob (SetNotifyInterface, SetNotifyCmdLine, SetNotifyFlags).
 */
#pragma once

#include "orchestrator/cli/cli.h"

/* Sets what the options say; nothing, if they say nothing. */
gboolean drover_notify_apply(DroverCli *cli, const char *id, GError **error);
/* Whether the options say anything. */
gboolean drover_notify_is_asked(const DroverOptions *options);
/* Refuses options that cannot be, before anything is done. */
gboolean drover_notify_check(const DroverOptions *options, GError **error);
