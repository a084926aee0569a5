#include "cim/mofc/parser.h"

#include "cim/mofc/lexer.h"

typedef struct {
    MofLexer lexer;
    MofModel *model;
    MofToken token; /* the next one, not taken yet */
    GError **error; /* never NULL */
} Parser;

/* ---- tokens ---- */

static gboolean
next(Parser *parser)
{
    return mof_lexer_next(&parser->lexer, &parser->token, parser->error);
}

static gboolean
is_word(const Parser *parser, const char *word)
{
    return parser->token.kind == MOF_TOKEN_NAME &&
           g_ascii_strcasecmp(parser->token.text, word) == 0;
}

static gboolean
is_punctuation(const Parser *parser, char c)
{
    return parser->token.kind == MOF_TOKEN_PUNCTUATION && parser->token.text[0] == c;
}

static gboolean
unexpected(Parser *parser, const char *expected)
{
    const MofToken *token = &parser->token;

    if (token->kind == MOF_TOKEN_END)
        return mof_fail(&token->place, parser->error, "expected %s, not the end", expected);
    return mof_fail(&token->place, parser->error, "expected %s, not '%s'", expected, token->text);
}

static gboolean
expect(Parser *parser, char c)
{
    const char expected[] = {'\'', c, '\'', '\0'};

    return is_punctuation(parser, c) ? next(parser) : unexpected(parser, expected);
}

/* Takes @c if it comes next; @taken says whether it did. */
static gboolean
accept(Parser *parser, char c, gboolean *taken)
{
    *taken = is_punctuation(parser, c);
    return !*taken || next(parser);
}

static gboolean
take_name(Parser *parser, const char *what, const char **name)
{
    if (parser->token.kind != MOF_TOKEN_NAME)
        return unexpected(parser, what);
    *name = parser->token.text;
    return next(parser);
}

static gboolean
take_type(Parser *parser, CimType *type)
{
    *type = parser->token.kind == MOF_TOKEN_NAME ? cim_type_from_name(parser->token.text)
                                                 : CIM_TYPE_NONE;
    if (*type == CIM_TYPE_NONE)
        return unexpected(parser, "a type");
    return next(parser);
}

/* ---- values ---- */

static gboolean
parse_strings(Parser *parser, MofLiteral *literal)
{
    g_autoptr(GString) text = g_string_new(NULL);

    /* Strings side by side are one. */
    while (parser->token.kind == MOF_TOKEN_STRING) {
        g_string_append(text, parser->token.text);
        if (!next(parser))
            return FALSE;
    }
    literal->text =
        mof_model_take_string(parser->model, g_string_free(g_steal_pointer(&text), FALSE));
    return TRUE;
}

static gboolean
find_literal_kind(const Parser *parser, MofLiteralKind *kind)
{
    static const MofLiteralKind by_token[] = {
        [MOF_TOKEN_INTEGER] = MOF_LITERAL_INTEGER,
        [MOF_TOKEN_REAL] = MOF_LITERAL_REAL,
        [MOF_TOKEN_CHAR] = MOF_LITERAL_CHAR,
        [MOF_TOKEN_STRING] = MOF_LITERAL_STRING,
    };
    MofTokenKind token = parser->token.kind;

    if (token >= MOF_TOKEN_INTEGER && token <= MOF_TOKEN_STRING)
        *kind = by_token[token];
    else if (is_word(parser, "TRUE") || is_word(parser, "FALSE"))
        *kind = MOF_LITERAL_BOOLEAN;
    else if (is_word(parser, "NULL"))
        *kind = MOF_LITERAL_NULL;
    else
        return FALSE;
    return TRUE;
}

static gboolean
parse_literal(Parser *parser, MofInitializer *initializer)
{
    MofLiteral *literal = mof_model_make(parser->model, MofLiteral);

    literal->place = parser->token.place;
    literal->text = parser->token.text;
    if (!find_literal_kind(parser, &literal->kind))
        return unexpected(parser, "a value");
    g_ptr_array_add(initializer->literals, literal);
    return literal->kind == MOF_LITERAL_STRING ? parse_strings(parser, literal) : next(parser);
}

static void
begin_initializer(Parser *parser, MofInitializer *initializer, gboolean is_array)
{
    *initializer = (MofInitializer){
        .place = parser->token.place,
        .is_given = TRUE,
        .is_array = is_array,
        .literals = mof_model_list(parser->model),
    };
}

/* `{ 1, 2 }`, behind the brace */
static gboolean
parse_array(Parser *parser, MofInitializer *initializer)
{
    gboolean more = !is_punctuation(parser, '}');

    begin_initializer(parser, initializer, TRUE);
    while (more)
        if (!parse_literal(parser, initializer) || !accept(parser, ',', &more))
            return FALSE;
    return expect(parser, '}');
}

