/*
 * Association traversal: from an object to the associations that refer to it, and to the objects at
 * their other ends.
 *
 * Purpose:   generic over the providers of association classes: it compares the values of their
 *            reference properties, so that a provider only has to enumerate its objects.
 * Errors:    CIM_ERR_NOT_FOUND when there is no such object to start from.
 * Thread:    the server's.
 * Source:    DSP0200 5.3.2.9 to 5.3.2.12 (Associators, AssociatorNames, References,
 * ReferenceNames).
 */
#pragma once

#include "cim/registry.h"

/* Where to start and what to follow; NULL in a filter: any. */
typedef struct {
    const CimRegistry *registry;
    const CimNamespace *name_space;
    const CimPath *path;         /* keys checked; */
    const CimClass *klass;       /* the class that it names, maybe a superclass of the object's */
    const CimClass *association; /* and its subclasses */
    const CimClass *result;      /* class at the other end, and its subclasses */
    const char *role;            /* the reference property that has @path */
    const char *result_role;     /* the one at the other end */
} CimTraversal;

/* Visits each association object once. (@result and @result_role do not count.) */
gboolean cim_traversal_references(const CimTraversal *traversal,
                                  CimObjectVisit visit,
                                  gpointer user_data,
                                  GError **error);
/* Visits each object at another end once, however many associations lead to it; one that is named
 * there but does not exist (any more) is left out. */
gboolean cim_traversal_associators(const CimTraversal *traversal,
                                   CimObjectVisit visit,
                                   gpointer user_data,
                                   GError **error);

/* Likewise for classes, by declaration: @klass and its superclasses as ends; @path does not count.
 * Visits association classes, or classes at other ends, each once. */
typedef void (*CimClassVisit)(const CimClass *klass, gpointer user_data);
void cim_traversal_reference_classes(const CimTraversal *traversal,
                                     CimClassVisit visit,
                                     gpointer user_data);
void cim_traversal_associator_classes(const CimTraversal *traversal,
                                      CimClassVisit visit,
                                      gpointer user_data);
