#include "cim/mofc/emit.h"

#include <string.h>

typedef struct {
    const MofModel *model;
    GString *out;
    GHashTable *tables; /* text of a table → its symbol */
} Emitter;

/* clang-format off */
static const char *const type_names[] = {
    [CIM_TYPE_NONE] = "CIM_TYPE_NONE",
    [CIM_TYPE_BOOLEAN] = "CIM_TYPE_BOOLEAN",
    [CIM_TYPE_CHAR16] = "CIM_TYPE_CHAR16",
    [CIM_TYPE_UINT8] = "CIM_TYPE_UINT8",
    [CIM_TYPE_SINT8] = "CIM_TYPE_SINT8",
    [CIM_TYPE_UINT16] = "CIM_TYPE_UINT16",
    [CIM_TYPE_SINT16] = "CIM_TYPE_SINT16",
    [CIM_TYPE_UINT32] = "CIM_TYPE_UINT32",
    [CIM_TYPE_SINT32] = "CIM_TYPE_SINT32",
    [CIM_TYPE_UINT64] = "CIM_TYPE_UINT64",
    [CIM_TYPE_SINT64] = "CIM_TYPE_SINT64",
    [CIM_TYPE_REAL32] = "CIM_TYPE_REAL32",
    [CIM_TYPE_REAL64] = "CIM_TYPE_REAL64",
    [CIM_TYPE_STRING] = "CIM_TYPE_STRING",
    [CIM_TYPE_DATETIME] = "CIM_TYPE_DATETIME",
    [CIM_TYPE_REFERENCE] = "CIM_TYPE_REFERENCE",
    [CIM_TYPE_INSTANCE] = "CIM_TYPE_INSTANCE",
};
/* clang-format on */

/* ---- fields ---- */

static void
append_string(GString *out, const char *string)
{
    g_string_append_c(out, '"');
    for (const guchar *at = (const guchar *) string; *at; at++) {
        if (*at == '"' || *at == '\\' || *at == '?') /* two '?' could begin a trigraph */
            g_string_append_printf(out, "\\%c", *at);
        else if (*at < 0x20 || *at >= 0x7f)
            g_string_append_printf(out, "\\%03o", *at);
        else
            g_string_append_c(out, (char) *at);
    }
    g_string_append_c(out, '"');
}

/* The fields below leave out what is 0 or NULL anyway. */

static void
field_string(GString *out, const char *field, const char *string)
{
    if (!string)
        return;
    g_string_append_printf(out, ".%s = ", field);
    append_string(out, string);
    g_string_append(out, ", ");
}

static void
field_number(GString *out, const char *field, guint64 number)
{
    if (number)
        g_string_append_printf(out, ".%s = %" G_GUINT64_FORMAT ", ", field, number);
}

static void
field_flag(GString *out, const char *field, gboolean flag)
{
    if (flag)
        g_string_append_printf(out, ".%s = TRUE, ", field);
}

static void
field_type(GString *out, const char *field, CimType type)
{
    g_string_append_printf(out, ".%s = %s, ", field, type_names[type]);
}

static void
field_symbol(GString *out, const char *field, const char *symbol)
{
    if (symbol)
        g_string_append_printf(out, ".%s = %s, ", field, symbol);
}

/* ---- tables ---- */

/* The symbol of the table of @type with that @body; written if it is new. Empty: NULL. */
static const char *
table(Emitter *emitter, const char *type, const char *name, const char *body)
{
    g_autofree char *key = NULL;
    char *symbol;

    if (*body == '\0')
        return NULL;
    key = g_strconcat(type, body, NULL);
    symbol = g_hash_table_lookup(emitter->tables, key);
    if (symbol)
        return symbol;

    symbol = g_strdup_printf("%s_%u", name, g_hash_table_size(emitter->tables));
    g_string_append_printf(emitter->out, "static const %s %s[] = {\n%s};\n\n", type, symbol, body);
    g_hash_table_insert(emitter->tables, g_steal_pointer(&key), symbol);
    return symbol;
}

/* A NULL-terminated list of strings. */
static const char *
string_table(Emitter *emitter, const GPtrArray *strings)
{
    g_autoptr(GString) body = g_string_new(NULL);

    if (!strings || strings->len == 0)
        return NULL;
    for (guint i = 0; i < strings->len; i++) {
        g_string_append(body, "    ");
        append_string(body, strings->pdata[i]);
        g_string_append(body, ",\n");
    }
    g_string_append(body, "    NULL,\n");
    return table(emitter, "char *const", "strings", body->str);
}

