#include "cim/instance.h"

#include <string.h>

#include "cim/error.h"

enum { FIRST_CAPACITY = 8 };

CimInstance *
cim_instance_new(const char *class_name)
{
    CimInstance *instance = g_new0(CimInstance, 1);

    instance->class_name = g_strdup(class_name);
    return instance;
}

void
cim_instance_free(CimInstance *instance)
{
    if (!instance)
        return;
    for (guint i = 0; i < instance->n_properties; i++) {
        g_free(instance->properties[i].name);
        cim_value_clear(&instance->properties[i].value);
    }
    g_free(instance->properties);
    cim_path_free(instance->path);
    g_free(instance->class_name);
    g_free(instance);
}

/* The capacity is not kept: it is the power of two that the number has just filled. */
static CimInstanceProperty *
append(CimInstance *instance, const char *name)
{
    guint n = instance->n_properties;

    if (n == 0)
        instance->properties = g_renew(CimInstanceProperty, instance->properties, FIRST_CAPACITY);
    else if (n >= FIRST_CAPACITY && (n & (n - 1)) == 0)
        instance->properties = g_renew(CimInstanceProperty, instance->properties, n * 2);
    instance->n_properties++;
    instance->properties[n] = (CimInstanceProperty){.name = g_strdup(name)};
    return &instance->properties[n];
}

CimInstance *
cim_instance_copy(const CimInstance *instance)
{
    CimInstance *copy = cim_instance_new(instance->class_name);

    copy->path = instance->path ? cim_path_copy(instance->path) : NULL;
    for (guint i = 0; i < instance->n_properties; i++) {
        const CimInstanceProperty *property = &instance->properties[i];

        cim_value_copy(&property->value, &append(copy, property->name)->value);
    }
    return copy;
}

static CimInstanceProperty *
find(const CimInstance *instance, const char *name)
{
    for (guint i = 0; i < instance->n_properties; i++)
        if (g_ascii_strcasecmp(instance->properties[i].name, name) == 0)
            return &instance->properties[i];
    return NULL;
}

gboolean
cim_instance_equal(const CimInstance *a, const CimInstance *b)
{
    if (g_ascii_strcasecmp(a->class_name, b->class_name) != 0 || a->n_properties != b->n_properties)
        return FALSE;
    for (guint i = 0; i < a->n_properties; i++) {
        const CimInstanceProperty *other = find(b, a->properties[i].name);

        if (!other || !cim_value_equal(&a->properties[i].value, &other->value))
            return FALSE;
    }
    return TRUE;
}

void
cim_instance_take(CimInstance *instance, const char *name, CimValue *value)
{
    CimInstanceProperty *property = find(instance, name);

    if (!property)
        property = append(instance, name);
    cim_value_clear(&property->value);
    property->value = *value;
    *value = (CimValue){0};
}

void
cim_instance_set_string(CimInstance *instance, const char *name, const char *string)
{
    CimValue value = {.type = CIM_TYPE_STRING};

    cim_value_take_string(&value, g_strdup(string));
    cim_instance_take(instance, name, &value);
}

void
cim_instance_set_uint(CimInstance *instance, const char *name, CimType type, guint64 number)
{
    CimValue value;

    cim_value_init(&value, type, FALSE);
    cim_value_set_uint(&value, number);
    cim_instance_take(instance, name, &value);
}

void
cim_instance_set_boolean(CimInstance *instance, const char *name, gboolean boolean)
{
    CimValue value = {.type = CIM_TYPE_BOOLEAN};

    cim_value_set_boolean(&value, boolean);
    cim_instance_take(instance, name, &value);
}

const CimValue *
cim_instance_find(const CimInstance *instance, const char *name)
{
    const CimInstanceProperty *property = find(instance, name);

    return property ? &property->value : NULL;
}

const char *
cim_instance_get_string(const CimInstance *instance, const char *name)
{
    const CimValue *value = cim_instance_find(instance, name);

    return value ? cim_value_get_string(value) : NULL;
}

guint64
cim_instance_get_uint(const CimInstance *instance, const char *name, guint64 otherwise)
{
    const CimValue *value = cim_instance_find(instance, name);

    return value ? cim_value_get_uint(value, otherwise) : otherwise;
}

gboolean
cim_instance_get_boolean(const CimInstance *instance, const char *name, gboolean otherwise)
{
    const CimValue *value = cim_instance_find(instance, name);

    return value ? cim_value_get_boolean(value, otherwise) : otherwise;
}

/* ---- checking ---- */

/* What WMI adds to every object: not part of any class. */
static gboolean
is_system_property(const char *name)
{
    return name[0] == '_' && name[1] == '_';
}

static void
drop_system_properties(CimInstance *instance)
{
    guint kept = 0;

    for (guint i = 0; i < instance->n_properties; i++) {
        CimInstanceProperty property = instance->properties[i];

        if (!is_system_property(property.name)) {
            instance->properties[kept++] = property;
            continue;
        }
        g_free(property.name);
        cim_value_clear(&property.value);
    }
    instance->n_properties = kept;
}

static gboolean
check_shape(const CimValue *value, const CimProperty *declared, GError **error)
{
    if (value->is_null)
        return TRUE;
    if (value->is_array != (declared->is_array != FALSE)) {
        g_set_error_literal(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH,
                            declared->is_array ? "it is an array, and got a scalar"
                                               : "it is a scalar, and got an array");
        return FALSE;
    }
    if (declared->array_size > 0 && value->array.n > (guint) declared->array_size) {
        g_set_error(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH,
                    "it has room for %d values, and got %u", declared->array_size, value->array.n);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_property(CimInstanceProperty *property, const CimClass *klass, GError **error)
{
    const CimProperty *declared = cim_class_find_property(klass, property->name);

    if (!declared) {
        g_set_error(error, CIM_ERROR, CIM_ERR_NO_SUCH_PROPERTY, "class '%s' has no property '%s'",
                    klass->name, property->name);
        return FALSE;
    }
    if (!check_shape(&property->value, declared, error) ||
        !cim_value_convert(&property->value, declared->type, error)) {
        g_prefix_error(error, "property '%s' of '%s': ", declared->name, klass->name);
        return FALSE;
    }
    property->value.is_array = declared->is_array != FALSE; /* a NULL has no shape of its own */
    return TRUE;
}

gboolean
cim_instance_check(CimInstance *instance, const CimClass *klass, GError **error)
{
    if (g_ascii_strcasecmp(instance->class_name, klass->name) != 0) {
        g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_CLASS,
                    "an instance of '%s' is no instance of '%s'", instance->class_name,
                    klass->name);
        return FALSE;
    }
    drop_system_properties(instance);
    for (guint i = 0; i < instance->n_properties; i++)
        if (!check_property(&instance->properties[i], klass, error))
            return FALSE;
    return TRUE;
}
