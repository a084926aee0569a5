/*
 * CIM-XML text, appended to a buffer.
 *
 * Purpose:   the only place where CIM becomes XML, for requests, replies and embedded instances.
 *            Whatever the values hold, the result is well-formed UTF-8 XML 1.0.
 * Errors:    none: characters that XML cannot hold become U+FFFD.
 * Thread:    pure, usable anywhere.
 * Source:    DSP0201 2.4; forms that every known client reads (never a self-closed PROPERTY).
 */
#pragma once

#include "cim/instance.h"

/* @length: bytes of @text. */
void cim_xml_append_escaped(GString *xml, const char *text, gsize length);
/* ` NAME="value"` with a leading blank; nothing when @value is NULL. */
void cim_xml_append_attribute(GString *xml, const char *name, const char *value);

#define cim_xml_append_literal(xml, literal) g_string_append_len(xml, literal, sizeof(literal) - 1)

/* VALUE, VALUE.ARRAY, VALUE.REFERENCE or VALUE.REFARRAY; nothing for NULL. */
void cim_xml_append_value(GString *xml, const CimValue *value);
/* INSTANCENAME, or CLASSNAME when @path has no keys. */
void cim_xml_append_name(GString *xml, const CimPath *path);
/* INSTANCEPATH, LOCALINSTANCEPATH or INSTANCENAME (or their CLASS forms), whatever @path knows. */
void cim_xml_append_path(GString *xml, const CimPath *path);
/* LOCALINSTANCEPATH or LOCALCLASSPATH, as METHODCALL wants it. */
void cim_xml_append_local_path(GString *xml, const CimPath *path);
void cim_xml_append_namespace(GString *xml, const char *name_space);
/* KEYBINDING with its KEYVALUE or VALUE.REFERENCE. */
void cim_xml_append_key(GString *xml, const char *name, const CimValue *value);

/* PROPERTY, PROPERTY.ARRAY or PROPERTY.REFERENCE. */
void cim_xml_append_property(GString *xml, const char *name, const CimValue *value);
/* INSTANCE, without the path. */
void cim_xml_append_instance(GString *xml, const CimInstance *instance);
/* PARAMVALUE with PARAMTYPE and, for instances, EmbeddedObject: also for NULL. */
void cim_xml_append_parameter(GString *xml, const char *name, const CimValue *value);
