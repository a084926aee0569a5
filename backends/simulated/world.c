#include "backends/simulated/world.h"

#include "backends/simulated/fault.h"
#include "backends/simulated/journal.h"
#include "backends/simulated/move.h"

DroverSimWorld *
drover_sim_world_new(DroverClock *clock)
{
    DroverSimWorld *world = g_new0(DroverSimWorld, 1);

    world->references = 1;
    world->clock = drover_clock_ref(clock);
    world->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, sim_host_free);
    world->removed = g_ptr_array_new_with_free_func(sim_host_free);
    world->guests = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, sim_guest_free);
    world->names = g_hash_table_new(g_str_hash, g_str_equal);
    world->faults = g_ptr_array_new_with_free_func(sim_fault_free);
    world->watchers = g_ptr_array_new();
    drover_sim_world_set_sample_ms(world, 250);
    drover_sim_world_set_cancel_ms(world, 50);
    return world;
}

DroverSimWorld *
drover_sim_world_ref(DroverSimWorld *world)
{
    world->references++;
    return world;
}

static void
free_moves(DroverSimWorld *world)
{
    GHashTableIter iter;
    gpointer guest;

    g_hash_table_iter_init(&iter, world->guests);
    while (g_hash_table_iter_next(&iter, NULL, &guest)) {
        if (((SimGuest *) guest)->move) {
            sim_move_free(((SimGuest *) guest)->move);
        }
    }
}

void
drover_sim_world_unref(DroverSimWorld *world)
{
    if (!world || --world->references) {
        return;
    }
    free_moves(world);
    g_clear_pointer(&world->journal, sim_journal_free);
    g_ptr_array_unref(world->faults);
    g_ptr_array_unref(world->watchers);
    g_hash_table_unref(world->names);
    g_hash_table_unref(world->guests);
    g_hash_table_unref(world->hosts);
    g_ptr_array_unref(world->removed);
    drover_clock_unref(world->clock);
    g_free(world);
}

void
drover_sim_world_set_sample_ms(DroverSimWorld *world, guint ms)
{
    world->sample_us = MAX(ms, 1) * (gint64) 1000;
}

void
drover_sim_world_set_cancel_ms(DroverSimWorld *world, guint ms)
{
    world->cancel_us = ms * (gint64) 1000;
}

gint64
sim_world_now(DroverSimWorld *world)
{
    return world->past_us ? world->past_us
                          : drover_clock_monotonic_us(world->clock) + world->offset_us;
}

SimHost *
sim_world_host(DroverSimWorld *world, const char *name)
{
    return g_hash_table_lookup(world->hosts, name);
}

SimGuest *
sim_world_guest(DroverSimWorld *world, const char *uuid_or_name)
{
    g_autofree char *uuid = g_ascii_strdown(uuid_or_name, -1);
    SimGuest *guest = g_hash_table_lookup(world->guests, uuid);

    return guest ? guest : g_hash_table_lookup(world->names, uuid_or_name);
}

void
sim_world_watch(DroverSimWorld *world, const SimWatcher *watcher)
{
    g_ptr_array_add(world->watchers, (gpointer) watcher);
}

void
sim_world_unwatch(DroverSimWorld *world, const SimWatcher *watcher)
{
    g_ptr_array_remove(world->watchers, (gpointer) watcher);
}

/* An RFC 4122 text made from @text, so that a scenario's guests keep theirs. */
char *
sim_uuid_from(const char *kind, const char *text)
{
    g_autofree char *whole = g_strconcat("drover simulated ", kind, " ", text, NULL);
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole, -1);

    return g_strdup_printf("%.8s-%.4s-5%.3s-a%.3s-%.12s", hash, hash + 8, hash + 12, hash + 15,
                           hash + 18);
}

gboolean
sim_refuse(GError **error, const char *kind, const char *name, const char *why)
{
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID, "simulated %s '%s': %s",
                kind, name, why);
    return FALSE;
}

/* --- the truth ------------------------------------------------------------------------------- */

const char *
drover_sim_world_where(DroverSimWorld *world, const char *text)
{
    const SimGuest *guest = sim_world_guest(world, text);

    return guest && guest->home.host ? guest->home.host->name : NULL;
}

void
drover_sim_world_count(DroverSimWorld *world, const char *name, DroverSimCount *count)
{
    const SimHost *host = name ? sim_world_host(world, name) : NULL;

    *count = name ? (host ? host->count : (DroverSimCount){0}) : world->count;
}
