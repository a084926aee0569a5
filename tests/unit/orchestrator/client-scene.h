/*
 * The service's scene behind a CIM server, and a client that asks it over a real socket.
 */
#pragma once

#include "tests/unit/orchestrator/scene.h"

#include "cim/client.h"
#include "cim/server.h"
#include "configs/mof/schema.h"
#include "orchestrator/views.h"

static Scene *scene;
static CimServer *server;
static DroverViews *views;

static inline char *
socket_url(void)
{
    return g_strdup_printf("unix:%s/sock", scene->directory);
}

static inline void
set_up(void)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;

    scene = scene_new();
    views = drover_views_new(scene->service, &drover_schema);
    server = cim_server_new(&drover_schema, scene->context, NULL);
    drover_views_add(views, server);
    path = g_build_filename(scene->directory, "sock", NULL);
    ck_assert_msg(cim_server_listen_unix(server, path, 0600, &error), "%s",
                  error ? error->message : "");
    scene_slow_links(scene, 50);
    scene_add_guest(scene, "web", "alpha", 0);
}

static inline void
tear_down(void)
{
    g_clear_pointer(&server, cim_server_free);
    g_clear_pointer(&views, drover_views_free);
    g_clear_pointer(&scene, scene_free);
}

/* --- a client on a thread of its own, while the server's loop turns here --------------------- */

typedef struct {
    const char *method; /* NULL: GetInstance */
    const CimPath *path;
    const CimArgument *arguments;
    guint n_arguments;
    guint32 code;
    CimInstance *result;
    GError *error;
    gint done;
} Request;

static inline gpointer
client_thread(gpointer data)
{
    Request *request = data;
    g_autofree char *url = socket_url();
    g_autoptr(CimClient) client = cim_client_new(url, &drover_schema, &request->error);

    if (client && request->method) {
        cim_client_invoke(client, request->path, request->method, request->arguments,
                          request->n_arguments, &request->code, &request->result, &request->error);
    } else if (client) {
        request->result = cim_client_get_instance(client, request->path, NULL, &request->error);
    }
    g_atomic_int_set(&request->done, 1);
    g_main_context_wakeup(scene->context);
    return NULL;
}

static inline void
ask(Request *request)
{
    GThread *thread = g_thread_new("client", client_thread, request);

    while (!g_atomic_int_get(&request->done)) {
        g_main_context_iteration(scene->context, TRUE);
    }
    g_thread_join(thread);
}
