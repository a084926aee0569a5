/* A job in post-copy: it may not be stopped, and one that breaks waits for its hosts. */
#include "tests/unit/orchestrator/scene.h"

#include "orchestrator/return-codes.h"

/* A guest that never ends in pre-copy; some ten seconds later it is in post-copy. */
static char *
submit_busy(Scene *scene)
{
    guint matches = 0;
    DroverRequest request = {.destination = "beta", .options = {.post_copy = TRUE}};
    DroverFailure *failure;
    char *id = NULL;

    scene_slow_links(scene, 20);
    scene_add_guest(scene, "busy", "alpha", 500);
    request.guest =
        drover_inventory_resolve_guest(drover_service_inventory(scene->service), "busy", &matches)
            ->uuid;
    failure = drover_service_submit(scene->service, &request, scene_accepted, &id);
    ck_assert_ptr_null(failure);
    for (guint i = 0;
         i < 5000 && (!id || scene_job(scene, id)->record.phase < DROVER_PHASE_POSTCOPY); i++) {
        scene_run(scene, 10);
    }
    ck_assert_ptr_nonnull(id);
    ck_assert_int_eq(scene_job(scene, id)->record.phase, DROVER_PHASE_POSTCOPY);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_MOVING);
    return id;
}

static void
assert_nothing_stops_it(Scene *scene, const char *id)
{
    const DroverVerb verbs[] = {DROVER_VERB_SUSPEND, DROVER_VERB_TERMINATE, DROVER_VERB_KILL};

    for (guint i = 0; i < G_N_ELEMENTS(verbs); i++) {
        ck_assert_uint_eq(scene_apply(scene, id, verbs[i]), DROVER_RC_INVALID_STATE);
    }
}

static void
break_link(Scene *scene, guint for_ms)
{
    DroverSimFault fault;

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_POSTCOPY_BROKEN);
    fault.phase = DROVER_PHASE_POSTCOPY;
    fault.after_ms = 1000;
    fault.for_ms = for_ms;
    scene_arm(scene, &fault);
}

static void
assert_moved(Scene *scene, const char *id)
{
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NONE);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "busy"), "beta");
    ck_assert_uint_eq(drover_sim_world_count_running(scene->world, "busy"), 1);
}

START_TEST(a_post_copy_runs_to_its_end)
{
    Scene *scene = scene_new();
    g_autofree char *id = submit_busy(scene);

    assert_nothing_stops_it(scene, id);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NONE);
    assert_moved(scene, id);
    scene_free(scene);
}
END_TEST

/* Once undisturbed, once with a restart in the middle of it. */
START_TEST(a_broken_one_recovers_and_has_an_error_meanwhile)
{
    Scene *scene = scene_new();
    g_autofree char *id = NULL;

    break_link(scene, 20000);
    id = submit_busy(scene);
    scene_wait(scene, id, DROVER_STAGE_RECOVERING);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_POSTCOPY_BROKEN);
    assert_nothing_stops_it(scene, id);
    if (_i) {
        scene_stop(scene);
        scene_start(scene);
        scene_run(scene, 2000);
        ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_RECOVERING);
        ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_POSTCOPY_BROKEN);
        assert_nothing_stops_it(scene, id);
    }
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 500);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NONE);
    assert_nothing_stops_it(scene, id);
    assert_moved(scene, id);
    scene_free(scene);
}
END_TEST

/* Cut off, and taken up; or ended unseen by the hosts alone. */
START_TEST(a_host_out_of_sight_is_waited_for)
{
    const DroverSimTruth truths[] = {DROVER_SIM_STAYED, DROVER_SIM_MOVED};
    Scene *scene = scene_new();
    g_autofree char *id = submit_busy(scene);

    drover_sim_world_set_host_down(scene->world, "beta", truths[_i]);
    scene_wait(scene, id, DROVER_STAGE_UNKNOWN);
    assert_nothing_stops_it(scene, id);
    scene_run(scene, 60000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_UNKNOWN);
    drover_sim_world_set_host_up(scene->world, "beta");
    if (truths[_i] == DROVER_SIM_STAYED) {
        scene_wait(scene, id, DROVER_STAGE_RECOVERING);
    }
    assert_moved(scene, id);
    scene_free(scene);
}
END_TEST

START_TEST(a_lost_half_is_a_lost_guest)
{
    Scene *scene = scene_new();
    g_autofree char *id = NULL;
    DroverSimFault fault;

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_DESTINATION_QEMU_DIED);
    fault.phase = DROVER_PHASE_POSTCOPY;
    fault.after_ms = 1000;
    scene_arm(scene, &fault);
    id = submit_busy(scene);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_GUEST_LOST);
    scene_run(scene, 120000); /* nothing tries it again */
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_FAILED);
    scene_free(scene);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("postcopy");
    TCase *tcase = tcase_create("postcopy");

    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, a_post_copy_runs_to_its_end);
    tcase_add_loop_test(tcase, a_broken_one_recovers_and_has_an_error_meanwhile, 0, 2);
    tcase_add_loop_test(tcase, a_host_out_of_sight_is_waited_for, 0, 2);
    tcase_add_test(tcase, a_lost_half_is_a_lost_guest);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
