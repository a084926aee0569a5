#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/check-main.h"

#include "cim/listen.h"

static char *directory;
static char *path;

static void
setup(void)
{
    directory = g_dir_make_tmp("drover-listen-XXXXXX", NULL);
    path = g_build_filename(directory, "socket", NULL);
}

static void
teardown(void)
{
    g_unlink(path);
    g_rmdir(directory);
    g_free(path);
    g_free(directory);
}

static const guint modes[] = {0600, 0660, 0666};

START_TEST(a_unix_socket_has_its_mode_from_the_start)
{
    int fd = cim_listen_unix(path, modes[_i], NULL);
    struct stat status;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, modes[_i]);
    ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
    ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}
END_TEST

START_TEST(a_stale_socket_is_replaced_and_a_live_one_is_not)
{
    int first = cim_listen_unix(path, 0600, NULL);
    g_autoptr(GError) error = NULL;
    int second;

    ck_assert_int_ge(first, 0);
    ck_assert_int_eq(cim_listen_unix(path, 0600, &error), -1);
    ck_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE));
    assert_contains(error->message, path);
    close(first);
    second = cim_listen_unix(path, 0600, NULL);
    ck_assert_int_ge(second, 0);
    close(second);
}
END_TEST

START_TEST(no_other_file_is_replaced)
{
    g_autoptr(GError) error = NULL;

    ck_assert(g_file_set_contents(path, "precious", -1, NULL));
    ck_assert_int_eq(cim_listen_unix(path, 0600, &error), -1);
    assert_contains(error->message, path);
    ck_assert(g_file_test(path, G_FILE_TEST_IS_REGULAR));
}
END_TEST

START_TEST(a_path_that_does_not_fit_is_refused)
{
    g_autofree char *name = g_strnfill(200, 'x');
    g_autofree char *missing = g_build_filename(directory, "no", "socket", NULL);
    g_autoptr(GError) too_long = NULL;
    g_autoptr(GError) nowhere = NULL;

    ck_assert_int_eq(cim_listen_unix(name, 0600, &too_long), -1);
    assert_contains(too_long->message, name);
    ck_assert_int_eq(cim_listen_unix(missing, 0600, &nowhere), -1);
    assert_contains(nowhere->message, missing);
}
END_TEST

static const char *const addresses[] = {"127.0.0.1:0", "[::1]:0", "localhost:0"};

START_TEST(a_port_is_picked)
{
    guint16 port = 0;
    int fd = cim_listen_tcp(addresses[_i], &port, NULL);

    ck_assert_int_ge(fd, 0);
    ck_assert_uint_gt(port, 0);
    close(fd);
}
END_TEST

static const char *const no_addresses[] = {
    "", "127.0.0.1", ":5988", "127.0.0.1:", "127.0.0.1:x", "[::1]", "127.0.0.1:-1", "256.1.1.1:1"};

START_TEST(what_is_no_address_is_named)
{
    g_autoptr(GError) error = NULL;
    guint16 port;

    ck_assert_int_eq(cim_listen_tcp(no_addresses[_i], &port, &error), -1);
    ck_assert(error->domain == G_IO_ERROR);
    assert_contains(error->message, no_addresses[_i]);
}
END_TEST

START_TEST(a_port_in_use_is_named)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *address = NULL;
    guint16 port;
    int fd = cim_listen_tcp("127.0.0.1:0", &port, NULL);

    address = g_strdup_printf("127.0.0.1:%u", port);
    ck_assert_int_eq(cim_listen_tcp(address, &port, &error), -1);
    ck_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE));
    assert_contains(error->message, address);
    close(fd);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("listen");
    TCase *tcase = tcase_create("listen");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, a_unix_socket_has_its_mode_from_the_start, 0, G_N_ELEMENTS(modes));
    tcase_add_test(tcase, a_stale_socket_is_replaced_and_a_live_one_is_not);
    tcase_add_test(tcase, no_other_file_is_replaced);
    tcase_add_test(tcase, a_path_that_does_not_fit_is_refused);
    tcase_add_loop_test(tcase, a_port_is_picked, 0, G_N_ELEMENTS(addresses));
    tcase_add_loop_test(tcase, what_is_no_address_is_named, 0, G_N_ELEMENTS(no_addresses));
    tcase_add_test(tcase, a_port_in_use_is_named);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
