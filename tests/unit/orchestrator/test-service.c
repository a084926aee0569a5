#include "tests/unit/orchestrator/scene.h"

#include "orchestrator/return-codes.h"

static Scene *scene;

static void
set_up(void)
{
    scene = scene_new();
}

static void
tear_down(void)
{
    g_clear_pointer(&scene, scene_free);
}

/* --- acceptance ------------------------------------------------------------------------------ */

START_TEST(a_job_is_accepted_when_it_is_on_disk_and_not_before)
{
    g_autofree char *id = NULL;

    scene_add_guest(scene, "web", "alpha", 0);
    ck_assert_ptr_null(scene_try(scene, "web", "beta", 0, &id));
    ck_assert_ptr_null(id);
    drover_clock_advance(scene->clock, 5 * G_USEC_PER_SEC);
    ck_assert_ptr_null(id);
    scene_run(scene, 10);
    ck_assert_ptr_nonnull(id);
}
END_TEST

START_TEST(an_accepted_job_moves_the_guest)
{
    g_autofree char *id = NULL;
    const DroverJob *job;

    scene_add_guest(scene, "web", "alpha", 10);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    job = scene_job(scene, id);
    ck_assert_uint_eq(job->record.percent, 100);
    ck_assert_int_ge(job->record.downtime_ms, 0);
    ck_assert_int_gt(job->record.finished_us, job->record.started_us);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "beta");
    ck_assert_ptr_null(drover_job_error(job));
}
END_TEST

START_TEST(wrong_requests_are_refused_before_anything_is_touched)
{
    static const struct {
        const char *guest;
        const char *host;
        DroverFailureKind kind;
    } rows[] = {
        {"0c2de9f6-3b5a-4d4f-9d0c-000000000000", "beta", DROVER_FAILURE_REQUEST_GUEST},
        {"web", "nowhere", DROVER_FAILURE_REQUEST_HOST},
        {"web", "alpha", DROVER_FAILURE_SAME_HOST},
        {"off", "beta", DROVER_FAILURE_GUEST_NOT_RUNNING},
        {"busy", "gamma", DROVER_FAILURE_REQUEST_JOB_ACTIVE},
    };
    DroverSimGuest off;
    DroverSimCount count;
    g_autofree char *busy = NULL;

    scene_add_guest(scene, "web", "alpha", 0);
    scene_add_guest(scene, "busy", "beta", 0);
    drover_sim_guest_init(&off, "off", "alpha");
    off.state = DROVER_GUEST_OFF;
    ck_assert(drover_sim_world_add_guest(scene->world, &off, NULL));
    scene_run(scene, 20);
    busy = scene_submit(scene, "busy", "alpha");
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *id = NULL;
        g_autoptr(DroverFailure) failure = scene_try(scene, rows[i].guest, rows[i].host, 0, &id);

        ck_assert_msg(failure && failure->kind == rows[i].kind, "row %u", i);
    }
    scene_wait(scene, busy, DROVER_STAGE_COMPLETED);
    drover_sim_world_count(scene->world, NULL, &count);
    ck_assert_uint_eq(count.started, 1);
}
END_TEST

START_TEST(further_destinations_are_checked_and_kept)
{
    static const struct {
        const char *hosts[3];
        DroverFailureKind kind; /* NONE: accepted */
    } rows[] = {
        {{"nowhere"}, DROVER_FAILURE_REQUEST_HOST},
        {{"gamma", "alpha"}, DROVER_FAILURE_SAME_HOST},
        {{"gamma", "beta"}, DROVER_FAILURE_REQUEST_VALUE},
        {{"gamma"}, DROVER_FAILURE_NONE},
    };
    g_autofree char *id = NULL;

    scene_add_guest(scene, "web", "alpha", 0);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint matches = 0;
        DroverRequest request = {
            .guest = drover_inventory_resolve_guest(drover_service_inventory(scene->service), "web",
                                                    &matches)
                         ->uuid,
            .destination = "beta",
            .alternatives = {rows[i].hosts[0], rows[i].hosts[1]},
            .attempts = 1,
            .retry_delay_s = 1,
        };
        g_autoptr(DroverFailure) failure =
            drover_service_submit(scene->service, &request, scene_accepted, &id);

        ck_assert_msg((failure ? failure->kind : DROVER_FAILURE_NONE) == rows[i].kind, "row %u", i);
    }
    scene_run(scene, 20);
    ck_assert_str_eq(scene_job(scene, id)->record.destination, "beta");
    ck_assert_str_eq(scene_job(scene, id)->record.destinations, "beta gamma");
    ck_assert_uint_eq(scene_job(scene, id)->record.max_attempts, 2); /* one for each host */
    ck_assert_uint_eq(scene_job(scene, id)->record.retry_delay_s, 5);
    ck_assert_uint_eq(scene_job(scene, id)->record.no_progress_timeout_s, 3600);
}
END_TEST

