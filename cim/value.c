#include "cim/value.h"

#include <math.h>
#include <string.h>

#include "cim/instance.h"

void
cim_value_init(CimValue *value, CimType type, gboolean is_array)
{
    *value = (CimValue){.type = type, .is_array = is_array != FALSE, .is_null = TRUE};
}

static void
free_array(CimValue *value)
{
    for (guint i = 0; i < value->array.n; i++)
        cim_value_clear(&value->array.elements[i]);
    g_free(value->array.elements);
}

/* Frees what is owned and leaves a NULL of the same type. */
static void
drop(CimValue *value)
{
    if (!value->owned)
        ;
    else if (value->is_array)
        free_array(value);
    else if (value->type == CIM_TYPE_STRING)
        g_free((char *) value->string);
    else if (value->type == CIM_TYPE_REFERENCE)
        cim_path_free((CimPath *) value->reference);
    else if (value->type == CIM_TYPE_INSTANCE)
        cim_instance_free((CimInstance *) value->instance);
    value->owned = FALSE;
    value->is_null = TRUE;
}

void
cim_value_clear(CimValue *value)
{
    drop(value);
    *value = (CimValue){0};
}

/* ---- copying ---- */

static void
copy_array(const CimValue *value, CimValue *copy)
{
    copy->array.elements = g_new(CimValue, value->array.n);
    for (guint i = 0; i < value->array.n; i++)
        cim_value_copy(&value->array.elements[i], &copy->array.elements[i]);
}

void
cim_value_copy(const CimValue *value, CimValue *copy)
{
    *copy = *value;
    copy->owned = FALSE;
    if (value->is_null)
        return;

    copy->owned = TRUE;
    if (value->is_array)
        copy_array(value, copy);
    else if (value->type == CIM_TYPE_STRING)
        copy->string = g_strdup(value->string);
    else if (value->type == CIM_TYPE_REFERENCE)
        copy->reference = cim_path_copy(value->reference);
    else if (value->type == CIM_TYPE_INSTANCE)
        copy->instance = cim_instance_copy(value->instance);
    else
        copy->owned = FALSE;
}

/* ---- comparing ---- */

static gboolean
arrays_equal(const CimValue *a, const CimValue *b)
{
    if (a->array.n != b->array.n)
        return FALSE;
    for (guint i = 0; i < a->array.n; i++)
        if (!cim_value_equal(&a->array.elements[i], &b->array.elements[i]))
            return FALSE;
    return TRUE;
}

static gboolean
is_integer(CimType type)
{
    return cim_type_is_unsigned(type) || cim_type_is_signed(type);
}

static gboolean
integers_equal(const CimValue *a, const CimValue *b)
{
    /* The same 64 bits are the same number unless one is negative and the other one huge. */
    if (cim_type_is_signed(a->type) == cim_type_is_signed(b->type))
        return a->uinteger == b->uinteger;
    return a->uinteger == b->uinteger && a->sinteger >= 0;
}

static gboolean
reals_equal(const CimValue *a, const CimValue *b)
{
    return a->real == b->real || (isnan(a->real) && isnan(b->real));
}

static gboolean
datetimes_equal(const CimDatetime *a, const CimDatetime *b)
{
    return a->us == b->us && a->is_interval == b->is_interval && a->wildcards == b->wildcards;
}

static gboolean
scalars_equal(const CimValue *a, const CimValue *b)
{
    if (is_integer(a->type) && is_integer(b->type))
        return integers_equal(a, b);
    if (cim_type_is_real(a->type) && cim_type_is_real(b->type))
        return reals_equal(a, b);
    if (a->type != b->type)
        return FALSE;

    switch (a->type) {
    case CIM_TYPE_BOOLEAN: return !a->boolean == !b->boolean;
    case CIM_TYPE_CHAR16: return a->char16 == b->char16;
    case CIM_TYPE_STRING: return strcmp(a->string, b->string) == 0;
    case CIM_TYPE_DATETIME: return datetimes_equal(&a->datetime, &b->datetime);
    case CIM_TYPE_REFERENCE: return cim_path_equal(a->reference, b->reference);
    case CIM_TYPE_INSTANCE: return cim_instance_equal(a->instance, b->instance);
    default: return TRUE;
    }
}

gboolean
cim_value_equal(const CimValue *a, const CimValue *b)
{
    if (a->is_null || b->is_null)
        return a->is_null == b->is_null && a->type == b->type && a->is_array == b->is_array;
    if (a->is_array != b->is_array)
        return FALSE;
    return a->is_array ? arrays_equal(a, b) : scalars_equal(a, b);
}

/* ---- setting ---- */

/* Readies @value for a scalar: drops what it had and gives it @natural if it had no type. */
static void
begin(CimValue *value, CimType natural)
{
    drop(value);
    if (value->type == CIM_TYPE_NONE)
        value->type = natural;
    value->is_null = FALSE;
}

/* Does a scalar of type @natural belong into @value? */
static gboolean
takes(const CimValue *value, CimType natural)
{
    return !value->is_array && (value->type == natural || value->type == CIM_TYPE_NONE);
}

void
cim_value_set_null(CimValue *value)
{
    drop(value);
}

void
cim_value_set_boolean(CimValue *value, gboolean boolean)
{
    g_return_if_fail(takes(value, CIM_TYPE_BOOLEAN));

    begin(value, CIM_TYPE_BOOLEAN);
    value->boolean = boolean != FALSE;
}

void
cim_value_set_uint(CimValue *value, guint64 number)
{
    g_return_if_fail(cim_type_is_unsigned(value->type) || value->type == CIM_TYPE_NONE);
    g_return_if_fail(!value->is_array);
    g_return_if_fail(value->type == CIM_TYPE_NONE || number <= cim_type_max_integer(value->type));

    begin(value, CIM_TYPE_UINT64);
    value->uinteger = number;
}

