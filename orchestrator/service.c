#include "orchestrator/service.h"

#include "orchestrator/foreign-move.h"
#include "orchestrator/return-codes.h"
#include "orchestrator/trace.h"
#include "orchestrator/transfer-settings.h"

#define KEY_MAXIMUM_ACTIVE "maximum_active"
#define KEY_ENABLED        "enabled"

/* What new jobs begin with. */
typedef struct {
    char *url; /* NULL: none; so are the next two */
    char *program;
    char *arguments;
    guint flags;
    char *program_dir;
} NotifyDefaults;

struct _DroverService {
    DroverBackend *backend;
    DroverClock *clock; /* the backend's; it outlives both */
    DroverStore *store;
    DroverJobs *jobs;
    DroverQueue *queue;
    DroverMover *mover;
    GSequence *ended; /* of Ended, oldest first */
    guint removal_timer;
    guint attempts;
    guint retry_delay_s;
    guint no_progress_timeout_s;
    guint time_before_removal_s;
    NotifyDefaults notify;
    gboolean stopped;
};

DroverBackend *
drover_service_backend(DroverService *service)
{
    return service->backend;
}

DroverInventory *
drover_service_inventory(DroverService *service)
{
    return service->backend->inventory;
}

DroverJobs *
drover_service_jobs(DroverService *service)
{
    return service->jobs;
}

DroverQueue *
drover_service_queue(DroverService *service)
{
    return service->queue;
}

/* --- life of ended jobs ---------------------------------------------------------------------- */

typedef struct {
    char *id;
    gint64 finished_us;
} Ended;

static void
ended_free(gpointer data)
{
    Ended *ended = data;

    g_free(ended->id);
    g_free(ended);
}

static int
compare_ended(gconstpointer a, gconstpointer b, gpointer user_data)
{
    const Ended *x = a;
    const Ended *y = b;

    return x->finished_us < y->finished_us ? -1 : x->finished_us > y->finished_us;
}

static void arm_removal(DroverService *service);

static void
removal_due(gpointer user_data, gpointer unused)
{
    DroverService *service = user_data;
    GSequenceIter *first = g_sequence_get_begin_iter(service->ended);
    const Ended *ended = g_sequence_get(first);
    DroverJob *job = drover_jobs_find(service->jobs, ended->id);

    service->removal_timer = 0;
    /* A job that was started again meanwhile has another end, or none yet. */
    if (job && drover_stage_is_final(job->record.stage) &&
        job->record.finished_us == ended->finished_us) {
        drover_jobs_remove(service->jobs, job, NULL, NULL);
    }
    g_sequence_remove(first);
    arm_removal(service);
}

/* One timer, for the job that ended first. */
static void
arm_removal(DroverService *service)
{
    gint64 now_us = drover_clock_real_us(service->clock);
    GSequenceIter *first = g_sequence_get_begin_iter(service->ended);
    gint64 due_us;

    drover_clock_remove(service->clock, &service->removal_timer);
    if (g_sequence_iter_is_end(first)) {
        return;
    }
    due_us = ((const Ended *) g_sequence_get(first))->finished_us +
             (gint64) service->time_before_removal_s * G_USEC_PER_SEC;
    service->removal_timer =
        drover_clock_add(service->clock, MAX(due_us - now_us, 0), removal_due, service);
}

static void
job_changed(DroverJob *job, DroverStage from, gpointer user_data)
{
    DroverService *service = user_data;
    Ended *ended;

    if (!job->record.stage || !drover_stage_is_final(job->record.stage)) {
        return;
    }
    ended = g_new0(Ended, 1);
    ended->id = g_strdup(job->record.id);
    ended->finished_us = job->record.finished_us;
    g_sequence_insert_sorted(service->ended, ended, compare_ended, NULL);
    arm_removal(service);
}

/* --- start and end --------------------------------------------------------------------------- */

static void
begin(DroverJob *job, gpointer user_data)
{
    DroverService *service = user_data;

    if (!service->stopped) {
        drover_mover_begin(service->mover, job);
    }
}

/* A job follows a guest that somebody else has moved before its own first attempt. */
static void
follow_guest(DroverService *service, DroverJob *job)
{
    const DroverGuest *guest =
        drover_inventory_find_guest(service->backend->inventory, job->record.guest_uuid);
    gboolean is_active =
        guest && (guest->state == DROVER_GUEST_RUNNING || guest->state == DROVER_GUEST_PAUSED);

    if (job->record.attempt == 0 && is_active &&
        !g_str_equal(guest->host->name, job->record.source)) {
        g_free(job->record.source);
        job->record.source = g_strdup(guest->host->name);
        drover_jobs_save(service->jobs, job, NULL, NULL);
    }
}

