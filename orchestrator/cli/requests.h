/*
 * The CIM requests that several commands make.
 *
 * Ownership: results are (transfer full).
 * Errors:    CIM_ERROR, CIM_CLIENT_ERROR, DROVER_CLI_ERROR.
 * Source:    Msvm_MigrationJob, Msvm_VirtualSystemMigrationService and the Drover_ classes.
 */
#pragma once

#include "orchestrator/cli/cli.h"

#define DROVER_NAMESPACE     "root/virtualization/v2"
#define DROVER_JOB_CLASS     "Msvm_MigrationJob"
#define DROVER_SERVICE_CLASS "Msvm_VirtualSystemMigrationService"

/* All instances of @class_name with all their properties (of CimInstance). */
GPtrArray *drover_cli_list(DroverCli *cli, const char *class_name, GError **error);

/* A job and its statistics, which are NULL where the daemon keeps none. */
typedef struct {
    CimInstance *job;
    CimInstance *statistics;
} DroverSnapshot;
void drover_snapshot_clear(DroverSnapshot *snapshot);
/* @brief: only what changes while a guest moves.  FALSE: @snapshot is cleared. */
gboolean drover_cli_read_job(
    DroverCli *cli, const char *id, gboolean brief, DroverSnapshot *snapshot, GError **error);
/* The job with its statistics beside, as JSON, one line unless @pretty. */
char *drover_snapshot_print(const DroverSnapshot *snapshot, gboolean pretty);

/* The InstanceID that @word begins. */
char *drover_cli_find_job(DroverCli *cli, const char *word, GError **error);
/* The Drover_GuestState of the virtual machine @word. */
CimInstance *drover_cli_find_guest(DroverCli *cli, const char *word, GError **error);

/* The migration service of the daemon. */
CimPath *drover_cli_service_path(DroverCli *cli, GError **error);
CimPath *drover_cli_job_path(const char *id);
CimPath *drover_cli_statistics_path(const char *id);

/* The Msvm_Errors of a job, outer first (of CimInstance); empty when it has none. */
GPtrArray *drover_cli_read_errors(DroverCli *cli, const char *id, GError **error);
/* Embedded instances of an array among a method's out parameters; empty when there are none. */
GPtrArray *drover_cli_out_instances(const CimInstance *out, const char *name);

/* "32774 System is in use": @code as @method of @class_name names it. */
char *drover_cli_code_text(const DroverCli *cli,
                           const char *class_name,
                           const char *method,
                           guint32 code);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DroverSnapshot, drover_snapshot_clear)
