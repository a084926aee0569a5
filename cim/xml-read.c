#include "cim/xml-read.h"

#include <string.h>

#include "cim/error.h"

enum {
    /* Adding compares with all that is there: these keep hostile input from paying quadratically.
     */
    MAX_PROPERTIES = 512,
    MAX_KEYS = 32,
};

struct _CimXmlReader {
    CimXmlTape *tape;
    const CimSchema *schema;
    CimXmlBudget budget;
    CimXmlReader *outer;  /* of an embedded instance's reader */
    CimXmlReader *nested; /* made when first needed, kept */
    guint level;
    gsize embedded_bytes; /* of the outermost reader */
};

gboolean
cim_xml_invalid(GError **error, const char *format, ...)
{
    va_list args;

    if (error) {
        va_start(args, format);
        *error = g_error_new_valist(CIM_XML_ERROR, CIM_XML_ERROR_NOT_VALID, format, args);
        va_end(args);
    }
    return FALSE;
}

CimXmlReader *
cim_xml_reader_new(const CimSchema *schema, const CimXmlBudget *budget)
{
    CimXmlReader *reader = g_new0(CimXmlReader, 1);

    reader->tape = cim_xml_tape_new(budget->max_elements);
    reader->schema = schema;
    reader->budget = *budget;
    return reader;
}

void
cim_xml_reader_free(CimXmlReader *reader)
{
    if (!reader)
        return;
    cim_xml_reader_free(reader->nested);
    cim_xml_tape_free(reader->tape);
    g_free(reader);
}

gboolean
cim_xml_reader_load(CimXmlReader *reader, const char *text, gsize length, GError **error)
{
    reader->embedded_bytes = 0;
    return cim_xml_tape_read(reader->tape, text, length, error);
}

const CimXmlTape *
cim_xml_reader_tape(const CimXmlReader *reader)
{
    return reader->tape;
}

gboolean
cim_xml_reader_is_nested(const CimXmlReader *reader)
{
    return reader->outer != NULL;
}

const CimSchema *
cim_xml_reader_schema(const CimXmlReader *reader)
{
    return reader->schema;
}

static CimXmlElement
element_at(const CimXmlReader *reader, guint at)
{
    return cim_xml_tape_node(reader->tape, at)->element;
}

/* Content of values */

static gboolean
read_reference(CimXmlReader *reader, guint at, CimValue *value, GError **error)
{
    CimPath *path = cim_xml_read_path(reader, at, error);

    if (!path)
        return FALSE;
    cim_value_init(value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_take_reference(value, path);
    return TRUE;
}

static guint
count_children(const CimXmlReader *reader, guint at)
{
    guint n = 0;

    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        n++;
    }
    return n;
}

static gboolean
read_array(CimXmlReader *reader, guint at, CimType type, CimValue *value, GError **error)
{
    CimValue *element;

    cim_value_init(value, type, TRUE);
    element = cim_value_make_array(value, count_children(reader, at));
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        CimXmlElement kind = element_at(reader, child);

        if (kind == CIM_XML_VALUE && type == CIM_TYPE_STRING)
            cim_value_set_string(element, cim_xml_tape_text(reader->tape, child, NULL));
        else if (kind == CIM_XML_VALUE_REFERENCE && type == CIM_TYPE_REFERENCE) {
            CimPath *path = cim_xml_read_path(reader, child, error);

            if (!path)
                return FALSE;
            cim_value_take_reference(element, path);
        } else if (kind != CIM_XML_VALUE_NULL) {
            return cim_xml_invalid(error, "an array of other things than values");
        }
        element++;
    }
    return TRUE;
}

static gboolean
read_one(CimXmlReader *reader, guint at, CimValue *value, GError **error)
{
    CimXmlElement element = element_at(reader, at);
    CimInstance *instance;

    if (element == CIM_XML_VALUE) {
        cim_value_init(value, CIM_TYPE_STRING, FALSE);
        cim_value_set_string(value, cim_xml_tape_text(reader->tape, at, NULL));
        return TRUE;
    }
    if (element == CIM_XML_VALUE_ARRAY)
        return read_array(reader, at, CIM_TYPE_STRING, value, error);
    if (element == CIM_XML_VALUE_REFARRAY)
        return read_array(reader, at, CIM_TYPE_REFERENCE, value, error);
    if (element != CIM_XML_INSTANCE && element != CIM_XML_VALUE_NAMEDINSTANCE)
        return read_reference(reader, at, value, error);
    instance = cim_xml_read_instance(reader, at, error);
    if (!instance)
        return FALSE;
    cim_value_init(value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_take_instance(value, instance);
    return TRUE;
}

static gboolean
is_content(CimXmlElement element)
{
    return element != CIM_XML_QUALIFIER && element != CIM_XML_UNKNOWN;
}

gboolean
cim_xml_read_content(CimXmlReader *reader, guint at, CimValue *value, GError **error)
{
    gboolean is_read = FALSE;

    cim_value_init(value, CIM_TYPE_NONE, FALSE);
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        CimXmlElement element = element_at(reader, child);

        if (!is_content(element))
            continue;
        if (!is_read && (element == CIM_XML_VALUE_NULL || read_one(reader, child, value, error))) {
            is_read = TRUE;
            continue;
        }
        if (is_read)
            cim_xml_invalid(error, "two values where one belongs");
        cim_value_clear(value);
        cim_value_init(value, CIM_TYPE_NONE, FALSE);
        return FALSE;
    }
    return TRUE;
}

/* Conversion to declared types */

