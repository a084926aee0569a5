#include <string.h>

#include "cim/query-private.h"
#include "cim/query-token.h"

enum { MAX_LENGTH = 8192, MAX_DEPTH = 32 };

typedef struct {
    CimLexer lexer;
    CimQuery *query;
    guint depth;
    GError **error;
} Parser;

static gboolean
next(Parser *parser)
{
    return cim_lexer_next(&parser->lexer, parser->error);
}

static gboolean
unexpected(Parser *parser, const char *expected)
{
    return cim_lexer_unexpected(&parser->lexer, expected, parser->error);
}

static gboolean
is_word(const Parser *parser, const char *word)
{
    return cim_lexer_is_word(&parser->lexer, word);
}

static gboolean
is_sign(const Parser *parser, const char *sign)
{
    return cim_lexer_is_sign(&parser->lexer, sign);
}

static gboolean
expect_sign(Parser *parser, const char *sign)
{
    g_autofree char *expected = NULL;

    if (is_sign(parser, sign))
        return next(parser);
    expected = g_strdup_printf("'%s'", sign);
    return unexpected(parser, expected);
}

static gboolean
take_name(Parser *parser, const char *expected, char **name)
{
    if (parser->lexer.token.kind != CIM_TOKEN_NAME)
        return unexpected(parser, expected);
    g_free(*name);
    *name = g_steal_pointer(&parser->lexer.token.text);
    return next(parser);
}

/* --- paths ----------------------------------------------------------------------------------- */

static void
step_clear(gpointer data)
{
    CimQueryStep *step = data;

    g_free(step->scope);
    g_free(step->name);
}

static GArray *
steps_new(void)
{
    GArray *steps = g_array_new(FALSE, TRUE, sizeof(CimQueryStep));

    g_array_set_clear_func(steps, step_clear);
    return steps;
}

/* `[3]`, behind the bracket */
static gboolean
parse_index(Parser *parser, CimQueryStep *step)
{
    const CimToken *token = &parser->lexer.token;
    CimValue number = {.type = CIM_TYPE_UINT16};

    if (token->kind != CIM_TOKEN_NUMBER ||
        !cim_value_parse(&number, token->text, strlen(token->text), NULL))
        return unexpected(parser, "an index");
    step->index = (int) number.uinteger;
    return next(parser) && expect_sign(parser, "]");
}

/* `Class::Name[3]` */
static gboolean
parse_step(Parser *parser, GArray *steps)
{
    CimQueryStep *step;

    g_array_set_size(steps, steps->len + 1);
    step = &g_array_index(steps, CimQueryStep, steps->len - 1);
    step->index = -1;
    if (!take_name(parser, "a property's name", &step->name))
        return FALSE;
    if (is_sign(parser, "::")) {
        step->scope = g_steal_pointer(&step->name);
        if (!next(parser) || !take_name(parser, "a property's name", &step->name))
            return FALSE;
    }
    return !is_sign(parser, "[") || (next(parser) && parse_index(parser, step));
}

/* @star: whether it may end in `.*`, and does. */
static gboolean
parse_path(Parser *parser, GArray *steps, gboolean *star)
{
    if (!parse_step(parser, steps))
        return FALSE;
    while (is_sign(parser, ".")) {
        if (!next(parser))
            return FALSE;
        if (star && is_sign(parser, "*")) {
            *star = TRUE;
            return next(parser);
        }
        if (steps->len >= MAX_DEPTH)
            return cim_query_invalid(parser->error, "a path of more than %d names", MAX_DEPTH);
        if (!parse_step(parser, steps))
            return FALSE;
    }
    return TRUE;
}

/* The class or its alias before a property says nothing new; alone it means the instance. */
static void
drop_class(const CimQuery *query, GArray *steps, gboolean alone)
{
    const CimQueryStep *first = &g_array_index(steps, CimQueryStep, 0);

    if (first->scope || first->index >= 0 || (steps->len == 1 && !alone))
        return;
    if ((query->class_name && g_ascii_strcasecmp(first->name, query->class_name) == 0) ||
        (query->alias && g_ascii_strcasecmp(first->name, query->alias) == 0) ||
        g_ascii_strcasecmp(first->name, "__THIS") == 0)
        g_array_remove_index(steps, 0);
}

/* --- operands -------------------------------------------------------------------------------- */

