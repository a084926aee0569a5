#include "cim/path.h"

#include <string.h>

#include "cim/error.h"

CimPath *
cim_path_new(const char *name_space, const char *class_name)
{
    CimPath *path = g_new0(CimPath, 1);

    path->name_space = g_strdup(name_space);
    path->class_name = g_strdup(class_name);
    return path;
}

void
cim_path_free(CimPath *path)
{
    if (!path)
        return;
    for (guint i = 0; i < path->n_keys; i++) {
        g_free(path->keys[i].name);
        cim_value_clear(&path->keys[i].value);
    }
    g_free(path->keys);
    g_free(path->class_name);
    g_free(path->name_space);
    g_free(path->host);
    g_free(path);
}

static CimKey *
append_key(CimPath *path, const char *name)
{
    path->keys = g_renew(CimKey, path->keys, path->n_keys + 1);

    CimKey *key = &path->keys[path->n_keys++];

    *key = (CimKey){.name = g_strdup(name)};
    return key;
}

CimPath *
cim_path_copy(const CimPath *path)
{
    CimPath *copy = cim_path_new(path->name_space, path->class_name);

    copy->host = g_strdup(path->host);
    for (guint i = 0; i < path->n_keys; i++)
        cim_value_copy(&path->keys[i].value, &append_key(copy, path->keys[i].name)->value);
    return copy;
}

void
cim_path_take_key(CimPath *path, const char *name, CimValue *value)
{
    append_key(path, name)->value = *value;
    *value = (CimValue){0};
}

void
cim_path_add_string_key(CimPath *path, const char *name, const char *value)
{
    CimValue key = {.type = CIM_TYPE_STRING};

    cim_value_take_string(&key, g_strdup(value));
    cim_path_take_key(path, name, &key);
}

static const CimKey *
find_key(const CimPath *path, const char *name)
{
    for (guint i = 0; i < path->n_keys; i++)
        if (path->keys[i].name && g_ascii_strcasecmp(path->keys[i].name, name) == 0)
            return &path->keys[i];
    return NULL;
}

const CimValue *
cim_path_find_key(const CimPath *path, const char *name)
{
    const CimKey *key = find_key(path, name);

    return key ? &key->value : NULL;
}

const char *
cim_path_get_string_key(const CimPath *path, const char *name)
{
    const CimValue *value = cim_path_find_key(path, name);

    return value ? cim_value_get_string(value) : NULL;
}

/* ---- comparing ---- */

static gboolean
is_slash(char c)
{
    return c == '/' || c == '\\';
}

static void
trim_slashes(const char **name, gsize *length)
{
    *length = strlen(*name);
    while (*length && is_slash((*name)[*length - 1]))
        (*length)--;
    while (*length && is_slash(**name)) {
        (*name)++;
        (*length)--;
    }
}

gboolean
cim_namespace_equal(const char *a, const char *b)
{
    gsize a_length;
    gsize b_length;

    trim_slashes(&a, &a_length);
    trim_slashes(&b, &b_length);
    if (a_length != b_length)
        return FALSE;
    for (gsize i = 0; i < a_length; i++)
        if (g_ascii_tolower(a[i]) != g_ascii_tolower(b[i]) && !(is_slash(a[i]) && is_slash(b[i])))
            return FALSE;
    return TRUE;
}

static gboolean
names_equal(const char *a, const char *b)
{
    return a == b || (a && b && g_ascii_strcasecmp(a, b) == 0);
}

/* The unnamed key of `Class="x"` is the only one, whatever the other path calls it. */
static const CimKey *
counterpart(const CimKey *key, const CimPath *other)
{
    if (other->n_keys == 1 && (!key->name || !other->keys[0].name))
        return &other->keys[0];
    return key->name ? find_key(other, key->name) : NULL;
}

gboolean
cim_path_equal(const CimPath *a, const CimPath *b)
{
    if (a == b)
        return TRUE;
    if (!names_equal(a->class_name, b->class_name))
        return FALSE;
    if (a->name_space && b->name_space && !cim_namespace_equal(a->name_space, b->name_space))
        return FALSE;
    return cim_path_keys_equal(a, b);
}