static const char *
index_table(Emitter *emitter, const char *name, const GArray *indices)
{
    g_autoptr(GString) body = g_string_new(NULL);

    for (guint i = 0; i < indices->len; i++)
        g_string_append_printf(body, "    %u,\n", g_array_index(indices, guint, i));
    return table(emitter, "guint16", name, body->str);
}

/* ---- qualifiers ---- */

static void
append_qualifier(Emitter *emitter, GString *body, const MofQualifier *qualifier)
{
    g_string_append(body, "    { ");
    field_string(body, "name", qualifier->name);
    field_type(body, "type", qualifier->declaration->type);
    field_flag(body, "is_array", qualifier->declaration->is_array);
    field_symbol(body, "values", string_table(emitter, qualifier->values));
    field_number(body, "n_values", qualifier->values->len);
    field_number(body, "flavor", qualifier->flavor);
    field_flag(body, "propagated", qualifier->propagated);
    g_string_append(body, "},\n");
}

static void
field_qualifiers(Emitter *emitter, GString *out, const GPtrArray *qualifiers)
{
    g_autoptr(GString) body = g_string_new(NULL);

    for (guint i = 0; i < qualifiers->len; i++)
        append_qualifier(emitter, body, qualifiers->pdata[i]);
    field_symbol(out, "qualifiers", table(emitter, "CimQualifier", "qualifiers", body->str));
    field_number(out, "n_qualifiers", qualifiers->len);
}

static void
field_value_maps(Emitter *emitter, GString *out, const GPtrArray *qualifiers)
{
    const MofQualifier *map = mof_find_qualifier(qualifiers, "ValueMap");
    const MofQualifier *names = mof_find_qualifier(qualifiers, "Values");

    field_symbol(out, "value_map", map ? string_table(emitter, map->values) : NULL);
    field_symbol(out, "value_names", names ? string_table(emitter, names->values) : NULL);
}

static const char *
qualifier_type_table(Emitter *emitter)
{
    g_autoptr(GString) body = g_string_new(NULL);

    for (guint i = 0; i < emitter->model->qualifier_types->len; i++) {
        const MofQualifierType *type = emitter->model->qualifier_types->pdata[i];

        g_string_append(body, "    { ");
        field_string(body, "name", type->name);
        field_type(body, "type", type->type);
        field_flag(body, "is_array", type->is_array);
        field_symbol(body, "values", string_table(emitter, type->values));
        field_number(body, "n_values", type->values->len);
        field_number(body, "flavor", type->flavor);
        field_number(body, "scope", type->scope);
        g_string_append(body, "},\n");
    }
    return table(emitter, "CimQualifierType", "qualifier_types", body->str);
}

/* ---- properties ---- */

static void
field_property_flags(const Emitter *emitter, GString *out, const GPtrArray *qualifiers)
{
    static const struct {
        const char *qualifier;
        gboolean otherwise;
        const char *flag;
    } flags[] = {
        {"Key", FALSE, "CIM_PROPERTY_KEY"},
        {"Read", TRUE, "CIM_PROPERTY_READ"},
        {"Write", FALSE, "CIM_PROPERTY_WRITE"},
        {"Required", FALSE, "CIM_PROPERTY_REQUIRED"},
    };
    const char *glue = ".flags = ";

    for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (!mof_model_boolean(emitter->model, qualifiers, flags[i].qualifier, flags[i].otherwise))
            continue;
        g_string_append_printf(out, "%s%s", glue, flags[i].flag);
        glue = " | ";
    }
    if (mof_find_qualifier(qualifiers, "Deprecated")) {
        g_string_append_printf(out, "%sCIM_PROPERTY_DEPRECATED", glue);
        glue = " | ";
    }
    if (*glue == ' ')
        g_string_append(out, ", ");
}

