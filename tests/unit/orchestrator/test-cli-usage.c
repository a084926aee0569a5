/* Runs the built program (DROVER) without a daemon. */
#include <string.h>
#include <sys/wait.h>

#include "tests/unit/check-main.h"

#include "orchestrator/cli/command.h"

typedef struct {
    int status;
    char *out;
    char *err;
} Run;

static void
run_clear(Run *run)
{
    g_free(run->out);
    g_free(run->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* @words: the arguments, separated by blanks. */
static Run
drover(const char *words)
{
    g_autofree char *line = g_strdup_printf("%s %s", g_getenv("DROVER"), words);
    g_autoptr(GError) error = NULL;
    Run run = {-1, NULL, NULL};
    int wait_status = 0;

    ck_assert_msg(g_spawn_command_line_sync(line, &run.out, &run.err, &wait_status, &error), "%s",
                  error ? error->message : "");
    ck_assert(WIFEXITED(wait_status));
    run.status = WEXITSTATUS(wait_status);
    return run;
}

static const struct {
    const char *words;
    DroverExitStatus status;
    const char *err; /* begins standard error; NULL: nothing is there */
} usage_rows[] = {
    {"", DROVER_EXIT_USAGE, "Usage: drover COMMAND"},
    {"--help", DROVER_EXIT_DONE, NULL},
    {"-h", DROVER_EXIT_DONE, NULL},
    {"help", DROVER_EXIT_DONE, NULL},
    {"help migrate", DROVER_EXIT_DONE, NULL},
    {"migrate --help", DROVER_EXIT_DONE, NULL},
    {"--version", DROVER_EXIT_DONE, NULL},
    {"jobs --version", DROVER_EXIT_DONE, NULL},
    {"help nonsense", DROVER_EXIT_USAGE, "drover: there is no command 'nonsense'\n'drover help'"},
    {"migrat web", DROVER_EXIT_USAGE,
     "drover: there is no command 'migrat'\nDid you mean 'migrate'?"},
    {"--bogus", DROVER_EXIT_USAGE, "drover: Unknown option --bogus\n"},
    {"jobs --bogus", DROVER_EXIT_USAGE, "drover: Unknown option --bogus\n"},
    {"jobs --to beta", DROVER_EXIT_USAGE, "drover: Unknown option --to\n"},
    {"jobs extra", DROVER_EXIT_USAGE, "drover: 'extra' is too much for 'drover jobs'\nUsage:"},
    {"job", DROVER_EXIT_USAGE, "drover: 'drover job' needs ID\nUsage: drover job ID"},
    {"migrate --to beta", DROVER_EXIT_USAGE, "drover: 'drover migrate' needs VM"},
    {"migrate web", DROVER_EXIT_USAGE, "drover: --to HOST is missing"},
    {"check web", DROVER_EXIT_USAGE, "drover: --to HOST is missing"},
    {"migrate web --to", DROVER_EXIT_USAGE, "drover: Missing argument for --to\n"},
    {"migrate web --to b --bandwidth fast", DROVER_EXIT_USAGE, "drover: --bandwidth: 'fast' is"},
    {"migrate web --to b --bandwidth 0", DROVER_EXIT_USAGE, "drover: --bandwidth: '0' is"},
    {"migrate web --to b --priority 65536", DROVER_EXIT_USAGE, "drover: --priority: '65536' is"},
    {"migrate web --to b --attempts 101", DROVER_EXIT_USAGE, "drover: --attempts: '101' is"},
    {"migrate web --to b --retry-delay 4", DROVER_EXIT_USAGE, "drover: --retry-delay: '4' is"},
    {"migrate web --to b --no-progress-timeout x", DROVER_EXIT_USAGE,
     "drover: --no-progress-timeout: 'x' is"},
    {"migrate web --to b --also-to", DROVER_EXIT_USAGE, "drover: Missing argument for --also-to"},
    {"explain", DROVER_EXIT_DONE, NULL},
    {"explain DROVER0030", DROVER_EXIT_DONE, NULL},
    {"--json explain cpu-incompatible", DROVER_EXIT_DONE, NULL},
    {"explain DROVER0998", DROVER_EXIT_NOT_FOUND,
     "drover: there is no error 'DROVER0998'\n'drover explain' lists all errors."},
    {"explain LIBVIRT-10-9", DROVER_EXIT_NOT_FOUND,
     "drover: 'LIBVIRT-10-9' is libvirt's own error number 9, of its domain 10\nIt stands beside"},
    {"explain 1 2", DROVER_EXIT_USAGE, "drover: '2' is too much for 'drover explain'\nUsage:"},
    {"settings --max-active 0", DROVER_EXIT_USAGE, "drover: --max-active: '0' is"},
    {"settings --enabled maybe", DROVER_EXIT_USAGE, "drover: --enabled: 'maybe' is"},
    {"jobs --color=purple", DROVER_EXIT_USAGE, "drover: --color does not know 'purple'\n"},
    {"--server nonsense jobs", DROVER_EXIT_USAGE, "drover: 'nonsense' is no address"},
    {"jobs --server=nonsense", DROVER_EXIT_USAGE, "drover: 'nonsense' is no address"},
    {"--server nonsense jobs --server unix:/nowhere/sock", DROVER_EXIT_UNREACHABLE,
     "drover: could not connect to 'unix:/nowhere/sock'"},
    {"hosts", DROVER_EXIT_UNREACHABLE, "drover: could not connect to 'unix:/nowhere/socket'"},
    {"vms --json", DROVER_EXIT_UNREACHABLE, "drover: could not connect"},
    {"migrate web --to beta", DROVER_EXIT_UNREACHABLE, "drover: could not connect"},
    {"watch", DROVER_EXIT_UNREACHABLE, "drover: could not connect"},
    {"error 3F", DROVER_EXIT_UNREACHABLE, "drover: could not connect"},
    {"settings --max-active 3", DROVER_EXIT_UNREACHABLE, "drover: could not connect"},
};

START_TEST(the_exit_status_tells_usage_from_reach)
{
    g_auto(Run) run = drover(usage_rows[_i].words);

    ck_assert_msg(run.status == (int) usage_rows[_i].status, "drover %s: %d: %s",
                  usage_rows[_i].words, run.status, run.err);
    if (usage_rows[_i].err) {
        ck_assert_msg(g_str_has_prefix(run.err, usage_rows[_i].err), "drover %s: %s",
                      usage_rows[_i].words, run.err);
        ck_assert_str_eq(run.out, "");
        ck_assert_ptr_nonnull(strchr(run.err, '\n'));
    } else {
        ck_assert_str_eq(run.err, "");
        ck_assert_str_ne(run.out, "");
    }
}
END_TEST

START_TEST(output_that_cannot_be_written_is_an_error)
{
    g_autofree char *words = g_strdup_printf("-c '%s help >/dev/full'", g_getenv("DROVER"));
    g_autofree char *line = g_strconcat("sh ", words, NULL);
    g_autofree char *err = NULL;
    int wait_status = 0;

    ck_assert(g_spawn_command_line_sync(line, NULL, &err, &wait_status, NULL));
    ck_assert_int_eq(WEXITSTATUS(wait_status), DROVER_EXIT_JOB_FAILED);
    assert_contains(err, "drover: cannot write to standard output: ");
}
END_TEST

/* --- the table ------------------------------------------------------------------------------- */

START_TEST(an_error_is_explained_without_a_daemon)
{
    static const char *const parts[] = {
        "DROVER0040: Guest 'GUEST' is attached to network 'NAME', which 'DESTINATION' does not",
        "What to do   Define the network on 'DESTINATION'",
        "By itself    Nothing",
        "Tried again  no",
        "Return code  32777 System is not available",
        "Name         network-missing",
        "Kind         9 Unavailable Resource Error",
        "Cause        73 Element Missing",
        "Severity     4 Minor",
        "Status code  6 CIM_ERR_NOT_FOUND",
    };
    g_auto(Run) run = drover("explain network_missing");
    g_auto(Run) json = drover("explain --json 40");

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        assert_contains(run.out, parts[i]);
    }
    assert_contains(json.out, "\"MessageID\" : \"DROVER0040\"");
    assert_contains(json.out, "\"ReturnCode\" : 32777");
    assert_contains(json.out, "\"ProbableCauseName\" : \"Element Missing\"");
}
END_TEST

START_TEST(all_errors_are_listed_a_line_each)
{
    g_auto(Run) run = drover("explain");
    g_auto(GStrv) lines = g_strsplit(run.out, "\n", -1);
    guint n = 0;

    for (; lines[n] && *lines[n]; n++) {
        ck_assert_msg(g_regex_match_simple("^DROVER\\d{4}  [a-z-]+ +\\S.*\\.$", lines[n], 0, 0),
                      "%s", lines[n]);
    }
    ck_assert_uint_ge(n, 96);
}
END_TEST

START_TEST(every_command_is_explained)
{
    guint n;
    const DroverCommand *commands = drover_commands(&n);
    g_autofree char *all = drover_commands_help();

    for (guint i = 0; i < n; i++) {
        g_autofree char *help = drover_command_help(&commands[i]);
        g_autofree char *words = g_strdup_printf("  %s ", commands[i].name);
        g_auto(GStrv) lines = g_strsplit(help, "\n", -1);

        assert_contains(all, words);
        assert_contains(help, commands[i].summary);
        for (guint o = 0; o < commands[i].n_options; o++) {
            assert_contains(help, commands[i].options[o].name);
        }
        for (guint l = 0; lines[l]; l++) {
            ck_assert_msg(strlen(lines[l]) <= 80, "%s: %s", commands[i].name, lines[l]);
        }
        ck_assert_ptr_eq(drover_command_find(commands[i].name, NULL), &commands[i]);
    }
}
END_TEST

START_TEST(no_two_options_of_a_command_share_a_name)
{
    guint n;
    guint n_common;
    const DroverCommand *commands = drover_commands(&n);
    const DroverOption *common = drover_common_options(&n_common);

    for (guint i = 0; i < n; i++) {
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        for (guint o = 0; o < n_common + commands[i].n_options; o++) {
            const DroverOption *option =
                o < n_common ? &common[o] : &commands[i].options[o - n_common];

            ck_assert_msg(g_hash_table_add(seen, g_strdup(option->name)), "%s: --%s",
                          commands[i].name, option->name);
            if (option->short_name) {
                ck_assert_msg(g_hash_table_add(seen, g_strdup_printf("%c", option->short_name)),
                              "%s: -%c", commands[i].name, option->short_name);
            }
        }
    }
}
END_TEST

START_TEST(completion_and_manual_know_every_command)
{
    static const char *const files[] = {"completions/drover.bash", "man/drover.1"};
    guint n;
    const DroverCommand *commands = drover_commands(&n);

    for (guint f = 0; f < G_N_ELEMENTS(files); f++) {
        g_autofree char *path = g_build_filename(g_getenv("DROVER_CONFIGS"), files[f], NULL);
        g_autofree char *text = NULL;

        ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
        for (guint i = 0; i < n; i++) {
            ck_assert_msg(strstr(text, commands[i].name) != NULL, "%s: %s", path, commands[i].name);
            for (guint o = 0; o < commands[i].n_options; o++) {
                ck_assert_msg(strstr(text, commands[i].options[o].name) != NULL, "%s: --%s", path,
                              commands[i].options[o].name);
            }
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-usage");
    TCase *tc = tcase_create("usage");

    g_setenv("DROVER_SERVER", "unix:/nowhere/socket", TRUE);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    tcase_add_loop_test(tc, the_exit_status_tells_usage_from_reach, 0, G_N_ELEMENTS(usage_rows));
    tcase_add_test(tc, output_that_cannot_be_written_is_an_error);
    tcase_add_test(tc, an_error_is_explained_without_a_daemon);
    tcase_add_test(tc, all_errors_are_listed_a_line_each);
    tcase_add_test(tc, every_command_is_explained);
    tcase_add_test(tc, no_two_options_of_a_command_share_a_name);
    tcase_add_test(tc, completion_and_manual_know_every_command);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
