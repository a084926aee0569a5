/*
 * Who is on the other end, and what they may do.
 *
 * Purpose:   the server finds out what a connection tells of its peer and asks the guard who that
 *            is; operations and methods say what access they need.  A server without a guard lets
 *            everybody do everything: for tests.
 * Thread:    the server's; a guard may answer later, and does its slow work elsewhere.
 * Ownership: said at each call.
 * Source:    DSP0200 1.4, 7.4 (authentication), RFC 7617 (Basic).
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* Each includes the ones before it. */
typedef enum {
    CIM_ACCESS_NONE = 0,
    CIM_ACCESS_READ,       /* observer: sees everything, changes nothing */
    CIM_ACCESS_OPERATE,    /* operator: jobs */
    CIM_ACCESS_ADMINISTER, /* administrator: settings, too */
} CimAccess;
const char *cim_access_name(CimAccess access); /* "observer" … */

typedef enum { CIM_PEER_UNIX, CIM_PEER_TCP, CIM_PEER_TLS } CimPeerKind;

/* What a connection tells of itself. */
typedef struct {
    CimPeerKind kind;
    char address[64]; /* "unix:pid 1234", "127.0.0.1:4711" */
    uid_t uid;        /* UNIX only */
    gid_t gid;
    pid_t pid;
    char *certificate; /* TLS: common name of a certificate that is to be believed, or NULL */
    gboolean bad_certificate; /* TLS: it showed one that is not */
} CimPeer;

typedef struct {
    char *name; /* "alice", "root" */
    CimAccess access;
} CimPrincipal;

/* @name NULL: nobody that is known, so credentials are asked for (401). With a name and access NONE
 * the answer is 403.  (transfer none) */
typedef void (*CimIdentified)(const CimPrincipal *principal, gpointer user_data);

/* What was done, or refused: for an audit log.  All borrowed. */
typedef struct {
    const char *name; /* who, or NULL: nobody known */
    const char *address;
    const char *operation; /* "InvokeMethod RequestStateChange", "DeleteInstance", "log in" */
    const char *object;    /* its path, or "" */
    gboolean allowed;
    guint cim_status; /* 0, or the error code that was answered */
    gboolean has_return_value;
    guint32 return_value;
} CimAuditRecord;

typedef struct {
    /* Who is @peer?  @user and @password (NULL: none given) are borrowed for the call.  Calls
     * @identified once, now or later, unless @cancelled was called with its @call_data before. */
    void (*identify)(const CimPeer *peer,
                     const char *user,
                     const char *password,
                     CimIdentified identified,
                     gpointer call_data,
                     gpointer user_data);
    void (*cancelled)(gpointer call_data, gpointer user_data);
    /* Of all that changes something or was refused. */
    void (*audit)(const CimAuditRecord *record, gpointer user_data);
} CimGuard;

void cim_peer_clear(CimPeer *peer);
CimPrincipal *cim_principal_new(const char *name, CimAccess access);
void cim_principal_free(CimPrincipal *principal);

/* The parts of an Authorization header: "Basic" with base64 of user:password in UTF-8.  FALSE: it
 * is something else.  @password is to be freed with cim_password_free(). */
gboolean cim_basic_parse(const char *header, char **user, char **password);
void cim_password_free(char *password); /* wiped first */

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CimPeer, cim_peer_clear)