/* --- limits ---------------------------------------------------------------------------------- */

START_TEST(limits_hold_at_every_instant)
{
    static const char *const hosts[] = {"alpha", "beta", "gamma"};
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) _i);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    drover_queue_set_limit(drover_service_queue(scene->service), 1 + (guint) _i % 3);
    for (guint i = 0; i < 40; i++) {
        g_autofree char *name = g_strdup_printf("g%u", i);
        guint from = (guint) g_rand_int_range(rand, 0, 3);

        scene_add_guest(scene, name, hosts[from], 0);
        g_ptr_array_add(ids,
                        scene_submit(scene, name,
                                     hosts[(from + 1 + (guint) g_rand_int_range(rand, 0, 2)) % 3]));
    }
    for (guint i = 0; i < ids->len; i++) {
        scene_wait(scene, g_ptr_array_index(ids, i), DROVER_STAGE_COMPLETED);
    }
    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
        DroverSimCount count;

        drover_sim_world_count(scene->world, hosts[i], &count);
        ck_assert_uint_le(count.most_outgoing, 1 + (guint) _i % 3);
        ck_assert_uint_le(count.most_incoming, 1 + (guint) _i % 3);
    }
}
END_TEST

START_TEST(a_waiting_job_says_for_what)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;

    for (guint i = 0; i < 4; i++) {
        g_autofree char *name = g_strdup_printf("g%u", i);

        scene_add_guest(scene, name, "alpha", 0);
        g_ptr_array_add(ids, scene_submit(scene, name, "beta"));
    }
    scene_run(scene, 50);
    text = drover_job_status_text(scene_job(scene, g_ptr_array_index(ids, 3)));
    ck_assert_str_eq(text, "Queued: all 2 outgoing moves of host 'alpha' are taken");
    ck_assert_uint_eq(scene_job(scene, g_ptr_array_index(ids, 3))->queue_position, 2);
}
END_TEST

START_TEST(one_waiting_job_stops_no_other)
{
    g_autofree char *other = NULL;

    for (guint i = 0; i < 5; i++) {
        g_autofree char *name = g_strdup_printf("g%u", i);

        scene_add_guest(scene, name, "alpha", 0);
        g_free(scene_submit(scene, name, "beta"));
    }
    scene_add_guest(scene, "other", "gamma", 0);
    scene_slow_links(scene, 1);
    other = scene_submit(scene, "other", "alpha");
    scene_run(scene, 100);
    ck_assert_int_ne(scene_stage(scene, other), DROVER_STAGE_QUEUED);
}
END_TEST

START_TEST(lower_priority_numbers_run_first)
{
    g_autofree char *late = NULL;
    g_autofree char *first = NULL;
    g_autofree char *urgent = NULL;

    drover_queue_set_limit(drover_service_queue(scene->service), 1);
    scene_add_guest(scene, "a", "alpha", 0);
    scene_add_guest(scene, "b", "alpha", 0);
    scene_add_guest(scene, "c", "alpha", 0);
    first = scene_submit(scene, "a", "beta");
    scene_run(scene, 20);
    ck_assert_ptr_null(scene_try(scene, "b", "beta", 9, &late));
    ck_assert_ptr_null(scene_try(scene, "c", "beta", 1, &urgent));
    scene_run(scene, 20);
    scene_wait(scene, first, DROVER_STAGE_COMPLETED);
    scene_run(scene, 20);
    ck_assert_int_ne(scene_stage(scene, urgent), DROVER_STAGE_QUEUED);
    ck_assert_int_eq(scene_stage(scene, late), DROVER_STAGE_QUEUED);
}
END_TEST

