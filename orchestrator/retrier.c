#include "orchestrator/retrier.h"

#include "orchestrator/retry.h"
#include "orchestrator/route.h"

/* How often lost hosts are tried while jobs wait for them. */
#define WAKE_US G_USEC_PER_SEC

struct _DroverRetrier {
    DroverJobs *jobs;
    DroverBackend *backend;
    DroverClock *clock; /* the backend's; it outlives both */
    GRand *rand;
    GHashTable *retrying; /* set of DroverJob in RETRYING */
    guint most_s;
    guint wake_timer;
    gboolean stopped;
};

/* Where and when the next attempt is. */
typedef struct {
    char *destination;
    gint64 delay_us;
    gboolean waits; /* not at once, at another destination */
} Way;

static void
way_clear(Way *way)
{
    g_free(way->destination);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Way, way_clear)

/* --- lost hosts ------------------------------------------------------------------------------ */

static gboolean
is_in_state(DroverRetrier *retrier, const char *name, DroverHostState state)
{
    const DroverHost *host = drover_inventory_find_host(retrier->backend->inventory, name);

    return host && host->state == state;
}

static gboolean
is_lost(const char *name, gpointer retrier)
{
    return is_in_state(retrier, name, DROVER_HOST_DOWN);
}

/* A new daemon, which has not reached its hosts yet, waits for one that was not to be reached. */
static gboolean
is_awaited(DroverRetrier *retrier, const DroverJob *job, const char *name)
{
    const DroverFailure *failure = job->record.failure;

    return is_lost(name, retrier) || (failure && failure->kind == DROVER_FAILURE_HOST_UNREACHABLE &&
                                      is_in_state(retrier, name, DROVER_HOST_CONNECTING));
}

static DroverWait
find_wait(DroverRetrier *retrier, const DroverJob *job)
{
    if (is_awaited(retrier, job, job->record.source)) {
        return DROVER_WAIT_LOST_SOURCE;
    }
    if (is_awaited(retrier, job, job->record.destination)) {
        return DROVER_WAIT_LOST_DESTINATION;
    }
    return DROVER_WAIT_NONE;
}

static gboolean
waits_for_host(const DroverJob *job)
{
    return job->wait == DROVER_WAIT_LOST_SOURCE || job->wait == DROVER_WAIT_LOST_DESTINATION;
}

/* Whether a host was lost and came back while the attempt was under way: what it failed for is over
 * already. */
static gboolean
has_come_back(DroverRetrier *retrier, const DroverJob *job)
{
    const DroverAttempt *attempt =
        job->attempts ? job->attempts->pdata[job->attempts->len - 1] : NULL;
    const char *const names[] = {job->record.source, job->record.destination};
    gboolean back = FALSE;

    for (guint i = 0; attempt && i < G_N_ELEMENTS(names); i++) {
        const DroverHost *host = drover_inventory_find_host(retrier->backend->inventory, names[i]);

        if (!host || host->state != DROVER_HOST_UP) {
            return FALSE;
        }
        back |= host->since_us > attempt->began_us;
    }
    return back;
}

static void arm_wake(DroverRetrier *retrier);

static void
wake_due(gpointer user_data, gpointer unused)
{
    DroverRetrier *retrier = user_data;

    retrier->wake_timer = 0;
    retrier->backend->klass->wake(retrier->backend);
    arm_wake(retrier);
}

/* While a job waits for a host, the host is tried more often than by the backend alone. */
static void
arm_wake(DroverRetrier *retrier)
{
    GHashTableIter iter;
    gpointer job;

    g_hash_table_iter_init(&iter, retrier->retrying);
    while (!retrier->wake_timer && g_hash_table_iter_next(&iter, &job, NULL)) {
        if (waits_for_host(job)) {
            retrier->wake_timer = drover_clock_add(retrier->clock, WAKE_US, wake_due, retrier);
        }
    }
}

/* --- waiting --------------------------------------------------------------------------------- */

