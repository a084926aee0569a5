#include "orchestrator/notifier.h"

#include "orchestrator/notify-receiver.h"
#include "orchestrator/transfer-settings.h"

/* JobModification of a running move comes at most so often. */
#define BEAT_US G_USEC_PER_SEC

/* Sets of states. */
#define WAITING (1u << DROVER_NOTICE_WAITING)
#define TAKEN   (1u << DROVER_NOTICE_TAKEN)
#define ENDED   (TAKEN | 1u << DROVER_NOTICE_WITHDRAWN)

struct _DroverNotifier {
    DroverJobs *jobs;
    DroverStore *store;
    DroverClock *clock;
    DroverNotifyTransport *url;
    DroverNotifyTransport *program;
    DroverNotifierDescribe describe;
    gpointer describe_data;
    guint retry_first_s;
    guint retry_longest_s;
    GHashTable *items;         /* Item, owned: notices of ends */
    GHashTable *by_job;        /* job id -> GPtrArray of its items, oldest first */
    GHashTable *written;       /* job ids, of those whose notice is being written with their end */
    GHashTable *modifications; /* job id -> Item, owned */
    GHashTable *orphans;       /* Item, owned: dropped, but their answer is awaited */
    DroverReceivers *receivers;
    guint pump_timer;
    guint beat_timer;
    gboolean stopped;
    DroverNotifierCounters counters;
};

/* A notice in memory, and where it stands: it waits for its time (timer), its turn (queued) or an
 * answer (active), or has ended. */
typedef struct {
    DroverNotifier *notifier;
    DroverNotice *notice;
    DroverReceiver *receiver; /* while queued or active */
    guint timer;
    gboolean queued;
    gboolean active;
    gboolean again;   /* modification: the job changed since the delivery began */
    gboolean gone;    /* to be freed when the answer is there */
    guint64 progress; /* modification: what was told of it */
} Item;

static void pump_soon(DroverNotifier *notifier);
static void answered(DroverDeliveryResult result, const char *answer, gpointer user_data);

/* --- items ----------------------------------------------------------------------------------- */

static Item *
item_new(DroverNotifier *notifier, DroverNotice *notice)
{
    Item *item = g_new0(Item, 1);

    item->notifier = notifier;
    item->notice = notice;
    return item;
}

static void
unschedule(Item *item)
{
    drover_clock_remove(item->notifier->clock, &item->timer);
    if (item->queued) {
        drover_receiver_unqueue(item->receiver, item);
        item->queued = FALSE;
    }
}

static void
item_free(gpointer data)
{
    Item *item = data;

    drover_notice_free(item->notice);
    g_free(item);
}

/* Takes it out of everything; one whose answer is awaited goes with it. */
static void
item_drop(Item *item)
{
    unschedule(item);
    if (item->active) {
        item->gone = TRUE;
        g_hash_table_add(item->notifier->orphans, item);
    } else {
        item_free(item);
    }
}

static void
add_end(Item *item)
{
    DroverNotifier *notifier = item->notifier;
    GPtrArray *list = g_hash_table_lookup(notifier->by_job, item->notice->job);

    if (!list) {
        list = g_ptr_array_new();
        g_hash_table_insert(notifier->by_job, g_strdup(item->notice->job), list);
    }
    g_ptr_array_add(list, item);
    g_hash_table_add(notifier->items, item);
}

static void
remove_end(Item *item)
{
    DroverNotifier *notifier = item->notifier;
    GPtrArray *list = g_hash_table_lookup(notifier->by_job, item->notice->job);

    g_ptr_array_remove(list, item);
    if (!list->len) {
        g_hash_table_remove(notifier->by_job, item->notice->job);
    }
    g_hash_table_remove(notifier->items, item);
    item_drop(item);
}

/* The items of the job that are in one of @states (a set of 1 << DroverNoticeState), oldest first.
 * (transfer container) */