START_TEST(disabled_moves_wait_and_start_when_enabled)
{
    DroverServiceSettings settings = {FALSE, 2};
    g_autofree char *reason = NULL;
    g_autofree char *id = NULL;

    ck_assert_uint_eq(drover_service_set_settings(scene->service, &settings, NULL, NULL, &reason),
                      0);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_run(scene, 2000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_QUEUED);
    settings.enabled = TRUE;
    ck_assert_uint_eq(drover_service_set_settings(scene->service, &settings, NULL, NULL, &reason),
                      0);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
}
END_TEST

START_TEST(settings_outlive_the_daemon)
{
    DroverServiceSettings settings = {TRUE, 7};
    g_autofree char *reason = NULL;

    ck_assert_uint_eq(drover_service_set_settings(scene->service, &settings, NULL, NULL, &reason),
                      0);
    scene_stop(scene);
    scene_start(scene);
    drover_service_get_settings(scene->service, &settings);
    ck_assert_uint_eq(settings.maximum_active, 7);
    settings.maximum_active = 0;
    ck_assert_uint_eq(drover_service_set_settings(scene->service, &settings, NULL, NULL, &reason),
                      DROVER_RC_INVALID_PARAMETER);
}
END_TEST

/* --- verbs ----------------------------------------------------------------------------------- */

START_TEST(stopping_verbs_leave_the_guest_on_its_source)
{
    static const struct {
        DroverVerb verb;
        DroverStage end;
        DroverFailureKind kind;
    } rows[] = {
        {DROVER_VERB_SUSPEND, DROVER_STAGE_SUSPENDED, DROVER_FAILURE_NONE},
        {DROVER_VERB_TERMINATE, DROVER_STAGE_TERMINATED, DROVER_FAILURE_CANCELLED},
        {DROVER_VERB_KILL, DROVER_STAGE_KILLED, DROVER_FAILURE_KILLED},
    };
    /* Applied this long after acceptance: queued, preparing, first pass, later. */
    static const guint after_ms[] = {0, 30, 400, 1500};
    guint row = (guint) _i % G_N_ELEMENTS(rows);
    g_autofree char *id = NULL;

    scene_slow_links(scene, 50);
    scene_add_guest(scene, "web", "alpha", 60);
    id = scene_submit(scene, "web", "beta");
    if (after_ms[_i / 3]) {
        scene_run(scene, after_ms[_i / 3]);
    }
    ck_assert(scene_apply(scene, id, rows[row].verb) % 4096 == 0);
    scene_wait(scene, id, rows[row].end);
    ck_assert_int_eq(scene_error(scene, id), rows[row].kind);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "alpha");
    ck_assert_uint_eq(drover_sim_world_count_running(scene->world, "web"), 1);
}
END_TEST

START_TEST(a_suspended_job_starts_again)
{
    g_autofree char *id = NULL;

    scene_slow_links(scene, 50);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_apply(scene, id, DROVER_VERB_SUSPEND);
    scene_wait(scene, id, DROVER_STAGE_SUSPENDED);
    scene_run(scene, 5000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_SUSPENDED);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_START), 0);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "beta");
}
END_TEST

START_TEST(a_kill_overtakes_a_terminate)
{
    g_autofree char *id = NULL;

    drover_sim_world_set_cancel_ms(scene->world, 5000);
    scene_slow_links(scene, 10);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_TERMINATE), 4096);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_CANCELLING);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_CANCELLED);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_TERMINATE), DROVER_RC_INVALID_STATE);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_KILL), 4096);
    scene_wait(scene, id, DROVER_STAGE_KILLED);
}
END_TEST

START_TEST(a_cancel_that_comes_too_late_ends_completed)
{
    DroverSimFault fault;
    g_autofree char *id = NULL;

    drover_sim_fault_init(&fault, DROVER_SIM_CANCEL_FAILS, DROVER_FAILURE_NONE);
    scene_arm(scene, &fault);
    scene_slow_links(scene, 100);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_apply(scene, id, DROVER_VERB_TERMINATE);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NONE);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "beta");
}
END_TEST

/* --- failures -------------------------------------------------------------------------------- */

START_TEST(a_failed_job_keeps_its_error_until_memory_flows_again)
{
    DroverSimFault fault;
    g_autofree char *id = NULL;
    guint16 status[2];

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_CPU_INCOMPATIBLE);
    fault.phase = DROVER_PHASE_CONNECTING;
    fault.nth = 1;
    scene_arm(scene, &fault);
    scene_slow_links(scene, 100);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_CPU_INCOMPATIBLE);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_START), 0);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_CPU_INCOMPATIBLE);
    drover_job_operational_status(scene_job(scene, id), status);
    ck_assert_uint_eq(status[0], 3);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 500);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_NONE);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
}
END_TEST

