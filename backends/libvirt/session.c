#include "backends/libvirt/session.h"

#include "backends/libvirt/connection.h"
#include "backends/libvirt/guest-state.h"

struct _DroverSession {
    gatomicrefcount references; /* main loop, thread, each letter, each libvirt callback */
    DroverMailbox *mailbox;
    gint *tally;
    char *uri;
    GAsyncQueue *asked; /* of Pending; a Pending without run: the end */

    /* Main loop only. */
    const DroverSessionListener *listener; /* NULL: closed */
    gpointer user_data;
    GQueue pending; /* of Pending, a reference each */
    gint64 opening_since_us;
};

typedef struct {
    gatomicrefcount references;
    DroverSession *session; /* borrowed from whoever holds the reference */
    DroverQuestion question;
    gint64 began_us;
    gpointer result;
} Pending;

/* --- references ------------------------------------------------------------------------------ */

static DroverSession *
session_ref(DroverSession *session)
{
    g_atomic_ref_count_inc(&session->references);
    return session;
}

static void
session_unref(gpointer data)
{
    DroverSession *session = data;

    if (!g_atomic_ref_count_dec(&session->references)) {
        return;
    }
    g_async_queue_unref(session->asked);
    drover_mailbox_unref(session->mailbox);
    g_atomic_rc_box_release(session->tally);
    g_free(session->uri);
    g_free(session);
}

static Pending *
pending_ref(Pending *pending)
{
    g_atomic_ref_count_inc(&pending->references);
    return pending;
}

static void
pending_unref(gpointer data)
{
    Pending *pending = data;

    if (!g_atomic_ref_count_dec(&pending->references)) {
        return;
    }
    if (pending->result && pending->question.free_result) {
        pending->question.free_result(pending->result);
    }
    if (pending->question.free_argument) {
        pending->question.free_argument(pending->question.argument);
    }
    session_unref(pending->session);
    g_free(pending);
}

/* --- letters to the main loop ---------------------------------------------------------------- */

typedef struct {
    DroverSession *session;
    DroverVirError *error; /* opened */
    char *reason;          /* lost */
    DroverGuestEvent event;
} Letter;

static Letter *
letter_new(DroverSession *session)
{
    Letter *letter = g_new0(Letter, 1);

    letter->session = session_ref(session);
    return letter;
}

static void
letter_free(gpointer data)
{
    Letter *letter = data;

    session_unref(letter->session);
    drover_vir_error_free(letter->error);
    g_free(letter->reason);
    g_free(letter);
}

static void
deliver_opened(gpointer data)
{
    Letter *letter = data;
    DroverSession *session = letter->session;

    session->opening_since_us = -1;
    if (session->listener) {
        session->listener->opened(letter->error, session->user_data);
    }
}

static void
deliver_lost(gpointer data)
{
    Letter *letter = data;
    DroverSession *session = letter->session;

    if (session->listener) {
        session->listener->lost(letter->reason, session->user_data);
    }
}

static void
deliver_event(gpointer data)
{
    Letter *letter = data;
    DroverSession *session = letter->session;

    if (session->listener) {
        session->listener->event(&letter->event, session->user_data);
    }
}

static void
deliver_answer(gpointer data)
{
    Pending *pending = data;
    GList *link = g_queue_find(&pending->session->pending, pending);

    if (!link) {
        return; /* the session was closed meanwhile, and the asker told so */
    }
    g_queue_delete_link(&pending->session->pending, link);
    pending->question.done(pending->result, pending->question.user_data);
    pending_unref(pending);
}

/* --- libvirt's callbacks, on its event thread ------------------------------------------------ */

static void
on_close(virConnectPtr connection, int why, void *user_data)
{
    static const char *const reasons[] = {
        [VIR_CONNECT_CLOSE_REASON_ERROR] = "connection broke",
        [VIR_CONNECT_CLOSE_REASON_EOF] = "libvirtd closed the connection",
        [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = "no answer to keepalive",
    };
    DroverSession *session = user_data;
    Letter *letter = letter_new(session);

    letter->reason =
        g_strdup(why >= 0 && why < (int) G_N_ELEMENTS(reasons) ? reasons[why] : "connection lost");
    drover_mailbox_post(session->mailbox, deliver_lost, letter, letter_free);
}

static Letter *
event_letter(DroverSession *session, virDomainPtr domain, DroverGuestEventKind kind)
{
    Letter *letter = letter_new(session);

    letter->event.kind = kind;
    virDomainGetUUIDString(domain, letter->event.uuid);
    return letter;
}

static int
on_lifecycle(virConnectPtr connection, virDomainPtr domain, int event, int detail, void *user_data)
{
    DroverSession *session = user_data;
    gboolean stopped = event == VIR_DOMAIN_EVENT_STOPPED;
    Letter *letter = event_letter(
        session, domain, stopped ? DROVER_GUEST_EVENT_STOPPED : DROVER_GUEST_EVENT_CHANGED);

    letter->event.event = event;
    letter->event.detail = detail;
    letter->event.why = stopped ? drover_why_stopped(detail) : DROVER_WHY_OTHER;
    drover_mailbox_post(session->mailbox, deliver_event, letter, letter_free);
    return 0;
}

static void
on_job_completed(virConnectPtr connection,
                 virDomainPtr domain,
                 virTypedParameterPtr params,
                 int count,
                 void *user_data)
{
    DroverSession *session = user_data;
    Letter *letter = event_letter(session, domain, DROVER_GUEST_EVENT_JOB_COMPLETED);

    letter->event.completed = drover_completed_from(params, count);
    drover_mailbox_post(session->mailbox, deliver_event, letter, letter_free);
}

#define EVENTS 2

/* Fills @ids; -1 where the driver has no such event: its guests are still listed now and then. */
static void
subscribe(DroverSession *session, virConnectPtr connection, int ids[EVENTS])
{
    const struct {
        int id;
        virConnectDomainEventGenericCallback callback;
    } events[EVENTS] = {
        {VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle)},
        {VIR_DOMAIN_EVENT_ID_JOB_COMPLETED, VIR_DOMAIN_EVENT_CALLBACK(on_job_completed)},
    };

    /* Not to be trusted with a reference: some drivers take the call and forget the callback. The
     * thread's own outlives it. */
    virConnectRegisterCloseCallback(connection, on_close, session, NULL);
    for (guint i = 0; i < EVENTS; i++) {
        ids[i] = virConnectDomainEventRegisterAny(connection, NULL, events[i].id,
                                                  events[i].callback, session, session_unref);
        if (ids[i] >= 0) {
            session_ref(session);
        }
    }
}

