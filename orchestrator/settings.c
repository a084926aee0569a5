#include "orchestrator/settings.h"

#include <gio/gio.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "orchestrator/access.h"
#include "orchestrator/transfer-settings.h"

G_DEFINE_QUARK(drover - settings - error - quark, drover_settings_error)

#define HOST_PREFIX "host "
#define DAY_S       (24 * 60 * 60)

/* How a value is read and written.  read() gives NULL, or what the value must be (transfer full).
 */
struct DroverSettingsKind {
    char *(*read)(const DroverSettingsKey *key, const char *value, gpointer at);
    char *(*print)(gconstpointer at);
};

/* --- kinds of values ------------------------------------------------------------------------- */

static void
set_text(gpointer at, const char *value)
{
    char **text = at;

    g_free(*text);
    *text = *value ? g_strdup(value) : NULL;
}

static char *
print_text(gconstpointer at)
{
    const char *text = *(char *const *) at;

    return g_strdup(text ? text : "");
}

static char *
read_backend(const DroverSettingsKey *key, const char *value, gpointer at)
{
    if (!g_str_equal(value, "libvirt") && !g_str_equal(value, "simulated")) {
        return g_strdup("'libvirt' or 'simulated'");
    }
    set_text(at, value);
    return NULL;
}

static char *
read_path(const DroverSettingsKey *key, const char *value, gpointer at)
{
    if (!g_path_is_absolute(value)) {
        return g_strdup("an absolute path (it begins with /)");
    }
    set_text(at, value);
    return NULL;
}

static char *
read_optional_path(const DroverSettingsKey *key, const char *value, gpointer at)
{
    if (*value) {
        return read_path(key, value, at);
    }
    set_text(at, value);
    return NULL;
}

static char *
read_socket(const DroverSettingsKey *key, const char *value, gpointer at)
{
    gsize room = sizeof(((struct sockaddr_un *) NULL)->sun_path) - 1;

    if (strlen(value) > room) {
        return g_strdup_printf(
            "a path of at most %u bytes, which is the system's limit for sockets", (guint) room);
    }
    return read_path(key, value, at);
}

static char *
read_number(const DroverSettingsKey *key, const char *value, gpointer at)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(value, 10, key->minimum, key->maximum, &number, NULL)) {
        return g_strdup_printf("a whole number from %u to %u", key->minimum, key->maximum);
    }
    *(guint *) at = (guint) number;
    return NULL;
}

static char *
print_number(gconstpointer at)
{
    return g_strdup_printf("%u", *(const guint *) at);
}

static char *
read_octal(const DroverSettingsKey *key, const char *value, gpointer at)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(value, 8, key->minimum, key->maximum, &number, NULL)) {
        return g_strdup_printf("an octal mode from %04o to %04o", key->minimum, key->maximum);
    }
    *(guint *) at = (guint) number;
    return NULL;
}

static char *
print_octal(gconstpointer at)
{
    return g_strdup_printf("%04o", *(const guint *) at);
}

static char *
read_switch(const DroverSettingsKey *key, const char *value, gpointer at)
{
    if (!g_str_equal(value, "true") && !g_str_equal(value, "false")) {
        return g_strdup("'true' or 'false'");
    }
    *(gboolean *) at = g_str_equal(value, "true");
    return NULL;
}

static char *
print_switch(gconstpointer at)
{
    return g_strdup(*(const gboolean *) at ? "true" : "false");
}

/* The address of "127.0.0.1:5988" or "[::1]:5988"; NULL: it is neither. (transfer full) */
static GInetAddress *
parse_endpoint(const char *value)
{
    const char *colon = strrchr(value, ':');
    g_autofree char *address = NULL;
    gsize length;

    if (!colon || !g_ascii_string_to_unsigned(colon + 1, 10, 0, G_MAXUINT16, NULL, NULL)) {
        return NULL;
    }
    address = g_strndup(value, (gsize) (colon - value));
    length = strlen(address);
    if (*address != '[') {
        return strchr(address, ':') ? NULL : g_inet_address_new_from_string(address);
    }
    if (address[length - 1] != ']') {
        return NULL;
    }
    address[length - 1] = '\0';
    return strchr(address, ':') ? g_inet_address_new_from_string(address + 1) : NULL;
}

