#include <string.h>

#include "cim/error.h"
#include "cim/path.h"

enum {
    MAX_KEYS = 32, /* finding doubles compares each with each */
    DATETIME_LENGTH = 25,
};

/* ---- reading ---- */

typedef struct {
    const char *start;
    const char *at;
    const char *end;
    GError **error;
} Reader;

/* Says what is wrong and where, without repeating hostile input. */
static gboolean
fail(Reader *reader, const char *what)
{
    g_set_error(reader->error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER,
                "object path: %s at offset %zu", what, (gsize) (reader->at - reader->start));
    return FALSE;
}

static gboolean
at_end(const Reader *reader)
{
    return reader->at == reader->end;
}

static char
peek(const Reader *reader)
{
    return at_end(reader) ? '\0' : *reader->at;
}

static gboolean
skip(Reader *reader, char c)
{
    if (peek(reader) != c)
        return FALSE;
    reader->at++;
    return TRUE;
}

static gboolean
is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* DSP0004 names: letters, digits, underscores and anything beyond ASCII. */
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

static char *
read_name(Reader *reader)
{
    const char *start = reader->at;

    if (at_end(reader) || !is_name_start(*start))
        return NULL;
    while (!at_end(reader) && is_name_char(*reader->at))
        reader->at++;
    return g_strndup(start, (gsize) (reader->at - start));
}

/* Skips "https:" and the like in front of "//". */
static void
skip_scheme(Reader *reader)
{
    const char *at = reader->at;

    while (at < reader->end && (g_ascii_isalnum(*at) || *at == '.' || *at == '-' || *at == '+'))
        at++;
    if (at > reader->at && reader->end - at >= 3 && memcmp(at, "://", 3) == 0)
        reader->at = at + 1;
}

static gboolean
read_host(Reader *reader, CimPath *path)
{
    const char *start;

    if (reader->end - reader->at < 2 || !is_slash(reader->at[0]) || !is_slash(reader->at[1]))
        return TRUE;

    reader->at += 2;
    start = reader->at;
    while (!at_end(reader) && (g_ascii_isalnum(*reader->at) || (guchar) *reader->at >= 0x80 ||
                               strchr("-._:[]@%", *reader->at)))
        reader->at++;
    if (!at_end(reader) && !is_slash(*reader->at))
        return fail(reader, "expected '/' behind the host");
    if (reader->at == start)
        return fail(reader, "expected a host");
    /* "." is WMI's name for this machine. */
    if (reader->at - start > 1 || *start != '.')
        path->host = g_strndup(start, (gsize) (reader->at - start));
    return TRUE;
}

static gboolean
take_namespace(Reader *reader, CimPath *path, const char *start, const char *end)
{
    while (start < end && is_slash(*start))
        start++;
    while (end > start && is_slash(end[-1]))
        end--;
    if (start == end)
        return TRUE;
    path->name_space = g_strdelimit(g_strndup(start, (gsize) (end - start)), "\\", '/');
    return !strstr(path->name_space, "//") || fail(reader, "empty segment in the namespace");
}

static gboolean
is_namespace_char(char c)
{
    return is_name_char(c) || c == '-' || is_slash(c);
}

/*
 * The namespace in front of ':'.  Without one, what was read is a namespace only if it has slashes
 * (`//host/root/v2`, `root/v2`), and otherwise the class.
 */
static gboolean
read_namespace(Reader *reader, CimPath *path)
{
    const char *start = reader->at;
    gboolean has_slash = path->host != NULL || start != reader->start;

    for (; !at_end(reader) && is_namespace_char(*reader->at); reader->at++)
        has_slash |= is_slash(*reader->at);
    if (peek(reader) != ':' && !has_slash) {
        reader->at = start;
        return TRUE;
    }
    if (!at_end(reader) && peek(reader) != ':')
        return fail(reader, "expected ':' behind the namespace");

    return take_namespace(reader, path, start, reader->at);
}

/* Text within quotes.  A backslash takes the next quote or backslash as it is; any other one stands
 * for itself, since Hyper-V's tools write identifiers with single ones. */
static gboolean
read_quoted(Reader *reader, CimValue *value)
{
    char quote = *reader->at;
    const char *opened = reader->at++;
    g_autoptr(GString) text = g_string_new(NULL);

    while (!at_end(reader) && *reader->at != quote) {
        gboolean escapes = *reader->at == '\\' && reader->at + 1 < reader->end &&
                           strchr("\\\"'", reader->at[1]) && reader->at[1] != '\0';

        if (escapes)
            reader->at++;
        g_string_append_c(text, *reader->at++);
    }
    if (!skip(reader, quote)) {
        reader->at = opened;
        return fail(reader, "unterminated string");
    }
    cim_value_take_string(value, g_string_free(g_steal_pointer(&text), FALSE));
    return TRUE;
}

static CimType
guess_type(const char *token, gsize length)
{
    gboolean is_hex = length > 2 && token[0] == '0' && (token[1] | 0x20) == 'x';

    if (length == DATETIME_LENGTH && token[DATETIME_LENGTH - 11] == '.')
        return CIM_TYPE_DATETIME;
    if (g_ascii_isalpha(token[0]) && (token[0] | 0x20) != 'i' && (token[0] | 0x20) != 'n')
        return CIM_TYPE_BOOLEAN;
    for (gsize i = 0; i < length && !is_hex; i++)
        if (memchr(".eEnNiI", token[i], 7))
            return CIM_TYPE_REAL64;
    return token[0] == '-' ? CIM_TYPE_SINT64 : CIM_TYPE_UINT64;
}

