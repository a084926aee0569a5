/*
 * Text on a screen: how wide it is, and how it is cut and padded.
 *
 * Ownership: results are (transfer full).
 * Thread:    any.
 */
#pragma once

#include <glib.h>

/* Columns that UTF-8 @text takes: wide characters two, combining ones none. */
guint drover_text_width(const char *text);
/* @text without control characters: what a guest is called must not steer a terminal. */
char *drover_text_clean(const char *text);
/* At most @columns of @text; what is cut off is marked by @ellipsis ("…", "..."). */
char *drover_text_cut(const char *text, guint columns, const char *ellipsis);
/* Appends @text, filled with spaces to @columns on the left (@right aligned) or on the right. */
void drover_text_pad(GString *out, const char *text, guint columns, gboolean right);
/*
 * Appends @text word by word and a newline.  The first line begins at @column, the others are
 * indented by
 * @indent; none is wider than @columns unless a word is.  @columns 0: one line.
 */
void drover_text_wrap(GString *out, const char *text, guint column, guint indent, guint columns);
/*
 * The candidate that @word was probably meant to be: it begins so, or differs by little.
 * @candidates: NULL-terminated.  Returns (transfer none): NULL if none is near.
 */
const char *drover_text_nearest(const char *word, const char *const *candidates);
