#include "cim/mofc/resolve.h"

#include "cim/mofc/feature.h"
#include "cim/mofc/qualify.h"

/* ---- class qualifiers ---- */

static gboolean
is_qualified(const MofClass *klass, const char *qualifier)
{
    return mof_find_qualifier(klass->qualifiers, qualifier) ||
           (klass->superclass && mof_find_qualifier(klass->superclass->qualifiers, qualifier));
}

static CimScope
scope_of(const MofClass *klass)
{
    if (is_qualified(klass, "Association"))
        return CIM_SCOPE_ASSOCIATION;
    return is_qualified(klass, "Indication") ? CIM_SCOPE_INDICATION : CIM_SCOPE_CLASS;
}

/* ---- properties and methods ---- */

static void
inherit_features(MofModel *model, GPtrArray *features, const GPtrArray *inherited)
{
    for (guint i = 0; i < inherited->len; i++)
        g_ptr_array_add(features, mof_inherit_feature(model, inherited->pdata[i]));
}

static const MofFeature *
find_inherited(const MofClass *klass, const char *name)
{
    const MofFeature *feature;

    if (!klass->superclass)
        return NULL;
    feature = mof_find_feature(klass->superclass->properties, name, NULL);
    return feature ? feature : mof_find_feature(klass->superclass->methods, name, NULL);
}

/* An override stands at the place of the original. */
static void
place_feature(GPtrArray *features, MofFeature *feature)
{
    guint index;

    if (mof_find_feature(features, feature->name, &index))
        features->pdata[index] = feature;
    else
        g_ptr_array_add(features, feature);
}

static gboolean
resolve_features(MofModel *model, MofClass *klass, GError **error)
{
    klass->properties = mof_model_list(model);
    klass->methods = mof_model_list(model);
    if (klass->superclass) {
        inherit_features(model, klass->properties, klass->superclass->properties);
        inherit_features(model, klass->methods, klass->superclass->methods);
    }
    for (guint i = 0; i < klass->features->len; i++) {
        MofFeature *feature = klass->features->pdata[i];
        const MofFeature *overridden = find_inherited(klass, feature->name);

        if (!mof_resolve_feature(model, klass, feature, overridden, error))
            return FALSE;
        place_feature(feature->kind == MOF_METHOD ? klass->methods : klass->properties, feature);
    }
    return TRUE;
}

/* ---- keys and references ---- */

static gboolean
is_key(const MofModel *model, const MofFeature *feature)
{
    return mof_model_boolean(model, feature->qualifiers, "Key", FALSE);
}

static gboolean
has_keys(const MofModel *model, const MofClass *klass)
{
    for (guint i = 0; klass && i < klass->properties->len; i++)
        if (is_key(model, klass->properties->pdata[i]))
            return TRUE;
    return FALSE;
}

static gboolean
check_key(const MofModel *model, const MofClass *klass, const MofFeature *feature, GError **error)
{
    if (feature->kind != MOF_PROPERTY || !is_key(model, feature))
        return TRUE;
    if (feature->is_array || feature->type == CIM_TYPE_INSTANCE)
        return mof_fail(&feature->place, error, "key '%s' cannot be an array or embedded",
                        feature->name);
    if (!has_keys(model, klass->superclass) ||
        (feature->overridden && is_key(model, feature->overridden)))
        return TRUE;
    return mof_fail(&feature->place, error,
                    "'%s' cannot be a key of '%s': its superclass '%s' has settled the keys",
                    feature->name, klass->name, klass->superclass->name);
}

static gboolean
check_features(const MofModel *model, const MofClass *klass, GError **error)
{
    gboolean is_association = scope_of(klass) == CIM_SCOPE_ASSOCIATION;

    for (guint i = 0; i < klass->features->len; i++) {
        const MofFeature *feature = klass->features->pdata[i];

        if (!check_key(model, klass, feature, error))
            return FALSE;
        if (feature->kind == MOF_PROPERTY && feature->type == CIM_TYPE_REFERENCE && !is_association)
            return mof_fail(&feature->place, error, "reference '%s': '%s' is no association",
                            feature->name, klass->name);
    }
    return TRUE;
}

/* ---- classes ---- */

static gboolean resolve_class(MofModel *model, MofClass *klass, GPtrArray *order, GError **error);

static gboolean
resolve_superclass(MofModel *model, MofClass *klass, GPtrArray *order, GError **error)
{
    if (!klass->superclass_name)
        return TRUE;
    klass->superclass = mof_model_find_class(model, klass->superclass_name);
    if (!klass->superclass)
        return mof_fail(&klass->place, error, "unknown superclass '%s' of '%s'",
                        klass->superclass_name, klass->name);
    return resolve_class(model, klass->superclass, order, error);
}

static gboolean
resolve_class(MofModel *model, MofClass *klass, GPtrArray *order, GError **error)
{
    if (klass->state == MOF_RESOLVED)
        return TRUE;
    if (klass->state == MOF_BEING_RESOLVED)
        return mof_fail(&klass->place, error, "class '%s' is its own superclass", klass->name);

    klass->state = MOF_BEING_RESOLVED;
    if (!resolve_superclass(model, klass, order, error) ||
        !mof_qualify(model, klass->qualifiers, scope_of(klass), klass->name,
                     klass->superclass ? klass->superclass->qualifiers : NULL, error) ||
        !resolve_features(model, klass, error) || !check_features(model, klass, error))
        return FALSE;
    klass->state = MOF_RESOLVED;
    g_ptr_array_add(order, klass);
    return TRUE;
}

static gboolean
check_classes_named(const MofModel *model, const MofClass *klass, GError **error)
{
    for (guint i = 0; i < klass->features->len; i++)
        if (!mof_check_feature_classes(model, klass->features->pdata[i], error))
            return FALSE;
    return TRUE;
}

gboolean
mof_resolve(MofModel *model, GError **error)
{
    GPtrArray *order = mof_model_list(model);

    if (!mof_check_qualifier_types(model, error))
        return FALSE;
    for (guint i = 0; i < model->classes->len; i++)
        if (!resolve_class(model, model->classes->pdata[i], order, error))
            return FALSE;
    for (guint i = 0; i < model->classes->len; i++)
        if (!check_classes_named(model, model->classes->pdata[i], error))
            return FALSE;
    model->classes = order;
    return TRUE;
}
