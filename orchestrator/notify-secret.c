#include "orchestrator/notify-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAXIMUM 4096

static void
fail(GError **error, const char *path, const char *why)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "secret_file '%s' %s", path, why);
}

static gboolean
check(int file, const char *path, GError **error)
{
    struct stat info;

    if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
        fail(error, path, "is no file");
    } else if (info.st_mode & 077) {
        fail(error, path, "may be read or written by others than its owner: chmod 600 it");
    } else if (info.st_size > SECRET_MAXIMUM) {
        fail(error, path, "is longer than 4096 bytes, which no secret needs to be");
    } else {
        return TRUE;
    }
    return FALSE;
}

char *
drover_notify_secret_read(const char *path, GError **error)
{
    char text[SECRET_MAXIMUM + 1] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    gssize length = -1;

    if (file < 0) {
        g_set_error(error, G_FILE_ERROR, (int) g_file_error_from_errno(errno),
                    "secret_file '%s' cannot be read: %s", path, g_strerror(errno));
        return NULL;
    }
    if (check(file, path, error)) {
        length = read(file, text, SECRET_MAXIMUM);
    }
    close(file);
    if (length < 0) {
        return NULL;
    }
    g_strchomp(text);
    if (!*text) {
        fail(error, path, "is empty: put a long random text there, as of 'openssl rand -hex 32'");
        return NULL;
    }
    return g_strdup(text);
}

char *
drover_notify_sign(const char *secret, gint64 timestamp_s, const char *body)
{
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *) secret, strlen(secret));
    g_autofree char *time = g_strdup_printf("%" G_GINT64_FORMAT ".", timestamp_s);
    char *signature;

    g_hmac_update(hmac, (const guchar *) time, -1);
    g_hmac_update(hmac, (const guchar *) body, -1);
    signature = g_strconcat("sha256=", g_hmac_get_string(hmac), NULL);
    g_hmac_unref(hmac);
    return signature;
}