static gboolean
parse_initializer(Parser *parser, MofInitializer *initializer)
{
    gboolean is_array;

    if (!accept(parser, '{', &is_array))
        return FALSE;
    if (is_array)
        return parse_array(parser, initializer);
    begin_initializer(parser, initializer, FALSE);
    return parse_literal(parser, initializer);
}

/* `[]`, `[4]`, or nothing */
static gboolean
parse_array_mark(Parser *parser, gboolean *is_array, int *size)
{
    guint64 number = 0;

    if (!accept(parser, '[', is_array) || !*is_array)
        return !*parser->error;
    if (parser->token.kind == MOF_TOKEN_INTEGER) {
        if (!g_ascii_string_to_unsigned(parser->token.text, 10, 1, G_MAXINT16, &number, NULL))
            return mof_fail(&parser->token.place, parser->error, "'%s' is no size of an array",
                            parser->token.text);
        if (!next(parser))
            return FALSE;
    }
    if (size)
        *size = (int) number;
    return expect(parser, ']');
}

/* ---- qualifiers ---- */

/* clang-format off */
static const struct { const char *name; MofFlavors flavors; } flavors[] = {
    { "EnableOverride",  { .set = CIM_FLAVOR_OVERRIDABLE } },
    { "DisableOverride", { .clear = CIM_FLAVOR_OVERRIDABLE } },
    { "ToSubclass",      { .set = CIM_FLAVOR_TO_SUBCLASS } },
    { "Restricted",      { .clear = CIM_FLAVOR_TO_SUBCLASS } },
    { "Translatable",    { .set = CIM_FLAVOR_TRANSLATABLE } },
};

static const struct { const char *name; guint scope; } scopes[] = {
    { "class",       CIM_SCOPE_CLASS },
    { "association", CIM_SCOPE_ASSOCIATION },
    { "indication",  CIM_SCOPE_INDICATION },
    { "property",    CIM_SCOPE_PROPERTY },
    { "reference",   CIM_SCOPE_REFERENCE },
    { "method",      CIM_SCOPE_METHOD },
    { "parameter",   CIM_SCOPE_PARAMETER },
    { "any",         CIM_SCOPE_ANY },
};
/* clang-format on */

static gboolean
parse_flavor(Parser *parser, MofFlavors *result)
{
    for (guint i = 0; i < G_N_ELEMENTS(flavors); i++) {
        if (!is_word(parser, flavors[i].name))
            continue;
        result->set |= flavors[i].flavors.set;
        result->clear |= flavors[i].flavors.clear;
        return next(parser);
    }
    return unexpected(parser, "a flavor");
}

static gboolean
parse_scope(Parser *parser, guint *scope)
{
    for (guint i = 0; i < G_N_ELEMENTS(scopes); i++) {
        if (!is_word(parser, scopes[i].name))
            continue;
        *scope |= scopes[i].scope;
        return next(parser);
    }
    return unexpected(parser, "a scope");
}

/* `Scope(a, b)`, behind the word */
static gboolean
parse_scopes(Parser *parser, MofQualifierType *type)
{
    gboolean more = TRUE;

    if (!expect(parser, '('))
        return FALSE;
    while (more)
        if (!parse_scope(parser, &type->scope) || !accept(parser, ',', &more))
            return FALSE;
    return expect(parser, ')');
}

/* `Flavor(a, b)`, behind the word */
static gboolean
parse_flavors(Parser *parser, MofQualifierType *type)
{
    MofFlavors written = {0};
    gboolean more = TRUE;

    if (!expect(parser, '('))
        return FALSE;
    while (more)
        if (!parse_flavor(parser, &written) || !accept(parser, ',', &more))
            return FALSE;
    if (written.set & written.clear)
        return mof_fail(&type->place, parser->error,
                        "the flavors of qualifier '%s' contradict each other", type->name);
    type->flavor = (type->flavor | written.set) & ~written.clear;
    return expect(parser, ')');
}

static gboolean
parse_scope_and_flavor(Parser *parser, MofQualifierType *type)
{
    gboolean more;

    if (!accept(parser, ',', &more))
        return FALSE;
    while (more) {
        gboolean is_scope = is_word(parser, "Scope");

        if (!is_scope && !is_word(parser, "Flavor"))
            return unexpected(parser, "'Scope' or 'Flavor'");
        if (!next(parser) || !(is_scope ? parse_scopes : parse_flavors)(parser, type) ||
            !accept(parser, ',', &more))
            return FALSE;
    }
    if (!type->scope)
        return mof_fail(&type->place, parser->error, "qualifier '%s' has no scope", type->name);
    return expect(parser, ';');
}

