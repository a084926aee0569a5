#include <math.h>
#include <string.h>

#include "cim/error.h"
#include "cim/path.h"

enum {
    QUOTED_MAX = 64,        /* bytes of bad input that a message repeats */
    REAL_TEXT_MAX = 64,     /* no real that a double can hold needs more */
    DATETIME_TEXT_MAX = 26, /* 25 and a NUL */
};

/* ---- to text ---- */

static void
append_uint(GString *text, guint64 number)
{
    char digits[20];
    gsize at = sizeof digits;

    do {
        digits[--at] = (char) ('0' + number % 10);
        number /= 10;
    } while (number);
    g_string_append_len(text, digits + at, (gssize) (sizeof digits - at));
}

static void
append_sint(GString *text, gint64 number)
{
    if (number < 0)
        g_string_append_c(text, '-');
    append_uint(text, number < 0 ? -(guint64) number : (guint64) number);
}

static void
append_boolean(GString *text, gboolean boolean)
{
    if (boolean)
        g_string_append_len(text, "TRUE", 4);
    else
        g_string_append_len(text, "FALSE", 5);
}

static void
append_real(GString *text, CimType type, double real)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    if (isnan(real))
        g_string_append_len(text, "NaN", 3);
    else if (isinf(real))
        g_string_append(text, real < 0 ? "-INF" : "INF");
    else
        g_string_append(text, g_ascii_formatd(buffer, sizeof buffer,
                                              type == CIM_TYPE_REAL32 ? "%.9g" : "%.17g", real));
}

static void
append_char16(GString *text, gunichar2 char16)
{
    /* Half a surrogate pair is no character: UTF-8 has no form for it. */
    gboolean printable = char16 != 0 && (char16 < 0xd800 || char16 > 0xdfff);

    g_string_append_unichar(text, printable ? char16 : 0xfffd);
}

static void
append_datetime(GString *text, const CimDatetime *datetime)
{
    char buffer[DATETIME_TEXT_MAX];

    cim_datetime_print(datetime, buffer);
    g_string_append_len(text, buffer, DATETIME_TEXT_MAX - 1);
}

void
cim_value_append_text(const CimValue *value, GString *text)
{
    g_return_if_fail(!value->is_array);

    if (value->is_null)
        return;
    if (cim_type_is_unsigned(value->type))
        append_uint(text, value->uinteger);
    else if (cim_type_is_signed(value->type))
        append_sint(text, value->sinteger);
    else if (cim_type_is_real(value->type))
        append_real(text, value->type, value->real);
    else if (value->type == CIM_TYPE_STRING)
        g_string_append(text, value->string);
    else if (value->type == CIM_TYPE_BOOLEAN)
        append_boolean(text, value->boolean);
    else if (value->type == CIM_TYPE_DATETIME)
        append_datetime(text, &value->datetime);
    else if (value->type == CIM_TYPE_CHAR16)
        append_char16(text, value->char16);
    else
        g_return_if_reached();
}

/* ---- from text ---- */

static gboolean
mismatch(GError **error, const char *text, gsize length, CimType type, const char *why)
{
    g_autofree char *known = g_utf8_make_valid(text, (gssize) MIN(length, QUOTED_MAX));
    g_autofree char *quoted = g_strescape(known, NULL);

    g_set_error(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH, "'%s%s' %s %s", quoted,
                length > QUOTED_MAX ? "…" : "", why, cim_type_name(type));
    return FALSE;
}

static void
trim(const char **text, gsize *length)
{
    while (*length && g_ascii_isspace(**text)) {
        (*text)++;
        (*length)--;
    }
    while (*length && g_ascii_isspace((*text)[*length - 1]))
        (*length)--;
}

static gboolean
equals(const char *text, gsize length, const char *word)
{
    return strlen(word) == length && g_ascii_strncasecmp(text, word, length) == 0;
}

typedef enum { NUMBER_OK, NUMBER_MALFORMED, NUMBER_TOO_BIG } NumberResult;

