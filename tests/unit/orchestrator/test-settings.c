#include <string.h>

#include <glib/gstdio.h>

#include "tests/unit/check-main.h"

#include "orchestrator/settings.h"

static char *directory;
static char *path;

static void
set_up(void)
{
    directory = g_dir_make_tmp("drover-settings-XXXXXX", NULL);
    path = g_build_filename(directory, "drover.conf", NULL);
}

static void
tear_down(void)
{
    g_unlink(path);
    g_rmdir(directory);
    g_clear_pointer(&path, g_free);
    g_clear_pointer(&directory, g_free);
}

static DroverSettings *
load(const char *text, gssize length, GError **error)
{
    ck_assert(g_file_set_contents(path, text, length, NULL));
    return drover_settings_load(path, error);
}

static DroverSettings *
load_good(const char *text)
{
    g_autoptr(GError) error = NULL;
    DroverSettings *settings = load(text, -1, &error);

    ck_assert_msg(settings != NULL, "%s", error ? error->message : "");
    return settings;
}

START_TEST(an_empty_file_gives_the_defaults)
{
    g_autoptr(DroverSettings) settings = load_good("");

    ck_assert_str_eq(settings->backend, "libvirt");
    ck_assert_ptr_null(settings->scenario);
    ck_assert_str_eq(settings->state_dir, "/var/lib/drover");
    ck_assert_str_eq(settings->socket, "/run/drover/droverd.sock");
    ck_assert_uint_eq(settings->socket_mode, 0660);
    ck_assert_str_eq(settings->http_listen, "127.0.0.1:5988");
    ck_assert_uint_eq(settings->connections, 1024);
    ck_assert_uint_eq(settings->body_kib, 256);
    ck_assert_uint_eq(settings->request_deadline_s, 10);
    ck_assert_uint_eq(settings->idle_timeout_s, 60);
    ck_assert(settings->enabled);
    ck_assert_uint_eq(settings->maximum_active, 2);
    ck_assert_uint_eq(settings->attempts, 5);
    ck_assert_uint_eq(settings->retry_delay_s, 60);
    ck_assert_uint_eq(settings->retry_delay_max_s, 600);
    ck_assert_uint_eq(settings->no_progress_timeout_s, 3600);
    ck_assert_uint_eq(settings->time_before_removal_s, 300);
    ck_assert_uint_eq(settings->hosts->len, 0);
}
END_TEST

START_TEST(every_key_is_taken_over)
{
    g_autoptr(DroverSettings) settings = load_good("[daemon]\n"
                                                   "backend = simulated \n"
                                                   "scenario=/tmp/a scenario\n"
                                                   "state_dir=/srv/state\n"
                                                   "socket=/srv/s.sock\n"
                                                   "socket_mode=0600\n"
                                                   "http_listen=[::1]:0\n"
                                                   "[http]\n"
                                                   "connections=7\n"
                                                   "body_kib=64\n"
                                                   "request_deadline_s=8\n"
                                                   "idle_timeout_s=9\n"
                                                   "[migration]\n"
                                                   "enabled=false\n"
                                                   "maximum_active=64\n"
                                                   "attempts=7\n"
                                                   "retry_delay_s=6\n"
                                                   "retry_delay_max_s=60\n"
                                                   "no_progress_timeout_s=0\n"
                                                   "time_before_removal_s=0\n");

    ck_assert_str_eq(settings->backend, "simulated");
    ck_assert_str_eq(settings->scenario, "/tmp/a scenario");
    ck_assert_str_eq(settings->state_dir, "/srv/state");
    ck_assert_str_eq(settings->socket, "/srv/s.sock");
    ck_assert_uint_eq(settings->socket_mode, 0600);
    ck_assert_str_eq(settings->http_listen, "[::1]:0");
    ck_assert_uint_eq(settings->connections, 7);
    ck_assert_uint_eq(settings->body_kib, 64);
    ck_assert_uint_eq(settings->request_deadline_s, 8);
    ck_assert_uint_eq(settings->idle_timeout_s, 9);
    ck_assert(!settings->enabled);
    ck_assert_uint_eq(settings->maximum_active, 64);
    ck_assert_uint_eq(settings->attempts, 7);
    ck_assert_uint_eq(settings->retry_delay_s, 6);
    ck_assert_uint_eq(settings->retry_delay_max_s, 60);
    ck_assert_uint_eq(settings->no_progress_timeout_s, 0);
    ck_assert_uint_eq(settings->time_before_removal_s, 0);
}
END_TEST

