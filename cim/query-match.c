#include <string.h>

#include "cim/query-private.h"

/* A comparison with NULL is neither true nor false. */
typedef enum { NO, YES, UNKNOWN } Truth;

typedef struct {
    const CimQuery *query;
    const CimQueryRow *row;
} Match;

static Truth
truth(gboolean condition)
{
    return condition ? YES : NO;
}

/* --- values of paths ------------------------------------------------------------------------- */

static const char *
class_of(const CimQueryRow *row)
{
    return row->binding ? row->binding->klass->name : row->instance->class_name;
}

static gboolean
is_a(const CimQueryRow *row, const char *ancestor)
{
    const CimClass *klass = row->binding ? row->binding->klass : NULL;

    if (!klass && row->schema)
        klass = cim_schema_find(row->schema, row->instance->class_name);
    return klass ? cim_class_is_a(klass, ancestor)
                 : g_ascii_strcasecmp(class_of(row), ancestor) == 0;
}

/* Initialises @value; what an instance does not have is NULL. */
static void
get_property(const CimQueryRow *row, const CimQueryStep *step, CimValue *value)
{
    const CimValue *found;
    int index;

    cim_value_init(value, CIM_TYPE_NONE, FALSE);
    if (step->scope && !is_a(row, step->scope))
        return;
    if (g_ascii_strcasecmp(step->name, "__CLASS") == 0) {
        cim_value_init(value, CIM_TYPE_STRING, FALSE);
        cim_value_set_string(value, class_of(row));
    } else if (row->binding) {
        index = cim_class_find_property_index(row->binding->klass, step->name);
        if (index >= 0)
            cim_binding_get(row->binding, row->object, index, value);
    } else {
        found = cim_instance_find(row->instance, step->name);
        if (found) {
            *value = *found;
            value->owned = FALSE;
        }
    }
}

/* Leaves the element in @value, which owns it if it did before. */
static void
take_element(CimValue *value, guint index)
{
    CimValue element;

    if (value->is_null || !value->is_array || index >= value->array.n) {
        cim_value_clear(value);
        cim_value_init(value, CIM_TYPE_NONE, FALSE);
        return;
    }
    cim_value_copy(&value->array.elements[index], &element);
    cim_value_clear(value);
    *value = element;
}

static void
get_step(const CimQueryRow *row, const CimQueryStep *step, CimValue *value)
{
    get_property(row, step, value);
    if (step->index >= 0)
        take_element(value, (guint) step->index);
}

static void get_path(const CimQueryRow *row, const CimQueryStep *steps, guint n, CimValue *value);

/* Goes on in the embedded instance that @value holds. */
static void
get_within(const CimQueryRow *row, const CimQueryStep *steps, guint n, CimValue *value)
{
    CimValue inner = {.is_null = TRUE};

    if (!value->is_null && !value->is_array && value->type == CIM_TYPE_INSTANCE) {
        const CimQueryRow embedded = {.schema = row->schema, .instance = value->instance};
        CimValue borrowed;

        get_path(&embedded, steps, n, &borrowed);
        cim_value_copy(&borrowed, &inner); /* the instance goes */
        cim_value_clear(&borrowed);
    }
    cim_value_clear(value);
    *value = inner;
}

static void
get_path(const CimQueryRow *row, const CimQueryStep *steps, guint n, CimValue *value)
{
    get_step(row, steps, value);
    if (n > 1)
        get_within(row, steps + 1, n - 1, value);
}

static void
get_operand(const CimQueryRow *row, const CimQueryOperand *operand, CimValue *value)
{
    if (operand->steps && operand->steps->len > 0) {
        get_path(row, (const CimQueryStep *) operand->steps->data, operand->steps->len, value);
        return;
    }
    *value = operand->literal;
    value->owned = FALSE;
    if (operand->steps)
        cim_value_init(value, CIM_TYPE_NONE, FALSE);
}

/* --- comparisons ----------------------------------------------------------------------------- */

static gboolean
is_integer(const CimValue *value)
{
    return cim_type_is_unsigned(value->type) || cim_type_is_signed(value->type);
}

