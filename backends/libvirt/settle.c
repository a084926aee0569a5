#include "backends/libvirt/settle.h"

#include "backends/libvirt/guest-state.h"
#include "backends/libvirt/remedy.h"

#define LOOK_AGAIN_US  (300 * G_TIME_SPAN_MILLISECOND)
#define LOOK_SELDOM_US (3 * G_USEC_PER_SEC) /* when a few looks have shown the same */
#define SAMPLE_WAIT_US (3 * G_USEC_PER_SEC)

struct _DroverSettle {
    guint references; /* its owner's and those of the questions under way */
    gboolean freed;
    DroverVirBackend *backend;
    char *uuid;
    char *source;
    char *destination;
    DroverWatch *watch;
    gboolean careful;
    const DroverSettleListener *listener;
    gpointer user_data;

    DroverEvidence evidence; /* of the last whole look */
    gint64 since_us;         /* of the first look that showed it */
    DroverVirError *error;   /* of the last remedy */
    gboolean busy;           /* a look or a remedy is under way */
    gboolean again;          /* look again right after it */
    guint timer;

    /* The look under way. */
    DroverSighting seen_source;
    DroverSighting seen_destination;
    guint owed;
    gint64 look_began_us;
    gboolean awaits_sample;
};

typedef struct {
    DroverSettle *settle;
    DroverSighting *seen;
} Asked;

static void look(DroverSettle *settle);

static void
settle_unref(DroverSettle *settle)
{
    if (--settle->references) {
        return;
    }
    drover_vir_error_free(settle->error);
    g_free(settle->uuid);
    g_free(settle->source);
    g_free(settle->destination);
    g_free(settle);
}

/* --- looking again --------------------------------------------------------------------------- */

static void
look_due(gpointer user_data, gpointer unused)
{
    DroverSettle *settle = user_data;

    settle->timer = 0;
    look(settle);
}

static void
look_later(DroverSettle *settle, gint64 delay_us)
{
    DroverClock *clock = settle->backend->base.clock;

    drover_clock_remove(clock, &settle->timer);
    settle->timer = drover_clock_add(clock, delay_us, look_due, settle);
}

/* --- remedies -------------------------------------------------------------------------------- */

/* The answer of a host that did apply it: an error, or none. */
typedef struct {
    DroverVirError *error;
} Applied;

static void
applied_free(gpointer data)
{
    Applied *applied = data;

    drover_vir_error_free(applied->error);
    g_free(applied);
}

static gpointer
apply(virConnectPtr connection, gpointer argument)
{
    Applied *applied = g_new0(Applied, 1);

    applied->error = drover_remedy_apply(connection, argument);
    return applied;
}

static void
remedy_done(gpointer result, gpointer user_data)
{
    DroverSettle *settle = user_data;
    Applied *applied = result;

    settle->busy = FALSE;
    g_clear_pointer(&settle->error, drover_vir_error_free);
    if (!settle->freed) {
        settle->evidence.times = 0;
        settle->error = applied ? g_steal_pointer(&applied->error) : NULL;
        look_later(settle, settle->error ? LOOK_SELDOM_US : 0);
    }
    settle_unref(settle);
}

static void
undefined(gpointer result, gpointer user_data)
{
    DroverSettle *settle = user_data;
    Applied *applied = result;
    g_autofree char *leftover = NULL;

    settle->busy = FALSE;
    if (!settle->freed) {
        leftover = applied && !applied->error
                       ? NULL
                       : g_strdup_printf("the guest's definition on '%s'", settle->source);
        settle->listener->done(DROVER_VERDICT_MOVED, &settle->evidence, leftover,
                               settle->user_data);
    }
    settle_unref(settle);
}

static void
order(DroverSettle *settle, DroverRemedy remedy)
{
    gboolean for_source = drover_remedy_is_for_source(remedy);
    DroverVirHost *host =
        drover_vir_backend_host(settle->backend, for_source ? settle->source : settle->destination);
    DroverQuestion question = {
        .run = apply,
        .free_argument = (GDestroyNotify) drover_remedy_order_free,
        .free_result = applied_free,
        .done = remedy == DROVER_REMEDY_UNDEFINE_SOURCE ? undefined : remedy_done,
        .user_data = settle,
    };

    if (!host) {
        look_later(settle, LOOK_SELDOM_US);
        return;
    }
    question.argument = drover_remedy_order_new(remedy, settle->uuid);
    settle->busy = TRUE;
    settle->references++;
    drover_vir_host_ask(host, &question);
}

/* --- judging --------------------------------------------------------------------------------- */

static gboolean
is_active(const DroverSighting *sighting)
{
    return sighting->seen == DROVER_SEEN_RUNNING || sighting->seen == DROVER_SEEN_PAUSED;
}

static void
take_evidence(DroverSettle *settle, DroverSightedJob job)
{
    DroverEvidence *evidence = &settle->evidence;
    gint64 now_us = g_get_monotonic_time();

    if (!evidence->times || evidence->job != job ||
        !drover_sighting_equal(&evidence->source, &settle->seen_source) ||
        !drover_sighting_equal(&evidence->destination, &settle->seen_destination)) {
        evidence->times = 0;
        settle->since_us = now_us;
    }
    evidence->source = settle->seen_source;
    evidence->destination = settle->seen_destination;
    evidence->job = job;
    evidence->times++;
    evidence->unchanged_ms = (now_us - settle->since_us) / G_TIME_SPAN_MILLISECOND;
}

