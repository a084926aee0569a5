/*
 * Declarations of classes and qualifiers as CIM-XML, as GetClass, GetQualifier and their like
 * answer them.
 *
 * Thread:    pure, usable anywhere.
 * Source:    DSP0201 2.4 (CLASS, QUALIFIER.DECLARATION), DSP0200 5.3.2.2 (what the flags select).
 */
#pragma once

#include "cim/class.h"

typedef enum {
    CIM_CLASS_LOCAL_ONLY = 1 << 0, /* nothing inherited, unless it was overridden */
    CIM_CLASS_WITH_QUALIFIERS = 1 << 1,
    CIM_CLASS_WITH_ORIGIN = 1 << 2,
    CIM_CLASS_ALL_FLAGS = (1 << 3) - 1,
} CimClassFlags;

/* QUALIFIER.DECLARATION. */
void cim_xml_append_qualifier_type(GString *xml, const CimQualifierType *type);

/* @properties: names of the properties to write, NULL-terminated; NULL: all. */
void cim_xml_append_class(GString *xml,
                          const CimClass *klass,
                          guint flags,
                          const char *const *properties);
