#include "backends/libvirt/libvirt-backend.h"

#include "backends/libvirt/check.h"
#include "backends/libvirt/event-loop.h"
#include "backends/libvirt/transfer.h"

static DroverVirBackend *
vir_backend(DroverBackend *backend)
{
    return (DroverVirBackend *) backend;
}

DroverVirHost *
drover_vir_backend_host(DroverVirBackend *backend, const char *name)
{
    return g_hash_table_lookup(backend->hosts, name);
}

/* --- news of the hosts ----------------------------------------------------------------------- */

static void
host_changed(DroverVirHost *host, gpointer user_data)
{
    DroverVirBackend *backend = user_data;

    for (guint i = 0; i < backend->transfers->len; i++) {
        drover_transfer_host_changed(g_ptr_array_index(backend->transfers, i), host);
    }
}

static void
guest_event(DroverVirHost *host, const DroverGuestEvent *event, gpointer user_data)
{
    DroverVirBackend *backend = user_data;

    for (guint i = 0; i < backend->transfers->len; i++) {
        drover_transfer_guest_event(g_ptr_array_index(backend->transfers, i), host, event);
    }
}

static const DroverVirHostListener host_listener = {host_changed, guest_event};

/* --- the class ------------------------------------------------------------------------------- */

static gboolean
check_uri(const char *host, const char *uri, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (g_uri_is_valid(uri, G_URI_FLAGS_NONE, &reason)) {
        return TRUE;
    }
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID,
                "host '%s': '%s' is not a libvirt URI: %s", host, uri, reason->message);
    return FALSE;
}

static gboolean
backend_add_host(
    DroverBackend *base, const char *name, const char *uri, const char *peer_uri, GError **error)
{
    DroverVirBackend *backend = vir_backend(base);
    DroverVirHost *host = drover_vir_backend_host(backend, name);

    if (!check_uri(name, uri, error) || (peer_uri && !check_uri(name, peer_uri, error))) {
        return FALSE;
    }
    if (host) {
        drover_vir_host_set_uris(host, uri, peer_uri);
        return TRUE;
    }
    g_hash_table_insert(
        backend->hosts, g_strdup(name),
        drover_vir_host_new(base, backend->mailbox, name, uri, peer_uri, &host_listener, backend));
    return TRUE;
}

static void
backend_remove_host(DroverBackend *base, const char *name)
{
    g_hash_table_remove(vir_backend(base)->hosts, name);
}

static gboolean
has_host(DroverVirBackend *backend, const char *name, GError **error)
{
    if (drover_vir_backend_host(backend, name)) {
        return TRUE;
    }
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_NOT_FOUND,
                "host '%s' is not configured", name);
    return FALSE;
}

static gboolean
has_hosts(DroverVirBackend *backend, const DroverTransferSpec *spec, GError **error)
{
    return has_host(backend, spec->source, error) && has_host(backend, spec->destination, error);
}

static DroverTransfer *
backend_start(DroverBackend *base,
              const DroverTransferSpec *spec,
              const DroverTransferListener *listener,
              gpointer user_data,
              GError **error)
{
    DroverVirBackend *backend = vir_backend(base);

    return has_hosts(backend, spec, error)
               ? drover_transfer_new(backend, spec, DROVER_TRANSFER_START, listener, user_data)
               : NULL;
}

static DroverTransfer *
backend_adopt(DroverBackend *base,
              const DroverTransferSpec *spec,
              const DroverTransferListener *listener,
              gpointer user_data,
              GError **error)
{
    DroverVirBackend *backend = vir_backend(base);

    return has_hosts(backend, spec, error)
               ? drover_transfer_new(backend, spec, DROVER_TRANSFER_ADOPT, listener, user_data)
               : NULL;
}

static void
backend_check(DroverBackend *base,
              const DroverTransferSpec *spec,
              DroverCheckDone done,
              gpointer user_data)
{
    drover_check_new(vir_backend(base), spec, done, user_data);
}

static void
backend_wake(DroverBackend *base)
{
    GHashTableIter iter;
    gpointer host;

    g_hash_table_iter_init(&iter, vir_backend(base)->hosts);
    while (g_hash_table_iter_next(&iter, NULL, &host)) {
        drover_vir_host_wake(host);
    }
}

/* What runs in threads goes on and ends by itself; nothing of it is told any more. */
static void
backend_free(DroverBackend *base)
{
    DroverVirBackend *backend = vir_backend(base);

    g_ptr_array_unref(backend->checks);
    g_ptr_array_unref(backend->transfers);
    g_hash_table_unref(backend->hosts);
    drover_mailbox_close(backend->mailbox);
    drover_mailbox_unref(backend->mailbox);
    drover_inventory_free(base->inventory);
    drover_clock_unref(base->clock);
    g_free(backend);
}

static const DroverBackendClass backend_class = {
    .name = "libvirt",
    .free = backend_free,
    .add_host = backend_add_host,
    .remove_host = backend_remove_host,
    .start = backend_start,
    .adopt = backend_adopt,
    .cancel = drover_transfer_cancel,
    .check = backend_check,
    .wake = backend_wake,
};

DroverBackend *
drover_libvirt_backend_new(GMainContext *context, DroverClock *clock, GError **error)
{
    DroverVirBackend *backend;

    /* libvirt's event thread iterates that one. */
    g_return_val_if_fail(context && context != g_main_context_default(), NULL);

    if (!drover_event_loop_start(error)) {
        return NULL;
    }
    backend = g_new0(DroverVirBackend, 1);
    backend->base.klass = &backend_class;
    backend->base.inventory = drover_inventory_new();
    backend->base.clock = drover_clock_ref(clock);
    backend->mailbox = drover_mailbox_new(context);
    backend->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) drover_vir_host_free);
    backend->transfers = g_ptr_array_new_with_free_func((GDestroyNotify) drover_transfer_free);
    backend->checks = g_ptr_array_new_with_free_func((GDestroyNotify) drover_check_free);
    return &backend->base;
}
