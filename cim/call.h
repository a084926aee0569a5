/*
 * One CIM call on its way: what the client asked, what the provider answers, and the reply that is
 * written.  The provider's side of it is in cim/provider.h; this is the server's.
 *
 * Ownership: a call frees itself when it has ended and reported.  It owns its path and arguments.
 * Thread:    the server's.
 * Source:    DSP0200 5.3, DSP0201 2.4 (IMETHODRESPONSE, METHODRESPONSE, ERROR).
 */
#pragma once

#include "cim/provider.h"
#include "cim/request.h"

/* @reply: the whole message (transfer full).  @record: what was done, without who did it; NULL
 * when it was but looked at.  */
typedef void (*CimCallDone)(GString *reply,
                            guint cim_status,
                            const CimAuditRecord *record,
                            gpointer user_data);

/* Starts the reply to @request in @reply (empty; transfer full).  @principal: borrowed until done.
 */
CimCall *cim_call_new(const CimRequest *request,
                      const CimPrincipal *principal,
                      GString *reply,
                      CimCallDone done,
                      gpointer user_data);
/* Whether the caller has @needed (0: CIM_ACCESS_OPERATE); if not, the call has ended: with @denied
 * as a method's return value, or with CIM_ERR_ACCESS_DENIED when that is 0. */
gboolean cim_call_require(CimCall *call, CimAccess needed, guint32 denied);
/* Nobody waits any more: the call goes on, and its reply is thrown away. */
void cim_call_detach(CimCall *call);

/* Where an operation writes the content of its reply. */
GString *cim_call_reply(CimCall *call);
/* Ends an intrinsic operation whose content is written. */
void cim_call_finish(CimCall *call);

/* Moves @path in; cim_call_path(). */
void cim_call_take_path(CimCall *call, CimPath *path);
void cim_call_take_changes(CimCall *call, CimInstance *changes);
const CimInstance *cim_call_changes(CimCall *call);

/* Makes room for the arguments of @method, all NULL. */
void cim_call_set_method(CimCall *call, const CimMethod *method);
/* The argument's place, to be filled with an owned value; marks it as given. */
CimValue *cim_call_argument(CimCall *call, guint index);