static DroverWait
hold(DroverJob *job, gpointer user_data)
{
    DroverService *service = user_data;

    if (drover_foreign_move_find(service->backend->inventory, service->jobs,
                                 job->record.guest_uuid)) {
        return DROVER_WAIT_OTHERS;
    }
    follow_guest(service, job);
    return DROVER_WAIT_NONE;
}

/* A move by others may have begun or ended. */
static void
guest_changed(const char *host, const char *guest_uuid, gpointer user_data)
{
    DroverService *service = user_data;
    const DroverJob *job = guest_uuid ? drover_jobs_find_active(service->jobs, guest_uuid) : NULL;

    if (job && job->record.stage == DROVER_STAGE_QUEUED) {
        drover_queue_kick(service->queue);
    }
}

void
drover_service_stop(DroverService *service)
{
    service->stopped = TRUE;
    drover_inventory_unwatch(service->backend->inventory, service);
    drover_mover_stop(service->mover);
}

static gboolean
adopt(DroverJob *job, gpointer user_data)
{
    DroverService *service = user_data;

    drover_mover_adopt(service->mover, job);
    return TRUE;
}

static void
take_stored_settings(DroverService *service)
{
    const DroverStoreClass *store = service->store->klass;
    g_autofree char *maximum = store->get_setting(service->store, KEY_MAXIMUM_ACTIVE);
    g_autofree char *enabled = store->get_setting(service->store, KEY_ENABLED);

    if (maximum) {
        drover_queue_set_limit(service->queue, (guint) g_ascii_strtoull(maximum, NULL, 10));
    }
    if (enabled) {
        drover_queue_set_enabled(service->queue, g_str_equal(enabled, "1"));
    }
}

static void
notify_defaults_clear(NotifyDefaults *notify)
{
    g_free(notify->url);
    g_free(notify->program);
    g_free(notify->arguments);
    g_free(notify->program_dir);
}

static void
take_notify_defaults(DroverService *service, const DroverSettings *settings)
{
    notify_defaults_clear(&service->notify);
    service->notify = (NotifyDefaults){
        .url = g_strdup(settings->notify_url),
        .program = g_strdup(settings->notify_command),
        .arguments = g_strdup(settings->notify_arguments),
        .flags = settings->notify_flags,
        .program_dir = g_strdup(settings->notify_program_dir),
    };
}

void
drover_service_reconfigure(DroverService *service, const DroverSettings *settings)
{
    service->attempts = settings->attempts;
    service->retry_delay_s = settings->retry_delay_s;
    service->no_progress_timeout_s = settings->no_progress_timeout_s;
    service->time_before_removal_s = settings->time_before_removal_s;
    drover_mover_set_retry_delay_max(service->mover, settings->retry_delay_max_s);
    take_notify_defaults(service, settings);
    drover_queue_set_limit(service->queue, settings->maximum_active);
    drover_queue_set_enabled(service->queue, settings->enabled);
    take_stored_settings(service);
    arm_removal(service);
    drover_jobs_each(service->jobs, adopt, service);
}

DroverService *
drover_service_new(DroverBackend *backend,
                   DroverStore *store,
                   const DroverSettings *settings,
                   GError **error)
{
    g_autoptr(DroverService) service = g_new0(DroverService, 1);

    service->backend = backend;
    service->clock = backend->clock;
    service->store = store;
    service->ended = g_sequence_new(ended_free);
    service->jobs = drover_jobs_new(store, backend->clock);
    service->mover = drover_mover_new(service->jobs, backend);
    service->queue = drover_queue_new(service->jobs, backend->clock, begin, hold, service);
    drover_inventory_watch(backend->inventory, guest_changed, service);
    drover_jobs_watch(service->jobs, job_changed, service);
    if (!drover_jobs_load(service->jobs, error)) {
        drover_service_stop(service);
        return NULL;
    }
    drover_service_reconfigure(service, settings);
    return g_steal_pointer(&service);
}

void
drover_service_free(DroverService *service)
{
    if (!service) {
        return;
    }
    drover_clock_remove(service->clock, &service->removal_timer);
    g_sequence_free(service->ended);
    g_clear_pointer(&service->queue, drover_queue_free);
    g_clear_pointer(&service->jobs, drover_jobs_free);
    g_clear_pointer(&service->mover, drover_mover_free);
    notify_defaults_clear(&service->notify);
    g_free(service);
}

/* --- requests -------------------------------------------------------------------------------- */

static DroverFailure *
refusal(DroverFailureKind kind, const DroverGuest *guest, const char *destination, char *element)
{
    DroverFailure *failure = drover_failure_new(kind);

    failure->guest = guest ? g_strdup(guest->name) : NULL;
    failure->source = guest ? g_strdup(guest->host->name) : NULL;
    failure->destination = g_strdup(destination);
    failure->element = element;
    return failure;
}