static GPtrArray *
ends_of(DroverNotifier *notifier, const char *job_id, guint states)
{
    GPtrArray *list = g_hash_table_lookup(notifier->by_job, job_id);
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; list && i < list->len; i++) {
        Item *item = g_ptr_array_index(list, i);

        if (states & (1u << item->notice->state)) {
            g_ptr_array_add(found, item);
        }
    }
    return found;
}

static const char *
target_of(const DroverNotice *notice)
{
    return drover_notice_runs_program(notice) ? notice->program : notice->url;
}

static gboolean
is_modification(const Item *item)
{
    return item->notice->event == DROVER_NOTICE_MODIFICATION;
}

static void
queue_now(Item *item)
{
    if (item->active || item->queued || item->notifier->stopped) {
        return;
    }
    unschedule(item);
    item->receiver = drover_receivers_get(item->notifier->receivers, target_of(item->notice));
    item->queued = TRUE;
    drover_receiver_queue(item->receiver, item, !is_modification(item));
    pump_soon(item->notifier);
}

static void
due(gpointer user_data, gpointer unused)
{
    Item *item = user_data;

    item->timer = 0;
    queue_now(item);
}

static void
save(Item *item)
{
    DroverStore *store = item->notifier->store;

    store->klass->save_notice(store, item->notice, NULL, NULL);
}

/* Twice as long each time, give or take a fifth, so that receivers are not hit by all at once. */
static gint64
interval_us(const DroverNotifier *notifier, guint attempts)
{
    double longest = notifier->retry_longest_s;
    double wait = notifier->retry_first_s;

    for (guint i = 1; i < attempts && wait < longest; i++) {
        wait *= 2;
    }
    wait *= g_random_double_range(0.8, 1.2);
    return (gint64) (MIN(wait, longest) * G_USEC_PER_SEC);
}

static void
wait_for_next(Item *item)
{
    DroverNotifier *notifier = item->notifier;
    gint64 delay_us = interval_us(notifier, item->notice->attempts);

    item->notice->next_us = drover_clock_real_us(notifier->clock) + delay_us;
    if (!notifier->stopped) {
        item->timer = drover_clock_add(notifier->clock, delay_us, due, item);
    }
}

/* --- delivering ------------------------------------------------------------------------------ */

static void
deliver(Item *item)
{
    DroverNotifier *notifier = item->notifier;
    DroverNotice *notice = item->notice;
    gboolean program = drover_notice_runs_program(notice);
    DroverNotifyTransport *transport = program ? notifier->program : notifier->url;
    DroverJob *job = is_modification(item) ? drover_jobs_find(notifier->jobs, notice->job) : NULL;
    g_autofree char *fresh = job ? notifier->describe(job, notifier->describe_data) : NULL;
    g_autofree char *message =
        drover_notice_message(notice, fresh ? fresh : notice->body, notice->attempts + 1);
    DroverDelivery delivery = {
        .target = target_of(notice),
        .arguments = program ? notice->arguments : NULL,
        .id = notice->id,
        .job = notice->job,
        .event = drover_notice_event_name(notice->event),
        .attempt = notice->attempts + 1,
        .body = message,
    };

    item->queued = FALSE;
    item->active = TRUE;
    item->again = FALSE;
    transport->deliver(transport, &delivery, answered, item);
}

static void
pump(gpointer user_data, gpointer unused)
{
    DroverNotifier *notifier = user_data;
    Item *item;

    notifier->pump_timer = 0;
    while (!notifier->stopped && (item = drover_receivers_next(notifier->receivers))) {
        deliver(item);
    }
}

static void
pump_soon(DroverNotifier *notifier)
{
    if (!notifier->pump_timer && !notifier->stopped) {
        notifier->pump_timer = drover_clock_add(notifier->clock, 0, pump, notifier);
    }
}

/* It answers again: what waited for it need not wait longer. */
static void
wake_receiver(DroverNotifier *notifier, DroverReceiver *receiver)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, notifier->items);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        Item *item = key;

        if (item->timer && item->receiver == receiver) {
            drover_clock_remove(notifier->clock, &item->timer);
            queue_now(item);
        }
    }
}