/* Reads the digits of one base; all of @text must be digits. */
static NumberResult
read_digits(const char *text, gsize length, guint base, guint64 *number)
{
    *number = 0;
    if (length == 0)
        return NUMBER_MALFORMED;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isxdigit(text[i]) || (guint) g_ascii_xdigit_value(text[i]) >= base)
            return NUMBER_MALFORMED;
    for (gsize i = 0; i < length; i++) {
        guint digit = (guint) g_ascii_xdigit_value(text[i]);

        if (*number > (G_MAXUINT64 - digit) / base)
            return NUMBER_TOO_BIG;
        *number = *number * base + digit;
    }
    return NUMBER_OK;
}

/* DSP0004's integer forms behind the sign: 0x1F, 101b, 31. */
static NumberResult
read_magnitude(const char *text, gsize length, guint64 *number)
{
    if (length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x')
        return read_digits(text + 2, length - 2, 16, number);
    if (length > 1 && (text[length - 1] | 0x20) == 'b')
        return read_digits(text, length - 1, 2, number);
    return read_digits(text, length, 10, number);
}

static gboolean
store_integer(CimValue *value, guint64 magnitude, gboolean negative)
{
    guint64 max = cim_type_max_integer(value->type);

    if (cim_type_is_unsigned(value->type)) {
        if (magnitude > max || (negative && magnitude))
            return FALSE;
        value->uinteger = magnitude;
        return TRUE;
    }
    if (magnitude > max + negative)
        return FALSE;
    value->uinteger = negative ? -magnitude : magnitude; /* the same bits as sinteger */
    return TRUE;
}

static gboolean
parse_integer(CimValue *value, const char *text, gsize length, GError **error)
{
    gboolean has_sign = length && (text[0] == '-' || text[0] == '+');
    guint64 magnitude;
    NumberResult result = read_magnitude(text + has_sign, length - has_sign, &magnitude);

    if (result == NUMBER_MALFORMED)
        return mismatch(error, text, length, value->type, "is no");
    if (result == NUMBER_TOO_BIG || !store_integer(value, magnitude, has_sign && text[0] == '-'))
        return mismatch(error, text, length, value->type, "is out of the range of");
    return TRUE;
}

static gboolean
parse_special_real(CimValue *value, const char *text, gsize length)
{
    if (equals(text, length, "NaN"))
        value->real = NAN;
    else if (equals(text, length, "INF") || equals(text, length, "+INF"))
        value->real = INFINITY;
    else if (equals(text, length, "-INF"))
        value->real = -INFINITY;
    else
        return FALSE;
    return TRUE;
}

static gboolean
parse_real(CimValue *value, const char *text, gsize length, GError **error)
{
    char buffer[REAL_TEXT_MAX + 1];
    char *end;

    if (parse_special_real(value, text, length))
        return TRUE;
    /* g_ascii_strtod() alone would take hexadecimal and "infinity" as well. */
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isdigit(text[i]) && !memchr("+-.eE", text[i], 5))
            return mismatch(error, text, length, value->type, "is no");
    if (length == 0 || length > REAL_TEXT_MAX)
        return mismatch(error, text, length, value->type, "is no");

    memcpy(buffer, text, length);
    buffer[length] = '\0';
    value->real = g_ascii_strtod(buffer, &end);
    if (value->type == CIM_TYPE_REAL32)
        value->real = (float) value->real;
    if (end != buffer + length)
        return mismatch(error, text, length, value->type, "is no");
    if (isinf(value->real))
        return mismatch(error, text, length, value->type, "is out of the range of");
    return TRUE;
}

static gboolean
parse_boolean(CimValue *value, const char *text, gsize length, GError **error)
{
    if (!equals(text, length, "TRUE") && !equals(text, length, "FALSE"))
        return mismatch(error, text, length, value->type, "is no");
    value->boolean = length == strlen("TRUE");
    return TRUE;
}

static gboolean
parse_char16(CimValue *value, const char *text, gsize length, GError **error)
{
    gunichar character = g_utf8_get_char_validated(text, (gssize) length);

    if (length == 0 || character == 0 || character > 0xffff ||
        (gsize) g_unichar_to_utf8(character, NULL) != length)
        return mismatch(error, text, length, value->type, "is no");
    value->char16 = (gunichar2) character;
    return TRUE;
}

