#include "backends/simulated/world.h"

#include "backends/simulated/journal.h"
#include "backends/simulated/move.h"

void
sim_host_free(gpointer data)
{
    SimHost *host = data;
    DroverClock *clock = host->world->clock;

    drover_clock_remove(clock, &host->state_timer);
    drover_clock_remove(clock, &host->up_timer);
    drover_clock_remove(clock, &host->link_timer);
    drover_clock_remove(clock, &host->share_timer);
    for (guint way = 0; way < SIM_WAYS; way++) {
        g_hash_table_unref(host->moving[way]);
        g_hash_table_unref(host->flows[way]);
    }
    g_hash_table_unref(host->guests);
    g_hash_table_unref(host->names);
    g_free(host->name);
    g_free(host->uuid);
    g_free(host);
}

void
drover_sim_host_init(DroverSimHost *host, const char *name)
{
    *host = (DroverSimHost){
        .name = name,
        .memory_mib = 1024 * 1024,
        .cpus = 64,
        .bandwidth_mib_s = 1000,
        .connect_ms = 200,
        .finish_ms = 50,
    };
}

static void
add_host(DroverSimWorld *world, const DroverSimHost *spec)
{
    SimHost *host = g_new0(SimHost, 1);

    host->world = world;
    host->name = g_strdup(spec->name);
    host->uuid = sim_uuid_from("host", spec->name);
    host->memory_kib = spec->memory_mib * 1024;
    host->cpus = spec->cpus;
    host->usual_bytes_s = host->link_bytes_s = spec->bandwidth_mib_s * SIM_MIB;
    host->connect_us = spec->connect_ms * (gint64) 1000;
    host->finish_us = spec->finish_ms * (gint64) 1000;
    host->up = !spec->down;
    host->guests = g_hash_table_new(NULL, NULL);
    host->names = g_hash_table_new(NULL, NULL);
    for (guint way = 0; way < SIM_WAYS; way++) {
        host->moving[way] = g_hash_table_new(NULL, NULL);
        host->flows[way] = g_hash_table_new(NULL, NULL);
    }
    g_hash_table_insert(world->hosts, host->name, host);
}

gboolean
drover_sim_world_add_host(DroverSimWorld *world, const DroverSimHost *host, GError **error)
{
    if (sim_world_host(world, host->name)) {
        return sim_refuse(error, "host", host->name, "is there already");
    }
    if (!host->memory_mib || !host->cpus || !host->bandwidth_mib_s) {
        return sim_refuse(error, "host", host->name, "memory, CPUs and bandwidth must not be 0");
    }
    add_host(world, host);
    return TRUE;
}

SimHost *
sim_world_ensure_host(DroverSimWorld *world, const char *name)
{
    DroverSimHost spec;

    if (!sim_world_host(world, name)) {
        drover_sim_host_init(&spec, name);
        add_host(world, &spec);
    }
    return sim_world_host(world, name);
}

/* Connections and moves look at a host's state when the clock turns, not within the call. */
static void
tell_state(gpointer data, gpointer unused)
{
    SimHost *host = data;
    GPtrArray *watchers = host->world->watchers;

    host->state_timer = 0;
    for (guint i = 0; i < watchers->len; i++) {
        const SimWatcher *watcher = watchers->pdata[i];

        watcher->host_changed(host, watcher->user_data);
    }
    for (guint way = 0; way < SIM_WAYS; way++) {
        g_autoptr(GList) moves = g_hash_table_get_keys(host->moving[way]);

        for (GList *link = moves; link; link = link->next) {
            if (host->up) {
                sim_move_host_back(link->data);
            } else {
                sim_move_host_lost(link->data, host, host->truth);
            }
        }
    }
}

static void
set_up(SimHost *host, gboolean up)
{
    DroverClock *clock = host->world->clock;

    drover_clock_remove(clock, &host->up_timer);
    if (host->up != up) {
        host->up = up;
        drover_clock_remove(clock, &host->state_timer);
        host->state_timer = drover_clock_add(clock, 0, tell_state, host);
    }
}

void
sim_host_set_up(SimHost *host)
{
    set_up(host, TRUE);
    host->up_at_us = 0;
    sim_journal_touch_host(host);
    sim_journal_flush(host->world);
}

static void
come_up(gpointer data, gpointer unused)
{
    SimHost *host = data;

    host->up_timer = 0;
    sim_host_set_up(host);
}

void
sim_host_set_down(SimHost *host, DroverSimTruth truth, gint64 for_us)
{
    host->truth = truth;
    set_up(host, FALSE);
    host->up_at_us = for_us ? sim_world_now(host->world) + for_us : 0;
    sim_journal_touch_host(host);
    sim_journal_flush(host->world);
    if (for_us) {
        host->up_timer = drover_clock_add(host->world->clock, for_us, come_up, host);
    }
}

void
drover_sim_world_set_host_down(DroverSimWorld *world, const char *name, DroverSimTruth truth)
{
    SimHost *host = sim_world_host(world, name);

    if (host) {
        sim_host_set_down(host, truth, 0);
    }
}

void
drover_sim_world_set_host_up(DroverSimWorld *world, const char *name)
{
    SimHost *host = sim_world_host(world, name);

    if (host) {
        sim_host_set_up(host);
    }
}

/* --- links ----------------------------------------------------------------------------------- */

static void
share_now(gpointer data, gpointer unused)
{
    SimHost *host = data;
    GHashTableIter iter;
    gpointer move;

    host->share_timer = 0;
    for (guint way = 0; way < SIM_WAYS; way++) {
        g_hash_table_iter_init(&iter, host->flows[way]);
        while (g_hash_table_iter_next(&iter, &move, NULL)) {
            sim_move_wake(move);
        }
    }
}

/* Among many, one more or less changes little: waking them all at each would cost their square. */
void
sim_host_share(SimHost *host, gboolean all)
{
    guint users =
        MAX(g_hash_table_size(host->flows[SIM_OUT]), g_hash_table_size(host->flows[SIM_IN]));

    if (!host->share_timer && (all || users <= SIM_FEW)) {
        host->share_timer = drover_clock_add(host->world->clock, 0, share_now, host);
    }
}

static void
restore_link(gpointer data, gpointer unused)
{
    SimHost *host = data;

    host->link_timer = 0;
    host->link_bytes_s = host->usual_bytes_s;
    sim_host_share(host, TRUE);
}

void
sim_host_set_link(SimHost *host, guint64 bytes_s, gint64 for_us)
{
    DroverClock *clock = host->world->clock;

    drover_clock_remove(clock, &host->link_timer);
    host->link_bytes_s = bytes_s;
    if (for_us) {
        host->link_timer = drover_clock_add(clock, for_us, restore_link, host);
    } else {
        host->usual_bytes_s = bytes_s;
    }
    sim_host_share(host, TRUE);
}

void
drover_sim_world_set_bandwidth(DroverSimWorld *world, const char *name, guint64 mib_s)
{
    SimHost *host = sim_world_host(world, name);

    if (host) {
        sim_host_set_link(host, MAX(mib_s, 1) * SIM_MIB, 0);
    }
}