static void
finish(Item *item, DroverNoticeState state)
{
    item->notice->state = state;
    item->notice->next_us = 0;
    drover_notice_set_text(&item->notice->body, NULL);
    save(item);
    item->notifier->counters.waiting--;
    if (!drover_jobs_find(item->notifier->jobs, item->notice->job)) {
        remove_end(item);
    }
}

static void
not_taken(Item *item)
{
    DroverNotice *notice = item->notice;
    gboolean was_url = !drover_notice_runs_program(notice);

    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "DROVER_JOB", notice->job, "MESSAGE",
                     "job %s: %s %s was not taken by %s (attempt %u): %s", notice->job,
                     drover_notice_event_name(notice->event), notice->id, target_of(notice),
                     notice->attempts, notice->answer);
    if (was_url && notice->program) {
        notice->url_failed = TRUE;
        notice->next_us = drover_clock_real_us(item->notifier->clock);
        queue_now(item);
    } else {
        wait_for_next(item);
    }
    save(item);
}

static void
modification_answered(Item *item, DroverDeliveryResult result)
{
    item->notifier->counters.modifications += result == DROVER_DELIVERY_TAKEN;
    if (item->again) {
        queue_now(item);
    }
}

static void
answered(DroverDeliveryResult result, const char *answer, gpointer user_data)
{
    Item *item = user_data;
    DroverNotifier *notifier = item->notifier;
    DroverNotice *notice = item->notice;
    DroverReceiver *receiver = item->receiver;
    gboolean is_back = drover_receiver_done(receiver, result != DROVER_DELIVERY_UNREACHABLE);

    item->active = FALSE;
    pump_soon(notifier);
    if (item->gone) {
        g_hash_table_remove(notifier->orphans, item);
    } else if (is_modification(item)) {
        modification_answered(item, result);
    } else if (notice->state == DROVER_NOTICE_WAITING) {
        notice->attempts++;
        notice->last_us = drover_clock_real_us(notifier->clock);
        drover_notice_set_text(&notice->answer, answer);
        if (result == DROVER_DELIVERY_TAKEN) {
            notifier->counters.taken++;
            finish(item, DROVER_NOTICE_TAKEN);
        } else {
            notifier->counters.failed_attempts++;
            not_taken(item);
        }
    }
    if (is_back) {
        wake_receiver(notifier, receiver);
    }
}

/* --- ends of jobs ---------------------------------------------------------------------------- */

/* 0: nobody is told of it. */
static DroverNoticeEvent
event_of(DroverStage stage)
{
    switch ((int) stage) {
    case DROVER_STAGE_COMPLETED:
    case DROVER_STAGE_COMPLETED_WITH_WARNINGS: return DROVER_NOTICE_TRANSFERRED;
    case DROVER_STAGE_FAILED: return DROVER_NOTICE_ERROR;
    default: return (DroverNoticeEvent) 0;
    }
}

static gboolean
wants(const DroverJobRecord *record, DroverNoticeEvent event)
{
    return event && (record->notify_flags & (guint) event) &&
           !(record->notify_flags & DROVER_NOTIFY_DISABLE) &&
           (record->notify_url || (record->notify_program && event != DROVER_NOTICE_MODIFICATION));
}

static void
set_receiver(DroverNotice *notice, const DroverJobRecord *record)
{
    drover_notice_set_text(&notice->url, record->notify_url);
    drover_notice_set_text(&notice->program, record->notify_program);
    drover_notice_set_text(&notice->arguments, record->notify_arguments);
    notice->url_failed = FALSE;
}