static char *
xml_open(const MofFeature *property)
{
    const char *embedded = property->class_name ? "instance" : "object";
    const char *array = property->is_array ? ".ARRAY" : "";

    if (property->type == CIM_TYPE_REFERENCE && property->is_array)
        return g_strdup_printf("<PROPERTY.REFARRAY NAME=\"%s\" REFERENCECLASS=\"%s\">",
                               property->name, property->class_name);
    if (property->type == CIM_TYPE_REFERENCE)
        return g_strdup_printf("<PROPERTY.REFERENCE NAME=\"%s\" REFERENCECLASS=\"%s\">",
                               property->name, property->class_name);
    if (property->type == CIM_TYPE_INSTANCE)
        return g_strdup_printf("<PROPERTY%s NAME=\"%s\" TYPE=\"string\" EmbeddedObject=\"%s\">",
                               array, property->name, embedded);
    return g_strdup_printf("<PROPERTY%s NAME=\"%s\" TYPE=\"%s\">", array, property->name,
                           cim_type_name(property->type));
}

static void
append_property(Emitter *emitter, GString *body, const MofFeature *property)
{
    g_autofree char *open = xml_open(property);

    g_string_append(body, "    { ");
    field_string(body, "name", property->name);
    field_type(body, "type", property->type);
    field_flag(body, "is_array", property->is_array);
    field_number(body, "array_size", (guint) property->array_size);
    field_property_flags(emitter, body, property->qualifiers);
    field_string(body, "class_name", property->class_name);
    field_string(body, "default_value", property->default_value);
    field_value_maps(emitter, body, property->qualifiers);
    field_qualifiers(emitter, body, property->qualifiers);
    field_string(body, "origin", property->origin);
    field_flag(body, "propagated", property->propagated);
    field_string(body, "xml_open", open);
    g_string_append_printf(body, ".xml_open_length = %zu },\n", strlen(open));
}

static void
field_properties(Emitter *emitter, GString *out, const GPtrArray *properties)
{
    g_autoptr(GString) body = g_string_new(NULL);

    for (guint i = 0; i < properties->len; i++)
        append_property(emitter, body, properties->pdata[i]);
    field_symbol(out, "properties", table(emitter, "CimProperty", "properties", body->str));
    field_number(out, "n_properties", properties->len);
}

static void
field_keys(Emitter *emitter, GString *out, const GPtrArray *properties)
{
    g_autoptr(GArray) indices = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < properties->len; i++) {
        const MofFeature *property = properties->pdata[i];

        if (mof_model_boolean(emitter->model, property->qualifiers, "Key", FALSE))
            g_array_append_val(indices, i);
    }
    field_symbol(out, "key_indices", index_table(emitter, "keys", indices));
    field_number(out, "n_keys", indices->len);
}

static int
compare_by_name(gconstpointer a, gconstpointer b, gpointer properties)
{
    const MofFeature *const *features = properties;

    return g_ascii_strcasecmp(features[*(const guint *) a]->name,
                              features[*(const guint *) b]->name);
}

static void
field_property_order(Emitter *emitter, GString *out, const GPtrArray *properties)
{
    g_autoptr(GArray) indices = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < properties->len; i++)
        g_array_append_val(indices, i);
    g_array_sort_with_data(indices, compare_by_name, properties->pdata);
    field_symbol(out, "property_order", index_table(emitter, "order", indices));
}

/* ---- methods ---- */

static void
append_parameter(Emitter *emitter, GString *body, const MofFeature *parameter)
{
    const GPtrArray *qualifiers = parameter->qualifiers;

    g_string_append(body, "    { ");
    field_string(body, "name", parameter->name);
    field_type(body, "type", parameter->type);
    field_flag(body, "is_array", parameter->is_array);
    field_number(body, "array_size", (guint) parameter->array_size);
    field_flag(body, "is_in", mof_model_boolean(emitter->model, qualifiers, "In", TRUE));
    field_flag(body, "is_out", mof_model_boolean(emitter->model, qualifiers, "Out", FALSE));
    field_string(body, "class_name", parameter->class_name);
    field_value_maps(emitter, body, qualifiers);
    field_qualifiers(emitter, body, qualifiers);
    g_string_append(body, "},\n");
}

static void
field_parameters(Emitter *emitter, GString *out, const GPtrArray *parameters)
{
    g_autoptr(GString) body = g_string_new(NULL);

    for (guint i = 0; i < parameters->len; i++)
        append_parameter(emitter, body, parameters->pdata[i]);
    field_symbol(out, "parameters", table(emitter, "CimParameter", "parameters", body->str));
    field_number(out, "n_parameters", parameters->len);
}