/* `Qualifier Key : boolean = false, Scope(property), Flavor(DisableOverride);`, behind the word */
static gboolean
parse_qualifier_type(Parser *parser)
{
    MofQualifierType *type = mof_model_make(parser->model, MofQualifierType);
    const MofQualifierType *other;
    gboolean has_value;

    type->place = parser->token.place;
    type->flavor = CIM_FLAVOR_OVERRIDABLE | CIM_FLAVOR_TO_SUBCLASS;
    if (!take_name(parser, "a qualifier's name", &type->name) || !expect(parser, ':') ||
        !take_type(parser, &type->type) || !parse_array_mark(parser, &type->is_array, NULL) ||
        !accept(parser, '=', &has_value))
        return FALSE;
    if (has_value && !parse_initializer(parser, &type->initializer))
        return FALSE;

    other = mof_model_find_qualifier_type(parser->model, type->name);
    if (other)
        return mof_fail(&type->place, parser->error, "qualifier '%s' is already declared at %s:%u",
                        type->name, other->place.file, other->place.line);
    g_ptr_array_add(parser->model->qualifier_types, type);
    return parse_scope_and_flavor(parser, type);
}

/* `("x")`, `{ "x", "y" }`, or nothing */
static gboolean
parse_qualifier_value(Parser *parser, MofInitializer *initializer)
{
    gboolean is_given;

    if (is_punctuation(parser, '{'))
        return parse_initializer(parser, initializer);
    if (!accept(parser, '(', &is_given) || !is_given)
        return !*parser->error;
    return parse_initializer(parser, initializer) && expect(parser, ')');
}

static gboolean
parse_qualifier(Parser *parser, GPtrArray *qualifiers)
{
    MofQualifier *qualifier = mof_model_make(parser->model, MofQualifier);
    gboolean has_flavors;

    qualifier->place = parser->token.place;
    if (!take_name(parser, "a qualifier", &qualifier->name) ||
        !parse_qualifier_value(parser, &qualifier->initializer) ||
        !accept(parser, ':', &has_flavors))
        return FALSE;
    if (has_flavors)
        do {
            if (!parse_flavor(parser, &qualifier->flavors))
                return FALSE;
        } while (parser->token.kind == MOF_TOKEN_NAME);

    if (mof_find_qualifier(qualifiers, qualifier->name))
        return mof_fail(&qualifier->place, parser->error, "qualifier '%s' is there twice",
                        qualifier->name);
    g_ptr_array_add(qualifiers, qualifier);
    return TRUE;
}

/* `[a, b]`, or nothing */
static gboolean
parse_qualifiers(Parser *parser, GPtrArray **qualifiers)
{
    gboolean more;

    *qualifiers = mof_model_list(parser->model);
    if (!accept(parser, '[', &more) || !more)
        return !*parser->error;
    while (more)
        if (!parse_qualifier(parser, *qualifiers) || !accept(parser, ',', &more))
            return FALSE;
    return expect(parser, ']');
}

/* ---- classes ---- */

/* `uint16 Name` or `CIM_Job REF Name` */
static gboolean
parse_type_and_name(Parser *parser, MofFeature *feature)
{
    MofToken first = parser->token;

    if (!take_name(parser, "a type", &feature->class_name))
        return FALSE;
    if (is_word(parser, "REF")) {
        feature->type = CIM_TYPE_REFERENCE;
        if (!next(parser))
            return FALSE;
    } else {
        feature->type = cim_type_from_name(first.text);
        feature->class_name = NULL;
        if (feature->type == CIM_TYPE_NONE || feature->type == CIM_TYPE_REFERENCE)
            return mof_fail(&first.place, parser->error, "'%s' is no type", first.text);
    }
    feature->place = parser->token.place;
    return take_name(parser, "a name", &feature->name);
}

static gboolean
add_feature(Parser *parser, GPtrArray *features, MofFeature *feature, const char *where)
{
    if (mof_find_feature(features, feature->name, NULL))
        return mof_fail(&feature->place, parser->error, "'%s' is declared twice in %s",
                        feature->name, where);
    g_ptr_array_add(features, feature);
    return TRUE;
}

static gboolean
parse_parameter(Parser *parser, MofFeature *method)
{
    MofFeature *parameter = mof_model_make(parser->model, MofFeature);

    parameter->kind = MOF_PARAMETER;
    return parse_qualifiers(parser, &parameter->qualifiers) &&
           parse_type_and_name(parser, parameter) &&
           parse_array_mark(parser, &parameter->is_array, &parameter->array_size) &&
           add_feature(parser, method->parameters, parameter, method->name);
}