/* Each callback holds the connection, which would not close otherwise. */
static void
unsubscribe(virConnectPtr connection, const int ids[EVENTS])
{
    virConnectUnregisterCloseCallback(connection, on_close);
    for (guint i = 0; i < EVENTS; i++) {
        if (ids[i] >= 0) {
            virConnectDomainEventDeregisterAny(connection, ids[i]);
        }
    }
}

/* --- the thread ------------------------------------------------------------------------------ */

static void
answer_questions(DroverSession *session, virConnectPtr connection)
{
    Pending *pending;

    while (TRUE) {
        pending = g_async_queue_pop(session->asked);
        if (!pending->question.run) {
            pending_unref(pending);
            break;
        }
        if (connection) {
            pending->result = pending->question.run(connection, pending->question.argument);
            drover_mailbox_post(session->mailbox, deliver_answer, pending, pending_unref);
        } else {
            pending_unref(pending);
        }
    }
    while ((pending = g_async_queue_try_pop(session->asked))) {
        pending_unref(pending);
    }
}

static gpointer
session_thread(gpointer data)
{
    DroverSession *session = data;
    Letter *letter = letter_new(session);
    virConnectPtr connection = drover_connection_open(session->uri, &letter->error);
    int ids[EVENTS];

    if (connection) {
        subscribe(session, connection, ids);
    }
    drover_mailbox_post(session->mailbox, deliver_opened, letter, letter_free);
    answer_questions(session, connection);
    if (connection) {
        unsubscribe(connection, ids);
        virConnectClose(connection);
    }
    g_atomic_int_dec_and_test(session->tally);
    session_unref(session);
    return NULL;
}

/* --- the main loop's side -------------------------------------------------------------------- */

DroverSession *
drover_session_new(const char *uri,
                   DroverMailbox *mailbox,
                   gint *tally,
                   const DroverSessionListener *listener,
                   gpointer user_data)
{
    DroverSession *session = g_new0(DroverSession, 1);

    g_atomic_ref_count_init(&session->references);
    session->mailbox = drover_mailbox_ref(mailbox);
    session->tally = g_atomic_rc_box_acquire(tally);
    session->uri = g_strdup(uri);
    session->asked = g_async_queue_new();
    session->listener = listener;
    session->user_data = user_data;
    session->opening_since_us = g_get_monotonic_time();
    g_atomic_int_inc(tally);
    g_thread_unref(g_thread_new("host", session_thread, session_ref(session)));
    return session;
}

static Pending *
pending_new(DroverSession *session, const DroverQuestion *question)
{
    Pending *pending = g_new0(Pending, 1);

    g_atomic_ref_count_init(&pending->references);
    pending->session = session_ref(session);
    pending->question = *question;
    pending->began_us = g_get_monotonic_time();
    return pending;
}

void
drover_session_ask(DroverSession *session, const DroverQuestion *question)
{
    Pending *pending = pending_new(session, question);

    g_queue_push_tail(&session->pending, pending_ref(pending));
    g_async_queue_push(session->asked, pending);
}

void
drover_session_close(DroverSession *session)
{
    const DroverQuestion end = {NULL};
    Pending *pending;

    session->listener = NULL;
    g_async_queue_push_front(session->asked, pending_new(session, &end));
    while ((pending = g_queue_pop_head(&session->pending))) {
        pending->question.done(NULL, pending->question.user_data);
        pending_unref(pending);
    }
    session_unref(session);
}

gint64
drover_session_waits_since_us(DroverSession *session)
{
    const Pending *oldest = g_queue_peek_head(&session->pending);

    if (session->opening_since_us >= 0) {
        return session->opening_since_us;
    }
    return oldest ? oldest->began_us : -1;
}
