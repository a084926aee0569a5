#include "backends/simulated/simulated.h"

#include <string.h>

#include "backends/simulated/check.h"
#include "backends/simulated/scenario.h"
#include "backends/simulated/transfer.h"

#define SCHEME "simulated"

/* --- the inventory: what is on the hosts that are up --------------------------------------------
 */

static void
show_facts(SimBackend *backend, const SimLink *link)
{
    const SimHost *host = link->host;
    guint64 used_kib = MIN(host->used_kib, host->memory_kib);
    char version[] = "simulated";
    DroverHost facts = {
        .uuid = host->uuid,
        .hostname = host->name,
        .version = version,
        .cpus = host->cpus,
        .memory_total_kib = host->memory_kib,
        .memory_free_kib = host->memory_kib - used_kib,
    };

    drover_inventory_set_host_facts(backend->base.inventory, link->name, &facts);
}

static void
show_copy(SimBackend *backend, const SimLink *link, const SimGuest *guest)
{
    const SimCopy *copy = sim_guest_copy_on(guest, link->host);
    DroverGuest shown = {
        .uuid = guest->uuid,
        .name = guest->name,
        .memory_kib = guest->memory_kib,
        .vcpus = guest->vcpus,
        .persistent = guest->persistent,
    };

    if (!copy) {
        drover_inventory_remove_guest(backend->base.inventory, link->name, guest->uuid);
        return;
    }
    shown.state = copy->state;
    shown.reason = (char *) copy->reason;
    drover_inventory_set_guest(backend->base.inventory, link->name, &shown,
                               drover_clock_real_us(backend->base.clock));
}

static void
show_all(SimBackend *backend, const SimLink *link)
{
    g_autoptr(GHashTable) uuids = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer guest;

    g_hash_table_iter_init(&iter, link->host->guests);
    while (g_hash_table_iter_next(&iter, &guest, NULL)) {
        g_hash_table_add(uuids, ((const SimGuest *) guest)->uuid);
        show_copy(backend, link, guest);
    }
    drover_inventory_keep_guests(backend->base.inventory, link->name, uuids);
    show_facts(backend, link);
}

static void
set_state(SimBackend *backend, const SimLink *link, DroverHostState state)
{
    g_autofree char *reason = NULL;

    if (state == DROVER_HOST_DOWN) {
        reason = g_strdup_printf("simulated host '%s' does not answer", link->host->name);
    }
    drover_inventory_set_host_state(backend->base.inventory, link->name, state, reason,
                                    drover_clock_real_us(backend->base.clock));
}

static gboolean
is_up(SimBackend *backend, const SimLink *link)
{
    return drover_inventory_find_host(backend->base.inventory, link->name)->state == DROVER_HOST_UP;
}

/* --- connections ------------------------------------------------------------------------------ */

static void
connected(gpointer data, gpointer unused)
{
    SimLink *link = data;
    SimBackend *backend = link->backend;

    link->timer = 0;
    if (link->host->up) {
        show_all(backend, link); /* first: who sees that it is up may look for its guests */
    }
    set_state(backend, link, link->host->up ? DROVER_HOST_UP : DROVER_HOST_DOWN);
    sim_transfers_look(backend, link->name);
}

static void
connect_in(SimLink *link, gint64 delay_us)
{
    DroverClock *clock = link->backend->base.clock;

    drover_clock_remove(clock, &link->timer);
    link->timer = drover_clock_add(clock, delay_us, connected, link);
}

static void
host_changed(SimHost *host, gpointer user_data)
{
    SimBackend *backend = user_data;
    SimLink *link = g_hash_table_lookup(backend->by_host, host);

    if (!link) {
        return;
    }
    drover_clock_remove(backend->base.clock, &link->timer);
    set_state(backend, link, host->up ? DROVER_HOST_CONNECTING : DROVER_HOST_DOWN);
    if (host->up) {
        connect_in(link, host->connect_us);
    }
    sim_transfers_look(backend, link->name);
}

static void
copy_changed(SimGuest *guest, SimHost *host, gpointer user_data)
{
    SimBackend *backend = user_data;
    const SimLink *link = g_hash_table_lookup(backend->by_host, host);

    if (link && is_up(backend, link)) {
        show_copy(backend, link, guest);
        show_facts(backend, link);
    }
}

static void
link_free(gpointer data)
{
    SimLink *link = data;

    drover_clock_remove(link->backend->base.clock, &link->timer);
    g_free(link->name);
    g_free(link);
}

/* "simulated:///NAME" */
static const char *
host_of(const char *uri)
{
    const char *start = SCHEME ":///";
    const char *name = g_str_has_prefix(uri, start) ? uri + strlen(start) : "";

    return *name && !strpbrk(name, "/?#") ? name : NULL;
}

static gboolean
refuse_uri(GError **error, const char *name, const char *uri, const char *why)
{
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID, "host '%s': URI '%s' %s",
                name, uri, why);
    return FALSE;
}

