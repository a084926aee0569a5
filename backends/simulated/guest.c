#include "backends/simulated/world.h"

#include "backends/simulated/journal.h"
#include "backends/simulated/move.h"

/* clang-format off */
static const char *const state_names[] = {
    [DROVER_GUEST_UNKNOWN] = "unknown",
    [DROVER_GUEST_RUNNING] = "running",
    [DROVER_GUEST_PAUSED] = "paused",
    [DROVER_GUEST_INCOMING] = "incoming",
    [DROVER_GUEST_SHUTTING_DOWN] = "shutting-down",
    [DROVER_GUEST_OFF] = "off",
    [DROVER_GUEST_CRASHED] = "crashed",
};
/* clang-format on */

const char *
sim_guest_state_name(DroverGuestState state)
{
    return state_names[state];
}

int
sim_guest_state_from_name(const char *name)
{
    for (guint state = 0; state < G_N_ELEMENTS(state_names); state++) {
        if (g_str_equal(state_names[state], name)) {
            return (int) state;
        }
    }
    return -1;
}

void
sim_guest_free(gpointer data)
{
    SimGuest *guest = data;

    drover_clock_remove(guest->world->clock, &guest->stop_timer);
    g_clear_pointer(&guest->replays, g_ptr_array_unref);
    g_free(guest->uuid);
    g_ref_string_release(guest->name);
    g_free(guest);
}

static gboolean
takes_memory(DroverGuestState state)
{
    return state == DROVER_GUEST_RUNNING || state == DROVER_GUEST_PAUSED ||
           state == DROVER_GUEST_INCOMING;
}

static guint
count_running(const SimGuest *guest)
{
    return (guest->home.host && guest->home.state == DROVER_GUEST_RUNNING) +
           (guest->other.host && guest->other.state == DROVER_GUEST_RUNNING);
}

static void
settle_work(SimGuest *guest)
{
    gint64 now_us = sim_world_now(guest->world);

    if (count_running(guest)) {
        guest->work_us += (now_us - guest->work_at_us) * (100 - guest->throttle_percent) / 100;
    }
    guest->work_at_us = now_us;
}

void
sim_guest_set_throttle(SimGuest *guest, guint percent)
{
    settle_work(guest);
    guest->throttle_percent = percent;
}

static void
count_name(SimHost *host, char *name, int step)
{
    int count = GPOINTER_TO_INT(g_hash_table_lookup(host->names, name)) + step;

    if (count) {
        g_hash_table_insert(host->names, name, GINT_TO_POINTER(count));
    } else {
        g_hash_table_remove(host->names, name);
    }
}

static void
take_from_host(SimGuest *guest, SimCopy *copy)
{
    if (takes_memory(copy->state)) {
        copy->host->used_kib -= guest->memory_kib;
    }
    g_hash_table_remove(copy->host->guests, guest);
    count_name(copy->host, guest->name, -1);
}

static void
put_on_host(SimGuest *guest, SimCopy *copy)
{
    if (takes_memory(copy->state)) {
        copy->host->used_kib += guest->memory_kib;
    }
    g_hash_table_add(copy->host->guests, guest);
    count_name(copy->host, guest->name, 1);
}

static void
tell_copy(SimGuest *guest, SimHost *host)
{
    GPtrArray *watchers = guest->world->watchers;

    for (guint i = 0; i < watchers->len; i++) {
        const SimWatcher *watcher = watchers->pdata[i];

        watcher->copy_changed(guest, host, watcher->user_data);
    }
}

void
sim_guest_set_copy(
    SimGuest *guest, SimCopy *copy, SimHost *host, DroverGuestState state, const char *reason)
{
    SimHost *before = copy->host;

    settle_work(guest);
    if (before) {
        take_from_host(guest, copy);
    }
    *copy = (SimCopy){host, state, reason};
    if (host) {
        put_on_host(guest, copy);
    }
    guest->most_running = MAX(guest->most_running, count_running(guest));
    sim_journal_touch(guest);
    if (before && before != host) {
        tell_copy(guest, before);
    }
    if (host) {
        tell_copy(guest, host);
    }
}

void
sim_guest_swap(SimGuest *guest)
{
    SimCopy home = guest->home;

    guest->home = guest->other;
    guest->other = home;
}

const SimCopy *
sim_guest_copy_on(const SimGuest *guest, const SimHost *host)
{
    if (guest->home.host == host) {
        return &guest->home;
    }
    return guest->other.host == host ? &guest->other : NULL;
}

void
drover_sim_guest_init(DroverSimGuest *guest, const char *name, const char *host)
{
    *guest = (DroverSimGuest){
        .name = name,
        .host = host,
        .memory_mib = 1024,
        .vcpus = 1,
        .device_ms = 20,
        .state = DROVER_GUEST_RUNNING,
    };
}

static SimGuest *
guest_new(DroverSimWorld *world, const DroverSimGuest *spec)
{
    SimGuest *guest = g_new0(SimGuest, 1);
    guint64 set_mib = spec->working_set_mib ? spec->working_set_mib : spec->memory_mib;

    guest->world = world;
    guest->uuid = spec->uuid ? g_ascii_strdown(spec->uuid, -1) : sim_uuid_from("guest", spec->name);
    guest->name = g_ref_string_new_intern(spec->name);
    guest->memory_kib = spec->memory_mib * 1024;
    guest->vcpus = spec->vcpus;
    guest->persistent = !spec->transient;
    guest->disk_bytes = spec->disk_mib * SIM_MIB;
    guest->dirty_bytes_s = spec->dirty_mib_s * SIM_MIB;
    guest->working_set_bytes = MIN(set_mib, spec->memory_mib) * SIM_MIB;
    guest->device_us = spec->device_ms * (gint64) 1000;
    return guest;
}

