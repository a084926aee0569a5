#include "cim/operation.h"

#include "cim/query-walk.h"

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

/* ASSOCIATORS OF and REFERENCES OF */

static gboolean
find_walk_class(CimOperation *operation, const char *name, const CimClass **klass, GError **error)
{
    *klass = name ? cim_registry_find_class(operation->registry, name) : NULL;
    if (*klass || !name)
        return TRUE;
    g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_QUERY, "query: no class '%s'", name);
    return FALSE;
}

/* The path is one of the namespace that is asked, and of an instance. */
static gboolean
check_start(CimOperation *operation, CimPath *path, GError **error)
{
    const char *name_space = cim_namespace_name(operation->name_space);
    g_autoptr(GError) cause = NULL;

    if (!path->name_space || cim_namespace_equal(path->name_space, name_space)) {
        if (cim_path_check(path, operation->klass, &cause))
            return TRUE;
        g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_QUERY, "query: %s", cause->message);
        return FALSE;
    }
    g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_QUERY,
                "query: the path is of namespace '%s', and the call of '%s'", path->name_space,
                name_space);
    return FALSE;
}

static gboolean
read_walk(CimOperation *operation, CimQueryWalk *walk, GError **error)
{
    if (!cim_query_walk_parse(operation->texts[CIM_OPERATION_QUERY], walk, error) ||
        !find_walk_class(operation, walk->path->class_name, &operation->klass, error) ||
        !find_walk_class(operation, walk->assoc_class, &operation->association, error) ||
        !find_walk_class(operation, walk->result_class, &operation->result, error) ||
        !check_start(operation, walk->path, error))
        return FALSE;
    operation->path = g_steal_pointer(&walk->path);
    operation->texts[CIM_OPERATION_ROLE] = g_steal_pointer(&walk->role);
    operation->texts[CIM_OPERATION_RESULT_ROLE] = g_steal_pointer(&walk->result_role);
    return TRUE;
}

static void
exec_walk(CimOperation *operation)
{
    g_auto(CimQueryWalk) walk = {0};
    g_autoptr(GError) error = NULL;

    if (!read_walk(operation, &walk, &error))
        cim_call_fail_gerror(operation->call, error);
    else if (walk.to_references)
        cim_operation_answer(operation, cim_operation_each_reference, CIM_FORM_OBJECT);
    else
        cim_operation_answer(operation, cim_operation_each_associator, CIM_FORM_OBJECT);
}

static gboolean
is_walk(const CimOperation *operation)
{
    CimQueryLanguage language;

    return cim_query_language_from_name(operation->texts[CIM_OPERATION_QUERY_LANGUAGE], &language,
                                        NULL) &&
           language == CIM_QUERY_WQL && cim_query_is_walk(operation->texts[CIM_OPERATION_QUERY]);
}

void
cim_operation_exec_query(CimOperation *operation)
{
    g_autoptr(GError) error = NULL;

    if (is_walk(operation))
        exec_walk(operation);
    else if (cim_operation_read_select(operation, operation->texts[CIM_OPERATION_QUERY_LANGUAGE],
                                       operation->texts[CIM_OPERATION_QUERY], &error))
        cim_operation_answer(operation, cim_operation_each_instance, CIM_FORM_OBJECT);
    else
        cim_call_fail_gerror(operation->call, error);
}