/* `([In] uint16 A, [Out] string B[])`, behind the first parenthesis */
static gboolean
parse_parameters(Parser *parser, MofFeature *method)
{
    gboolean more = !is_punctuation(parser, ')');

    method->kind = MOF_METHOD;
    method->parameters = mof_model_list(parser->model);
    while (more)
        if (!parse_parameter(parser, method) || !accept(parser, ',', &more))
            return FALSE;
    return expect(parser, ')');
}

static gboolean
parse_default(Parser *parser, MofFeature *feature)
{
    gboolean has_default;

    if (!parse_array_mark(parser, &feature->is_array, &feature->array_size) ||
        !accept(parser, '=', &has_default))
        return FALSE;
    return !has_default || parse_initializer(parser, &feature->initializer);
}

static gboolean
parse_feature(Parser *parser, MofClass *klass)
{
    MofFeature *feature = mof_model_make(parser->model, MofFeature);
    gboolean is_method;

    if (!parse_qualifiers(parser, &feature->qualifiers) || !parse_type_and_name(parser, feature) ||
        !accept(parser, '(', &is_method) ||
        !(is_method ? parse_parameters : parse_default)(parser, feature))
        return FALSE;
    return add_feature(parser, klass->features, feature, klass->name) && expect(parser, ';');
}

static gboolean
parse_class_head(Parser *parser, MofClass *klass)
{
    gboolean has_superclass;

    klass->place = parser->token.place;
    if (!take_name(parser, "a class's name", &klass->name))
        return FALSE;
    if (is_word(parser, "as"))
        return mof_fail(&parser->token.place, parser->error, "aliases are not taken");
    return accept(parser, ':', &has_superclass) &&
           (!has_superclass || take_name(parser, "the superclass's name", &klass->superclass_name));
}

static gboolean
add_class(Parser *parser, MofClass *klass)
{
    const MofClass *other = mof_model_find_class(parser->model, klass->name);

    if (other)
        return mof_fail(&klass->place, parser->error, "class '%s' is already declared at %s:%u",
                        klass->name, other->place.file, other->place.line);
    g_ptr_array_add(parser->model->classes, klass);
    g_hash_table_insert(parser->model->classes_by_name, (char *) klass->name, klass);
    return TRUE;
}

/* `class A : B { … };`, behind the first word */
static gboolean
parse_class(Parser *parser, GPtrArray *qualifiers)
{
    MofClass *klass = mof_model_make(parser->model, MofClass);

    klass->qualifiers = qualifiers;
    klass->features = mof_model_list(parser->model);
    if (!parse_class_head(parser, klass) || !add_class(parser, klass) || !expect(parser, '{'))
        return FALSE;
    while (!is_punctuation(parser, '}'))
        if (!parse_feature(parser, klass))
            return FALSE;
    return next(parser) && expect(parser, ';');
}

/* ---- files ---- */

/* `#pragma locale ("en_US")`, behind '#': says nothing that matters here, unless it is an include.
 */
static gboolean
parse_pragma(Parser *parser)
{
    const char *name;

    if (!is_word(parser, "pragma"))
        return unexpected(parser, "'pragma'");
    if (!next(parser))
        return FALSE;
    if (is_word(parser, "include"))
        return mof_fail(&parser->token.place, parser->error,
                        "includes are not taken: name the files in order on the command line");
    if (!take_name(parser, "a pragma's name", &name))
        return FALSE;
    if (!expect(parser, '('))
        return FALSE;
    if (parser->token.kind != MOF_TOKEN_STRING)
        return unexpected(parser, "a string");
    return next(parser) && expect(parser, ')');
}

static gboolean
parse_declaration(Parser *parser)
{
    GPtrArray *qualifiers;

    if (is_punctuation(parser, '#'))
        return next(parser) && parse_pragma(parser);
    if (is_word(parser, "Qualifier"))
        return next(parser) && parse_qualifier_type(parser);
    if (!parse_qualifiers(parser, &qualifiers))
        return FALSE;
    if (is_word(parser, "instance"))
        return mof_fail(&parser->token.place, parser->error, "instances are not taken");
    if (!is_word(parser, "class"))
        return unexpected(parser, "a class or a qualifier's declaration");
    return next(parser) && parse_class(parser, qualifiers);
}

gboolean
mof_parse(MofModel *model, const char *file, const char *text, gsize length, GError **error)
{
    g_autoptr(GError) cause = NULL;
    Parser parser = {.model = model, .error = &cause};
    const char *name = mof_model_take_string(model, g_strdup(file));
    gboolean ok = mof_lexer_init(&parser.lexer, model, name, text, length, &cause) && next(&parser);

    while (ok && parser.token.kind != MOF_TOKEN_END)
        ok = parse_declaration(&parser);
    if (!ok)
        g_propagate_error(error, g_steal_pointer(&cause));
    return ok;
}
