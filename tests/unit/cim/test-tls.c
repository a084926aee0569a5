/* TLS, with certificates made on the spot: who is served, and who is not. */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/client.h"
#include "tests/unit/cim/certificates.h"
#include "tests/unit/cim/http-fixture.h"

static Fixture *fixture;
static char *directory;
static Authority *authority;
static CimTls *tls;
static guint16 port;

static void
set_up(void)
{
    directory = g_dir_make_tmp("drover-tls-XXXXXX", NULL);
    authority = authority_new(directory, "ca");
    authority_sign(authority, "server", "server", 5);
    fixture = fixture_start(2, NULL);
}

static void
remove_directory(void)
{
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(directory);
    g_clear_pointer(&directory, g_free);
}

static void
tear_down(void)
{
    g_clear_pointer(&fixture, fixture_stop);
    g_clear_pointer(&tls, cim_tls_free);
    g_clear_pointer(&authority, authority_free);
    remove_directory();
}

static CimTls *
load(const char *certificate, const char *key, const char *ca, GError **error)
{
    g_autofree char *certificate_path = authority_path(authority, certificate, ".pem");
    g_autofree char *key_path = authority_path(authority, key, ".key");
    const CimTlsFiles files = {certificate_path, key_path, ca, NULL};

    return cim_tls_new(&files, error);
}

static gboolean
listen_tls(gpointer data)
{
    g_autoptr(GError) error = NULL;

    port = cim_server_listen_tls(fixture->server, "127.0.0.1:0", tls, &error);
    ck_assert_msg(port != 0, "%s", error ? error->message : "");
    return G_SOURCE_REMOVE;
}

static void
serve_tls(const char *client_ca)
{
    g_autoptr(GError) error = NULL;

    tls = load("server", "server", client_ca, &error);
    ck_assert_msg(tls != NULL, "%s", error ? error->message : "");
    fixture_invoke(fixture, listen_tls, NULL);
}

static gboolean
asks(const CimClientTls *client_tls, GError **error)
{
    g_autofree char *url = g_strdup_printf("https://127.0.0.1:%u", port);
    g_autoptr(CimClient) client = cim_client_new(url, &cim_wire_schema, NULL);
    g_autoptr(GPtrArray) names = NULL;

    cim_client_set_tls(client, client_tls);
    names = cim_client_enumerate_names(client, JOBS_NAMESPACE, "Test_MigrationJob", error);
    return names && names->len == 2;
}

START_TEST(operations_go_over_tls)
{
    g_autofree char *ca = authority_file(authority);
    const CimClientTls client = {.ca = ca};
    g_autoptr(GError) error = NULL;

    serve_tls(NULL);
    ck_assert_msg(asks(&client, &error), "%s", error ? error->message : "");
}
END_TEST

START_TEST(a_client_that_does_not_know_the_ca_goes_away)
{
    g_autoptr(Authority) other = authority_new(directory, "other");
    g_autofree char *ca = authority_file(other);
    const CimClientTls client = {.ca = ca};
    g_autoptr(GError) error = NULL;

    serve_tls(NULL);
    ck_assert(!asks(&client, &error));
    ck_assert(g_error_matches(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_UNREACHABLE));
}
END_TEST

START_TEST(plain_http_is_not_understood)
{
    g_autofree char *url = NULL;
    g_autoptr(CimClient) client = NULL;
    g_autoptr(GPtrArray) names = NULL;

    serve_tls(NULL);
    url = g_strdup_printf("http://127.0.0.1:%u", port);
    client = cim_client_new(url, &cim_wire_schema, NULL);
    names = cim_client_enumerate_names(client, JOBS_NAMESPACE, "Test_MigrationJob", NULL);
    ck_assert_ptr_null(names);
}
END_TEST

START_TEST(files_that_do_not_fit_are_named)
{
    static const struct {
        const char *certificate;
        const char *key;
        const char *words;
    } rows[] = {
        {"server", "second", "second.key' is not the key of the certificate"},
        {"expired", "expired", "expired.pem' has expired"},
        {"missing", "server", "missing.pem"},
        {"server", "missing", "missing.key"},
        {"nonsense", "server", "nonsense.pem' holds no PEM certificate"},
        {"server", "nonsense", "nonsense.key' holds no PEM key"},
        {"server", "open", "open.key' can be read by everybody"},
    };
    g_autofree char *nonsense = authority_path(authority, "nonsense", ".pem");
    g_autofree char *nonsense_key = authority_path(authority, "nonsense", ".key");
    g_autofree char *open_key = authority_path(authority, "open", ".key");

    authority_sign(authority, "second", "second", 5);
    authority_sign(authority, "open", "open", 5);
    authority_sign(authority, "expired", "expired", -1);
    ck_assert(g_file_set_contents(nonsense, "hello\n", -1, NULL));
    ck_assert(g_file_set_contents_full(nonsense_key, "hello\n", -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                       NULL));
    ck_assert_int_eq(g_chmod(open_key, 0644), 0);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        ck_assert_ptr_null(load(rows[i].certificate, rows[i].key, NULL, &error));
        ck_assert_msg(strstr(error->message, rows[i].words) != NULL, "row %u: %s", i,
                      error->message);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("tls");
    TCase *tc = tcase_create("tls");

    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, operations_go_over_tls);
    tcase_add_test(tc, a_client_that_does_not_know_the_ca_goes_away);
    tcase_add_test(tc, plain_http_is_not_understood);
    tcase_add_test(tc, files_that_do_not_fit_are_named);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