static gboolean
parse_number(Parser *parser, CimValue *value)
{
    static const CimType types[] = {CIM_TYPE_UINT64, CIM_TYPE_SINT64, CIM_TYPE_REAL64};
    const char *text = parser->lexer.token.text;

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        cim_value_init(value, types[i], FALSE);
        if (cim_value_parse(value, text, strlen(text), NULL))
            return next(parser);
    }
    return cim_query_invalid(parser->error, "'%s' is no number", text);
}

static gboolean
parse_literal(Parser *parser, CimValue *value, gboolean *is_literal)
{
    *is_literal = TRUE;
    if (parser->lexer.token.kind == CIM_TOKEN_STRING) {
        cim_value_init(value, CIM_TYPE_STRING, FALSE);
        cim_value_take_string(value, g_steal_pointer(&parser->lexer.token.text));
        return next(parser);
    }
    if (parser->lexer.token.kind == CIM_TOKEN_NUMBER)
        return parse_number(parser, value);
    if (is_word(parser, "TRUE") || is_word(parser, "FALSE")) {
        cim_value_init(value, CIM_TYPE_BOOLEAN, FALSE);
        cim_value_set_boolean(value, is_word(parser, "TRUE"));
        return next(parser);
    }
    if (is_word(parser, "NULL")) {
        cim_value_init(value, CIM_TYPE_NONE, FALSE);
        return next(parser);
    }
    *is_literal = FALSE;
    return TRUE;
}

static gboolean
parse_operand(Parser *parser, CimQueryOperand *operand)
{
    gboolean is_literal;

    if (!parse_literal(parser, &operand->literal, &is_literal) || is_literal)
        return is_literal && !*parser->error;
    if (is_word(parser, "ANY") || is_word(parser, "EVERY")) {
        operand->quantifier = is_word(parser, "ANY") ? CIM_QUERY_ANY : CIM_QUERY_EVERY;
        if (!next(parser))
            return FALSE;
    }
    operand->steps = steps_new();
    return parse_path(parser, operand->steps, NULL);
}

/* --- conditions ------------------------------------------------------------------------------ */

static CimQueryNode *parse_or(Parser *parser);

static CimQueryNode *
negate(CimQueryNode *node)
{
    CimQueryNode *not = cim_query_node_new(CIM_QUERY_NOT);

    g_ptr_array_add(not ->children, node);
    return not ;
}

static CimQueryNode *
finish_predicate(CimQueryNodeKind kind, CimQueryOperand *left, gboolean negated)
{
    CimQueryNode *node = cim_query_node_new(kind);

    node->left = *left;
    *left = (CimQueryOperand){0};
    return negated ? negate(node) : node;
}

/* behind IS */
static CimQueryNode *
parse_is(Parser *parser, CimQueryOperand *left)
{
    gboolean negated = is_word(parser, "NOT");

    if (negated && !next(parser))
        return NULL;
    if (!is_word(parser, "NULL")) {
        unexpected(parser, "NULL");
        return NULL;
    }
    return next(parser) ? finish_predicate(CIM_QUERY_IS_NULL, left, negated) : NULL;
}

/* behind LIKE */
static CimQueryNode *
parse_like(Parser *parser, CimQueryOperand *left, gboolean negated)
{
    g_autoptr(CimQueryPattern) pattern = NULL;
    CimQueryNode *node;
    CimQueryNode *like;

    if (parser->lexer.token.kind != CIM_TOKEN_STRING) {
        unexpected(parser, "a pattern");
        return NULL;
    }
    pattern = cim_query_pattern_new(parser->lexer.token.text,
                                    parser->query->language == CIM_QUERY_WQL, parser->error);
    if (!pattern || !next(parser))
        return NULL;
    node = finish_predicate(CIM_QUERY_LIKE, left, negated);
    like = negated ? node->children->pdata[0] : node;
    like->pattern = g_steal_pointer(&pattern);
    return node;
}

/* behind ISA */
static CimQueryNode *
parse_isa(Parser *parser, CimQueryOperand *left, gboolean negated)
{
    CimTokenKind kind = parser->lexer.token.kind;
    g_autofree char *class_name = NULL;
    CimQueryNode *node;
    CimQueryNode *isa;

    if (kind != CIM_TOKEN_NAME && kind != CIM_TOKEN_STRING) {
        unexpected(parser, "a class");
        return NULL;
    }
    class_name = g_steal_pointer(&parser->lexer.token.text);
    if (!next(parser))
        return NULL;
    node = finish_predicate(CIM_QUERY_ISA, left, negated);
    isa = negated ? node->children->pdata[0] : node;
    isa->class_name = g_steal_pointer(&class_name);
    return node;
}

