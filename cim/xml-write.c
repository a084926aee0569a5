#include "cim/xml-write.h"

#include <string.h>

/* Escapes */

typedef enum {
    PLAIN,
    AMP,
    LT,
    GT,
    QUOT,
    TAB,
    LF,
    CR,
    BAD,
    MULTI, /* a byte of a longer sequence: to be checked */
} Escape;

/* clang-format off */
static const struct { const char *text; guint8 length; } replacements[] = {
    [AMP]  = { "&amp;", 5 },
    [LT]   = { "&lt;", 4 },
    [GT]   = { "&gt;", 4 },
    [QUOT] = { "&quot;", 6 },
    [TAB]  = { "&#9;", 4 },  /* a parser makes blanks of these in attributes, */
    [LF]   = { "&#10;", 5 }, /* and of CR everywhere */
    [CR]   = { "&#13;", 5 },
    [BAD]  = { "\xef\xbf\xbd", 3 },
};

#define B BAD
#define M MULTI
static const guint8 escape_of[256] = {
    B, B, B, B, B, B, B, B, B, TAB, LF, B, B, CR, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    ['"'] = QUOT, ['&'] = AMP, ['<'] = LT, ['>'] = GT, [0x7f] = PLAIN,
    [0x80] = M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
    M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
    M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
    M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M,
};
#undef B
#undef M
/* clang-format on */

/* The length of the sequence at @text if XML can hold it, or 0. */
static gsize
multibyte_length(const char *text, gsize length)
{
    gunichar character = g_utf8_get_char_validated(text, length);

    if (character == (gunichar) -1 || character == (gunichar) -2 || character == 0xfffe ||
        character == 0xffff)
        return 0;
    return g_utf8_skip[(guchar) *text];
}

void
cim_xml_append_escaped(GString *xml, const char *text, gsize length)
{
    const char *end = text + length;
    const char *plain = text; /* start of what is not appended yet */

    while (text < end) {
        Escape escape = escape_of[(guchar) *text];
        gsize multibyte = escape == MULTI ? multibyte_length(text, end - text) : 0;

        if (escape == PLAIN || multibyte > 0) {
            text += MAX(multibyte, 1);
            continue;
        }
        if (escape == MULTI)
            escape = BAD;
        g_string_append_len(xml, plain, text - plain);
        g_string_append_len(xml, replacements[escape].text, replacements[escape].length);
        plain = ++text;
    }
    g_string_append_len(xml, plain, end - plain);
}

void
cim_xml_append_attribute(GString *xml, const char *name, const char *value)
{
    if (!value)
        return;
    g_string_append_c(xml, ' ');
    g_string_append(xml, name);
    cim_xml_append_literal(xml, "=\"");
    cim_xml_append_escaped(xml, value, strlen(value));
    g_string_append_c(xml, '"');
}

/* Values */

/* Escaped once more for each level that it is embedded in. */
static void
append_embedded(GString *xml, const CimInstance *instance)
{
    g_autoptr(GString) inner = g_string_sized_new(1024);

    cim_xml_append_instance(inner, instance);
    cim_xml_append_escaped(xml, inner->str, inner->len);
}

static void
append_content(GString *xml, const CimValue *value)
{
    char text[8];

    switch (value->type) {
    case CIM_TYPE_STRING: cim_xml_append_escaped(xml, value->string, strlen(value->string)); return;
    case CIM_TYPE_CHAR16:
        cim_xml_append_escaped(xml, text, g_unichar_to_utf8(value->char16, text));
        return;
    case CIM_TYPE_INSTANCE: append_embedded(xml, value->instance); return;
    default: cim_value_append_text(value, xml); /* has nothing to escape */
    }
}

static void
append_scalar(GString *xml, const CimValue *value)
{
    if (value->type == CIM_TYPE_REFERENCE) {
        cim_xml_append_literal(xml, "<VALUE.REFERENCE>");
        cim_xml_append_path(xml, value->reference);
        cim_xml_append_literal(xml, "</VALUE.REFERENCE>");
        return;
    }
    cim_xml_append_literal(xml, "<VALUE>");
    append_content(xml, value);
    cim_xml_append_literal(xml, "</VALUE>");
}

void
cim_xml_append_value(GString *xml, const CimValue *value)
{
    gboolean references = value->type == CIM_TYPE_REFERENCE;

    if (value->is_null)
        return;
    if (!value->is_array) {
        append_scalar(xml, value);
        return;
    }
    g_string_append(xml, references ? "<VALUE.REFARRAY>" : "<VALUE.ARRAY>");
    for (guint i = 0; i < value->array.n; i++) {
        if (value->array.elements[i].is_null)
            cim_xml_append_literal(xml, "<VALUE.NULL/>");
        else
            append_scalar(xml, &value->array.elements[i]);
    }
    g_string_append(xml, references ? "</VALUE.REFARRAY>" : "</VALUE.ARRAY>");
}

/* Paths */

void
cim_xml_append_namespace(GString *xml, const char *name_space)
{
    cim_xml_append_literal(xml, "<LOCALNAMESPACEPATH>");
    while (*name_space) {
        gsize length = strcspn(name_space, "/");

        if (length > 0) {
            cim_xml_append_literal(xml, "<NAMESPACE NAME=\"");
            cim_xml_append_escaped(xml, name_space, length);
            cim_xml_append_literal(xml, "\"/>");
        }
        name_space += length + (name_space[length] == '/');
    }
    cim_xml_append_literal(xml, "</LOCALNAMESPACEPATH>");
}

