/*
 * The secret that signs notifications, and the signature.
 *
 * Purpose:   a receiver can tell that a notification is droverd's, and not an old one sent again.
 * Errors:    G_FILE_ERROR, naming the file and the remedy.
 * Source:    HMAC-SHA256 (RFC 2104) over "TIMESTAMP.BODY".
 */
#pragma once

#include <glib.h>

/* Reads the file, which nobody but its owner may read; white space at its end does not count. */
char *drover_notify_secret_read(const char *path, GError **error);
/* "sha256=" and 64 hexadecimal digits. (transfer full) */
char *drover_notify_sign(const char *secret, gint64 timestamp_s, const char *body);
