#include "cim/query-private.h"

typedef struct {
    const CimQuery *query;
    const CimSchema *schema;
    const CimClass *klass;
    GError **error;
} Check;

/* In the class, or in a subclass that has it. */
static const CimProperty *
find_property(const Check *check, const char *name)
{
    const CimProperty *property = cim_class_find_property(check->klass, name);

    for (guint i = 0; !property && i < check->schema->n_classes; i++)
        if (cim_class_is_a(check->schema->classes[i], check->klass->name))
            property = cim_class_find_property(check->schema->classes[i], name);
    return property;
}

static gboolean
is_system_name(const char *name)
{
    return g_ascii_strcasecmp(name, "__CLASS") == 0;
}

static gboolean
check_path(const Check *check, const CimQueryOperand *operand, const CimProperty **property)
{
    const CimQueryStep *step;

    *property = NULL;
    if (!operand->steps)
        return TRUE;
    if (operand->steps->len == 0)
        return cim_query_invalid(check->error, "an instance cannot be compared");
    step = &g_array_index(operand->steps, CimQueryStep, 0);
    if (is_system_name(step->name) && operand->steps->len == 1)
        return TRUE;
    *property = find_property(check, step->name);
    if (!*property)
        return cim_query_invalid(check->error, "class '%s' has no property '%s'",
                                 check->klass->name, step->name);
    if (step->index >= 0 && !(*property)->is_array)
        return cim_query_invalid(check->error, "property '%s' is no array", step->name);
    if (operand->steps->len == 1)
        return TRUE;
    if ((*property)->type != CIM_TYPE_INSTANCE)
        return cim_query_invalid(check->error, "property '%s' has no properties of its own",
                                 step->name);
    *property = NULL; /* what is inside is not known */
    return TRUE;
}

/* An array is compared element by element, or not at all. */
static gboolean
check_array(const Check *check, const CimQueryOperand *operand, const CimProperty *property)
{
    gboolean indexed = g_array_index(operand->steps, CimQueryStep, 0).index >= 0;
    gboolean whole = property->is_array && !indexed;

    if (whole && operand->quantifier == CIM_QUERY_ONE)
        return cim_query_invalid(
            check->error, "array '%s' needs an index, or ANY or EVERY before it", property->name);
    if (!whole && operand->quantifier != CIM_QUERY_ONE)
        return cim_query_invalid(check->error, "'%s' is one value", property->name);
    return TRUE;
}

/* A literal must be something that the property could be. */
static gboolean
check_literal(const Check *check, const CimProperty *property, const CimValue *literal)
{
    gboolean is_number = cim_type_is_unsigned(literal->type) || cim_type_is_signed(literal->type) ||
                         cim_type_is_real(literal->type);
    gboolean takes_number = cim_type_is_unsigned(property->type) ||
                            cim_type_is_signed(property->type) || cim_type_is_real(property->type);
    g_auto(CimValue) copy = {0};

    if (property->type == CIM_TYPE_INSTANCE)
        return cim_query_invalid(check->error, "property '%s' holds instances", property->name);
    if (is_number && takes_number) /* also one that is out of its range: then it is never equal */
        return TRUE;
    if (!is_number || takes_number) {
        cim_value_copy(literal, &copy);
        if (cim_value_convert(&copy, property->type, NULL))
            return TRUE;
    }
    return cim_query_invalid(check->error,
                             "property '%s' is a %s, and never like what it is compared with",
                             property->name, cim_type_name(property->type));
}

static gboolean
check_comparison(const Check *check, const CimQueryNode *node)
{
    const CimProperty *left;
    const CimProperty *right;

    if (!check_path(check, &node->left, &left) || !check_path(check, &node->right, &right) ||
        (left && !check_array(check, &node->left, left)) ||
        (right && !check_array(check, &node->right, right)))
        return FALSE;
    if (left && !node->right.steps)
        return check_literal(check, left, &node->right.literal);
    return !right || node->left.steps || check_literal(check, right, &node->left.literal);
}

static gboolean
check_like(const Check *check, const CimQueryNode *node)
{
    const CimProperty *property;

    if (!check_path(check, &node->left, &property) ||
        (property && !check_array(check, &node->left, property)))
        return FALSE;
    if (!property || property->type == CIM_TYPE_STRING || property->type == CIM_TYPE_CHAR16)
        return TRUE;
    return cim_query_invalid(check->error, "property '%s' is no string: LIKE needs one",
                             property->name);
}

static gboolean
check_isa(const Check *check, const CimQueryNode *node)
{
    const CimProperty *property = NULL;

    if (!node->left.steps)
        return cim_query_invalid(check->error, "ISA behind something that is no instance");
    if (node->left.steps->len > 0 && !check_path(check, &node->left, &property))
        return FALSE;
    if (property && property->type != CIM_TYPE_INSTANCE)
        return cim_query_invalid(check->error, "property '%s' holds no instance", property->name);
    return TRUE;
}

static gboolean
check_node(const Check *check, const CimQueryNode *node)
{
    const CimProperty *property;

    switch (node->kind) {
    case CIM_QUERY_COMPARE: return check_comparison(check, node);
    case CIM_QUERY_LIKE: return check_like(check, node);
    case CIM_QUERY_ISA: return check_isa(check, node);
    case CIM_QUERY_IS_NULL: return check_path(check, &node->left, &property);
    default: break;
    }
    for (guint i = 0; i < node->children->len; i++)
        if (!check_node(check, node->children->pdata[i]))
            return FALSE;
    return TRUE;
}

gboolean
cim_query_check(const CimQuery *query,
                const CimSchema *schema,
                const CimClass *klass,
                GError **error)
{
    const Check check = {query, schema, klass, error};
    const char *const *name = cim_query_properties(query);

    for (; name && *name; name++)
        if (!is_system_name(*name) && !find_property(&check, *name))
            return cim_query_invalid(error, "class '%s' has no property '%s'", klass->name, *name);
    return !query->where || check_node(&check, query->where);
}
