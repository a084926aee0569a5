#include "cim/class.h"

#include <string.h>

/* ---- look-ups ---- */

const CimClass *
cim_schema_find(const CimSchema *schema, const char *name)
{
    guint low = 0;
    guint high = schema->n_classes;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        int order = g_ascii_strcasecmp(name, schema->classes[middle]->name);

        if (order == 0)
            return schema->classes[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const CimQualifierType *
cim_schema_find_qualifier(const CimSchema *schema, const char *name)
{
    for (guint i = 0; i < schema->n_qualifier_types; i++)
        if (g_ascii_strcasecmp(schema->qualifier_types[i].name, name) == 0)
            return &schema->qualifier_types[i];
    return NULL;
}

int
cim_class_find_property_index(const CimClass *klass, const char *name)
{
    guint low = 0;
    guint high = klass->n_properties;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        guint index = klass->property_order[middle];
        int order = g_ascii_strcasecmp(name, klass->properties[index].name);

        if (order == 0)
            return (int) index;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

const CimProperty *
cim_class_find_property(const CimClass *klass, const char *name)
{
    int index = cim_class_find_property_index(klass, name);

    return index < 0 ? NULL : &klass->properties[index];
}

const CimMethod *
cim_class_find_method(const CimClass *klass, const char *name)
{
    for (guint i = 0; i < klass->n_methods; i++)
        if (g_ascii_strcasecmp(klass->methods[i].name, name) == 0)
            return &klass->methods[i];
    return NULL;
}

const CimParameter *
cim_method_find_parameter(const CimMethod *method, const char *name)
{
    for (guint i = 0; i < method->n_parameters; i++)
        if (g_ascii_strcasecmp(method->parameters[i].name, name) == 0)
            return &method->parameters[i];
    return NULL;
}

gboolean
cim_class_is_a(const CimClass *klass, const char *ancestor)
{
    for (; klass; klass = klass->superclass)
        if (g_ascii_strcasecmp(klass->name, ancestor) == 0)
            return TRUE;
    return FALSE;
}

const char *
cim_qualifier_text(const CimQualifier *qualifiers, guint n_qualifiers, const char *name)
{
    for (guint i = 0; i < n_qualifiers; i++)
        if (g_ascii_strcasecmp(qualifiers[i].name, name) == 0)
            return qualifiers[i].n_values ? qualifiers[i].values[0] : NULL;
    return NULL;
}

/* ---- Values by ValueMap ---- */

/* Reads one end of a range; an empty one gives @open_end. */
static gboolean
read_end(const char *text, gsize length, gint64 open_end, gint64 *number)
{
    CimValue value = {.type = CIM_TYPE_SINT64};

    *number = open_end;
    if (length == 0)
        return TRUE;
    if (!cim_value_parse(&value, text, length, NULL))
        return FALSE;
    *number = value.sinteger;
    return TRUE;
}

static gboolean
is_exactly(const char *entry, gint64 value)
{
    gint64 number;

    return *entry && read_end(entry, strlen(entry), 0, &number) && number == value;
}

/* "5..10", "32768..", "..4"; ".." alone stands for all that has no entry of its own. */
static gboolean
is_within(const char *entry, gint64 value)
{
    const char *dots = strstr(entry, "..");
    gint64 first;
    gint64 last;

    return dots && strcmp(entry, "..") != 0 &&
           read_end(entry, (gsize) (dots - entry), G_MININT64, &first) &&
           read_end(dots + 2, strlen(dots + 2), G_MAXINT64, &last) && first <= value &&
           value <= last;
}

static gboolean
is_rest(const char *entry, gint64 value)
{
    return strcmp(entry, "..") == 0;
}

static const char *
find_value_name(const char *const *map, const char *const *names, gint64 value)
{
    /* From the narrowest to the widest: an entry of its own goes before a range that covers it. */
    gboolean (*const rules[])(const char *entry, gint64 value) = {is_exactly, is_within, is_rest};

    for (guint rule = 0; rule < G_N_ELEMENTS(rules); rule++)
        for (guint i = 0; map[i]; i++)
            if (rules[rule](map[i], value))
                return names[i];
    return NULL;
}

static const char *
value_name(const char *const *map, const char *const *names, gint64 value)
{
    if (!names)
        return NULL;
    if (map)
        return find_value_name(map, names, value);
    /* Without a ValueMap, Values are counted from 0. */
    for (guint i = 0; names[i]; i++)
        if (i == value)
            return names[i];
    return NULL;
}

const char *
cim_property_value_name(const CimProperty *property, gint64 value)
{
    return value_name(property->value_map, property->value_names, value);
}

const char *
cim_method_value_name(const CimMethod *method, gint64 value)
{
    return value_name(method->value_map, method->value_names, value);
}
