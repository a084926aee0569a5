/*
 * The words of a query.
 *
 * Ownership: a lexer borrows the text; a token's text belongs to the token.
 * Errors:    CIM_ERR_INVALID_QUERY with the place.
 * Thread:    plain data.
 * Source:    cim/query.h.
 */
#pragma once

#include <glib.h>

typedef enum {
    CIM_TOKEN_END,
    CIM_TOKEN_NAME,
    CIM_TOKEN_STRING,
    CIM_TOKEN_NUMBER,
    CIM_TOKEN_SIGN, /* punctuation and operators */
} CimTokenKind;

typedef struct {
    CimTokenKind kind;
    char *text;  /* a string's without quotes and escapes; never NULL */
    gsize place; /* offset of the first byte */
} CimToken;

typedef struct {
    const char *text;
    gsize at;
    CimToken token; /* the one to be looked at */
} CimLexer;

/* Takes the next token, after a zeroed one the first. */
gboolean cim_lexer_next(CimLexer *lexer, GError **error);
void cim_lexer_clear(CimLexer *lexer);
/* In any case; a keyword is a name. */
gboolean cim_lexer_is_word(const CimLexer *lexer, const char *word);
gboolean cim_lexer_is_sign(const CimLexer *lexer, const char *sign);
/* Says what was expected instead of the token. */
gboolean cim_lexer_unexpected(const CimLexer *lexer, const char *expected, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CimLexer, cim_lexer_clear)
