#include "backends/simulated/journal-reader.h"

#include <string.h>

#include "backends/simulated/fault.h"
#include "backends/simulated/move-inside.h"

typedef struct {
    DroverSimWorld *world;
    const char *path;
    gint64 last_us;     /* of the newest line */
    GHashTable *newest; /* guest's UUID -> its Line; earlier ones do not count */
    GPtrArray *moving;  /* SimGuest that had a move when they were read */
} Reader;

typedef struct {
    guint number;
    char **words;
} Line;

static void
line_free(gpointer data)
{
    Line *line = data;

    g_strfreev(line->words);
    g_free(line);
}

/* --- reading --------------------------------------------------------------------------------- */

static gboolean
read_number(const char *word, const char *name, gint64 *value)
{
    gsize length = strlen(name);
    char *end;

    if (!word || strncmp(word, name, length) != 0 || word[length] != '=') {
        return FALSE;
    }
    *value = g_ascii_strtoll(word + length + 1, &end, 10);
    return word[length + 1] && !*end;
}

static SimHost *
find_host(Reader *reader, const char *escaped)
{
    g_autofree char *name = g_uri_unescape_string(escaped, NULL);

    return name ? sim_world_host(reader->world, name) : NULL;
}

static gboolean
read_copy(Reader *reader, SimGuest *guest, SimCopy *copy, char **words)
{
    SimHost *host = find_host(reader, words[0]);
    int state = sim_guest_state_from_name(words[1]);

    if (state < 0 || (!host && !g_str_equal(words[0], SIM_JOURNAL_NO_HOST))) {
        return FALSE;
    }
    sim_guest_set_copy(guest, copy, host, (DroverGuestState) state, NULL);
    return TRUE;
}

static gboolean
read_move(Reader *reader, SimGuest *guest, char **words)
{
    SimHost *source = find_host(reader, words[0]);
    SimHost *destination = words[1] ? find_host(reader, words[1]) : NULL;

    if (!source || !destination || !sim_move_resume(guest, source, destination, words + 2)) {
        return FALSE;
    }
    g_ptr_array_add(reader->moving, guest);
    return TRUE;
}

static gboolean
read_guest(Reader *reader, char **words)
{
    SimGuest *guest = g_hash_table_lookup(reader->world->guests, words[0]);
    gint64 landings = 0, most = 0;

    if (!guest || g_strv_length(words) < 7) {
        return FALSE;
    }
    sim_guest_set_copy(guest, &guest->home, NULL, DROVER_GUEST_UNKNOWN, NULL);
    sim_guest_set_copy(guest, &guest->other, NULL, DROVER_GUEST_UNKNOWN, NULL);
    if (!read_copy(reader, guest, &guest->home, words + 1) ||
        !read_copy(reader, guest, &guest->other, words + 3) ||
        !read_number(words[5], "landings", &landings) || !read_number(words[6], "most", &most)) {
        return FALSE;
    }
    guest->landings = (guint) landings;
    guest->most_running = (guint) most;
    return !words[7] || read_move(reader, guest, words + 7);
}

static gboolean
read_host(Reader *reader, char **words)
{
    SimHost *host = find_host(reader, words[0]);
    gint64 truth, up_at_us;

    if (!host || g_strv_length(words) != 4 || !read_number(words[2], "truth", &truth) ||
        !read_number(words[3], "up_at", &up_at_us)) {
        return FALSE;
    }
    if (g_str_equal(words[1], "up")) {
        sim_host_set_up(host);
    } else {
        sim_host_set_down(host, (DroverSimTruth) truth,
                          up_at_us ? MAX(up_at_us - sim_world_now(reader->world), 1) : 0);
    }
    return TRUE;
}

static gboolean
read_fault(Reader *reader, char **words)
{
    guint64 index;
    gint64 matches;

    if (!g_ascii_string_to_unsigned(words[0], 10, 0, G_MAXUINT, &index, NULL) ||
        index >= reader->world->faults->len || !read_number(words[1], "matches", &matches)) {
        return FALSE;
    }
    sim_fault_set_matches(reader->world->faults->pdata[index], (guint) matches);
    return TRUE;
}