START_TEST(a_transient_failure_is_tried_again_as_often_as_allowed)
{
    DroverSimFault fault;
    g_autofree char *id = NULL;

    scene->settings->attempts = 3;
    scene->settings->retry_delay_s = 5;
    drover_service_reconfigure(scene->service, scene->settings);
    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_DESTINATION_LOST);
    fault.phase = DROVER_PHASE_PRECOPY;
    fault.transient = TRUE;
    fault.nth = _i ? 0 : 1; /* once, or always */
    scene_arm(scene, &fault);
    scene_slow_links(scene, 100);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_DESTINATION_LOST);
    scene_wait(scene, id, _i ? DROVER_STAGE_FAILED : DROVER_STAGE_COMPLETED);
    ck_assert_uint_eq(scene_job(scene, id)->record.attempt, _i ? 3 : 2);
}
END_TEST

START_TEST(a_permanent_failure_is_not_tried_again)
{
    DroverSimFault fault;
    g_autofree char *id = NULL;

    scene->settings->attempts = 3;
    drover_service_reconfigure(scene->service, scene->settings);
    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_DISK_MISSING);
    fault.phase = DROVER_PHASE_CONNECTING;
    fault.transient = FALSE;
    scene_arm(scene, &fault);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(scene_job(scene, id)->record.attempt, 1);
}
END_TEST

START_TEST(a_lost_host_makes_the_status_unknown_until_it_is_back_with_the_truth)
{
    static const DroverSimTruth truths[] = {DROVER_SIM_STAYED, DROVER_SIM_MOVED,
                                            DROVER_SIM_GOES_ON};
    static const DroverStage ends[] = {DROVER_STAGE_FAILED, DROVER_STAGE_COMPLETED,
                                       DROVER_STAGE_COMPLETED};
    const char *host = _i >= 3 ? "beta" : "alpha";
    g_autofree char *id = NULL;
    guint16 status[2];

    scene_slow_links(scene, 20);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    drover_sim_world_set_host_down(scene->world, host, truths[_i % 3]);
    scene_wait(scene, id, DROVER_STAGE_UNKNOWN);
    drover_job_operational_status(scene_job(scene, id), status);
    ck_assert_uint_eq(status[0], 13);
    ck_assert_int_ne(scene_error(scene, id), DROVER_FAILURE_NONE);
    scene_run(scene, 10000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_UNKNOWN);
    drover_sim_world_set_host_up(scene->world, host);
    scene_wait(scene, id, ends[_i % 3]);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), _i % 3 ? "beta" : "alpha");
}
END_TEST

/* --- restarts -------------------------------------------------------------------------------- */

START_TEST(a_restarted_daemon_takes_every_job_up_again)
{
    g_autofree char *moving = NULL;
    g_autofree char *queued = NULL;
    g_autofree char *held = NULL;

    drover_queue_set_limit(drover_service_queue(scene->service), 1);
    scene_slow_links(scene, 50);
    scene_add_guest(scene, "a", "alpha", 0);
    scene_add_guest(scene, "b", "alpha", 0);
    scene_add_guest(scene, "c", "alpha", 0);
    moving = scene_submit(scene, "a", "beta");
    queued = scene_submit(scene, "b", "beta");
    held = scene_submit(scene, "c", "beta");
    scene_wait(scene, moving, DROVER_STAGE_MOVING);
    ck_assert_uint_eq(scene_apply(scene, held, DROVER_VERB_SUSPEND), 0);
    scene_stop(scene);
    scene_start(scene);
    ck_assert_int_eq(scene_stage(scene, queued), DROVER_STAGE_QUEUED);
    ck_assert_int_eq(scene_stage(scene, held), DROVER_STAGE_SUSPENDED);
    scene_wait(scene, moving, DROVER_STAGE_COMPLETED);
    scene_wait(scene, queued, DROVER_STAGE_COMPLETED);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "a"), "beta");
    ck_assert_str_eq(drover_sim_world_where(scene->world, "c"), "alpha");
}
END_TEST

