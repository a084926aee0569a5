/*
 * The migration service: what a client can ask of drover, apart from how it asks.
 *
 * Purpose:   checks requests, makes jobs of them, carries verbs out, keeps the settings, removes
 * jobs whose time has come.  The msvm-* views call it, and it knows nothing of CIM. Ownership:
 * borrows backend and store, which must outlive it. Thread:    the main loop only. Errors:    a
 * request that is refused gives a DroverFailure: its return code, message and advice are in the
 * catalogue (orchestrator/error-catalog.h). Source:    Msvm_VirtualSystemMigrationService.
 */
#pragma once

#include "orchestrator/mover.h"
#include "orchestrator/queue.h"
#include "orchestrator/settings.h"

typedef struct _DroverService DroverService;

/* Loads the jobs of @store, and takes up what was under way. */
DroverService *drover_service_new(DroverBackend *backend,
                                  DroverStore *store,
                                  const DroverSettings *settings,
                                  GError **error);
void drover_service_free(DroverService *service);

/* Begins nothing any more: before the end, so that writes which are still queued can be waited for.
 */
void drover_service_stop(DroverService *service);

DroverBackend *drover_service_backend(DroverService *service);
DroverInventory *drover_service_inventory(DroverService *service);
DroverJobs *drover_service_jobs(DroverService *service);
DroverQueue *drover_service_queue(DroverService *service);

/* Further destinations that a request may name. */
#define DROVER_MAXIMUM_ALTERNATIVES 15

/* A move that is asked for. All borrowed.  A zeroed one means: once, to @destination, tried again
 * as the settings say. */
typedef struct {
    const char *guest;       /* UUID */
    const char *destination; /* host: name, host name or address */
    const char *owner;       /* or NULL */
    guint32 priority;
    DroverTransferOptions options;
    /* Where else it may go, in order; NULL-terminated. */
    const char *alternatives[DROVER_MAXIMUM_ALTERNATIVES + 1];
    guint attempts;      /* 0: as the settings say */
    guint retry_delay_s; /* 0: as the settings say; less than 5 is 5 */
    gboolean has_no_progress_timeout;
    guint no_progress_timeout_s; /* 0: nothing is tried again */
} DroverRequest;

/*
 * Checks the request against what is known, touching nothing.  Returns NULL, or why it is refused
 * (transfer full).  *@destination gets the host's configured name (owned by the inventory).
 */
DroverFailure *drover_service_check_request(DroverService *service,
                                            const DroverRequest *request,
                                            const char **destination);

/* @job: on disk and queued; NULL when it could not be written (@error). */
typedef void (*DroverAccepted)(DroverJob *job, const GError *error, gpointer user_data);
/* Makes a job of the request: @accepted comes when it is on disk.  Returns NULL, or why it is
 * refused (transfer full); then @accepted does not come. */
DroverFailure *drover_service_submit(DroverService *service,
                                     const DroverRequest *request,
                                     DroverAccepted accepted,
                                     gpointer user_data);

/* @who: asks for it, as the error of a stopped job names; NULL: not known.  Returns 0 (done), 4096
 * (on its way) or a refusal with *@reason. */
guint32 drover_service_apply(
    DroverService *service, DroverJob *job, DroverVerb verb, const char *who, char **reason);
/* Acknowledges an ended job: it leaves the list; @done (nullable) when that is on disk.  Returns 0,
 * or 32775 with *@reason. */
guint32 drover_service_complete(DroverService *service,
                                DroverJob *job,
                                DroverStoreDone done,
                                gpointer user_data,
                                char **reason);

/* Service settings; a change is kept in the store and wins over the configuration. */
typedef struct {
    gboolean enabled;
    guint maximum_active;
} DroverServiceSettings;
void drover_service_get_settings(DroverService *service, DroverServiceSettings *settings);
/* @done (nullable): when it is on disk.  Returns 0 or 32773 with *@reason. */
guint32 drover_service_set_settings(DroverService *service,
                                    const DroverServiceSettings *settings,
                                    DroverStoreDone done,
                                    gpointer user_data,
                                    char **reason);
/* Where the programs lie that clients may have run for a notification. */
const char *drover_service_program_dir(DroverService *service);
/* How long ended jobs stay. */
guint drover_service_time_before_removal_s(DroverService *service);
/* Takes over what a reloaded configuration may change while the daemon runs, and takes up moves
 * whose hosts it names again. */
void drover_service_reconfigure(DroverService *service, const DroverSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverService, drover_service_free)
