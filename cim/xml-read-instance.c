#include "cim/xml-read.h"

/* Adding a property compares with all that are there: hostile input must not pay quadratically. */
enum { MAX_PROPERTIES = 512 };

static CimXmlElement
element_at(const CimXmlReader *reader, guint at)
{
    return cim_xml_tape_node(cim_xml_reader_tape(reader), at)->element;
}

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
    const char *name = cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_NAME);
    const CimProperty *declared = klass && name ? cim_class_find_property(klass, name) : NULL;
    g_auto(CimValue) value = {0};
    PropertyType type;

    if (!name || !*name)
        return cim_xml_invalid(error, "a property without NAME");
    if (g_str_has_prefix(name, "__") || (klass && !declared && cim_xml_reader_is_nested(reader)))
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
    const char *name =
        cim_xml_tape_attribute(cim_xml_reader_tape(reader), at, CIM_XML_AT_CLASSNAME);
    g_autoptr(CimInstance) instance = name && *name ? cim_instance_new(name) : NULL;
    const CimSchema *schema = cim_xml_reader_schema(reader);
    const CimClass *klass;

    if (!instance) {
        cim_xml_invalid(error, "an INSTANCE without CLASSNAME");
        return NULL;
    }
    klass = schema ? cim_schema_find(schema, name) : NULL;
    CIM_XML_FOREACH_CHILD(cim_xml_reader_tape(reader), at, child)
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
    CIM_XML_FOREACH_CHILD(cim_xml_reader_tape(reader), at, child)
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
