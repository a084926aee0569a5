#include "tests/unit/orchestrator/scene.h"

static Scene *scene;

static void
set_up(void)
{
    scene = scene_new();
    scene->settings->attempts = 1;
    scene->settings->no_progress_timeout_s = 20;
    drover_service_reconfigure(scene->service, scene->settings);
    scene_slow_links(scene, 20);
    scene_add_guest(scene, "web", "alpha", 0);
}

static void
tear_down(void)
{
    g_clear_pointer(&scene, scene_free);
}

/* The first @nth move (0: each) stands still in @phase for @for_ms (0: for good). */
static void
hang(DroverPhase phase, guint nth, guint for_ms)
{
    DroverSimFault fault;

    drover_sim_fault_init(&fault, DROVER_SIM_HANG, DROVER_FAILURE_NONE);
    fault.phase = phase;
    fault.after_ms = 1000;
    fault.nth = nth;
    fault.for_ms = for_ms;
    scene_arm(scene, &fault);
}

static void
guest_is_on(const char *host)
{
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), host);
    ck_assert_uint_eq(drover_sim_world_count_running(scene->world, "web"), 1);
}

START_TEST(a_move_that_sends_nothing_is_aborted)
{
    g_autofree char *id = NULL;
    g_autofree char *other = NULL;

    hang(DROVER_PHASE_PRECOPY, 1, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 18 * 1000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_MOVING);
    scene_run(scene, 6 * 1000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_FAILED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NO_PROGRESS);
    ck_assert_str_eq(drover_job_error(scene_job(scene, id))->element, "20 s");
    guest_is_on("alpha");
    other = scene_submit(scene, "web", "gamma");
    scene_wait(scene, other, DROVER_STAGE_COMPLETED);
    guest_is_on("gamma");
}
END_TEST

START_TEST(it_is_tried_again)
{
    g_autofree char *id = NULL;

    scene->settings->attempts = 2;
    scene->settings->retry_delay_s = 10; /* must fit into the time without progress */
    drover_service_reconfigure(scene->service, scene->settings);
    hang(DROVER_PHASE_PRECOPY, 1, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NO_PROGRESS);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    guest_is_on("beta");
}
END_TEST

START_TEST(a_pause_that_ends_in_time_is_none)
{
    g_autofree char *id = NULL;

    hang(DROVER_PHASE_PRECOPY, 1, 15 * 1000);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    guest_is_on("beta");
}
END_TEST

START_TEST(what_sends_slowly_is_left_alone)
{
    g_autofree char *id = NULL;

    scene_slow_links(scene, 2); /* 128 s for the guest's memory */
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    guest_is_on("beta");
}
END_TEST

START_TEST(without_a_timeout_nothing_is_aborted)
{
    g_autofree char *id = NULL;

    scene->settings->no_progress_timeout_s = 0;
    drover_service_reconfigure(scene->service, scene->settings);
    hang(DROVER_PHASE_PRECOPY, 1, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 60 * 1000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_MOVING);
}
END_TEST

/* A restarted daemon begins to count anew. */
START_TEST(an_adopted_move_is_watched_too)
{
    g_autofree char *id = NULL;

    hang(DROVER_PHASE_PRECOPY, 1, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 10 * 1000);
    scene_stop(scene);
    scene_start(scene);
    scene_run(scene, 15 * 1000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_MOVING);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NO_PROGRESS);
    guest_is_on("alpha");
}
END_TEST

/* Who cancels a stuck move gets what was asked for. */
START_TEST(a_client_s_cancel_stays_one)
{
    g_autofree char *id = NULL;

    hang(DROVER_PHASE_PRECOPY, 1, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 10 * 1000);
    scene_apply(scene, id, DROVER_VERB_TERMINATE);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_CANCELLED);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("stall");
    TCase *tc = tcase_create("stall");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_move_that_sends_nothing_is_aborted);
    tcase_add_test(tc, it_is_tried_again);
    tcase_add_test(tc, a_pause_that_ends_in_time_is_none);
    tcase_add_test(tc, what_sends_slowly_is_left_alone);
    tcase_add_test(tc, without_a_timeout_nothing_is_aborted);
    tcase_add_test(tc, an_adopted_move_is_watched_too);
    tcase_add_test(tc, a_client_s_cancel_stays_one);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
