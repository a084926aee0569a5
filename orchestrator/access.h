/*
 * Who has which role: the rules of [access] in the configuration.
 *
 * Purpose:   from what is known of a client (user, groups, certificate, plain HTTP) to its role.
 * Ownership: rules own their strings.
 * Thread:    constant once made; looking up groups may block (NSS), so drover_access_find() is for
 *            worker threads.
 */
#pragma once

#include "cim/guard.h"

/*
 * A list names clients, separated by spaces or commas:
 *   user:NAME   of the Unix socket's peer, or of the password file
 *   group:NAME  of the Unix socket's peer
 *   cert:CN     the common name of a client certificate
 *   http        whoever comes by plain HTTP (loopback) without credentials
 *   *           everybody who is known
 */
typedef struct {
    const char *observers;
    const char *operators;
    const char *administrators;
} DroverAccessLists;

typedef struct _DroverAccess DroverAccess;

/* NULL: an entry is none of the above; @error names it. */
DroverAccess *drover_access_new(const DroverAccessLists *lists, GError **error);
void drover_access_free(DroverAccess *access);
/* Whether @list can be read; else what it must be (transfer full). */
char *drover_access_check_list(const char *list);

/* What is known of a client. */
typedef struct {
    const char *user;        /* checked: by the kernel or by password; or NULL */
    char *const *groups;     /* names, NULL-terminated, or NULL */
    const char *certificate; /* believed; or NULL */
    gboolean plain_http;     /* came by plain HTTP without credentials */
} DroverClientFacts;

/* The highest role that a rule gives. */
CimAccess drover_access_find(const DroverAccess *access, const DroverClientFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverAccess, drover_access_free)
