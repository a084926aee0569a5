/*
 * The daemon's guard: who a client is, by the kernel, a password or a certificate, and which role
 * the configuration gives.
 *
 * Purpose:   fills CimGuard.  Hashing and NSS go to worker threads; a log-in that failed is
 *            answered late, the later the more often it failed from that address.
 * Ownership: borrows @clock.
 * Thread:    the main loop only.
 */
#pragma once

#include "backends/clock.h"
#include "orchestrator/access.h"

typedef struct _DroverGuard DroverGuard;

typedef struct {
    DroverAccessLists lists;
    const char *password_file;
} DroverGuardSettings;

/* NULL: a list or the password file cannot be used. */
DroverGuard *drover_guard_new(GMainContext *context,
                              DroverClock *clock,
                              const DroverGuardSettings *settings,
                              GError **error);
void drover_guard_free(DroverGuard *guard);
/* New settings and the password file as it is now; on error the old ones stay. */
gboolean
drover_guard_reload(DroverGuard *guard, const DroverGuardSettings *settings, GError **error);

/* Where audit records go; NULL: nowhere. */
typedef void (*DroverAudit)(const CimAuditRecord *record, gpointer user_data);
void drover_guard_set_audit(DroverGuard *guard, DroverAudit audit, gpointer user_data);

/* For cim_server_set_guard(), with the guard as user data. */
extern const CimGuard drover_cim_guard;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverGuard, drover_guard_free)
