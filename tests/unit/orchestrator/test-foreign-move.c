/* Moves that drover did not start: a second backend on the same world is the other program. */
#include "tests/unit/orchestrator/scene.h"

#include "orchestrator/foreign-move.h"

static Scene *scene;
static DroverBackend *others;
static guint others_done;

static void
ignore_change(DroverTransfer *transfer,
              const DroverTransferStats *stats,
              const DroverFailure *trouble,
              gpointer user_data)
{
}

static void
note_end(DroverTransfer *transfer,
         DroverOutcome outcome,
         const DroverTransferStats *stats,
         const DroverFailure *failure,
         gpointer user_data)
{
    others_done++;
}

static const DroverTransferListener listener = {.changed = ignore_change, .done = note_end};

static void
set_up(void)
{
    scene = scene_new();
    others = drover_sim_backend_new(scene->world);
    for (guint i = 0; i < 2; i++) {
        static const char *const names[] = {"alpha", "beta"};
        g_autofree char *uri = g_strdup_printf("simulated:///%s", names[i]);

        ck_assert(others->klass->add_host(others, names[i], uri, NULL, NULL));
    }
    others_done = 0;
    scene_slow_links(scene, 50);
    scene_add_guest(scene, "web", "alpha", 0);
}

static void
tear_down(void)
{
    g_clear_pointer(&others, drover_backend_free);
    g_clear_pointer(&scene, scene_free);
}

static const char *
uuid_of_web(void)
{
    guint matches;

    return drover_inventory_resolve_guest(drover_service_inventory(scene->service), "web", &matches)
        ->uuid;
}

/* Somebody moves web to beta; returns when its memory is on its way. */
static void
others_begin(void)
{
    const DroverTransferSpec spec = {
        .guest_uuid = uuid_of_web(), .source = "alpha", .destination = "beta"};

    ck_assert_ptr_nonnull(others->klass->start(others, &spec, &listener, NULL, NULL));
    scene_run(scene, 1000);
    ck_assert_uint_eq(others_done, 0);
}

static const char *
seen_destination(void)
{
    const DroverGuest *incoming =
        drover_foreign_move_find(drover_service_inventory(scene->service),
                                 drover_service_jobs(scene->service), uuid_of_web());

    return incoming ? incoming->host->name : NULL;
}

START_TEST(a_move_by_others_is_seen_and_not_fought)
{
    g_autofree char *id = NULL;
    g_autofree char *later = NULL;
    g_autoptr(DroverFailure) failure = NULL;

    ck_assert_ptr_null(seen_destination());
    others_begin();
    ck_assert_pstr_eq(seen_destination(), "beta");
    failure = scene_try(scene, "web", "gamma", 0, &id);
    ck_assert_ptr_nonnull(failure);
    ck_assert_int_eq(failure->kind, DROVER_FAILURE_GUEST_BUSY);
    while (!others_done) {
        scene_run(scene, 100);
    }
    ck_assert_ptr_null(seen_destination());
    later = scene_submit(scene, "web", "gamma");
    scene_wait(scene, later, DROVER_STAGE_COMPLETED);
    ck_assert_str_eq(scene_job(scene, later)->record.source, "beta");
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "gamma");
}
END_TEST

START_TEST(a_queued_job_waits_for_the_others_and_follows_the_guest)
{
    g_autofree char *id = NULL;
    DroverServiceSettings settings;
    g_autofree char *reason = NULL;
    g_autofree char *waits = NULL;

    /* The hosts still agree on the end of the others' move when the guest runs already. */
    scene->settings->attempts = 3;
    scene->settings->retry_delay_s = 5;
    drover_service_reconfigure(scene->service, scene->settings);
    drover_service_get_settings(scene->service, &settings);
    settings.enabled = FALSE;
    drover_service_set_settings(scene->service, &settings, NULL, NULL, &reason);
    id = scene_submit(scene, "web", "gamma");
    others_begin();
    settings.enabled = TRUE;
    drover_service_set_settings(scene->service, &settings, NULL, NULL, &reason);
    scene_run(scene, 100);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_QUEUED);
    waits = drover_job_wait_reason(scene_job(scene, id));
    ck_assert_ptr_nonnull(strstr(waits, "somebody else"));
    while (!others_done) {
        scene_run(scene, 100);
    }
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_str_eq(scene_job(scene, id)->record.source, "beta");
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "gamma");
}
END_TEST

START_TEST(our_own_move_is_nobody_elses)
{
    g_autofree char *id = scene_submit(scene, "web", "beta");
    gboolean incoming = FALSE;

    while (!drover_stage_is_final(scene_stage(scene, id))) {
        incoming |= drover_inventory_find_incoming(drover_service_inventory(scene->service),
                                                   uuid_of_web()) != NULL;
        ck_assert_ptr_null(seen_destination());
        scene_run(scene, 10);
    }
    ck_assert(incoming);
    ck_assert_ptr_null(seen_destination());
}
END_TEST

START_TEST(what_a_job_left_behind_is_no_move_by_others)
{
    DroverInventory *inventory = drover_service_inventory(scene->service);
    g_autofree char *id = scene_submit(scene, "web", "beta");
    DroverGuest rest = {.uuid = g_strdup(uuid_of_web()), .name = (char *) "web"};
    gint64 during_us = 0;

    scene_run(scene, 1000);
    during_us = drover_clock_real_us(scene->clock);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_TERMINATE), 4096);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    rest.state = DROVER_GUEST_INCOMING;
    drover_inventory_set_guest(inventory, "beta", &rest, during_us);
    ck_assert_ptr_nonnull(drover_inventory_find_incoming(inventory, rest.uuid));
    ck_assert_ptr_null(seen_destination());
    g_free(rest.uuid);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("foreign-move");
    TCase *tc = tcase_create("foreign-move");

    tcase_set_timeout(tc, 25);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_move_by_others_is_seen_and_not_fought);
    tcase_add_test(tc, a_queued_job_waits_for_the_others_and_follows_the_guest);
    tcase_add_test(tc, our_own_move_is_nobody_elses);
    tcase_add_test(tc, what_a_job_left_behind_is_no_move_by_others);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
