/*
 * The server's side of TLS: certificate, key, and whose client certificates are believed.
 *
 * Purpose:   reads the files once, checks that they fit together, and keeps what a listener needs.
 * Ownership: a CimTls is borrowed by the listeners that use it.
 * Errors:    G_IO_ERROR: each names the file and what is wrong with it.
 * Thread:    any; constant once made.
 * Source:    DSP0200 1.4, 7.4 (TLS 1.2 and up).
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *certificate; /* PEM file: the server's, then the chain up to its CA */
    const char *key;         /* PEM file; unreadable for others */
    const char *client_ca;   /* PEM file, or NULL: clients are not asked for certificates */
    const char *priorities;  /* GnuTLS priority string, or NULL: TLS 1.2 and 1.3 */
} CimTlsFiles;

typedef struct _CimTls CimTls;

CimTls *cim_tls_new(const CimTlsFiles *files, GError **error);
void cim_tls_free(CimTls *tls);

/* For libmicrohttpd: PEM texts; client_ca is NULL when clients are not asked. */
const char *cim_tls_certificate(const CimTls *tls);
const char *cim_tls_key(const CimTls *tls);
const char *cim_tls_client_ca(const CimTls *tls);
const char *cim_tls_priorities(const CimTls *tls);

/*
 * The common name of the certificate that the other end of @session (a gnutls_session_t) showed,
 * when it was signed by the client CA and is valid now; NULL: it showed none. (transfer full)
 * FALSE, with *@name NULL: it showed one that is not to be believed.
 */
gboolean cim_tls_peer_name(gpointer session, char **name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimTls, cim_tls_free)