static void
judge(DroverSettle *settle, DroverSightedJob job)
{
    DroverJudgement judgement;

    drover_clock_remove(settle->backend->base.clock, &settle->timer);
    settle->awaits_sample = settle->busy = FALSE;
    take_evidence(settle, job);
    judgement = drover_reconcile(&settle->evidence);
    if (settle->careful && settle->evidence.times < 2) {
        judgement.remedy = DROVER_REMEDY_WAIT;
    }
    if (judgement.remedy == DROVER_REMEDY_NONE) {
        settle->listener->done(judgement.verdict, &settle->evidence, NULL, settle->user_data);
    } else if (judgement.remedy != DROVER_REMEDY_WAIT) {
        order(settle, judgement.remedy);
    } else {
        look_later(settle, settle->again                 ? 0
                           : settle->evidence.times <= 4 ? LOOK_AGAIN_US
                                                         : LOOK_SELDOM_US);
        settle->again = FALSE;
        settle->listener->waits(&judgement, &settle->evidence, settle->error, settle->user_data);
    }
}

static void
sample_overdue(gpointer user_data, gpointer unused)
{
    DroverSettle *settle = user_data;

    settle->timer = 0;
    judge(settle, DROVER_JOB_UNSEEN);
}

/* A guest that is on the source may still be moved from there: only its job tells. */
static void
looked(DroverSettle *settle)
{
    if (!is_active(&settle->seen_source) || settle->evidence.untouched) {
        judge(settle, DROVER_JOB_NONE);
        return;
    }
    settle->awaits_sample = TRUE;
    settle->timer =
        drover_clock_add(settle->backend->base.clock, SAMPLE_WAIT_US, sample_overdue, settle);
    drover_watch_hurry(settle->watch);
}

/* --- looking --------------------------------------------------------------------------------- */

static gpointer
read_sighting(virConnectPtr connection, gpointer argument)
{
    DroverSighting *sighting = g_new0(DroverSighting, 1);

    if (!drover_sighting_read(connection, argument, sighting)) {
        g_clear_pointer(&sighting, g_free);
    }
    return sighting;
}

static void
sighted(gpointer result, gpointer user_data)
{
    g_autofree Asked *asked = user_data;
    DroverSettle *settle = asked->settle;

    *asked->seen = result ? *(DroverSighting *) result : (DroverSighting){DROVER_SEEN_NOT};
    settle->owed--;
    if (!settle->freed && !settle->owed) {
        looked(settle);
    }
    settle_unref(settle);
}

static void
ask_host(DroverSettle *settle, DroverVirHost *host, DroverSighting *seen)
{
    Asked *asked = g_new(Asked, 1);
    const DroverQuestion question = {
        .run = read_sighting,
        .argument = g_strdup(settle->uuid),
        .free_argument = g_free,
        .free_result = g_free,
        .done = sighted,
        .user_data = asked,
    };

    *asked = (Asked){settle, seen};
    settle->references++;
    settle->owed++;
    drover_vir_host_touch(host, settle->uuid);
    drover_vir_host_ask(host, &question);
}

static void
look(DroverSettle *settle)
{
    DroverVirHost *source = drover_vir_backend_host(settle->backend, settle->source);
    DroverVirHost *destination = drover_vir_backend_host(settle->backend, settle->destination);

    settle->busy = TRUE;
    settle->look_began_us = g_get_monotonic_time();
    settle->seen_source = settle->seen_destination = (DroverSighting){DROVER_SEEN_NOT};
    if (source) {
        ask_host(settle, source, &settle->seen_source);
    }
    if (destination) {
        ask_host(settle, destination, &settle->seen_destination);
    }
    if (!source && !destination) {
        looked(settle);
    }
}

/* --- for the transfer ------------------------------------------------------------------------ */

DroverSettle *
drover_settle_new(DroverVirBackend *backend,
                  const DroverSettleSpec *spec,
                  const DroverSettleListener *listener,
                  gpointer user_data)
{
    DroverSettle *settle = g_new0(DroverSettle, 1);

    settle->references = 1;
    settle->backend = backend;
    settle->uuid = g_strdup(spec->uuid);
    settle->source = g_strdup(spec->source);
    settle->destination = g_strdup(spec->destination);
    settle->watch = spec->watch;
    settle->careful = spec->careful;
    settle->evidence.untouched = spec->untouched;
    settle->listener = listener;
    settle->user_data = user_data;
    look_later(settle, 0);
    return settle;
}

void
drover_settle_free(DroverSettle *settle)
{
    if (!settle) {
        return;
    }
    settle->freed = TRUE;
    drover_clock_remove(settle->backend->base.clock, &settle->timer);
    settle_unref(settle);
}

void
drover_settle_sample(DroverSettle *settle, const DroverSample *sample)
{
    if (settle->awaits_sample && sample->began_us >= settle->look_began_us) {
        judge(settle, sample->job);
    }
}

void
drover_settle_source_stopped(DroverSettle *settle, DroverWhy why)
{
    settle->evidence.source_stop = why;
}

void
drover_settle_hosts_changed(DroverSettle *settle)
{
    if (settle->busy) {
        settle->again = TRUE;
    } else {
        look_later(settle, 0);
    }
}
