#include "cim/query-walk.h"

#include <string.h>

#include "cim/query-private.h"
#include "cim/query-token.h"

enum { MAX_LENGTH = 8192 };

/* Behind @word and the blanks after it; NULL: something else stands at @text. */
static const char *
skip_word(const char *text, const char *word)
{
    gsize length = strlen(word);

    text += strspn(text, " \t\r\n");
    if (g_ascii_strncasecmp(text, word, length) != 0 || g_ascii_isalnum(text[length]))
        return NULL;
    text += length;
    return text + strspn(text, " \t\r\n");
}

gboolean
cim_query_is_walk(const char *text)
{
    return skip_word(text, "ASSOCIATORS") || skip_word(text, "REFERENCES");
}

void
cim_query_walk_clear(CimQueryWalk *walk)
{
    cim_path_free(walk->path);
    g_free(walk->assoc_class);
    g_free(walk->result_class);
    g_free(walk->role);
    g_free(walk->result_role);
}

/* Where the brace is that ends the path: not within its quotes. */
static const char *
find_brace(const char *text)
{
    char quote = '\0';

    for (; *text; text++) {
        if (*text == '\\' && quote && text[1])
            text++;
        else if (quote && *text == quote)
            quote = '\0';
        else if (!quote && (*text == '"' || *text == '\''))
            quote = *text;
        else if (!quote && *text == '}')
            return text;
    }
    return NULL;
}

/* `{path}`; returns what is behind it. */
static const char *
parse_path(const char *text, CimQueryWalk *walk, GError **error)
{
    const char *end = *text == '{' ? find_brace(text) : NULL;
    g_autoptr(GError) cause = NULL;

    if (!end) {
        cim_query_invalid(error, "a path in braces belongs behind OF");
        return NULL;
    }
    walk->path = cim_path_parse_length(text + 1, (gsize) (end - text - 1), &cause);
    if (!walk->path) {
        cim_query_invalid(error, "%s", cause->message);
        return NULL;
    }
    if (!walk->path->class_name) {
        cim_query_invalid(error, "the path names no object");
        return NULL;
    }
    return end + 1;
}

static char **
find_filter(CimQueryWalk *walk, const CimLexer *lexer)
{
    const struct {
        const char *name;
        char **place;
        gboolean of_references;
    } filters[] = {
        {"AssocClass", &walk->assoc_class, FALSE},
        {"ResultClass", &walk->result_class, TRUE},
        {"Role", &walk->role, TRUE},
        {"ResultRole", &walk->result_role, FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(filters); i++)
        if (cim_lexer_is_word(lexer, filters[i].name) &&
            (filters[i].of_references || !walk->to_references))
            return filters[i].place;
    return NULL;
}

/* `Role = Antecedent` */
static gboolean
parse_filter(CimQueryWalk *walk, CimLexer *lexer, GError **error)
{
    char **place = find_filter(walk, lexer);

    if (!place || *place)
        return cim_lexer_unexpected(lexer,
                                    walk->to_references
                                        ? "ResultClass or Role, once,"
                                        : "AssocClass, ResultClass, Role or ResultRole, once,",
                                    error);
    if (!cim_lexer_next(lexer, error))
        return FALSE;
    if (!cim_lexer_is_sign(lexer, "="))
        return cim_lexer_unexpected(lexer, "'='", error);
    if (!cim_lexer_next(lexer, error))
        return FALSE;
    if (lexer->token.kind != CIM_TOKEN_NAME)
        return cim_lexer_unexpected(lexer, "a name", error);
    *place = g_steal_pointer(&lexer->token.text);
    return cim_lexer_next(lexer, error);
}

static gboolean
parse_filters(const char *text, CimQueryWalk *walk, GError **error)
{
    g_auto(CimLexer) lexer = {.text = text};

    if (!cim_lexer_next(&lexer, error))
        return FALSE;
    if (lexer.token.kind == CIM_TOKEN_END)
        return TRUE;
    if (!cim_lexer_is_word(&lexer, "WHERE"))
        return cim_lexer_unexpected(&lexer, "WHERE", error);
    if (!cim_lexer_next(&lexer, error))
        return FALSE;
    do {
        if (!parse_filter(walk, &lexer, error))
            return FALSE;
    } while (lexer.token.kind != CIM_TOKEN_END);
    return TRUE;
}

gboolean
cim_query_walk_parse(const char *text, CimQueryWalk *walk, GError **error)
{
    const char *at = skip_word(text, "ASSOCIATORS");

    if (strlen(text) > MAX_LENGTH)
        return cim_query_invalid(error, "longer than %d bytes", MAX_LENGTH);
    walk->to_references = at == NULL;
    at = at ? at : skip_word(text, "REFERENCES");
    at = at ? skip_word(at, "OF") : NULL;
    if (!at)
        return cim_query_invalid(error, "OF belongs behind ASSOCIATORS or REFERENCES");
    at = parse_path(at, walk, error);
    return at && parse_filters(at, walk, error);
}
