#include "orchestrator/jobs.h"

typedef struct {
    DroverJobChanged changed;
    gpointer user_data;
} Watcher;

struct _DroverJobs {
    DroverStore *store;
    DroverClock *clock;
    GHashTable *by_id;    /* id -> DroverJob, owned */
    GHashTable *by_guest; /* guest UUID -> DroverJob that has not ended */
    GQueue order;         /* of DroverJob, by acceptance */
    GArray *watchers;     /* of Watcher */
    guint64 last_number;
    const DroverHerald *herald; /* NULL: none */
    gpointer herald_data;
    guint64 attempts_ended[DROVER_OUTCOME_LOST + 1]; /* by outcome */
};

DroverJobs *
drover_jobs_new(DroverStore *store, DroverClock *clock)
{
    DroverJobs *jobs = g_new0(DroverJobs, 1);

    jobs->store = store;
    jobs->clock = clock;
    jobs->by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify) drover_job_free);
    jobs->by_guest = g_hash_table_new(g_str_hash, g_str_equal);
    jobs->watchers = g_array_new(FALSE, FALSE, sizeof(Watcher));
    g_queue_init(&jobs->order);
    return jobs;
}

void
drover_jobs_free(DroverJobs *jobs)
{
    if (!jobs) {
        return;
    }
    for (GList *l = jobs->order.head; l; l = l->next) {
        DroverJob *job = l->data;

        drover_clock_remove(jobs->clock, &job->timer);
    }
    g_hash_table_unref(jobs->by_guest);
    g_hash_table_unref(jobs->by_id);
    g_queue_clear(&jobs->order);
    g_array_unref(jobs->watchers);
    g_free(jobs);
}

DroverJob *
drover_jobs_find(DroverJobs *jobs, const char *id)
{
    g_autofree char *upper = g_ascii_strup(id, -1);

    return g_hash_table_lookup(jobs->by_id, upper);
}

DroverJob *
drover_jobs_find_active(DroverJobs *jobs, const char *guest_uuid)
{
    return g_hash_table_lookup(jobs->by_guest, guest_uuid);
}

void
drover_jobs_each(DroverJobs *jobs, DroverJobVisit visit, gpointer user_data)
{
    GList *next;

    for (GList *l = jobs->order.head; l; l = next) {
        next = l->next;
        if (!visit(l->data, user_data)) {
            return;
        }
    }
}

guint
drover_jobs_count(DroverJobs *jobs)
{
    return jobs->order.length;
}

void
drover_jobs_watch(DroverJobs *jobs, DroverJobChanged changed, gpointer user_data)
{
    Watcher watcher = {changed, user_data};

    g_array_append_val(jobs->watchers, watcher);
}

void
drover_jobs_set_herald(DroverJobs *jobs, const DroverHerald *herald, gpointer user_data)
{
    jobs->herald = herald;
    jobs->herald_data = user_data;
}

static void
notify(DroverJobs *jobs, DroverJob *job, DroverStage from)
{
    for (guint i = 0; i < jobs->watchers->len; i++) {
        const Watcher *watcher = &g_array_index(jobs->watchers, Watcher, i);

        watcher->changed(job, from, watcher->user_data);
    }
}

/* A write that somebody waits for.  The job is found again by id: it may be gone by then. */
typedef struct {
    DroverJobs *jobs;
    char *id;
    DroverJobSaved saved;
    gpointer user_data;
    DroverNotice *notice; /* written with it, or NULL */
} Write;

static void
write_done(const GError *error, gpointer user_data)
{
    Write *write = user_data;
    DroverJob *job = g_hash_table_lookup(write->jobs->by_id, write->id);

    if (error) {
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "DROVER_JOB", write->id, "MESSAGE",
                         "job %s could not be written: %s", write->id, error->message);
    }
    if (write->saved) {
        write->saved(job, error, write->user_data);
    }
    if (write->notice && write->jobs->herald) {
        write->jobs->herald->composed(g_steal_pointer(&write->notice), error,
                                      write->jobs->herald_data);
    }
    drover_notice_free(write->notice);
    g_free(write->id);
    g_free(write);
}

static void
write_job(DroverJobs *jobs,
          DroverJob *job,
          DroverStage from,
          const char *reason,
          DroverJobSaved saved,
          gpointer user_data)
{
    Write *write = g_new0(Write, 1);

    write->jobs = jobs;
    write->id = g_strdup(job->record.id);
    write->saved = saved;
    write->user_data = user_data;
    if (from && from != job->record.stage && jobs->herald) {
        write->notice = jobs->herald->compose(job, jobs->herald_data);
    }
    if (write->notice) {
        jobs->store->klass->save_with_notice(jobs->store, &job->record, from, reason, write->notice,
                                             write_done, write);
    } else {
        jobs->store->klass->save(jobs->store, &job->record, from, reason, write_done, write);
    }
}