static gboolean
is_number(const CimValue *value)
{
    return is_integer(value) || cim_type_is_real(value->type);
}

static gboolean
is_negative(const CimValue *value)
{
    return cim_type_is_signed(value->type) && value->sinteger < 0;
}

static int
order_of(gboolean less, gboolean more)
{
    return less ? -1 : more;
}

static int
compare_integers(const CimValue *a, const CimValue *b)
{
    if (is_negative(a) || is_negative(b)) {
        if (is_negative(a) != is_negative(b))
            return is_negative(a) ? -1 : 1;
        return order_of(a->sinteger<b->sinteger, a->sinteger> b->sinteger);
    }
    return order_of(a->uinteger<b->uinteger, a->uinteger> b->uinteger);
}

static double
as_real(const CimValue *value)
{
    if (cim_type_is_real(value->type))
        return value->real;
    return is_negative(value) ? (double) value->sinteger : (double) value->uinteger;
}

static int
compare_texts(const Match *match, const char *a, const char *b)
{
    g_autofree char *folded_a = NULL;
    g_autofree char *folded_b = NULL;

    if (match->query->language != CIM_QUERY_WQL)
        return strcmp(a, b);
    if (g_str_is_ascii(a) && g_str_is_ascii(b))
        return g_ascii_strcasecmp(a, b);
    folded_a = g_utf8_casefold(a, -1);
    folded_b = g_utf8_casefold(b, -1);
    return strcmp(folded_a, folded_b);
}

static Truth
decide(CimQueryComparison comparison, int order)
{
    switch (comparison) {
    case CIM_QUERY_EQ: return truth(order == 0);
    case CIM_QUERY_NE: return truth(order != 0);
    case CIM_QUERY_LT: return truth(order < 0);
    case CIM_QUERY_LE: return truth(order <= 0);
    case CIM_QUERY_GT: return truth(order > 0);
    default: return truth(order >= 0);
    }
}

static Truth
compare_reals(CimQueryComparison comparison, double a, double b)
{
    if (a != a || b != b) /* NaN */
        return truth(comparison == CIM_QUERY_NE);
    return decide(comparison, order_of(a<b, a> b));
}

/* Values that have no order are equal or not. */
static Truth
compare_same_type(const Match *match,
                  CimQueryComparison comparison,
                  const CimValue *a,
                  const CimValue *b)
{
    if (a->type == CIM_TYPE_STRING)
        return decide(comparison, compare_texts(match, a->string, b->string));
    if (a->type == CIM_TYPE_CHAR16)
        return decide(comparison, (int) a->char16 - (int) b->char16);
    if (a->type == CIM_TYPE_DATETIME && a->datetime.is_interval == b->datetime.is_interval)
        return decide(comparison,
                      order_of(a->datetime.us<b->datetime.us, a->datetime.us> b->datetime.us));
    if (comparison > CIM_QUERY_NE || a->type == CIM_TYPE_DATETIME)
        return UNKNOWN;
    return truth(cim_value_equal(a, b) == (comparison == CIM_QUERY_EQ));
}

static Truth
compare_scalars(const Match *match,
                CimQueryComparison comparison,
                const CimValue *a,
                const CimValue *b)
{
    g_auto(CimValue) converted = {0};

    if (a->is_null || b->is_null || a->is_array || b->is_array)
        return UNKNOWN;
    if (is_integer(a) && is_integer(b))
        return decide(comparison, compare_integers(a, b));
    if (is_number(a) && is_number(b))
        return compare_reals(comparison, as_real(a), as_real(b));
    if (a->type == b->type)
        return compare_same_type(match, comparison, a, b);
    /* Text that stands for something else: a number, a datetime, a path. */
    cim_value_copy(a->type == CIM_TYPE_STRING ? a : b, &converted);
    if (!cim_value_convert(&converted, a->type == CIM_TYPE_STRING ? b->type : a->type, NULL))
        return UNKNOWN;
    if (a->type == CIM_TYPE_STRING)
        return compare_scalars(match, comparison, &converted, b);
    return compare_scalars(match, comparison, a, &converted);
}

/* --- conditions ------------------------------------------------------------------------------ */

