/*
 * Queries: which instances somebody wants, and what of them.
 *
 * Languages: WQL and DMTF:CQL, from which this takes `SELECT list FROM class [alias] [WHERE …]`;
 *            DMTF:FQL, which is the condition alone.  A condition has AND, OR, NOT, parentheses,
 *            = <> != < <= > >=, LIKE, ISA, IS [NOT] NULL; its operands are literals and property
 *            paths: through embedded instances (`SourceInstance.JobState`), with the class that has
 *            the property (`SourceInstance.CIM_Job::JobState`), with an index
 *            (`OperationalStatus[0]`), and ANY or EVERY before an array.  WQL's strings compare in
 *            any case, its LIKE has % _ [a-z]; the others compare as they are, and their LIKE has
 *            . [a-z] * + ? and a backslash before what is meant literally.  `__CLASS` is the
 *            instance's class.  No joins, functions, arithmetic or ORDER BY.
 * NULL:      a comparison with NULL is neither true nor false; only what is true is wanted.
 * Bounds:    length, depth and patterns, so that a hostile query costs no more than a plain one.
 * Errors:    CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED; CIM_ERR_INVALID_QUERY with the place.
 * Thread:    a query is constant once it is made.
 * Source:    DSP0202 (CQL), DSP0212 (FQL), DSP0200 5.3.2.13 (ExecQuery); WQL as WMI has it.
 */
#pragma once

#include "cim/binding.h"

typedef struct _CimQuery CimQuery;

typedef enum { CIM_QUERY_WQL, CIM_QUERY_CQL, CIM_QUERY_FQL } CimQueryLanguage;

/* "WQL", "DMTF:CQL", "DMTF:FQL" and what clients write for them, in any case. */
gboolean cim_query_language_from_name(const char *name, CimQueryLanguage *language, GError **error);

CimQuery *cim_query_parse(CimQueryLanguage language, const char *text, GError **error);
void cim_query_free(CimQuery *query);

/* What stands behind FROM; NULL in FQL. */
const char *cim_query_class_name(const CimQuery *query);
/* The properties of the class that the select list names, NULL-terminated; an embedded one for
 * which a path goes on is there as a whole.  NULL: all. */
const char *const *cim_query_properties(const CimQuery *query);

/*
 * Whether the query makes sense for instances of @klass and its subclasses: properties that they
 * have, and values that fit.  CIM_ERR_INVALID_QUERY.  What is inside of embedded instances is not
 * known before there is one.
 */
gboolean cim_query_check(const CimQuery *query,
                         const CimSchema *schema,
                         const CimClass *klass,
                         GError **error);

/* Something that has properties: a provider's object, or an instance. */
typedef struct {
    const CimSchema *schema;   /* nullable: ISA and :: then know nothing but equal names */
    const CimBinding *binding; /* with @object; NULL: @instance */
    gconstpointer object;
    const CimInstance *instance;
} CimQueryRow;

/* Is it one of @query's class (if it has one), and does it meet its condition? */
gboolean cim_query_matches(const CimQuery *query, const CimQueryRow *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimQuery, cim_query_free)
