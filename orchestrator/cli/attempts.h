/*
 * The attempts of a job (Drover_MigrationAttempt), as `drover job` shows them.
 *
 * Errors: CIM_ERROR, CIM_CLIENT_ERROR.
 */
#pragma once

#include "orchestrator/cli/requests.h"

/* In order (of CimInstance, transfer full); empty when the daemon keeps none. */
GPtrArray *drover_attempts_read(DroverCli *cli, const DroverSnapshot *snapshot, GError **error);
/* "to beta, 12:01:02, took 3.1 s: stayed, DROVER0045: …". (transfer full) */
char *drover_attempt_text(const CimInstance *attempt);
