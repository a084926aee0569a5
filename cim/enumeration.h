/*
 * Open enumerations: what a client that pulls has not had yet.
 *
 * Purpose:   a list of paths, taken when the enumeration was opened; each object is written as it
 *            is when it is pulled, and left out if it is gone by then.
 *            It belongs to the namespace and to the user for whom it was opened.
 * Bounds:    so many enumerations and so many paths at a time, in all.  One that nobody pulls from
 *            closes itself when its time is over.
 * Ownership: CimEnumerations owns those that are kept; the rest is said below.
 * Thread:    the server's.
 * Source:    DSP0200 1.4, 5.3.2.24 (pulled enumerations).
 */
#pragma once

#include "cim/object-writer.h"
#include "cim/registry.h"

typedef struct _CimEnumerations CimEnumerations;
typedef struct _CimEnumeration CimEnumeration;

/* @max: how many at a time. */
CimEnumerations *cim_enumerations_new(GMainContext *context, guint max);
void cim_enumerations_free(CimEnumerations *enumerations);
guint cim_enumerations_count(const CimEnumerations *enumerations);

/* @writer: (transfer full): writes what is pulled. */
CimEnumeration *cim_enumeration_new(CimEnumerations *enumerations,
                                    const CimNamespace *name_space,
                                    const char *user,
                                    CimObjectForm form,
                                    CimObjectWriter *writer);
/* One that is not kept. */
void cim_enumeration_free(CimEnumeration *enumeration);
/* FALSE: there are too many paths already, and CIM_ERR_SERVER_LIMITS_EXCEEDED is set. */
gboolean cim_enumeration_add(CimEnumeration *enumeration,
                             const CimBinding *binding,
                             gconstpointer object,
                             GError **error);
/* How many paths are left; some of them may lead nowhere any more. */
guint cim_enumeration_remaining(const CimEnumeration *enumeration);
/* Writes up to @max objects, and fewer when a page has enough bytes. */
void cim_enumeration_pull(CimEnumeration *enumeration, guint32 max, GString *xml);
/* Whether a page that has grown to @length bytes takes no more objects. */
gboolean cim_enumeration_page_is_full(gsize length);

/*
 * Takes @enumeration (also when it fails), for @timeout_s from now and from each time that it is
 * found.
 * Returns: its context, owned by it; NULL with CIM_ERR_SERVER_LIMITS_EXCEEDED: too many are open.
 */
const char *cim_enumerations_keep(CimEnumerations *enumerations,
                                  CimEnumeration *enumeration,
                                  guint timeout_s,
                                  GError **error);
/* The one that @context names.  NULL: no such in @name_space, of @user, or (any more) at all. */
CimEnumeration *cim_enumerations_find(CimEnumerations *enumerations,
                                      const char *context,
                                      const CimNamespace *name_space,
                                      const char *user);
CimObjectForm cim_enumeration_form(const CimEnumeration *enumeration);
const char *cim_enumeration_context(const CimEnumeration *enumeration);
/* Closes one that is kept. */
void cim_enumerations_close(CimEnumerations *enumerations, CimEnumeration *enumeration);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimEnumeration, cim_enumeration_free)
