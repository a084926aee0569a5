/*
 * CIM-XML text as a flat tape of elements, in the order of the text.
 *
 * Purpose:   the guarded parse: pre-scan (cim/xml-scan.h), libxml2's SAX push parser with a reused
 *            context, depth and elements counted here.  A tape is filled again and again without
 *            allocating; what is read from it is decoded at once into operations and instances.
 * Ownership: everything a tape hands out lives until the next cim_xml_tape_read().
 * Errors:    CIM_XML_ERROR; messages never repeat the input.
 * Thread:    one thread at a time.
 * Source:    DSP0201 2.4 (elements and attributes).
 */
#pragma once

#include "cim/xml-scan.h"

enum { CIM_XML_MAX_DEPTH = 32 };

typedef enum {
    CIM_XML_UNKNOWN,
    CIM_XML_CIM,
    CIM_XML_CLASS,
    CIM_XML_CLASSNAME,
    CIM_XML_CLASSPATH,
    CIM_XML_DECLARATION,
    CIM_XML_DECLGROUP,
    CIM_XML_ERROR_ELEMENT,
    CIM_XML_HOST,
    CIM_XML_IMETHODCALL,
    CIM_XML_IMETHODRESPONSE,
    CIM_XML_INSTANCE,
    CIM_XML_INSTANCENAME,
    CIM_XML_INSTANCEPATH,
    CIM_XML_IPARAMVALUE,
    CIM_XML_IRETURNVALUE,
    CIM_XML_KEYBINDING,
    CIM_XML_KEYVALUE,
    CIM_XML_LOCALCLASSPATH,
    CIM_XML_LOCALINSTANCEPATH,
    CIM_XML_LOCALNAMESPACEPATH,
    CIM_XML_MESSAGE,
    CIM_XML_METHODCALL,
    CIM_XML_METHODRESPONSE,
    CIM_XML_MULTIREQ,
    CIM_XML_NAMESPACE,
    CIM_XML_NAMESPACEPATH,
    CIM_XML_OBJECTPATH,
    CIM_XML_PARAMVALUE,
    CIM_XML_PROPERTY,
    CIM_XML_PROPERTY_ARRAY,
    CIM_XML_PROPERTY_REFERENCE,
    CIM_XML_QUALIFIER,
    CIM_XML_RETURNVALUE,
    CIM_XML_SIMPLEREQ,
    CIM_XML_SIMPLERSP,
    CIM_XML_VALUE,
    CIM_XML_VALUE_ARRAY,
    CIM_XML_VALUE_INSTANCEWITHPATH,
    CIM_XML_VALUE_NAMEDINSTANCE,
    CIM_XML_VALUE_NAMEDOBJECT,
    CIM_XML_VALUE_NULL,
    CIM_XML_VALUE_OBJECT,
    CIM_XML_VALUE_OBJECTWITHPATH,
    CIM_XML_VALUE_REFARRAY,
    CIM_XML_VALUE_REFERENCE,
} CimXmlElement;

typedef enum {
    CIM_XML_AT_CIMVERSION,
    CIM_XML_AT_CLASSNAME,
    CIM_XML_AT_CODE,
    CIM_XML_AT_DESCRIPTION,
    CIM_XML_AT_DTDVERSION,
    CIM_XML_AT_EMBEDDED,
    CIM_XML_AT_ID,
    CIM_XML_AT_NAME,
    CIM_XML_AT_PARAMTYPE,
    CIM_XML_AT_PROTOCOLVERSION,
    CIM_XML_AT_TYPE,
    CIM_XML_AT_VALUETYPE,
} CimXmlAttribute;

typedef struct {
    guint8 element;      /* of CimXmlElement */
    guint8 n_attributes; /* known ones; others are dropped */
    guint32 attribute;   /* index of the first */
    guint32 end;         /* index of the first node behind this one's content */
    guint32 text; /* offset of the text, which ends in NUL; only of elements that hold text */
    guint32 text_length;
} CimXmlNode;

typedef struct _CimXmlTape CimXmlTape;

/* @max_elements: how many elements one text may have. */
CimXmlTape *cim_xml_tape_new(guint max_elements);
void cim_xml_tape_free(CimXmlTape *tape);

gboolean cim_xml_tape_read(CimXmlTape *tape, const char *text, gsize length, GError **error);

guint cim_xml_tape_length(const CimXmlTape *tape);
const CimXmlNode *cim_xml_tape_node(const CimXmlTape *tape, guint at);
/* NUL-terminated; NULL: the element has no such attribute. */
const char *cim_xml_tape_attribute(const CimXmlTape *tape, guint at, CimXmlAttribute attribute);
const char *cim_xml_tape_text(const CimXmlTape *tape, guint at, gsize *length);
/* The first child of @at that is @element, or 0 (the root is nobody's child). */
guint cim_xml_tape_child(const CimXmlTape *tape, guint at, CimXmlElement element);

/* Walks the children of @parent. */
#define CIM_XML_FOREACH_CHILD(tape, parent, child)                                                 \
    for (guint child = (parent) + 1; child < cim_xml_tape_node(tape, parent)->end;                 \
         child = cim_xml_tape_node(tape, child)->end)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimXmlTape, cim_xml_tape_free)