static char *
read_listen(const DroverSettingsKey *key, const char *value, gpointer at)
{
    g_autoptr(GInetAddress) address = *value ? parse_endpoint(value) : NULL;

    if (*value && !address) {
        return g_strdup("ADDRESS:PORT, as in 127.0.0.1:5988 or [::1]:5988, or empty for none");
    }
    if (address && !g_inet_address_get_is_loopback(address)) {
        return g_strdup("a loopback address (127.0.0.0/8 or [::1]): plain HTTP would let everybody "
                        "on the network move guests");
    }
    g_free(*(char **) at);
    *(char **) at = g_strdup(value);
    return NULL;
}

/* TLS may listen anywhere. */
static char *
read_listen_anywhere(const DroverSettingsKey *key, const char *value, gpointer at)
{
    g_autoptr(GInetAddress) address = *value ? parse_endpoint(value) : NULL;

    if (*value && !address) {
        return g_strdup("ADDRESS:PORT, as in 0.0.0.0:5989 or [::]:5989, or empty for none");
    }
    g_free(*(char **) at);
    *(char **) at = g_strdup(value);
    return NULL;
}

static char *
read_text(const DroverSettingsKey *key, const char *value, gpointer at)
{
    set_text(at, value);
    return NULL;
}

static char *
read_clients(const DroverSettingsKey *key, const char *value, gpointer at)
{
    char *wrong = drover_access_check_list(value);

    if (!wrong) {
        set_text(at, value);
    }
    return wrong;
}

static char *
read_uri(const DroverSettingsKey *key, const char *value, gpointer at)
{
    if (!g_uri_is_valid(value, G_URI_FLAGS_PARSE_RELAXED, NULL)) {
        return g_strdup("a URI, as in qemu+tls://alpha.example.org/system");
    }
    set_text(at, value);
    return NULL;
}

static char *
read_optional_uri(const DroverSettingsKey *key, const char *value, gpointer at)
{
    if (*value) {
        return read_uri(key, value, at);
    }
    set_text(at, value);
    return NULL;
}

static char *
read_url(const DroverSettingsKey *key, const char *value, gpointer at)
{
    g_autofree char *reason = NULL;

    if (*value && drover_transfer_check_url(value, &reason)) {
        return g_strdup_printf("an http or https URL, or empty for none (%s)", reason);
    }
    set_text(at, value);
    return NULL;
}

static char *
read_arguments(const DroverSettingsKey *key, const char *value, gpointer at)
{
    g_autoptr(GError) error = NULL;

    if (*value && !g_shell_parse_argv(value, NULL, NULL, &error)) {
        return g_strdup_printf("words with blanks between, quoted as in a shell (%s)",
                               error->message);
    }
    set_text(at, value);
    return NULL;
}

static const struct DroverSettingsKind url_kind = {read_url, print_text};
static const struct DroverSettingsKind arguments_kind = {read_arguments, print_text};
static const struct DroverSettingsKind backend_kind = {read_backend, print_text};
static const struct DroverSettingsKind path_kind = {read_path, print_text};
static const struct DroverSettingsKind optional_path_kind = {read_optional_path, print_text};
static const struct DroverSettingsKind socket_kind = {read_socket, print_text};
static const struct DroverSettingsKind listen_kind = {read_listen, print_text};
static const struct DroverSettingsKind listen_anywhere_kind = {read_listen_anywhere, print_text};
static const struct DroverSettingsKind text_kind = {read_text, print_text};
static const struct DroverSettingsKind clients_kind = {read_clients, print_text};
static const struct DroverSettingsKind number_kind = {read_number, print_number};
static const struct DroverSettingsKind octal_kind = {read_octal, print_octal};
static const struct DroverSettingsKind switch_kind = {read_switch, print_switch};
static const struct DroverSettingsKind uri_kind = {read_uri, print_text};
static const struct DroverSettingsKind optional_uri_kind = {read_optional_uri, print_text};

/* --- the table ------------------------------------------------------------------------------- */

#define AT(member)   offsetof(DroverSettings, member)
#define HOST(member) offsetof(DroverHostSettings, member)

