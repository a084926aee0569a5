/*
 * A provider made ready: its table resolved against its class, so that an instance is written in
 * one walk over the class without looking up names.
 *
 * Ownership: a binding borrows its provider and schema.
 * Errors:    a table that does not fit its class aborts with the name, at start-up.
 * Thread:    the server's.
 * Source:    DSP0201 2.4 (INSTANCE, INSTANCENAME).
 */
#pragma once

#include "cim/provider.h"

typedef struct {
    const CimProvider *provider;
    gpointer provider_data;
    const CimClass *klass;
    CimGetter *getters; /* one for each property of @klass; NULL: none */
    /* Borrowed from the registry; NULL outside of one: */
    const char *name_space;
    const char *location; /* NAMESPACEPATH, as XML */
} CimBinding;

/* Returns FALSE to stop the walk. */
typedef gboolean (*CimObjectVisit)(const CimBinding *binding,
                                   gconstpointer object,
                                   gpointer user_data);

CimBinding *
cim_binding_new(const CimSchema *schema, const CimProvider *provider, gpointer provider_data);
void cim_binding_free(CimBinding *binding);

/* What of a class an answer shows. */
typedef struct {
    guint8 *wanted; /* one for each property; NULL: all */
    gboolean with_origin;
} CimSelection;

/*
 * @properties: the client's PropertyList, NULL: all.  @shape: only properties of that class (for
 * DeepInheritance false); NULL: all.
 */
void cim_selection_init(CimSelection *selection,
                        const CimClass *klass,
                        const char *const *properties,
                        const CimClass *shape,
                        gboolean with_origin);
void cim_selection_clear(CimSelection *selection);

/* INSTANCE. */
void cim_binding_append_instance(const CimBinding *binding,
                                 gconstpointer object,
                                 const CimSelection *selection,
                                 GString *xml);
/* INSTANCENAME. */
void cim_binding_append_name(const CimBinding *binding, gconstpointer object, GString *xml);
/* INSTANCEPATH; the binding is one of a registry. */
void cim_binding_append_path(const CimBinding *binding, gconstpointer object, GString *xml);
/* Class and keys, with @name_space (nullable). (transfer full) */
CimPath *cim_binding_path(const CimBinding *binding, gconstpointer object, const char *name_space);
/* The value that property number @index shows now; to be cleared. */
void cim_binding_get(const CimBinding *binding, gconstpointer object, guint index, CimValue *value);
/* NULL: the provider does not carry it out. */
const CimMethodRow *cim_binding_find_method(const CimBinding *binding, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimBinding, cim_binding_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CimSelection, cim_selection_clear)
