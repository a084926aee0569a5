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

/* Paths */

char *
cim_xml_read_namespace(CimXmlReader *reader, guint at, GError **error)
{
    g_autoptr(GString) joined = g_string_sized_new(64);

    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        const char *name = cim_xml_tape_attribute(reader->tape, child, CIM_XML_AT_NAME);

        if (element_at(reader, child) != CIM_XML_NAMESPACE)
            continue;
        if (!name || !*name) {
            cim_xml_invalid(error, "a NAMESPACE without NAME");
            return NULL;
        }
        if (joined->len > 0)
            g_string_append_c(joined, '/');
        g_string_append(joined, name);
    }
    if (joined->len == 0) {
        cim_xml_invalid(error, "a LOCALNAMESPACEPATH without NAMESPACE");
        return NULL;
    }
    return g_string_free(g_steal_pointer(&joined), FALSE);
}

static gboolean
parse_as(CimValue *value, CimType type, const char *text, gsize length)
{
    cim_value_init(value, type, FALSE);
    return cim_value_parse(value, text, length, NULL);
}

static gboolean
parse_number(CimValue *value, const char *text, gsize length, GError **error)
{
    if (parse_as(value, CIM_TYPE_UINT64, text, length) ||
        parse_as(value, CIM_TYPE_SINT64, text, length) ||
        parse_as(value, CIM_TYPE_REAL64, text, length))
        return TRUE;
    g_set_error(error, CIM_ERROR, CIM_ERR_INVALID_PARAMETER, "a numeric key that is no number");
    return FALSE;
}

/* VALUETYPE decides; TYPE is a hint that only datetimes need. */
static gboolean
read_key_text(CimXmlReader *reader, guint at, CimValue *value, GError **error)
{
    const char *kind = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_VALUETYPE);
    const char *type = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_TYPE);
    gsize length;
    const char *text = cim_xml_tape_text(reader->tape, at, &length);

    if (kind && g_ascii_strcasecmp(kind, "numeric") == 0)
        return parse_number(value, text, length, error);
    if (kind && g_ascii_strcasecmp(kind, "boolean") == 0) {
        cim_value_init(value, CIM_TYPE_BOOLEAN, FALSE);
        return cim_value_parse(value, text, length, error);
    }
    if (type && cim_type_from_name(type) == CIM_TYPE_DATETIME &&
        parse_as(value, CIM_TYPE_DATETIME, text, length))
        return TRUE;
    cim_value_init(value, CIM_TYPE_STRING, FALSE);
    cim_value_take_string(value, g_strndup(text, length));
    return TRUE;
}

/* @at: KEYVALUE or VALUE.REFERENCE; @name NULL: the unnamed key. */
static gboolean
read_key_value(CimXmlReader *reader, guint at, const char *name, CimPath *path, GError **error)
{
    g_auto(CimValue) value = {0};

    if (path->n_keys >= MAX_KEYS)
        return cim_xml_invalid(error, "more than %d keys", MAX_KEYS);
    if (element_at(reader, at) == CIM_XML_KEYVALUE) {
        if (!read_key_text(reader, at, &value, error))
            return FALSE;
    } else {
        CimPath *reference = cim_xml_read_path(reader, at, error);

        if (!reference)
            return FALSE;
        cim_value_init(&value, CIM_TYPE_REFERENCE, FALSE);
        cim_value_take_reference(&value, reference);
    }
    cim_path_take_key(path, name, &value);
    value = (CimValue){0};
    return TRUE;
}

static gboolean
is_key_value(CimXmlElement element)
{
    return element == CIM_XML_KEYVALUE || element == CIM_XML_VALUE_REFERENCE;
}

static gboolean
read_key_binding(CimXmlReader *reader, guint at, CimPath *path, GError **error)
{
    const char *name = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_NAME);

    if (!name)
        return cim_xml_invalid(error, "a KEYBINDING without NAME");
    if (cim_path_find_key(path, name))
        return cim_xml_invalid(error, "two KEYBINDINGs of one NAME");
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        if (is_key_value(element_at(reader, child)))
            return read_key_value(reader, child, name, path, error);
    }
    return cim_xml_invalid(error, "a KEYBINDING without value");
}