static DroverNotice *
compose(DroverJob *job, gpointer user_data)
{
    DroverNotifier *notifier = user_data;
    DroverNoticeEvent event = event_of(job->record.stage);
    DroverNotice *notice;

    if (!wants(&job->record, event) || !notifier->describe) {
        return NULL;
    }
    notice = drover_notice_new(event, job->record.id);
    notice->occurred_us = job->record.finished_us;
    notice->body = notifier->describe(job, notifier->describe_data);
    set_receiver(notice, &job->record);
    return notice;
}

/* With the end of a job. */
static DroverNotice *
compose_end(DroverJob *job, gpointer user_data)
{
    DroverNotifier *notifier = user_data;
    DroverNotice *notice = compose(job, notifier);

    if (notice) {
        g_hash_table_add(notifier->written, g_strdup(job->record.id));
    }
    return notice;
}

/* An error of the disk changes nothing for who waits for the notice. */
static void
composed(DroverNotice *notice, const GError *error, gpointer user_data)
{
    DroverNotifier *notifier = user_data;
    DroverJob *job = drover_jobs_find(notifier->jobs, notice->job);
    Item *item = item_new(notifier, notice);

    g_hash_table_remove(notifier->written, notice->job);
    add_end(item);
    notifier->counters.waiting++;
    /* The client may have changed its mind since. */
    if (job && !wants(&job->record, notice->event)) {
        finish(item, DROVER_NOTICE_WITHDRAWN);
        return;
    }
    if (job) {
        set_receiver(notice, &job->record);
    }
    queue_now(item);
}

static const DroverHerald herald = {compose_end, composed};

/* --- modifications --------------------------------------------------------------------------- */

static guint64
progress_of(const DroverJob *job)
{
    return job->record.percent + job->stats.memory_done_bytes + job->stats.disk_done_bytes;
}

static void
post_modification(DroverNotifier *notifier, DroverJob *job)
{
    Item *item = g_hash_table_lookup(notifier->modifications, job->record.id);

    if (!wants(&job->record, DROVER_NOTICE_MODIFICATION) || notifier->stopped) {
        return;
    }
    if (!item) {
        item = item_new(notifier, drover_notice_new(DROVER_NOTICE_MODIFICATION, job->record.id));
        g_hash_table_insert(notifier->modifications, g_strdup(job->record.id), item);
    }
    item->progress = progress_of(job);
    item->again = item->active;
    if (!item->active && !item->queued) {
        g_autofree char *uuid = g_uuid_string_random();

        g_free(item->notice->id);
        item->notice->id = g_ascii_strup(uuid, -1);
        drover_notice_set_text(&item->notice->url, job->record.notify_url);
        queue_now(item);
    }
}

static void
forget_modification(DroverNotifier *notifier, const char *job_id)
{
    gpointer key, item;

    if (g_hash_table_steal_extended(notifier->modifications, job_id, &key, &item)) {
        g_free(key);
        item_drop(item);
    }
}

static gboolean
is_running_for_somebody(const DroverJob *job)
{
    return drover_stage_info(job->record.stage)->holds_slots &&
           wants(&job->record, DROVER_NOTICE_MODIFICATION);
}

static void arm_beat(DroverNotifier *notifier);

static gboolean
tell_progress(DroverJob *job, gpointer user_data)
{
    DroverNotifier *notifier = user_data;
    Item *item = g_hash_table_lookup(notifier->modifications, job->record.id);

    if (is_running_for_somebody(job)) {
        arm_beat(notifier);
        if (!item || item->progress != progress_of(job)) {
            post_modification(notifier, job);
        }
    }
    return TRUE;
}

static void
beat(gpointer user_data, gpointer unused)
{
    DroverNotifier *notifier = user_data;

    notifier->beat_timer = 0;
    drover_jobs_each(notifier->jobs, tell_progress, notifier);
}

static void
arm_beat(DroverNotifier *notifier)
{
    if (!notifier->beat_timer && !notifier->stopped) {
        notifier->beat_timer = drover_clock_add(notifier->clock, BEAT_US, beat, notifier);
    }
}

/* --- what jobs and clients do ---------------------------------------------------------------- */