static gboolean
may_add_guest(DroverSimWorld *world, const DroverSimGuest *spec, GError **error)
{
    if (!sim_world_host(world, spec->host)) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_NOT_FOUND,
                    "simulated guest '%s': no host '%s'", spec->name, spec->host);
        return FALSE;
    }
    if (spec->uuid && !g_uuid_string_is_valid(spec->uuid)) {
        return sim_refuse(error, "guest", spec->name, "its UUID is not a UUID");
    }
    if (!spec->memory_mib || !spec->vcpus) {
        return sim_refuse(error, "guest", spec->name, "memory and CPUs must not be 0");
    }
    if (spec->state == DROVER_GUEST_UNKNOWN || spec->state == DROVER_GUEST_INCOMING) {
        return sim_refuse(error, "guest", spec->name, "it cannot begin in that state");
    }
    return TRUE;
}

gboolean
drover_sim_world_add_guest(DroverSimWorld *world, const DroverSimGuest *spec, GError **error)
{
    SimGuest *guest;

    if (!may_add_guest(world, spec, error)) {
        return FALSE;
    }
    guest = guest_new(world, spec);
    if (g_hash_table_contains(world->guests, guest->uuid)) {
        sim_guest_free(guest);
        return sim_refuse(error, "guest", spec->name, "its UUID is taken");
    }
    g_hash_table_insert(world->guests, guest->uuid, guest);
    if (!g_hash_table_contains(world->names, guest->name)) {
        g_hash_table_insert(world->names, guest->name, guest);
    }
    guest->work_at_us = sim_world_now(world);
    sim_guest_set_copy(guest, &guest->home, sim_world_host(world, spec->host), spec->state, NULL);
    return TRUE;
}

static void
forget_name(DroverSimWorld *world, const SimGuest *guest)
{
    GHashTableIter iter;
    gpointer other;

    if (g_hash_table_lookup(world->names, guest->name) != guest) {
        return;
    }
    g_hash_table_remove(world->names, guest->name);
    g_hash_table_iter_init(&iter, world->guests);
    while (g_hash_table_iter_next(&iter, NULL, &other)) {
        if (other != guest && ((SimGuest *) other)->name == guest->name) {
            g_hash_table_insert(world->names, guest->name, other);
            return;
        }
    }
}

gboolean
drover_sim_world_remove_guest(DroverSimWorld *world, const char *text)
{
    SimGuest *guest = sim_world_guest(world, text);

    if (!guest || guest->move) {
        return FALSE;
    }
    if (guest->home.host) {
        sim_guest_set_copy(guest, &guest->home, NULL, DROVER_GUEST_UNKNOWN, NULL);
    }
    sim_journal_flush(world);
    forget_name(world, guest);
    g_hash_table_remove(world->guests, guest->uuid);
    return TRUE;
}

/* Backends may hold the host for a while yet: it stays in memory, down and empty. */
gboolean
drover_sim_world_remove_host(DroverSimWorld *world, const char *name)
{
    SimHost *host = sim_world_host(world, name);
    g_autoptr(GList) guests = NULL;

    if (!host || g_hash_table_size(host->moving[SIM_OUT]) ||
        g_hash_table_size(host->moving[SIM_IN])) {
        return FALSE;
    }
    guests = g_hash_table_get_keys(host->guests);
    for (GList *link = guests; link; link = link->next) {
        drover_sim_world_remove_guest(world, ((const SimGuest *) link->data)->uuid);
    }
    g_hash_table_steal(world->hosts, name);
    g_ptr_array_add(world->removed, host);
    sim_host_set_down(host, DROVER_SIM_STAYED, 0);
    return TRUE;
}

static void
stop_now(gpointer data, gpointer unused)
{
    SimGuest *guest = data;

    guest->stop_timer = 0;
    if (guest->move) {
        sim_move_guest_stopped(guest->move);
    } else if (guest->home.host && takes_memory(guest->home.state)) {
        sim_guest_set_copy(guest, &guest->home, guest->home.host, DROVER_GUEST_OFF, "shutdown");
        sim_journal_flush(guest->world);
    }
}

void
drover_sim_world_stop_guest(DroverSimWorld *world, const char *text)
{
    SimGuest *guest = sim_world_guest(world, text);

    if (guest && !guest->stop_timer) {
        guest->stop_timer = drover_clock_add(world->clock, 0, stop_now, guest);
    }
}

void
drover_sim_world_switch_to_post_copy(DroverSimWorld *world, const char *text)
{
    SimGuest *guest = sim_world_guest(world, text);

    if (guest && guest->move) {
        sim_move_switch_to_post_copy(guest->move);
    }
}

guint
drover_sim_world_count_running(DroverSimWorld *world, const char *text)
{
    const SimGuest *guest = sim_world_guest(world, text);

    return guest ? count_running(guest) : 0;
}

guint64
drover_sim_world_guest_work_ms(DroverSimWorld *world, const char *text)
{
    SimGuest *guest = sim_world_guest(world, text);

    if (!guest) {
        return 0;
    }
    settle_work(guest);
    return (guint64) guest->work_us / 1000;
}