static gboolean
take_comparison(Parser *parser, CimQueryComparison *comparison)
{
    static const struct {
        const char *sign;
        CimQueryComparison comparison;
    } signs[] = {
        {"=", CIM_QUERY_EQ},  {"<>", CIM_QUERY_NE}, {"!=", CIM_QUERY_NE}, {"<", CIM_QUERY_LT},
        {"<=", CIM_QUERY_LE}, {">", CIM_QUERY_GT},  {">=", CIM_QUERY_GE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (!is_sign(parser, signs[i].sign))
            continue;
        *comparison = signs[i].comparison;
        return next(parser);
    }
    return unexpected(parser, "a comparison");
}

static gboolean
is_null_literal(const CimQueryOperand *operand)
{
    return !operand->steps && operand->literal.is_null;
}

/* `= NULL` and `<> NULL` are other words for IS NULL and IS NOT NULL. */
static CimQueryNode *
parse_comparison(Parser *parser, CimQueryOperand *left)
{
    g_auto(CimQueryOperand) right = {0};
    CimQueryComparison comparison = CIM_QUERY_EQ;
    CimQueryNode *node;

    if (!take_comparison(parser, &comparison) || !parse_operand(parser, &right))
        return NULL;
    if (right.steps)
        drop_class(parser->query, right.steps, FALSE);
    if (is_null_literal(&right) && comparison <= CIM_QUERY_NE)
        return finish_predicate(CIM_QUERY_IS_NULL, left, comparison == CIM_QUERY_NE);
    if (is_null_literal(&right) || right.quantifier != CIM_QUERY_ONE) {
        cim_query_invalid(parser->error, "NULL, ANY and EVERY have no place behind that sign");
        return NULL;
    }
    node = finish_predicate(CIM_QUERY_COMPARE, left, FALSE);
    node->comparison = comparison;
    node->right = right;
    right = (CimQueryOperand){0};
    return node;
}

static CimQueryNode *
parse_predicate(Parser *parser)
{
    g_auto(CimQueryOperand) left = {0};
    gboolean negated;

    if (!parse_operand(parser, &left))
        return NULL;
    if (is_null_literal(&left)) {
        cim_query_invalid(parser->error, "NULL has no place before a sign");
        return NULL;
    }
    if (left.steps)
        drop_class(parser->query, left.steps, is_word(parser, "ISA") || is_word(parser, "NOT"));
    if (is_word(parser, "IS"))
        return next(parser) ? parse_is(parser, &left) : NULL;
    negated = is_word(parser, "NOT");
    if (negated && !next(parser))
        return NULL;
    if (is_word(parser, "LIKE"))
        return next(parser) ? parse_like(parser, &left, negated) : NULL;
    if (is_word(parser, "ISA"))
        return next(parser) ? parse_isa(parser, &left, negated) : NULL;
    if (!negated)
        return parse_comparison(parser, &left);
    unexpected(parser, "LIKE or ISA");
    return NULL;
}

static CimQueryNode *
parse_parentheses(Parser *parser)
{
    g_autoptr(CimQueryNode) node = next(parser) ? parse_or(parser) : NULL;

    return node && expect_sign(parser, ")") ? g_steal_pointer(&node) : NULL;
}

static CimQueryNode *
parse_not(Parser *parser)
{
    CimQueryNode *node = NULL;

    if (!is_word(parser, "NOT") && !is_sign(parser, "("))
        return parse_predicate(parser);
    if (++parser->depth > MAX_DEPTH) {
        cim_query_invalid(parser->error, "nested more than %d deep", MAX_DEPTH);
        return NULL;
    }
    if (is_sign(parser, "(")) {
        node = parse_parentheses(parser);
    } else if (next(parser)) {
        node = parse_not(parser);
        node = node ? negate(node) : NULL;
    }
    parser->depth--;
    return node;
}

/* `a AND b AND c` is one node with three children, so that no chain is deep. */
static CimQueryNode *
parse_chain(Parser *parser,
            const char *word,
            CimQueryNodeKind kind,
            CimQueryNode *(*parse)(Parser *parser))
{
    g_autoptr(CimQueryNode) chain = NULL;
    CimQueryNode *node = parse(parser);

    if (!node || !is_word(parser, word))
        return node;
    chain = cim_query_node_new(kind);
    g_ptr_array_add(chain->children, node);
    while (is_word(parser, word)) {
        node = next(parser) ? parse(parser) : NULL;
        if (!node)
            return NULL;
        g_ptr_array_add(chain->children, node);
    }
    return g_steal_pointer(&chain);
}

static CimQueryNode *
parse_and(Parser *parser)
{
    return parse_chain(parser, "AND", CIM_QUERY_AND, parse_not);
}

static CimQueryNode *
parse_or(Parser *parser)
{
    return parse_chain(parser, "OR", CIM_QUERY_OR, parse_and);
}

/* --- statements ------------------------------------------------------------------------------ */

typedef struct {
    GPtrArray *paths; /* of GArray of CimQueryStep */
    gboolean all;
} SelectList;

static gboolean
parse_item(Parser *parser, SelectList *list)
{
    GArray *steps;

    if (is_sign(parser, "*")) {
        list->all = TRUE;
        return next(parser);
    }
    steps = steps_new();
    g_ptr_array_add(list->paths, steps);
    if (!parse_path(parser, steps, &list->all))
        return FALSE;
    if (is_sign(parser, "("))
        return cim_query_invalid(parser->error, "functions are not taken");
    return TRUE;
}

static gboolean
parse_list(Parser *parser, SelectList *list)
{
    for (;;) {
        if (!parse_item(parser, list))
            return FALSE;
        if (!is_sign(parser, ","))
            return TRUE;
        if (!next(parser))
            return FALSE;
    }
}

/* Which properties the list names, now that the class is known. */
static void
resolve_list(CimQuery *query, const SelectList *list)
{
    if (list->all)
        return;
    query->properties = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < list->paths->len; i++) {
        GArray *steps = list->paths->pdata[i];

        drop_class(query, steps, FALSE);
        g_ptr_array_add(query->properties, g_strdup(g_array_index(steps, CimQueryStep, 0).name));
    }
    g_ptr_array_add(query->properties, NULL);
}