/* Ends are told until taken; what else was of a job that is listed no more is forgotten. */
static void
forget_job(DroverNotifier *notifier, const char *job_id)
{
    g_autoptr(GPtrArray) ended = ends_of(notifier, job_id, ENDED);

    forget_modification(notifier, job_id);
    for (guint i = 0; i < ended->len; i++) {
        remove_end(g_ptr_array_index(ended, i));
    }
}

static void
job_changed(DroverJob *job, DroverStage from, gpointer user_data)
{
    DroverNotifier *notifier = user_data;

    if (!job->record.stage) {
        forget_job(notifier, job->record.id);
    } else if (event_of(job->record.stage)) {
        forget_modification(notifier, job->record.id); /* older than what is told now */
    } else {
        post_modification(notifier, job);
        if (is_running_for_somebody(job)) {
            arm_beat(notifier);
        }
    }
}

/* Whether the end in which the job is has a notice already. */
static gboolean
has_end(DroverNotifier *notifier, const DroverJob *job)
{
    g_autoptr(GPtrArray) wanted = ends_of(notifier, job->record.id, WAITING | TAKEN);

    if (g_hash_table_contains(notifier->written, job->record.id)) {
        return TRUE; /* it takes up the receiver of the moment when it is on disk */
    }
    for (guint i = 0; i < wanted->len; i++) {
        const Item *item = g_ptr_array_index(wanted, i);

        if (item->notice->occurred_us == job->record.finished_us) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Tells of an end that nobody was told of. */
static void
catch_up(DroverNotifier *notifier, DroverJob *job)
{
    DroverNotice *notice = has_end(notifier, job) ? NULL : compose(job, notifier);

    if (notice) {
        notifier->store->klass->save_notice(notifier->store, notice, NULL, NULL);
        composed(notice, NULL, notifier);
    }
}

static gboolean
has_receiver(const DroverNotice *notice, const DroverJobRecord *record)
{
    return g_strcmp0(notice->url, record->notify_url) == 0 &&
           g_strcmp0(notice->program, record->notify_program) == 0 &&
           g_strcmp0(notice->arguments, record->notify_arguments) == 0;
}

/* What waits goes to the new receiver, at once, or to nobody. */
static void
redirect(Item *item, const DroverJobRecord *record)
{
    if (!wants(record, item->notice->event)) {
        unschedule(item);
        finish(item, DROVER_NOTICE_WITHDRAWN);
        return;
    }
    if (has_receiver(item->notice, record)) {
        return; /* something else was changed */
    }
    unschedule(item);
    set_receiver(item->notice, record);
    save(item);
    queue_now(item);
}

void
drover_notifier_changed(DroverNotifier *notifier, DroverJob *job)
{
    g_autoptr(GPtrArray) waiting = ends_of(notifier, job->record.id, WAITING);

    for (guint i = 0; i < waiting->len; i++) {
        redirect(g_ptr_array_index(waiting, i), &job->record);
    }
    catch_up(notifier, job);
    if (!event_of(job->record.stage)) {
        post_modification(notifier, job);
        arm_beat(notifier);
    }
}

void
drover_notifier_acknowledged(DroverNotifier *notifier, const char *job_id)
{
    g_autoptr(GPtrArray) waiting = ends_of(notifier, job_id, WAITING);

    for (guint i = 0; i < waiting->len; i++) {
        unschedule(g_ptr_array_index(waiting, i));
        finish(g_ptr_array_index(waiting, i), DROVER_NOTICE_WITHDRAWN);
    }
}

const DroverNotice *
drover_notifier_find(DroverNotifier *notifier, const char *job_id)
{
    GPtrArray *list = g_hash_table_lookup(notifier->by_job, job_id);

    return list ? ((const Item *) g_ptr_array_index(list, list->len - 1))->notice : NULL;
}

void
drover_notifier_count(DroverNotifier *notifier, DroverNotifierCounters *counters)
{
    *counters = notifier->counters;
}

/* --- life ------------------------------------------------------------------------------------ */

static void
load_one(DroverNotice *notice, gpointer user_data)
{
    DroverNotifier *notifier = user_data;
    Item *item = item_new(notifier, notice);
    gint64 delay_us = notice->next_us - drover_clock_real_us(notifier->clock);

    add_end(item);
    if (notice->state != DROVER_NOTICE_WAITING || !target_of(notice)) {
        return;
    }
    notifier->counters.waiting++;
    item->receiver = drover_receivers_get(notifier->receivers, target_of(notice));
    delay_us = CLAMP(delay_us, 0, (gint64) notifier->retry_longest_s * G_USEC_PER_SEC);
    item->timer = drover_clock_add(notifier->clock, delay_us, due, item);
}

static gboolean
catch_up_job(DroverJob *job, gpointer user_data)
{
    catch_up(user_data, job);
    return TRUE;
}

gboolean
drover_notifier_load(DroverNotifier *notifier, GError **error)
{
    if (!notifier->store->klass->load_notices(notifier->store, load_one, notifier, error)) {
        return FALSE;
    }
    drover_jobs_each(notifier->jobs, catch_up_job, notifier);
    return TRUE;
}

DroverNotifier *
drover_notifier_new(DroverJobs *jobs,
                    DroverStore *store,
                    DroverClock *clock,
                    DroverNotifyTransport *url,
                    DroverNotifyTransport *program)
{
    DroverNotifier *notifier = g_new0(DroverNotifier, 1);

    notifier->jobs = jobs;
    notifier->store = store;
    notifier->clock = drover_clock_ref(clock);
    notifier->url = url;
    notifier->program = program;
    notifier->retry_first_s = 5;
    notifier->retry_longest_s = 600;
    notifier->items = g_hash_table_new(NULL, NULL);
    notifier->written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    notifier->by_job =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    notifier->modifications = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    notifier->orphans = g_hash_table_new_full(NULL, NULL, item_free, NULL);
    notifier->receivers = drover_receivers_new();
    drover_jobs_set_herald(jobs, &herald, notifier);
    drover_jobs_watch(jobs, job_changed, notifier);
    return notifier;
}

void
drover_notifier_set_describe(DroverNotifier *notifier,
                             DroverNotifierDescribe describe,
                             gpointer user_data)
{
    notifier->describe = describe;
    notifier->describe_data = user_data;
}

void
drover_notifier_configure(DroverNotifier *notifier, guint retry_first_s, guint retry_longest_s)
{
    notifier->retry_first_s = retry_first_s;
    notifier->retry_longest_s = retry_longest_s;
}

void
drover_notifier_stop(DroverNotifier *notifier)
{
    notifier->stopped = TRUE;
    notifier->url->free(notifier->url);
    notifier->program->free(notifier->program);
}

void
drover_notifier_free(DroverNotifier *notifier)
{
    GHashTableIter iter;
    gpointer item;

    if (!notifier) {
        return;
    }
    if (!notifier->stopped) {
        drover_notifier_stop(notifier);
    }
    drover_clock_remove(notifier->clock, &notifier->pump_timer);
    drover_clock_remove(notifier->clock, &notifier->beat_timer);
    g_hash_table_iter_init(&iter, notifier->items);
    while (g_hash_table_iter_next(&iter, &item, NULL)) {
        unschedule(item);
        item_free(item);
    }
    g_hash_table_iter_init(&iter, notifier->modifications);
    while (g_hash_table_iter_next(&iter, NULL, &item)) {
        unschedule(item);
        item_free(item);
    }
    g_hash_table_unref(notifier->orphans);
    g_hash_table_unref(notifier->by_job);
    g_hash_table_unref(notifier->written);
    g_hash_table_unref(notifier->items);
    g_hash_table_unref(notifier->modifications);
    drover_receivers_free(notifier->receivers);
    drover_clock_unref(notifier->clock);
    g_free(notifier);
}
