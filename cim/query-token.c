#include "cim/query-token.h"

#include <string.h>

#include "cim/query-private.h"

static gboolean
is_name_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar) c >= 0x80;
}

static gboolean
is_name_char(char c)
{
    return is_name_start(c) || g_ascii_isdigit(c);
}

static void
set_token(CimLexer *lexer, CimTokenKind kind, const char *text, gsize length)
{
    g_free(lexer->token.text);
    lexer->token.kind = kind;
    lexer->token.text = g_strndup(text, length);
}

static gboolean
read_string(CimLexer *lexer, GError **error)
{
    const char *at = lexer->text + lexer->at;
    char quote = *at++;
    g_autoptr(GString) text = g_string_new(NULL);

    for (; *at && *at != quote; at++) {
        if (*at == '\\' && at[1] && strchr("\\'\"", at[1]))
            at++;
        g_string_append_c(text, *at);
    }
    if (!*at)
        return cim_query_invalid(error, "the string at %zu has no end", lexer->at);
    set_token(lexer, CIM_TOKEN_STRING, text->str, text->len);
    lexer->at = (gsize) (at + 1 - lexer->text);
    return TRUE;
}

/* What it is worth is seen later: here only, how far it goes. */
static void
read_number(CimLexer *lexer)
{
    const char *start = lexer->text + lexer->at;
    const char *at = start + 1;

    while (is_name_char(*at) || *at == '.' ||
           ((*at == '-' || *at == '+') && (at[-1] == 'e' || at[-1] == 'E') &&
            !g_str_has_prefix(start, "0x")))
        at++;
    set_token(lexer, CIM_TOKEN_NUMBER, start, (gsize) (at - start));
    lexer->at += (gsize) (at - start);
}

static gboolean
read_sign(CimLexer *lexer, GError **error)
{
    static const char *const signs[] = {"<>", "<=", ">=", "!=", "::", "=", "<", ">",
                                        "(",  ")",  "[",  "]",  ",",  ".", "*"};
    const char *at = lexer->text + lexer->at;

    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (!g_str_has_prefix(at, signs[i]))
            continue;
        set_token(lexer, CIM_TOKEN_SIGN, signs[i], strlen(signs[i]));
        lexer->at += strlen(signs[i]);
        return TRUE;
    }
    return cim_query_invalid(error, "unknown sign at %zu", lexer->at);
}

gboolean
cim_lexer_next(CimLexer *lexer, GError **error)
{
    const char *at;

    lexer->at += strspn(lexer->text + lexer->at, " \t\r\n");
    lexer->token.place = lexer->at;
    at = lexer->text + lexer->at;
    if (!*at) {
        set_token(lexer, CIM_TOKEN_END, "", 0);
    } else if (is_name_start(*at)) {
        gsize length = 1;

        while (is_name_char(at[length]))
            length++;
        set_token(lexer, CIM_TOKEN_NAME, at, length);
        lexer->at += length;
    } else if (*at == '\'' || *at == '"') {
        return read_string(lexer, error);
    } else if (g_ascii_isdigit(*at) || ((*at == '-' || *at == '+') && g_ascii_isdigit(at[1]))) {
        read_number(lexer);
    } else {
        return read_sign(lexer, error);
    }
    return TRUE;
}

void
cim_lexer_clear(CimLexer *lexer)
{
    g_clear_pointer(&lexer->token.text, g_free);
}

gboolean
cim_lexer_is_word(const CimLexer *lexer, const char *word)
{
    return lexer->token.kind == CIM_TOKEN_NAME && g_ascii_strcasecmp(lexer->token.text, word) == 0;
}

gboolean
cim_lexer_is_sign(const CimLexer *lexer, const char *sign)
{
    return lexer->token.kind == CIM_TOKEN_SIGN && strcmp(lexer->token.text, sign) == 0;
}

gboolean
cim_lexer_unexpected(const CimLexer *lexer, const char *expected, GError **error)
{
    if (lexer->token.kind == CIM_TOKEN_END)
        return cim_query_invalid(error, "it ends where %s belongs", expected);
    return cim_query_invalid(error, "%s belongs at %zu, not '%s'", expected, lexer->token.place,
                             lexer->token.text);
}
