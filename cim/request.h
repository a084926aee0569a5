/*
 * A CIM request as it was decoded from a message, before anything is known about its operation.
 *
 * Ownership: a request borrows from the reader's tape: it must be done with before the next load.
 *            cim_request_clear() frees the rest.
 * Errors:    see cim_request_read().
 * Thread:    plain data.
 * Source:    DSP0200 1.4 (messages), DSP0201 2.4 (elements).
 */
#pragma once

#include "cim/xml-read.h"

/* Faults of the message itself, which HTTP answers: DSP0200 6.3.2 (the header CIMError). */
#define CIM_REQUEST_ERROR (cim_request_error_quark())
GQuark cim_request_error_quark(void);
typedef enum {
    CIM_REQUEST_ERROR_NOT_WELL_FORMED,
    CIM_REQUEST_ERROR_NOT_VALID,
    CIM_REQUEST_ERROR_UNSUPPORTED_OPERATION,
    CIM_REQUEST_ERROR_MULTIPLE_REQUESTS,
    CIM_REQUEST_ERROR_CIM_VERSION,
    CIM_REQUEST_ERROR_DTD_VERSION,
    CIM_REQUEST_ERROR_PROTOCOL_VERSION,
    CIM_REQUEST_ERROR_HEADER_MISMATCH,
} CimRequestError;

typedef struct {
    const char *name; /* borrowed */
    CimValue value;   /* as cim_xml_read_content() gives it */
} CimRequestArgument;

typedef struct {
    const char *id;        /* borrowed: MESSAGE ID */
    const char *method;    /* borrowed: NAME of the call, as written */
    gboolean is_extrinsic; /* METHODCALL */
    char *name_space;
    CimPath *path;     /* of a METHODCALL: what it is called on; else NULL */
    GArray *arguments; /* of CimRequestArgument */
} CimRequest;

/*
 * Decodes what @reader has loaded.  FALSE with CIM_REQUEST_ERROR: no request, HTTP must answer;
 * with CIM_ERROR: @request is known up to its method, and the error is its answer.
 * @request is zeroed before, and cleared by the caller whatever the outcome.
 */
gboolean cim_request_read(CimXmlReader *reader, CimRequest *request, GError **error);
void cim_request_clear(CimRequest *request);

/* NULL: not given.  Any case. */
CimRequestArgument *cim_request_find(const CimRequest *request, const char *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CimRequest, cim_request_clear)