static DroverFailure *
check_guest(DroverService *service, const DroverGuest *guest, const DroverRequest *request)
{
    DroverJob *active;

    if (!guest) {
        return refusal(DROVER_FAILURE_REQUEST_GUEST, NULL, request->destination,
                       g_strdup_printf("'%s'", request->guest));
    }
    active = drover_jobs_find_active(service->jobs, guest->uuid);
    if (active) {
        return refusal(DROVER_FAILURE_REQUEST_JOB_ACTIVE, guest, request->destination,
                       g_strdup_printf("%s, which is %s", active->record.id,
                                       drover_stage_info(active->record.stage)->name));
    }
    if (drover_foreign_move_find(service->backend->inventory, service->jobs, guest->uuid)) {
        return refusal(DROVER_FAILURE_GUEST_BUSY, guest, request->destination, NULL);
    }
    if (guest->state != DROVER_GUEST_RUNNING && guest->state != DROVER_GUEST_PAUSED) {
        return refusal(DROVER_FAILURE_GUEST_NOT_RUNNING, guest, request->destination, NULL);
    }
    return NULL;
}

/* The configured names of all hosts that the request names, in order (of const char *, transfer
 * container). */
static DroverFailure *
resolve_hosts(DroverService *service,
              const DroverGuest *guest,
              const DroverRequest *request,
              GPtrArray **names)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    const char *text = request->destination;

    for (guint i = 0; text; text = request->alternatives[i++]) {
        const DroverHost *host =
            drover_inventory_resolve_host(drover_service_inventory(service), text);

        if (!host) {
            return refusal(DROVER_FAILURE_REQUEST_HOST, guest, request->destination,
                           g_strdup_printf("'%s'", text));
        }
        if (host == guest->host) {
            return refusal(DROVER_FAILURE_SAME_HOST, guest, host->name, NULL);
        }
        if (g_ptr_array_find(found, host->name, NULL)) {
            return refusal(DROVER_FAILURE_REQUEST_VALUE, guest, request->destination,
                           g_strdup_printf("AlternativeHosts '%s' (named twice)", text));
        }
        g_ptr_array_add(found, host->name);
    }
    *names = g_steal_pointer(&found);
    return NULL;
}

DroverFailure *
drover_service_check_request(DroverService *service,
                             const DroverRequest *request,
                             const char **destination)
{
    DroverInventory *inventory = drover_service_inventory(service);
    const DroverGuest *guest = drover_inventory_find_guest(inventory, request->guest);
    g_autoptr(GPtrArray) hosts = NULL;
    DroverFailure *failure = check_guest(service, guest, request);

    if (!failure) {
        failure = resolve_hosts(service, guest, request, &hosts);
    }
    if (!failure) {
        *destination = g_ptr_array_index(hosts, 0);
    }
    return failure;
}

typedef struct {
    DroverService *service;
    DroverAccepted accepted;
    gpointer user_data;
} Acceptance;

static void
job_written(DroverJob *job, const GError *error, gpointer user_data)
{
    g_autofree Acceptance *acceptance = user_data;
    DroverService *service = acceptance->service;

    if (job && error) {
        acceptance->accepted(NULL, error, acceptance->user_data);
        drover_jobs_forget(service->jobs, job);
        return;
    }
    if (job) {
        job->accepted = TRUE;
        drover_queue_kick(service->queue);
    }
    acceptance->accepted(job, error, acceptance->user_data);
}

/* How often, how soon, how long and where it is tried. */
static void
set_retries(DroverService *service, DroverJobRecord *record, const DroverRequest *request)
{
    g_autoptr(GPtrArray) hosts = NULL;
    const DroverGuest *guest =
        drover_inventory_find_guest(drover_service_inventory(service), request->guest);
    g_autoptr(DroverFailure) failure = resolve_hosts(service, guest, request, &hosts);

    g_return_if_fail(!failure); /* it was checked */
    record->destination = g_strdup(g_ptr_array_index(hosts, 0));
    record->max_attempts =
        MAX(request->attempts ? request->attempts : service->attempts, hosts->len);
    record->retry_delay_s = request->retry_delay_s
                                ? MAX(request->retry_delay_s, DROVER_MINIMUM_RETRY_DELAY_S)
                                : service->retry_delay_s;
    record->no_progress_timeout_s = request->has_no_progress_timeout
                                        ? request->no_progress_timeout_s
                                        : service->no_progress_timeout_s;
    if (hosts->len > 1) {
        g_ptr_array_add(hosts, NULL);
        record->destinations = g_strjoinv(" ", (char **) hosts->pdata);
    }
}

