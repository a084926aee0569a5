/*
 * MOF text as tokens: names, numbers, strings with their escapes decoded, punctuation.
 *
 * Ownership: the lexer borrows the text; tokens' texts belong to the model.
 * Errors:    MOF_ERROR, "file:line:column: message".
 * Source:    DSP0004 annex A.
 */
#pragma once

#include "cim/mofc/model.h"

typedef enum {
    MOF_TOKEN_END,
    MOF_TOKEN_NAME,
    MOF_TOKEN_INTEGER,
    MOF_TOKEN_REAL,
    MOF_TOKEN_CHAR,
    MOF_TOKEN_STRING,
    MOF_TOKEN_PUNCTUATION, /* one character, in @text */
} MofTokenKind;

typedef struct {
    MofPlace place;
    MofTokenKind kind;
    const char *text;
} MofToken;

typedef struct {
    MofModel *model;
    const char *file;
    const char *at;         /* NUL-terminated */
    const char *line_start; /* of the line that @at is on */
    guint line;
} MofLexer;

/* FALSE: @text (@length bytes, NUL behind) is not UTF-8 or has a NUL within. */
gboolean mof_lexer_init(MofLexer *lexer,
                        MofModel *model,
                        const char *file,
                        const char *text,
                        gsize length,
                        GError **error);
gboolean mof_lexer_next(MofLexer *lexer, MofToken *token, GError **error);
