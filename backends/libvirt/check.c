#include "backends/libvirt/check.h"

#include "backends/libvirt/classify.h"
#include "backends/libvirt/connection.h"
#include "backends/libvirt/parameters.h"
#include "backends/libvirt/preflight.h"

struct _DroverCheck {
    gatomicrefcount references; /* the backend's, the thread's */
    DroverMailbox *mailbox;
    char *uuid;
    char *source;
    char *destination;
    char *uris[2]; /* source, destination */
    DroverTransferOptions options;
    gint side;           /* DroverSide that is being asked, for the deadline */
    GPtrArray *failures; /* of DroverFailure; the thread's until it is posted */

    /* Main loop only. */
    DroverVirBackend *backend; /* NULL: nobody waits any more */
    char *guest_name;
    DroverCheckDone done;
    gpointer user_data;
    guint timer;
};

static void
check_unref(gpointer data)
{
    DroverCheck *check = data;

    if (!g_atomic_ref_count_dec(&check->references)) {
        return;
    }
    drover_mailbox_unref(check->mailbox);
    g_ptr_array_unref(check->failures);
    drover_options_clear(&check->options);
    g_free(check->uuid);
    g_free(check->source);
    g_free(check->destination);
    g_free(check->uris[0]);
    g_free(check->uris[1]);
    g_free(check->guest_name);
    g_free(check);
}

/* --- the answer ------------------------------------------------------------------------------ */

static void
name(DroverCheck *check, DroverFailure *failure)
{
    failure->guest = g_strdup(check->guest_name);
    failure->source = g_strdup(check->source);
    failure->destination = g_strdup(check->destination);
}

static void
answer(DroverCheck *check, GPtrArray *failures)
{
    DroverVirBackend *backend = check->backend;

    for (guint i = 0; i < failures->len; i++) {
        name(check, g_ptr_array_index(failures, i));
    }
    check->done(failures, check->user_data);
    g_ptr_array_remove_fast(backend->checks, check);
}

static GPtrArray *
failures_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) drover_failure_free);
}

static void
add_unreachable(GPtrArray *failures, const DroverVirError *error, DroverSide side)
{
    const DroverErrorContext context = {.error = error, .step = DROVER_CALL_OPENING, .side = side};

    g_ptr_array_add(failures, drover_classify(&context, NULL));
}

static void
overdue(gpointer user_data, gpointer unused)
{
    DroverCheck *check = user_data;
    g_autoptr(GPtrArray) failures = failures_new();
    g_autofree char *text = g_strdup_printf("no answer for %d s", DROVER_CHECK_S);
    g_autoptr(DroverVirError) error = drover_vir_error_new(VIR_ERR_OK, VIR_FROM_NONE, 0, text);

    check->timer = 0;
    add_unreachable(failures, error, (DroverSide) g_atomic_int_get(&check->side));
    answer(check, failures);
}

static void
checked(gpointer data)
{
    DroverCheck *check = data;

    if (check->backend) {
        answer(check, check->failures);
    }
}

/* --- the thread ------------------------------------------------------------------------------ */

static virConnectPtr
open_side(DroverCheck *check, DroverSide side, const char *uri)
{
    g_autoptr(DroverVirError) error = NULL;
    virConnectPtr connection;

    g_atomic_int_set(&check->side, side);
    connection = drover_connection_open(uri, &error);
    if (!connection) {
        add_unreachable(check->failures, error, side);
    }
    return connection;
}

static void
run(DroverCheck *check)
{
    g_autoptr(virConnect) source = open_side(check, DROVER_SIDE_SOURCE, check->uris[0]);
    g_autoptr(virConnect) destination = open_side(check, DROVER_SIDE_DESTINATION, check->uris[1]);
    DroverPreflight preflight = {source, destination, check->uuid, &check->options,
                                 check->failures};

    if (source && destination) {
        drover_preflight(&preflight);
    }
}

static gpointer
check_thread(gpointer data)
{
    DroverCheck *check = data;

    run(check);
    drover_mailbox_post(check->mailbox, checked, check, check_unref);
    return NULL;
}

/* --- the main loop's side -------------------------------------------------------------------- */

/* What needs no question. */
static void
look_at_hosts(DroverCheck *check)
{
    const struct {
        const char *name;
        DroverSide side;
    } hosts[] = {
        {check->source, DROVER_SIDE_SOURCE},
        {check->destination, DROVER_SIDE_DESTINATION},
    };

    if (g_str_equal(check->source, check->destination)) {
        DroverFailure *failure = drover_failure_new(DROVER_FAILURE_SAME_HOST);

        failure->where = DROVER_SIDE_DESTINATION;
        g_ptr_array_add(check->failures, failure);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
        DroverVirHost *host = drover_vir_backend_host(check->backend, hosts[i].name);
        g_autoptr(DroverVirError) unknown =
            drover_vir_error_new(VIR_ERR_OK, VIR_FROM_NONE, 0, "the host is not configured");

        if (host) {
            check->uris[i] = g_strdup(drover_vir_host_uri(host));
        }
        if (!host || drover_vir_host_state(host) == DROVER_HOST_DOWN) {
            add_unreachable(check->failures, host ? drover_vir_host_error(host) : unknown,
                            hosts[i].side);
        }
    }
}

void
drover_check_new(DroverVirBackend *backend,
                 const DroverTransferSpec *spec,
                 DroverCheckDone done,
                 gpointer user_data)
{
    DroverCheck *check = g_new0(DroverCheck, 1);
    const DroverGuest *guest =
        drover_inventory_find_guest(backend->base.inventory, spec->guest_uuid);

    g_atomic_ref_count_init(&check->references);
    g_atomic_ref_count_inc(&check->references);
    check->mailbox = drover_mailbox_ref(backend->mailbox);
    check->uuid = g_strdup(spec->guest_uuid);
    check->source = g_strdup(spec->source);
    check->destination = g_strdup(spec->destination);
    check->options = drover_options_copy(&spec->options);
    check->failures = failures_new();
    check->backend = backend;
    check->guest_name = g_strdup(guest ? guest->name : spec->guest_uuid);
    check->done = done;
    check->user_data = user_data;
    g_ptr_array_add(backend->checks, check);
    look_at_hosts(check);
    if (check->failures->len) {
        drover_mailbox_post(check->mailbox, checked, check, check_unref);
        return;
    }
    check->timer =
        drover_clock_add(backend->base.clock, DROVER_CHECK_S * G_USEC_PER_SEC, overdue, check);
    g_thread_unref(g_thread_new("check", check_thread, check));
}

void
drover_check_free(DroverCheck *check)
{
    drover_clock_remove(check->backend->base.clock, &check->timer);
    check->backend = NULL;
    check_unref(check);
}
