/*
 * Instances as CIM-XML text, the form in which they are embedded in parameters and stored.
 *
 * Errors:    CIM_ERR_INVALID_PARAMETER when the text is no instance, CIM_ERR_TYPE_MISMATCH when a
 *            value does not fit its property.
 * Thread:    usable anywhere.
 * Source:    DSP0201 2.4, EmbeddedInstance.
 */
#pragma once

#include "cim/instance.h"

/* An INSTANCE element, without the path.  (transfer full) */
char *cim_instance_to_xml(const CimInstance *instance);

/*
 * Reads what cim_instance_to_xml() wrote, or any client's spelling of it (a prolog, a CIM and
 * DECLARATION wrapper, system properties, …).  With a @schema (nullable) the properties get their
 * declared types, and those that the class does not have are dropped.  (transfer full)
 */
CimInstance *
cim_instance_from_xml(const char *text, gsize length, const CimSchema *schema, GError **error);