static CimPath *
read_instance_name(CimXmlReader *reader, guint at, GError **error)
{
    const char *name = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_CLASSNAME);
    g_autoptr(CimPath) path = name && *name ? cim_path_new(NULL, name) : NULL;

    if (!path) {
        cim_xml_invalid(error, "an INSTANCENAME without CLASSNAME");
        return NULL;
    }
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        CimXmlElement element = element_at(reader, child);

        if (element == CIM_XML_KEYBINDING && !read_key_binding(reader, child, path, error))
            return NULL;
        if (is_key_value(element) && path->n_keys > 0) {
            cim_xml_invalid(error, "a KEYVALUE beside other keys");
            return NULL;
        }
        if (is_key_value(element) && !read_key_value(reader, child, NULL, path, error))
            return NULL;
    }
    return g_steal_pointer(&path);
}

static CimPath *
read_class_name(CimXmlReader *reader, guint at, GError **error)
{
    const char *name = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_NAME);

    if (name && *name)
        return cim_path_new(NULL, name);
    cim_xml_invalid(error, "a CLASSNAME without NAME");
    return NULL;
}

typedef struct {
    char *host;
    char *name_space;
    CimPath *path;
} PathParts;

static void
path_parts_clear(PathParts *parts)
{
    g_free(parts->host);
    g_free(parts->name_space);
    cim_path_free(parts->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PathParts, path_parts_clear)

/* The elements of an INSTANCEPATH and its like, at any depth below @at. */
static gboolean
read_path_parts(CimXmlReader *reader, guint at, PathParts *parts, GError **error)
{
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        CimXmlElement element = element_at(reader, child);

        if (element == CIM_XML_HOST && !parts->host) {
            parts->host = g_strdup(cim_xml_tape_text(reader->tape, child, NULL));
        } else if (element == CIM_XML_LOCALNAMESPACEPATH && !parts->name_space) {
            parts->name_space = cim_xml_read_namespace(reader, child, error);
            if (!parts->name_space)
                return FALSE;
        } else if (element == CIM_XML_NAMESPACEPATH) {
            if (!read_path_parts(reader, child, parts, error))
                return FALSE;
        } else if (!parts->path) {
            parts->path = cim_xml_read_path(reader, child, error);
            if (!parts->path)
                return FALSE;
        }
    }
    return TRUE;
}

static CimPath *
read_full_path(CimXmlReader *reader, guint at, GError **error)
{
    g_auto(PathParts) parts = {0};

    if (!read_path_parts(reader, at, &parts, error))
        return NULL;
    if (!parts.path) {
        cim_xml_invalid(error, "a path that names nothing");
        return NULL;
    }
    if (parts.name_space) {
        g_free(parts.path->name_space);
        parts.path->name_space = g_steal_pointer(&parts.name_space);
    }
    if (parts.host) {
        g_free(parts.path->host);
        parts.path->host = g_steal_pointer(&parts.host);
    }
    return g_steal_pointer(&parts.path);
}