/* -1: its time without progress is over. */
static gint64
find_delay(DroverRetrier *retrier, const DroverJob *job)
{
    const DroverJobRecord *record = &job->record;
    DroverRetryTimes times = {record->retry_delay_s, retrier->most_s,
                              record->no_progress_timeout_s};
    gint64 stalled_us =
        record->stalled_us ? drover_clock_monotonic_us(retrier->clock) - job->stalled_since_us : 0;

    return drover_retry_delay_us(&times, record->setbacks, g_rand_double(retrier->rand),
                                 stalled_us);
}

static char *
no_progress_reason(const DroverJob *job)
{
    return g_strdup_printf("no progress for %u s: %s", job->record.no_progress_timeout_s,
                           drover_failure_kind_name(job->record.failure->kind));
}

/* Only of a job that holds no places: they are counted by its destination. */
static void
set_destination(DroverRetrier *retrier, DroverJob *job, const char *destination)
{
    if (!g_str_equal(job->record.destination, destination)) {
        g_free(job->record.destination);
        job->record.destination = g_strdup(destination);
        drover_jobs_save(retrier->jobs, job, NULL, NULL);
    }
}

static void
queue_again(DroverRetrier *retrier, DroverJob *job, const char *reason)
{
    drover_clock_remove(retrier->clock, &job->timer);
    job->wait = DROVER_WAIT_NONE;
    drover_jobs_enter(retrier->jobs, job, DROVER_STAGE_QUEUED, reason, NULL, NULL);
}

static void retry_due(gpointer user_data, gpointer unused);

static void
arm(DroverRetrier *retrier, DroverJob *job, gint64 delay_us)
{
    job->retrier = retrier;
    job->timer = drover_clock_add(retrier->clock, MAX(delay_us, 0), retry_due, job);
    job->wait = find_wait(retrier, job);
    arm_wake(retrier);
}

/* Its host is still lost: an attempt would only be wasted. */
static void
wait_on(DroverRetrier *retrier, DroverJob *job)
{
    gint64 delay_us = find_delay(retrier, job);

    if (delay_us < 0) {
        g_autofree char *reason = no_progress_reason(job);

        drover_jobs_enter(retrier->jobs, job, DROVER_STAGE_FAILED, reason, NULL, NULL);
        return;
    }
    job->record.setbacks++;
    job->record.retry_at_us = drover_clock_real_us(retrier->clock) + delay_us;
    drover_jobs_save(retrier->jobs, job, NULL, NULL);
    arm(retrier, job, delay_us);
}

static void
retry_due(gpointer user_data, gpointer unused)
{
    DroverJob *job = user_data;
    DroverRetrier *retrier = job->retrier;

    job->timer = 0;
    if (is_lost(job->record.source, retrier) || is_lost(job->record.destination, retrier)) {
        wait_on(retrier, job);
    } else {
        queue_again(retrier, job, "trying again");
    }
}

/* --- after a failure ------------------------------------------------------------------------- */

static void
begin_stall(DroverRetrier *retrier, DroverJob *job)
{
    if (!job->record.stalled_us) {
        job->record.stalled_us = drover_clock_real_us(retrier->clock);
        job->stalled_since_us = drover_clock_monotonic_us(retrier->clock);
    }
}

/* FALSE: there is no next attempt; *@reason (transfer full) says why. */
static gboolean
find_way(DroverRetrier *retrier, DroverJob *job, Way *way, char **reason)
{
    DroverJobRecord *record = &job->record;
    const DroverFailure *failure = record->failure;
    gboolean elsewhere = record->destinations && drover_retry_is_destinations(failure);

    *reason = g_strdup(drover_failure_kind_name(failure->kind));
    if (!failure->transient && !elsewhere) {
        return FALSE;
    }
    if (!failure->transient) {
        record->ruled_out = drover_route_append(record->ruled_out, record->destination);
    }
    way->waits = TRUE;
    way->destination = elsewhere
                           ? drover_route_next(record->destinations, record->ruled_out,
                                               record->destination, is_lost, retrier, &way->waits)
                           : g_strdup(record->destination);
    if (!way->destination) {
        return FALSE;
    }
    begin_stall(retrier, job);
    if (way->waits && (way->delay_us = find_delay(retrier, job)) < 0) {
        g_free(*reason);
        *reason = no_progress_reason(job);
        return FALSE;
    }
    if (drover_retry_is_of_reach(failure) && has_come_back(retrier, job)) {
        way->delay_us = 0;
    }
    return TRUE;
}

