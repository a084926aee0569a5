/*
 * Certificates for tests, made on the spot: a CA, and what it signs.
 *
 * Ownership: files are the test's to remove: all lie in the directory that it gives.
 */
#pragma once

#include <glib.h>

typedef struct _Authority Authority;

/* A CA with its certificate in @directory/NAME.pem. */
Authority *authority_new(const char *directory, const char *name);
void authority_free(Authority *authority);
char *authority_file(const Authority *authority); /* (transfer full) */

/* A certificate for @common_name (and 127.0.0.1), good from yesterday for @days (negative: it has
 * expired already), in @directory/NAME.pem, with its key in NAME.key. */
void authority_sign(Authority *authority, const char *name, const char *common_name, int days);
char *authority_path(const Authority *authority, const char *name, const char *suffix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Authority, authority_free)
