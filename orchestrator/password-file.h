/*
 * The password file: NAME:HASH lines, hashes of crypt(3) (yescrypt or bcrypt), made by
 * `drover passwd`.
 *
 * Purpose:   Basic credentials without accounts on the machine.
 * Thread:    drover_password_check() is slow by design (tens of milliseconds): worker threads.
 * Errors:    G_IO_ERROR; messages name the file, and the line.
 * Source:    crypt(5).
 */
#pragma once

#include <glib.h>

typedef struct _DroverPasswords DroverPasswords;

/* A file that is missing holds nobody.  An error: it can be read by everybody, a line is no
 * NAME:HASH, a hash is of a method that is too weak. */
DroverPasswords *drover_passwords_load(const char *path, GError **error);
void drover_passwords_free(DroverPasswords *passwords);
/* The hash of @user, or NULL; copy it for another thread. */
const char *drover_passwords_find(const DroverPasswords *passwords, const char *user);

/* Whether @password has @hash.  With @hash NULL it takes as long and is FALSE: an answer's time
 * must not tell which users there are. */
gboolean drover_password_check(const char *hash, const char *password);

/* Sets (or with @password NULL removes) @user's line, atomically; the file is made with mode 0600.
 * NOT_FOUND: there is nobody to remove. */
gboolean
drover_passwords_set(const char *path, const char *user, const char *password, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverPasswords, drover_passwords_free)
