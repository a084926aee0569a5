#include "backends/libvirt/event-loop.h"

#include <signal.h>

#include "backends/backend.h"
#include "backends/libvirt/vir-error.h"

/* libvirt would print to standard error. */
static void
say_nothing(void *user_data, virErrorPtr error)
{
}

static gpointer
run(gpointer data)
{
    while (TRUE) {
        if (virEventRunDefaultImpl() < 0) {
            g_usleep(G_USEC_PER_SEC / 10);
        }
    }
    return NULL;
}

static gboolean
start(char **reason)
{
    g_autoptr(DroverVirError) error = NULL;

    signal(SIGPIPE, SIG_IGN);
    if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0) {
        error = drover_vir_error_take();
        *reason = g_strdup(error->message);
        return FALSE;
    }
    virSetErrorFunc(NULL, say_nothing);
    g_thread_unref(g_thread_new("libvirt-events", run, NULL));
    return TRUE;
}

gboolean
drover_event_loop_start(GError **error)
{
    static GMutex lock;
    static gboolean runs;
    g_autofree char *reason = NULL;
    gboolean ok;

    g_mutex_lock(&lock);
    runs = ok = runs || start(&reason);
    g_mutex_unlock(&lock);
    if (!ok) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID,
                    "libvirt cannot be used: %s", reason);
    }
    return ok;
}
