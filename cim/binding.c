#include "cim/binding.h"

#include <string.h>

#include "cim/xml-write.h"

static void
resolve_getters(CimBinding *binding)
{
    const CimProvider *provider = binding->provider;

    binding->getters = g_new0(CimGetter, binding->klass->n_properties + 1);
    for (guint i = 0; i < provider->n_getters; i++) {
        const CimGetterRow *row = &provider->getters[i];
        int index = cim_class_find_property_index(binding->klass, row->property);

        if (index < 0)
            g_error("provider of class '%s': no property '%s'", provider->class_name,
                    row->property);
        binding->getters[index] = row->get;
    }
}

static void
check_methods(const CimBinding *binding)
{
    const CimProvider *provider = binding->provider;

    for (guint i = 0; i < provider->n_methods; i++)
        if (!cim_class_find_method(binding->klass, provider->methods[i].method))
            g_error("provider of class '%s': no method '%s'", provider->class_name,
                    provider->methods[i].method);
}

CimBinding *
cim_binding_new(const CimSchema *schema, const CimProvider *provider, gpointer provider_data)
{
    CimBinding *binding = g_new0(CimBinding, 1);

    binding->provider = provider;
    binding->provider_data = provider_data;
    binding->klass = cim_schema_find(schema, provider->class_name);
    if (!binding->klass || !provider->enumerate || !provider->find)
        g_error("provider of class '%s': no such class, or no enumerate or find",
                provider->class_name);
    resolve_getters(binding);
    check_methods(binding);
    return binding;
}

void
cim_binding_free(CimBinding *binding)
{
    if (!binding)
        return;
    g_free(binding->getters);
    g_free(binding);
}

/* Selections */

static gboolean
is_wanted(const CimProperty *property, const char *const *names, const CimClass *shape)
{
    if (shape && !cim_class_find_property(shape, property->name))
        return FALSE;
    if (!names)
        return TRUE;
    for (; *names; names++)
        if (g_ascii_strcasecmp(*names, property->name) == 0)
            return TRUE;
    return FALSE;
}

void
cim_selection_init(CimSelection *selection,
                   const CimClass *klass,
                   const char *const *properties,
                   const CimClass *shape,
                   gboolean with_origin)
{
    *selection = (CimSelection){.with_origin = with_origin};
    if (!properties && (!shape || shape == klass))
        return;
    selection->wanted = g_new(guint8, klass->n_properties + 1);
    for (guint i = 0; i < klass->n_properties; i++)
        selection->wanted[i] = is_wanted(&klass->properties[i], properties, shape);
}

void
cim_selection_clear(CimSelection *selection)
{
    g_free(selection->wanted);
    selection->wanted = NULL;
}

/* Writing */

void
cim_binding_get(const CimBinding *binding, gconstpointer object, guint index, CimValue *value)
{
    const CimProperty *property = &binding->klass->properties[index];

    cim_value_init(value, property->type, property->is_array);
    if (binding->getters[index])
        binding->getters[index](object, value, binding->provider_data);
    else if (property->default_value && !property->is_array)
        cim_value_parse(value, property->default_value, strlen(property->default_value), NULL);
}

/* wbemcli knows no EmbeddedObject on arrays, and would refuse a whole instance for one that is
 * NULL. */
static void
append_null_array(GString *xml, const CimProperty *property, gboolean with_origin)
{
    cim_xml_append_literal(xml, "<PROPERTY.ARRAY");
    cim_xml_append_attribute(xml, "NAME", property->name);
    cim_xml_append_attribute(xml, "TYPE", cim_type_name(property->type));
    cim_xml_append_attribute(xml, "CLASSORIGIN", with_origin ? property->origin : NULL);
    cim_xml_append_literal(xml, "></PROPERTY.ARRAY>");
}

static void
append_open(GString *xml, const CimProperty *property, gboolean with_origin)
{
    if (!with_origin) {
        g_string_append_len(xml, property->xml_open, property->xml_open_length);
        return;
    }
    g_string_append_len(xml, property->xml_open, property->xml_open_length - 1);
    cim_xml_append_attribute(xml, "CLASSORIGIN", property->origin);
    g_string_append_c(xml, '>');
}

static void
append_close(GString *xml, const CimProperty *property)
{
    if (property->type == CIM_TYPE_REFERENCE)
        cim_xml_append_literal(xml, "</PROPERTY.REFERENCE>");
    else if (property->is_array)
        cim_xml_append_literal(xml, "</PROPERTY.ARRAY>");
    else
        cim_xml_append_literal(xml, "</PROPERTY>");
}

static void
append_property(GString *xml,
                const CimProperty *property,
                const CimValue *value,
                gboolean with_origin)
{
    if (property->type == CIM_TYPE_INSTANCE && property->is_array && value->is_null) {
        append_null_array(xml, property, with_origin);
        return;
    }
    append_open(xml, property, with_origin);
    cim_xml_append_value(xml, value);
    append_close(xml, property);
}

void
cim_binding_append_instance(const CimBinding *binding,
                            gconstpointer object,
                            const CimSelection *selection,
                            GString *xml)
{
    const CimClass *klass = binding->klass;

    cim_xml_append_literal(xml, "<INSTANCE CLASSNAME=\"");
    g_string_append(xml, klass->name);
    cim_xml_append_literal(xml, "\">");
    for (guint i = 0; i < klass->n_properties; i++) {
        CimValue value;

        if (selection->wanted && !selection->wanted[i])
            continue;
        cim_binding_get(binding, object, i, &value);
        append_property(xml, &klass->properties[i], &value, selection->with_origin);
        cim_value_clear(&value);
    }
    cim_xml_append_literal(xml, "</INSTANCE>");
}

void
cim_binding_append_name(const CimBinding *binding, gconstpointer object, GString *xml)
{
    const CimClass *klass = binding->klass;

    cim_xml_append_literal(xml, "<INSTANCENAME CLASSNAME=\"");
    g_string_append(xml, klass->name);
    cim_xml_append_literal(xml, "\">");
    for (guint i = 0; i < klass->n_keys; i++) {
        guint index = klass->key_indices[i];
        CimValue value;

        cim_binding_get(binding, object, index, &value);
        cim_xml_append_key(xml, klass->properties[index].name, &value);
        cim_value_clear(&value);
    }
    cim_xml_append_literal(xml, "</INSTANCENAME>");
}

void
cim_binding_append_path(const CimBinding *binding, gconstpointer object, GString *xml)
{
    cim_xml_append_literal(xml, "<INSTANCEPATH>");
    g_string_append(xml, binding->location);
    cim_binding_append_name(binding, object, xml);
    cim_xml_append_literal(xml, "</INSTANCEPATH>");
}

CimPath *
cim_binding_path(const CimBinding *binding, gconstpointer object, const char *name_space)
{
    CimPath *path = cim_path_new(name_space, binding->klass->name);

    for (guint i = 0; i < binding->klass->n_keys; i++) {
        guint index = binding->klass->key_indices[i];
        CimValue value;
        CimValue copy;

        /* What a getter borrowed from its object must be owned by what outlives the object. */
        cim_binding_get(binding, object, index, &value);
        cim_value_copy(&value, &copy);
        cim_value_clear(&value);
        cim_path_take_key(path, binding->klass->properties[index].name, &copy);
    }
    return path;
}

const CimMethodRow *
cim_binding_find_method(const CimBinding *binding, const char *name)
{
    const CimProvider *provider = binding->provider;

    for (guint i = 0; i < provider->n_methods; i++)
        if (g_ascii_strcasecmp(provider->methods[i].method, name) == 0)
            return &provider->methods[i];
    return NULL;
}
