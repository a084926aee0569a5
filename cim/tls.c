#include "cim/tls.h"

#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define MAX_CHAIN          16

struct _CimTls {
    char *certificate;
    char *key;
    char *client_ca;
    char *priorities;
};

static gboolean
fail(GError **error, const char *path, const char *what)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "'%s' %s", path, what);
    return FALSE;
}

static char *
read_file(const char *path, const char *role, GError **error)
{
    char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, error))
        g_prefix_error(error, "TLS %s: ", role);
    return text;
}

/* Whoever reads the key can be this server. */
static gboolean
is_private(const char *path, GError **error)
{
    struct stat status;

    if (stat(path, &status) == 0 && (status.st_mode & 0007) != 0)
        return fail(error, path,
                    "can be read by everybody: take the rights of others away (chmod o= FILE)");
    return TRUE;
}

static gboolean
read_files(CimTls *tls, const CimTlsFiles *files, GError **error)
{
    if (!(tls->certificate = read_file(files->certificate, "certificate", error)) ||
        !(tls->key = read_file(files->key, "key", error)) || !is_private(files->key, error))
        return FALSE;
    if (files->client_ca && !(tls->client_ca = read_file(files->client_ca, "client CA", error)))
        return FALSE;
    tls->priorities = g_strdup(files->priorities ? files->priorities : DEFAULT_PRIORITIES);
    return TRUE;
}

static gnutls_datum_t
datum(const char *text)
{
    return (gnutls_datum_t){(unsigned char *) text, (unsigned int) strlen(text)};
}

static gboolean
check_certificate(CimTls *tls, const CimTlsFiles *files, GError **error)
{
    gnutls_datum_t text = datum(tls->certificate);
    gnutls_x509_crt_t chain[MAX_CHAIN];
    unsigned int count = MAX_CHAIN;
    time_t ends;

    if (gnutls_x509_crt_list_import(chain, &count, &text, GNUTLS_X509_FMT_PEM, 0) < 0 || !count)
        return fail(error, files->certificate, "holds no PEM certificate");
    ends = gnutls_x509_crt_get_expiration_time(chain[0]);
    for (unsigned int i = 0; i < count; i++)
        gnutls_x509_crt_deinit(chain[i]);
    if ((gint64) ends * G_USEC_PER_SEC < g_get_real_time())
        return fail(error, files->certificate, "has expired: put a new certificate there");
    return TRUE;
}

/* Certificate and key must be a pair, the CA must be one: else each handshake would fail later. */
static gboolean
check_pair(CimTls *tls, const CimTlsFiles *files, GError **error)
{
    gnutls_certificate_credentials_t credentials;
    gnutls_datum_t certificate = datum(tls->certificate);
    gnutls_datum_t key = datum(tls->key);
    gnutls_datum_t ca = datum(tls->client_ca ? tls->client_ca : "");
    int result = gnutls_certificate_allocate_credentials(&credentials);
    int trusted = 1;

    if (result != GNUTLS_E_SUCCESS)
        return fail(error, files->key, gnutls_strerror(result));
    result =
        gnutls_certificate_set_x509_key_mem(credentials, &certificate, &key, GNUTLS_X509_FMT_PEM);
    if (result >= 0 && tls->client_ca)
        trusted = gnutls_certificate_set_x509_trust_mem(credentials, &ca, GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(credentials);
    if (result == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return fail(error, files->key, "is not the key of the certificate");
    if (result < 0)
        return fail(error, files->key, "holds no PEM key that can be used");
    return trusted > 0 ? TRUE : fail(error, files->client_ca, "holds no PEM certificate");
}

static gboolean
check_priorities(const CimTls *tls, GError **error)
{
    gnutls_priority_t priority;
    const char *at = NULL;

    if (gnutls_priority_init(&priority, tls->priorities, &at) != GNUTLS_E_SUCCESS) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "TLS priorities '%s' are not understood from '%s' on: see gnutls-cli(1)",
                    tls->priorities, at ? at : tls->priorities);
        return FALSE;
    }
    gnutls_priority_deinit(priority);
    return TRUE;
}

CimTls *
cim_tls_new(const CimTlsFiles *files, GError **error)
{
    g_autoptr(CimTls) tls = g_new0(CimTls, 1);

    if (!read_files(tls, files, error) || !check_certificate(tls, files, error) ||
        !check_pair(tls, files, error) || !check_priorities(tls, error))
        return NULL;
    return g_steal_pointer(&tls);
}

void
cim_tls_free(CimTls *tls)
{
    if (!tls)
        return;
    if (tls->key)
        explicit_bzero(tls->key, strlen(tls->key));
    g_free(tls->certificate);
    g_free(tls->key);
    g_free(tls->client_ca);
    g_free(tls->priorities);
    g_free(tls);
}

const char *
cim_tls_certificate(const CimTls *tls)
{
    return tls->certificate;
}

const char *
cim_tls_key(const CimTls *tls)
{
    return tls->key;
}

const char *
cim_tls_client_ca(const CimTls *tls)
{
    return tls->client_ca;
}

const char *
cim_tls_priorities(const CimTls *tls)
{
    return tls->priorities;
}

static char *
common_name(const gnutls_datum_t *der)
{
    gnutls_x509_crt_t certificate;
    char name[256];
    size_t length = sizeof name;
    int result;

    if (gnutls_x509_crt_init(&certificate) < 0)
        return NULL;
    result = gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER);
    if (result >= 0)
        result = gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name,
                                               &length);
    gnutls_x509_crt_deinit(certificate);
    return result >= 0 && length > 0 && strlen(name) == length ? g_strndup(name, length) : NULL;
}

gboolean
cim_tls_peer_name(gpointer session, char **name)
{
    unsigned int count = 0, status = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);

    *name = NULL;
    if (!chain || count == 0)
        return TRUE;
    if (gnutls_certificate_verify_peers2(session, &status) < 0 || status != 0)
        return FALSE;
    *name = common_name(&chain[0]);
    return *name != NULL;
}
