#include "tests/unit/orchestrator/scene.h"

#include "orchestrator/retrier.h"

static Scene *scene;

static void
set_up(void)
{
    scene = scene_new();
    scene->settings->attempts = 5;
    scene->settings->retry_delay_s = 10;
    scene->settings->retry_delay_max_s = 40;
    drover_service_reconfigure(scene->service, scene->settings);
    scene_slow_links(scene, 100);
    scene_add_guest(scene, "web", "alpha", 0);
}

static void
tear_down(void)
{
    g_clear_pointer(&scene, scene_free);
}

/* What befalls moves to @host (NULL: any); @nth 0: all of them. */
static void
fail_at(const char *host, DroverPhase phase, DroverFailureKind kind, gboolean transient, guint nth)
{
    DroverSimFault fault;

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, kind);
    fault.host = host;
    fault.phase = phase;
    fault.after_ms = phase == DROVER_PHASE_CONNECTING ? 100 : 0; /* long enough to be seen */
    fault.transient = transient;
    fault.nth = nth;
    scene_arm(scene, &fault);
}

/* "web" to beta, else to gamma; @timeout_s -1: the default. (transfer full) */
static char *
submit(gboolean also_gamma, guint attempts, int timeout_s)
{
    guint matches = 0;
    DroverRequest request = {
        .guest = drover_inventory_resolve_guest(drover_service_inventory(scene->service), "web",
                                                &matches)
                     ->uuid,
        .destination = "beta",
        .alternatives = {also_gamma ? "gamma" : NULL},
        .attempts = attempts,
        .has_no_progress_timeout = timeout_s >= 0,
        .no_progress_timeout_s = (guint) MAX(timeout_s, 0),
    };
    char *id = NULL;
    DroverFailure *failure = drover_service_submit(scene->service, &request, scene_accepted, &id);

    ck_assert_msg(!failure, "%s", failure ? drover_failure_kind_name(failure->kind) : "");
    scene->store->klass->flush(scene->store);
    ck_assert_ptr_nonnull(id);
    return id;
}

static const DroverJobRecord *
record(const char *id)
{
    return &scene_job(scene, id)->record;
}

static const DroverAttempt *
attempt(const char *id, guint number)
{
    const GPtrArray *attempts = scene_job(scene, id)->attempts;

    ck_assert(attempts && attempts->len >= number);
    return attempts->pdata[number - 1];
}

static double
now_s(void)
{
    return (double) drover_clock_monotonic_us(scene->clock) / G_USEC_PER_SEC;
}

/* --- the delay ------------------------------------------------------------------------------- */

START_TEST(the_waits_grow_to_their_limit)
{
    static const guint least_s[] = {10, 20, 40, 40};
    g_autofree char *id = NULL;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_PORTS_USED_UP, TRUE, 0);
    id = submit(FALSE, 5, -1);
    for (guint i = 0; i < G_N_ELEMENTS(least_s); i++) {
        g_autofree char *text = NULL;
        g_autofree char *part = g_strdup_printf("(attempt %u of 5)", i + 2);
        double began_s;

        scene_wait(scene, id, DROVER_STAGE_RETRYING);
        began_s = now_s();
        text = drover_job_status_text(scene_job(scene, id));
        assert_contains(text, "Retrying at ");
        assert_contains(text, part);
        scene_wait(scene, id, DROVER_STAGE_PREPARING);
        ck_assert_msg(now_s() - began_s >= least_s[i] - 0.1 &&
                          now_s() - began_s <= least_s[i] * 1.4 + 0.1,
                      "wait %u took %g s", i + 1, now_s() - began_s);
    }
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_PORTS_USED_UP);
    ck_assert_uint_eq(record(id)->attempt, 5);
}
END_TEST

START_TEST(a_client_tries_at_once_what_waits)
{
    g_autofree char *id = NULL;
    double began_s;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_PORTS_USED_UP, TRUE, 1);
    id = submit(FALSE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    began_s = now_s();
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_START), 0);
    scene_wait(scene, id, DROVER_STAGE_PREPARING);
    ck_assert(now_s() - began_s < 1);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_uint_eq(record(id)->attempt, 2);
}
END_TEST

/* --- the time without progress --------------------------------------------------------------- */