/* `Class`, `Class alias`, `Class AS alias`, behind FROM */
static gboolean
parse_class(Parser *parser)
{
    CimQuery *query = parser->query;

    if (!take_name(parser, "a class", &query->class_name))
        return FALSE;
    if (is_sign(parser, ","))
        return cim_query_invalid(parser->error, "joins are not taken");
    if (is_word(parser, "AS") && !next(parser))
        return FALSE;
    if (parser->lexer.token.kind != CIM_TOKEN_NAME || is_word(parser, "WHERE"))
        return TRUE;
    return take_name(parser, "an alias", &query->alias);
}

static gboolean
parse_condition(Parser *parser)
{
    parser->query->where = parse_or(parser);
    if (!parser->query->where)
        return FALSE;
    return parser->lexer.token.kind == CIM_TOKEN_END || unexpected(parser, "the end");
}

static gboolean
parse_tail(Parser *parser, const SelectList *list)
{
    if (!is_word(parser, "FROM"))
        return unexpected(parser, "FROM");
    if (!next(parser) || !parse_class(parser))
        return FALSE;
    resolve_list(parser->query, list);
    if (is_word(parser, "WHERE"))
        return next(parser) && parse_condition(parser);
    return parser->lexer.token.kind == CIM_TOKEN_END || unexpected(parser, "WHERE");
}

static gboolean
parse_select(Parser *parser)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
    SelectList list = {.paths = paths};

    if (!is_word(parser, "SELECT"))
        return unexpected(parser, "SELECT");
    return next(parser) && parse_list(parser, &list) && parse_tail(parser, &list);
}

CimQuery *
cim_query_parse(CimQueryLanguage language, const char *text, GError **error)
{
    g_autoptr(CimQuery) query = g_new0(CimQuery, 1);
    GError *local_error = NULL;
    Parser parser = {.lexer = {.text = text}, .query = query, .error = &local_error};
    gboolean ok;

    query->language = language;
    if (strlen(text) > MAX_LENGTH) {
        cim_query_invalid(error, "longer than %d bytes", MAX_LENGTH);
        return NULL;
    }
    ok = next(&parser) &&
         (language == CIM_QUERY_FQL ? parse_condition(&parser) : parse_select(&parser));
    cim_lexer_clear(&parser.lexer);
    if (ok)
        return g_steal_pointer(&query);
    g_propagate_error(error, local_error);
    return NULL;
}
