#include "orchestrator/transfer-settings.h"

#include <glib/gstdio.h>
#include <string.h>

#include "orchestrator/settings.h"

/* In characters. */
enum {
    PROGRAM_MAXIMUM = 260, /* MAX_PATH */
    ARGUMENTS_MAXIMUM = 4000,
    URL_MAXIMUM = 2200,
    DISPLAY_NAME_MAXIMUM = 256,
    DESCRIPTION_MAXIMUM = 1024,
};
#define NO_PROGRESS_MAXIMUM_S (90 * 24 * 60 * 60) /* then a transfer job is given up anyway */

static guint32 refuse(char **reason, guint32 code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static guint32
refuse(char **reason, guint32 code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    *reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return code;
}

static guint32
check_length(const char *what, const char *text, glong maximum, char **reason)
{
    if (text && g_utf8_strlen(text, -1) > maximum) {
        return refuse(reason, DROVER_E_STRING_TOO_LONG, "%s is longer than %ld characters", what,
                      maximum);
    }
    return DROVER_S_OK;
}

static void
set_text(char **at, const char *text)
{
    g_free(*at);
    *at = text && *text ? g_strdup(text) : NULL;
}

guint32
drover_transfer_set_priority(DroverJobRecord *record, guint64 priority, char **reason)
{
    if (priority > DROVER_PRIORITY_LOW) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT,
                      "priority %" G_GUINT64_FORMAT
                      " is none of 0 (foreground), 1 (high), 2 (normal), 3 (low)",
                      priority);
    }
    record->transfer_priority = (guint32) priority;
    return DROVER_S_OK;
}

guint32
drover_transfer_set_retry_delay(DroverJobRecord *record, guint64 seconds, char **reason)
{
    record->retry_delay_s = (guint) CLAMP(seconds, DROVER_MINIMUM_RETRY_DELAY_S, G_MAXUINT32);
    return DROVER_S_OK;
}

guint32
drover_transfer_set_no_progress(DroverJobRecord *record, guint64 seconds, char **reason)
{
    record->no_progress_timeout_s = (guint) MIN(seconds, NO_PROGRESS_MAXIMUM_S);
    return DROVER_S_OK;
}

guint32
drover_transfer_set_flags(DroverJobRecord *record, guint64 flags, char **reason)
{
    if (flags & ~(guint64) DROVER_NOTIFY_ALL) {
        return refuse(reason, DROVER_E_NOTIMPL,
                      "notify flags 0x%" G_GINT64_MODIFIER
                      "x are not a sum of 1 (transferred), 2 (error), 4 (disable) and 8 "
                      "(modification)",
                      flags);
    }
    record->notify_flags = (guint32) flags;
    return DROVER_S_OK;
}

guint32
drover_transfer_check_url(const char *url, char **reason)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GUri) uri = NULL;
    guint32 code = check_length("the URL", url, URL_MAXIMUM, reason);

    if (code) {
        return code;
    }
    uri = g_uri_parse(url, G_URI_FLAGS_NONE, &error);
    if (!uri) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT, "'%s' is no URL: %s", url, error->message);
    }
    if (g_str_has_prefix(g_uri_get_scheme(uri), "cim")) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT,
                      "'%s' names a CIM listener, and this drover has no CIM indications yet: give "
                      "an http or https URL, which gets JSON",
                      url);
    }
    if (!g_str_equal(g_uri_get_scheme(uri), "http") &&
        !g_str_equal(g_uri_get_scheme(uri), "https")) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT,
                      "'%s' begins with neither http:// nor https://", url);
    }
    if (!g_uri_get_host(uri) || !*g_uri_get_host(uri)) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT, "'%s' names no host", url);
    }
    if (g_uri_get_userinfo(uri)) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT,
                      "the URL has a user or password, which everybody who sees the job would "
                      "see: leave it out, and let the receiver check the signature");
    }
    return DROVER_S_OK;
}

guint32
drover_transfer_set_url(DroverJobRecord *record, const char *url, char **reason)
{
    guint32 code = url && *url ? drover_transfer_check_url(url, reason) : DROVER_S_OK;

    if (code == DROVER_S_OK) {
        set_text(&record->notify_url, url);
    }
    return code;
}

/* The file that @program means, if it lies in @directory. (transfer full) */
static char *
find_program(const char *program, const char *directory)
{
    g_autofree char *path =
        strchr(program, '/') ? g_strdup(program) : g_build_filename(directory, program, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *canonical = g_canonicalize_filename(parent, "/");
    g_autofree char *wanted = g_canonicalize_filename(directory, "/");

    if (!g_str_equal(canonical, wanted) || g_str_equal(name, "..") || g_str_equal(name, ".")) {
        return NULL;
    }
    return g_build_filename(wanted, name, NULL);
}

guint32
drover_transfer_set_command(DroverJobRecord *record,
                            const char *program,
                            const char *arguments,
                            const char *directory,
                            char **reason)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    guint32 code = check_length("the program", program, PROGRAM_MAXIMUM, reason);

    code = code ? code : check_length("the arguments", arguments, ARGUMENTS_MAXIMUM, reason);
    if (code) {
        return code;
    }
    if (!program || !*program) {
        set_text(&record->notify_program, NULL);
        set_text(&record->notify_arguments, NULL);
        return DROVER_S_OK;
    }
    path = find_program(program, directory);
    if (!path) {
        return refuse(reason, DROVER_E_ACCESS_DENIED,
                      "'%s' does not lie in '%s': the administrator puts there (program_dir in "
                      "drover.conf) what may be run",
                      program, directory);
    }
    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) || g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT, "'%s' is not there, or may not be run",
                      path);
    }
    if (arguments && *arguments && !g_shell_parse_argv(arguments, NULL, NULL, &error) &&
        !g_error_matches(error, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING)) {
        return refuse(reason, DROVER_E_INVALID_ARGUMENT, "the arguments cannot be split: %s",
                      error->message);
    }
    set_text(&record->notify_program, path);
    set_text(&record->notify_arguments, arguments);
    return DROVER_S_OK;
}

guint32
drover_transfer_set_display_name(DroverJobRecord *record, const char *name, char **reason)
{
    guint32 code = check_length("the name", name, DISPLAY_NAME_MAXIMUM, reason);

    if (code == DROVER_S_OK && (!name || !*name)) {
        code = refuse(reason, DROVER_E_INVALID_ARGUMENT, "the name is empty");
    }
    if (code == DROVER_S_OK) {
        set_text(&record->display_name, name);
    }
    return code;
}

guint32
drover_transfer_set_description(DroverJobRecord *record, const char *description, char **reason)
{
    guint32 code = check_length("the description", description, DESCRIPTION_MAXIMUM, reason);

    if (code == DROVER_S_OK) {
        set_text(&record->description, description);
    }
    return code;
}
