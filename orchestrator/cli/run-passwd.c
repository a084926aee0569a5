/* passwd */
#include "cim/guard.h"
#include "orchestrator/cli/credentials.h"
#include "orchestrator/cli/run.h"
#include "orchestrator/password-file.h"

#include <gio/gio.h>
#include <string.h>

#define DEFAULT_FILE     "/etc/drover/passwd"
#define LEAST_CHARACTERS 8

static char *
read_stdin(GError **error)
{
    char line[1024];

    if (!fgets(line, sizeof line, stdin)) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, "Give one line, the password.",
                             "standard input is empty");
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return g_strdup(line);
}

static char *
ask_twice(const char *user, GError **error)
{
    g_autofree char *prompt = g_strdup_printf("New password of %s", user);
    char *first = drover_cli_ask_password(prompt, error);
    char *second = first ? drover_cli_ask_password("Once more", error) : NULL;
    gboolean same = second && g_str_equal(first, second);

    if (second && !same) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, "Nothing was changed: try again.",
                             "the two passwords differ");
    }
    cim_password_free(second);
    if (!same) {
        cim_password_free(first);
        return NULL;
    }
    return first;
}

static gboolean
is_long_enough(const char *password, GError **error)
{
    if (g_utf8_strlen(password, -1) >= LEAST_CHARACTERS) {
        return TRUE;
    }
    drover_cli_set_error(error, DROVER_EXIT_USAGE, "Nothing was changed: take a longer one.",
                         "a password needs at least %d characters", LEAST_CHARACTERS);
    return FALSE;
}

static int
set_password(DroverCli *cli, const char *user, const char *password, GError **error)
{
    const char *path = cli->options.file ? cli->options.file : DEFAULT_FILE;
    g_autoptr(GError) failure = NULL;

    if (!drover_passwords_set(path, user, password, &failure)) {
        drover_cli_set_error(
            error,
            g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ? DROVER_EXIT_NOT_FOUND
                                                                       : DROVER_EXIT_USAGE,
            "The file is root's: use sudo, or name another one by --file.", "%s", failure->message);
        return DROVER_EXIT_USAGE;
    }
    drover_cli_note(cli, "%s '%s' %s %s; droverd takes it up with 'systemctl reload droverd'",
                    password ? "user" : "removed", user, password ? "is now in" : "from", path);
    return DROVER_EXIT_DONE;
}

int
drover_run_passwd(DroverCli *cli, char **arguments, GError **error)
{
    int status = DROVER_EXIT_USAGE;
    char *password;

    if (cli->options.remove) {
        return set_password(cli, arguments[0], NULL, error);
    }
    password = cli->options.from_stdin ? read_stdin(error) : ask_twice(arguments[0], error);
    if (password && is_long_enough(password, error)) {
        status = set_password(cli, arguments[0], password, error);
    }
    cim_password_free(password);
    return status;
}