/* What a condition says of one value. */
typedef Truth (*Predicate)(const Match *match, const CimQueryNode *node, const CimValue *value);

static Truth
compare_with_right(const Match *match, const CimQueryNode *node, const CimValue *value)
{
    g_auto(CimValue) right = {0};

    get_operand(match->row, &node->right, &right);
    return compare_scalars(match, node->comparison, value, &right);
}

static Truth
is_like(const Match *match, const CimQueryNode *node, const CimValue *value)
{
    g_autoptr(GString) text = NULL;

    if (value->is_null || value->is_array)
        return UNKNOWN;
    if (value->type == CIM_TYPE_STRING)
        return truth(cim_query_pattern_matches(node->pattern, value->string));
    if (value->type != CIM_TYPE_CHAR16)
        return UNKNOWN;
    text = g_string_new(NULL);
    cim_value_append_text(value, text);
    return truth(cim_query_pattern_matches(node->pattern, text->str));
}

/* ANY: one is enough; EVERY: all have to; of an array that is NULL nothing is known. */
static Truth
quantify(const Match *match, const CimQueryNode *node, const CimValue *value, Predicate predicate)
{
    Truth enough = node->left.quantifier == CIM_QUERY_ANY ? YES : NO;
    Truth result = enough == YES ? NO : YES;

    if (value->is_null || !value->is_array)
        return UNKNOWN;
    for (guint i = 0; i < value->array.n; i++) {
        Truth one = predicate(match, node, &value->array.elements[i]);

        if (one == enough)
            return enough;
        if (one == UNKNOWN)
            result = UNKNOWN;
    }
    return result;
}

static Truth
apply(const Match *match, const CimQueryNode *node, Predicate predicate)
{
    g_auto(CimValue) value = {0};

    get_operand(match->row, &node->left, &value);
    return node->left.quantifier == CIM_QUERY_ONE ? predicate(match, node, &value)
                                                  : quantify(match, node, &value, predicate);
}

static Truth
instance_is_a(const Match *match, const CimQueryNode *node)
{
    g_auto(CimValue) value = {0};

    if (node->left.steps->len == 0)
        return truth(is_a(match->row, node->class_name));
    get_operand(match->row, &node->left, &value);
    if (value.is_null || value.is_array || value.type != CIM_TYPE_INSTANCE)
        return UNKNOWN;
    return truth(
        is_a(&(const CimQueryRow){.schema = match->row->schema, .instance = value.instance},
             node->class_name));
}

static Truth
is_null(const Match *match, const CimQueryNode *node)
{
    g_auto(CimValue) value = {0};

    get_operand(match->row, &node->left, &value);
    return truth(value.is_null);
}

static Truth evaluate(const Match *match, const CimQueryNode *node);

/* AND ends with the first NO, OR with the first YES. */
static Truth
evaluate_chain(const Match *match, const CimQueryNode *node)
{
    Truth end = node->kind == CIM_QUERY_AND ? NO : YES;
    Truth result = node->kind == CIM_QUERY_AND ? YES : NO;

    for (guint i = 0; i < node->children->len; i++) {
        Truth one = evaluate(match, node->children->pdata[i]);

        if (one == end)
            return end;
        if (one == UNKNOWN)
            result = UNKNOWN;
    }
    return result;
}

static Truth
evaluate(const Match *match, const CimQueryNode *node)
{
    Truth inner;

    switch (node->kind) {
    case CIM_QUERY_COMPARE: return apply(match, node, compare_with_right);
    case CIM_QUERY_LIKE: return apply(match, node, is_like);
    case CIM_QUERY_ISA: return instance_is_a(match, node);
    case CIM_QUERY_IS_NULL: return is_null(match, node);
    case CIM_QUERY_NOT:
        inner = evaluate(match, node->children->pdata[0]);
        return inner == UNKNOWN ? UNKNOWN : truth(inner == NO);
    default: return evaluate_chain(match, node);
    }
}

gboolean
cim_query_matches(const CimQuery *query, const CimQueryRow *row)
{
    const Match match = {query, row};

    if (query->class_name && !is_a(row, query->class_name))
        return FALSE;
    return !query->where || evaluate(&match, query->where) == YES;
}