START_TEST(hosts_keep_the_order_of_the_file)
{
    g_autoptr(DroverSettings) settings =
        load_good("[host zeta]\nuri=qemu+tcp://10.0.0.1/system\n"
                  "[host a.b_c-9]\nuri=qemu+ssh://root@[fd00::1]:2222/system?no_verify=1\n"
                  "peer_uri=qemu+tls://b/system\n"
                  "[host here]\nuri=qemu:///system\npeer_uri=\n");
    const DroverHostSettings *const *hosts = (gpointer) settings->hosts->pdata;

    ck_assert_uint_eq(settings->hosts->len, 3);
    ck_assert_str_eq(hosts[0]->name, "zeta");
    ck_assert_str_eq(hosts[0]->uri, "qemu+tcp://10.0.0.1/system");
    ck_assert_ptr_null(hosts[0]->peer_uri);
    ck_assert_str_eq(hosts[1]->name, "a.b_c-9");
    ck_assert_str_eq(hosts[1]->uri, "qemu+ssh://root@[fd00::1]:2222/system?no_verify=1");
    ck_assert_str_eq(hosts[1]->peer_uri, "qemu+tls://b/system");
    ck_assert_str_eq(hosts[2]->uri, "qemu:///system");
    ck_assert_ptr_null(hosts[2]->peer_uri);
}
END_TEST

/* clang-format off */
static const char *const listens[] = {
    "127.0.0.1:5988", "127.255.3.4:1", "[::1]:65535", "127.0.0.1:0", "",
};