static gboolean
parse_string(CimValue *value, const char *text, gsize length, GError **error)
{
    if (!g_utf8_validate_len(text, length, NULL))
        return mismatch(error, text, length, value->type, "is not UTF-8, and so no");
    value->string = g_strndup(text, length);
    value->owned = TRUE;
    return TRUE;
}

static gboolean
parse_datetime(CimValue *value, const char *text, gsize length, GError **error)
{
    return cim_datetime_parse(text, length, &value->datetime, error);
}

static gboolean
parse_reference(CimValue *value, const char *text, gsize length, GError **error)
{
    g_autoptr(GError) cause = NULL;

    value->reference = cim_path_parse_length(text, length, &cause);
    value->owned = value->reference != NULL;
    if (!value->owned)
        g_set_error_literal(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH, cause->message);
    return value->owned;
}

typedef gboolean (*Parser)(CimValue *value, const char *text, gsize length, GError **error);

/* Blanks around a value are the sender's layout, unless the value is text itself. */
static Parser
find_parser(CimType type, gboolean *trims)
{
    *trims = type != CIM_TYPE_STRING && type != CIM_TYPE_CHAR16;
    if (cim_type_is_unsigned(type) || cim_type_is_signed(type))
        return parse_integer;
    if (cim_type_is_real(type))
        return parse_real;

    switch (type) {
    case CIM_TYPE_BOOLEAN: return parse_boolean;
    case CIM_TYPE_CHAR16: return parse_char16;
    case CIM_TYPE_STRING: return parse_string;
    case CIM_TYPE_DATETIME: return parse_datetime;
    case CIM_TYPE_REFERENCE: return parse_reference;
    default: return NULL;
    }
}

gboolean
cim_value_parse(CimValue *value, const char *text, gsize length, GError **error)
{
    gboolean trims;
    Parser parse = find_parser(value->type, &trims);
    CimValue parsed = {.type = value->type};

    if (!parse)
        return mismatch(error, text, length, value->type, "cannot become an embedded or untyped");
    if (trims)
        trim(&text, &length);
    if (!parse(&parsed, text, length, error))
        return FALSE;

    cim_value_clear(value);
    *value = parsed;
    return TRUE;
}

/* ---- from one type to another ---- */

static gboolean
is_number(CimType type)
{
    return cim_type_is_unsigned(type) || cim_type_is_signed(type) || cim_type_is_real(type);
}

/* Nothing is printed on the way when the number fits as it is. */
static gboolean
convert_integer(CimValue *value, CimType type)
{
    gboolean negative = cim_type_is_signed(value->type) && value->sinteger < 0;
    CimValue converted = {.type = type};

    if (!store_integer(&converted, negative ? -value->uinteger : value->uinteger, negative))
        return FALSE;
    *value = converted;
    return TRUE;
}

static gboolean
convert_text(CimValue *value, CimType type, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    CimValue converted = {.type = type};

    cim_value_append_text(value, text);
    if (!cim_value_parse(&converted, text->str, text->len, error))
        return FALSE;
    cim_value_clear(value);
    *value = converted;
    return TRUE;
}

static gboolean
convert_scalar(CimValue *value, CimType type, GError **error)
{
    gboolean from_integer = cim_type_is_unsigned(value->type) || cim_type_is_signed(value->type);
    gboolean to_integer = cim_type_is_unsigned(type) || cim_type_is_signed(type);

    if (from_integer && to_integer && convert_integer(value, type))
        return TRUE;
    if (value->type == CIM_TYPE_STRING && type != CIM_TYPE_INSTANCE)
        return convert_text(value, type, error);
    if (is_number(value->type) && is_number(type))
        return convert_text(value, type, error);

    g_set_error(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH, "a value of type %s is no %s",
                cim_type_name(value->type),
                type == CIM_TYPE_INSTANCE ? "embedded instance" : cim_type_name(type));
    return FALSE;
}

gboolean
cim_value_convert(CimValue *value, CimType type, GError **error)
{
    if (value->type == type)
        return TRUE;
    if (!value->is_null && !value->is_array)
        return convert_scalar(value, type, error);

    if (!value->is_null)
        for (guint i = 0; i < value->array.n; i++)
            if (!cim_value_convert(&value->array.elements[i], type, error))
                return FALSE;
    value->type = type;
    return TRUE;
}
