/* Numbers among the options. */
#pragma once

#include <glib.h>

/* DROVER_EXIT_USAGE names @option ("--bandwidth"), @text and what would be right. */
gboolean drover_number_parse(const char *option,
                             const char *text,
                             guint64 least,
                             guint64 most,
                             guint64 *number,
                             GError **error);
/* "yes", "no" and their like. */
gboolean
drover_boolean_parse(const char *option, const char *text, gboolean *boolean, GError **error);