static gboolean
sint_fits(CimType type, gint64 number)
{
    gint64 max = (gint64) cim_type_max_integer(type);

    return number <= max && number >= -max - 1;
}

void
cim_value_set_sint(CimValue *value, gint64 number)
{
    g_return_if_fail(cim_type_is_signed(value->type) || value->type == CIM_TYPE_NONE);
    g_return_if_fail(!value->is_array);
    g_return_if_fail(value->type == CIM_TYPE_NONE || sint_fits(value->type, number));

    begin(value, CIM_TYPE_SINT64);
    value->sinteger = number;
}

void
cim_value_set_real(CimValue *value, double real)
{
    g_return_if_fail(cim_type_is_real(value->type) || value->type == CIM_TYPE_NONE);
    g_return_if_fail(!value->is_array);

    begin(value, CIM_TYPE_REAL64);
    value->real = real;
}

void
cim_value_set_string(CimValue *value, const char *string)
{
    g_return_if_fail(takes(value, CIM_TYPE_STRING));

    begin(value, CIM_TYPE_STRING);
    value->string = string;
    value->is_null = string == NULL;
}

void
cim_value_take_string(CimValue *value, char *string)
{
    g_return_if_fail(takes(value, CIM_TYPE_STRING));

    cim_value_set_string(value, string);
    value->owned = string != NULL;
}

void
cim_value_set_timestamp(CimValue *value, gint64 real_us)
{
    g_return_if_fail(takes(value, CIM_TYPE_DATETIME));

    begin(value, CIM_TYPE_DATETIME);
    value->datetime = (CimDatetime){.us = real_us};
    value->is_null = real_us == 0;
}

void
cim_value_set_interval(CimValue *value, gint64 us)
{
    g_return_if_fail(takes(value, CIM_TYPE_DATETIME));

    begin(value, CIM_TYPE_DATETIME);
    value->datetime = (CimDatetime){.us = us, .is_interval = TRUE};
    value->is_null = us < 0;
}

void
cim_value_set_datetime(CimValue *value, CimDatetime datetime)
{
    g_return_if_fail(takes(value, CIM_TYPE_DATETIME));

    begin(value, CIM_TYPE_DATETIME);
    value->datetime = datetime;
}

void
cim_value_set_reference(CimValue *value, const CimPath *path)
{
    g_return_if_fail(takes(value, CIM_TYPE_REFERENCE));

    begin(value, CIM_TYPE_REFERENCE);
    value->reference = path;
    value->is_null = path == NULL;
}

void
cim_value_take_reference(CimValue *value, CimPath *path)
{
    g_return_if_fail(takes(value, CIM_TYPE_REFERENCE));

    cim_value_set_reference(value, path);
    value->owned = path != NULL;
}

void
cim_value_set_instance(CimValue *value, const CimInstance *instance)
{
    g_return_if_fail(takes(value, CIM_TYPE_INSTANCE));

    begin(value, CIM_TYPE_INSTANCE);
    value->instance = instance;
    value->is_null = instance == NULL;
}

void
cim_value_take_instance(CimValue *value, CimInstance *instance)
{
    g_return_if_fail(takes(value, CIM_TYPE_INSTANCE));

    cim_value_set_instance(value, instance);
    value->owned = instance != NULL;
}

CimValue *
cim_value_make_array(CimValue *value, guint n)
{
    g_return_val_if_fail(value->is_array, NULL);

    drop(value);
    value->is_null = FALSE;
    value->owned = TRUE;
    value->array.n = n;
    value->array.elements = g_new(CimValue, n);
    for (guint i = 0; i < n; i++)
        cim_value_init(&value->array.elements[i], value->type, FALSE);
    return value->array.elements;
}

void
cim_value_set_uint_array(CimValue *value, const guint16 *numbers, guint n)
{
    g_return_if_fail(value->is_array && cim_type_is_unsigned(value->type));

    CimValue *elements = cim_value_make_array(value, n);

    for (guint i = 0; i < n; i++)
        cim_value_set_uint(&elements[i], numbers[i]);
}

void
cim_value_set_string_array(CimValue *value, const char *const *strings)
{
    g_return_if_fail(value->is_array && value->type == CIM_TYPE_STRING);

    if (!strings) {
        drop(value);
        return;
    }

    guint n = g_strv_length((char **) strings);
    CimValue *elements = cim_value_make_array(value, n);

    for (guint i = 0; i < n; i++)
        cim_value_set_string(&elements[i], strings[i]);
}

/* ---- getting ---- */

static gboolean
has_scalar(const CimValue *value)
{
    return value && !value->is_null && !value->is_array;
}

gboolean
cim_value_get_boolean(const CimValue *value, gboolean otherwise)
{
    return has_scalar(value) && value->type == CIM_TYPE_BOOLEAN ? value->boolean : otherwise;
}

guint64
cim_value_get_uint(const CimValue *value, guint64 otherwise)
{
    return has_scalar(value) && cim_type_is_unsigned(value->type) ? value->uinteger : otherwise;
}

gint64
cim_value_get_sint(const CimValue *value, gint64 otherwise)
{
    return has_scalar(value) && cim_type_is_signed(value->type) ? value->sinteger : otherwise;
}

double
cim_value_get_real(const CimValue *value, double otherwise)
{
    return has_scalar(value) && cim_type_is_real(value->type) ? value->real : otherwise;
}

const char *
cim_value_get_string(const CimValue *value)
{
    return has_scalar(value) && value->type == CIM_TYPE_STRING ? value->string : NULL;
}
