/*
 * The two queries of WQL that walk associations, which clients of Hyper-V write more often than
 * SELECT:
 *
 *   ASSOCIATORS OF {path} [WHERE [AssocClass = C] [ResultClass = C] [Role = R] [ResultRole = R]]
 *   REFERENCES OF {path} [WHERE [ResultClass = C] [Role = R]]
 *
 * Ownership: a walk owns its parts.
 * Errors:    CIM_ERR_INVALID_QUERY.
 * Thread:    plain data.
 * Source:    WQL as WMI has it.
 */
#pragma once

#include "cim/path.h"

typedef struct {
    gboolean to_references;
    CimPath *path;
    /* NULL: any */
    char *assoc_class;
    char *result_class;
    char *role;
    char *result_role;
} CimQueryWalk;

/* Whether @text is one of them, by its first word. */
gboolean cim_query_is_walk(const char *text);
/* @walk: zeroed before, and cleared by the caller whatever the outcome. */
gboolean cim_query_walk_parse(const char *text, CimQueryWalk *walk, GError **error);
void cim_query_walk_clear(CimQueryWalk *walk);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CimQueryWalk, cim_query_walk_clear)
