#include "orchestrator/cli/instance-json.h"

#include <math.h>

#include "orchestrator/cli/format.h"

static JsonNode *
string_node(char *text)
{
    g_autofree char *owned = text;

    return json_node_init_string(json_node_alloc(), owned);
}

static JsonNode *
unsigned_node(guint64 number)
{
    JsonNode *node = json_node_alloc();

    return number <= G_MAXINT64 ? json_node_init_int(node, (gint64) number)
                                : json_node_init_double(node, (double) number);
}

static JsonNode *
real_node(double number)
{
    JsonNode *node = json_node_alloc();

    return isfinite(number) ? json_node_init_double(node, number) : json_node_init_null(node);
}

static JsonNode *
scalar_node(const CimValue *value)
{
    char utf8[8] = "";

    if (cim_type_is_unsigned(value->type)) {
        return unsigned_node(value->uinteger);
    }
    if (cim_type_is_signed(value->type)) {
        return json_node_init_int(json_node_alloc(), value->sinteger);
    }
    if (cim_type_is_real(value->type)) {
        return real_node(value->real);
    }
    switch (value->type) {
    case CIM_TYPE_BOOLEAN: return json_node_init_boolean(json_node_alloc(), value->boolean);
    case CIM_TYPE_CHAR16:
        g_unichar_to_utf8(value->char16, utf8);
        return string_node(g_strdup(utf8));
    case CIM_TYPE_DATETIME: return string_node(drover_format_iso(&value->datetime));
    case CIM_TYPE_REFERENCE: return string_node(cim_path_print(value->reference));
    case CIM_TYPE_INSTANCE: return drover_json_instance(value->instance);
    case CIM_TYPE_STRING: return string_node(g_strdup(value->string));
    default: return json_node_init_null(json_node_alloc());
    }
}

JsonNode *
drover_json_value(const CimValue *value)
{
    JsonArray *array;
    JsonNode *node;

    if (value->is_null || value->type == CIM_TYPE_NONE) {
        return json_node_init_null(json_node_alloc());
    }
    if (!value->is_array) {
        return scalar_node(value);
    }
    array = json_array_sized_new(value->array.n);
    for (guint i = 0; i < value->array.n; i++) {
        json_array_add_element(array, drover_json_value(&value->array.elements[i]));
    }
    node = json_node_new(JSON_NODE_ARRAY);
    json_node_take_array(node, array);
    return node;
}

void
drover_json_add(JsonNode *object, const CimInstance *instance)
{
    JsonObject *members = json_node_get_object(object);

    for (guint i = 0; i < instance->n_properties; i++) {
        const CimInstanceProperty *property = &instance->properties[i];

        if (!json_object_has_member(members, property->name)) {
            json_object_set_member(members, property->name, drover_json_value(&property->value));
        }
    }
}

JsonNode *
drover_json_instance(const CimInstance *instance)
{
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    json_node_take_object(node, json_object_new());
    drover_json_add(node, instance);
    return node;
}

JsonNode *
drover_json_list(const GPtrArray *instances)
{
    JsonArray *array = json_array_sized_new(instances->len);
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);

    for (guint i = 0; i < instances->len; i++) {
        json_array_add_element(array, drover_json_instance(g_ptr_array_index(instances, i)));
    }
    json_node_take_array(node, array);
    return node;
}

char *
drover_json_print(JsonNode *node, gboolean pretty)
{
    g_autofree char *text = json_to_string(node, pretty);

    json_node_unref(node);
    return g_strconcat(text, "\n", NULL);
}
