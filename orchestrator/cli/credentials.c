#include "orchestrator/cli/credentials.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cim/guard.h"

static void
strip_newline(char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
}

char *
drover_cli_ask_password(const char *prompt, GError **error)
{
    FILE *terminal = fopen("/dev/tty", "r+");
    struct termios shown, hidden;
    char line[1024] = "";
    char *answer = NULL;

    if (!terminal || tcgetattr(fileno(terminal), &shown) != 0) {
        g_clear_pointer(&terminal, fclose);
        drover_cli_set_error(error, DROVER_EXIT_USAGE,
                             "Set DROVER_PASSWORD, or give the password by --stdin where it is "
                             "offered.",
                             "there is no terminal to ask for a password on");
        return NULL;
    }
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t) ECHO;
    tcsetattr(fileno(terminal), TCSAFLUSH, &hidden);
    fprintf(terminal, "%s: ", prompt);
    fflush(terminal);
    if (fgets(line, sizeof line, terminal)) {
        strip_newline(line);
        answer = g_strdup(line);
    }
    tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
    fputc('\n', terminal);
    fclose(terminal);
    explicit_bzero(line, sizeof line);
    if (!answer) {
        drover_cli_set_error(error, DROVER_EXIT_USAGE, "Type it, and press Enter.",
                             "no password was typed");
    }
    return answer;
}

static const char *
option_or_environment(const char *option, const char *variable)
{
    const char *value = option ? option : g_getenv(variable);

    return value && *value ? value : NULL;
}

gboolean
drover_cli_set_credentials(DroverCli *cli, GError **error)
{
    const CimClientTls tls = {
        .ca = option_or_environment(cli->options.ca, "DROVER_CA"),
        .certificate = option_or_environment(cli->options.certificate, "DROVER_CERT"),
        .key = option_or_environment(cli->options.key, "DROVER_KEY"),
    };
    const char *user = option_or_environment(cli->options.user, "DROVER_USER");
    const char *password = g_getenv("DROVER_PASSWORD");
    char *asked = NULL;

    cim_client_set_tls(cli->client, &tls);
    if (!user) {
        return TRUE;
    }
    if (!password) {
        g_autofree char *prompt = g_strdup_printf("Password of %s", user);

        password = asked = drover_cli_ask_password(prompt, error);
    }
    if (password) {
        cim_client_set_credentials(cli->client, user, password);
    }
    cim_password_free(asked);
    return password != NULL;
}
