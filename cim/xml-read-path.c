#include "cim/xml-read.h"

#include <string.h>

#include "cim/error.h"

/* Adding a key compares with all that are there: hostile input must not pay quadratically. */
enum { MAX_KEYS = 32 };

static CimXmlElement
element_at(const CimXmlReader *reader, guint at)
{
    return cim_xml_tape_node(cim_xml_reader_tape(reader), at)->element;
}

char *
cim_xml_read_namespace(CimXmlReader *reader, guint at, GError **error)
{
    g_autoptr(GString) joined = g_string_sized_new(64);

    CIM_XML_FOREACH_CHILD(cim_xml_reader_tape(reader), at, child)
    {
        const char *name =
            cim_xml_tape_attribute(cim_xml_reader_tape(reader), child, CIM_XML_AT_NAME);

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
    const char *kind =
        cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_VALUETYPE);
    const char *type = cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_TYPE);
    gsize length;
    const char *text = cim_xml_tape_text(cim_xml_reader_tape(reader), at, &length);

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
    const char *name = cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_NAME);

    if (!name)
        return cim_xml_invalid(error, "a KEYBINDING without NAME");
    if (cim_path_find_key(path, name))
        return cim_xml_invalid(error, "two KEYBINDINGs of one NAME");
    CIM_XML_FOREACH_CHILD(cim_xml_reader_tape(reader), at, child)
    {
        if (is_key_value(element_at(reader, child)))
            return read_key_value(reader, child, name, path, error);
    }
    return cim_xml_invalid(error, "a KEYBINDING without value");
}

static CimPath *
read_instance_name(CimXmlReader *reader, guint at, GError **error)
{
    const char *name =
        cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_CLASSNAME);
    g_autoptr(CimPath) path = name && *name ? cim_path_new(NULL, name) : NULL;

    if (!path) {
        cim_xml_invalid(error, "an INSTANCENAME without CLASSNAME");
        return NULL;
    }
    CIM_XML_FOREACH_CHILD(cim_xml_reader_tape(reader), at, child)
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
    const char *name = cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_NAME);

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
    CIM_XML_FOREACH_CHILD(cim_xml_reader_tape(reader), at, child)
    {
        CimXmlElement element = element_at(reader, child);

        if (element == CIM_XML_HOST && !parts->host) {
            parts->host = g_strdup(cim_xml_tape_text(cim_xml_reader_tape(reader), child, NULL));
        } else if (element == CIM_XML_LOCALNAMESPACEPATH && !parts->name_space) {
            parts->name_space = cim_xml_read_namespace(reader, child, error);
            if (!parts->name_space)
                return FALSE;
        } else if (element == CIM_XML_NAMESPACEPATH) {
            if (!read_path_parts(reader, child, parts, error))
                return FALSE;
        } else if (parts->path) {
            return cim_xml_invalid(error, "a path that names two things");
        } else {
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
