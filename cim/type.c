#include "cim/value.h"

typedef enum { KIND_OTHER, KIND_UNSIGNED, KIND_SIGNED, KIND_REAL } Kind;

/* clang-format off */
static const struct {
    const char *name;
    Kind kind;
    guint64 max;
} types[] = {
    [CIM_TYPE_NONE]      = { "", KIND_OTHER },
    [CIM_TYPE_BOOLEAN]   = { "boolean", KIND_OTHER },
    [CIM_TYPE_CHAR16]    = { "char16", KIND_OTHER },
    [CIM_TYPE_UINT8]     = { "uint8", KIND_UNSIGNED, G_MAXUINT8 },
    [CIM_TYPE_SINT8]     = { "sint8", KIND_SIGNED, G_MAXINT8 },
    [CIM_TYPE_UINT16]    = { "uint16", KIND_UNSIGNED, G_MAXUINT16 },
    [CIM_TYPE_SINT16]    = { "sint16", KIND_SIGNED, G_MAXINT16 },
    [CIM_TYPE_UINT32]    = { "uint32", KIND_UNSIGNED, G_MAXUINT32 },
    [CIM_TYPE_SINT32]    = { "sint32", KIND_SIGNED, G_MAXINT32 },
    [CIM_TYPE_UINT64]    = { "uint64", KIND_UNSIGNED, G_MAXUINT64 },
    [CIM_TYPE_SINT64]    = { "sint64", KIND_SIGNED, G_MAXINT64 },
    [CIM_TYPE_REAL32]    = { "real32", KIND_REAL },
    [CIM_TYPE_REAL64]    = { "real64", KIND_REAL },
    [CIM_TYPE_STRING]    = { "string", KIND_OTHER },
    [CIM_TYPE_DATETIME]  = { "datetime", KIND_OTHER },
    [CIM_TYPE_REFERENCE] = { "reference", KIND_OTHER },
    [CIM_TYPE_INSTANCE]  = { "string", KIND_OTHER },
};
/* clang-format on */

static Kind
kind_of(CimType type)
{
    return (guint) type < G_N_ELEMENTS(types) ? types[type].kind : KIND_OTHER;
}

const char *
cim_type_name(CimType type)
{
    return (guint) type < G_N_ELEMENTS(types) ? types[type].name : "";
}

CimType
cim_type_from_name(const char *name)
{
    /* An embedded instance has no name of its own: "string" comes first and wins. */
    for (CimType type = CIM_TYPE_BOOLEAN; type < CIM_TYPE_INSTANCE; type++)
        if (g_ascii_strcasecmp(types[type].name, name) == 0)
            return type;
    return CIM_TYPE_NONE;
}

gboolean
cim_type_is_unsigned(CimType type)
{
    return kind_of(type) == KIND_UNSIGNED;
}

gboolean
cim_type_is_signed(CimType type)
{
    return kind_of(type) == KIND_SIGNED;
}

gboolean
cim_type_is_real(CimType type)
{
    return kind_of(type) == KIND_REAL;
}

guint64
cim_type_max_integer(CimType type)
{
    return (guint) type < G_N_ELEMENTS(types) ? types[type].max : 0;
}
