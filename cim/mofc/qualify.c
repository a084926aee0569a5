#include "cim/mofc/qualify.h"

#include <string.h>

#include "cim/mofc/literal.h"

/* ---- declarations ---- */

static gboolean
check_qualifier_type(MofModel *model, MofQualifierType *type, GError **error)
{
    type->values = mof_model_list(model);
    if (type->type == CIM_TYPE_REFERENCE)
        return mof_fail(&type->place, error, "qualifier '%s' cannot be a reference", type->name);
    if (!type->initializer.is_given)
        return TRUE;
    return mof_initializer_texts(model, &type->initializer, type->type, type->is_array,
                                 type->values, error);
}

gboolean
mof_check_qualifier_types(MofModel *model, GError **error)
{
    for (guint i = 0; i < model->qualifier_types->len; i++)
        if (!check_qualifier_type(model, model->qualifier_types->pdata[i], error))
            return FALSE;
    return TRUE;
}

/* ---- uses ---- */

/* A boolean qualifier without a value is true. */
static gboolean
resolve_values(MofModel *model, MofQualifier *qualifier, GError **error)
{
    const MofQualifierType *type = qualifier->declaration;

    qualifier->values = mof_model_list(model);
    if (qualifier->initializer.is_given)
        return mof_initializer_texts(model, &qualifier->initializer, type->type, type->is_array,
                                     qualifier->values, error);
    if (type->type != CIM_TYPE_BOOLEAN || type->is_array)
        return mof_fail(&qualifier->place, error, "qualifier '%s' needs a value", type->name);
    g_ptr_array_add(qualifier->values, (char *) "TRUE");
    return TRUE;
}

static gboolean
resolve_qualifier(
    MofModel *model, MofQualifier *qualifier, CimScope scope, const char *owner, GError **error)
{
    const MofQualifierType *type = mof_model_find_qualifier_type(model, qualifier->name);

    if (!type)
        return mof_fail(&qualifier->place, error, "unknown qualifier '%s' on '%s'", qualifier->name,
                        owner);
    if (!(type->scope & scope))
        return mof_fail(&qualifier->place, error, "qualifier '%s' is out of its scope on '%s'",
                        type->name, owner);
    qualifier->declaration = type;
    qualifier->name = type->name;
    qualifier->flavor = (type->flavor | qualifier->flavors.set) & ~qualifier->flavors.clear;
    return resolve_values(model, qualifier, error);
}

static gboolean
values_equal(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++)
        if (strcmp(a->pdata[i], b->pdata[i]) != 0)
            return FALSE;
    return TRUE;
}

static gboolean
check_override(const MofQualifier *qualifier,
               const char *owner,
               const GPtrArray *inherited,
               GError **error)
{
    const MofQualifier *above = mof_find_qualifier(inherited, qualifier->name);

    if (!above || !(above->flavor & CIM_FLAVOR_TO_SUBCLASS) ||
        (above->flavor & CIM_FLAVOR_OVERRIDABLE) || values_equal(above->values, qualifier->values))
        return TRUE;
    return mof_fail(&qualifier->place, error,
                    "qualifier '%s' on '%s' must stay as the superclass has it", qualifier->name,
                    owner);
}

void
mof_inherit_qualifiers(MofModel *model, GPtrArray *qualifiers, const GPtrArray *inherited)
{
    for (guint i = 0; i < inherited->len; i++) {
        const MofQualifier *above = inherited->pdata[i];
        MofQualifier *copy;

        if (!(above->flavor & CIM_FLAVOR_TO_SUBCLASS) ||
            mof_find_qualifier(qualifiers, above->name))
            continue;
        copy = mof_model_make(model, MofQualifier);
        *copy = *above;
        copy->propagated = TRUE;
        g_ptr_array_add(qualifiers, copy);
    }
}

gboolean
mof_qualify(MofModel *model,
            GPtrArray *qualifiers,
            CimScope scope,
            const char *owner,
            const GPtrArray *inherited,
            GError **error)
{
    for (guint i = 0; i < qualifiers->len; i++)
        if (!resolve_qualifier(model, qualifiers->pdata[i], scope, owner, error))
            return FALSE;
    if (!inherited)
        return TRUE;

    for (guint i = 0; i < qualifiers->len; i++)
        if (!check_override(qualifiers->pdata[i], owner, inherited, error))
            return FALSE;
    mof_inherit_qualifiers(model, qualifiers, inherited);
    return TRUE;
}