START_TEST(a_job_without_progress_is_given_up_with_its_last_error)
{
    g_autofree char *id = NULL;
    double began_s;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_PORTS_USED_UP, TRUE, 0);
    id = submit(FALSE, 100, 60);
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    began_s = now_s();
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert(now_s() - began_s >= 59 && now_s() - began_s <= 62);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_PORTS_USED_UP);
    ck_assert_uint_lt(record(id)->attempt, 100);
}
END_TEST

START_TEST(flowing_memory_is_progress)
{
    g_autofree char *id = NULL;

    fail_at(NULL, DROVER_PHASE_SWITCHOVER, DROVER_FAILURE_DESTINATION_QEMU_DIED, TRUE, 0);
    id = submit(FALSE, 7, 15); /* the attempts take longer than that together */
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(record(id)->attempt, 7);
    ck_assert_uint_eq(record(id)->setbacks, 0);
}
END_TEST

START_TEST(without_time_or_with_less_than_the_delay_nothing_is_tried_again)
{
    g_autofree char *id = NULL;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_PORTS_USED_UP, TRUE, 0);
    id = submit(FALSE, 5, _i ? 9 : 0);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(record(id)->attempt, 1);
}
END_TEST

START_TEST(a_restart_keeps_the_schedule_and_the_time_without_progress)
{
    g_autofree char *id = NULL;
    gint64 at_us;
    double began_s;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_PORTS_USED_UP, TRUE, 0);
    id = submit(FALSE, 100, 60);
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    began_s = now_s();
    at_us = record(id)->retry_at_us;
    scene_stop(scene);
    scene_start(scene);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_RETRYING);
    scene_wait(scene, id, DROVER_STAGE_PREPARING);
    ck_assert_int_ge(drover_clock_real_us(scene->clock), at_us);
    ck_assert_int_le(drover_clock_real_us(scene->clock), at_us + G_USEC_PER_SEC);
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    scene_stop(scene);
    drover_clock_advance(scene->clock, 30 * G_USEC_PER_SEC);
    scene_start(scene);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert(now_s() - began_s >= 59 && now_s() - began_s <= 62);
}
END_TEST

/* --- what is not tried again ----------------------------------------------------------------- */

