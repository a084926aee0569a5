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

/* @reply: the whole message (transfer full); @cim_status: 0, or the code that it carries. */
typedef void (*CimCallDone)(GString *reply, guint cim_status, gpointer user_data);

/* Starts the reply to @request in @reply (empty; transfer full). */
CimCall *
cim_call_new(const CimRequest *request, GString *reply, CimCallDone done, gpointer user_data);
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
