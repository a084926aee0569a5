#include "backends/libvirt/post.h"

typedef struct {
    DroverPostFunc func;
    gpointer data;
    GDestroyNotify destroy;
} Letter;

static gboolean
deliver(gpointer user_data)
{
    Letter *letter = user_data;

    letter->func(letter->data);
    return G_SOURCE_REMOVE;
}

static void
letter_free(gpointer user_data)
{
    Letter *letter = user_data;

    if (letter->destroy) {
        letter->destroy(letter->data);
    }
    g_free(letter);
}

void
drover_post(GMainContext *context, DroverPostFunc func, gpointer data, GDestroyNotify destroy)
{
    g_autoptr(GSource) source = g_idle_source_new();
    Letter *letter = g_new(Letter, 1);

    *letter = (Letter){func, data, destroy};
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, deliver, letter, letter_free);
    g_source_attach(source, context);
}
