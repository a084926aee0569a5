/*
 * The views: drover's model as CIM classes.  Each msvm-*.c and drover-*.c file gives one or a few
 * providers; drover_views_add() hangs them all into a server.
 *
 * Ownership: the service is borrowed for the server's life.
 * Thread:    the main loop only.
 * Source:    the Msvm_* pages of the Hyper-V WMI v2 provider; DESIGN's table of a job's life.
 */
#pragma once

#include "cim/provider.h"
#include "orchestrator/msvm-error.h"
#include "orchestrator/notifier.h"
#include "orchestrator/service.h"

#define DROVER_NAMESPACE "root/virtualization/v2"

typedef struct _CimServer CimServer;
typedef struct _DroverViews DroverViews;

DroverViews *drover_views_new(DroverService *service, const CimSchema *schema);
void drover_views_free(DroverViews *views);
void drover_views_add(DroverViews *views, CimServer *server);
/* All that drover_views_add() adds, NULL at the end. */
extern const CimProvider *const drover_views_providers[];
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverViews, drover_views_free)

/* What the providers get as their data. */
struct _DroverViews {
    DroverService *service;
    const CimSchema *schema;
    DroverNotifier *notifier; /* borrowed; NULL: nobody is notified */
    char *host_name;          /* of this machine: SystemName of the services */
    gpointer found_system[2]; /* room for what a look-up of Msvm_ComputerSystem found */
};

/* A client took the job off the list: its notices are not repeated any more. */
void drover_views_acknowledged(DroverViews *views, const char *job_id);

/* enumerate() and find() of the providers whose objects are jobs: their data are the views. */
void drover_views_each_job(gpointer views, CimVisit visit, gpointer visit_data);
gpointer drover_views_find_job(gpointer views, const CimPath *path);

/* "Msvm_ComputerSystem" with the right keys. (transfer full) */
CimPath *drover_system_path(const char *name);
/* Upper-case UUID, as Hyper-V writes it. (transfer full) */
char *drover_guid(const char *uuid);

extern const CimProvider drover_affected_job_element_provider;
extern const CimProvider drover_migration_job_provider;
extern const CimProvider drover_computer_system_provider;
extern const CimProvider drover_migration_service_provider;
extern const CimProvider drover_service_settings_provider;
extern const CimProvider drover_migration_settings_provider;
extern const CimProvider drover_capabilities_provider;
extern const CimProvider drover_statistics_provider;
extern const CimProvider drover_attempt_provider;
extern const CimProvider drover_host_state_provider;
extern const CimProvider drover_guest_state_provider;
extern const CimProvider drover_advisor_provider;
extern const CimProvider drover_transfer_job_provider;