static void
index_guest(DroverJobs *jobs, DroverJob *job)
{
    const char *guest = job->record.guest_uuid;

    if (!drover_stage_is_final(job->record.stage)) {
        g_hash_table_replace(jobs->by_guest, job->record.guest_uuid, job);
    } else if (g_hash_table_lookup(jobs->by_guest, guest) == job) {
        g_hash_table_remove(jobs->by_guest, guest);
    }
}

static void
insert(DroverJobs *jobs, DroverJob *job)
{
    g_hash_table_insert(jobs->by_id, job->record.id, job);
    g_queue_push_tail(&jobs->order, job);
    job->link = jobs->order.tail;
    index_guest(jobs, job);
}

void
drover_jobs_add(DroverJobs *jobs, DroverJob *job, DroverJobSaved saved, gpointer user_data)
{
    g_autofree char *uuid = g_uuid_string_random();

    job->record.id = g_ascii_strup(uuid, -1);
    job->record.number = ++jobs->last_number;
    job->record.submitted_us = drover_clock_real_us(jobs->clock);
    job->record.changed_us = job->record.submitted_us;
    job->record.changed_ms = 0;
    job->accepted_at_us = drover_clock_monotonic_us(jobs->clock);
    job->record.stage = DROVER_STAGE_QUEUED;
    job->wait = DROVER_WAIT_STORE;
    insert(jobs, job);
    write_job(jobs, job, (DroverStage) 0, "accepted", saved, user_data);
    notify(jobs, job, (DroverStage) 0);
}

static void
load_one(const DroverJobRecord *record, gpointer user_data)
{
    DroverJobs *jobs = user_data;
    DroverJob *job = drover_job_new();

    drover_job_record_copy(record, &job->record);
    job->accepted = TRUE;
    job->accepted_at_us = drover_clock_monotonic_us(jobs->clock) -
                          MAX(drover_clock_real_us(jobs->clock) - record->submitted_us, 0);
    job->progress.fraction = record->percent / 99.0;
    job->stats.phase = record->phase;
    job->stats.memory_total_bytes = record->memory_total_bytes;
    job->stats.memory_done_bytes = record->memory_done_bytes;
    job->stats.downtime_ms = record->downtime_ms;
    if (record->stalled_us) { /* monotonic time may have begun anew: real time tells how long */
        gint64 stalled_us = drover_clock_real_us(jobs->clock) - record->stalled_us;

        job->stalled_since_us = drover_clock_monotonic_us(jobs->clock) - MAX(stalled_us, 0);
    }
    insert(jobs, job);
}

static void
add_attempt(DroverJob *job, DroverAttempt *attempt)
{
    if (!job->attempts) {
        job->attempts = g_ptr_array_new_full(1, (GDestroyNotify) drover_attempt_free);
    }
    attempt->job_id = job->record.id;
    g_ptr_array_add(job->attempts, attempt);
}

/* Jobs and attempts both come in order of the jobs' numbers. */
static void
load_attempt(guint64 number, DroverAttempt *attempt, gpointer user_data)
{
    GList **cursor = user_data;

    while (*cursor && ((DroverJob *) (*cursor)->data)->record.number < number) {
        *cursor = (*cursor)->next;
    }
    if (*cursor && ((DroverJob *) (*cursor)->data)->record.number == number) {
        add_attempt((*cursor)->data, attempt);
    } else {
        drover_attempt_free(attempt);
    }
}

void
drover_jobs_begin_attempt(DroverJobs *jobs, DroverJob *job)
{
    DroverAttempt *attempt = drover_attempt_new(
        ++job->record.attempts_made, job->record.destination, drover_clock_real_us(jobs->clock));

    add_attempt(job, attempt);
    jobs->store->klass->save_attempt(jobs->store, job->record.number, attempt, NULL, NULL);
}

void
drover_jobs_end_attempt(DroverJobs *jobs,
                        DroverJob *job,
                        DroverOutcome outcome,
                        const DroverFailure *failure)
{
    DroverAttempt *attempt =
        job->attempts && job->attempts->len ? job->attempts->pdata[job->attempts->len - 1] : NULL;

    if (!attempt || attempt->ended_us) {
        return; /* it began under a drover that kept no attempts */
    }
    attempt->ended_us = drover_clock_real_us(jobs->clock);
    attempt->outcome = outcome;
    attempt->failure = failure ? drover_failure_copy(failure) : NULL;
    jobs->attempts_ended[outcome]++;
    jobs->store->klass->save_attempt(jobs->store, job->record.number, attempt, NULL, NULL);
}

