#include "cim/mofc/feature.h"

#include <string.h>

#include "cim/mofc/literal.h"
#include "cim/mofc/qualify.h"

/* ---- embedded instances ---- */

static gboolean
resolve_embedding(const MofModel *model, MofFeature *feature, GError **error)
{
    const char *class_name = mof_qualifier_text(feature->qualifiers, "EmbeddedInstance");

    if (!class_name && !mof_model_boolean(model, feature->qualifiers, "EmbeddedObject", FALSE))
        return TRUE;
    if (feature->kind == MOF_METHOD)
        return mof_fail(&feature->place, error, "method '%s' cannot return an embedded instance",
                        feature->name);
    if (feature->type != CIM_TYPE_STRING)
        return mof_fail(&feature->place, error, "'%s' is embedded, and must be a string",
                        feature->name);
    feature->type = CIM_TYPE_INSTANCE;
    feature->class_name = class_name;
    return TRUE;
}

/* ---- value maps ---- */

/* "5", "5..9", "5..", "..5", ".." */
static gboolean
is_value_map_entry(const char *entry, CimType type)
{
    const char *dots = strstr(entry, "..");
    CimValue first = {.type = type};
    CimValue last = {.type = type};
    const char *rest = dots ? dots + 2 : "";

    if (!dots)
        return cim_value_parse(&first, entry, strlen(entry), NULL);
    return (dots == entry || cim_value_parse(&first, entry, (gsize) (dots - entry), NULL)) &&
           (*rest == '\0' || cim_value_parse(&last, rest, strlen(rest), NULL));
}

static gboolean
check_value_map_entries(const MofFeature *feature, const MofQualifier *map, GError **error)
{
    gboolean is_integer = cim_type_is_unsigned(feature->type) || cim_type_is_signed(feature->type);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < map->values->len; i++) {
        const char *entry = map->values->pdata[i];

        if (is_integer && !is_value_map_entry(entry, feature->type))
            return mof_fail(&map->place, error,
                            "ValueMap of '%s': '%s' is no %s and no range of it", feature->name,
                            entry, cim_type_name(feature->type));
        if (!g_hash_table_add(seen, (char *) entry))
            return mof_fail(&map->place, error, "ValueMap of '%s': '%s' is there twice",
                            feature->name, entry);
    }
    return TRUE;
}

static gboolean
check_value_map(const MofFeature *feature, GError **error)
{
    const MofQualifier *map = mof_find_qualifier(feature->qualifiers, "ValueMap");
    const MofQualifier *names = mof_find_qualifier(feature->qualifiers, "Values");

    if (!map)
        return TRUE;
    if (names && map->values->len != names->values->len)
        return mof_fail(&map->place, error, "'%s' has %u entries in ValueMap, but %u in Values",
                        feature->name, map->values->len, names->values->len);
    return check_value_map_entries(feature, map, error);
}

/* ---- overriding ---- */

/* Embedded instances are strings here: an override may say what it embeds. */
static gboolean
types_equal(const MofFeature *a, const MofFeature *b)
{
    return a->is_array == b->is_array && a->array_size == b->array_size &&
           strcmp(cim_type_name(a->type), cim_type_name(b->type)) == 0;
}

static gboolean
check_type(const MofFeature *feature, const MofFeature *overridden, GError **error)
{
    if (types_equal(feature, overridden))
        return TRUE;
    return mof_fail(&feature->place, error, "'%s' is %s%s, but overrides a %s%s of '%s'",
                    feature->name, cim_type_name(feature->type), feature->is_array ? "[]" : "",
                    cim_type_name(overridden->type), overridden->is_array ? "[]" : "",
                    overridden->origin);
}

static gboolean
check_signature(const MofFeature *method, const MofFeature *overridden, GError **error)
{
    if (method->parameters->len != overridden->parameters->len)
        return mof_fail(
            &method->place, error, "'%s' has %u parameters, but overrides a method of '%s' with %u",
            method->name, method->parameters->len, overridden->origin, overridden->parameters->len);
    for (guint i = 0; i < method->parameters->len; i++) {
        const MofFeature *ours = method->parameters->pdata[i];
        const MofFeature *theirs = overridden->parameters->pdata[i];

        if (g_ascii_strcasecmp(ours->name, theirs->name) != 0)
            return mof_fail(&ours->place, error, "parameter '%s' of '%s' is '%s' in '%s'",
                            ours->name, method->name, theirs->name, overridden->origin);
    }
    return TRUE;
}

/* Override("Name") or Override("Class.Name") must say what is the case. */
static gboolean
check_override_qualifier(const MofFeature *feature, const MofFeature *overridden, GError **error)
{
    const char *override = mof_qualifier_text(feature->qualifiers, "Override");
    const char *dot = override ? strrchr(override, '.') : NULL;

    if (!override && overridden)
        return mof_fail(&feature->place, error,
                        "'%s' is inherited from '%s': mark it with Override", feature->name,
                        overridden->origin);
    if (override &&
        (!overridden || g_ascii_strcasecmp(dot ? dot + 1 : override, feature->name) != 0))
        return mof_fail(&feature->place, error,
                        "'%s' cannot override '%s': there is no such thing in a superclass",
                        feature->name, override);
    return TRUE;
}

