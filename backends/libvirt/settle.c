#include "backends/libvirt/settle.h"

#include "backends/evidence-words.h"
#include "backends/libvirt/guest-state.h"
#include "backends/libvirt/note.h"
#include "backends/libvirt/remedy.h"

#define LOOK_AGAIN_US  (300 * G_TIME_SPAN_MILLISECOND)
#define LOOK_SELDOM_US (3 * G_USEC_PER_SEC) /* when a few looks have shown the same */
#define SAMPLE_WAIT_US (3 * G_USEC_PER_SEC)
/* Before keepalive, which may be a few seconds, tells the source to wake the guest. */
#define LOOK_UNDER_WAY_US G_USEC_PER_SEC
/* libvirt itself waits 30 s for the lock of a guest whose job hangs. */
#define REMEDY_WAIT_US (45 * G_USEC_PER_SEC)

struct _DroverSettle {
    guint references; /* its owner's and those of the questions under way */
    gboolean freed;
    DroverVirBackend *backend;
    char *uuid;
    char *source;
    char *destination;
    DroverWatch *watch;
    gboolean careful;
    gboolean under_way;
    gint64 still_us;
    const DroverSettleListener *listener;
    gpointer user_data;

    DroverEvidence evidence; /* of the last whole look */
    gint64 since_us;         /* of the first look that showed it */
    DroverVirError *error;   /* of the last remedy */
    gboolean busy;           /* a look or a remedy is under way */
    gboolean again;          /* look again right after it */
    guint timer;
    DroverRemedy remedy;       /* the last one … */
    DroverVerdict verdict;     /* … and with which verdict */
    gboolean source_destroyed; /* by us: the guest ran at the destination */
    DroverJudgement noted;     /* the last that was noted */
    gboolean ran_twice;        /* and was woken on the source, until we suspended it */

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

static gpointer
read_sighting(virConnectPtr connection, gpointer argument)
{
    DroverSighting *sighting = g_new0(DroverSighting, 1);

    if (!drover_sighting_read(connection, argument, sighting)) {
        g_clear_pointer(&sighting, g_free);
    }
    return sighting;
}

/* --- notes ----------------------------------------------------------------------------------- */

static const char *
remedy_host_name(const DroverSettle *settle)
{
    return drover_remedy_is_for_source(settle->remedy) ? settle->source : settle->destination;
}

static void
note(DroverSettle *settle, const DroverNote *note)
{
    if (!settle->freed) {
        settle->listener->noted(note, settle->user_data);
    }
}

/* Only what is new: the hosts are looked at again and again. */
static void
note_judgement(DroverSettle *settle, const DroverJudgement *judgement)
{
    g_autofree char *evidence = drover_evidence_text(&settle->evidence);
    g_autofree char *detail =
        g_strdup_printf("%s; remedy %s", evidence, drover_remedy_name(judgement->remedy));

    if (settle->evidence.times > 1 && settle->noted.verdict == judgement->verdict &&
        settle->noted.remedy == judgement->remedy) {
        return;
    }
    settle->noted = *judgement;
    note(settle, &(DroverNote){.kind = DROVER_NOTE_SIGHT,
                               .what = drover_verdict_name(judgement->verdict),
                               .detail = detail});
}

static void
note_order(DroverSettle *settle)
{
    g_autofree char *evidence = drover_evidence_text(&settle->evidence);

    note(settle, &(DroverNote){.kind = DROVER_NOTE_ACTION,
                               .what = drover_remedy_name(settle->remedy),
                               .host = remedy_host_name(settle),
                               .detail = evidence});
}

static void
note_remedy(DroverSettle *settle, const DroverRemedyResult *result)
{
    DroverNote answer = {.what = drover_remedy_name(settle->remedy),
                         .host = remedy_host_name(settle)};

    drover_remedy_note(result, &answer);
    note(settle, &answer);
}

/* --- remedies -------------------------------------------------------------------------------- */

/* The step is over, whatever came of it: what do the hosts show now?  @error: (transfer full) */
static void
remedy_over(DroverSettle *settle, DroverVirError *error, gint64 delay_us)
{
    drover_vir_error_free(settle->error);
    settle->error = error;
    settle->busy = FALSE;
    settle->evidence.times = 0;
    look_later(settle, delay_us);
}

/* The definition was the last there was to do; the verdict had been final before. */
static void
end_undefined(DroverSettle *settle, gboolean done)
{
    gboolean at_source = settle->remedy == DROVER_REMEDY_UNDEFINE_SOURCE;
    g_autofree char *leftover =
        done ? NULL
             : g_strdup_printf("the guest's definition on '%s'",
                               at_source ? settle->source : settle->destination);

    drover_clock_remove(settle->backend->base.clock, &settle->timer);
    settle->listener->done(settle->verdict, &settle->evidence, leftover, settle->user_data);
}

static void
remedy_done(gpointer data, gpointer user_data)
{
    DroverSettle *settle = user_data;
    DroverRemedyResult *result = data;
    DroverRemedyEnd end = result ? result->end : DROVER_REMEDY_FAILED;

    note_remedy(settle, result);
    if (!settle->freed && drover_remedy_may_wait(settle->remedy) && end != DROVER_REMEDY_NOT_DUE) {
        end_undefined(settle, end == DROVER_REMEDY_DONE);
    } else if (!settle->freed) {
        settle->source_destroyed |=
            settle->remedy == DROVER_REMEDY_DESTROY_SOURCE && end == DROVER_REMEDY_DONE;
        settle->evidence.handed_over |= settle->source_destroyed;
        settle->ran_twice |=
            settle->remedy == DROVER_REMEDY_SUSPEND_SOURCE && end == DROVER_REMEDY_DONE;
        remedy_over(settle, result ? g_steal_pointer(&result->error) : NULL,
                    end == DROVER_REMEDY_DONE ? 0 : LOOK_AGAIN_US);
    }
    settle_unref(settle);
}

static void
remedy_overdue(gpointer user_data, gpointer unused)
{
    DroverSettle *settle = user_data;

    settle->timer = 0;
    end_undefined(settle, FALSE);
}

static gpointer
apply(virConnectPtr connection, gpointer order)
{
    return drover_remedy_apply(connection, order);
}

/* @order: (transfer full) */
static void
give_order(DroverSettle *settle, DroverVirHost *host, DroverRemedyOrder *order)
{
    DroverQuestion question = {
        .run = apply,
        .argument = order,
        .free_argument = (GDestroyNotify) drover_remedy_order_free,
        .free_result = (GDestroyNotify) drover_remedy_result_free,
        .done = remedy_done,
        .user_data = settle,
    };

    settle->references++;
    note_order(settle);
    if (drover_remedy_may_wait(order->remedy)) {
        settle->timer =
            drover_clock_add(settle->backend->base.clock, REMEDY_WAIT_US, remedy_overdue, settle);
        drover_remedy_run(settle->backend->mailbox, drover_vir_host_uri(host), order, remedy_done,
                          settle);
    } else {
        drover_vir_host_ask(host, &question);
    }
}

static DroverVirHost *
remedy_host(DroverSettle *settle, gboolean acting)
{
    gboolean source = drover_remedy_is_for_source(settle->remedy) == acting;

    return drover_vir_backend_host(settle->backend, source ? settle->source : settle->destination);
}

static void
other_sighted(gpointer result, gpointer user_data)
{
    DroverSettle *settle = user_data;
    DroverVirHost *host = remedy_host(settle, TRUE);

    if (!settle->freed && result && host) {
        give_order(settle, host, drover_remedy_order_new(settle->remedy, settle->uuid, result));
    } else if (!settle->freed) {
        remedy_over(settle, NULL, LOOK_AGAIN_US);
    }
    settle_unref(settle);
}

/* First the other host is asked once more: what it shows now is what makes the step safe. */
static void
order(DroverSettle *settle, DroverRemedy remedy)
{
    DroverVirHost *other;
    const DroverQuestion question = {
        .run = read_sighting,
        .argument = g_strdup(settle->uuid),
        .free_argument = g_free,
        .free_result = g_free,
        .done = other_sighted,
        .user_data = settle,
    };

    settle->remedy = remedy;
    settle->busy = TRUE;
    other = remedy_host(settle, FALSE);
    if (!other) {
        g_free(question.argument);
        remedy_over(settle, NULL, LOOK_SELDOM_US);
        return;
    }
    settle->references++;
    drover_vir_host_ask(other, &question);
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
    evidence->woken = settle->still_us && (now_us - settle->still_us <= DROVER_WOKEN_MS * 1000 ||
                                           (evidence->woken && settle->ran_twice));
    evidence->times++;
    evidence->unchanged_ms = (now_us - settle->since_us) / G_TIME_SPAN_MILLISECOND;
}

static gint64
next_look_us(const DroverSettle *settle)
{
    if (settle->again) {
        return 0;
    }
    if (settle->evidence.times <= 4) {
        return LOOK_AGAIN_US;
    }
    return settle->under_way ? LOOK_UNDER_WAY_US : LOOK_SELDOM_US;
}

static void
judge(DroverSettle *settle, DroverSightedJob job)
{
    DroverJudgement judgement;

    drover_clock_remove(settle->backend->base.clock, &settle->timer);
    settle->awaits_sample = settle->busy = FALSE;
    take_evidence(settle, job);
    judgement = drover_reconcile(&settle->evidence);
    if ((settle->careful && settle->evidence.times < 2) ||
        (settle->under_way && judgement.remedy != DROVER_REMEDY_DESTROY_SOURCE)) {
        judgement.remedy = DROVER_REMEDY_WAIT;
    }
    note_judgement(settle, &judgement);
    if (judgement.remedy == DROVER_REMEDY_NONE) {
        settle->listener->done(judgement.verdict, &settle->evidence, NULL, settle->user_data);
    } else if (judgement.remedy != DROVER_REMEDY_WAIT) {
        settle->verdict = judgement.verdict;
        order(settle, judgement.remedy);
    } else {
        look_later(settle, next_look_us(settle));
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
    settle->under_way = spec->under_way;
    settle->still_us = spec->still_us;
    settle->evidence.untouched = spec->untouched;
    settle->evidence.brought = spec->brought;
    settle->evidence.handed_over = spec->handed_over;
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

gboolean
drover_settle_source_destroyed(const DroverSettle *settle)
{
    return settle->source_destroyed;
}

gboolean
drover_settle_ran_twice(const DroverSettle *settle)
{
    return settle->ran_twice;
}