CimPath *
cim_xml_read_path(CimXmlReader *reader, guint at, GError **error)
{
    switch (element_at(reader, at)) {
    case CIM_XML_INSTANCENAME: return read_instance_name(reader, at, error);
    case CIM_XML_CLASSNAME: return read_class_name(reader, at, error);
    case CIM_XML_CLASSPATH:
    case CIM_XML_INSTANCEPATH:
    case CIM_XML_LOCALCLASSPATH:
    case CIM_XML_LOCALINSTANCEPATH:
    case CIM_XML_OBJECTPATH:
    case CIM_XML_VALUE_REFERENCE: return read_full_path(reader, at, error);
    default: cim_xml_invalid(error, "no path where a path belongs"); return NULL;
    }
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

gboolean
cim_xml_read_content(CimXmlReader *reader, guint at, CimValue *value, GError **error)
{
    cim_value_init(value, CIM_TYPE_NONE, FALSE);
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        CimXmlElement element = element_at(reader, child);

        if (element == CIM_XML_QUALIFIER || element == CIM_XML_UNKNOWN)
            continue;
        if (element == CIM_XML_VALUE_NULL)
            return TRUE;
        if (read_one(reader, child, value, error))
            return TRUE;
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

/* Instances */

static gboolean
is_property(CimXmlElement element)
{
    return element == CIM_XML_PROPERTY || element == CIM_XML_PROPERTY_ARRAY ||
           element == CIM_XML_PROPERTY_REFERENCE;
}

typedef struct {
    CimType type;
    gboolean is_array;
} PropertyType;

static PropertyType
type_of_property(CimXmlReader *reader, guint at, const CimProperty *declared)
{
    CimXmlElement element = element_at(reader, at);
    PropertyType type = {CIM_TYPE_REFERENCE, element == CIM_XML_PROPERTY_ARRAY};

    if (declared)
        return (PropertyType){declared->type, declared->is_array};
    if (element != CIM_XML_PROPERTY_REFERENCE)
        type.type = cim_xml_declared_type(reader, at, CIM_XML_AT_TYPE);
    if (type.type == CIM_TYPE_NONE)
        type.type = CIM_TYPE_STRING;
    return type;
}

static gboolean
read_property(
    CimXmlReader *reader, guint at, const CimClass *klass, CimInstance *instance, GError **error)
{
    const char *name = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_NAME);
    const CimProperty *declared = klass && name ? cim_class_find_property(klass, name) : NULL;
    g_auto(CimValue) value = {0};
    PropertyType type;

    if (!name || !*name)
        return cim_xml_invalid(error, "a property without NAME");
    if (g_str_has_prefix(name, "__") || (klass && !declared && reader->outer))
        return TRUE;
    if (instance->n_properties >= MAX_PROPERTIES)
        return cim_xml_invalid(error, "more than %d properties", MAX_PROPERTIES);
    type = type_of_property(reader, at, declared);
    if (!cim_xml_read_content(reader, at, &value, error) ||
        !cim_xml_convert(reader, &value, type.type, type.is_array, error)) {
        g_prefix_error(error, "property '%s': ", name);
        return FALSE;
    }
    cim_instance_take(instance, declared ? declared->name : name, &value);
    value = (CimValue){0};
    return TRUE;
}

static CimInstance *
read_plain_instance(CimXmlReader *reader, guint at, GError **error)
{
    const char *name = cim_xml_tape_attribute(reader->tape, at, CIM_XML_AT_CLASSNAME);
    g_autoptr(CimInstance) instance = name && *name ? cim_instance_new(name) : NULL;
    const CimClass *klass;

    if (!instance) {
        cim_xml_invalid(error, "an INSTANCE without CLASSNAME");
        return NULL;
    }
    klass = reader->schema ? cim_schema_find(reader->schema, name) : NULL;
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        if (is_property(element_at(reader, child)) &&
            !read_property(reader, child, klass, instance, error))
            return NULL;
    }
    return g_steal_pointer(&instance);
}

static gboolean
is_path(CimXmlElement element)
{
    return element == CIM_XML_INSTANCENAME || element == CIM_XML_INSTANCEPATH ||
           element == CIM_XML_LOCALINSTANCEPATH;
}

static gboolean
is_wrapper(CimXmlElement element)
{
    switch (element) {
    case CIM_XML_CIM:
    case CIM_XML_DECLARATION:
    case CIM_XML_DECLGROUP:
    case CIM_XML_VALUE_INSTANCEWITHPATH:
    case CIM_XML_VALUE_NAMEDINSTANCE:
    case CIM_XML_VALUE_NAMEDOBJECT:
    case CIM_XML_VALUE_OBJECT:
    case CIM_XML_VALUE_OBJECTWITHPATH: return TRUE;
    default: return FALSE;
    }
}

static gboolean
read_wrapped(CimXmlReader *reader, guint at, CimInstance **instance, CimPath **path, GError **error)
{
    CIM_XML_FOREACH_CHILD(reader->tape, at, child)
    {
        CimXmlElement element = element_at(reader, child);

        if (is_wrapper(element)) {
            if (!read_wrapped(reader, child, instance, path, error))
                return FALSE;
        } else if (is_path(element) && !*path) {
            *path = cim_xml_read_path(reader, child, error);
            if (!*path)
                return FALSE;
        } else if (element == CIM_XML_INSTANCE && !*instance) {
            *instance = read_plain_instance(reader, child, error);
            if (!*instance)
                return FALSE;
        }
    }
    return TRUE;
}

CimInstance *
cim_xml_read_instance(CimXmlReader *reader, guint at, GError **error)
{
    g_autoptr(CimInstance) instance = NULL;
    g_autoptr(CimPath) path = NULL;

    if (element_at(reader, at) == CIM_XML_INSTANCE)
        return read_plain_instance(reader, at, error);
    if (!is_wrapper(element_at(reader, at))) {
        cim_xml_invalid(error, "no INSTANCE where one belongs");
        return NULL;
    }
    if (!read_wrapped(reader, at, &instance, &path, error))
        return NULL;
    if (!instance) {
        cim_xml_invalid(error, "no INSTANCE where one belongs");
        return NULL;
    }
    instance->path = g_steal_pointer(&path);
    return g_steal_pointer(&instance);
}
