/*
 * CIM classes as constant tables.
 *
 * Purpose:   what the MOF compiler (cim/mofc) makes of configs/mof at build time, and all that the
 *            server, the clients and the checks know about classes.  Nothing is parsed at run time.
 * Ownership: everything is static and constant; a schema is never freed.
 * Thread:    constant, usable anywhere.
 * Source:    DSP0004 5.1 (classes, qualifiers, inheritance).
 *
 * A class lists all its properties and methods, inherited ones included (superclass first, in order
 * of declaration; an override stands at the place of the original), so that a walk never climbs.
 */
#pragma once

#include "cim/value.h"

typedef struct _CimClass CimClass;

typedef enum {
    CIM_FLAVOR_OVERRIDABLE = 1 << 0,
    CIM_FLAVOR_TO_SUBCLASS = 1 << 1,
    CIM_FLAVOR_TRANSLATABLE = 1 << 2,
} CimFlavor;

/* What a qualifier can stand on. */
typedef enum {
    CIM_SCOPE_CLASS = 1 << 0,
    CIM_SCOPE_ASSOCIATION = 1 << 1,
    CIM_SCOPE_INDICATION = 1 << 2,
    CIM_SCOPE_PROPERTY = 1 << 3,
    CIM_SCOPE_REFERENCE = 1 << 4,
    CIM_SCOPE_METHOD = 1 << 5,
    CIM_SCOPE_PARAMETER = 1 << 6,
    CIM_SCOPE_ANY = (1 << 7) - 1,
} CimScope;

/* A qualifier's declaration. */
typedef struct {
    const char *name;
    CimType type;
    gboolean is_array;
    const char *const *values; /* text forms of its default; @n_values 0: NULL */
    guint n_values;
    guint flavor; /* of CimFlavor */
    guint scope;  /* of CimScope */
} CimQualifierType;

/* A qualifier on something. */
typedef struct {
    const char *name;
    CimType type;
    gboolean is_array;
    const char *const *values; /* text forms; one for a scalar; @n_values 0: NULL */
    guint n_values;
    guint flavor;        /* of CimFlavor */
    gboolean propagated; /* inherited, not declared here */
} CimQualifier;

typedef enum {
    CIM_PROPERTY_KEY = 1 << 0,
    CIM_PROPERTY_READ = 1 << 1,
    CIM_PROPERTY_WRITE = 1 << 2,
    CIM_PROPERTY_REQUIRED = 1 << 3,
    CIM_PROPERTY_DEPRECATED = 1 << 4,
} CimPropertyFlags;

typedef struct {
    const char *name;
    CimType type; /* CIM_TYPE_INSTANCE for a string with EmbeddedInstance or EmbeddedObject */
    gboolean is_array;
    int array_size;                 /* declared size, 0: none */
    guint flags;                    /* of CimPropertyFlags */
    const char *class_name;         /* of a reference or an EmbeddedInstance; NULL: any or none */
    const char *default_value;      /* text form; NULL: none (scalars only) */
    const char *const *value_map;   /* ValueMap, NULL-terminated, or NULL */
    const char *const *value_names; /* Values, parallel to @value_map, or NULL */
    const CimQualifier *qualifiers; /* effective, inherited ones included */
    guint n_qualifiers;
    const char *origin;   /* class that introduced it */
    gboolean propagated;  /* declared above, not overridden here */
    const char *xml_open; /* `<PROPERTY NAME="…" TYPE="…"…>` as an instance writes it */
    guint xml_open_length;
} CimProperty;

typedef struct {
    const char *name;
    CimType type;
    gboolean is_array;
    int array_size;
    gboolean is_in;
    gboolean is_out;
    const char *class_name;
    const char *const *value_map;
    const char *const *value_names;
    const CimQualifier *qualifiers;
    guint n_qualifiers;
} CimParameter;

typedef struct {
    const char *name;
    CimType return_type;
    gboolean is_static;
    const CimParameter *parameters;
    guint n_parameters;
    const char *const *value_map; /* of the return value */
    const char *const *value_names;
    const CimQualifier *qualifiers;
    guint n_qualifiers;
    const char *origin;
    gboolean propagated;
} CimMethod;

struct _CimClass {
    const char *name;
    const CimClass *superclass; /* NULL for a root */
    gboolean is_abstract;
    gboolean is_association;
    gboolean is_indication;
    const CimProperty *properties;
    guint n_properties;
    const guint16 *property_order; /* indices into @properties, sorted by name (ASCII, any case) */
    const CimMethod *methods;
    guint n_methods;
    const CimQualifier *qualifiers;
    guint n_qualifiers;
    const guint16 *key_indices; /* into @properties, in order of declaration */
    guint n_keys;
};

/* All classes, sorted by name (ASCII, any case), and the qualifiers in order of declaration. */
typedef struct {
    const CimClass *const *classes;
    guint n_classes;
    const CimQualifierType *qualifier_types;
    guint n_qualifier_types;
} CimSchema;

/* Names compare in any case everywhere (DSP0004 5.2.6). NULL or -1: no such. */
const CimClass *cim_schema_find(const CimSchema *schema, const char *name);
const CimQualifierType *cim_schema_find_qualifier(const CimSchema *schema, const char *name);
const CimProperty *cim_class_find_property(const CimClass *klass, const char *name);
int cim_class_find_property_index(const CimClass *klass, const char *name);
const CimMethod *cim_class_find_method(const CimClass *klass, const char *name);
const CimParameter *cim_method_find_parameter(const CimMethod *method, const char *name);
/* @klass itself counts as one. */
gboolean cim_class_is_a(const CimClass *klass, const char *ancestor);

/* The name that Values gives to @value in ValueMap ("Running" for JobState 4), ranges ("5..10",
 * "32768..") included; an exact entry goes before a range.  NULL: none. */
const char *cim_property_value_name(const CimProperty *property, gint64 value);
const char *cim_method_value_name(const CimMethod *method, gint64 value);
/* The text of a qualifier, or NULL: cim_qualifier_text(p->qualifiers, p->n_qualifiers, "Units"). */
const char *
cim_qualifier_text(const CimQualifier *qualifiers, guint n_qualifiers, const char *name);