static void
take_way(DroverRetrier *retrier, DroverJob *job, const Way *way, const char *reason)
{
    job->record.setbacks += way->waits;
    job->record.retry_at_us = drover_clock_real_us(retrier->clock) + way->delay_us;
    drover_jobs_enter(retrier->jobs, job, DROVER_STAGE_RETRYING, reason, NULL, NULL);
    set_destination(retrier, job, way->destination);
    arm(retrier, job, way->delay_us);
}

gboolean
drover_retrier_take(DroverRetrier *retrier, DroverJob *job, DroverOutcome outcome, char **reason)
{
    const DroverJobRecord *record = &job->record;
    g_auto(Way) way = {0};

    if (outcome != DROVER_OUTCOME_STAYED || job->ran_elsewhere ||
        drover_retry_is_too_late(record->failure) || record->stage == DROVER_STAGE_CANCELLING ||
        record->attempt >= record->max_attempts) {
        *reason = g_strdup(drover_failure_kind_name(record->failure->kind));
        return FALSE;
    }
    if (!find_way(retrier, job, &way, reason)) {
        return FALSE;
    }
    take_way(retrier, job, &way, *reason);
    g_clear_pointer(reason, g_free);
    return TRUE;
}

static DroverFailure *
make_unreachable(DroverRetrier *retrier, const DroverJob *job, gboolean source)
{
    const char *name = source ? job->record.source : job->record.destination;
    const DroverHost *host = drover_inventory_find_host(retrier->backend->inventory, name);
    DroverFailure *failure = drover_failure_new(DROVER_FAILURE_HOST_UNREACHABLE);

    failure->transient = TRUE;
    failure->phase = DROVER_PHASE_CONNECTING;
    failure->where = source ? DROVER_SIDE_SOURCE : DROVER_SIDE_DESTINATION;
    failure->guest = g_strdup(job->record.guest_name);
    failure->source = g_strdup(job->record.source);
    failure->destination = g_strdup(job->record.destination);
    failure->text = g_strdup(host->reason);
    return failure;
}

/* A host that never was up may be configured wrongly: waiting would not help, so the backend is to
 * say what is wrong with it. */
static gboolean
went_down(DroverRetrier *retrier, const char *name)
{
    const DroverHost *host = drover_inventory_find_host(retrier->backend->inventory, name);

    return host && host->state == DROVER_HOST_DOWN && host->uuid;
}

gboolean
drover_retrier_holds(DroverRetrier *retrier, DroverJob *job)
{
    gboolean source = went_down(retrier, job->record.source);
    g_autofree char *reason = NULL;
    g_auto(Way) way = {0};

    /* One that may be tried but once is tried, with the grace that the backend gives. */
    if (job->record.max_attempts <= 1 || !job->record.no_progress_timeout_s ||
        (!source && !went_down(retrier, job->record.destination))) {
        return FALSE;
    }
    g_clear_pointer(&job->record.failure, drover_failure_free);
    job->record.failure = make_unreachable(retrier, job, source);
    if (find_way(retrier, job, &way, &reason)) {
        take_way(retrier, job, &way, reason);
    } else {
        drover_jobs_enter(retrier->jobs, job, DROVER_STAGE_FAILED, reason, NULL, NULL);
    }
    return TRUE;
}

void
drover_retrier_note_progress(DroverJob *job)
{
    job->record.setbacks = 0;
    job->record.stalled_us = 0;
}

