#include "orchestrator/cli/trace-table.h"

#include "cim/instance.h"
#include "orchestrator/cli/format.h"

static const char *
string(const CimInstance *entry, const char *name)
{
    return cim_instance_get_string(entry, name);
}

static guint64
number(const CimInstance *entry, const char *name)
{
    return cim_instance_get_uint(entry, name, 0);
}

static gint64
codes(const CimInstance *entry, const char *name)
{
    const CimValue *value = cim_instance_find(entry, name);

    return value && !value->is_null ? cim_value_get_sint(value, 0) : 0;
}

static gboolean
is_gap(const CimInstance *entry)
{
    return !string(entry, "Kind");
}

/* --- columns --------------------------------------------------------------------------------- */

static char *
time_cell(gconstpointer entry, gconstpointer context)
{
    const CimValue *value = cim_instance_find(entry, "Time");
    g_autofree char *seconds = NULL;

    if (!value || value->is_null || value->datetime.is_interval) {
        return NULL;
    }
    seconds = drover_format_time(value->datetime.us, value->datetime.us);
    return g_strdup_printf("%s.%03d", seconds,
                           (int) (value->datetime.us % G_USEC_PER_SEC / G_TIME_SPAN_MILLISECOND));
}

static char *
elapsed_cell(gconstpointer entry, gconstpointer context)
{
    guint64 ms = number(entry, "ElapsedMilliseconds");

    return is_gap(entry)
               ? NULL
               : g_strdup_printf("+%" G_GUINT64_FORMAT ".%03u", ms / 1000, (guint) (ms % 1000));
}

static char *
kind_cell(gconstpointer entry, gconstpointer context)
{
    return g_strdup(string(entry, "Kind"));
}

static char *
what_cell(gconstpointer entry, gconstpointer context)
{
    return g_strdup(string(entry, "What"));
}

static char *
host_cell(gconstpointer entry, gconstpointer context)
{
    return g_strdup(string(entry, "Host"));
}

static void
add(GString *text, const char *format, ...)
{
    va_list arguments;

    if (text->len) {
        g_string_append(text, ", ");
    }
    va_start(arguments, format);
    g_string_append_vprintf(text, format, arguments);
    va_end(arguments);
}

static void
add_bytes(GString *text, const CimInstance *entry, const char *name, const char *words)
{
    g_autofree char *bytes = drover_format_bytes(number(entry, name));

    if (number(entry, name)) {
        add(text, "%s %s", bytes, words);
    }
}

static void
add_figures(GString *text, const CimInstance *entry)
{
    guint64 downtime = number(entry, "DowntimeMilliseconds");

    if (!string(entry, "Phase")) {
        return;
    }
    if (number(entry, "Iteration")) {
        add(text, "iteration %" G_GUINT64_FORMAT, number(entry, "Iteration"));
    }
    add_bytes(text, entry, "DiskRemainingBytes", "of disks to go");
    add_bytes(text, entry, "MemoryRemainingBytes", "to go");
    add_bytes(text, entry, "BandwidthBytesPerSecond", "a second");
    add_bytes(text, entry, "DirtyRateBytesPerSecond", "dirtied a second");
    if (number(entry, "ThrottlePercent")) {
        add(text, "throttled %" G_GUINT64_FORMAT " %%", number(entry, "ThrottlePercent"));
    }
    if (downtime) {
        add(text, "pause %" G_GUINT64_FORMAT " ms", downtime);
    }
}

static char *
detail_cell(gconstpointer entry, gconstpointer context)
{
    GString *text = g_string_new(string(entry, "Detail"));

    add_figures(text, entry);
    if (string(entry, "MessageID")) {
        add(text, "%s", string(entry, "MessageID"));
    }
    if (string(entry, "FailureText")) {
        add(text, "%s", string(entry, "FailureText"));
    }
    if (codes(entry, "Code")) {
        g_string_append_printf(text,
                               " [%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "]",
                               codes(entry, "Code"), codes(entry, "Domain"), codes(entry, "Int1"));
    }
    return g_string_free(text, FALSE);
}

static const DroverColumn columns[] = {
    {.title = "TIME", .text = time_cell},
    {.title = "ELAPSED", .text = elapsed_cell, .right = TRUE},
    {.title = "KIND", .text = kind_cell},
    {.title = "WHAT", .text = what_cell},
    {.title = "HOST", .text = host_cell, .optional = TRUE},
    {.title = "DETAIL", .text = detail_cell},
};

/* --- the table ------------------------------------------------------------------------------- */

/* A line that stands for what was dropped, before the entry that follows. */
static CimInstance *
gap_before(const CimInstance *entry, guint64 expected)
{
    guint64 dropped = number(entry, "Sequence") - expected;
    g_autofree char *words = g_strdup_printf("%" G_GUINT64_FORMAT " entries were dropped", dropped);
    CimInstance *gap = cim_instance_new("Drover_TraceEntry");

    cim_instance_set_string(gap, "Detail", words);
    return gap;
}

char *
drover_trace_print(const GPtrArray *entries, const DroverScreen *screen)
{
    g_autoptr(GPtrArray) gaps = g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    guint64 expected = 1;

    for (guint i = 0; i < entries->len; i++) {
        CimInstance *entry = entries->pdata[i];

        if (number(entry, "Sequence") > expected) {
            g_ptr_array_add(gaps, gap_before(entry, expected));
            g_ptr_array_add(rows, gaps->pdata[gaps->len - 1]);
        }
        g_ptr_array_add(rows, entry);
        expected = number(entry, "Sequence") + 1;
    }
    return drover_table_print(columns, G_N_ELEMENTS(columns), rows, NULL, screen);
}
