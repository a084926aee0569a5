#include "tests/unit/cim/certificates.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DAY_S (24 * 60 * 60)

struct _Authority {
    char *directory;
    char *name;
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
    guint serial;
};

static void
must(int result)
{
    if (result < 0)
        g_error("gnutls: %s", gnutls_strerror(result));
}

char *
authority_path(const Authority *authority, const char *name, const char *suffix)
{
    return g_strdup_printf("%s/%s%s", authority->directory, name, suffix);
}

char *
authority_file(const Authority *authority)
{
    return authority_path(authority, authority->name, ".pem");
}

static void
write_file(const char *path, gnutls_datum_t *text)
{
    if (!g_file_set_contents_full(path, (char *) text->data, text->size, G_FILE_SET_CONTENTS_NONE,
                                  0600, NULL))
        g_error("cannot write %s", path);
    gnutls_free(text->data);
}

static gnutls_x509_privkey_t
new_key(void)
{
    gnutls_x509_privkey_t key;

    must(gnutls_x509_privkey_init(&key));
    must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    return key;
}

static gnutls_x509_crt_t
new_certificate(gnutls_x509_privkey_t key, const char *common_name, guint serial, int days)
{
    gnutls_x509_crt_t certificate;
    guchar number[] = {(guchar) serial};
    time_t now = time(NULL);

    must(gnutls_x509_crt_init(&certificate));
    must(gnutls_x509_crt_set_version(certificate, 3));
    must(gnutls_x509_crt_set_key(certificate, key));
    must(gnutls_x509_crt_set_serial(certificate, number, sizeof number));
    must(gnutls_x509_crt_set_activation_time(certificate, now - 2 * DAY_S));
    must(gnutls_x509_crt_set_expiration_time(certificate, now + days * DAY_S));
    must(gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, common_name,
                                       strlen(common_name)));
    return certificate;
}

static void
write_certificate(const Authority *authority, gnutls_x509_crt_t certificate, const char *name)
{
    g_autofree char *path = authority_path(authority, name, ".pem");
    gnutls_datum_t text;

    must(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &text));
    write_file(path, &text);
}

Authority *
authority_new(const char *directory, const char *name)
{
    Authority *authority = g_new0(Authority, 1);

    authority->directory = g_strdup(directory);
    authority->name = g_strdup(name);
    authority->key = new_key();
    authority->certificate = new_certificate(authority->key, name, ++authority->serial, 10);
    must(gnutls_x509_crt_set_ca_status(authority->certificate, 1));
    must(gnutls_x509_crt_set_key_usage(authority->certificate, GNUTLS_KEY_KEY_CERT_SIGN));
    must(gnutls_x509_crt_sign2(authority->certificate, authority->certificate, authority->key,
                               GNUTLS_DIG_SHA256, 0));
    write_certificate(authority, authority->certificate, name);
    return authority;
}

void
authority_free(Authority *authority)
{
    if (!authority)
        return;
    gnutls_x509_crt_deinit(authority->certificate);
    gnutls_x509_privkey_deinit(authority->key);
    g_free(authority->directory);
    g_free(authority->name);
    g_free(authority);
}

void
authority_sign(Authority *authority, const char *name, const char *common_name, int days)
{
    static const guchar loopback[] = {127, 0, 0, 1};
    gnutls_x509_privkey_t key = new_key();
    gnutls_x509_crt_t certificate = new_certificate(key, common_name, ++authority->serial, days);
    g_autofree char *path = authority_path(authority, name, ".key");
    gnutls_datum_t text;

    must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback,
                                              sizeof loopback, GNUTLS_FSAN_SET));
    must(gnutls_x509_crt_sign2(certificate, authority->certificate, authority->key,
                               GNUTLS_DIG_SHA256, 0));
    write_certificate(authority, certificate, name);
    must(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text));
    write_file(path, &text);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}
