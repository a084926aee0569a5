#include "orchestrator/password-file.h"

#include <crypt.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>

/* What crypt(5) recommends, and what may be read beside it. */
#define NEW_HASH_PREFIX "$y$"

struct _DroverPasswords {
    GHashTable *hashes; /* user -> hash */
};

static gboolean
is_strong(const char *hash)
{
    static const char *const prefixes[] = {"$y$", "$gy$", "$2b$", "$2y$"};

    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(hash, prefixes[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
read_line(DroverPasswords *passwords, const char *path, guint number, char *line, GError **error)
{
    char *colon = strchr(line, ':');

    if (*line == '\0' || *line == '#') {
        return TRUE;
    }
    if (!colon || colon == line || !is_strong(colon + 1)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s: line %u is no NAME:HASH with a yescrypt or bcrypt hash: make it with "
                    "'drover passwd NAME'",
                    path, number);
        return FALSE;
    }
    g_hash_table_replace(passwords->hashes, g_strndup(line, (gsize) (colon - line)),
                         g_strdup(colon + 1));
    return TRUE;
}

static gboolean
check_mode(const char *path, GError **error)
{
    struct stat status;

    if (stat(path, &status) == 0 && (status.st_mode & 0007)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                    "'%s' can be read by everybody: take the rights of others away (chmod o= FILE)",
                    path);
        return FALSE;
    }
    return TRUE;
}

DroverPasswords *
drover_passwords_load(const char *path, GError **error)
{
    g_autoptr(DroverPasswords) passwords = g_new0(DroverPasswords, 1);
    g_autofree char *text = NULL;
    g_autoptr(GError) unread = NULL;
    g_auto(GStrv) lines = NULL;

    passwords->hashes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!g_file_get_contents(path, &text, NULL, &unread)) {
        if (g_error_matches(unread, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
            return g_steal_pointer(&passwords);
        }
        g_propagate_error(error, g_steal_pointer(&unread));
        return NULL;
    }
    lines = g_strsplit(text, "\n", -1);
    if (!check_mode(path, error)) {
        return NULL;
    }
    for (guint i = 0; lines[i]; i++) {
        if (!read_line(passwords, path, i + 1, lines[i], error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&passwords);
}

void
drover_passwords_free(DroverPasswords *passwords)
{
    if (!passwords) {
        return;
    }
    g_hash_table_unref(passwords->hashes);
    g_free(passwords);
}

const char *
drover_passwords_find(const DroverPasswords *passwords, const char *user)
{
    return g_hash_table_lookup(passwords->hashes, user);
}

static gboolean
is_equal_in_constant_time(const char *a, const char *b)
{
    gsize length = strlen(a);
    guint difference = length != strlen(b);

    for (gsize i = 0; !difference && i < length; i++) {
        difference |= (guint) (a[i] ^ b[i]);
    }
    return !difference;
}

gboolean
drover_password_check(const char *hash, const char *password)
{
    struct crypt_data *data = g_new0(struct crypt_data, 1);
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    const char *setting =
        hash ? hash : crypt_gensalt_rn(NEW_HASH_PREFIX, 0, NULL, 0, salt, sizeof salt);
    const char *result = setting ? crypt_r(password, setting, data) : NULL;
    gboolean same = result && *result != '*' && is_equal_in_constant_time(result, setting);

    explicit_bzero(data, sizeof *data);
    g_free(data);
    return hash && same;
}

/* --- writing --------------------------------------------------------------------------------- */

static gboolean
check_user(const char *user, GError **error)
{
    if (*user && *user != '#' && !strpbrk(user, ":\n\r") && g_utf8_validate(user, -1, NULL)) {
        return TRUE;
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                "'%s' cannot be a user: it must not be empty, begin with # or hold a colon", user);
    return FALSE;
}

static char *
make_line(const char *user, const char *password, GError **error)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    struct crypt_data *data = g_new0(struct crypt_data, 1);
    const char *hash = NULL;
    char *line = NULL;

    if (crypt_gensalt_rn(NEW_HASH_PREFIX, 0, NULL, 0, setting, sizeof setting)) {
        hash = crypt_r(password, setting, data);
    }
    if (hash && *hash != '*') {
        line = g_strdup_printf("%s:%s", user, hash);
    } else {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            "this system's crypt() cannot make a yescrypt hash");
    }
    explicit_bzero(data, sizeof *data);
    g_free(data);
    return line;
}

/* All lines but @user's, which is put where it was, or at the end. */
static char *
edit(const char *text, const char *user, const char *line, gboolean *found)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *prefix = g_strdup_printf("%s:", user);
    GString *edited = g_string_new(NULL);

    *found = FALSE;
    for (guint i = 0; lines[i]; i++) {
        const char *kept = lines[i];

        if (g_str_has_prefix(lines[i], prefix)) {
            kept = *found ? NULL : line;
            *found = TRUE;
        }
        if (kept && (*kept || lines[i + 1])) {
            g_string_append_printf(edited, "%s\n", kept);
        }
    }
    if (!*found && line) {
        g_string_append_printf(edited, "%s\n", line);
    }
    return g_string_free(edited, FALSE);
}

gboolean
drover_passwords_set(const char *path, const char *user, const char *password, GError **error)
{
    g_autofree char *text = NULL;
    g_autofree char *line = NULL;
    g_autofree char *edited = NULL;
    g_autoptr(GError) unread = NULL;
    gboolean found;

    if (!check_user(user, error) || (password && !(line = make_line(user, password, error)))) {
        return FALSE;
    }
    if (!g_file_get_contents(path, &text, NULL, &unread) &&
        !g_error_matches(unread, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_propagate_error(error, g_steal_pointer(&unread));
        return FALSE;
    }
    edited = edit(text ? text : "", user, line, &found);
    if (!found && !password) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "'%s' is not in %s", user, path);
        return FALSE;
    }
    return g_file_set_contents_full(path, edited, -1,
                                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                    0600, error);
}