START_TEST(only_what_may_pass_is_tried_again)
{
    static const DroverFailureKind lasting[] = {
        DROVER_FAILURE_CPU_INCOMPATIBLE, DROVER_FAILURE_DISK_MISSING, DROVER_FAILURE_OPTION_INVALID,
        DROVER_FAILURE_BRIDGE_MISSING, DROVER_FAILURE_CANCELLED_ELSEWHERE};
    g_autofree char *id = NULL;

    fail_at(NULL, DROVER_PHASE_CONNECTING, lasting[_i], (gboolean) -1, 0);
    id = submit(FALSE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(record(id)->attempt, 1);
    ck_assert_uint_eq(record(id)->attempts_made, 1);
}
END_TEST

START_TEST(what_ran_at_the_destination_is_never_tried_again)
{
    DroverSimFault post_copy;
    g_autofree char *id = NULL;
    guint matches = 0;
    DroverRequest request = {
        .guest = drover_inventory_resolve_guest(drover_service_inventory(scene->service), "web",
                                                &matches)
                     ->uuid,
        .destination = "beta",
        .options = {.post_copy = TRUE},
    };

    drover_sim_fault_init(&post_copy, DROVER_SIM_POST_COPY, DROVER_FAILURE_NONE);
    post_copy.phase = DROVER_PHASE_PRECOPY;
    scene_arm(scene, &post_copy);
    fail_at(NULL, DROVER_PHASE_POSTCOPY, DROVER_FAILURE_GUEST_LOST, TRUE, 0);
    ck_assert_ptr_null(drover_service_submit(scene->service, &request, scene_accepted, &id));
    scene_run(scene, 20);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert(scene_job(scene, id)->ran_elsewhere);
    ck_assert_uint_eq(record(id)->attempts_made, 1);
}
END_TEST

/* Whatever outcome and failure a backend would make of it. */
START_TEST(nor_does_a_backend_that_says_stayed_change_that)
{
    DroverRetrier *retrier =
        drover_retrier_new(drover_service_jobs(scene->service), scene->backend);
    g_autofree char *id = NULL;
    g_autofree char *reason = NULL;
    DroverJob *job;

    id = submit(FALSE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    job = scene_job(scene, id);
    job->record.failure = drover_failure_new(DROVER_FAILURE_STREAM_BROKEN);
    job->record.failure->transient = TRUE;
    job->record.failure->phase = _i ? DROVER_PHASE_POSTCOPY_BROKEN : DROVER_PHASE_PRECOPY;
    job->ran_elsewhere = !_i;
    ck_assert(!drover_retrier_take(retrier, job, DROVER_OUTCOME_STAYED, &reason));
    ck_assert_str_eq(reason, "stream-broken");
    ck_assert_int_eq(job->record.stage, DROVER_STAGE_MOVING);
    drover_retrier_stop(retrier);
    scene_stop(scene);
    drover_retrier_free(retrier);
    scene_start(scene);
}
END_TEST

START_TEST(a_cancelled_job_is_never_tried_again)
{
    g_autofree char *id = NULL;

    id = submit(TRUE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_apply(scene, id, DROVER_VERB_TERMINATE);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    scene_run(scene, 100000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_TERMINATED);
    ck_assert_uint_eq(record(id)->attempts_made, 1);
}
END_TEST

/* --- hosts that come back -------------------------------------------------------------------- */

START_TEST(a_host_that_comes_back_triggers_its_jobs_at_once)
{
    const char *host = _i ? "alpha" : "beta";
    g_autofree char *id = NULL;
    g_autofree char *reason = NULL;
    double back_s;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_DESTINATION_REFUSED, TRUE, 1);
    id = submit(FALSE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    drover_sim_world_set_host_down(scene->world, host, DROVER_SIM_STAYED);
    scene_run(scene, 100);
    reason = drover_job_wait_reason(scene_job(scene, id));
    ck_assert_pstr_eq(reason, _i ? "host 'alpha' to come back" : "host 'beta' to come back");
    scene_run(scene, 200000); /* many times the delay, and no attempt is wasted */
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_RETRYING);
    ck_assert_uint_eq(record(id)->attempt, 1);
    drover_sim_world_set_host_up(scene->world, host);
    back_s = now_s();
    scene_wait(scene, id, DROVER_STAGE_PREPARING);
    ck_assert_msg(now_s() - back_s < 2, "it took %g s", now_s() - back_s);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_uint_eq(record(id)->attempt, 2);
}
END_TEST

START_TEST(a_queued_job_of_a_lost_host_waits_for_it_without_an_attempt)
{
    g_autofree char *id = NULL;
    guint16 status[2];

    drover_sim_world_set_host_down(scene->world, "beta", DROVER_SIM_STAYED);
    scene_run(scene, 1000);
    id = submit(FALSE, 2, -1);
    scene_run(scene, 300000);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_RETRYING);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_HOST_UNREACHABLE);
    drover_job_operational_status(scene_job(scene, id), status);
    ck_assert_uint_eq(status[0], 3);
    ck_assert_uint_eq(record(id)->attempts_made, 0);
    ck_assert_uint_eq(drover_queue_active(drover_service_queue(scene->service)), 0);
    drover_sim_world_set_host_up(scene->world, "beta");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_uint_eq(record(id)->attempt, 1);
}
END_TEST

