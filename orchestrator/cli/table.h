/*
 * Tables of aligned columns: a column is a title and a getter, a row is anything.
 *
 * Thread:  any.
 */
#pragma once

#include "orchestrator/cli/screen.h"

typedef struct {
    const char *title;
    /* The cell's text (transfer full); NULL: "-". @context: as given to the print function. */
    char *(*text)(gconstpointer row, gconstpointer context);
    DroverStyle (*style)(gconstpointer row); /* NULL: plain */
    gboolean right;                          /* align */
    gboolean optional;                       /* left out when all its cells are NULL */
} DroverColumn;

/*
 * @rows: of what the columns' functions take.  On a screen the last column is cut so that a row
 * keeps to one line.  (transfer full)
 */
char *drover_table_print(const DroverColumn *columns,
                         guint n_columns,
                         const GPtrArray *rows,
                         gconstpointer context,
                         const DroverScreen *screen);
