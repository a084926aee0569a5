/*
 * The syntax tree of a query, for those who make it (query-parser.c), check it (query-check.c) and
 * ask it (query-match.c).
 *
 * Ownership: a query owns its tree.
 * Thread:    constant once it is made.
 * Source:    cim/query.h.
 */
#pragma once

#include "cim/query-like.h"
#include "cim/query.h"

typedef enum { CIM_QUERY_ONE, CIM_QUERY_ANY, CIM_QUERY_EVERY } CimQueryQuantifier;

/* `Class::Name[3]` */
typedef struct {
    char *scope; /* NULL: none */
    char *name;
    int index; /* -1: none */
} CimQueryStep;

typedef struct {
    GArray *steps; /* of CimQueryStep; none: the instance itself.  NULL: a literal */
    CimQueryQuantifier quantifier;
    CimValue literal;
} CimQueryOperand;

typedef enum {
    CIM_QUERY_AND,
    CIM_QUERY_OR,
    CIM_QUERY_NOT,
    CIM_QUERY_COMPARE,
    CIM_QUERY_LIKE,
    CIM_QUERY_ISA,
    CIM_QUERY_IS_NULL,
} CimQueryNodeKind;

typedef enum {
    CIM_QUERY_EQ,
    CIM_QUERY_NE,
    CIM_QUERY_LT,
    CIM_QUERY_LE,
    CIM_QUERY_GT,
    CIM_QUERY_GE,
} CimQueryComparison;

typedef struct {
    CimQueryNodeKind kind;
    GPtrArray *children; /* of CimQueryNode; AND, OR, NOT */
    CimQueryOperand left;
    CimQueryOperand right; /* COMPARE */
    CimQueryComparison comparison;
    CimQueryPattern *pattern; /* LIKE */
    char *class_name;         /* ISA */
} CimQueryNode;

struct _CimQuery {
    CimQueryLanguage language;
    char *class_name;
    char *alias;           /* NULL: none */
    GPtrArray *properties; /* of char *, with a NULL at the end; NULL: all */
    CimQueryNode *where;   /* NULL: no condition */
};

CimQueryNode *cim_query_node_new(CimQueryNodeKind kind);
void cim_query_node_free(CimQueryNode *node);
void cim_query_operand_clear(CimQueryOperand *operand);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimQueryNode, cim_query_node_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CimQueryOperand, cim_query_operand_clear)

gboolean cim_query_invalid(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
