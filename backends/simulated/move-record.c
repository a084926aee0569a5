#include "backends/simulated/move-inside.h"

#include <string.h>

typedef struct {
    const char *name;
    gsize offset;
    gboolean wide; /* 64 bits; else as wide as an int, a flag or an enum */
} Field;

/* clang-format off */
#define INT(name, member)  { name, G_STRUCT_OFFSET(SimMove, member), FALSE }
#define WIDE(name, member) { name, G_STRUCT_OFFSET(SimMove, member), TRUE }

static const Field fields[] = {
    WIDE("downtime_us", downtime_us),
    INT("auto_converge", auto_converge),
    INT("post_copy", post_copy),
    INT("copy_storage", copy_storage),
    INT("stood", stood),
    WIDE("cap", flow.cap_bytes_s),
    WIDE("at", flow.at_us),
    INT("phase", stats.phase),
    INT("iteration", stats.iteration),
    WIDE("memory_total", stats.memory_total_bytes),
    WIDE("memory_done", stats.memory_done_bytes),
    WIDE("memory_left", stats.memory_remaining_bytes),
    WIDE("disk_total", stats.disk_total_bytes),
    WIDE("disk_done", stats.disk_done_bytes),
    WIDE("disk_left", stats.disk_remaining_bytes),
    WIDE("dirty_rate", stats.dirty_rate_bytes_s),
    WIDE("expected_downtime_ms", stats.expected_downtime_ms),
    WIDE("measured_downtime_ms", stats.downtime_ms),
    INT("throttle", stats.throttle_percent),
    WIDE("requests", stats.postcopy_requests),
    WIDE("started", started_us),
    WIDE("phase_since", phase_us),
    WIDE("phase_until", phase_until),
    WIDE("pass_since", pass_us),
    WIDE("pass_bytes", pass_bytes),
    INT("cut", cut),
    INT("hung", hung),
    WIDE("hung_since", hung_since),
    WIDE("hung_until", hung_until),
    INT("cancelled", cancelled),
    INT("cancel_fails", cancel_fails),
    WIDE("cancel_due", cancel_due),
    INT("switch_wanted", switch_wanted),
};
/* clang-format on */

/* --- writing --------------------------------------------------------------------------------- */

static gint64
get(const SimMove *move, const Field *field)
{
    gconstpointer member = (const char *) move + field->offset;

    return field->wide ? *(const gint64 *) member : *(const int *) member;
}

/* Figures that say nothing are left out: most are zero. */
static void
write_threats(const SimMove *move, GString *line)
{
    for (guint i = 0; move->threats && i < move->threats->len; i++) {
        const SimThreat *threat = &g_array_index(move->threats, SimThreat, i);
        guint index;

        if (g_ptr_array_find(move->world->faults, threat->fault, &index)) {
            g_string_append_printf(line, " threat=%u:%" G_GINT64_FORMAT, index, threat->due_us);
        }
    }
}

void
sim_move_write(const SimMove *move, GString *line)
{
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        gint64 value = get(move, &fields[i]);

        if (value) {
            g_string_append_printf(line, " %s=%" G_GINT64_FORMAT, fields[i].name, value);
        }
    }
    if (move->trouble) {
        g_string_append_printf(line, " trouble=%d", (int) move->trouble->kind);
    }
    if (move->warning) {
        g_string_append_printf(line, " warning=%d", (int) move->warning->kind);
    }
    write_threats(move, line);
}

/* --- reading --------------------------------------------------------------------------------- */

static void
set(SimMove *move, const Field *field, gint64 value)
{
    gpointer member = (char *) move + field->offset;

    if (field->wide) {
        *(gint64 *) member = value;
    } else {
        *(int *) member = (int) value;
    }
}

static gboolean
read_threat(SimMove *move, const char *text)
{
    char *colon;
    guint64 index = g_ascii_strtoull(text, &colon, 10);
    SimThreat threat;

    if (*colon != ':' || index >= move->world->faults->len) {
        return FALSE;
    }
    threat = (SimThreat){move->world->faults->pdata[index], g_ascii_strtoll(colon + 1, NULL, 10)};
    move->threats = move->threats ? move->threats : g_array_new(FALSE, FALSE, sizeof(SimThreat));
    g_array_append_val(move->threats, threat);
    return TRUE;
}

static gboolean
read_failure(DroverFailure **failure, const SimMove *move, gint64 kind)
{
    if (kind <= 0 || kind > G_MAXINT || !drover_failure_kind_name((DroverFailureKind) kind)) {
        return FALSE;
    }
    drover_failure_free(*failure);
    *failure = sim_failure_new((DroverFailureKind) kind, move->stats.phase);
    return TRUE;
}

static gboolean
read_field(SimMove *move, const char *name, const char *text)
{
    char *end;
    gint64 value = g_ascii_strtoll(text, &end, 10);

    if (g_str_equal(name, "threat")) {
        return read_threat(move, text);
    }
    if (!*text || *end) {
        return FALSE;
    }
    if (g_str_equal(name, "trouble")) {
        return read_failure(&move->trouble, move, value);
    }
    if (g_str_equal(name, "warning")) {
        return read_failure(&move->warning, move, value);
    }
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (g_str_equal(fields[i].name, name)) {
            set(move, &fields[i], value);
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
sim_move_read(SimMove *move, char **words)
{
    for (guint i = 0; words[i]; i++) {
        char *equals = strchr(words[i], '=');

        if (!equals) {
            return FALSE;
        }
        *equals = '\0';
        if (!read_field(move, words[i], equals + 1)) {
            return FALSE;
        }
    }
    /* The tables of phases are indexed by it. */
    return move->stats.phase >= DROVER_PHASE_CONNECTING &&
           move->stats.phase <= DROVER_PHASE_FINISHING;
}
