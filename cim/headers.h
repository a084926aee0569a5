/*
 * The CIM headers of an HTTP request, and what they must agree with.
 *
 * They are compared with the body and used for nothing else: which object a call reaches, the body
 * alone decides.
 *
 * Ownership: strings are the exchange's.
 * Source:    DSP0200 1.4, 6.2 and 6.3 (CIMOperation, CIMMethod, CIMObject, CIMError, M-POST).
 */
#pragma once

#include "cim/http.h"
#include "cim/request.h"

typedef struct {
    char prefix[4]; /* "" or, for M-POST, "NN-" */
    const char *operation;
    const char *method;
    const char *object;
} CimHeaders;

void cim_headers_read(CimHeaders *headers, const CimHttpExchange *exchange);

/* The HTTP status to refuse with, or 0; adds CIMError to the answer where it belongs. */
guint cim_headers_check(const CimHeaders *headers, CimHttpExchange *exchange);
/* CIM_REQUEST_ERROR_HEADER_MISMATCH when they say another thing than @request. */
gboolean cim_headers_match(const CimHeaders *headers, const CimRequest *request, GError **error);
/* The headers of an answer that carries CIM-XML. */
void cim_headers_answer(const CimHeaders *headers, CimHttpExchange *exchange);
/* Adds CIMError for @code (of CimRequestError) and returns the HTTP status. */
guint cim_headers_fault(CimHttpExchange *exchange, int code);
