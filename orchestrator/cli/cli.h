/*
 * One run of drover: its options, its output, the daemon it talks to, and the commands.
 *
 * Errors:  a command sets an error (DROVER_CLI_ERROR, CIM_ERROR or CIM_CLIENT_ERROR) for the caller
 * to report, or reports by itself and returns the exit status. Thread:  one.
 */
#pragma once

#include <stdio.h>

#include "cim/client.h"
#include "orchestrator/cli/exit-status.h"
#include "orchestrator/cli/screen.h"

#define DROVER_DEFAULT_SERVER "unix:/run/drover/droverd.sock"

/* All options of all commands; NULL or FALSE: not given. */
typedef struct {
    char *server;
    gboolean json;
    char *color;
    gboolean quiet;
    gboolean help;
    gboolean version;
    char *destination;
    gboolean detach;
    char *bandwidth;
    char *priority;
    char *address;
    gboolean compress;
    gboolean tls;
    gboolean post_copy;
    char **also_to; /* NULL-terminated */
    char *attempts;
    char *retry_delay;
    char *no_progress_timeout;
    gboolean all;
    gboolean trace;
    char *notify_url;
    char *notify_command;
    char *notify_arguments;
    char *notify_on;
    gboolean notify_off;
    char *max_active;
    char *enabled;
    char *user;
    char *ca; /* PEM files */
    char *certificate;
    char *key;
    char *file;
    gboolean remove;
    gboolean from_stdin;
} DroverOptions;

typedef struct {
    DroverOptions options;
    DroverScreen screen;     /* standard output */
    const CimSchema *schema; /* names of values; may be NULL */
    CimClient *client;       /* NULL in commands that need no daemon */
} DroverCli;

/* argv as in main(); @schema: may be NULL. Returns the exit status; all is reported. */
int drover_cli_run(int argc, char **argv, const CimSchema *schema);

/* Standard output; @text is freed. Nothing with --quiet. */
void drover_cli_say(const DroverCli *cli, char *text);
/* Standard error, "drover: …" and a newline; nothing with --quiet. */
void drover_cli_note(const DroverCli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);