static void
append_method(Emitter *emitter, GString *body, const MofFeature *method)
{
    const GPtrArray *qualifiers = method->qualifiers;

    g_string_append(body, "    { ");
    field_string(body, "name", method->name);
    field_type(body, "return_type", method->type);
    field_flag(body, "is_static", mof_model_boolean(emitter->model, qualifiers, "Static", FALSE));
    field_parameters(emitter, body, method->parameters);
    field_value_maps(emitter, body, qualifiers);
    field_qualifiers(emitter, body, qualifiers);
    field_string(body, "origin", method->origin);
    field_flag(body, "propagated", method->propagated);
    g_string_append(body, "},\n");
}

static void
field_methods(Emitter *emitter, GString *out, const GPtrArray *methods)
{
    g_autoptr(GString) body = g_string_new(NULL);

    for (guint i = 0; i < methods->len; i++)
        append_method(emitter, body, methods->pdata[i]);
    field_symbol(out, "methods", table(emitter, "CimMethod", "methods", body->str));
    field_number(out, "n_methods", methods->len);
}

/* ---- classes ---- */

static void
emit_class(Emitter *emitter, const MofClass *klass)
{
    g_autoptr(GString) body = g_string_new(NULL);
    const GPtrArray *qualifiers = klass->qualifiers;
    const MofModel *model = emitter->model;

    field_string(body, "name", klass->name);
    if (klass->superclass)
        g_string_append_printf(body, ".superclass = &class_%s, ", klass->superclass->name);
    field_flag(body, "is_abstract", mof_model_boolean(model, qualifiers, "Abstract", FALSE));
    field_flag(body, "is_association", mof_model_boolean(model, qualifiers, "Association", FALSE));
    field_flag(body, "is_indication", mof_model_boolean(model, qualifiers, "Indication", FALSE));
    field_properties(emitter, body, klass->properties);
    field_property_order(emitter, body, klass->properties);
    field_keys(emitter, body, klass->properties);
    field_methods(emitter, body, klass->methods);
    field_qualifiers(emitter, body, qualifiers);
    g_string_append_printf(emitter->out, "static const CimClass class_%s = { %s};\n\n", klass->name,
                           body->str);
}

static int
compare_classes(gconstpointer a, gconstpointer b)
{
    return g_ascii_strcasecmp((*(MofClass *const *) a)->name, (*(MofClass *const *) b)->name);
}

static void
emit_schema(Emitter *emitter, const char *symbol)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy(emitter->model->classes, NULL, NULL);
    g_autoptr(GString) body = g_string_new(NULL);
    const char *qualifier_types;
    const char *classes;

    g_ptr_array_sort(sorted, compare_classes);
    for (guint i = 0; i < sorted->len; i++)
        g_string_append_printf(body, "    &class_%s,\n", ((MofClass *) sorted->pdata[i])->name);
    classes = table(emitter, "CimClass *const", "classes", body->str);
    qualifier_types = qualifier_type_table(emitter);
    g_string_append_printf(emitter->out,
                           "const CimSchema %s = { .classes = %s, .n_classes = %u, "
                           ".qualifier_types = %s, .n_qualifier_types = %u };\n",
                           symbol, classes ? classes : "NULL", sorted->len,
                           qualifier_types ? qualifier_types : "NULL",
                           emitter->model->qualifier_types->len);
}

char *
mof_emit_source(const MofModel *model, const char *symbol)
{
    g_autoptr(GHashTable) tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Emitter emitter = {.model = model, .out = g_string_new(NULL), .tables = tables};

    g_string_append_printf(emitter.out,
                           "/* Made by mofc from MOF: not to be edited. */\n"
                           "#include \"cim/class.h\"\n\n"
                           "extern const CimSchema %s;\n\n",
                           symbol);
    /* Superclasses come first, so that none is used before it is there. */
    for (guint i = 0; i < model->classes->len; i++)
        emit_class(&emitter, model->classes->pdata[i]);
    emit_schema(&emitter, symbol);
    return g_string_free(emitter.out, FALSE);
}

char *
mof_emit_header(const char *symbol)
{
    return g_strdup_printf("/* Made by mofc from MOF: not to be edited. */\n"
                           "#pragma once\n\n"
                           "#include \"cim/class.h\"\n\n"
                           "extern const CimSchema %s;\n",
                           symbol);
}