START_TEST(a_cancel_asked_for_before_a_restart_still_ends_terminated)
{
    g_autofree char *id = NULL;

    drover_sim_world_set_cancel_ms(scene->world, 3000);
    scene_slow_links(scene, 10);
    scene_add_guest(scene, "a", "alpha", 0);
    id = scene_submit(scene, "a", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_apply(scene, id, DROVER_VERB_TERMINATE);
    scene_stop(scene);
    scene_start(scene);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "a"), "alpha");
}
END_TEST

START_TEST(who_stopped_a_job_is_kept_across_a_restart)
{
    g_autofree char *reason = NULL;
    g_autofree char *id = NULL;

    scene_slow_links(scene, 20);
    drover_sim_world_set_cancel_ms(scene->world, 5000);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    drover_service_apply(scene->service, scene_job(scene, id), DROVER_VERB_TERMINATE, "alice",
                         &reason);
    ck_assert_str_eq(drover_job_error(scene_job(scene, id))->element, "alice");
    scene_run(scene, 100);
    scene_stop(scene);
    scene_start(scene);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    ck_assert_str_eq(drover_job_error(scene_job(scene, id))->element, "alice");
}
END_TEST

START_TEST(a_job_whose_start_a_restart_prevented_is_started_by_the_next_daemon)
{
    g_autofree char *id = NULL;
    DroverSimCount count;

    scene_add_guest(scene, "a", "alpha", 0);
    id = scene_submit(scene, "a", "beta");
    drover_clock_advance(scene->clock,
                         0); /* it leaves the queue, and its intent is not yet on disk */
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_PREPARING);
    scene_stop(scene);
    drover_sim_world_count(scene->world, NULL, &count);
    ck_assert_uint_eq(count.started, 0);
    scene_start(scene);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "a"), "beta");
}
END_TEST

START_TEST(a_suspend_asked_for_before_a_restart_still_holds_the_job)
{
    g_autofree char *id = NULL;

    drover_sim_world_set_cancel_ms(scene->world, 3000);
    scene_slow_links(scene, 10);
    scene_add_guest(scene, "a", "alpha", 0);
    id = scene_submit(scene, "a", "beta");
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_SUSPEND), 4096);
    scene_stop(scene);
    scene_start(scene);
    scene_wait(scene, id, DROVER_STAGE_SUSPENDED);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "a"), "alpha");
}
END_TEST

START_TEST(random_verbs_faults_and_restarts_lose_no_job_and_double_no_guest)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) _i);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    scene_slow_links(scene, 100);
    for (guint i = 0; i < 12; i++) {
        g_autofree char *name = g_strdup_printf("g%u", i);

        scene_add_guest(scene, name, i % 2 ? "alpha" : "gamma",
                        (guint64) g_rand_int_range(rand, 0, 20));
        g_ptr_array_add(ids, scene_submit(scene, name, "beta"));
    }
    for (guint step = 0; step < 60; step++) {
        const char *id = g_ptr_array_index(ids, g_rand_int_range(rand, 0, (gint32) ids->len));
        const char *host = g_rand_boolean(rand) ? "alpha" : "beta";
        gint32 dice = g_rand_int_range(rand, 0, 10);

        if (dice < 5) {
            scene_apply(scene, id, (DroverVerb) g_rand_int_range(rand, 2, 6));
        } else if (dice == 5) {
            drover_sim_world_set_host_down(scene->world, host,
                                           (DroverSimTruth) g_rand_int_range(rand, 0, 3));
        } else if (dice == 6) {
            drover_sim_world_set_host_up(scene->world, host);
        } else if (dice == 7) {
            scene_stop(scene);
            scene_start(scene);
        }
        scene_run(scene, (guint) g_rand_int_range(rand, 0, 400));
        for (guint i = 0; i < ids->len; i++) {
            g_autofree char *name = g_strdup_printf("g%u", i);

            ck_assert_uint_le(drover_sim_world_count_running(scene->world, name), 1);
        }
    }
    drover_sim_world_set_host_up(scene->world, "alpha");
    drover_sim_world_set_host_up(scene->world, "beta");
    scene_run(scene, 60000);
    for (guint i = 0; i < ids->len; i++) {
        g_autofree char *name = g_strdup_printf("g%u", i);
        DroverStage stage = scene_stage(scene, g_ptr_array_index(ids, i));
        gboolean moved = g_str_equal(drover_sim_world_where(scene->world, name), "beta");

        ck_assert_msg(drover_stage_is_final(stage) || stage == DROVER_STAGE_SUSPENDED, "%s is %s",
                      name, drover_stage_info(stage)->name);
        ck_assert_msg(moved == (stage == DROVER_STAGE_COMPLETED ||
                                stage == DROVER_STAGE_COMPLETED_WITH_WARNINGS),
                      "%s is %s and on %s", name, drover_stage_info(stage)->name,
                      drover_sim_world_where(scene->world, name));
        ck_assert_uint_eq(drover_sim_world_count_running(scene->world, name), 1);
    }
}
END_TEST

