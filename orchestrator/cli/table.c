#include "orchestrator/cli/table.h"

#include "orchestrator/cli/text.h"

#define GAP "  "

typedef struct {
    const DroverColumn *columns;
    guint n_columns;
    guint n_rows;
    char **cells; /* row by row; NULL: nothing to show */
    guint *widths;
    gboolean *shown;
} Layout;

static void
layout_clear(Layout *layout)
{
    for (guint i = 0; i < layout->n_rows * layout->n_columns; i++) {
        g_free(layout->cells[i]);
    }
    g_free(layout->cells);
    g_free(layout->widths);
    g_free(layout->shown);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layout, layout_clear)

static void
layout_measure(Layout *layout, guint column)
{
    guint width = drover_text_width(layout->columns[column].title);
    gboolean any = FALSE;

    for (guint row = 0; row < layout->n_rows; row++) {
        const char *cell = layout->cells[row * layout->n_columns + column];

        any = any || cell;
        width = MAX(width, cell ? drover_text_width(cell) : 1);
    }
    layout->widths[column] = width;
    layout->shown[column] = any || !layout->columns[column].optional;
}

static void
layout_fill(Layout *layout, const GPtrArray *rows, gconstpointer context)
{
    layout->cells = g_new0(char *, layout->n_rows * layout->n_columns + 1);
    layout->widths = g_new0(guint, layout->n_columns);
    layout->shown = g_new0(gboolean, layout->n_columns);
    for (guint row = 0; row < layout->n_rows; row++) {
        for (guint column = 0; column < layout->n_columns; column++) {
            g_autofree char *text =
                layout->columns[column].text(g_ptr_array_index(rows, row), context);

            if (text && *text) {
                layout->cells[row * layout->n_columns + column] = drover_text_clean(text);
            }
        }
    }
    for (guint column = 0; column < layout->n_columns; column++) {
        layout_measure(layout, column);
    }
}

static guint
last_shown(const Layout *layout)
{
    guint last = 0;

    for (guint column = 0; column < layout->n_columns; column++) {
        last = layout->shown[column] ? column : last;
    }
    return last;
}

/* The last column's share of the screen; G_MAXUINT: there is no limit. */
static guint
last_room(const Layout *layout, const DroverScreen *screen)
{
    enum { LEAST = 8 };
    guint last = last_shown(layout);
    guint used = 0;

    for (guint column = 0; column < last; column++) {
        used += layout->shown[column] ? layout->widths[column] + 2 : 0;
    }
    if (!screen->columns) {
        return G_MAXUINT;
    }
    return screen->columns > used + LEAST ? screen->columns - used : LEAST;
}

static void
print_cell(const Layout *layout,
           guint column,
           const char *text,
           DroverStyle style,
           const DroverScreen *screen,
           GString *out)
{
    gboolean is_last = column == last_shown(layout);
    guint room = is_last ? last_room(layout, screen) : G_MAXUINT;
    g_autofree char *cut = drover_text_cut(text, room, drover_screen_ellipsis(screen));
    g_autofree char *padded = NULL;
    GString *cell = g_string_new(NULL);
    gboolean right = layout->columns[column].right;

    drover_text_pad(cell, cut, is_last && !right ? 0 : MIN(layout->widths[column], room), right);
    padded = g_string_free(cell, FALSE);
    drover_screen_paint(screen, out, style, padded);
    g_string_append(out, is_last ? "\n" : GAP);
}

static void
print_row(
    const Layout *layout, guint row, gconstpointer object, const DroverScreen *screen, GString *out)
{
    for (guint column = 0; column < layout->n_columns; column++) {
        const DroverColumn *info = &layout->columns[column];
        const char *text = layout->cells[row * layout->n_columns + column];

        if (layout->shown[column]) {
            print_cell(layout, column, text ? text : "-",
                       text && info->style ? info->style(object) : DROVER_STYLE_PLAIN, screen, out);
        }
    }
}

char *
drover_table_print(const DroverColumn *columns,
                   guint n_columns,
                   const GPtrArray *rows,
                   gconstpointer context,
                   const DroverScreen *screen)
{
    g_auto(Layout) layout = {.columns = columns, .n_columns = n_columns, .n_rows = rows->len};
    GString *out = g_string_new(NULL);

    layout_fill(&layout, rows, context);
    for (guint column = 0; column < n_columns; column++) {
        if (layout.shown[column]) {
            print_cell(&layout, column, columns[column].title, DROVER_STYLE_DIM, screen, out);
        }
    }
    for (guint row = 0; row < rows->len; row++) {
        print_row(&layout, row, g_ptr_array_index(rows, row), screen, out);
    }
    return g_string_free(out, FALSE);
}
