#include "backends/simulated/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "backends/simulated/fault.h"
#include "backends/simulated/move-inside.h"
#include "backends/simulated/journal-reader.h"

#define NUMBER G_GINT64_FORMAT

struct _SimJournal {
    DroverSimWorld *world;
    char *path;
    int fd;
    GHashTable *touched; /* a set of SimGuest */
    GString *lines;      /* what is not written yet */
};

/* --- writing --------------------------------------------------------------------------------- */

static void
add_name(GString *line, const SimHost *host)
{
    g_autofree char *name = host ? g_uri_escape_string(host->name, NULL, TRUE) : NULL;

    /* A host may be called "-": then it is escaped. */
    g_string_append_printf(line, " %s",
                           !host                    ? SIM_JOURNAL_NO_HOST
                           : g_str_equal(name, "-") ? "%2D"
                                                    : name);
}

static void
add_copy(GString *line, const SimCopy *copy)
{
    add_name(line, copy->host);
    g_string_append_printf(line, " %s",
                           sim_guest_state_name(copy->host ? copy->state : DROVER_GUEST_UNKNOWN));
}

static void
add_guest(SimJournal *journal, const SimGuest *guest)
{
    GString *line = journal->lines;

    g_string_append_printf(line, "%" NUMBER " guest %s", sim_world_now(journal->world),
                           guest->uuid);
    add_copy(line, &guest->home);
    add_copy(line, &guest->other);
    g_string_append_printf(line, " landings=%u most=%u", guest->landings, guest->most_running);
    if (guest->move) {
        add_name(line, sim_move_source(guest->move));
        add_name(line, sim_move_destination(guest->move));
        sim_move_write(guest->move, line);
    }
    g_string_append_c(line, '\n');
}

static void
add_host(SimJournal *journal, const SimHost *host)
{
    g_string_append_printf(journal->lines, "%" NUMBER " host", sim_world_now(journal->world));
    add_name(journal->lines, host);
    g_string_append_printf(journal->lines, " %s truth=%d up_at=%" NUMBER "\n",
                           host->up ? "up" : "down", (int) host->truth, host->up_at_us);
}

static void
add_fault(SimJournal *journal, guint index, guint matches)
{
    g_string_append_printf(journal->lines, "%" NUMBER " fault %u matches=%u\n",
                           sim_world_now(journal->world), index, matches);
}

static gboolean
write_lines(SimJournal *journal, GError **error)
{
    const char *text = journal->lines->str;
    gsize left = journal->lines->len;

    while (left) {
        gssize written = write(journal->fd, text, left);

        if (written < 0 && errno != EINTR) {
            g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID, "%s: %s",
                        journal->path, g_strerror(errno));
            return FALSE;
        }
        text += MAX(written, 0);
        left -= (gsize) MAX(written, 0);
    }
    g_string_truncate(journal->lines, 0);
    return TRUE;
}

void
sim_journal_touch(SimGuest *guest)
{
    if (guest->world->journal) {
        g_hash_table_add(guest->world->journal->touched, guest);
    }
}

void
sim_journal_touch_host(const SimHost *host)
{
    if (host->world->journal) {
        add_host(host->world->journal, host);
    }
}

void
sim_journal_touch_fault(DroverSimWorld *world, guint index, guint matches)
{
    if (world->journal) {
        add_fault(world->journal, index, matches);
    }
}

void
sim_journal_flush(DroverSimWorld *world)
{
    SimJournal *journal = world->journal;
    g_autoptr(GError) error = NULL;
    GHashTableIter iter;
    gpointer guest;

    if (!journal || journal->fd < 0) {
        return;
    }
    g_hash_table_iter_init(&iter, journal->touched);
    while (g_hash_table_iter_next(&iter, &guest, NULL)) {
        add_guest(journal, guest);
        g_hash_table_iter_remove(&iter);
    }
    if (!write_lines(journal, &error)) {
        g_error("simulated world: %s", error->message);
    }
}

/* --- opening --------------------------------------------------------------------------------- */

static void
add_all(SimJournal *journal)
{
    DroverSimWorld *world = journal->world;
    GHashTableIter iter;
    gpointer value;

    g_string_assign(journal->lines, SIM_JOURNAL_TITLE "\n");
    g_hash_table_remove_all(journal->touched);
    for (guint i = 0; i < world->faults->len; i++) {
        add_fault(journal, i, sim_fault_matches(world->faults->pdata[i]));
    }
    g_hash_table_iter_init(&iter, world->hosts);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        add_host(journal, value);
    }
    g_hash_table_iter_init(&iter, world->guests);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        add_guest(journal, value);
    }
}

static gboolean
fail(const char *path, GError **error)
{
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID, "%s: %s", path,
                g_strerror(errno));
    return FALSE;
}

/* A new file takes the place of the old one when it is whole. */
static gboolean
write_anew(SimJournal *journal, GError **error)
{
    g_autofree char *path = g_strconcat(journal->path, ".new", NULL);

    add_all(journal);
    journal->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (journal->fd < 0 || flock(journal->fd, LOCK_EX | LOCK_NB) < 0) {
        return fail(path, error);
    }
    if (!write_lines(journal, error)) {
        return FALSE;
    }
    return rename(path, journal->path) == 0 || fail(path, error);
}

/* Held until the end of the call: who has the new file has held the old one before. */
static int
open_old(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID,
                    "%s: another process has this world", path);
        close(fd);
        return -1;
    }
    if (fd < 0 && errno != ENOENT) {
        fail(path, error);
    }
    return fd;
}

static void
use_real_time(DroverSimWorld *world)
{
    DroverClock *clock = world->clock;
    GHashTableIter iter;
    gpointer guest;

    world->offset_us = drover_clock_real_us(clock) - drover_clock_monotonic_us(clock);
    g_hash_table_iter_init(&iter, world->guests);
    while (g_hash_table_iter_next(&iter, NULL, &guest)) {
        ((SimGuest *) guest)->work_at_us = sim_world_now(world);
    }
}

gboolean
sim_journal_open(DroverSimWorld *world, const char *path, GError **error)
{
    g_autoptr(GError) reason = NULL;
    int old = open_old(path, &reason);
    SimJournal *journal;
    gboolean opened;

    if (reason) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return FALSE;
    }
    use_real_time(world);
    world->journal = journal = g_new0(SimJournal, 1);
    journal->world = world;
    journal->path = g_strdup(path);
    journal->fd = -1;
    journal->touched = g_hash_table_new(NULL, NULL);
    journal->lines = g_string_new(NULL);
    opened = (old < 0 || sim_journal_read(world, path, error)) && write_anew(journal, error);
    if (old >= 0) {
        close(old);
    }
    return opened;
}

void
sim_journal_free(SimJournal *journal)
{
    if (!journal) {
        return;
    }
    if (journal->fd >= 0) {
        close(journal->fd);
    }
    g_hash_table_unref(journal->touched);
    g_string_free(journal->lines, TRUE);
    g_free(journal->path);
    g_free(journal);
}