/* clang-format off */
static const DroverSettingsKey keys[] = {
    { "daemon", "backend", "libvirt", &backend_kind, AT(backend), 0, 0, "what moves the guests" },
    { "daemon", "scenario", "", &optional_path_kind, AT(scenario), 0, 0,
      "the hosts and guests of the simulated backend" },
    { "daemon", "state_dir", "/var/lib/drover", &path_kind, AT(state_dir), 0, 0,
      "where jobs are kept" },
    { "daemon", "socket", "/run/drover/droverd.sock", &socket_kind, AT(socket), 0, 0,
      "where local clients connect" },
    { "daemon", "socket_mode", "0660", &octal_kind, AT(socket_mode), 0, 0777,
      "who may use the socket" },
    { "daemon", "http_listen", "127.0.0.1:5988", &listen_kind, AT(http_listen), 0, 0,
      "where clients connect by TCP" },
    { "daemon", "https_listen", "", &listen_anywhere_kind, AT(https_listen), 0, 0,
      "where clients connect by TLS" },
    { "tls", "certificate", "/etc/drover/tls/cert.pem", &path_kind, AT(tls_certificate), 0, 0,
      "droverd's certificate" },
    { "tls", "key", "/etc/drover/tls/key.pem", &path_kind, AT(tls_key), 0, 0, "its key" },
    { "tls", "client_ca", "", &optional_path_kind, AT(tls_client_ca), 0, 0,
      "whose client certificates are believed" },
    { "tls", "priorities", "", &text_kind, AT(tls_priorities), 0, 0,
      "GnuTLS's priority string" },
    { "access", "administrators", "user:root group:drover", &clients_kind, AT(administrators), 0, 0,
      "who may do everything" },
    { "access", "operators", "", &clients_kind, AT(operators), 0, 0, "who may start and steer jobs" },
    { "access", "observers", "http", &clients_kind, AT(observers), 0, 0, "who may look" },
    { "access", "password_file", "/etc/drover/passwd", &path_kind, AT(password_file), 0, 0,
      "users with passwords" },
    { "access", "audit_log", "", &optional_path_kind, AT(audit_log), 0, 0,
      "where changes and refusals are written down" },
    { "http", "connections", "1024", &number_kind, AT(connections), 1, 65536,
      "clients connected at once" },
    { "http", "body_kib", "256", &number_kind, AT(body_kib), 16, 65536,
      "the largest request, in KiB" },
    { "http", "request_deadline_s", "10", &number_kind, AT(request_deadline_s), 1, 3600,
      "how long a client may take to send a request, in seconds" },
    { "http", "idle_timeout_s", "60", &number_kind, AT(idle_timeout_s), 1, DAY_S,
      "how long an idle connection is kept, in seconds" },
    { "http", "enumerations", "64", &number_kind, AT(enumerations), 1, 4096,
      "enumerations that clients hold open at once" },
    { "migration", "enabled", "true", &switch_kind, AT(enabled), 0, 0, "whether moves begin" },
    { "migration", "maximum_active", "2", &number_kind, AT(maximum_active),
      1, DROVER_MAXIMUM_ACTIVE_LIMIT, "moves at once per host in each direction" },
    { "migration", "attempts", "5", &number_kind, AT(attempts), 1, DROVER_MAXIMUM_ATTEMPTS,
      "how often a move that fails transiently is tried" },
    { "migration", "retry_delay_s", "60", &number_kind, AT(retry_delay_s),
      DROVER_MINIMUM_RETRY_DELAY_S, DAY_S,
      "the least wait before another attempt, in seconds" },
    { "migration", "retry_delay_max_s", "600", &number_kind, AT(retry_delay_max_s),
      DROVER_MINIMUM_RETRY_DELAY_S, DAY_S, "where that wait stops to grow, in seconds" },
    { "migration", "no_progress_timeout_s", "3600", &number_kind, AT(no_progress_timeout_s),
      0, 90 * DAY_S, "how long a job may be without progress, in seconds" },
    { "migration", "time_before_removal_s", "300", &number_kind, AT(time_before_removal_s),
      0, 366 * DAY_S, "how long ended jobs are listed, in seconds" },
    { "notify", "url", "", &url_kind, AT(notify_url), 0, 0,
      "where new jobs post their notifications" },
    { "notify", "command", "", &optional_path_kind, AT(notify_command), 0, 0,
      "what is run for the notifications of new jobs" },
    { "notify", "arguments", "", &arguments_kind, AT(notify_arguments), 0, 0,
      "the arguments of the command" },
    { "notify", "flags", "3", &number_kind, AT(notify_flags), 0, DROVER_NOTIFY_ALL,
      "of what new jobs notify" },
    { "notify", "program_dir", "/etc/drover/notify.d", &path_kind, AT(notify_program_dir), 0, 0,
      "where the programs lie that clients may choose" },
    { "notify", "secret_file", "", &optional_path_kind, AT(notify_secret_file), 0, 0,
      "the file with the secret that signs notifications" },
    { "notify", "retry_first_s", "5", &number_kind, AT(notify_retry_first_s), 1, 3600,
      "how soon a notification is repeated, in seconds" },
    { "notify", "retry_longest_s", "600", &number_kind, AT(notify_retry_longest_s), 1, DAY_S,
      "the longest wait before it is repeated, in seconds" },
    { "notify", "timeout_s", "10", &number_kind, AT(notify_timeout_s), 1, 300,
      "how long a receiver may take, in seconds" },
    { "host", "uri", "", &uri_kind, HOST(uri), 0, 0, "how droverd reaches the host" },
    { "host", "peer_uri", "", &optional_uri_kind, HOST(peer_uri), 0, 0,
      "how the other hosts reach it" },
};
/* clang-format on */

