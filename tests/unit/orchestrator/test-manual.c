/* The manual pages and the completion know every command, option and key, and no others. */
#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/cli/command.h"
#include "orchestrator/error-catalog.h"
#include "orchestrator/settings.h"

static char *manual;     /* drover.1 */
static char *conf;       /* drover.conf.5 */
static char *completion; /* drover.bash */
static char *errors;     /* drover-errors.7, which was built */

/* (transfer full) */
static char *
read_file(const char *name)
{
    const char *directory = g_getenv("DROVER_CONFIGS");
    g_autofree char *path = g_build_filename(directory ? directory : "configs", name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, &error))
        g_error("%s", error->message);
    return text;
}

static gboolean
has_word(const char *text, const char *word)
{
    g_autofree char *escaped = g_regex_escape_string(word, -1);
    g_autofree char *pattern = g_strdup_printf("(?<![-\\w])%s(?![-\\w])", escaped);

    return g_regex_match_simple(pattern, text, 0, 0);
}

static guint
count_lines(const char *text, const char *pattern)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint count = 0;

    for (gboolean found = g_regex_match(regex, text, 0, &match); found;
         found = g_match_info_next(match, NULL))
        count++;
    return count;
}

static void
check_option(const DroverOption *option)
{
    g_autofree char *in_manual = g_strdup_printf("Fl Fl %s", option->name);
    g_autofree char *in_completion = g_strdup_printf("--%s", option->name);

    ck_assert_msg(has_word(manual, in_manual), "drover.1 lacks --%s", option->name);
    ck_assert_msg(has_word(completion, in_completion), "the completion lacks --%s", option->name);
}

START_TEST(every_command_is_in_the_manual)
{
    guint n;
    const DroverCommand *commands = drover_commands(&n);

    for (guint i = 0; i < n; i++) {
        g_autofree char *entry =
            g_strdup_printf("^\\.(It )?Cm %s( (Ar|Op|Fl)|$)", commands[i].name);

        ck_assert_msg(count_lines(manual, entry) >= 1, "drover.1 lacks 'drover %s'",
                      commands[i].name);
        ck_assert_msg(has_word(completion, commands[i].name), "the completion lacks '%s'",
                      commands[i].name);
        for (guint j = 0; j < commands[i].n_options; j++)
            check_option(&commands[i].options[j]);
    }
    /* all but help, which has a paragraph of its own */
    ck_assert_uint_eq(count_lines(manual, "^\\.It Cm "), n - 1);
}
END_TEST

START_TEST(every_common_option_is_in_the_manual)
{
    guint n;
    const DroverOption *options = drover_common_options(&n);

    for (guint i = 0; i < n; i++)
        check_option(&options[i]);
}
END_TEST

/* ".It Cm key Ns = Ns Ar value", with nothing behind "=" where the default is empty. */
START_TEST(every_key_is_in_the_manual_with_its_default)
{
    guint n;
    const DroverSettingsKey *keys = drover_settings_keys(&n);

    for (guint i = 0; i < n; i++) {
        gboolean of_host = g_str_equal(keys[i].group, "host");
        g_autofree char *value = of_host ? g_strdup(" Ns Ar URI")
                                 : *keys[i].default_value
                                     ? g_strdup_printf(" Ns Ar %s", keys[i].default_value)
                                     : g_strdup("");
        g_autofree char *entry = g_strdup_printf("\n.It Cm %s Ns =%s\n", keys[i].name, value);

        ck_assert_msg(strstr(conf, entry) != NULL, "drover.conf.5 lacks%s", entry);
    }
    ck_assert_uint_eq(count_lines(conf, "^\\.It Cm "), n);
}
END_TEST

START_TEST(every_range_is_in_the_manual)
{
    guint n;
    const DroverSettingsKey *keys = drover_settings_keys(&n);

    for (guint i = 0; i < n; i++) {
        g_autofree char *entry = g_strdup_printf("\n.It Cm %s Ns =", keys[i].name);
        g_autofree char *range = g_strdup_printf("%u to %u", keys[i].minimum, keys[i].maximum);
        const char *text = strstr(conf, entry);
        const char *end = text ? strstr(text + 1, "\n.It ") : NULL;
        g_autofree char *paragraph =
            text ? g_strndup(text, end ? (gsize) (end - text) : strlen(text)) : g_strdup("");

        /* a mode is written in octal */
        if (keys[i].maximum && strcmp(keys[i].name, "socket_mode") != 0)
            assert_contains(paragraph, range);
    }
}
END_TEST

START_TEST(every_error_is_in_its_manual)
{
    guint n = 0;

    for (guint number = 1; number < DROVER_ERROR_KINDS; number++) {
        DroverFailureKind kind = (DroverFailureKind) number;
        g_autofree char *heading =
            g_strdup_printf("\n.Ss DROVER%04u: %s\n", number, drover_failure_kind_name(kind));

        if (drover_error_kind_exists(number)) {
            assert_contains(errors, heading);
            n++;
        }
    }
    ck_assert_uint_eq(count_lines(errors, "^\\.Ss DROVER\\d{4}: "), n);
    ck_assert_uint_eq(count_lines(errors, "^\\.It What to do$"), n);
    ck_assert_uint_eq(count_lines(errors, "^\\.It By itself$"), n);
    /* a line of text that mdoc would take for a request */
    ck_assert_uint_eq(count_lines(errors, "^'"), 0);
    ck_assert_uint_eq(count_lines(errors, "^\\.(?!Bl |El$|Cm |Dd |Dt |It |Nd |Nm |Os |Pp$|Sh |Ss |"
                                          "Va |Vt |Xr )"),
                      0);
}
END_TEST

/* By the tool that shows them, where it is installed. */
START_TEST(no_page_has_an_error_of_form)
{
    static const char *const names[] = {"man/drover.1", "man/drover.conf.5", "man/droverd.8", NULL};
    const char *directory = g_getenv("DROVER_CONFIGS");
    g_autofree char *groff = g_find_program_in_path("groff");
    g_autofree char *page =
        names[_i] ? g_build_filename(directory ? directory : "configs", names[_i], NULL)
                  : g_strdup(g_getenv("DROVER_ERRORS_PAGE"));
    char *arguments[] = {groff, "-k", "-mdoc", "-Tutf8", "-ww", "-z", page, NULL};
    g_autofree char *complaints = NULL;
    int status = 0;

    if (!groff) {
        return;
    }
    ck_assert(g_spawn_sync(NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &complaints,
                           &status, NULL));
    ck_assert_str_eq(complaints, "");
    ck_assert_int_eq(status, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("manual");
    TCase *tc = tcase_create("manual");
    int status;

    manual = read_file("man/drover.1");
    conf = read_file("man/drover.conf.5");
    completion = read_file("completions/drover.bash");
    if (!g_file_get_contents(g_getenv("DROVER_ERRORS_PAGE"), &errors, NULL, NULL))
        g_error("DROVER_ERRORS_PAGE does not name the built drover-errors.7");
    tcase_add_test(tc, every_command_is_in_the_manual);
    tcase_add_test(tc, every_common_option_is_in_the_manual);
    tcase_add_test(tc, every_key_is_in_the_manual_with_its_default);
    tcase_add_test(tc, every_range_is_in_the_manual);
    tcase_add_test(tc, every_error_is_in_its_manual);
    tcase_add_loop_test(tc, no_page_has_an_error_of_form, 0, 4);
    suite_add_tcase(suite, tc);
    status = run_tap(suite);
    g_free(manual);
    g_free(conf);
    g_free(completion);
    g_free(errors);
    return status;
}
