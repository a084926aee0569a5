/*
 * What MOF text declares, as the compiler keeps it.
 *
 * Ownership: everything belongs to the model and is freed with it; strings and lists are borrowed
 *            freely within.
 * Source:    DSP0004 5.1 and annex A.
 *
 * The parser fills what is written; resolve.c adds what follows from it (the fields below
 * "resolved").
 */
#pragma once

#include "cim/class.h"

typedef struct {
    const char *file;
    guint line;   /* from 1 */
    guint column; /* from 1, in characters */
} MofPlace;

typedef enum {
    MOF_LITERAL_NULL,
    MOF_LITERAL_BOOLEAN,
    MOF_LITERAL_INTEGER,
    MOF_LITERAL_REAL,
    MOF_LITERAL_CHAR,
    MOF_LITERAL_STRING,
} MofLiteralKind;

typedef struct {
    MofPlace place;
    MofLiteralKind kind;
    const char *text; /* of a string: decoded; of a number: as written */
} MofLiteral;

/* `= 5`, `= { 1, 2 }`, or nothing at all. */
typedef struct {
    MofPlace place;
    gboolean is_given;
    gboolean is_array;
    GPtrArray *literals; /* of MofLiteral */
} MofInitializer;

/* Flavors as written; what is not written comes from the declaration. */
typedef struct {
    guint set;   /* of CimFlavor */
    guint clear; /* of CimFlavor */
} MofFlavors;

/* `Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride);` */
typedef struct {
    MofPlace place;
    const char *name;
    CimType type;
    gboolean is_array;
    MofInitializer initializer;
    guint scope;  /* of CimScope */
    guint flavor; /* of CimFlavor */

    /* resolved */
    GPtrArray *values; /* the default, as text; empty: NULL */
} MofQualifierType;

/* `Key`, `Description("…")`, `Values { "…", "…" } : Restricted` */
typedef struct {
    MofPlace place;
    const char *name;
    MofInitializer initializer;
    MofFlavors flavors;

    /* resolved */
    const MofQualifierType *declaration;
    GPtrArray *values; /* of text; empty: NULL */
    guint flavor;      /* of CimFlavor */
    gboolean propagated;
} MofQualifier;

typedef enum { MOF_PROPERTY, MOF_METHOD, MOF_PARAMETER } MofFeatureKind;

/* A property, a reference, a method or a parameter. */
typedef struct _MofFeature {
    MofPlace place;
    MofFeatureKind kind;
    const char *name;
    CimType type; /* of a method: what it returns */
    gboolean is_array;
    int array_size;
    const char *class_name; /* of a reference; of an embedded instance, once resolved */
    GPtrArray *qualifiers;  /* of MofQualifier; effective ones, once resolved */
    MofInitializer initializer;
    GPtrArray *parameters; /* of MofFeature; methods only */

    /* resolved */
    const struct _MofFeature *overridden; /* in the superclass, or NULL */
    const char *default_value;
    const char *origin; /* name of the class that introduced it */
    gboolean propagated;
} MofFeature;

typedef struct _MofClass MofClass;
struct _MofClass {
    MofPlace place;
    const char *name;
    const char *superclass_name; /* or NULL */
    GPtrArray *qualifiers;       /* of MofQualifier; effective ones, once resolved */
    GPtrArray *features;         /* of MofFeature, as written here */

    /* resolved */
    enum { MOF_UNTOUCHED, MOF_BEING_RESOLVED, MOF_RESOLVED } state;
    MofClass *superclass;
    GPtrArray *properties; /* of MofFeature, inherited ones included */
    GPtrArray *methods;    /* of MofFeature, inherited ones included */
};

typedef struct {
    GPtrArray *qualifier_types; /* of MofQualifierType */
    GPtrArray *classes;         /* of MofClass; once resolved, superclasses first */
    GHashTable *classes_by_name;
    GPtrArray *blocks; /* all that g_free() frees */
    GPtrArray *lists;  /* all lists above */
} MofModel;

#define MOF_ERROR (mof_error_quark())
GQuark mof_error_quark(void);

MofModel *mof_model_new(void);
void mof_model_free(MofModel *model);

gpointer mof_model_alloc(MofModel *model, gsize size); /* zeroed */
#define mof_model_make(model, type) ((type *) mof_model_alloc((model), sizeof(type)))
GPtrArray *mof_model_list(MofModel *model);
char *mof_model_take_string(MofModel *model, char *string);

/* Names compare in any case. NULL: no such. */
const MofQualifierType *mof_model_find_qualifier_type(const MofModel *model, const char *name);
MofClass *mof_model_find_class(const MofModel *model, const char *name);
MofFeature *mof_find_feature(const GPtrArray *features, const char *name, guint *index);
const MofQualifier *mof_find_qualifier(const GPtrArray *qualifiers, const char *name);
/* The value of a resolved boolean qualifier, else that of its declaration, else @otherwise. */
gboolean mof_model_boolean(const MofModel *model,
                           const GPtrArray *qualifiers,
                           const char *name,
                           gboolean otherwise);
/* The text of a resolved qualifier; NULL when it is not there or NULL. */
const char *mof_qualifier_text(const GPtrArray *qualifiers, const char *name);
gboolean mof_class_is_a(const MofClass *klass, const char *ancestor);

/* Sets "file:line:column: message" and returns FALSE. */
gboolean
mof_fail(const MofPlace *place, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MofModel, mof_model_free)
