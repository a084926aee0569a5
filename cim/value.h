/*
 * CIM values: every intrinsic CIM type, arrays of them, references and embedded instances.
 *
 * Purpose:   one small tagged union that providers fill, the codec reads and writes, and clients
 * read. Ownership: a value either borrows what it points to (the default of the cim_value_set_*
 * functions: the pointee must outlive the value) or owns it (cim_value_take_*, cim_value_copy).
 *            cim_value_clear() frees what is owned.  A zeroed CimValue is "no value of no type".
 * Errors:    CIM_ERROR, with the DSP0200 status codes (cim/error.h).
 * Thread:    plain data; no value is shared between threads without the caller's care.
 * Source:    DSP0004 5.2 (types), DSP0201 (text forms).
 */
#pragma once

#include <glib.h>

typedef struct _CimPath CimPath;
typedef struct _CimInstance CimInstance;

/* The numbers are internal: they are neither stored nor sent. */
typedef enum {
    CIM_TYPE_NONE,
    CIM_TYPE_BOOLEAN,
    CIM_TYPE_CHAR16,
    CIM_TYPE_UINT8,
    CIM_TYPE_SINT8,
    CIM_TYPE_UINT16,
    CIM_TYPE_SINT16,
    CIM_TYPE_UINT32,
    CIM_TYPE_SINT32,
    CIM_TYPE_UINT64,
    CIM_TYPE_SINT64,
    CIM_TYPE_REAL32,
    CIM_TYPE_REAL64,
    CIM_TYPE_STRING,
    CIM_TYPE_DATETIME,
    CIM_TYPE_REFERENCE,
    CIM_TYPE_INSTANCE, /* a string with EmbeddedInstance("C") or EmbeddedObject: "string" on the
                          wire */
} CimType;

/*
 * A datetime (DSP0004 5.2.4), microsecond resolution.
 * A timestamp counts microseconds since 1970-01-01T00:00:00Z and remembers the offset it was
 * written in; an interval counts microseconds.  @wildcards: how many of the least significant digit
 * fields were written as asterisks (0: none).
 */
typedef struct {
    gint64 us;
    gint16 utc_offset_min;
    guint8 is_interval;
    guint8 wildcards; /* significant digits of the 20 (yyyymmddhhmmssmmmmmm) that are '*', from the
                         right */
} CimDatetime;

typedef struct _CimValue {
    CimType type;
    guint is_array : 1;
    guint is_null : 1;
    guint owned : 1; /* the pointee belongs to this value */
    union {
        gboolean boolean;
        gunichar2 char16;
        guint64 uinteger; /* all uintN */
        gint64 sinteger;  /* all sintN */
        double real;
        const char *string;
        CimDatetime datetime;
        const CimPath *reference;
        const CimInstance *instance;
        struct {
            struct _CimValue *elements; /* of @type each, never arrays; may be NULL when @n is 0 */
            guint n;
        } array;
    };
} CimValue;

/* "uint16", "string", "reference", …; an embedded instance is "string".  Never NULL. */
const char *cim_type_name(CimType type);
/* CIM_TYPE_NONE when @name (any case) is no CIM type. */
CimType cim_type_from_name(const char *name);
gboolean cim_type_is_unsigned(CimType type);
gboolean cim_type_is_signed(CimType type);
gboolean cim_type_is_real(CimType type);
/* The largest number of an integer type (a signed one goes down to -max - 1); 0 for other types. */
guint64 cim_type_max_integer(CimType type);

/* Makes @value a NULL of @type. What it held is not freed: for values on the stack. */
void cim_value_init(CimValue *value, CimType type, gboolean is_array);
void cim_value_clear(CimValue *value);
/* Deep copy into the uninitialised @copy, which owns everything. */
void cim_value_copy(const CimValue *value, CimValue *copy);
/* Integers compare by number whatever their width, reals likewise; all else needs the same type.
 * Timestamps compare as instants, whatever the offset they were written in. */
gboolean cim_value_equal(const CimValue *a, const CimValue *b);
/*
 * Gives @value another type where it fits: text is parsed, integers and reals are range-checked, a
 * NULL takes any type; arrays element by element.  What it holds is owned afterwards if it had to
 * change. CIM_ERR_TYPE_MISMATCH; @value is then unchanged, or a partly converted array.
 */
gboolean cim_value_convert(CimValue *value, CimType type, GError **error);

/*
 * Setters.  They keep @value's declared type where it fits (so one call serves uint8…uint64) and
 * are programming errors (g_return) on another kind of type or out of its range.  A value of no
 * type gets the widest type of the setter's kind.  Borrowing; strings may be NULL (= NULL value).
 */
void cim_value_set_null(CimValue *value);
void cim_value_set_boolean(CimValue *value, gboolean boolean);
void cim_value_set_uint(CimValue *value, guint64 number);
void cim_value_set_sint(CimValue *value, gint64 number);
void cim_value_set_real(CimValue *value, double real);
void cim_value_set_string(CimValue *value, const char *string); /* borrowed */
void cim_value_take_string(CimValue *value, char *string);      /* (transfer full) */
void cim_value_set_timestamp(CimValue *value, gint64 real_us);  /* UTC; 0 = NULL */
void cim_value_set_interval(CimValue *value, gint64 us);        /* negative = NULL */
void cim_value_set_datetime(CimValue *value, CimDatetime datetime);
void cim_value_set_reference(CimValue *value, const CimPath *path);        /* borrowed */
void cim_value_take_reference(CimValue *value, CimPath *path);             /* (transfer full) */
void cim_value_set_instance(CimValue *value, const CimInstance *instance); /* borrowed */
void cim_value_take_instance(CimValue *value, CimInstance *instance);      /* (transfer full) */
/* Arrays: makes @n NULL elements of the value's type, owned by it, and returns them to be filled.
 */
CimValue *cim_value_make_array(CimValue *value, guint n);
void cim_value_set_uint_array(CimValue *value, const guint16 *numbers, guint n);
void cim_value_set_string_array(CimValue *value,
                                const char *const *strings); /* NULL-terminated, borrowed */

/* Getters with a default for NULL, another kind of type, or no @value at all (an argument that was
 * not given). */
gboolean cim_value_get_boolean(const CimValue *value, gboolean otherwise);
guint64 cim_value_get_uint(const CimValue *value, guint64 otherwise);
gint64 cim_value_get_sint(const CimValue *value, gint64 otherwise);
double cim_value_get_real(const CimValue *value, double otherwise);
const char *cim_value_get_string(const CimValue *value); /* NULL when it has none */

/*
 * Text form of a scalar as CIM-XML and object paths write it (booleans TRUE/FALSE, integers
 * decimal, reals with %.9g/%.17g, datetimes in 25 characters); no escaping.  Not for references and
 * instances.
 */
void cim_value_append_text(const CimValue *value, GString *text);
/*
 * Parses @text (need not end in NUL; @length bytes) as a scalar of value->type into @value, which
 * owns the result.  Integers: decimal with optional sign, 0x hexadecimal, binary with 'b'
 * (DSP0004). CIM_ERR_TYPE_MISMATCH names the text and the type when it does not fit or is out of
 * range.
 */
gboolean cim_value_parse(CimValue *value, const char *text, gsize length, GError **error);

/* Datetimes. The text form is always 25 characters; @text needs room for 26. */
void cim_datetime_print(const CimDatetime *datetime, char *text);
gboolean cim_datetime_parse(const char *text, gsize length, CimDatetime *datetime, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CimValue, cim_value_clear)
