/*
 * Who a connection belongs to, once the guard has told: so that it is asked once for a connection
 * and not for each request.
 *
 * Ownership: the identity is the connection's.
 */
#pragma once

#include "cim/http.h"

/* Whether the guard has told who sends this request: it carries the credentials that the guard saw.
 */
gboolean cim_identity_is_known(const CimHttpExchange *exchange);
/* Keeps a copy of @principal, for requests with the same credentials as @exchange. */
void cim_identity_keep(CimHttpExchange *exchange, const CimPrincipal *principal);
/* After cim_identity_keep(); never NULL then. */
const CimPrincipal *cim_identity_of(const CimHttpExchange *exchange);
