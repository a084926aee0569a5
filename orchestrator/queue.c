#include "orchestrator/queue.h"

typedef struct {
    guint outgoing;
    guint incoming;
} Places;

struct _DroverQueue {
    DroverClock *clock;
    DroverQueueStart start;
    DroverQueueHold hold;
    gpointer user_data;
    GSequence *waiting; /* of DroverJob, by priority, then number */
    GHashTable *places; /* host name -> Places */
    guint active;
    guint maximum_active;
    gboolean enabled;
    guint timer; /* of the next look */
};

static int
compare(gconstpointer a, gconstpointer b, gpointer user_data)
{
    const DroverJobRecord *x = &((const DroverJob *) a)->record;
    const DroverJobRecord *y = &((const DroverJob *) b)->record;

    if (x->transfer_priority != y->transfer_priority) {
        return x->transfer_priority < y->transfer_priority ? -1 : 1;
    }
    if (x->priority != y->priority) {
        return x->priority < y->priority ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

static Places *
places_of(DroverQueue *queue, const char *host)
{
    Places *places = g_hash_table_lookup(queue->places, host);

    if (!places) {
        places = g_new0(Places, 1);
        g_hash_table_insert(queue->places, g_strdup(host), places);
    }
    return places;
}

static gboolean
holds_places(DroverStage stage)
{
    return stage && drover_stage_info(stage)->holds_slots;
}

static void
count(DroverQueue *queue, const DroverJob *job, int by)
{
    places_of(queue, job->record.source)->outgoing += (guint) by;
    places_of(queue, job->record.destination)->incoming += (guint) by;
    queue->active += (guint) by;
}

static void
job_changed(DroverJob *job, DroverStage from, gpointer user_data)
{
    DroverQueue *queue = user_data;
    DroverStage stage = job->record.stage;

    if (holds_places(from) != holds_places(stage)) {
        count(queue, job, holds_places(stage) ? 1 : -1);
        drover_queue_kick(queue);
    }
    if (stage == DROVER_STAGE_QUEUED && !job->queued) {
        job->queued = g_sequence_insert_sorted(queue->waiting, job, compare, NULL);
        drover_queue_kick(queue);
    } else if (stage != DROVER_STAGE_QUEUED && job->queued) {
        g_sequence_remove(job->queued);
        job->queued = NULL;
        job->queue_position = 0;
    }
}

DroverQueue *
drover_queue_new(DroverJobs *jobs,
                 DroverClock *clock,
                 DroverQueueStart start,
                 DroverQueueHold hold,
                 gpointer user_data)
{
    DroverQueue *queue = g_new0(DroverQueue, 1);

    queue->clock = clock;
    queue->start = start;
    queue->hold = hold;
    queue->user_data = user_data;
    queue->waiting = g_sequence_new(NULL);
    queue->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    queue->maximum_active = 2;
    queue->enabled = TRUE;
    drover_jobs_watch(jobs, job_changed, queue);
    return queue;
}

void
drover_queue_free(DroverQueue *queue)
{
    if (!queue) {
        return;
    }
    drover_clock_remove(queue->clock, &queue->timer);
    g_sequence_free(queue->waiting);
    g_hash_table_unref(queue->places);
    g_free(queue);
}

/* What @job waits for now; NONE: it may start. */
static DroverWait
find_wait(DroverQueue *queue, DroverJob *job)
{
    DroverWait held;

    if (!job->accepted) {
        return DROVER_WAIT_STORE;
    }
    if (!queue->enabled) {
        return DROVER_WAIT_DISABLED;
    }
    held = queue->hold(job, queue->user_data);
    if (held != DROVER_WAIT_NONE) {
        return held;
    }
    if (places_of(queue, job->record.source)->outgoing >= queue->maximum_active) {
        return DROVER_WAIT_SOURCE;
    }
    if (places_of(queue, job->record.destination)->incoming >= queue->maximum_active) {
        return DROVER_WAIT_DESTINATION;
    }
    return DROVER_WAIT_NONE;
}

/* Starts what may start, and tells the others their place and what they wait for. */
static void
look(gpointer user_data, gpointer unused)
{
    DroverQueue *queue = user_data;
    GSequenceIter *next;
    guint position = 0;

    queue->timer = 0;
    for (GSequenceIter *i = g_sequence_get_begin_iter(queue->waiting); !g_sequence_iter_is_end(i);
         i = next) {
        DroverJob *job = g_sequence_get(i);

        next = g_sequence_iter_next(i);
        job->wait = find_wait(queue, job);
        job->wait_limit = queue->maximum_active;
        if (job->wait == DROVER_WAIT_NONE) {
            queue->start(job, queue->user_data);
        } else {
            job->queue_position = ++position;
        }
    }
}

void
drover_queue_kick(DroverQueue *queue)
{
    if (!queue->timer) {
        queue->timer = drover_clock_add(queue->clock, 0, look, queue);
    }
}

void
drover_queue_reorder(DroverQueue *queue, DroverJob *job)
{
    if (job->queued) {
        g_sequence_sort_changed(job->queued, compare, NULL);
        drover_queue_kick(queue);
    }
}

void
drover_queue_set_limit(DroverQueue *queue, guint maximum_active)
{
    queue->maximum_active = maximum_active;
    drover_queue_kick(queue);
}

guint
drover_queue_get_limit(DroverQueue *queue)
{
    return queue->maximum_active;
}

void
drover_queue_set_enabled(DroverQueue *queue, gboolean enabled)
{
    queue->enabled = enabled;
    drover_queue_kick(queue);
}

gboolean
drover_queue_get_enabled(DroverQueue *queue)
{
    return queue->enabled;
}

guint
drover_queue_outgoing(DroverQueue *queue, const char *host)
{
    return places_of(queue, host)->outgoing;
}

guint
drover_queue_incoming(DroverQueue *queue, const char *host)
{
    return places_of(queue, host)->incoming;
}

guint
drover_queue_active(DroverQueue *queue)
{
    return queue->active;
}
