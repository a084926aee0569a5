/*
 * A client's messages: requests as text, replies as what they hold.
 *
 * Errors:    CIM_ERROR with the server's code and words when a reply carries an error,
 *            CIM_CLIENT_ERROR_PROTOCOL when it is no reply to the request.
 * Thread:    one thread at a time.
 * Source:    DSP0201 2.4 (IMETHODCALL, METHODCALL and their responses).
 */
#pragma once

#include "cim/client.h"
#include "cim/xml-read.h"

/* Starts an intrinsic call in the empty @xml. */
void cim_message_begin(GString *xml, const char *operation, const char *name_space);
void cim_message_add_class(GString *xml, const char *class_name);
void cim_message_add_path(GString *xml, const CimPath *path);
void cim_message_add_instance(GString *xml, const CimInstance *instance);
void cim_message_add_boolean(GString *xml, const char *name, gboolean value);
/* Nothing when @properties is NULL. */
void cim_message_add_properties(GString *xml, const char *const *properties);
void cim_message_end(GString *xml);

/* A whole METHODCALL in the empty @xml. */
void cim_message_call(GString *xml,
                      const CimPath *path,
                      const char *method,
                      const CimArgument *arguments,
                      guint n_arguments);

/* Loads a reply; returns its IMETHODRESPONSE or METHODRESPONSE for @method, or 0. */
guint
cim_message_read(CimXmlReader *reader, const GString *text, const char *method, GError **error);
/* RETURNVALUE of a METHODRESPONSE. */
gboolean
cim_message_read_return(CimXmlReader *reader, guint response, guint32 *value, GError **error);
/* PARAMVALUEs of a METHODRESPONSE, as an instance's properties.  (transfer full) */
CimInstance *
cim_message_read_out(CimXmlReader *reader, guint response, const char *method, GError **error);
