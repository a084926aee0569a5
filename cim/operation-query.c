#include "cim/operation.h"

#include "cim/query.h"

static gboolean
refuse_language(const char *name, GError **error)
{
    g_set_error(error, CIM_ERROR, CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED,
                "'%s' has no SELECT: use WQL or DMTF:CQL", name);
    return FALSE;
}

/* @klass: what the query is about where it does not say so itself; NULL: anything. */
static gboolean
take_query(CimOperation *operation,
           CimQueryLanguage language,
           const char *text,
           const CimClass *klass,
           GError **error)
{
    const char *name;

    operation->query = cim_query_parse(language, text, error);
    if (!operation->query)
        return FALSE;
    name = cim_query_class_name(operation->query);
    if (name) {
        klass = cim_registry_find_class(operation->registry, name);
        if (!klass) {
            g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_QUERY, "query: no class '%s'", name);
            return FALSE;
        }
    }
    return !klass || cim_query_check(operation->query, cim_registry_schema(operation->registry),
                                     klass, error);
}

/* Makes the operation one on the class and the properties that a SELECT names. */
gboolean
cim_operation_read_select(CimOperation *operation,
                          const char *language_name,
                          const char *text,
                          GError **error)
{
    CimQueryLanguage language;
    const char *const *properties;

    if (!cim_query_language_from_name(language_name, &language, error))
        return FALSE;
    if (language == CIM_QUERY_FQL)
        return refuse_language(language_name, error);
    if (!take_query(operation, language, text, NULL, error))
        return FALSE;
    properties = cim_query_properties(operation->query);
    operation->klass =
        cim_registry_find_class(operation->registry, cim_query_class_name(operation->query));
    operation->properties = g_strdupv((char **) properties);
    return TRUE;
}

gboolean
cim_operation_read_filter(CimOperation *operation, const CimClass *klass, GError **error)
{
    const char *name = operation->texts[CIM_OPERATION_FILTER_QUERY_LANGUAGE];
    const char *text = operation->texts[CIM_OPERATION_FILTER_QUERY];
    CimQueryLanguage language;

    if (!name && !text)
        return TRUE;
    if (!name || !text) {
        g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER,
                    "FilterQuery and FilterQueryLanguage need each other");
        return FALSE;
    }
    return cim_query_language_from_name(name, &language, error) &&
           take_query(operation, language, text, klass, error);
}

gboolean
cim_operation_wants(const CimOperation *operation, const CimBinding *binding, gconstpointer object)
{
    const CimQueryRow row = {
        .schema = cim_registry_schema(operation->registry),
        .binding = binding,
        .object = object,
    };

    return !operation->query || cim_query_matches(operation->query, &row);
}

void
cim_operation_exec_query(CimOperation *operation)
{
    g_autoptr(GError) error = NULL;

    if (cim_operation_read_select(operation, operation->texts[CIM_OPERATION_QUERY_LANGUAGE],
                                  operation->texts[CIM_OPERATION_QUERY], &error))
        cim_operation_answer(operation, cim_operation_each_instance, CIM_FORM_OBJECT);
    else
        cim_call_fail_gerror(operation->call, error);
}