/* What is wrong, and what the message must say: place, value, and what would be right. */
static const struct { const char *text; const char *says[4]; } wrongs[] = {
    { "[deamon]\nbackend=libvirt\n", { "[deamon]", "no such group", "[daemon]", "[host NAME]" } },
    { "[host]\nuri=qemu:///system\n", { "[host]", "no such group", "[host NAME]" } },
    { "[daemon]\ncolour=red\n", { "[daemon] colour", "no such key", "state_dir" } },
    { "[http]\nstate_dir=/x\n", { "[http] state_dir", "no such key", "body_kib" } },
    { "[daemon]\nbackend=xen\n", { "[daemon] backend", "'xen'", "'libvirt' or 'simulated'" } },
    { "[daemon]\nbackend=\n", { "[daemon] backend", "''", "'libvirt' or 'simulated'" } },
    { "[daemon]\nstate_dir=var/lib\n", { "[daemon] state_dir", "'var/lib'", "absolute path" } },
    { "[daemon]\nstate_dir=\n", { "[daemon] state_dir", "''", "absolute path" } },
    { "[daemon]\nsocket=droverd.sock\n", { "[daemon] socket", "'droverd.sock'", "absolute path" } },
    { "[daemon]\nsocket=/0123456789012345678901234567890123456789012345678901234567890123456789"
      "0123456789012345678901234567890123456789\n", { "[daemon] socket", "at most 107 bytes" } },
    { "[daemon]\nsocket_mode=0888\n", { "[daemon] socket_mode", "'0888'", "octal" } },
    { "[daemon]\nsocket_mode=01777\n", { "[daemon] socket_mode", "'01777'", "0777" } },
    { "[daemon]\nscenario=/tmp/x\n", { "[daemon] scenario", "'/tmp/x'", "backend=simulated" } },
    { "[daemon]\nbackend=simulated\nscenario=x\n", { "[daemon] scenario", "'x'", "absolute path" } },
    { "[daemon]\nhttp_listen=0.0.0.0:5988\n", { "http_listen", "'0.0.0.0:5988'", "loopback", "plain HTTP" } },
    { "[daemon]\nhttp_listen=10.1.2.3:5988\n", { "http_listen", "'10.1.2.3:5988'", "loopback" } },
    { "[daemon]\nhttp_listen=[::]:5988\n", { "http_listen", "'[::]:5988'", "loopback" } },
    { "[daemon]\nhttp_listen=[fe80::1]:5988\n", { "http_listen", "'[fe80::1]:5988'", "loopback" } },
    { "[daemon]\nhttp_listen=localhost:5988\n", { "http_listen", "'localhost:5988'", "127.0.0.1:5988" } },
    { "[daemon]\nhttp_listen=127.0.0.1\n", { "http_listen", "'127.0.0.1'", "ADDRESS:PORT" } },
    { "[daemon]\nhttp_listen=5988\n", { "http_listen", "'5988'", "ADDRESS:PORT" } },
    { "[daemon]\nhttp_listen=127.0.0.1:http\n", { "http_listen", "'127.0.0.1:http'", "ADDRESS:PORT" } },
    { "[daemon]\nhttp_listen=127.0.0.1:65536\n", { "http_listen", "65536", "ADDRESS:PORT" } },
    { "[daemon]\nhttp_listen=127.0.0.1:-1\n", { "http_listen", "-1", "ADDRESS:PORT" } },
    { "[daemon]\nhttp_listen=::1:5988\n", { "http_listen", "'::1:5988'", "[::1]:5988" } },
    { "[daemon]\nhttp_listen=[::1]\n", { "http_listen", "'[::1]'", "ADDRESS:PORT" } },
    { "[daemon]\nhttp_listen=[127.0.0.1]:80\n", { "http_listen", "ADDRESS:PORT" } },
    { "[daemon]\nhttp_listen=:80\n", { "http_listen", "ADDRESS:PORT" } },
    { "[http]\nconnections=0\n", { "[http] connections", "'0'", "from 1 to 65536" } },
    { "[http]\nbody_kib=1e3\n", { "[http] body_kib", "'1e3'", "from 16 to 65536" } },
    { "[http]\nidle_timeout_s=-1\n", { "[http] idle_timeout_s", "'-1'", "from 1 to 86400" } },
    { "[http]\nrequest_deadline_s=10s\n", { "[http] request_deadline_s", "'10s'", "from 1 to 3600" } },
    { "[migration]\nenabled=maybe\n", { "[migration] enabled", "'maybe'", "'true' or 'false'" } },
    { "[migration]\nmaximum_active=65\n", { "[migration] maximum_active", "'65'", "from 1 to 64" } },
    { "[migration]\nattempts=\n", { "[migration] attempts", "''", "from 1 to 100" } },
    { "[migration]\nretry_delay_s=99999999999999999999\n", { "retry_delay_s", "from 5 to 86400" } },
    { "[host a]\n", { "[host a] uri", "missing", "qemu+tls://a/system" } },
    { "[host a]\nuri=\n", { "[host a] uri", "''", "URI" } },
    { "[host a]\nuri=alpha\n", { "[host a] uri", "'alpha'", "qemu+tls://" } },
    { "[host a]\nuri=qemu:///system\npeer_uri=beta\n", { "[host a] peer_uri", "'beta'", "qemu+tls://" } },
    { "[host a]\nurl=qemu:///system\n", { "[host a] url", "no such key", "uri, peer_uri" } },
    { "[host a b]\nuri=qemu:///system\n", { "[host a b]", "'a b'", "letters, digits" } },
    { "[host  a]\nuri=qemu:///system\n", { "[host  a]", "one space" } },
    { "[host ]\nuri=qemu:///system\n", { "[host ]", "''", "letters, digits" } },
    { "[host \303\244]\nuri=qemu:///system\n", { "[host \303\244]", "letters, digits" } },
    { "[host a]\nuri=qemu:///system\n[host b]\nuri=qemu:///session\n[host a]\nuri=test:///default\n",
      { "line 5", "[host a]", "twice" } },
    { "[http]\nconnections=1\n# again\nconnections = 2\n", { "line 4", "[http] connections", "twice" } },
    { "[daemon]\nstate_dir\n", { "state_dir" } },
    { "state_dir=/x\n", { "group" } },
    { "[daemon]\nstate_dir=/a\\qb\n", { "[daemon] state_dir", "escape" } },
};
/* clang-format on */

START_TEST(http_listens_on_loopback)
{
    g_autofree char *text = g_strdup_printf("[daemon]\nhttp_listen=%s\n", listens[_i]);
    g_autoptr(DroverSettings) settings = load_good(text);

    ck_assert_str_eq(settings->http_listen, listens[_i]);
}
END_TEST

START_TEST(what_is_wrong_is_named_with_what_is_right)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverSettings) settings = load(wrongs[_i].text, -1, &error);

    ck_assert_msg(!settings, "row %d was accepted", _i);
    ck_assert(g_error_matches(error, DROVER_SETTINGS_ERROR, DROVER_SETTINGS_ERROR_INVALID));
    ck_assert_msg(g_str_has_prefix(error->message, path), "%s", error->message);
    for (guint i = 0; i < G_N_ELEMENTS(wrongs[_i].says) && wrongs[_i].says[i]; i++) {
        assert_contains(error->message, wrongs[_i].says[i]);
    }
}
END_TEST

