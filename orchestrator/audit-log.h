/*
 * The audit log: who did what, from where, and what was answered; one JSON object a line.
 *
 * Purpose:   every change and every refusal, for those who have to account for it.  Members: Time,
 *            Name, From, Operation, Object, Allowed, Status (CIM status code), ReturnValue.
 * Ownership: the log owns its file.
 * Thread:    the main loop; a line is one write(2) to a file opened for appending, so that several
 *            writers and log rotation (reopen by SIGHUP) do no harm.
 * Errors:    opening: G_IO_ERROR naming the file; a line that cannot be written is said in
 * droverd's own log, once until it works again.
 */
#pragma once

#include "cim/guard.h"

typedef struct _DroverAuditLog DroverAuditLog;

DroverAuditLog *drover_audit_log_new(const char *path, GError **error);
void drover_audit_log_free(DroverAuditLog *log);
/* Opens the file anew: after it was moved away. */
gboolean drover_audit_log_reopen(DroverAuditLog *log, GError **error);
void drover_audit_log_write(DroverAuditLog *log, const CimAuditRecord *record, gint64 real_us);

/* The line, without its end. (transfer full) */
char *drover_audit_line(const CimAuditRecord *record, gint64 real_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverAuditLog, drover_audit_log_free)