static gboolean
check_override(const MofFeature *feature, const MofFeature *overridden, GError **error)
{
    if (!check_override_qualifier(feature, overridden, error))
        return FALSE;
    if (!overridden)
        return TRUE;
    if (feature->kind != overridden->kind)
        return mof_fail(&feature->place, error,
                        "'%s' is a property in one class and a method in another", feature->name);
    if (!check_type(feature, overridden, error))
        return FALSE;
    return feature->kind != MOF_METHOD || check_signature(feature, overridden, error);
}

/* ---- one feature ---- */

static CimScope
scope_of(const MofFeature *feature)
{
    static const CimScope scopes[] = {
        [MOF_PROPERTY] = CIM_SCOPE_PROPERTY,
        [MOF_METHOD] = CIM_SCOPE_METHOD,
        [MOF_PARAMETER] = CIM_SCOPE_PARAMETER,
    };

    if (feature->kind == MOF_PROPERTY && feature->type == CIM_TYPE_REFERENCE)
        return CIM_SCOPE_REFERENCE;
    return scopes[feature->kind];
}

static gboolean
resolve_default(MofModel *model, MofFeature *feature, GError **error)
{
    if (!feature->initializer.is_given) {
        feature->default_value = feature->overridden ? feature->overridden->default_value : NULL;
        return TRUE;
    }
    if (feature->is_array || feature->type == CIM_TYPE_INSTANCE ||
        feature->type == CIM_TYPE_REFERENCE)
        return mof_fail(&feature->place, error, "'%s': only scalars can have a default",
                        feature->name);
    if (feature->initializer.is_array)
        return mof_fail(&feature->place, error, "'%s' is no array", feature->name);
    return mof_literal_text(model, feature->initializer.literals->pdata[0], feature->type,
                            &feature->default_value, error);
}

static gboolean
resolve_parameters(MofModel *model,
                   const MofClass *klass,
                   const MofFeature *method,
                   const MofFeature *overridden,
                   GError **error)
{
    for (guint i = 0; i < method->parameters->len; i++) {
        const MofFeature *above = overridden ? overridden->parameters->pdata[i] : NULL;

        if (!mof_resolve_feature(model, klass, method->parameters->pdata[i], above, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
mof_resolve_feature(MofModel *model,
                    const MofClass *klass,
                    MofFeature *feature,
                    const MofFeature *overridden,
                    GError **error)
{
    feature->overridden = overridden;
    feature->origin = overridden ? overridden->origin : klass->name;
    if (!mof_qualify(model, feature->qualifiers, scope_of(feature), feature->name,
                     overridden ? overridden->qualifiers : NULL, error))
        return FALSE;
    /* A parameter goes with its method, which is what says Override. */
    if (feature->kind == MOF_PARAMETER ? overridden && !check_type(feature, overridden, error)
                                       : !check_override(feature, overridden, error))
        return FALSE;
    if (!resolve_embedding(model, feature, error) || !check_value_map(feature, error) ||
        !resolve_default(model, feature, error))
        return FALSE;
    if (feature->kind != MOF_METHOD)
        return TRUE;
    if (feature->type == CIM_TYPE_REFERENCE)
        return mof_fail(&feature->place, error, "method '%s' cannot return a reference",
                        feature->name);
    return resolve_parameters(model, klass, feature, overridden, error);
}

MofFeature *
mof_inherit_feature(MofModel *model, const MofFeature *feature)
{
    MofFeature *copy = mof_model_make(model, MofFeature);

    *copy = *feature;
    copy->propagated = TRUE;
    copy->overridden = feature;
    copy->qualifiers = mof_model_list(model);
    mof_inherit_qualifiers(model, copy->qualifiers, feature->qualifiers);
    if (feature->kind != MOF_METHOD)
        return copy;

    copy->parameters = mof_model_list(model);
    for (guint i = 0; i < feature->parameters->len; i++)
        g_ptr_array_add(copy->parameters,
                        mof_inherit_feature(model, feature->parameters->pdata[i]));
    return copy;
}

/* ---- the classes that features name ---- */

static gboolean
check_class_name(const MofModel *model, const MofFeature *feature, GError **error)
{
    const MofClass *named;

    if (!feature->class_name)
        return TRUE;
    named = mof_model_find_class(model, feature->class_name);
    if (!named)
        return mof_fail(&feature->place, error, "unknown class '%s' of '%s'", feature->class_name,
                        feature->name);
    if (!feature->overridden || !feature->overridden->class_name ||
        mof_class_is_a(named, feature->overridden->class_name))
        return TRUE;
    return mof_fail(&feature->place, error,
                    "'%s' names class '%s', which is no '%s' as in the superclass", feature->name,
                    feature->class_name, feature->overridden->class_name);
}

gboolean
mof_check_feature_classes(const MofModel *model, const MofFeature *feature, GError **error)
{
    if (!check_class_name(model, feature, error))
        return FALSE;
    for (guint i = 0; feature->parameters && i < feature->parameters->len; i++)
        if (!mof_check_feature_classes(model, feature->parameters->pdata[i], error))
            return FALSE;
    return TRUE;
}
