/*
 * What drover's exit status says, and errors that carry it.
 *
 * Errors:  DROVER_CLI_ERROR, whose codes are the exit statuses.  A message has one line that says
 * what is wrong and, after a newline, what to do about it. Thread:  any.
 */
#pragma once

#include <glib.h>

/* Scripts rely on these. */
typedef enum {
    DROVER_EXIT_DONE = 0,
    DROVER_EXIT_JOB_FAILED = 1, /* failed, cancelled, or (check) cannot be moved */
    DROVER_EXIT_USAGE = 2,
    DROVER_EXIT_UNREACHABLE = 3,
    DROVER_EXIT_REFUSED = 4,
    DROVER_EXIT_NOT_FOUND = 5,
    DROVER_EXIT_INTERRUPTED = 130, /* Ctrl-C while waiting; the job goes on */
} DroverExitStatus;

#define DROVER_CLI_ERROR (drover_cli_error_quark())
GQuark drover_cli_error_quark(void);

/* @advice: what to do, or NULL. */
void drover_cli_set_error(GError **error,
                          DroverExitStatus status,
                          const char *advice,
                          const char *format,
                          ...) G_GNUC_PRINTF(4, 5);

/* The exit status for an error of the command line or of the CIM client. */
DroverExitStatus drover_cli_error_status(const GError *error);
/*
 * "drover: …" and the advice on the next line, each ended by a newline.
 * @server: the address that was tried, to be told to who cannot reach it.  (transfer full)
 */
char *drover_cli_error_text(const GError *error, const char *server);