/* It may be configured wrongly: the backend says what is wrong with it. */
START_TEST(a_host_that_never_was_up_is_tried)
{
    g_autofree char *id = NULL;

    drover_sim_world_set_host_down(scene->world, "beta", DROVER_SIM_STAYED);
    scene_stop(scene);
    scene_start(scene);
    scene_run(scene, 1000);
    id = submit(FALSE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    ck_assert_uint_eq(record(id)->attempts_made, 1);
    ck_assert_int_eq(attempt(id, 1)->failure->kind, DROVER_FAILURE_HOST_UNREACHABLE);
}
END_TEST

START_TEST(a_lost_host_is_not_waited_for_longer_than_asked)
{
    g_autofree char *id = NULL;
    double began_s = now_s();

    drover_sim_world_set_host_down(scene->world, "beta", DROVER_SIM_STAYED);
    scene_run(scene, 1000);
    id = submit(FALSE, 5, 100);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert(now_s() - began_s >= 100 && now_s() - began_s <= 103);
    ck_assert_int_eq(scene_error(scene, id), DROVER_FAILURE_HOST_UNREACHABLE);
}
END_TEST

START_TEST(a_host_lost_and_back_during_the_attempt_costs_no_delay)
{
    g_autofree char *id = NULL;
    double back_s;

    id = submit(FALSE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    drover_sim_world_set_host_down(scene->world, "beta", DROVER_SIM_STAYED);
    scene_wait(scene, id, DROVER_STAGE_UNKNOWN);
    drover_sim_world_set_host_up(scene->world, "beta");
    back_s = now_s();
    scene_wait(scene, id, DROVER_STAGE_PREPARING);
    ck_assert_msg(now_s() - back_s < 2, "it took %g s", now_s() - back_s);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_uint_eq(record(id)->attempt, 2);
}
END_TEST

START_TEST(a_restarted_daemon_still_waits_for_the_lost_host)
{
    g_autofree char *id = NULL;
    double back_s;

    drover_sim_world_set_host_down(scene->world, "beta", DROVER_SIM_STAYED);
    scene_run(scene, 1000);
    id = submit(FALSE, 5, -1);
    scene_run(scene, 30000);
    scene_stop(scene);
    if (_i) { /* it comes back while no daemon looks */
        drover_sim_world_set_host_up(scene->world, "beta");
    }
    scene_start(scene);
    if (!_i) {
        scene_run(scene, 200000);
        ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_RETRYING);
        ck_assert_uint_eq(record(id)->attempts_made, 0);
        drover_sim_world_set_host_up(scene->world, "beta");
    }
    back_s = now_s();
    scene_wait(scene, id, DROVER_STAGE_PREPARING);
    ck_assert_msg(now_s() - back_s < 2, "it took %g s", now_s() - back_s);
}
END_TEST

/* --- other destinations ---------------------------------------------------------------------- */

START_TEST(another_destination_is_tried_at_once_and_counts)
{
    static const struct {
        DroverFailureKind kind;
        gboolean transient;
    } rows[] = {
        {DROVER_FAILURE_CPU_INCOMPATIBLE, FALSE},
        {DROVER_FAILURE_PORTS_USED_UP, TRUE},
    };
    g_autofree char *id = NULL;
    double began_s = now_s();

    fail_at("beta", DROVER_PHASE_CONNECTING, rows[_i].kind, rows[_i].transient, 0);
    id = submit(TRUE, 1, -1);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    ck_assert(now_s() - began_s < 5);
    ck_assert_str_eq(record(id)->destination, "gamma");
    ck_assert_uint_eq(drover_queue_incoming(drover_service_queue(scene->service), "gamma"), 1);
    ck_assert_uint_eq(drover_queue_incoming(drover_service_queue(scene->service), "beta"), 0);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "gamma");
    ck_assert_uint_eq(record(id)->attempt, 2);
    ck_assert_uint_eq(drover_queue_incoming(drover_service_queue(scene->service), "gamma"), 0);
}
END_TEST

START_TEST(a_fault_of_the_source_or_the_guest_is_no_reason_to_go_elsewhere)
{
    g_autofree char *id = NULL;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_HAS_SNAPSHOTS, FALSE, 0);
    id = submit(TRUE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_str_eq(record(id)->destination, "beta");
    ck_assert_uint_eq(record(id)->attempts_made, 1);
}
END_TEST

START_TEST(those_that_may_do_go_around_again)
{
    g_autofree char *id = NULL;

    fail_at("beta", DROVER_PHASE_CONNECTING, DROVER_FAILURE_CPU_INCOMPATIBLE, FALSE, 0);
    fail_at("gamma", DROVER_PHASE_CONNECTING, DROVER_FAILURE_PORTS_USED_UP, TRUE, 0);
    id = submit(TRUE, 4, -1);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_str_eq(record(id)->ruled_out, "beta");
    ck_assert_uint_eq(record(id)->attempts_made, 4);
    ck_assert_str_eq(attempt(id, 1)->destination, "beta");
    for (guint i = 2; i <= 4; i++) {
        ck_assert_str_eq(attempt(id, i)->destination, "gamma");
    }
    ck_assert_int_lt(attempt(id, 2)->began_us - attempt(id, 1)->ended_us, G_USEC_PER_SEC);
    ck_assert_int_ge(attempt(id, 3)->began_us - attempt(id, 2)->ended_us, 10 * G_USEC_PER_SEC);
}
END_TEST