const DroverSettingsKey *
drover_settings_keys(guint *n_keys)
{
    *n_keys = G_N_ELEMENTS(keys);
    return keys;
}

static gboolean
has_group(const char *group)
{
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].group, group)) {
            return TRUE;
        }
    }
    return FALSE;
}

static const DroverSettingsKey *
find_key(const char *group, const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].group, group) && g_str_equal(keys[i].name, name)) {
            return &keys[i];
        }
    }
    return NULL;
}

/* "backend, scenario, …" (transfer full) */
static char *
list_keys(const char *group)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].group, group)) {
            g_string_append_printf(list, "%s%s", list->len ? ", " : "", keys[i].name);
        }
    }
    return g_string_free(list, FALSE);
}

char *
drover_settings_get_text(const DroverSettings *settings, const DroverSettingsKey *key)
{
    return key->kind->print((const char *) settings + key->offset);
}

/* --- the file -------------------------------------------------------------------------------- */

typedef struct {
    const char *path;
    GKeyFile *file;
    DroverSettings *settings;
} Loader;

static gboolean
invalid(const Loader *loader, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean
invalid(const Loader *loader, GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, DROVER_SETTINGS_ERROR, DROVER_SETTINGS_ERROR_INVALID, "%s: %s", loader->path,
                text);
    return FALSE;
}

/* Reads [@group] @name, one of @kind ("host" for all hosts), into @object. */
static gboolean
load_key(const Loader *loader,
         const char *group,
         const char *kind,
         const char *name,
         gpointer object,
         GError **error)
{
    const DroverSettingsKey *key = find_key(kind, name);
    g_autoptr(GError) unreadable = NULL;
    g_autofree char *value = g_key_file_get_string(loader->file, group, name, &unreadable);
    g_autofree char *must_be = NULL;

    if (!key) {
        g_autofree char *known = list_keys(kind);

        return invalid(loader, error, "[%s] %s: there is no such key; this group knows %s", group,
                       name, known);
    }
    if (unreadable) {
        return invalid(loader, error,
                       "[%s] %s: the value is not valid UTF-8, or has a \\ that begins "
                       "no known escape (write \\\\ for one)",
                       group, name);
    }
    g_strstrip(value);
    must_be = key->kind->read(key, value, (char *) object + key->offset);
    if (must_be) {
        return invalid(loader, error, "[%s] %s (%s): '%s' cannot be used, it must be %s", group,
                       name, key->doc, value, must_be);
    }
    return TRUE;
}

