#include "cim/xml-class.h"

#include <string.h>

#include "cim/xml-write.h"

static void
append_text_value(GString *xml, const char *text)
{
    cim_xml_append_literal(xml, "<VALUE>");
    cim_xml_append_escaped(xml, text, strlen(text));
    cim_xml_append_literal(xml, "</VALUE>");
}

static void
append_qualifier_values(GString *xml, const char *const *values, guint n, gboolean is_array)
{
    if (n == 0)
        return;
    if (!is_array) {
        append_text_value(xml, values[0]);
        return;
    }
    cim_xml_append_literal(xml, "<VALUE.ARRAY>");
    for (guint i = 0; i < n; i++)
        append_text_value(xml, values[i]);
    cim_xml_append_literal(xml, "</VALUE.ARRAY>");
}

/* Flavors are written where they differ from what a reader assumes. */
static void
append_flavor(GString *xml, guint flavor)
{
    if (!(flavor & CIM_FLAVOR_OVERRIDABLE))
        cim_xml_append_literal(xml, " OVERRIDABLE=\"false\"");
    if (!(flavor & CIM_FLAVOR_TO_SUBCLASS))
        cim_xml_append_literal(xml, " TOSUBCLASS=\"false\"");
    if (flavor & CIM_FLAVOR_TRANSLATABLE)
        cim_xml_append_literal(xml, " TRANSLATABLE=\"true\"");
}

static void
append_scope(GString *xml, guint scope)
{
    static const struct {
        CimScope scope;
        const char *attribute;
    } scopes[] = {
        {CIM_SCOPE_CLASS, "CLASS"},           {CIM_SCOPE_ASSOCIATION, "ASSOCIATION"},
        {CIM_SCOPE_REFERENCE, "REFERENCE"},   {CIM_SCOPE_PROPERTY, "PROPERTY"},
        {CIM_SCOPE_METHOD, "METHOD"},         {CIM_SCOPE_PARAMETER, "PARAMETER"},
        {CIM_SCOPE_INDICATION, "INDICATION"},
    };

    cim_xml_append_literal(xml, "<SCOPE");
    for (guint i = 0; i < G_N_ELEMENTS(scopes); i++)
        if (scope & scopes[i].scope)
            cim_xml_append_attribute(xml, scopes[i].attribute, "true");
    cim_xml_append_literal(xml, "></SCOPE>");
}

void
cim_xml_append_qualifier_type(GString *xml, const CimQualifierType *type)
{
    cim_xml_append_literal(xml, "<QUALIFIER.DECLARATION");
    cim_xml_append_attribute(xml, "NAME", type->name);
    cim_xml_append_attribute(xml, "TYPE", cim_type_name(type->type));
    cim_xml_append_attribute(xml, "ISARRAY", type->is_array ? "true" : "false");
    append_flavor(xml, type->flavor);
    g_string_append_c(xml, '>');
    append_scope(xml, type->scope);
    append_qualifier_values(xml, type->values, type->n_values, type->is_array);
    cim_xml_append_literal(xml, "</QUALIFIER.DECLARATION>");
}

static void
append_qualifiers(GString *xml, const CimQualifier *qualifiers, guint n, guint flags)
{
    if (!(flags & CIM_CLASS_WITH_QUALIFIERS))
        return;
    for (guint i = 0; i < n; i++) {
        const CimQualifier *qualifier = &qualifiers[i];

        cim_xml_append_literal(xml, "<QUALIFIER");
        cim_xml_append_attribute(xml, "NAME", qualifier->name);
        cim_xml_append_attribute(xml, "TYPE", cim_type_name(qualifier->type));
        if (qualifier->propagated)
            cim_xml_append_literal(xml, " PROPAGATED=\"true\"");
        append_flavor(xml, qualifier->flavor);
        g_string_append_c(xml, '>');
        append_qualifier_values(xml, qualifier->values, qualifier->n_values, qualifier->is_array);
        cim_xml_append_literal(xml, "</QUALIFIER>");
    }
}

static void
append_origin(GString *xml, const char *origin, gboolean propagated, guint flags)
{
    if (flags & CIM_CLASS_WITH_ORIGIN)
        cim_xml_append_attribute(xml, "CLASSORIGIN", origin);
    if (propagated)
        cim_xml_append_literal(xml, " PROPAGATED=\"true\"");
}

static void
append_array_size(GString *xml, int size)
{
    char text[16];

    if (size <= 0)
        return;
    g_snprintf(text, sizeof text, "%d", size);
    cim_xml_append_attribute(xml, "ARRAYSIZE", text);
}