static DroverJob *
make_job(DroverService *service, const DroverRequest *request)
{
    const DroverGuest *guest =
        drover_inventory_find_guest(drover_service_inventory(service), request->guest);
    DroverJob *job = drover_job_new();
    DroverJobRecord *record = &job->record;

    record->job_type = 305;         /* Moving Virtual Machine */
    record->migration_type = 32768; /* VirtualSystem */
    record->guest_uuid = g_strdup(guest->uuid);
    record->guest_name = g_strdup(guest->name);
    record->source = g_strdup(guest->host->name);
    record->owner = g_strdup(request->owner);
    record->priority = request->priority;
    record->transfer_priority = DROVER_PRIORITY_NORMAL;
    record->notify_flags = service->notify.flags;
    record->notify_url = g_strdup(service->notify.url);
    record->notify_program = g_strdup(service->notify.program);
    record->notify_arguments = g_strdup(service->notify.arguments);
    record->options = request->options;
    record->options.destination_address = g_strdup(request->options.destination_address);
    record->options.migration_uri = g_strdup(request->options.migration_uri);
    set_retries(service, record, request);
    return job;
}

DroverFailure *
drover_service_submit(DroverService *service,
                      const DroverRequest *request,
                      DroverAccepted accepted,
                      gpointer user_data)
{
    const char *destination = NULL;
    DroverFailure *failure = drover_service_check_request(service, request, &destination);
    Acceptance *acceptance;

    if (failure) {
        return failure;
    }
    acceptance = g_new0(Acceptance, 1);
    acceptance->service = service;
    acceptance->accepted = accepted;
    acceptance->user_data = user_data;
    drover_jobs_add(service->jobs, make_job(service, request), job_written, acceptance);
    return NULL;
}

guint32
drover_service_apply(
    DroverService *service, DroverJob *job, DroverVerb verb, const char *who, char **reason)
{
    guint32 code = drover_job_check_verb(job, verb, reason);
    DroverJob *active;

    if (code != DROVER_RC_COMPLETED) {
        return code;
    }
    active = drover_jobs_find_active(service->jobs, job->record.guest_uuid);
    if (verb == DROVER_VERB_START && active && active != job) {
        *reason =
            g_strdup_printf("guest '%s' has job %s now", job->record.guest_name, active->record.id);
        return DROVER_RC_IN_USE;
    }
    drover_trace_verb(service->jobs, job, verb, who);
    return drover_mover_apply(service->mover, job, verb, who) ? DROVER_RC_COMPLETED
                                                              : DROVER_RC_JOB_STARTED;
}

guint32
drover_service_complete(
    DroverService *service, DroverJob *job, DroverStoreDone done, gpointer user_data, char **reason)
{
    if (!drover_stage_is_final(job->record.stage)) {
        *reason = g_strdup_printf("job %s is %s; cancel it or wait for its end", job->record.id,
                                  drover_stage_info(job->record.stage)->name);
        return DROVER_RC_INVALID_STATE;
    }
    drover_jobs_remove(service->jobs, job, done, user_data);
    return DROVER_RC_COMPLETED;
}

/* --- settings -------------------------------------------------------------------------------- */

void
drover_service_get_settings(DroverService *service, DroverServiceSettings *settings)
{
    settings->enabled = drover_queue_get_enabled(service->queue);
    settings->maximum_active = drover_queue_get_limit(service->queue);
}

guint32
drover_service_set_settings(DroverService *service,
                            const DroverServiceSettings *settings,
                            DroverStoreDone done,
                            gpointer user_data,
                            char **reason)
{
    const DroverStoreClass *store = service->store->klass;
    g_autofree char *maximum = g_strdup_printf("%u", settings->maximum_active);

    if (settings->maximum_active < 1 || settings->maximum_active > DROVER_MAXIMUM_ACTIVE_LIMIT) {
        *reason = g_strdup_printf("MaximumActiveVirtualSystemMigration %u is not between 1 and %d; "
                                  "to stop all moves, set EnableVirtualSystemMigration to false",
                                  settings->maximum_active, DROVER_MAXIMUM_ACTIVE_LIMIT);
        return DROVER_RC_INVALID_PARAMETER;
    }
    drover_queue_set_limit(service->queue, settings->maximum_active);
    drover_queue_set_enabled(service->queue, settings->enabled);
    store->set_setting(service->store, KEY_MAXIMUM_ACTIVE, maximum, NULL, NULL);
    store->set_setting(service->store, KEY_ENABLED, settings->enabled ? "1" : "0", done, user_data);
    return DROVER_RC_COMPLETED;
}

const char *
drover_service_program_dir(DroverService *service)
{
    return service->notify.program_dir;
}

guint
drover_service_time_before_removal_s(DroverService *service)
{
    return service->time_before_removal_s;
}
