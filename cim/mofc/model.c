#include "cim/mofc/model.h"

#include <stdarg.h>

G_DEFINE_QUARK(mof - error - quark, mof_error)

static guint
hash_name(gconstpointer name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return g_str_hash(lower);
}

static gboolean
names_equal(gconstpointer a, gconstpointer b)
{
    return g_ascii_strcasecmp(a, b) == 0;
}

MofModel *
mof_model_new(void)
{
    MofModel *model = g_new0(MofModel, 1);

    model->blocks = g_ptr_array_new_with_free_func(g_free);
    model->lists = g_ptr_array_new_with_free_func((GDestroyNotify) g_ptr_array_unref);
    model->qualifier_types = mof_model_list(model);
    model->classes = mof_model_list(model);
    model->classes_by_name = g_hash_table_new(hash_name, names_equal);
    return model;
}

void
mof_model_free(MofModel *model)
{
    g_hash_table_unref(model->classes_by_name);
    g_ptr_array_unref(model->lists);
    g_ptr_array_unref(model->blocks);
    g_free(model);
}

gpointer
mof_model_alloc(MofModel *model, gsize size)
{
    gpointer block = g_malloc0(size);

    g_ptr_array_add(model->blocks, block);
    return block;
}

GPtrArray *
mof_model_list(MofModel *model)
{
    GPtrArray *list = g_ptr_array_new();

    g_ptr_array_add(model->lists, list);
    return list;
}

char *
mof_model_take_string(MofModel *model, char *string)
{
    g_ptr_array_add(model->blocks, string);
    return string;
}

const MofQualifierType *
mof_model_find_qualifier_type(const MofModel *model, const char *name)
{
    for (guint i = 0; i < model->qualifier_types->len; i++) {
        const MofQualifierType *type = model->qualifier_types->pdata[i];

        if (names_equal(type->name, name))
            return type;
    }
    return NULL;
}

MofClass *
mof_model_find_class(const MofModel *model, const char *name)
{
    return g_hash_table_lookup(model->classes_by_name, name);
}

MofFeature *
mof_find_feature(const GPtrArray *features, const char *name, guint *index)
{
    for (guint i = 0; i < features->len; i++) {
        MofFeature *feature = features->pdata[i];

        if (!names_equal(feature->name, name))
            continue;
        if (index)
            *index = i;
        return feature;
    }
    return NULL;
}

const MofQualifier *
mof_find_qualifier(const GPtrArray *qualifiers, const char *name)
{
    for (guint i = 0; i < qualifiers->len; i++) {
        const MofQualifier *qualifier = qualifiers->pdata[i];

        if (names_equal(qualifier->name, name))
            return qualifier;
    }
    return NULL;
}

const char *
mof_qualifier_text(const GPtrArray *qualifiers, const char *name)
{
    const MofQualifier *qualifier = mof_find_qualifier(qualifiers, name);

    return qualifier && qualifier->values->len ? qualifier->values->pdata[0] : NULL;
}

gboolean
mof_model_boolean(const MofModel *model,
                  const GPtrArray *qualifiers,
                  const char *name,
                  gboolean otherwise)
{
    const char *text = mof_qualifier_text(qualifiers, name);
    const MofQualifierType *type = mof_model_find_qualifier_type(model, name);

    if (text)
        return names_equal(text, "TRUE");
    if (!type || !type->initializer.is_given)
        return otherwise;
    return names_equal(((MofLiteral *) type->initializer.literals->pdata[0])->text, "TRUE");
}

gboolean
mof_class_is_a(const MofClass *klass, const char *ancestor)
{
    for (; klass; klass = klass->superclass)
        if (names_equal(klass->name, ancestor))
            return TRUE;
    return FALSE;
}

gboolean
mof_fail(const MofPlace *place, GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);

    g_autofree char *message = g_strdup_vprintf(format, arguments);

    va_end(arguments);
    g_set_error(error, MOF_ERROR, 0, "%s:%u:%u: %s", place->file, place->line, place->column,
                message);
    return FALSE;
}
