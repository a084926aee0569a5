/*
 * What drover shows of itself to the daemon: user and password, certificates.
 *
 * Thread:  one.
 * Errors:  DROVER_CLI_ERROR.
 */
#pragma once

#include "orchestrator/cli/cli.h"

/* Gives --user, the password (DROVER_PASSWORD, else asked for on the terminal) and the
 * certificates of the options or of DROVER_CA, DROVER_CERT and DROVER_KEY to the client. */
gboolean drover_cli_set_credentials(DroverCli *cli, GError **error);

/* A line of the terminal that is not shown while it is typed. (transfer full) To be freed with
 * cim_password_free(). */
char *drover_cli_ask_password(const char *prompt, GError **error);