START_TEST(when_all_are_ruled_out_the_job_fails)
{
    g_autofree char *id = NULL;

    fail_at(NULL, DROVER_PHASE_CONNECTING, DROVER_FAILURE_CPU_INCOMPATIBLE, FALSE, 0);
    id = submit(TRUE, 9, -1);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(record(id)->attempts_made, 2);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_START), 0);
    ck_assert_str_eq(record(id)->destination, "beta"); /* a client starts it all over */
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(record(id)->attempts_made, 4);
}
END_TEST

START_TEST(a_lost_destination_is_passed_over)
{
    g_autofree char *id = NULL;

    drover_sim_world_set_host_down(scene->world, "beta", DROVER_SIM_STAYED);
    scene_run(scene, 1000);
    id = submit(TRUE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "gamma");
    ck_assert_uint_eq(record(id)->attempts_made, 1);
}
END_TEST

/* --- the history ----------------------------------------------------------------------------- */

START_TEST(every_attempt_is_kept_with_its_error)
{
    g_autofree char *id = NULL;

    fail_at("beta", DROVER_PHASE_PRECOPY, DROVER_FAILURE_STREAM_BROKEN, TRUE, 1);
    id = submit(TRUE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    for (guint round = 0; round < 2; round++) { /* as it is, and after a restart */
        const DroverAttempt *first = attempt(id, 1);
        const DroverAttempt *second = attempt(id, 2);

        ck_assert_uint_eq(scene_job(scene, id)->attempts->len, 2);
        ck_assert_str_eq(first->destination, "beta");
        ck_assert_int_eq(first->outcome, DROVER_OUTCOME_STAYED);
        ck_assert_int_eq(first->failure->kind, DROVER_FAILURE_STREAM_BROKEN);
        ck_assert_int_gt(first->ended_us, first->began_us);
        ck_assert_str_eq(second->destination, "gamma");
        ck_assert_int_eq(second->outcome, DROVER_OUTCOME_MOVED);
        ck_assert_ptr_null(second->failure);
        ck_assert_str_eq(second->job_id, id);
        scene_stop(scene);
        scene_start(scene);
    }
}
END_TEST

START_TEST(an_attempt_that_outlives_the_daemon_ends_with_the_truth)
{
    g_autofree char *id = NULL;

    scene_slow_links(scene, 10);
    id = submit(FALSE, 5, -1);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_stop(scene);
    scene_start(scene);
    ck_assert_int_eq(attempt(id, 1)->outcome, (DroverOutcome) 0);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    ck_assert_uint_eq(scene_job(scene, id)->attempts->len, 1);
    ck_assert_int_eq(attempt(id, 1)->outcome, DROVER_OUTCOME_MOVED);
}
END_TEST

/* --- all of it together ---------------------------------------------------------------------- */

static void
befall(GRand *rand, const char *id)
{
    static const char *const hosts[] = {"alpha", "beta", "gamma"};
    static const DroverFailureKind kinds[] = {
        DROVER_FAILURE_PORTS_USED_UP, DROVER_FAILURE_CPU_INCOMPATIBLE, DROVER_FAILURE_STREAM_BROKEN,
        DROVER_FAILURE_GUEST_BUSY};
    const char *host = hosts[g_rand_int_range(rand, 0, 3)];
    gint32 dice = g_rand_int_range(rand, 0, 12);

    if (dice < 3) {
        scene_apply(scene, id, (DroverVerb) g_rand_int_range(rand, 2, 4)); /* start, suspend */
    } else if (dice < 5) {
        drover_sim_world_set_host_down(scene->world, host,
                                       (DroverSimTruth) g_rand_int_range(rand, 0, 3));
    } else if (dice < 7) {
        drover_sim_world_set_host_up(scene->world, host);
    } else if (dice < 10) {
        fail_at(g_rand_boolean(rand) ? host : NULL,
                g_rand_boolean(rand) ? DROVER_PHASE_CONNECTING : DROVER_PHASE_PRECOPY,
                kinds[g_rand_int_range(rand, 0, G_N_ELEMENTS(kinds))], (gboolean) -1, 1);
    } else if (dice == 10) {
        scene_stop(scene);
        scene_start(scene);
    }
}

/* Places are counted by the destination, which changes; guests are moved and moved again. */
START_TEST(whatever_befalls_them_jobs_end_with_the_truth_and_give_their_places_back)
{
    static const char *const hosts[] = {"alpha", "beta", "gamma"};
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) _i);
    g_autofree char *id = submit(TRUE, 20, -1);
    gboolean moved;

    for (guint step = 0; step < 80; step++) {
        befall(rand, id);
        scene_run(scene, (guint) g_rand_int_range(rand, 0, 4000));
        ck_assert_uint_le(drover_sim_world_count_running(scene->world, "web"), 1);
        if (drover_stage_is_final(scene_stage(scene, id))) {
            break;
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
        drover_sim_world_set_host_up(scene->world, hosts[i]);
    }
    scene_run(scene, 250000);
    if (scene_stage(scene, id) == DROVER_STAGE_SUSPENDED) {
        ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_START), 0);
        scene_run(scene, 250000);
    }
    moved = !g_str_equal(drover_sim_world_where(scene->world, "web"), "alpha");
    ck_assert_int_eq(moved, scene_stage(scene, id) == DROVER_STAGE_COMPLETED);
    ck_assert(moved || scene_stage(scene, id) == DROVER_STAGE_FAILED);
    if (moved) {
        ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), record(id)->destination);
    }
    ck_assert_uint_eq(drover_sim_world_count_running(scene->world, "web"), 1);
    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
        DroverQueue *queue = drover_service_queue(scene->service);

        ck_assert_uint_eq(drover_queue_incoming(queue, hosts[i]), 0);
        ck_assert_uint_eq(drover_queue_outgoing(queue, hosts[i]), 0);
    }
    for (guint i = 1; i <= record(id)->attempts_made; i++) {
        ck_assert_uint_eq(attempt(id, i)->number, i);
        ck_assert_int_gt(attempt(id, i)->ended_us, 0);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("retrier");
    TCase *tc = tcase_create("jobs");

    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, the_waits_grow_to_their_limit);
    tcase_add_test(tc, a_client_tries_at_once_what_waits);
    tcase_add_test(tc, a_job_without_progress_is_given_up_with_its_last_error);
    tcase_add_test(tc, flowing_memory_is_progress);
    tcase_add_loop_test(tc, without_time_or_with_less_than_the_delay_nothing_is_tried_again, 0, 2);
    tcase_add_test(tc, a_restart_keeps_the_schedule_and_the_time_without_progress);
    tcase_add_loop_test(tc, only_what_may_pass_is_tried_again, 0, 5);
    tcase_add_test(tc, what_ran_at_the_destination_is_never_tried_again);
    tcase_add_loop_test(tc, nor_does_a_backend_that_says_stayed_change_that, 0, 2);
    tcase_add_test(tc, a_cancelled_job_is_never_tried_again);
    tcase_add_loop_test(tc, a_host_that_comes_back_triggers_its_jobs_at_once, 0, 2);
    tcase_add_test(tc, a_queued_job_of_a_lost_host_waits_for_it_without_an_attempt);
    tcase_add_test(tc, a_host_that_never_was_up_is_tried);
    tcase_add_test(tc, a_lost_host_is_not_waited_for_longer_than_asked);
    tcase_add_test(tc, a_host_lost_and_back_during_the_attempt_costs_no_delay);
    tcase_add_loop_test(tc, a_restarted_daemon_still_waits_for_the_lost_host, 0, 2);
    tcase_add_loop_test(tc, another_destination_is_tried_at_once_and_counts, 0, 2);
    tcase_add_test(tc, a_fault_of_the_source_or_the_guest_is_no_reason_to_go_elsewhere);
    tcase_add_test(tc, those_that_may_do_go_around_again);
    tcase_add_test(tc, when_all_are_ruled_out_the_job_fails);
    tcase_add_test(tc, a_lost_destination_is_passed_over);
    tcase_add_test(tc, every_attempt_is_kept_with_its_error);
    tcase_add_test(tc, an_attempt_that_outlives_the_daemon_ends_with_the_truth);
    tcase_add_loop_test(
        tc, whatever_befalls_them_jobs_end_with_the_truth_and_give_their_places_back, 0, 12);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
