/*
 * The scene of the service's tests: simulated hosts on a manual clock, a real SQLite store in a
 * directory of its own, and the service between them.
 */
#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "backends/simulated/simulated.h"
#include "orchestrator/service.h"

typedef struct {
    char *directory;
    GMainContext *context;
    DroverClock *clock;
    DroverSimWorld *world;
    DroverSettings *settings;
    DroverStore *store;
    DroverBackend *backend;
    DroverService *service;
} Scene;

/* Opens store, backend and service, as a starting daemon does. */
static inline void
scene_start(Scene *scene)
{
    g_autofree char *path = g_build_filename(scene->directory, "drover.db", NULL);
    g_autoptr(GError) error = NULL;

    scene->store = drover_sqlite_store_new(path, scene->context, &error);
    ck_assert_msg(scene->store != NULL, "%s", error ? error->message : "");
    scene->backend = drover_sim_backend_new(scene->world);
    for (guint i = 0; i < 3; i++) {
        static const char *const names[] = {"alpha", "beta", "gamma"};
        g_autofree char *uri = g_strdup_printf("simulated:///%s", names[i]);

        ck_assert(scene->backend->klass->add_host(scene->backend, names[i], uri, NULL, &error));
    }
    scene->service = drover_service_new(scene->backend, scene->store, scene->settings, &error);
    ck_assert_msg(scene->service != NULL, "%s", error ? error->message : "");
}

/* Ends them without a word to the hosts: what runs there goes on. */
static inline void
scene_stop(Scene *scene)
{
    drover_service_stop(scene->service);
    g_clear_pointer(&scene->backend, drover_backend_free);
    g_clear_pointer(&scene->store, drover_store_free);
    g_clear_pointer(&scene->service, drover_service_free);
}

/* Lets @ms pass, in steps, with all that is due: timers, writes, their callbacks. */
static inline void
scene_run(Scene *scene, guint ms)
{
    for (guint passed = 0; passed <= ms; passed += 10) {
        drover_clock_advance(scene->clock, 10 * 1000);
        scene->store->klass->flush(scene->store);
        while (g_main_context_iteration(scene->context, FALSE)) {
        }
    }
}

static inline Scene *
scene_new(void)
{
    Scene *scene = g_new0(Scene, 1);

    scene->directory = g_dir_make_tmp("drover-scene-XXXXXX", NULL);
    scene->context = g_main_context_new();
    scene->clock = drover_clock_new_manual(1800000000ll * G_USEC_PER_SEC);
    scene->world = drover_sim_world_new(scene->clock);
    scene->settings = drover_settings_new();
    scene->settings->attempts = 1; /* what fails ends */
    scene_start(scene);
    scene_run(scene, 500);
    return scene;
}

static inline void
scene_free(Scene *scene)
{
    const char *name;
    GDir *directory;

    scene_stop(scene);
    drover_settings_free(scene->settings);
    drover_sim_world_unref(scene->world);
    drover_clock_unref(scene->clock);
    g_main_context_unref(scene->context);
    directory = g_dir_open(scene->directory, 0, NULL);
    while (directory && (name = g_dir_read_name(directory))) {
        g_autofree char *path = g_build_filename(scene->directory, name, NULL);

        g_unlink(path);
    }
    g_clear_pointer(&directory, g_dir_close);
    g_rmdir(scene->directory);
    g_free(scene->directory);
    g_free(scene);
}

/* A guest that writes @dirty_mib_s, moves in seconds over a link of 100 MiB/s. */
static inline void
scene_add_guest(Scene *scene, const char *name, const char *host, guint64 dirty_mib_s)
{
    DroverSimGuest guest;
    g_autoptr(GError) error = NULL;

    drover_sim_guest_init(&guest, name, host);
    guest.memory_mib = 256;
    guest.dirty_mib_s = dirty_mib_s;
    ck_assert_msg(drover_sim_world_add_guest(scene->world, &guest, &error), "%s",
                  error ? error->message : "");
    scene_run(scene, 20);
}

static inline void
scene_slow_links(Scene *scene, guint64 mib_s)
{
    drover_sim_world_set_bandwidth(scene->world, "alpha", mib_s);
    drover_sim_world_set_bandwidth(scene->world, "beta", mib_s);
    drover_sim_world_set_bandwidth(scene->world, "gamma", mib_s);
}

static inline void
scene_accepted(DroverJob *job, const GError *error, gpointer user_data)
{
    char **id = user_data;

    ck_assert_msg(job != NULL, "%s", error ? error->message : "");
    *id = g_strdup(job->record.id);
}

static inline DroverFailure *
scene_try(Scene *scene, const char *guest, const char *host, guint32 priority, char **id)
{
    guint matches = 0;
    const DroverGuest *found =
        drover_inventory_resolve_guest(drover_service_inventory(scene->service), guest, &matches);
    DroverRequest request = {
        .guest = found ? found->uuid : guest,
        .destination = host,
        .priority = priority,
    };

    return drover_service_submit(scene->service, &request, scene_accepted, id);
}

/* Submits a move that must be accepted; the id is (transfer full). */
static inline char *
scene_submit(Scene *scene, const char *guest, const char *host)
{
    char *id = NULL;
    DroverFailure *failure = scene_try(scene, guest, host, 0, &id);

    ck_assert_msg(!failure, "%s to %s refused: %s", guest, host,
                  failure ? drover_failure_kind_name(failure->kind) : "");
    scene->store->klass->flush(scene->store);
    while (g_main_context_iteration(scene->context, FALSE)) {
    }
    ck_assert_ptr_nonnull(id);
    return id;
}

static inline DroverJob *
scene_job(Scene *scene, const char *id)
{
    DroverJob *job = drover_jobs_find(drover_service_jobs(scene->service), id);

    ck_assert_msg(job != NULL, "job %s is not there", id);
    return job;
}

static inline DroverStage
scene_stage(Scene *scene, const char *id)
{
    return scene_job(scene, id)->record.stage;
}

/* Lets time pass until the job is in that stage. */
static inline void
scene_wait(Scene *scene, const char *id, DroverStage stage)
{
    for (guint i = 0; i < 20000 && scene_stage(scene, id) != stage; i++) {
        scene_run(scene, 10);
    }
    ck_assert_msg(scene_stage(scene, id) == stage, "job is %s, not %s",
                  drover_stage_info(scene_stage(scene, id))->name, drover_stage_info(stage)->name);
}

static inline guint32
scene_apply(Scene *scene, const char *id, DroverVerb verb)
{
    g_autofree char *reason = NULL;
    guint32 code = drover_service_apply(scene->service, scene_job(scene, id), verb, NULL, &reason);

    ck_assert((code == 0 || code == 4096) == (reason == NULL));
    return code;
}

static inline void
scene_arm(Scene *scene, const DroverSimFault *fault)
{
    g_autoptr(GError) error = NULL;

    ck_assert_msg(drover_sim_world_arm(scene->world, fault, &error), "%s",
                  error ? error->message : "");
}

static inline DroverFailureKind
scene_error(Scene *scene, const char *id)
{
    const DroverFailure *failure = drover_job_error(scene_job(scene, id));

    return failure ? failure->kind : DROVER_FAILURE_NONE;
}
