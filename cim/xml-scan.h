/*
 * A linear look at XML text before the parser sees it.
 *
 * Purpose:   refuses what would cost the parser more than its length (libxml2 compares attributes
 *            quadratically and cannot be stopped within a tag) or what CIM-XML never needs.
 * Errors:    CIM_XML_ERROR; messages name the offset and never repeat the input.
 * Thread:    pure, usable anywhere.
 * Source:    DSP0201 2.4 (no DTD, UTF-8); the limits are ours.
 */
#pragma once

#include <glib.h>

#define CIM_XML_ERROR (cim_xml_error_quark())
GQuark cim_xml_error_quark(void);
typedef enum {
    CIM_XML_ERROR_NOT_WELL_FORMED, /* no XML, or XML that we refuse to read */
    CIM_XML_ERROR_NOT_VALID,       /* XML, but not the elements that belong there */
} CimXmlError;

enum {
    CIM_XML_MAX_TAG_BYTES = 8192,
    CIM_XML_MAX_ATTRIBUTES = 16,
};

/* FALSE: a document type, an entity declaration, a NUL, another encoding than UTF-8, or a tag that
 * exceeds the bounds above.  TRUE does not mean well-formed. */
gboolean cim_xml_scan(const char *text, gsize length, GError **error);
