#include "backends/libvirt/watch.h"

#include "backends/libvirt/connection.h"
#include "backends/libvirt/stats.h"

/* An abort that was taken is given time; one that came too soon is not. */
#define ABORT_TAKEN_US   (5 * G_USEC_PER_SEC)
#define ABORT_REFUSED_US (G_USEC_PER_SEC / 4)

struct _DroverWatch {
    gatomicrefcount references;
    DroverMailbox *mailbox;
    char *uri;
    char *uuid;

    GMutex lock; /* guards: */
    GCond wake;
    gboolean stopped;
    gboolean hurried; /* the watching thread */
    gboolean switches;
    gboolean pauses;
    gboolean aborts;

    /* The watching thread only. */
    DroverTransferStats last;
    gboolean still; /* the guest stands still for the hand-over, and that was told */

    /* Main loop only. */
    void (*sample)(const DroverSample *sample, gpointer user_data); /* NULL: stopped */
    DroverAbortAnswered answered;
    gpointer user_data;
};

/* Short moves are to be seen, too. */
static const gint64 intervals_us[] = {50000, 100000, 150000, 200000, 250000};

static DroverWatch *
watch_ref(DroverWatch *watch)
{
    g_atomic_ref_count_inc(&watch->references);
    return watch;
}

static void
watch_unref(gpointer data)
{
    DroverWatch *watch = data;

    if (!g_atomic_ref_count_dec(&watch->references)) {
        return;
    }
    drover_mailbox_unref(watch->mailbox);
    g_mutex_clear(&watch->lock);
    g_cond_clear(&watch->wake);
    g_free(watch->uri);
    g_free(watch->uuid);
    g_free(watch);
}

/* Waits for the time to pass, a hurry or the end. FALSE: the end. */
static gboolean
wait_to_sample(DroverWatch *watch, gint64 for_us)
{
    gint64 until_us = g_get_monotonic_time() + for_us;
    gboolean goes_on;

    g_mutex_lock(&watch->lock);
    while (!watch->stopped && !watch->hurried &&
           g_cond_wait_until(&watch->wake, &watch->lock, until_us)) {
    }
    watch->hurried = FALSE;
    goes_on = !watch->stopped;
    g_mutex_unlock(&watch->lock);
    return goes_on;
}

/* --- samples --------------------------------------------------------------------------------- */

typedef struct {
    DroverWatch *watch;
    DroverSample sample;
} Letter;

static void
deliver(gpointer data)
{
    Letter *letter = data;

    if (letter->watch->sample) {
        letter->watch->sample(&letter->sample, letter->watch->user_data);
    }
}

static void
letter_free(gpointer data)
{
    Letter *letter = data;

    watch_unref(letter->watch);
    g_free(letter);
}

/* libvirt's words for "there is nothing to ask about". */
static DroverSightedJob
job_of_error(void)
{
    virErrorPtr error = virGetLastError();
    int code = error ? error->code : VIR_ERR_OK;

    return code == VIR_ERR_OPERATION_INVALID || code == VIR_ERR_NO_DOMAIN ? DROVER_JOB_NONE
                                                                          : DROVER_JOB_UNSEEN;
}

static DroverSightedJob
read_job(virDomainPtr domain, DroverTransferStats *stats)
{
    virTypedParameterPtr params = NULL;
    int type = VIR_DOMAIN_JOB_NONE, count = 0, operation = VIR_DOMAIN_JOB_OPERATION_UNKNOWN;
    int state = VIR_DOMAIN_NOSTATE, reason = 0;

    if (virDomainGetJobStats(domain, &type, &params, &count, 0) < 0 ||
        virDomainGetState(domain, &state, &reason, 0) < 0) {
        DroverSightedJob job = job_of_error();

        virTypedParamsFree(params, count);
        return job;
    }
    virTypedParamsGetInt(params, count, VIR_DOMAIN_JOB_OPERATION, &operation);
    *stats = drover_stats_read(params, count, state, reason);
    virTypedParamsFree(params, count);
    return type != VIR_DOMAIN_JOB_NONE && operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT
               ? DROVER_JOB_OUTGOING
               : DROVER_JOB_NONE;
}