gboolean
cim_path_keys_equal(const CimPath *a, const CimPath *b)
{
    if (a->n_keys != b->n_keys)
        return FALSE;
    for (guint i = 0; i < a->n_keys; i++) {
        const CimKey *key = counterpart(&a->keys[i], b);

        if (!key || !cim_value_equal(&a->keys[i].value, &key->value))
            return FALSE;
    }
    return TRUE;
}

static guint
hash_name(const char *name)
{
    guint hash = 5381;

    for (; *name; name++)
        hash = hash * 33 + (guchar) g_ascii_tolower(*name);
    return hash;
}

/* Equal values (cim_value_equal()) have equal hashes; types that are rare in keys share one. */
static guint
hash_value(const CimValue *value)
{
    if (value->is_null || value->is_array)
        return 0;
    if (cim_type_is_unsigned(value->type) || cim_type_is_signed(value->type))
        return g_int64_hash(&value->sinteger);
    if (value->type == CIM_TYPE_STRING)
        return g_str_hash(value->string);
    if (value->type == CIM_TYPE_DATETIME)
        return g_int64_hash(&value->datetime.us);
    if (value->type == CIM_TYPE_REFERENCE)
        return cim_path_hash(value->reference);
    return 0;
}

guint
cim_path_hash(const CimPath *path)
{
    guint hash = path->class_name ? hash_name(path->class_name) : 0;

    /* A sum: the order of keys does not matter, and the names need not be there. */
    for (guint i = 0; i < path->n_keys; i++)
        hash += hash_value(&path->keys[i].value) * 31;
    return hash;
}

/* ---- checking against the class ---- */

static gboolean G_GNUC_PRINTF(2, 3) invalid(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);

    g_autofree char *message = g_strdup_vprintf(format, arguments);

    va_end(arguments);
    g_set_error_literal(error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER, message);
    return FALSE;
}

static gboolean
name_the_unnamed(CimPath *path, const CimClass *klass, GError **error)
{
    if (path->n_keys != 1 || path->keys[0].name)
        return TRUE;
    if (klass->n_keys != 1)
        return invalid(error, "class '%s' has %u keys: the path must name them", klass->name,
                       klass->n_keys);
    path->keys[0].name = g_strdup(klass->properties[klass->key_indices[0]].name);
    return TRUE;
}

static gboolean
check_key(CimKey *key, const CimClass *klass, GError **error)
{
    const CimProperty *property = key->name ? cim_class_find_property(klass, key->name) : NULL;
    g_autoptr(GError) cause = NULL;

    if (!property || !(property->flags & CIM_PROPERTY_KEY))
        return invalid(error, "class '%s' has no key '%s'", klass->name,
                       key->name ? key->name : "");
    if (key->value.is_null || key->value.is_array)
        return invalid(error, "key '%s' of '%s' has no value", property->name, klass->name);
    if (!cim_value_convert(&key->value, property->type, &cause))
        return invalid(error, "key '%s' of '%s': %s", property->name, klass->name, cause->message);

    g_free(key->name);
    key->name = g_strdup(property->name);
    return TRUE;
}

gboolean
cim_path_check(CimPath *path, const CimClass *klass, GError **error)
{
    if (!name_the_unnamed(path, klass, error))
        return FALSE;
    for (guint i = 0; i < path->n_keys; i++)
        if (!check_key(&path->keys[i], klass, error))
            return FALSE;
    for (guint i = 0; i < klass->n_keys; i++) {
        const char *name = klass->properties[klass->key_indices[i]].name;

        if (!cim_path_find_key(path, name))
            return invalid(error, "key '%s' of '%s' is missing", name, klass->name);
    }
    if (path->n_keys != klass->n_keys)
        return invalid(error, "a key of '%s' is there twice", klass->name);
    return TRUE;
}
