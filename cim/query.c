#include "cim/query.h"

#include "cim/query-private.h"

gboolean
cim_query_language_from_name(const char *name, CimQueryLanguage *language, GError **error)
{
    static const struct {
        const char *name;
        CimQueryLanguage language;
    } languages[] = {
        {"WQL", CIM_QUERY_WQL},      {"WQL1", CIM_QUERY_WQL}, {"WQL2", CIM_QUERY_WQL},
        {"DMTF:CQL", CIM_QUERY_CQL}, {"CQL", CIM_QUERY_CQL},  {"CIM:CQL", CIM_QUERY_CQL},
        {"DMTF:FQL", CIM_QUERY_FQL}, {"FQL", CIM_QUERY_FQL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
        if (g_ascii_strcasecmp(name, languages[i].name) != 0)
            continue;
        *language = languages[i].language;
        return TRUE;
    }
    g_set_error(error, CIM_ERROR, CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED,
                "no query language '%s': use WQL, DMTF:CQL or DMTF:FQL", name);
    return FALSE;
}

gboolean
cim_query_invalid(GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_QUERY, "query: %s", message);
    return FALSE;
}

/* --- the tree -------------------------------------------------------------------------------- */

void
cim_query_operand_clear(CimQueryOperand *operand)
{
    g_clear_pointer(&operand->steps, g_array_unref);
    cim_value_clear(&operand->literal);
}

CimQueryNode *
cim_query_node_new(CimQueryNodeKind kind)
{
    CimQueryNode *node = g_new0(CimQueryNode, 1);

    node->kind = kind;
    if (kind == CIM_QUERY_AND || kind == CIM_QUERY_OR || kind == CIM_QUERY_NOT)
        node->children = g_ptr_array_new_with_free_func((GDestroyNotify) cim_query_node_free);
    return node;
}

void
cim_query_node_free(CimQueryNode *node)
{
    if (!node)
        return;
    g_clear_pointer(&node->children, g_ptr_array_unref);
    cim_query_operand_clear(&node->left);
    cim_query_operand_clear(&node->right);
    cim_query_pattern_free(node->pattern);
    g_free(node->class_name);
    g_free(node);
}

void
cim_query_free(CimQuery *query)
{
    if (!query)
        return;
    cim_query_node_free(query->where);
    g_clear_pointer(&query->properties, g_ptr_array_unref);
    g_free(query->class_name);
    g_free(query->alias);
    g_free(query);
}

const char *
cim_query_class_name(const CimQuery *query)
{
    return query->class_name;
}

const char *const *
cim_query_properties(const CimQuery *query)
{
    return query->properties ? (const char *const *) query->properties->pdata : NULL;
}