guint64
drover_jobs_count_attempts(DroverJobs *jobs, DroverOutcome outcome)
{
    return jobs->attempts_ended[outcome];
}

static gboolean
notify_loaded(DroverJob *job, gpointer user_data)
{
    notify(user_data, job, (DroverStage) 0);
    return TRUE;
}

gboolean
drover_jobs_load(DroverJobs *jobs, GError **error)
{
    GList *cursor;

    if (!jobs->store->klass->load(jobs->store, load_one, jobs, error)) {
        return FALSE;
    }
    cursor = jobs->order.head;
    if (!jobs->store->klass->load_attempts(jobs->store, load_attempt, &cursor, error)) {
        return FALSE;
    }
    jobs->last_number = jobs->store->klass->last_number(jobs->store);
    drover_jobs_each(jobs, notify_loaded, jobs);
    return TRUE;
}

gint64
drover_jobs_elapsed_ms(DroverJobs *jobs, const DroverJob *job)
{
    return (drover_clock_monotonic_us(jobs->clock) - job->accepted_at_us) / G_TIME_SPAN_MILLISECOND;
}

gint64
drover_jobs_now_us(DroverJobs *jobs)
{
    return drover_clock_real_us(jobs->clock);
}

void
drover_jobs_trace(DroverJobs *jobs, DroverJob *job, const DroverTraceEntry *entry)
{
    DroverTraceEntry timed = *entry;

    if (!timed.at_us) {
        timed.at_us = drover_clock_real_us(jobs->clock);
        timed.elapsed_ms = drover_jobs_elapsed_ms(jobs, job);
    }
    jobs->store->klass->add_trace(jobs->store, job->record.number, &timed);
}

void
drover_jobs_read_trace(DroverJobs *jobs,
                       const char *id,
                       guint64 first,
                       guint count,
                       DroverStoreTrace done,
                       gpointer user_data)
{
    jobs->store->klass->read_trace(jobs->store, id, first, count, done, user_data);
}

gboolean
drover_jobs_enter(DroverJobs *jobs,
                  DroverJob *job,
                  DroverStage stage,
                  const char *reason,
                  DroverJobSaved saved,
                  gpointer user_data)
{
    DroverStage from = job->record.stage;

    if (!drover_stage_may_become(from, stage)) {
        g_critical("job %s: %s cannot become %s", job->record.id, drover_stage_info(from)->name,
                   drover_stage_info(stage)->name);
        return FALSE;
    }
    job->record.stage = stage;
    job->record.changed_us = drover_clock_real_us(jobs->clock);
    job->record.changed_ms = drover_jobs_elapsed_ms(jobs, job);
    job->record.finished_us = drover_stage_is_final(stage) ? job->record.changed_us : 0;
    write_job(jobs, job, from, reason, saved, user_data);
    index_guest(jobs, job);
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "DROVER_JOB", job->record.id, "MESSAGE",
                     "job %s (%s, %s to %s): %s -> %s%s%s", job->record.id, job->record.guest_name,
                     job->record.source, job->record.destination, drover_stage_info(from)->name,
                     drover_stage_info(stage)->name, reason ? ": " : "", reason ? reason : "");
    notify(jobs, job, from);
    return TRUE;
}

void
drover_jobs_save(DroverJobs *jobs, DroverJob *job, DroverJobSaved saved, gpointer user_data)
{
    write_job(jobs, job, job->record.stage, NULL, saved, user_data);
}

void
drover_jobs_forget(DroverJobs *jobs, DroverJob *job)
{
    DroverStage from = job->record.stage;

    if (g_hash_table_lookup(jobs->by_guest, job->record.guest_uuid) == job) {
        g_hash_table_remove(jobs->by_guest, job->record.guest_uuid);
    }
    job->record.stage = (DroverStage) 0;
    notify(jobs, job, from);
    drover_clock_remove(jobs->clock, &job->timer);
    g_queue_delete_link(&jobs->order, job->link);
    g_hash_table_remove(jobs->by_id, job->record.id);
}

void
drover_jobs_remove(DroverJobs *jobs, DroverJob *job, DroverStoreDone done, gpointer user_data)
{
    g_return_if_fail(drover_stage_is_final(job->record.stage));

    jobs->store->klass->remove(jobs->store, job->record.id, drover_clock_real_us(jobs->clock), done,
                               user_data);
    drover_jobs_forget(jobs, job);
}