static void
post(DroverWatch *watch, const DroverSample *sample)
{
    Letter *letter = g_new0(Letter, 1);

    letter->watch = watch_ref(watch);
    letter->sample = *sample;
    drover_mailbox_post(watch->mailbox, deliver, letter, letter_free);
}

/* While QEMU sends what is left of a guest that stands still, it answers nothing: the numbers come
 * only when it is done, so the phase is told without them, of a job that was there before. */
static void
tell_switchover(DroverWatch *watch, virDomainPtr domain)
{
    DroverSample sample = {.job = DROVER_JOB_OUTGOING, .stats = watch->last};
    int state, reason;
    gboolean still = virDomainGetState(domain, &state, &reason, 0) == 0 &&
                     state == VIR_DOMAIN_PAUSED && reason == VIR_DOMAIN_PAUSED_MIGRATION;

    sample.stats.phase = DROVER_PHASE_SWITCHOVER;
    if (still && !watch->still && watch->last.iteration) {
        post(watch, &sample);
    }
    watch->still = still;
}

static void
take_sample(DroverWatch *watch, virConnectPtr connection)
{
    DroverSample sample = {
        .began_us = g_get_monotonic_time(),
        .stats = drover_stats_blank(DROVER_PHASE_CONNECTING),
    };
    g_autoptr(virDomain) domain = NULL;

    if (connection) {
        domain = virDomainLookupByUUIDString(connection, watch->uuid);
        if (domain) {
            tell_switchover(watch, domain);
        }
        sample.job = domain ? read_job(domain, &sample.stats) : job_of_error();
    }
    if (sample.job == DROVER_JOB_OUTGOING) {
        watch->last = sample.stats;
    }
    post(watch, &sample);
}

static gboolean
take_flag(DroverWatch *watch, gboolean *flag)
{
    gboolean value;

    g_mutex_lock(&watch->lock);
    value = *flag;
    *flag = FALSE;
    g_mutex_unlock(&watch->lock);
    return value;
}

/* Whether it had an effect is told by the samples that follow. */
static void
act(DroverWatch *watch, virConnectPtr connection)
{
    gboolean switches = take_flag(watch, &watch->switches);
    gboolean pauses = take_flag(watch, &watch->pauses);
    g_autoptr(virDomain) domain = connection && (switches || pauses)
                                      ? virDomainLookupByUUIDString(connection, watch->uuid)
                                      : NULL;

    if (domain && switches) {
        virDomainMigrateStartPostCopy(domain, 0);
    }
    if (domain && pauses) {
        virDomainAbortJobFlags(domain, VIR_DOMAIN_ABORT_JOB_POSTCOPY);
    }
}

static virConnectPtr
reopen(DroverWatch *watch, virConnectPtr connection)
{
    DroverVirError *error = NULL;

    if (connection && virConnectIsAlive(connection) == 1) {
        return connection;
    }
    if (connection) {
        virConnectClose(connection);
    }
    connection = drover_connection_open(watch->uri, &error);
    drover_vir_error_free(error);
    return connection;
}

static gpointer
watch_thread(gpointer data)
{
    DroverWatch *watch = data;
    virConnectPtr connection = NULL;
    guint turn = 0;

    do {
        connection = reopen(watch, connection);
        act(watch, connection);
        take_sample(watch, connection);
        turn = MIN(turn + 1, (guint) G_N_ELEMENTS(intervals_us) - 1);
    } while (wait_to_sample(watch, connection ? intervals_us[turn] : G_USEC_PER_SEC));
    if (connection) {
        virConnectClose(connection);
    }
    watch_unref(watch);
    return NULL;
}

/* --- abort ----------------------------------------------------------------------------------- */

typedef struct {
    DroverWatch *watch;
    DroverVirError *error;
} Answer;

static void
deliver_answer(gpointer data)
{
    const Answer *answer = data;

    if (answer->watch->sample) {
        answer->watch->answered(answer->error, answer->watch->user_data);
    }
}

static void
answer_free(gpointer data)
{
    Answer *answer = data;

    watch_unref(answer->watch);
    drover_vir_error_free(answer->error);
    g_free(answer);
}

