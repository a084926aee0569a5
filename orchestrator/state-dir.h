/*
 * The daemon's state directory: made so that it survives a power loss, and owned by one daemon at a
 * time.
 *
 * Thread:    blocks on the disk: for start-up.
 * Errors:    DROVER_STORE_ERROR_OPEN, naming the path and (where another daemon has it) its
 * process.
 */
#pragma once

#include <glib.h>

/* Makes @path with its missing parents (mode 0750), each one's entry synced to disk. */
gboolean drover_state_dir_make(const char *path, GError **error);
/* Syncs the entries of @path to disk: files that were made in it are there after a power loss. */
gboolean drover_state_dir_sync(const char *path, GError **error);

/*
 * Takes the directory: an exclusive lock on PATH/droverd.lock, which holds the process number.  The
 * kernel drops the lock with the process, however that ends, so a stale file stops nobody.
 * Returns: a file descriptor (close-on-exec) to close when done, or -1.
 */
int drover_state_dir_lock(const char *path, GError **error);
