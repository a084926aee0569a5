#include "tests/unit/check-main.h"

#include "backends/libvirt/recover.h"

#define S        G_USEC_PER_SEC
#define START_US (1000 * S)

typedef struct {
    DroverRecovery recovery;
    gint64 now_us;
    guint64 done_bytes;
} Scene;

static const DroverSighting half = {DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY, TRUE};
static const DroverSighting broken_half = {DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY_FAILED, TRUE};
static const DroverSighting runs = {DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY, TRUE};
static const DroverSighting runs_broken = {DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY_FAILED, TRUE};
static const DroverSighting unseen = {DROVER_SEEN_NOT, DROVER_WHY_OTHER, FALSE};
static const DroverSighting absent = {DROVER_SEEN_ABSENT, DROVER_WHY_OTHER, FALSE};

/* A sample and a look each half second; the step at the end. */
static DroverRecoveryStep
pass(Scene *scene,
     const DroverSighting *source,
     const DroverSighting *destination,
     guint for_s,
     guint64 mib_s)
{
    const DroverEvidence evidence = {.source = *source, .destination = *destination};

    for (guint i = 0; i < 2 * for_s; i++) {
        DroverTransferStats stats = {.memory_done_bytes = scene->done_bytes,
                                     .memory_remaining_bytes = 1u << 30};

        drover_recovery_sample(&scene->recovery, &stats, scene->now_us);
        drover_recovery_look(&scene->recovery, &evidence, scene->now_us);
        scene->now_us += S / 2;
        scene->done_bytes += mib_s << 19;
    }
    return drover_recovery_step(&scene->recovery, scene->now_us);
}

static Scene
scene_new(void)
{
    return (Scene){.now_us = START_US, .done_bytes = 1u << 20};
}

START_TEST(memory_that_flows_is_left_to_flow)
{
    Scene scene = scene_new();

    ck_assert_int_eq(pass(&scene, &broken_half, &runs, 60, 1), DROVER_RECOVERY_WAIT);
    ck_assert(drover_recovery_flows(&scene.recovery, scene.now_us));
    ck_assert(!drover_recovery_stalls(&scene.recovery, scene.now_us));
}
END_TEST

START_TEST(a_last_drop_is_no_flow)
{
    Scene scene = scene_new();

    pass(&scene, &broken_half, &runs, 10, 0);
    scene.done_bytes += 4096;
    pass(&scene, &broken_half, &runs, 1, 0);
    ck_assert(!drover_recovery_flows(&scene.recovery, scene.now_us));
}
END_TEST

START_TEST(what_stands_still_is_paused_first_and_taken_up_when_both_know)
{
    Scene scene = scene_new();

    ck_assert_int_eq(pass(&scene, &broken_half, &runs, 4, 0), DROVER_RECOVERY_WAIT);
    ck_assert_int_eq(pass(&scene, &broken_half, &runs, 2, 0), DROVER_RECOVERY_PAUSE);
    ck_assert(!drover_recovery_flows(&scene.recovery, scene.now_us));
    drover_recovery_tried(&scene.recovery, scene.now_us);
    ck_assert_int_eq(drover_recovery_step(&scene.recovery, scene.now_us), DROVER_RECOVERY_WAIT);
    /* The destination knows: at once, whatever the delay between two pauses. */
    ck_assert_int_eq(pass(&scene, &broken_half, &runs_broken, 2, 0), DROVER_RECOVERY_TAKE_UP);
}
END_TEST

START_TEST(a_destination_that_still_listens_is_never_asked_to_take_it_up)
{
    const DroverSighting *sources[] = {&half, &broken_half};

    for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
        Scene scene = scene_new();

        for (guint s = 0; s < 600; s++) {
            DroverRecoveryStep step = pass(&scene, sources[i], &runs, 1, 0);

            ck_assert_int_ne(step, DROVER_RECOVERY_TAKE_UP);
            if (step == DROVER_RECOVERY_PAUSE) {
                drover_recovery_tried(&scene.recovery, scene.now_us);
            }
        }
    }
}
END_TEST

START_TEST(nothing_is_done_while_a_half_is_out_of_sight)
{
    const DroverSighting *others[] = {&unseen, &absent};

    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        Scene scene = scene_new();

        ck_assert_int_eq(pass(&scene, &broken_half, others[i], 600, 0), DROVER_RECOVERY_WAIT);
        scene = scene_new();
        ck_assert_int_eq(pass(&scene, others[i], &runs_broken, 600, 0), DROVER_RECOVERY_WAIT);
    }
}
END_TEST

START_TEST(tries_come_with_growing_delay_and_for_ever)
{
    const guint delays_s[] = {1, 2, 4, 8, 16, 30, 30, 30};
    Scene scene = scene_new();

    ck_assert_int_eq(pass(&scene, &broken_half, &runs_broken, 6, 0), DROVER_RECOVERY_TAKE_UP);
    for (guint i = 0; i < G_N_ELEMENTS(delays_s); i++) {
        drover_recovery_tried(&scene.recovery, scene.now_us);
        ck_assert_int_eq(
            drover_recovery_step(&scene.recovery, scene.now_us + delays_s[i] * (gint64) S - 1),
            DROVER_RECOVERY_WAIT);
        ck_assert_int_eq(pass(&scene, &broken_half, &runs_broken, delays_s[i], 0),
                         DROVER_RECOVERY_TAKE_UP);
    }
}
END_TEST

START_TEST(a_host_that_comes_back_is_not_made_to_wait)
{
    Scene scene = scene_new();

    pass(&scene, &broken_half, &runs_broken, 6, 0);
    for (guint i = 0; i < 10; i++) {
        drover_recovery_tried(&scene.recovery, scene.now_us);
    }
    ck_assert_int_eq(pass(&scene, &broken_half, &unseen, 1, 0), DROVER_RECOVERY_WAIT);
    /* QEMU's own connection is given the time to come back first. */
    ck_assert_int_eq(pass(&scene, &broken_half, &runs_broken, 4, 0), DROVER_RECOVERY_WAIT);
    ck_assert_int_eq(pass(&scene, &broken_half, &runs_broken, 2, 0), DROVER_RECOVERY_TAKE_UP);
}
END_TEST

START_TEST(one_that_libvirt_thinks_well_of_may_stall)
{
    Scene scene = scene_new();

    pass(&scene, &half, &runs, 40, 0);
    ck_assert(!drover_recovery_stalls(&scene.recovery, scene.now_us));
    pass(&scene, &half, &runs, 6, 0);
    ck_assert(drover_recovery_stalls(&scene.recovery, scene.now_us));
    pass(&scene, &half, &runs, 1, 1);
    ck_assert(!drover_recovery_stalls(&scene.recovery, scene.now_us));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("libvirt-recover");
    TCase *tcase = tcase_create("recover");

    tcase_add_test(tcase, memory_that_flows_is_left_to_flow);
    tcase_add_test(tcase, a_last_drop_is_no_flow);
    tcase_add_test(tcase, what_stands_still_is_paused_first_and_taken_up_when_both_know);
    tcase_add_test(tcase, a_destination_that_still_listens_is_never_asked_to_take_it_up);
    tcase_add_test(tcase, nothing_is_done_while_a_half_is_out_of_sight);
    tcase_add_test(tcase, tries_come_with_growing_delay_and_for_ever);
    tcase_add_test(tcase, a_host_that_comes_back_is_not_made_to_wait);
    tcase_add_test(tcase, one_that_libvirt_thinks_well_of_may_stall);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
