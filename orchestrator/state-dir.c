#include "orchestrator/state-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "orchestrator/store.h"

#define LOCK_FILE      "droverd.lock"
#define DIRECTORY_MODE 0750

static gboolean
fail(GError **error, const char *what, const char *path)
{
    g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_OPEN, "cannot %s '%s': %s", what,
                path, g_strerror(errno));
    return FALSE;
}

gboolean
drover_state_dir_sync(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean done;

    if (fd < 0) {
        return fail(error, "open directory", path);
    }
    done = fsync(fd) == 0 || fail(error, "sync directory", path);
    close(fd);
    return done;
}

gboolean
drover_state_dir_make(const char *path, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return TRUE;
    }
    if (!g_str_equal(parent, path) && !drover_state_dir_make(parent, error)) {
        return FALSE;
    }
    if (mkdir(path, DIRECTORY_MODE) < 0 && errno != EEXIST) {
        return fail(error, "make directory", path);
    }
    return drover_state_dir_sync(parent, error);
}

/* "process 1234" of the lock file, or words for not knowing. (transfer full) */
static char *
holder(const char *file)
{
    g_autofree char *text = NULL;
    guint64 pid;

    if (!g_file_get_contents(file, &text, NULL, NULL) ||
        !g_ascii_string_to_unsigned(g_strstrip(text), 10, 1, G_MAXINT32, &pid, NULL)) {
        return g_strdup("of unknown process number");
    }
    return g_strdup_printf("process %" G_GUINT64_FORMAT, pid);
}

static gboolean
refuse(GError **error, const char *path, const char *file)
{
    g_autofree char *who = holder(file);

    g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_OPEN,
                "state directory '%s' is in use by another droverd, %s (lock file '%s'): stop that "
                "one, or give this one a state_dir of its own",
                path, who, file);
    return FALSE;
}

int
drover_state_dir_lock(const char *path, GError **error)
{
    g_autofree char *file = g_build_filename(path, LOCK_FILE, NULL);
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

    if (fd < 0) {
        fail(error, "open lock file", file);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK) {
            refuse(error, path, file);
        } else {
            fail(error, "lock", file);
        }
        close(fd);
        return -1;
    }
    /* Only for people and error messages: a disk too full for it stops nothing. */
    if (ftruncate(fd, 0) == 0) {
        dprintf(fd, "%d\n", (int) getpid());
    }
    return fd;
}
