#include "cim/mofc/literal.h"

#include <string.h>

#define TYPE(name) (1u << CIM_TYPE_##name)
#define INTEGERS                                                                                   \
    (TYPE(UINT8) | TYPE(SINT8) | TYPE(UINT16) | TYPE(SINT16) | TYPE(UINT32) | TYPE(SINT32) |       \
     TYPE(UINT64) | TYPE(SINT64))
#define REALS (TYPE(REAL32) | TYPE(REAL64))

/* clang-format off */
static const struct {
    const char *name;
    guint types; /* that it can be a value of */
} kinds[] = {
    [MOF_LITERAL_NULL]    = { "NULL",        0 },
    [MOF_LITERAL_BOOLEAN] = { "a boolean",   TYPE(BOOLEAN) },
    [MOF_LITERAL_INTEGER] = { "an integer",  INTEGERS | REALS },
    [MOF_LITERAL_REAL]    = { "a real",      REALS },
    [MOF_LITERAL_CHAR]    = { "a character", TYPE(CHAR16) },
    [MOF_LITERAL_STRING]  = { "a string",    TYPE(STRING) | TYPE(DATETIME) },
};
/* clang-format on */

static char *
canonical_text(const MofLiteral *literal, CimType type, GError **error)
{
    g_auto(CimValue) value = {.type = type};
    g_autoptr(GString) text = g_string_new(NULL);

    if (!cim_value_parse(&value, literal->text, strlen(literal->text), error))
        return NULL;
    cim_value_append_text(&value, text);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

gboolean
mof_literal_text(
    MofModel *model, const MofLiteral *literal, CimType type, const char **text, GError **error)
{
    g_autoptr(GError) cause = NULL;
    char *canonical;

    *text = NULL;
    if (literal->kind == MOF_LITERAL_NULL)
        return TRUE;
    if (!(kinds[literal->kind].types & (1u << type)))
        return mof_fail(&literal->place, error, "%s is no value of type %s",
                        kinds[literal->kind].name, cim_type_name(type));

    canonical = canonical_text(literal, type, &cause);
    if (!canonical)
        return mof_fail(&literal->place, error, "%s", cause->message);
    *text = mof_model_take_string(model, canonical);
    return TRUE;
}

static gboolean
is_null(const MofInitializer *initializer)
{
    return !initializer->is_array &&
           ((const MofLiteral *) initializer->literals->pdata[0])->kind == MOF_LITERAL_NULL;
}

gboolean
mof_initializer_texts(MofModel *model,
                      const MofInitializer *initializer,
                      CimType type,
                      gboolean is_array,
                      GPtrArray *texts,
                      GError **error)
{
    if (is_null(initializer))
        return TRUE;
    if (initializer->is_array != is_array)
        return mof_fail(&initializer->place, error,
                        is_array ? "expected an array of %s" : "expected a single %s",
                        cim_type_name(type));

    for (guint i = 0; i < initializer->literals->len; i++) {
        const MofLiteral *literal = initializer->literals->pdata[i];
        const char *text;

        if (!mof_literal_text(model, literal, type, &text, error))
            return FALSE;
        if (!text)
            return mof_fail(&literal->place, error, "NULL cannot be an element of an array");
        g_ptr_array_add(texts, (char *) text);
    }
    return TRUE;
}