static gboolean
load_keys(
    const Loader *loader, const char *group, const char *kind, gpointer object, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(loader->file, group, NULL, NULL);

    for (guint i = 0; names && names[i]; i++) {
        if (!load_key(loader, group, kind, names[i], object, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static void
host_free(gpointer data)
{
    DroverHostSettings *host = data;

    g_free(host->name);
    g_free(host->uri);
    g_free(host->peer_uri);
    g_free(host);
}

static gboolean
is_host_name(const char *name)
{
    static const char allowed[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-";

    return *name && strspn(name, allowed) == strlen(name);
}

static gboolean
load_host(const Loader *loader, const char *group, GError **error)
{
    const char *name = group + strlen(HOST_PREFIX);
    DroverHostSettings *host;

    if (!is_host_name(name)) {
        return invalid(loader, error,
                       "[%s]: '%s' cannot be a host's name: it must be made of letters, "
                       "digits, '.', '_' and '-', after one space",
                       group, name);
    }
    host = g_new0(DroverHostSettings, 1);
    host->name = g_strdup(name);
    g_ptr_array_add(loader->settings->hosts, host);
    if (!load_keys(loader, group, "host", host, error)) {
        return FALSE;
    }
    return host->uri || invalid(loader, error,
                                "[%s] uri: it is missing: every host needs one, as in "
                                "uri=qemu+tls://%s/system",
                                group, name);
}

static gboolean
load_group(const Loader *loader, const char *group, GError **error)
{
    if (g_str_has_prefix(group, HOST_PREFIX)) {
        return load_host(loader, group, error);
    }
    if (g_str_equal(group, "host") || !has_group(group)) {
        return invalid(loader, error,
                       "[%s]: there is no such group; there are [daemon], [http], "
                       "[migration], [notify] and [host NAME]",
                       group);
    }
    return load_keys(loader, group, group, loader->settings, error);
}

/* GKeyFile takes the last of two and says nothing; for [host NAME] that would lose a host. */
static gboolean
check_unique(const Loader *loader, const char *text, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *group = "";

    for (guint i = 0; lines[i]; i++) {
        char *line = g_strstrip(lines[i]);
        char *equals = strchr(line, '=');
        g_autofree char *name = NULL;

        if (*line == '[') {
            group = line;
        } else if (*line == '#' || !equals) {
            continue;
        } else {
            *equals = '\0';
        }
        name = *line == '[' ? g_strdup(line) : g_strdup_printf("%s %s", group, g_strchomp(line));
        if (g_hash_table_contains(seen, name)) {
            return invalid(loader, error, "line %u: %s is there twice: leave one of them", i + 1,
                           name);
        }
        g_hash_table_add(seen, g_steal_pointer(&name));
    }
    return TRUE;
}

static gboolean
check_together(const Loader *loader, GError **error)
{
    const DroverSettings *settings = loader->settings;

    if (settings->notify_retry_first_s > settings->notify_retry_longest_s) {
        return invalid(loader, error,
                       "[notify] retry_first_s: %u is more than retry_longest_s, which is %u: it "
                       "must not be",
                       settings->notify_retry_first_s, settings->notify_retry_longest_s);
    }
    if (settings->scenario && !g_str_equal(settings->backend, "simulated")) {
        return invalid(loader, error,
                       "[daemon] scenario: '%s' cannot be used with backend=%s: it must "
                       "be empty, or backend=simulated",
                       settings->scenario, settings->backend);
    }
    return TRUE;
}

static gboolean
load_text(const Loader *loader, const char *text, gsize length, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_auto(GStrv) groups = NULL;

    if (strlen(text) != length) {
        return invalid(loader, error, "it is no text file (it has a zero byte)");
    }
    if (!g_key_file_load_from_data(loader->file, text, length, G_KEY_FILE_NONE, &reason)) {
        return invalid(loader, error, "%s", reason->message);
    }
    if (!check_unique(loader, text, error)) {
        return FALSE;
    }
    groups = g_key_file_get_groups(loader->file, NULL);
    for (guint i = 0; groups[i]; i++) {
        if (!load_group(loader, groups[i], error)) {
            return FALSE;
        }
    }
    return check_together(loader, error);
}

/* --- public ---------------------------------------------------------------------------------- */

DroverSettings *
drover_settings_new(void)
{
    DroverSettings *settings = g_new0(DroverSettings, 1);

    settings->hosts = g_ptr_array_new_with_free_func(host_free);
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (!g_str_equal(keys[i].group, "host")) {
            g_autofree char *wrong = keys[i].kind->read(&keys[i], keys[i].default_value,
                                                        (char *) settings + keys[i].offset);

            g_assert(!wrong);
        }
    }
    return settings;
}

DroverSettings *
drover_settings_load(const char *path, GError **error)
{
    g_autoptr(DroverSettings) settings = drover_settings_new();
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) reason = NULL;
    g_autofree char *text = NULL;
    Loader loader = {path, file, settings};
    gsize length;

    if (!g_file_get_contents(path, &text, &length, &reason)) {
        g_set_error(error, DROVER_SETTINGS_ERROR, DROVER_SETTINGS_ERROR_FILE,
                    "cannot read the configuration: %s", reason->message);
        return NULL;
    }
    return load_text(&loader, text, length, error) ? g_steal_pointer(&settings) : NULL;
}

void
drover_settings_free(DroverSettings *settings)
{
    if (!settings) {
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i].kind->print == print_text && !g_str_equal(keys[i].group, "host")) {
            g_free(*(char **) ((char *) settings + keys[i].offset));
        }
    }
    g_ptr_array_unref(settings->hosts);
    g_free(settings);
}
