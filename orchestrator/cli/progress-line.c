#include "orchestrator/cli/progress-line.h"

#include <string.h>

#include "orchestrator/cli/format.h"
#include "orchestrator/cli/text.h"

enum { BAR_LEAST = 10, BAR_MOST = 40, GAP = 2 };

/* The parts in the order in which they are shown. */
typedef enum { TITLE, ROUTE, BAR, PERCENT, RATE, DIRTY, LEFT, STATUS, N_PARTS } Part;

/* Which goes first when there is no room; the percentage stays. */
static const Part dispensable[] = {ROUTE, DIRTY, STATUS, RATE, LEFT, BAR, TITLE};

typedef struct {
    char *texts[N_PARTS];  /* NULL: not shown; BAR is drawn when its width is known */
    guint widths[N_PARTS]; /* also of what is not known yet, but will need room */
    gboolean out[N_PARTS]; /* there is no room */
} Line;

static void
line_clear(Line *line)
{
    for (guint i = 0; i < N_PARTS; i++) {
        g_free(line->texts[i]);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Line, line_clear)

/*
 * Padded to @columns, so that the line does not jump about while numbers change; NULL keeps the
 * room for what is not known yet.
 */
static void
line_take(Line *line, Part part, char *text, guint columns, gboolean right)
{
    g_autofree char *owned = text;
    GString *padded = g_string_new(NULL);

    line->widths[part] = columns;
    drover_text_pad(padded, text ? text : "", columns, right);
    if (text) {
        line->widths[part] = drover_text_width(padded->str);
        line->texts[part] = g_strdup(padded->str);
    }
    g_string_free(padded, TRUE);
}

static char *
rate_text(const char *prefix, guint64 bytes_s)
{
    g_autofree char *rate = drover_format_rate(bytes_s);

    return g_strconcat(prefix, rate, NULL);
}

static char *
left_text(gint64 seconds)
{
    g_autofree char *time = drover_format_seconds(seconds);

    return g_strconcat(time, " left", NULL);
}

/* JobStatus in few words: "pre-copy #2". */
static char *
status_text(const DroverJobView *view)
{
    static const char iteration[] = "pre-copy iteration ";
    const char *detail = drover_job_view_detail(view);

    if (detail && g_str_has_prefix(detail, iteration)) {
        return g_strconcat("pre-copy #", detail + strlen(iteration), NULL);
    }
    return drover_text_clean(detail ? detail : drover_job_view_state(view));
}

static void
line_take_rates(Line *line, const DroverJobView *view)
{
    line_take(line, RATE, view->bandwidth_bytes_s ? rate_text("", view->bandwidth_bytes_s) : NULL,
              9, TRUE);
    line_take(line, DIRTY,
              view->dirty_rate_bytes_s ? rate_text("dirty ", view->dirty_rate_bytes_s) : NULL, 15,
              FALSE);
    line_take(line, LEFT, view->remaining_s >= 0 ? left_text(view->remaining_s) : NULL, 9, FALSE);
    line->widths[STATUS] = MAX(line->widths[STATUS], 11);
}

static void
line_fill(Line *line, const DroverJobView *view, const DroverScreen *screen)
{
    line_take(line, TITLE, drover_text_clean(view->vm), 0, FALSE);
    line_take(
        line, ROUTE,
        g_strdup_printf("%s %s %s", view->source, drover_screen_arrow(screen), view->destination),
        0, FALSE);
    line_take(line, PERCENT, g_strdup_printf("%u %%", view->percent), 5, TRUE);
    line_take(line, STATUS, status_text(view), 0, FALSE);
    if (view->is_moving) {
        line_take_rates(line, view);
    }
    line->texts[BAR] = g_strdup("");
    line->widths[BAR] = BAR_LEAST;
}

static guint
line_width(const Line *line)
{
    guint width = 0;

    for (guint i = 0; i < N_PARTS; i++) {
        if (!line->out[i] && line->widths[i]) {
            width += line->widths[i] + (width ? GAP : 0);
        }
    }
    return width;
}

/* TRUE: it fits now that the status is shorter. */
static gboolean
line_cut_status(Line *line, const DroverScreen *screen, guint excess)
{
    enum { LEAST = 12 };
    char *cut;

    if (line->widths[STATUS] < excess + LEAST) {
        return FALSE;
    }
    line->widths[STATUS] -= excess;
    cut =
        drover_text_cut(line->texts[STATUS], line->widths[STATUS], drover_screen_ellipsis(screen));
    g_free(line->texts[STATUS]);
    line->texts[STATUS] = cut;
    return TRUE;
}

/* Leaves out parts until the rest fits; the status is shortened rather than left out. */
static void
line_fit(Line *line, const DroverScreen *screen, guint columns)
{
    for (guint i = 0; i < G_N_ELEMENTS(dispensable) && line_width(line) > columns; i++) {
        Part part = dispensable[i];

        if (part == STATUS && line_cut_status(line, screen, line_width(line) - columns)) {
            return;
        }
        line->out[part] = TRUE;
    }
    if (!line->out[BAR]) {
        line->widths[BAR] = MIN(line->widths[BAR] + columns - line_width(line), BAR_MOST);
    }
}

static void
paint_run(
    const DroverScreen *screen, GString *out, DroverStyle style, const char *character, guint count)
{
    GString *run = g_string_new(NULL);
    g_autofree char *text = NULL;

    for (guint i = 0; i < count; i++) {
        g_string_append(run, character);
    }
    text = g_string_free(run, FALSE);
    drover_screen_paint(screen, out, style, text);
}

static void
paint_bar(const DroverScreen *screen, GString *out, const DroverJobView *view, guint columns)
{
    guint inner = screen->is_utf8 ? columns : columns - 2;
    guint full = inner * view->percent / 100;
    DroverStyle style = view->is_moving ? DROVER_STYLE_GOOD : DROVER_STYLE_WARNING;

    g_string_append(out, screen->is_utf8 ? "" : "[");
    paint_run(screen, out, style, screen->is_utf8 ? "━" : "#", full);
    paint_run(screen, out, DROVER_STYLE_DIM, screen->is_utf8 ? "─" : "-", inner - full);
    g_string_append(out, screen->is_utf8 ? "" : "]");
}

char *
drover_progress_line(const DroverJobView *view, const DroverScreen *screen, guint columns)
{
    static const DroverStyle styles[N_PARTS] = {
        [TITLE] = DROVER_STYLE_BOLD, [DIRTY] = DROVER_STYLE_DIM, [STATUS] = DROVER_STYLE_DIM};
    g_auto(Line) line = {0};
    GString *out = g_string_new(NULL);

    line_fill(&line, view, screen);
    line_fit(&line, screen, columns);
    for (guint i = 0; i < N_PARTS; i++) {
        if (line.out[i] || !line.texts[i]) {
            continue;
        }
        g_string_append(out, out->len ? "  " : "");
        if (i == BAR) {
            paint_bar(screen, out, view, line.widths[BAR]);
        } else {
            drover_screen_paint(screen, out, styles[i], line.texts[i]);
        }
    }
    return g_string_free(out, FALSE);
}

char *
drover_progress_text(const DroverJobView *view)
{
    const char *detail = drover_job_view_detail(view);
    g_autofree char *rate = rate_text(", ", view->bandwidth_bytes_s);
    g_autofree char *dirty = rate_text(", dirty ", view->dirty_rate_bytes_s);
    g_autofree char *left = left_text(MAX(view->remaining_s, 0));
    g_autofree char *text =
        g_strdup_printf("%s: %u %%, %s%s%s%s%s%s%s", view->vm, view->percent,
                        drover_job_view_state(view), detail ? ", " : "", detail ? detail : "",
                        view->is_moving && view->bandwidth_bytes_s ? rate : "",
                        view->is_moving && view->dirty_rate_bytes_s ? dirty : "",
                        view->is_moving && view->remaining_s >= 0 ? ", " : "",
                        view->is_moving && view->remaining_s >= 0 ? left : "");

    return drover_text_clean(text);
}
