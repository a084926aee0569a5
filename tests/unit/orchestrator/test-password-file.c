#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/check-main.h"

#include "orchestrator/password-file.h"

static char *directory;
static char *path;

static void
set_up(void)
{
    directory = g_dir_make_tmp("drover-passwd-XXXXXX", NULL);
    path = g_build_filename(directory, "passwd", NULL);
}

static void
tear_down(void)
{
    g_unlink(path);
    g_rmdir(directory);
    g_clear_pointer(&path, g_free);
    g_clear_pointer(&directory, g_free);
}

static void
set(const char *user, const char *password)
{
    g_autoptr(GError) error = NULL;

    ck_assert_msg(drover_passwords_set(path, user, password, &error), "%s",
                  error ? error->message : "");
}

static gboolean
lets_in(const char *user, const char *password)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverPasswords) passwords = drover_passwords_load(path, &error);

    ck_assert_msg(passwords != NULL, "%s", error ? error->message : "");
    return drover_password_check(drover_passwords_find(passwords, user), password);
}

START_TEST(a_password_lets_its_user_in_and_nobody_else)
{
    struct stat status;

    set("alice", "one for all");
    set("bob", "all for one");
    ck_assert(lets_in("alice", "one for all"));
    ck_assert(!lets_in("alice", "all for one"));
    ck_assert(!lets_in("alice", ""));
    ck_assert(!lets_in("carol", "one for all"));
    set("alice", "another");
    ck_assert(lets_in("alice", "another"));
    ck_assert(!lets_in("alice", "one for all"));
    ck_assert(lets_in("bob", "all for one"));
    set("alice", NULL);
    ck_assert(!lets_in("alice", "another"));
    ck_assert(lets_in("bob", "all for one"));
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
}
END_TEST

START_TEST(comments_and_other_lines_stay)
{
    g_autofree char *text = NULL;

    set("alice", "one for all");
    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    {
        g_autofree char *longer = g_strdup_printf("# who may\n\n%s", text);

        ck_assert(g_file_set_contents_full(path, longer, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
    set("bob", "all for one");
    g_clear_pointer(&text, g_free);
    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    ck_assert(g_str_has_prefix(text, "# who may\n\nalice:$y$"));
    ck_assert_ptr_nonnull(strstr(text, "\nbob:$y$"));
    ck_assert(lets_in("alice", "one for all"));
}
END_TEST

START_TEST(a_file_that_cannot_be_trusted_is_refused)
{
    static const struct {
        const char *text;
        int mode;
        const char *words;
    } rows[] = {
        {"alice:$1$abc$def\n", 0600, "line 1 is no NAME:HASH"},
        {"# x\nalice\n", 0600, "line 2 is no NAME:HASH"},
        {"alice:secret\n", 0600, "line 1 is no NAME:HASH"},
        {":$y$j9T$x\n", 0600, "line 1 is no NAME:HASH"},
        {"alice:$y$j9T$x\n", 0644, "can be read by everybody"},
    };
    g_autoptr(GError) error = NULL;

    ck_assert(
        g_file_set_contents_full(path, rows[_i].text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    ck_assert_int_eq(g_chmod(path, rows[_i].mode), 0);
    ck_assert_ptr_null(drover_passwords_load(path, &error));
    ck_assert_msg(strstr(error->message, rows[_i].words) != NULL, "%s", error->message);
    ck_assert_ptr_nonnull(strstr(error->message, path));
}
END_TEST

START_TEST(wrong_names_are_refused)
{
    static const char *const names[] = {"", "a:b", "#a", "a\nb"};
    g_autoptr(GError) error = NULL;

    ck_assert(!drover_passwords_set(path, names[_i], "long enough", &error));
    ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
    ck_assert(!lets_in("alice", "x")); /* a file that is not there holds nobody */
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("password-file");
    TCase *tc = tcase_create("password-file");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 25);
    tcase_add_test(tc, a_password_lets_its_user_in_and_nobody_else);
    tcase_add_test(tc, comments_and_other_lines_stay);
    tcase_add_loop_test(tc, a_file_that_cannot_be_trusted_is_refused, 0, 5);
    tcase_add_loop_test(tc, wrong_names_are_refused, 0, 4);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
