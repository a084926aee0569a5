#include "orchestrator/cli/exit-status.h"

#include <string.h>
#include <unistd.h>

#include "cim/client.h"

G_DEFINE_QUARK(drover_cli_error, drover_cli_error)

void
drover_cli_set_error(
    GError **error, DroverExitStatus status, const char *advice, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, DROVER_CLI_ERROR, (int) status, "%s%s%s", message, advice ? "\n" : "",
                advice ? advice : "");
}

/* Known or not, there is no role for it. */
static gboolean
is_access_denied(const GError *error)
{
    return g_error_matches(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_LOGIN) ||
           g_error_matches(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_FORBIDDEN) ||
           g_error_matches(error, CIM_ERROR, CIM_ERR_ACCESS_DENIED);
}

DroverExitStatus
drover_cli_error_status(const GError *error)
{
    if (error->domain == DROVER_CLI_ERROR) {
        return (DroverExitStatus) error->code;
    }
    if (is_access_denied(error)) {
        return DROVER_EXIT_REFUSED;
    }
    if (error->domain == CIM_CLIENT_ERROR) {
        return error->code == CIM_CLIENT_ERROR_URL ? DROVER_EXIT_USAGE : DROVER_EXIT_UNREACHABLE;
    }
    if (error->domain == CIM_ERROR) {
        return error->code == CIM_ERR_NOT_FOUND ? DROVER_EXIT_NOT_FOUND : DROVER_EXIT_REFUSED;
    }
    return DROVER_EXIT_USAGE; /* GOption's */
}

/* A socket that is there but closed to this user is another trouble than one that is not. */
static char *
advise_unreachable(const char *server)
{
    const char *path =
        server && g_str_has_prefix(server, "unix:") ? server + strlen("unix:") : NULL;

    if (path && access(path, F_OK) == 0 && access(path, W_OK) != 0) {
        return g_strdup_printf(
            "You may not write to %s: become a member of its group, or use sudo.", path);
    }
    return g_strdup("Start it with 'systemctl start droverd', or name another daemon with --server "
                    "or DROVER_SERVER.");
}

static char *
advise(const GError *error, const char *server)
{
    if (error->domain == CIM_CLIENT_ERROR && error->code == CIM_CLIENT_ERROR_UNREACHABLE) {
        return advise_unreachable(server);
    }
    if (g_error_matches(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_LOGIN)) {
        return g_strdup("Log in with --user NAME (the password is asked for, or DROVER_PASSWORD).");
    }
    if (is_access_denied(error)) {
        return g_strdup("An administrator gives roles in [access] of drover.conf.");
    }
    if (error->domain == CIM_CLIENT_ERROR && error->code == CIM_CLIENT_ERROR_PROTOCOL) {
        return g_strdup("That may be no droverd: check the address that --server or DROVER_SERVER "
                        "names.");
    }
    if (error->domain == CIM_CLIENT_ERROR) {
        return g_strdup("Give --server unix:/run/drover/droverd.sock, for example.");
    }
    if (error->domain == CIM_ERROR) {
        return g_strdup("droverd's log says more: journalctl -u droverd");
    }
    return strchr(error->message, '\n') ? NULL : g_strdup("'drover help' shows how it is used.");
}

char *
drover_cli_error_text(const GError *error, const char *server)
{
    g_autofree char *advice = advise(error, server);
    GString *text = g_string_new("drover: ");

    if (error->domain == CIM_ERROR && drover_cli_error_status(error) == DROVER_EXIT_REFUSED) {
        g_string_append_printf(text, "refused (%s): ", cim_error_code_name(error->code));
    }
    g_string_append_printf(text, "%s\n", error->message);
    if (advice) {
        g_string_append_printf(text, "%s\n", advice);
    }
    return g_string_free(text, FALSE);
}
