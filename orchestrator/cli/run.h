/*
 * What the commands do, one function each; the table is in command.c.
 */
#pragma once

#include "orchestrator/cli/cli.h"

int drover_run_hosts(DroverCli *cli, char **arguments, GError **error);
int drover_run_vms(DroverCli *cli, char **arguments, GError **error);
int drover_run_check(DroverCli *cli, char **arguments, GError **error);
int drover_run_migrate(DroverCli *cli, char **arguments, GError **error);
int drover_run_jobs(DroverCli *cli, char **arguments, GError **error);
int drover_run_job(DroverCli *cli, char **arguments, GError **error);
/* @id: a whole InstanceID */
int drover_run_trace(DroverCli *cli, const char *id, GError **error);
int drover_run_error(DroverCli *cli, char **arguments, GError **error);
int drover_run_explain(DroverCli *cli, char **arguments, GError **error);
int drover_run_suspend(DroverCli *cli, char **arguments, GError **error);
int drover_run_resume(DroverCli *cli, char **arguments, GError **error);
int drover_run_cancel(DroverCli *cli, char **arguments, GError **error);
int drover_run_kill(DroverCli *cli, char **arguments, GError **error);
int drover_run_complete(DroverCli *cli, char **arguments, GError **error);
int drover_run_watch(DroverCli *cli, char **arguments, GError **error);
int drover_run_notify(DroverCli *cli, char **arguments, GError **error);
int drover_run_settings(DroverCli *cli, char **arguments, GError **error);
int drover_run_passwd(DroverCli *cli, char **arguments, GError **error);
int drover_run_help(DroverCli *cli, char **arguments, GError **error);