/* --- the end of jobs ------------------------------------------------------------------------- */

START_TEST(ended_jobs_stay_their_time_and_go)
{
    g_autofree char *id = NULL;

    scene->settings->time_before_removal_s = 20;
    drover_service_reconfigure(scene->service, scene->settings);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    scene_run(scene, 18000);
    ck_assert_ptr_nonnull(drover_jobs_find(drover_service_jobs(scene->service), id));
    scene_run(scene, 3000);
    ck_assert_ptr_null(drover_jobs_find(drover_service_jobs(scene->service), id));
    scene_stop(scene);
    scene_start(scene);
    ck_assert_ptr_null(drover_jobs_find(drover_service_jobs(scene->service), id));
}
END_TEST

START_TEST(only_an_ended_job_can_be_acknowledged)
{
    g_autofree char *reason = NULL;
    g_autofree char *id = NULL;

    scene_slow_links(scene, 50);
    scene_add_guest(scene, "web", "alpha", 0);
    id = scene_submit(scene, "web", "beta");
    ck_assert_uint_eq(
        drover_service_complete(scene->service, scene_job(scene, id), NULL, NULL, &reason),
        DROVER_RC_INVALID_STATE);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    g_clear_pointer(&reason, g_free);
    ck_assert_uint_eq(
        drover_service_complete(scene->service, scene_job(scene, id), NULL, NULL, &reason), 0);
    ck_assert_ptr_null(drover_jobs_find(drover_service_jobs(scene->service), id));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("service");
    TCase *tc = tcase_create("service");

    tcase_set_timeout(tc, 25);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_job_is_accepted_when_it_is_on_disk_and_not_before);
    tcase_add_test(tc, an_accepted_job_moves_the_guest);
    tcase_add_test(tc, wrong_requests_are_refused_before_anything_is_touched);
    tcase_add_test(tc, further_destinations_are_checked_and_kept);
    tcase_add_loop_test(tc, limits_hold_at_every_instant, 0, 6);
    tcase_add_test(tc, a_waiting_job_says_for_what);
    tcase_add_test(tc, one_waiting_job_stops_no_other);
    tcase_add_test(tc, lower_priority_numbers_run_first);
    tcase_add_test(tc, disabled_moves_wait_and_start_when_enabled);
    tcase_add_test(tc, settings_outlive_the_daemon);
    tcase_add_loop_test(tc, stopping_verbs_leave_the_guest_on_its_source, 0, 12);
    tcase_add_test(tc, a_suspended_job_starts_again);
    tcase_add_test(tc, a_kill_overtakes_a_terminate);
    tcase_add_test(tc, a_cancel_that_comes_too_late_ends_completed);
    tcase_add_test(tc, a_failed_job_keeps_its_error_until_memory_flows_again);
    tcase_add_loop_test(tc, a_transient_failure_is_tried_again_as_often_as_allowed, 0, 2);
    tcase_add_test(tc, a_permanent_failure_is_not_tried_again);
    tcase_add_loop_test(tc, a_lost_host_makes_the_status_unknown_until_it_is_back_with_the_truth, 0,
                        6);
    tcase_add_test(tc, a_restarted_daemon_takes_every_job_up_again);
    tcase_add_test(tc, a_cancel_asked_for_before_a_restart_still_ends_terminated);
    tcase_add_test(tc, who_stopped_a_job_is_kept_across_a_restart);
    tcase_add_test(tc, a_job_whose_start_a_restart_prevented_is_started_by_the_next_daemon);
    tcase_add_test(tc, a_suspend_asked_for_before_a_restart_still_holds_the_job);
    tcase_add_loop_test(tc, random_verbs_faults_and_restarts_lose_no_job_and_double_no_guest, 0,
                        10);
    tcase_add_test(tc, ended_jobs_stay_their_time_and_go);
    tcase_add_test(tc, only_an_ended_job_can_be_acknowledged);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