static gboolean
add_host(
    DroverBackend *base, const char *name, const char *uri, const char *peer_uri, GError **error)
{
    SimBackend *backend = (SimBackend *) base;
    SimLink *link = g_hash_table_lookup(backend->links, name);
    SimHost *host;
    const SimLink *other;

    if (!host_of(uri)) {
        return refuse_uri(error, name, uri, "is not simulated:///NAME");
    }
    host = sim_world_ensure_host(backend->world, host_of(uri));
    other = g_hash_table_lookup(backend->by_host, host);
    if (other && other != link) {
        return refuse_uri(error, name, uri, "is that of another host too");
    }
    drover_inventory_add_host(base->inventory, name, uri, peer_uri);
    if (other) {
        return TRUE;
    }
    if (!link) {
        link = g_new0(SimLink, 1);
        link->backend = backend;
        link->name = g_strdup(name);
        g_hash_table_insert(backend->links, link->name, link);
    } else {
        g_hash_table_remove(backend->by_host, link->host);
    }
    link->host = host;
    g_hash_table_insert(backend->by_host, host, link);
    set_state(backend, link, DROVER_HOST_CONNECTING);
    connect_in(link, host->connect_us);
    return TRUE;
}

static void
remove_host(DroverBackend *base, const char *name)
{
    SimBackend *backend = (SimBackend *) base;
    SimLink *link = g_hash_table_lookup(backend->links, name);

    if (!link) {
        return;
    }
    drover_inventory_remove_host(base->inventory, name);
    sim_transfers_look(backend, name);
    g_hash_table_remove(backend->by_host, link->host);
    g_hash_table_remove(backend->links, link->name);
}

static void
wake(DroverBackend *base)
{
    GHashTableIter iter;
    gpointer link;

    g_hash_table_iter_init(&iter, ((SimBackend *) base)->links);
    while (g_hash_table_iter_next(&iter, NULL, &link)) {
        if (((SimLink *) link)->timer) {
            connect_in(link, 0);
        }
    }
}

/* --- checks ---------------------------------------------------------------------------------- */

typedef struct {
    SimBackend *backend;
    GPtrArray *failures;
    DroverCheckDone done;
    gpointer user_data;
    guint timer;
} PendingCheck;

static void
check_free(gpointer data)
{
    PendingCheck *check = data;

    drover_clock_remove(check->backend->base.clock, &check->timer);
    g_ptr_array_unref(check->failures);
    g_free(check);
}

static void
answer(gpointer data, gpointer unused)
{
    PendingCheck *check = data;

    check->timer = 0;
    g_hash_table_steal(check->backend->checks, check);
    check->done(check->failures, check->user_data);
    check_free(check);
}

static SimHost *
configured_host(SimBackend *backend, const char *name)
{
    const SimLink *link = g_hash_table_lookup(backend->links, name);

    return link ? link->host : NULL;
}

static void
check(DroverBackend *base, const DroverTransferSpec *spec, DroverCheckDone done, gpointer user_data)
{
    SimBackend *backend = (SimBackend *) base;
    PendingCheck *pending = g_new0(PendingCheck, 1);
    SimRoute route = {
        .world = backend->world,
        .guest = sim_world_guest(backend->world, spec->guest_uuid),
        .source = configured_host(backend, spec->source),
        .destination = configured_host(backend, spec->destination),
    };

    pending->backend = backend;
    pending->failures = g_ptr_array_new_with_free_func((GDestroyNotify) drover_failure_free);
    pending->done = done;
    pending->user_data = user_data;
    sim_check_all(&route, pending->failures);
    for (guint i = 0; i < pending->failures->len; i++) {
        sim_failure_name(pending->failures->pdata[i], backend, spec);
    }
    g_hash_table_add(backend->checks, pending);
    pending->timer = drover_clock_add(base->clock, 0, answer, pending);
}

/* --- the backend ----------------------------------------------------------------------------- */

static void
backend_free(DroverBackend *base)
{
    SimBackend *backend = (SimBackend *) base;

    sim_world_unwatch(backend->world, &backend->watcher);
    g_hash_table_unref(backend->transfers);
    g_hash_table_unref(backend->checks);
    g_hash_table_unref(backend->by_host);
    g_hash_table_unref(backend->links);
    drover_inventory_free(base->inventory);
    drover_sim_world_unref(backend->world);
    drover_clock_unref(base->clock);
    g_free(backend);
}

static const DroverBackendClass klass = {
    .name = "simulated",
    .free = backend_free,
    .add_host = add_host,
    .remove_host = remove_host,
    .start = sim_transfer_start,
    .adopt = sim_transfer_adopt,
    .cancel = sim_transfer_cancel,
    .check = check,
    .wake = wake,
};

DroverBackend *
drover_sim_backend_new(DroverSimWorld *world)
{
    SimBackend *backend = g_new0(SimBackend, 1);

    backend->base.klass = &klass;
    backend->base.inventory = drover_inventory_new();
    backend->base.clock = drover_clock_ref(world->clock);
    backend->world = drover_sim_world_ref(world);
    backend->links = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, link_free);
    backend->by_host = g_hash_table_new(NULL, NULL);
    backend->transfers = g_hash_table_new_full(NULL, NULL, sim_transfer_free, NULL);
    backend->checks = g_hash_table_new_full(NULL, NULL, check_free, NULL);
    backend->watcher = (SimWatcher){host_changed, copy_changed, backend};
    sim_world_watch(world, &backend->watcher);
    return &backend->base;
}

DroverSimWorld *
drover_sim_backend_world(DroverBackend *backend)
{
    return ((SimBackend *) backend)->world;
}

DroverBackend *
drover_simulated_backend_new(DroverClock *clock, const char *scenario, GError **error)
{
    g_autoptr(DroverSimWorld) world = drover_sim_world_new(clock);

    if (scenario && !drover_sim_world_load(world, scenario, error)) {
        return NULL;
    }
    return drover_sim_backend_new(world);
}