static gboolean
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static CimXmlReader *
nested_reader(CimXmlReader *reader)
{
    if (!reader->nested) {
        reader->nested = cim_xml_reader_new(reader->schema, &reader->budget);
        reader->nested->outer = reader;
        reader->nested->level = reader->level + 1;
    }
    return reader->nested;
}

static gboolean
charge_embedded(CimXmlReader *reader, gsize length, GError **error)
{
    CimXmlReader *outermost = reader;

    while (outermost->outer)
        outermost = outermost->outer;
    outermost->embedded_bytes += length;
    if (reader->level < CIM_XML_MAX_EMBEDDING &&
        outermost->embedded_bytes <= outermost->budget.max_embedded_bytes)
        return TRUE;
    g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER,
                "embedded instances too deep or too large");
    return FALSE;
}

/* What is wrong inside an embedded text is a wrong parameter, not a wrong request. */
static void
propagate_embedded_error(GError **error, GError *local_error)
{
    if (local_error->domain == CIM_XML_ERROR) {
        local_error->domain = CIM_ERROR;
        local_error->code = CIM_ERR_INVALID_PARAMETER;
        g_prefix_error(&local_error, "no embedded instance: ");
    }
    g_propagate_error(error, local_error);
}

CimInstance *
cim_xml_read_embedded(CimXmlReader *reader, const char *text, gsize length, GError **error)
{
    CimInstance *instance = NULL;
    GError *local_error = NULL;

    if (!charge_embedded(reader, length, error))
        return NULL;
    reader = nested_reader(reader);
    while (length > 0 && g_ascii_isspace(*text)) { /* some write blanks before the prolog */
        text++;
        length--;
    }
    if (cim_xml_reader_load(reader, text, length, &local_error))
        instance = cim_xml_read_instance(reader, 0, &local_error);
    if (!instance)
        propagate_embedded_error(error, local_error);
    return instance;
}

static gboolean
convert_to_instance(CimXmlReader *reader, const char *text, CimValue *to, GError **error)
{
    CimInstance *instance;

    if (is_blank(text))
        return TRUE;
    instance = cim_xml_read_embedded(reader, text, strlen(text), error);
    if (!instance)
        return FALSE;
    cim_value_take_instance(to, instance);
    return TRUE;
}

static gboolean
convert_to_path(const char *text, CimValue *to, GError **error)
{
    CimPath *path;

    if (is_blank(text))
        return TRUE;
    path = cim_path_parse(text, error);
    if (!path)
        return FALSE;
    cim_value_take_reference(to, path);
    return TRUE;
}

static gboolean
convert_text(CimXmlReader *reader, const char *text, CimValue *to, GError **error)
{
    gsize length;

    switch (to->type) {
    case CIM_TYPE_INSTANCE: return convert_to_instance(reader, text, to, error);
    case CIM_TYPE_REFERENCE: return convert_to_path(text, to, error);
    case CIM_TYPE_STRING: cim_value_take_string(to, g_strdup(text)); return TRUE;
    case CIM_TYPE_CHAR16: return cim_value_parse(to, text, strlen(text), error);
    default: break;
    }
    text += strspn(text, " \t\r\n");
    length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    return cim_value_parse(to, text, length, error);
}

static gboolean
convert_scalar(CimXmlReader *reader, CimValue *from, CimType type, CimValue *to, GError **error)
{
    cim_value_init(to, type, FALSE);
    if (from->is_null)
        return TRUE;
    if (from->type == CIM_TYPE_STRING)
        return convert_text(reader, from->string, to, error);
    if (from->type == type) {
        *to = *from;
        cim_value_init(from, type, FALSE);
        return TRUE;
    }
    g_set_error(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH, "a %s where a %s belongs",
                from->type == CIM_TYPE_REFERENCE ? "reference" : "instance", cim_type_name(type));
    return FALSE;
}

static gboolean
convert_array(CimXmlReader *reader, CimValue *from, CimType type, CimValue *to, GError **error)
{
    guint n = from->is_array ? from->array.n : 1;
    CimValue *old = from->is_array ? from->array.elements : from;
    CimValue *elements;

    cim_value_init(to, type, TRUE);
    if (from->is_null)
        return TRUE;
    elements = cim_value_make_array(to, n);
    for (guint i = 0; i < n; i++)
        if (!convert_scalar(reader, &old[i], type, &elements[i], error))
            return FALSE;
    return TRUE;
}

gboolean
cim_xml_convert(
    CimXmlReader *reader, CimValue *value, CimType type, gboolean is_array, GError **error)
{
    g_auto(CimValue) from = *value;
    gboolean ok;

    *value = (CimValue){0};
    if (from.is_array && !is_array && !from.is_null) {
        g_set_error(error, CIM_ERROR, CIM_ERR_TYPE_MISMATCH, "an array where one %s belongs",
                    cim_type_name(type));
        return FALSE;
    }
    ok = is_array ? convert_array(reader, &from, type, value, error)
                  : convert_scalar(reader, &from, type, value, error);
    if (!ok) {
        cim_value_clear(value);
        *value = (CimValue){0};
    }
    return ok;
}

CimType
cim_xml_declared_type(const CimXmlReader *reader, guint at, CimXmlAttribute attribute)
{
    const char *name = cim_xml_tape_attribute(reader->tape, at, attribute);
    const char *embedded = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_EMBEDDED);

    if (embedded && *embedded)
        return CIM_TYPE_INSTANCE;
    return name ? cim_type_from_name(name) : CIM_TYPE_NONE;
}