START_TEST(a_zero_byte_is_refused)
{
    static const char text[] = "[daemon]\nstate_dir=/a\0\n[host x]\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverSettings) settings = load(text, sizeof(text) - 1, &error);

    ck_assert_ptr_null(settings);
    assert_contains(error->message, "zero byte");
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverSettings) settings = drover_settings_load("/nonexistent/drover.conf", &error);

    ck_assert_ptr_null(settings);
    ck_assert(g_error_matches(error, DROVER_SETTINGS_ERROR, DROVER_SETTINGS_ERROR_FILE));
    assert_contains(error->message, "/nonexistent/drover.conf");
}
END_TEST

/* --- the file that is shipped ---------------------------------------------------------------- */

/* By hand, the test is started at the root of the tree. */
static char *
read_shipped(void)
{
    const char *shipped = g_getenv("DROVER_CONF");
    char *text = NULL;

    ck_assert(g_file_get_contents(shipped ? shipped : "configs/drover.conf", &text, NULL, NULL));
    return text;
}

/* Takes the # from "#key=value" and "#[group]"; prose has a space after its #. */
static char *
uncomment(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("^#(?=[a-z\\[])", G_REGEX_MULTILINE, 0, NULL);

    return g_regex_replace_literal(regex, text, -1, 0, "", 0, NULL);
}

START_TEST(the_shipped_file_changes_nothing)
{
    g_autofree char *text = read_shipped();
    g_autoptr(DroverSettings) settings = load_good(text);

    ck_assert_uint_eq(settings->hosts->len, 0);
}
END_TEST

START_TEST(the_shipped_file_documents_every_key_with_its_default)
{
    g_autofree char *text = read_shipped();
    g_autofree char *whole = uncomment(text);
    g_autoptr(DroverSettings) documented = load_good(whole);
    g_autoptr(DroverSettings) built_in = drover_settings_new();
    guint n_keys;
    const DroverSettingsKey *keys = drover_settings_keys(&n_keys);

    ck_assert_uint_gt(n_keys, 10);
    for (guint i = 0; i < n_keys; i++) {
        g_autofree char *line = g_strdup_printf("\n#%s=", keys[i].name);

        ck_assert_msg(strstr(text, line) != NULL, "'%s' is not documented", keys[i].name);
        if (!g_str_equal(keys[i].group, "host")) {
            g_autofree char *said = drover_settings_get_text(documented, &keys[i]);
            g_autofree char *meant = drover_settings_get_text(built_in, &keys[i]);

            ck_assert_msg(g_str_equal(said, meant), "[%s] %s: '%s' is documented, '%s' built in",
                          keys[i].group, keys[i].name, said, meant);
        }
    }
    ck_assert_uint_eq(documented->hosts->len, 1);
}
END_TEST

/* Numbers in a key's comment are its limits: "…, 1 to 64". */
START_TEST(the_shipped_file_documents_the_limits)
{
    g_autofree char *text = read_shipped();
    guint n_keys;
    const DroverSettingsKey *keys = drover_settings_keys(&n_keys);

    for (guint i = 0; i < n_keys; i++) {
        g_autofree char *limits = g_strdup_printf(" %u to %u", keys[i].minimum, keys[i].maximum);
        g_autofree char *line = g_strdup_printf("\n#%s=", keys[i].name);
        const char *at = strstr(text, line);
        g_autofree char *before = g_strndup(text, (gsize) (at - text));
        const char *comment = g_strrstr(before, "\n\n");

        if (keys[i].maximum == 0 || keys[i].maximum == 0777) {
            continue;
        }
        ck_assert_msg(comment && strstr(comment, limits), "[%s] %s: '%s' is not documented",
                      keys[i].group, keys[i].name, limits);
    }
}
END_TEST

static Suite *
settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *tc = tcase_create("settings");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, an_empty_file_gives_the_defaults);
    tcase_add_test(tc, every_key_is_taken_over);
    tcase_add_test(tc, hosts_keep_the_order_of_the_file);
    tcase_add_loop_test(tc, http_listens_on_loopback, 0, G_N_ELEMENTS(listens));
    tcase_add_loop_test(tc, what_is_wrong_is_named_with_what_is_right, 0, G_N_ELEMENTS(wrongs));
    tcase_add_test(tc, a_zero_byte_is_refused);
    tcase_add_test(tc, a_missing_file_is_named);
    tcase_add_test(tc, the_shipped_file_changes_nothing);
    tcase_add_test(tc, the_shipped_file_documents_every_key_with_its_default);
    tcase_add_test(tc, the_shipped_file_documents_the_limits);
    suite_add_tcase(suite, tc);
    return suite;
}

int
main(void)
{
    return run_tap(settings_suite());
}
