/*
 * Where output goes: how wide it is, what it can show, and whether colours are wanted.
 *
 * Thread:  any.
 * Source:  https://no-color.org (NO_COLOR), ECMA-48 (SGR).
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean is_live;   /* a terminal on which a line can be drawn again */
    gboolean has_color; /* colours are wanted */
    gboolean is_utf8;   /* arrows, bars and dots may be Unicode */
    guint columns;      /* 0: no limit (no terminal) */
    guint lines;        /* 0: no limit */
} DroverScreen;

typedef enum {
    DROVER_STYLE_PLAIN,
    DROVER_STYLE_BOLD,
    DROVER_STYLE_DIM,
    DROVER_STYLE_GOOD,
    DROVER_STYLE_WARNING,
    DROVER_STYLE_BAD,
} DroverStyle;

/* @color: "auto" (NULL), "always" or "never". FALSE: none of them. */
gboolean drover_screen_init(DroverScreen *screen, int fd, const char *color);
/* Asks the terminal for its size again: it may have changed. */
void drover_screen_measure(DroverScreen *screen, int fd);
/* Appends @text in @style; just @text when there are no colours. */
void
drover_screen_paint(const DroverScreen *screen, GString *out, DroverStyle style, const char *text);
/* "→" or "->", "…" or "...". */
const char *drover_screen_arrow(const DroverScreen *screen);
const char *drover_screen_ellipsis(const DroverScreen *screen);
