/*
 * The destinations of a job, in the order in which they are tried: "beta gamma".
 *
 * Purpose:   which one comes next; a list of names with blanks between, as it is stored.
 * Ownership: lists are borrowed, results belong to the caller.
 * Thread:    pure functions.
 */
#pragma once

#include <glib.h>

/* Whether @list (nullable) has @host. */
gboolean drover_route_has(const char *list, const char *host);
/* Whether @host is the one that was asked for first; @list NULL: it is the only one. */
gboolean drover_route_is_first(const char *list, const char *host);
/* (transfer full) */
char *drover_route_first(const char *list);
/* @list (nullable, transfer full) with @host at its end. */
char *drover_route_append(char *list, const char *host);

/* Whether @host cannot be reached now. */
typedef gboolean (*DroverRouteIsLost)(const char *host, gpointer user_data);
/*
 * Where to go after @current failed: the first host behind it that is neither in @ruled_out nor
 * lost; none: the first such host of the whole list (*@again: the list has been gone through),
 * which may be
 * @current; all of them lost: the first that is not ruled out.  NULL: all are ruled out.
 * (transfer full)
 */
char *drover_route_next(const char *list,
                        const char *ruled_out,
                        const char *current,
                        DroverRouteIsLost is_lost,
                        gpointer user_data,
                        gboolean *again);
