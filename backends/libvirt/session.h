/*
 * A session: one control connection to a host and the thread that makes the blocking calls on it.
 *
 * Purpose:   questions go in from the main loop, answers come back to it; a host that hangs blocks
 *            its own thread only.  A session is used once: when its connection is lost, it is
 *            closed and another one is made.
 * Thread:    all calls from the main loop, all callbacks on it.
 * Ownership: drover_session_close() drops it; after that the listener is not called any more, and
 *            questions without an answer are answered with NULL before it returns.  The thread
 *            ends by itself as soon as libvirt lets go of it.
 */
#pragma once

#include "backends/libvirt/mailbox.h"
#include "backends/libvirt/stats.h"
#include "backends/libvirt/vir-error.h"
#include "backends/reconcile.h"

typedef enum {
    DROVER_GUEST_EVENT_CHANGED, /* a lifecycle event: look at the guest again */
    DROVER_GUEST_EVENT_STOPPED, /* as CHANGED, and @why says how it ended */
    DROVER_GUEST_EVENT_JOB_COMPLETED,
} DroverGuestEventKind;

typedef struct {
    DroverGuestEventKind kind;
    char uuid[VIR_UUID_STRING_BUFLEN];
    DroverWhy why;
    int event; /* CHANGED, STOPPED: libvirt's own numbers */
    int detail;
    DroverCompleted completed; /* JOB_COMPLETED */
} DroverGuestEvent;

typedef struct _DroverSession DroverSession;

typedef struct {
    /* Once, unless closed before. @error: NULL when the connection is open. */
    void (*opened)(const DroverVirError *error, gpointer user_data);
    /* The connection ended by itself, once. */
    void (*lost)(const char *reason, gpointer user_data);
    void (*event)(const DroverGuestEvent *event, gpointer user_data);
} DroverSessionListener;

/* @tally: (transfer none) a g_atomic_rc_box of gint that counts the threads that are not over yet.
 */
DroverSession *drover_session_new(const char *uri,
                                  DroverMailbox *mailbox,
                                  gint *tally,
                                  const DroverSessionListener *listener,
                                  gpointer user_data);
void drover_session_close(DroverSession *session);

typedef struct {
    /* On the session's thread; what it returns goes to @done. */
    gpointer (*run)(virConnectPtr connection, gpointer argument);
    gpointer argument; /* (transfer full) */
    GDestroyNotify free_argument;
    GDestroyNotify free_result;
    /* On the main loop, once; @result: (transfer none), NULL when the host did not answer. */
    void (*done)(gpointer result, gpointer user_data);
    gpointer user_data;
} DroverQuestion;

void drover_session_ask(DroverSession *session, const DroverQuestion *question);

/* Since when (g_get_monotonic_time()) the host owes an answer, or an open connection; -1: never. */
gint64 drover_session_waits_since_us(DroverSession *session);
