/*
 * From a tape of CIM-XML elements to values, paths and instances.
 *
 * Purpose:   one reader for requests, replies and embedded instances, with the spellings that real
 *            clients use: missing types, either spelling of EmbeddedObject, the dialect of Hyper-V
 *            tools (system properties, qualifiers, wrappers), object paths as text.
 * Ownership: results are (transfer full), apart from what cim_xml_read_content() says.
 * Errors:    CIM_XML_ERROR_NOT_VALID for misplaced elements, CIM_ERROR for values that do not fit.
 * Thread:    one thread at a time.
 * Source:    DSP0201 2.4.
 */
#pragma once

#include "cim/instance.h"
#include "cim/xml-tape.h"

typedef struct _CimXmlReader CimXmlReader;

typedef struct {
    guint max_elements;       /* of one text; an embedded instance is a text of its own */
    gsize max_embedded_bytes; /* decoded text of all embedded instances of one text together */
} CimXmlBudget;

enum { CIM_XML_MAX_EMBEDDING = 4 };

/* @schema: gives typeless values their types; NULL: TYPE attributes have to do. */
CimXmlReader *cim_xml_reader_new(const CimSchema *schema, const CimXmlBudget *budget);
void cim_xml_reader_free(CimXmlReader *reader);

gboolean cim_xml_reader_load(CimXmlReader *reader, const char *text, gsize length, GError **error);
const CimXmlTape *cim_xml_reader_tape(const CimXmlReader *reader);
const CimSchema *cim_xml_reader_schema(const CimXmlReader *reader);
/* Reads an embedded instance. */
gboolean cim_xml_reader_is_nested(const CimXmlReader *reader);

/* INSTANCENAME, CLASSNAME, …PATH, VALUE.REFERENCE; keys as path.h has them before a check. */
CimPath *cim_xml_read_path(CimXmlReader *reader, guint at, GError **error);
/* The joined NAMESPACE names of a LOCALNAMESPACEPATH. */
char *cim_xml_read_namespace(CimXmlReader *reader, guint at, GError **error);

/*
 * INSTANCE, or whatever element wraps one (with its path).  Properties get the types that the
 * schema declares, else those that TYPE names.  System properties (`__PATH`) are dropped; so are
 * properties that the class does not have in embedded instances.
 */
CimInstance *cim_xml_read_instance(CimXmlReader *reader, guint at, GError **error);

/* The instance in @text, which is a text of its own: the tape is left alone, the budgets count on.
 * CIM_ERR_INVALID_PARAMETER when it is none. */
CimInstance *
cim_xml_read_embedded(CimXmlReader *reader, const char *text, gsize length, GError **error);

/*
 * What PARAMVALUE, IPARAMVALUE, RETURNVALUE or a PROPERTY holds: strings that borrow from the tape,
 * or paths and instances; NULL of no type when it is empty.  @value is uninitialised before.
 */
gboolean cim_xml_read_content(CimXmlReader *reader, guint at, CimValue *value, GError **error);

/*
 * Makes @value (of cim_xml_read_content()) own its data, in the given type: parses text, object
 * paths and embedded instances; a scalar becomes an array of one.  CIM_ERR_TYPE_MISMATCH otherwise.
 */
gboolean cim_xml_convert(
    CimXmlReader *reader, CimValue *value, CimType type, gboolean is_array, GError **error);

/* The type that TYPE or PARAMTYPE and EmbeddedObject give to element @at; CIM_TYPE_NONE: none. */
CimType cim_xml_declared_type(const CimXmlReader *reader, guint at, CimXmlAttribute attribute);

gboolean cim_xml_invalid(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimXmlReader, cim_xml_reader_free)
