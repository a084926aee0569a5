#include "cim/mofc/lexer.h"

#include <string.h>

enum { HEX_ESCAPE_DIGITS = 4 };

static MofPlace
place_of(const MofLexer *lexer, const char *at)
{
    return (MofPlace){.file = lexer->file,
                      .line = lexer->line,
                      .column = (guint) g_utf8_pointer_to_offset(lexer->line_start, at) + 1};
}

gboolean
mof_lexer_init(MofLexer *lexer,
               MofModel *model,
               const char *file,
               const char *text,
               gsize length,
               GError **error)
{
    const char *bad;

    *lexer = (MofLexer){.model = model, .file = file, .at = text, .line_start = text, .line = 1};
    if (g_utf8_validate_len(text, length, &bad))
        return TRUE;

    for (const char *at = text; at < bad; at++)
        if (*at == '\n') {
            lexer->line++;
            lexer->line_start = at + 1;
        }

    MofPlace place = place_of(lexer, bad);

    return mof_fail(&place, error, "the text is not UTF-8");
}

static void
advance(MofLexer *lexer)
{
    if (*lexer->at++ == '\n') {
        lexer->line++;
        lexer->line_start = lexer->at;
    }
}

/* ---- blanks and comments ---- */

static gboolean
skip_block_comment(MofLexer *lexer, GError **error)
{
    MofPlace place = place_of(lexer, lexer->at);
    const char *end = strstr(lexer->at + 2, "*/");

    if (!end)
        return mof_fail(&place, error, "the comment has no end");
    while (lexer->at < end + 2)
        advance(lexer);
    return TRUE;
}

static gboolean
skip_blanks(MofLexer *lexer, GError **error)
{
    for (;;) {
        if (g_ascii_isspace(*lexer->at)) {
            advance(lexer);
        } else if (g_str_has_prefix(lexer->at, "//")) {
            lexer->at += strcspn(lexer->at, "\n");
        } else if (g_str_has_prefix(lexer->at, "/*")) {
            if (!skip_block_comment(lexer, error))
                return FALSE;
        } else {
            return TRUE;
        }
    }
}

/* ---- strings and characters ---- */

static gboolean
read_hex_escape(MofLexer *lexer, const MofPlace *place, gunichar *character, GError **error)
{
    *character = 0;
    for (int i = 0; i < HEX_ESCAPE_DIGITS && g_ascii_isxdigit(*lexer->at); i++, lexer->at++)
        *character = *character * 16 + (gunichar) g_ascii_xdigit_value(*lexer->at);
    if (*character == 0 || !g_unichar_validate(*character))
        return mof_fail(place, error, "the escape '\\x' names no character");
    return TRUE;
}

static gboolean
read_escape(MofLexer *lexer, gunichar *character, GError **error)
{
    static const char letters[] = "btnfr\"'\\";
    static const char meanings[] = "\b\t\n\f\r\"'\\";
    MofPlace place = place_of(lexer, lexer->at);
    char letter = *++lexer->at;
    const char *known = letter ? strchr(letters, letter) : NULL;

    if (!known && g_ascii_tolower(letter) != 'x')
        return mof_fail(&place, error, "unknown escape '\\%c'", letter ? letter : ' ');
    lexer->at++;
    if (!known)
        return read_hex_escape(lexer, &place, character, error);
    *character = (guchar) meanings[known - letters];
    return TRUE;
}

/* What stands between two @quote characters, decoded. */
static gboolean
read_quoted(MofLexer *lexer, MofToken *token, char quote, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    lexer->at++;
    while (*lexer->at != quote) {
        gunichar character = g_utf8_get_char(lexer->at);

        if (character == '\0' || character == '\n')
            return mof_fail(&token->place, error, "the string has no end on its line");
        if (character != '\\')
            lexer->at = g_utf8_next_char(lexer->at);
        else if (!read_escape(lexer, &character, error))
            return FALSE;
        g_string_append_unichar(text, character);
    }
    lexer->at++;
    token->text = mof_model_take_string(lexer->model, g_string_free(g_steal_pointer(&text), FALSE));
    return TRUE;
}

static gboolean
read_char(MofLexer *lexer, MofToken *token, GError **error)
{
    token->kind = MOF_TOKEN_CHAR;
    if (!read_quoted(lexer, token, '\'', error))
        return FALSE;
    if (g_utf8_strlen(token->text, -1) != 1)
        return mof_fail(&token->place, error, "a char16 is one character");
    return TRUE;
}

/* ---- names and numbers ---- */

static char *
take_text(MofLexer *lexer, const char *end)
{
    char *text = g_strndup(lexer->at, (gsize) (end - lexer->at));

    lexer->at = end;
    return mof_model_take_string(lexer->model, text);
}

static void
read_name(MofLexer *lexer, MofToken *token)
{
    const char *end = lexer->at;

    while (g_ascii_isalnum(*end) || *end == '_')
        end++;
    token->kind = MOF_TOKEN_NAME;
    token->text = take_text(lexer, end);
}

static gboolean
is_number_char(const char *at, const char *start)
{
    if (g_ascii_isalnum(*at) || *at == '.')
        return TRUE;
    /* A sign begins a number, or its exponent. */
    if (*at != '+' && *at != '-')
        return FALSE;
    return at == start || (g_ascii_tolower(at[-1]) == 'e' && memchr(start, '.', at - start));
}

static gboolean
is_octal(const char *text)
{
    const char *digits = text + (*text == '+' || *text == '-');

    return digits[0] == '0' && g_ascii_isdigit(digits[1]) && !strpbrk(digits, "bB");
}

/* Whether the digits make a number of some type is found out where the type is known. */
static gboolean
read_number(MofLexer *lexer, MofToken *token, GError **error)
{
    const char *end = lexer->at;

    while (is_number_char(end, lexer->at))
        end++;
    token->text = take_text(lexer, end);
    token->kind = strchr(token->text, '.') ? MOF_TOKEN_REAL : MOF_TOKEN_INTEGER;
    if (token->kind == MOF_TOKEN_INTEGER && is_octal(token->text))
        return mof_fail(&token->place, error, "'%s': octal numbers are not taken", token->text);
    return TRUE;
}

static gboolean
starts_number(const char *at)
{
    if (*at == '+' || *at == '-')
        at++;
    return g_ascii_isdigit(*at) || (*at == '.' && g_ascii_isdigit(at[1]));
}

/* ---- tokens ---- */

gboolean
mof_lexer_next(MofLexer *lexer, MofToken *token, GError **error)
{
    if (!skip_blanks(lexer, error))
        return FALSE;

    *token = (MofToken){.place = place_of(lexer, lexer->at), .kind = MOF_TOKEN_END, .text = ""};
    if (*lexer->at == '\0')
        return TRUE;
    if (starts_number(lexer->at))
        return read_number(lexer, token, error);
    if (*lexer->at == '\'')
        return read_char(lexer, token, error);
    if (*lexer->at == '"') {
        token->kind = MOF_TOKEN_STRING;
        return read_quoted(lexer, token, '"', error);
    }
    if (g_ascii_isalpha(*lexer->at) || *lexer->at == '_') {
        read_name(lexer, token);
        return TRUE;
    }
    if (!strchr("{}[]():;,=#$", *lexer->at)) {
        g_autofree char *character =
            g_strndup(lexer->at, (gsize) (g_utf8_next_char(lexer->at) - lexer->at));

        return mof_fail(&token->place, error, "unexpected character '%s'", character);
    }
    token->kind = MOF_TOKEN_PUNCTUATION;
    token->text = take_text(lexer, lexer->at + 1);
    return TRUE;
}
