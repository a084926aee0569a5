/*
 * Objects of an answer as CIM-XML: one of the forms that the operations use, with the properties
 * that the client asked for.
 *
 * Ownership: a writer owns a copy of the choice's names, and keeps what it made of them for each
 *            class.
 * Thread:    the server's.
 * Source:    DSP0201 2.4 (VALUE.NAMEDINSTANCE and its like), DSP0200 5.3.2 (which operation answers
 *            in which form).
 */
#pragma once

#include "cim/binding.h"

typedef enum {
    CIM_FORM_INSTANCE,           /* INSTANCE */
    CIM_FORM_INSTANCE_NAME,      /* INSTANCENAME */
    CIM_FORM_INSTANCE_PATH,      /* INSTANCEPATH */
    CIM_FORM_NAMED_INSTANCE,     /* VALUE.NAMEDINSTANCE */
    CIM_FORM_INSTANCE_WITH_PATH, /* VALUE.INSTANCEWITHPATH */
    CIM_FORM_OBJECT,             /* VALUE.OBJECT */
    CIM_FORM_OBJECT_PATH,        /* OBJECTPATH */
    CIM_FORM_OBJECT_WITH_PATH,   /* VALUE.OBJECTWITHPATH */
} CimObjectForm;

/* What an instance shows, as cim_selection_init() has it. */
typedef struct {
    const char *const *properties; /* NULL: all */
    const CimClass *shape;         /* NULL: its own class */
    gboolean with_origin;
} CimObjectChoice;

typedef struct _CimObjectWriter CimObjectWriter;

CimObjectWriter *cim_object_writer_new(CimObjectForm form, const CimObjectChoice *choice);
void cim_object_writer_free(CimObjectWriter *writer);

/* @binding: of a registry. */
void cim_object_writer_append(CimObjectWriter *writer,
                              const CimBinding *binding,
                              gconstpointer object,
                              GString *xml);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimObjectWriter, cim_object_writer_free)
