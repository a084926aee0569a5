/*
 * What a server knows: its namespaces, the providers in each, and the classes.
 *
 * Every class of the schema exists in every namespace.  A path or an enumeration that names a class
 * reaches the providers of that class and of all its subclasses, by one look-up.
 *
 * Ownership: the registry owns bindings and namespaces, and borrows schema and providers.
 * Thread:    the server's.
 * Source:    DSP0200 5.3 (which instances an operation on a class covers).
 */
#pragma once

#include "cim/binding.h"
#include "cim/xml-class.h"

typedef struct _CimRegistry CimRegistry;
typedef struct _CimNamespace CimNamespace;

CimRegistry *cim_registry_new(const CimSchema *schema);
void cim_registry_free(CimRegistry *registry);

CimNamespace *cim_registry_add_namespace(CimRegistry *registry, const char *name);
void cim_registry_add_provider(CimRegistry *registry,
                               const char *name_space,
                               const CimProvider *provider,
                               gpointer provider_data);

/* NULL: no such. Any case. */
CimNamespace *cim_registry_find_namespace(const CimRegistry *registry, const char *name);
const CimClass *cim_registry_find_class(const CimRegistry *registry, const char *name);

const char *cim_namespace_name(const CimNamespace *name_space); /* as it was added */
/* NAMESPACEPATH as XML: this machine and the namespace. */
const char *cim_namespace_location(const CimNamespace *name_space);
/* The object that @path (checked against @klass) names, and the binding that it belongs to; NULL:
 * no such. */
gpointer cim_namespace_find_object(const CimNamespace *name_space,
                                   const CimPath *path,
                                   const CimClass *klass,
                                   const CimBinding **binding);
/* of CimBinding: those of association classes. */
const GPtrArray *cim_namespace_associations(const CimNamespace *name_space);
/* of CimBinding: those of @klass and its subclasses; never NULL. */
const GPtrArray *cim_namespace_bindings(const CimNamespace *name_space, const CimClass *klass);

const CimSchema *cim_registry_schema(const CimRegistry *registry);

/* of CimClass: direct subclasses, in order of their names; of NULL: the classes without superclass.
 */
const GPtrArray *cim_registry_subclasses(const CimRegistry *registry, const CimClass *klass);
/* CLASS as cim_xml_append_class() writes it with @flags; made once. */
const GString *cim_registry_declaration(CimRegistry *registry, const CimClass *klass, guint flags);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimRegistry, cim_registry_free)