/*
 * TYPE; references carry REFERENCECLASS in its place.  That a string holds an instance is told by
 * its qualifier: EmbeddedObject, which only values need, makes wbemcli refuse the class.
 */
static void
append_element_type(GString *xml, CimType type, const char *class_name)
{
    if (type == CIM_TYPE_REFERENCE)
        cim_xml_append_attribute(xml, "REFERENCECLASS", class_name);
    else
        cim_xml_append_attribute(xml, "TYPE", cim_type_name(type));
}

static const char *
property_element(const CimProperty *property)
{
    if (property->type == CIM_TYPE_REFERENCE)
        return "PROPERTY.REFERENCE";
    return property->is_array ? "PROPERTY.ARRAY" : "PROPERTY";
}

static void
append_property(GString *xml, const CimProperty *property, guint flags)
{
    const char *element = property_element(property);

    g_string_append_c(xml, '<');
    g_string_append(xml, element);
    cim_xml_append_attribute(xml, "NAME", property->name);
    append_element_type(xml, property->type, property->class_name);
    append_array_size(xml, property->array_size);
    append_origin(xml, property->origin, property->propagated, flags);
    g_string_append_c(xml, '>');
    append_qualifiers(xml, property->qualifiers, property->n_qualifiers, flags);
    if (property->default_value)
        append_text_value(xml, property->default_value);
    cim_xml_append_literal(xml, "</");
    g_string_append(xml, element);
    g_string_append_c(xml, '>');
}

static const char *
parameter_element(const CimParameter *parameter)
{
    gboolean reference = parameter->type == CIM_TYPE_REFERENCE;

    if (parameter->is_array)
        return reference ? "PARAMETER.REFARRAY" : "PARAMETER.ARRAY";
    return reference ? "PARAMETER.REFERENCE" : "PARAMETER";
}

static void
append_parameter(GString *xml, const CimParameter *parameter, guint flags)
{
    const char *element = parameter_element(parameter);

    g_string_append_c(xml, '<');
    g_string_append(xml, element);
    cim_xml_append_attribute(xml, "NAME", parameter->name);
    append_element_type(xml, parameter->type, parameter->class_name);
    append_array_size(xml, parameter->array_size);
    g_string_append_c(xml, '>');
    append_qualifiers(xml, parameter->qualifiers, parameter->n_qualifiers, flags);
    cim_xml_append_literal(xml, "</");
    g_string_append(xml, element);
    g_string_append_c(xml, '>');
}

static void
append_method(GString *xml, const CimMethod *method, guint flags)
{
    cim_xml_append_literal(xml, "<METHOD");
    cim_xml_append_attribute(xml, "NAME", method->name);
    cim_xml_append_attribute(xml, "TYPE", cim_type_name(method->return_type));
    append_origin(xml, method->origin, method->propagated, flags);
    g_string_append_c(xml, '>');
    append_qualifiers(xml, method->qualifiers, method->n_qualifiers, flags);
    for (guint i = 0; i < method->n_parameters; i++)
        append_parameter(xml, &method->parameters[i], flags);
    cim_xml_append_literal(xml, "</METHOD>");
}

static gboolean
is_listed(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (g_ascii_strcasecmp(name, *names) == 0)
            return TRUE;
    return FALSE;
}

void
cim_xml_append_class(GString *xml,
                     const CimClass *klass,
                     guint flags,
                     const char *const *properties)
{
    gboolean local_only = flags & CIM_CLASS_LOCAL_ONLY;

    cim_xml_append_literal(xml, "<CLASS");
    cim_xml_append_attribute(xml, "NAME", klass->name);
    cim_xml_append_attribute(xml, "SUPERCLASS", klass->superclass ? klass->superclass->name : NULL);
    g_string_append_c(xml, '>');
    append_qualifiers(xml, klass->qualifiers, klass->n_qualifiers, flags);
    for (guint i = 0; i < klass->n_properties; i++) {
        const CimProperty *property = &klass->properties[i];

        if (!(local_only && property->propagated) &&
            (!properties || is_listed(property->name, properties)))
            append_property(xml, property, flags);
    }
    for (guint i = 0; i < klass->n_methods; i++)
        if (!(local_only && klass->methods[i].propagated))
            append_method(xml, &klass->methods[i], flags);
    cim_xml_append_literal(xml, "</CLASS>");
}