static const char *
key_value_type(CimType type)
{
    if (type == CIM_TYPE_BOOLEAN)
        return "boolean";
    if (cim_type_is_unsigned(type) || cim_type_is_signed(type) || cim_type_is_real(type))
        return "numeric";
    return "string";
}

static void
append_key_value(GString *xml, const CimValue *value)
{
    if (value->type == CIM_TYPE_REFERENCE && !value->is_null) {
        append_scalar(xml, value);
        return;
    }
    cim_xml_append_literal(xml, "<KEYVALUE");
    cim_xml_append_attribute(xml, "VALUETYPE", key_value_type(value->type));
    cim_xml_append_attribute(xml, "TYPE", cim_type_name(value->type));
    g_string_append_c(xml, '>');
    if (!value->is_null)
        append_content(xml, value);
    cim_xml_append_literal(xml, "</KEYVALUE>");
}

void
cim_xml_append_key(GString *xml, const char *name, const CimValue *value)
{
    cim_xml_append_literal(xml, "<KEYBINDING");
    cim_xml_append_attribute(xml, "NAME", name);
    g_string_append_c(xml, '>');
    append_key_value(xml, value);
    cim_xml_append_literal(xml, "</KEYBINDING>");
}

static void
append_path_key(GString *xml, const CimKey *key)
{
    if (key->name)
        cim_xml_append_key(xml, key->name, &key->value);
    else
        append_key_value(xml, &key->value);
}

void
cim_xml_append_name(GString *xml, const CimPath *path)
{
    if (path->n_keys == 0) {
        cim_xml_append_literal(xml, "<CLASSNAME");
        cim_xml_append_attribute(xml, "NAME", path->class_name);
        cim_xml_append_literal(xml, "/>");
        return;
    }
    cim_xml_append_literal(xml, "<INSTANCENAME");
    cim_xml_append_attribute(xml, "CLASSNAME", path->class_name);
    g_string_append_c(xml, '>');
    for (guint i = 0; i < path->n_keys; i++)
        append_path_key(xml, &path->keys[i]);
    cim_xml_append_literal(xml, "</INSTANCENAME>");
}

void
cim_xml_append_local_path(GString *xml, const CimPath *path)
{
    const char *element = path->n_keys > 0 ? "LOCALINSTANCEPATH>" : "LOCALCLASSPATH>";

    g_string_append_c(xml, '<');
    g_string_append(xml, element);
    cim_xml_append_namespace(xml, path->name_space);
    cim_xml_append_name(xml, path);
    cim_xml_append_literal(xml, "</");
    g_string_append(xml, element);
}

void
cim_xml_append_path(GString *xml, const CimPath *path)
{
    const char *element = path->n_keys > 0 ? "INSTANCEPATH>" : "CLASSPATH>";

    if (!path->name_space) {
        cim_xml_append_name(xml, path);
        return;
    }
    if (!path->host) {
        cim_xml_append_local_path(xml, path);
        return;
    }
    g_string_append_c(xml, '<');
    g_string_append(xml, element);
    cim_xml_append_literal(xml, "<NAMESPACEPATH><HOST>");
    cim_xml_append_escaped(xml, path->host, strlen(path->host));
    cim_xml_append_literal(xml, "</HOST>");
    cim_xml_append_namespace(xml, path->name_space);
    cim_xml_append_literal(xml, "</NAMESPACEPATH>");
    cim_xml_append_name(xml, path);
    cim_xml_append_literal(xml, "</");
    g_string_append(xml, element);
}

/* Instances and parameters */

static const char *
property_element(const CimValue *value)
{
    if (value->type == CIM_TYPE_REFERENCE)
        return "PROPERTY.REFERENCE";
    return value->is_array ? "PROPERTY.ARRAY" : "PROPERTY";
}

static void
append_type(GString *xml, const char *attribute, CimType type)
{
    cim_xml_append_attribute(xml, attribute, cim_type_name(type));
    if (type == CIM_TYPE_INSTANCE)
        cim_xml_append_literal(xml, " EmbeddedObject=\"instance\"");
}

void
cim_xml_append_property(GString *xml, const char *name, const CimValue *value)
{
    const char *element = property_element(value);

    g_string_append_c(xml, '<');
    g_string_append(xml, element);
    cim_xml_append_attribute(xml, "NAME", name);
    if (value->type != CIM_TYPE_REFERENCE)
        append_type(xml, "TYPE", value->type);
    g_string_append_c(xml, '>');
    cim_xml_append_value(xml, value);
    cim_xml_append_literal(xml, "</");
    g_string_append(xml, element);
    g_string_append_c(xml, '>');
}

void
cim_xml_append_instance(GString *xml, const CimInstance *instance)
{
    cim_xml_append_literal(xml, "<INSTANCE");
    cim_xml_append_attribute(xml, "CLASSNAME", instance->class_name);
    g_string_append_c(xml, '>');
    for (guint i = 0; i < instance->n_properties; i++)
        cim_xml_append_property(xml, instance->properties[i].name, &instance->properties[i].value);
    cim_xml_append_literal(xml, "</INSTANCE>");
}

void
cim_xml_append_parameter(GString *xml, const char *name, const CimValue *value)
{
    cim_xml_append_literal(xml, "<PARAMVALUE");
    cim_xml_append_attribute(xml, "NAME", name);
    append_type(xml, "PARAMTYPE", value->type);
    g_string_append_c(xml, '>');
    cim_xml_append_value(xml, value);
    cim_xml_append_literal(xml, "</PARAMVALUE>");
}