/* TRUE, 42, -1, 0x1f, 1.5e3, 20261121020000.000000+060 */
static gboolean
read_bare(Reader *reader, CimValue *value)
{
    const char *start = reader->at;
    gsize length;

    while (!at_end(reader) && (g_ascii_isalnum(*reader->at) || strchr("+-.:*", *reader->at)))
        reader->at++;
    length = (gsize) (reader->at - start);
    reader->at = start;
    if (length == 0)
        return fail(reader, "expected a value");

    value->type = guess_type(start, length);
    if (!cim_value_parse(value, start, length, NULL))
        return fail(reader, "malformed value");
    reader->at += length;
    return TRUE;
}

static gboolean
read_value(Reader *reader, CimValue *value)
{
    char c = peek(reader);

    return c == '"' || c == '\'' ? read_quoted(reader, value) : read_bare(reader, value);
}

static gboolean
read_key(Reader *reader, CimPath *path)
{
    g_auto(CimValue) value = {0};
    g_autofree char *name = read_name(reader);

    if (!name)
        return fail(reader, "expected a key's name");
    if (cim_path_find_key(path, name))
        return fail(reader, "a key is there twice");
    if (path->n_keys == MAX_KEYS)
        return fail(reader, "too many keys");
    if (!skip(reader, '='))
        return fail(reader, "expected '=' behind a key's name");
    if (!read_value(reader, &value))
        return FALSE;
    cim_path_take_key(path, name, &value);
    return TRUE;
}

static gboolean
read_keys(Reader *reader, CimPath *path)
{
    do {
        if (!read_key(reader, path))
            return FALSE;
    } while (skip(reader, ','));
    return TRUE;
}

/* `="x"`, or the keyless `=@` of WMI's singletons. */
static gboolean
read_unnamed_key(Reader *reader, CimPath *path)
{
    g_auto(CimValue) value = {0};

    if (skip(reader, '@'))
        return TRUE;
    if (!read_value(reader, &value))
        return FALSE;
    cim_path_take_key(path, NULL, &value);
    return TRUE;
}

static gboolean
read_class_and_keys(Reader *reader, CimPath *path)
{
    path->class_name = read_name(reader);
    if (!path->class_name)
        return fail(reader, "expected a class name");
    if (skip(reader, '.') && !read_keys(reader, path))
        return FALSE;
    if (path->n_keys == 0 && skip(reader, '=') && !read_unnamed_key(reader, path))
        return FALSE;
    return at_end(reader) || fail(reader, "unexpected character");
}

static gboolean
read_path(Reader *reader, CimPath *path)
{
    if (!g_utf8_validate_len(reader->start, (gsize) (reader->end - reader->start), NULL))
        return fail(reader, "not UTF-8");
    skip_scheme(reader);
    if (!read_host(reader, path) || !read_namespace(reader, path))
        return FALSE;
    if (at_end(reader) && (path->name_space || path->host))
        return TRUE;
    skip(reader, ':');
    return read_class_and_keys(reader, path);
}

CimPath *
cim_path_parse_length(const char *text, gsize length, GError **error)
{
    Reader reader = {.start = text, .at = text, .end = text + length, .error = error};
    g_autoptr(CimPath) path = g_new0(CimPath, 1);

    return read_path(&reader, path) ? g_steal_pointer(&path) : NULL;
}

CimPath *
cim_path_parse(const char *text, GError **error)
{
    return cim_path_parse_length(text, strlen(text), error);
}

/* ---- writing ---- */

static void
append_quoted(GString *text, const char *string)
{
    g_string_append_c(text, '"');
    for (; *string; string++) {
        if (*string == '"' || *string == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *string);
    }
    g_string_append_c(text, '"');
}

static char *
plain_text(const CimValue *value)
{
    GString *text = g_string_new(NULL);

    cim_value_append_text(value, text);
    /* Read back, "2" would be an integer. */
    if (cim_type_is_real(value->type) && !strpbrk(text->str, ".eNI"))
        g_string_append(text, ".0");
    return g_string_free(text, FALSE);
}

static gboolean
is_bare(CimType type)
{
    return type == CIM_TYPE_BOOLEAN || cim_type_is_unsigned(type) || cim_type_is_signed(type) ||
           cim_type_is_real(type);
}

static void
append_value(GString *text, const CimValue *value)
{
    g_autofree char *plain = NULL;

    if (value->is_null || value->is_array || value->type == CIM_TYPE_INSTANCE) {
        g_string_append(text, "\"\""); /* not in any checked path */
        return;
    }
    plain =
        value->type == CIM_TYPE_REFERENCE ? cim_path_print(value->reference) : plain_text(value);
    if (is_bare(value->type))
        g_string_append(text, plain);
    else
        append_quoted(text, plain);
}

char *
cim_path_print(const CimPath *path)
{
    GString *text = g_string_new(NULL);

    if (path->host)
        g_string_append_printf(text, "//%s/", path->host);
    else if (path->name_space && !path->class_name)
        g_string_append_c(text, '/'); /* or it would read as a class */
    if (path->name_space)
        g_string_append(text, path->name_space);
    if (!path->class_name)
        return g_string_free(text, FALSE);
    if (path->host || path->name_space)
        g_string_append_c(text, ':');
    g_string_append(text, path->class_name);
    for (guint i = 0; i < path->n_keys; i++) {
        if (path->keys[i].name)
            g_string_append_printf(text, "%c%s", i == 0 ? '.' : ',', path->keys[i].name);
        g_string_append_c(text, '=');
        append_value(text, &path->keys[i].value);
    }
    return g_string_free(text, FALSE);
}