/* @last: the code of the answer before, -1: none. */
static void
tell_answer(DroverWatch *watch, const DroverVirError *error, int *last)
{
    int code = error ? error->code : VIR_ERR_OK;
    Answer *answer;

    if (code == *last) {
        return;
    }
    *last = code;
    answer = g_new0(Answer, 1);
    answer->watch = watch_ref(watch);
    answer->error = error ? drover_vir_error_copy(error) : NULL;
    drover_mailbox_post(watch->mailbox, deliver_answer, answer, answer_free);
}

/* How long to wait before the next try. */
static gint64
abort_once(DroverWatch *watch, int *last)
{
    g_autoptr(DroverVirError) error = NULL;
    g_autoptr(virConnect) connection = drover_connection_open(watch->uri, &error);
    g_autoptr(virDomain) domain =
        connection ? virDomainLookupByUUIDString(connection, watch->uuid) : NULL;

    gboolean taken = domain && virDomainAbortJob(domain) == 0;

    if (!taken && !error) {
        error = drover_vir_error_take();
    }
    tell_answer(watch, error, last);
    return taken ? ABORT_TAKEN_US : ABORT_REFUSED_US;
}

static gboolean
wait_to_abort(DroverWatch *watch, gint64 for_us)
{
    gint64 until_us = g_get_monotonic_time() + for_us;
    gboolean goes_on;

    g_mutex_lock(&watch->lock);
    while (watch->aborts && g_cond_wait_until(&watch->wake, &watch->lock, until_us)) {
    }
    goes_on = watch->aborts;
    g_mutex_unlock(&watch->lock);
    return goes_on;
}

/* "No job" may mean "not yet", and a held lock "not now": only who watches knows the end. */
static gpointer
abort_thread(gpointer data)
{
    DroverWatch *watch = data;
    int last = -1;

    while (wait_to_abort(watch, abort_once(watch, &last))) {
    }
    watch_unref(watch);
    return NULL;
}

/* --- the main loop's side -------------------------------------------------------------------- */

DroverWatch *
drover_watch_new(DroverMailbox *mailbox,
                 const char *source_uri,
                 const char *uuid,
                 void (*sample)(const DroverSample *sample, gpointer user_data),
                 gpointer user_data)
{
    DroverWatch *watch = g_new0(DroverWatch, 1);

    g_atomic_ref_count_init(&watch->references);
    watch->mailbox = drover_mailbox_ref(mailbox);
    watch->uri = g_strdup(source_uri);
    watch->uuid = g_strdup(uuid);
    g_mutex_init(&watch->lock);
    g_cond_init(&watch->wake);
    watch->sample = sample;
    watch->user_data = user_data;
    g_thread_unref(g_thread_new("watch", watch_thread, watch_ref(watch)));
    return watch;
}

/* Changes what the threads look at, and wakes them. TRUE when it was not so before. */
static gboolean
set(DroverWatch *watch, gboolean *flag, gboolean value)
{
    gboolean changed;

    g_mutex_lock(&watch->lock);
    changed = *flag != value;
    *flag = value;
    g_cond_broadcast(&watch->wake);
    g_mutex_unlock(&watch->lock);
    return changed;
}

void
drover_watch_stop(DroverWatch *watch)
{
    watch->sample = NULL;
    set(watch, &watch->aborts, FALSE);
    set(watch, &watch->stopped, TRUE);
    watch_unref(watch);
}

void
drover_watch_hurry(DroverWatch *watch)
{
    set(watch, &watch->hurried, TRUE);
}

void
drover_watch_switch(DroverWatch *watch)
{
    set(watch, &watch->switches, TRUE);
}

void
drover_watch_pause(DroverWatch *watch)
{
    set(watch, &watch->pauses, TRUE);
}

void
drover_watch_abort(DroverWatch *watch, DroverAbortAnswered answered)
{
    watch->answered = answered;
    if (set(watch, &watch->aborts, TRUE)) {
        g_thread_unref(g_thread_new("abort", abort_thread, watch_ref(watch)));
    }
}

void
drover_watch_end_abort(DroverWatch *watch)
{
    set(watch, &watch->aborts, FALSE);
}
