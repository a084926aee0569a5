/*
 * Patterns of LIKE, matched in time proportional to text times pattern, whatever they say.
 *
 * Errors:    CIM_ERR_INVALID_QUERY.
 * Thread:    constant once made.
 * Source:    DSP0202 (CQL's basic regular expressions), DSP0212; WQL as WMI has it.
 */
#pragma once

#include <glib.h>

typedef struct _CimQueryPattern CimQueryPattern;

/* @is_wql: % _ [a-z] [^a-z], in any case; else . [a-z] [^a-z] * + ? and backslashes. */
CimQueryPattern *cim_query_pattern_new(const char *text, gboolean is_wql, GError **error);
void cim_query_pattern_free(CimQueryPattern *pattern);
/* All of @text, not a part. */
gboolean cim_query_pattern_matches(const CimQueryPattern *pattern, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimQueryPattern, cim_query_pattern_free)