/* Of guests only the newest line is read, when all are known. */
static gboolean
take_line(Reader *reader, guint number, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    guint64 time;

    if (g_strv_length(words) < 4 ||
        !g_ascii_string_to_unsigned(words[0], 10, 0, G_MAXINT64, &time, NULL)) {
        return FALSE;
    }
    reader->last_us = MAX(reader->last_us, (gint64) time);
    if (g_str_equal(words[1], "guest")) {
        Line *line = g_new(Line, 1);

        *line = (Line){number, g_steal_pointer(&words)};
        g_hash_table_replace(reader->newest, line->words[2], line);
        return TRUE;
    }
    return (g_str_equal(words[1], "host") && read_host(reader, words + 2)) ||
           (g_str_equal(words[1], "fault") && read_fault(reader, words + 2));
}

static gboolean
refuse(const Reader *reader, guint line, const char *why, GError **error)
{
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID,
                "%s: line %u %s; remove the file to begin with the scenario's own state",
                reader->path, line, why);
    return FALSE;
}

/* What follows the last newline is a line that was not finished: nobody was told of it. */
static gboolean
read_text(Reader *reader, char *text, GError **error)
{
    guint number = 1;
    GHashTableIter iter;
    gpointer value;

    for (char *end; (end = strchr(text, '\n')); text = end + 1, number++) {
        *end = '\0';
        if (number == 1 && !g_str_equal(text, SIM_JOURNAL_TITLE)) {
            return refuse(reader, 1, "is not '" SIM_JOURNAL_TITLE "'", error);
        }
        if (number > 1 && !take_line(reader, number, text)) {
            return refuse(reader, number, "does not fit this scenario", error);
        }
    }
    g_hash_table_iter_init(&iter, reader->newest);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Line *line = value;

        if (!read_guest(reader, line->words + 2)) {
            return refuse(reader, line->number, "does not fit this scenario", error);
        }
    }
    return TRUE;
}

/* --- the time between ------------------------------------------------------------------------ */

static SimMove *
first_due(Reader *reader)
{
    SimMove *first = NULL;

    for (guint i = 0; i < reader->moving->len; i++) {
        SimMove *move = ((SimGuest *) reader->moving->pdata[i])->move;

        if (move && (!first || move->due_us < first->due_us)) {
            first = move;
        }
    }
    return first;
}

/* Each event of the moves at its own time, in order.  A change of shares is felt afterwards only.
 */
static void
catch_up(Reader *reader)
{
    DroverSimWorld *world = reader->world;
    gint64 now_us = sim_world_now(world);
    SimMove *move;

    world->past_us = MIN(reader->last_us, now_us);
    for (guint i = 0; i < reader->moving->len; i++) {
        move = ((SimGuest *) reader->moving->pdata[i])->move;
        move->sample_due = now_us; /* nobody looks before: what comes earlier is an event */
        sim_flow_share(&move->flow);
    }
    for (guint i = 0; i < reader->moving->len; i++) {
        sim_move_turn(((SimGuest *) reader->moving->pdata[i])->move);
    }
    while ((move = first_due(reader)) && move->due_us < now_us) {
        world->past_us = MAX(world->past_us, move->due_us);
        sim_move_turn(move);
    }
    world->past_us = 0;
    for (guint i = 0; i < reader->moving->len; i++) {
        move = ((SimGuest *) reader->moving->pdata[i])->move;
        if (move) {
            sim_move_wake(move);
        }
    }
}

gboolean
sim_journal_read(DroverSimWorld *world, const char *path, GError **error)
{
    g_autoptr(GHashTable) newest = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, line_free);
    g_autoptr(GPtrArray) moving = g_ptr_array_new();
    Reader reader = {.world = world, .path = path, .newest = newest, .moving = moving};
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;

    if (!g_file_get_contents(path, &text, NULL, &reason)) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID, "%s: %s", path,
                    reason->message);
        return FALSE;
    }
    if (!read_text(&reader, text, error)) {
        return FALSE;
    }
    catch_up(&reader);
    return TRUE;
}