void
drover_retrier_start_over(DroverJob *job)
{
    DroverJobRecord *record = &job->record;

    drover_retrier_note_progress(job);
    record->attempt = 0;
    g_clear_pointer(&record->ruled_out, g_free);
    if (record->destinations) {
        g_free(record->destination);
        record->destination = drover_route_first(record->destinations);
    }
}

/* --- what changes meanwhile ------------------------------------------------------------------ */

static void
reconsider(DroverRetrier *retrier, DroverJob *job)
{
    gboolean waited = waits_for_host(job);
    g_autofree char *next = NULL;
    gboolean again;

    job->wait = find_wait(retrier, job);
    if (waited && !waits_for_host(job)) {
        queue_again(retrier, job, "its hosts are back");
        return;
    }
    if (job->wait != DROVER_WAIT_LOST_DESTINATION || !job->record.destinations) {
        return;
    }
    next = drover_route_next(job->record.destinations, job->record.ruled_out,
                             job->record.destination, is_lost, retrier, &again);
    if (next && is_in_state(retrier, next, DROVER_HOST_UP)) {
        set_destination(retrier, job, next);
        queue_again(retrier, job, "another destination is there");
    }
}

static void
host_changed(const char *host, const char *guest_uuid, gpointer user_data)
{
    DroverRetrier *retrier = user_data;
    g_autoptr(GList) jobs = NULL;

    if (guest_uuid || retrier->stopped) {
        return;
    }
    jobs = g_hash_table_get_keys(retrier->retrying);
    for (GList *l = jobs; l; l = l->next) {
        DroverJob *job = l->data;

        if (g_str_equal(job->record.source, host) || g_str_equal(job->record.destination, host) ||
            drover_route_has(job->record.destinations, host)) {
            reconsider(retrier, job);
        }
    }
    arm_wake(retrier);
}

static void
job_changed(DroverJob *job, DroverStage from, gpointer user_data)
{
    DroverRetrier *retrier = user_data;

    if (job->record.stage == DROVER_STAGE_RETRYING) {
        g_hash_table_add(retrier->retrying, job);
    } else if (g_hash_table_remove(retrier->retrying, job) && waits_for_host(job)) {
        job->wait = DROVER_WAIT_NONE;
    }
}

void
drover_retrier_adopt(DroverRetrier *retrier, DroverJob *job)
{
    guint most_s = MAX(retrier->most_s, job->record.retry_delay_s);
    gint64 delay_us = job->record.retry_at_us - drover_clock_real_us(retrier->clock);

    /* Real time may have been set back since. */
    arm(retrier, job, MIN(delay_us, 2 * (gint64) most_s * G_USEC_PER_SEC));
}

/* --- life ------------------------------------------------------------------------------------ */

DroverRetrier *
drover_retrier_new(DroverJobs *jobs, DroverBackend *backend)
{
    DroverRetrier *retrier = g_new0(DroverRetrier, 1);

    retrier->jobs = jobs;
    retrier->backend = backend;
    retrier->clock = backend->clock;
    retrier->rand = g_rand_new();
    retrier->retrying = g_hash_table_new(NULL, NULL);
    retrier->most_s = 600;
    drover_jobs_watch(jobs, job_changed, retrier);
    drover_inventory_watch(backend->inventory, host_changed, retrier);
    return retrier;
}

void
drover_retrier_set_most(DroverRetrier *retrier, guint seconds)
{
    retrier->most_s = seconds;
}

void
drover_retrier_stop(DroverRetrier *retrier)
{
    retrier->stopped = TRUE;
    drover_inventory_unwatch(retrier->backend->inventory, retrier);
    drover_clock_remove(retrier->clock, &retrier->wake_timer);
}

void
drover_retrier_free(DroverRetrier *retrier)
{
    if (!retrier) {
        return;
    }
    drover_clock_remove(retrier->clock, &retrier->wake_timer);
    g_hash_table_unref(retrier->retrying);
    g_rand_free(retrier->rand);
    g_free(retrier);
}
