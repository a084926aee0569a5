#include "backends/libvirt/call.h"

#include "backends/libvirt/connection.h"
#include "backends/libvirt/note.h"
#include "backends/libvirt/parameters.h"

/* A test build (meson's option "distrust") that throws away what the call returned: the hosts alone
 * must be enough to tell the outcome. */
#ifndef DROVER_DISTRUST
#define DROVER_DISTRUST 0
#endif

typedef enum { GATE_OPEN, GATE_PASSED, GATE_SHUT } Gate;

struct _DroverCall {
    gatomicrefcount references;
    gint gate; /* Gate: who is first, the call or its prevention */
    DroverMailbox *mailbox;
    char *uuid;
    char *source_uri;
    char *peer_uri;
    DroverTransferOptions options;
    gboolean recovers;
    DroverCallResult result; /* the thread's until it is posted */

    /* Main loop only. */
    void (*asked)(const char *how, gpointer user_data);
    void (*done)(const DroverCallResult *result, gpointer user_data); /* NULL: dropped */
    gpointer user_data;
};

static void
call_unref(gpointer data)
{
    DroverCall *call = data;

    if (!g_atomic_ref_count_dec(&call->references)) {
        return;
    }
    drover_mailbox_unref(call->mailbox);
    g_free(call->uuid);
    g_free(call->source_uri);
    g_free(call->peer_uri);
    drover_options_clear(&call->options);
    drover_vir_error_free(call->result.error);
    g_free(call);
}

/* --- the thread ------------------------------------------------------------------------------ */

/* Statistics of an earlier move would otherwise pass for this one's. */
static void
drop_stale_statistics(virDomainPtr domain)
{
    virTypedParameterPtr params = NULL;
    int type, count = 0;

    if (virDomainGetJobStats(domain, &type, &params, &count, VIR_DOMAIN_JOB_STATS_COMPLETED) == 0) {
        virTypedParamsFree(params, count);
    }
}

static gboolean
prepare(DroverCall *call, virDomainPtr domain)
{
    guint downtime_ms = call->options.max_downtime_ms;

    if (call->recovers) {
        return TRUE; /* libvirt takes no setting of a guest that is in two halves */
    }
    drop_stale_statistics(domain);
    if (downtime_ms && virDomainMigrateSetMaxDowntime(domain, downtime_ms, 0) < 0) {
        call->result.error = drover_vir_error_take();
        return FALSE;
    }
    return TRUE;
}

typedef struct {
    DroverCall *call;
    char *how;
} Letter;

static void
deliver_asked(gpointer data)
{
    const Letter *letter = data;

    if (letter->call->done && letter->call->asked) {
        letter->call->asked(letter->how, letter->call->user_data);
    }
}

static void
letter_free(gpointer data)
{
    Letter *letter = data;

    call_unref(letter->call);
    g_free(letter->how);
    g_free(letter);
}

static void
tell_asked(DroverCall *call, const DroverParameters *parameters)
{
    g_autofree char *how = drover_parameters_text(parameters);
    Letter *letter = g_new0(Letter, 1);

    g_atomic_ref_count_inc(&call->references);
    letter->call = call;
    letter->how = g_strdup_printf("%s, %s", call->peer_uri, how);
    drover_mailbox_post(call->mailbox, deliver_asked, letter, letter_free);
}

static void
move(DroverCall *call, virConnectPtr connection, virDomainPtr domain)
{
    g_auto(DroverParameters) parameters = {0};

    drover_parameters_set(&parameters, &call->options, virDomainIsPersistent(domain) == 1);
    if (!g_atomic_int_compare_and_exchange(&call->gate, GATE_OPEN, GATE_PASSED)) {
        call->result.step = DROVER_CALL_PREVENTED;
        return;
    }
    call->result.step = DROVER_CALL_MADE;
    if (call->recovers) {
        parameters.flags |= VIR_MIGRATE_POSTCOPY | VIR_MIGRATE_POSTCOPY_RESUME;
    }
    tell_asked(call, &parameters);
    if (virDomainMigrateToURI3(domain, call->peer_uri, parameters.params,
                               (unsigned int) parameters.count, parameters.flags) < 0) {
        call->result.error = drover_vir_error_take();
    }
    if (DROVER_DISTRUST) {
        g_clear_pointer(&call->result.error, drover_vir_error_free);
    }
}

static void
run(DroverCall *call, virConnectPtr connection)
{
    g_autoptr(virDomain) domain = virDomainLookupByUUIDString(connection, call->uuid);

    call->result.step = DROVER_CALL_PREPARING;
    if (!domain) {
        call->result.error = drover_vir_error_take();
    } else if (prepare(call, domain)) {
        move(call, connection, domain);
    }
    call->result.source_alive = virConnectIsAlive(connection) == 1;
}

static void
deliver(gpointer data)
{
    DroverCall *call = data;

    if (call->done) {
        call->done(&call->result, call->user_data);
    }
}

static gpointer
call_thread(gpointer data)
{
    DroverCall *call = data;
    g_autoptr(virConnect) connection =
        drover_connection_open(call->source_uri, &call->result.error);

    if (connection) {
        run(call, connection);
    }
    /* Before the connection is closed: on a broken link that takes until keepalive gives up. */
    drover_mailbox_post(call->mailbox, deliver, call, call_unref);
    return NULL;
}

/* --- the main loop's side -------------------------------------------------------------------- */

DroverCall *
drover_call_new(DroverMailbox *mailbox,
                const DroverCallSpec *spec,
                void (*done)(const DroverCallResult *result, gpointer user_data),
                gpointer user_data)
{
    DroverCall *call = g_new0(DroverCall, 1);

    g_atomic_ref_count_init(&call->references);
    g_atomic_ref_count_inc(&call->references); /* the thread's, later the letter's */
    call->mailbox = drover_mailbox_ref(mailbox);
    call->uuid = g_strdup(spec->uuid);
    call->source_uri = g_strdup(spec->source_uri);
    call->peer_uri = g_strdup(spec->peer_uri);
    call->options = drover_options_copy(spec->options);
    call->asked = spec->asked;
    call->recovers = spec->recovers;
    call->done = done;
    call->user_data = user_data;
    g_thread_unref(g_thread_new("move", call_thread, call));
    return call;
}

void
drover_call_drop(DroverCall *call)
{
    call->done = NULL;
    g_atomic_int_compare_and_exchange(&call->gate, GATE_OPEN, GATE_SHUT);
    call_unref(call);
}

gboolean
drover_call_prevent(DroverCall *call)
{
    return g_atomic_int_compare_and_exchange(&call->gate, GATE_OPEN, GATE_SHUT) ||
           g_atomic_int_get(&call->gate) == GATE_SHUT;
}
