#include "tests/unit/orchestrator/trace-scene.h"

#include "orchestrator/cli/instance-json.h"
#include "orchestrator/drover-trace.h"

/* What a black box tells happens again to the engine, on simulated hosts. */

#define ALL 10000

/* One where a job has several attempts. */
static Scene *
patient_scene(void)
{
    Scene *scene = scene_new();

    scene->settings->attempts = 5;
    drover_service_reconfigure(scene->service, scene->settings);
    return scene;
}

/* As `drover job ID --trace --json` prints it. (transfer full) */
static char *export(Scene *scene, const char *id)
{
    g_autoptr(Trace) trace = trace_read(scene, id, 0, ALL);
    g_autoptr(GPtrArray) instances =
        g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);

    for (guint i = 0; i < trace->entries->len; i++) {
        g_ptr_array_add(instances, drover_trace_instance(trace_entry(trace, i)));
    }
    return drover_json_print(drover_json_list(instances), TRUE);
}

/* "pre-copy 1 1048576, …": what the samples and ends say, and "queued, …": the stages. */
static char *
course(Scene *scene, const char *id)
{
    g_autoptr(Trace) trace = trace_read(scene, id, 0, ALL);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < trace->entries->len; i++) {
        const DroverTraceEntry *entry = trace_entry(trace, i);

        if (entry->kind == DROVER_TRACE_SAMPLE) {
            g_string_append_printf(text, "%s %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s\n",
                                   drover_phase_name(entry->stats.phase), entry->stats.iteration,
                                   entry->stats.memory_done_bytes, entry->stats.dirty_rate_bytes_s,
                                   entry->failure ? drover_failure_kind_name(entry->failure->kind)
                                                  : "");
        } else if (entry->kind == DROVER_TRACE_STAGE || entry->kind == DROVER_TRACE_END) {
            g_string_append_printf(text, "%s %s %s\n", drover_trace_kind_name(entry->kind),
                                   entry->what, entry->detail ? entry->detail : "");
        }
    }
    return g_string_free(text, FALSE);
}

static void
wait_for_end(Scene *scene, const char *id)
{
    for (guint i = 0; i < 20000 && !drover_stage_is_final(scene_stage(scene, id)); i++) {
        scene_run(scene, 50);
    }
    ck_assert(drover_stage_is_final(scene_stage(scene, id)));
}

/* In another world, where nothing goes wrong by itself. (transfer full) */
static char *
replay(Scene *scene, const char *json, char **id)
{
    g_autoptr(GError) error = NULL;

    scene_add_guest(scene, "web", "alpha", 0);
    ck_assert_msg(drover_sim_world_replay(scene->world, "web", json, &error), "%s",
                  error ? error->message : "");
    *id = scene_submit(scene, "web", "beta");
    wait_for_end(scene, *id);
    return course(scene, *id);
}

static const struct {
    DroverSimFaultType type;
    DroverFailureKind kind;
    DroverPhase phase;
    guint nth;
    guint for_ms;
    DroverStage stage;
} faults[] = {
    {DROVER_SIM_HANG, DROVER_FAILURE_NONE, DROVER_PHASE_PRECOPY, 0, 7000, DROVER_STAGE_COMPLETED},
    {DROVER_SIM_FAIL, DROVER_FAILURE_CPU_INCOMPATIBLE, DROVER_PHASE_CONNECTING, 0, 0,
     DROVER_STAGE_FAILED},
    {DROVER_SIM_FAIL, DROVER_FAILURE_LEFTOVER, DROVER_PHASE_FINISHING, 0, 0,
     DROVER_STAGE_COMPLETED_WITH_WARNINGS},
    {DROVER_SIM_FAIL, DROVER_FAILURE_GUEST_LOST, DROVER_PHASE_PRECOPY, 0, 0, DROVER_STAGE_FAILED},
    {DROVER_SIM_FAIL, DROVER_FAILURE_STREAM_BROKEN, DROVER_PHASE_PRECOPY, 1, 0,
     DROVER_STAGE_COMPLETED}, /* the second attempt moves it */
    {DROVER_SIM_HOST_DOWN, DROVER_FAILURE_NONE, DROVER_PHASE_PRECOPY, 1, 3000,
     DROVER_STAGE_COMPLETED},
    {DROVER_SIM_GUEST_STOPS, DROVER_FAILURE_NONE, DROVER_PHASE_PRECOPY, 0, 0, DROVER_STAGE_FAILED},
};

START_TEST(a_simulated_move_goes_the_same_way_again)
{
    g_autoptr(Scene) first = patient_scene();
    g_autoptr(Scene) second = patient_scene();
    g_autofree char *first_id = NULL;
    g_autofree char *second_id = NULL;
    g_autofree char *json = NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    DroverSimFault fault;

    scene_add_guest(first, "web", "alpha", 20);
    scene_slow_links(first, 50);
    drover_sim_fault_init(&fault, faults[_i].type, faults[_i].kind);
    fault.phase = faults[_i].phase;
    fault.after_ms = 10;
    fault.nth = faults[_i].nth;
    fault.for_ms = faults[_i].for_ms;
    fault.host = faults[_i].type == DROVER_SIM_HOST_DOWN ? "beta" : NULL;
    scene_arm(first, &fault);
    first_id = scene_submit(first, "web", "beta");
    wait_for_end(first, first_id);
    ck_assert_int_eq(scene_stage(first, first_id), faults[_i].stage);
    json = export(first, first_id);
    before = course(first, first_id);

    after = replay(second, json, &second_id);
    ck_assert_str_eq(after, before);
    ck_assert_int_eq(scene_stage(second, second_id), faults[_i].stage);
    ck_assert_int_eq(scene_error(second, second_id), scene_error(first, first_id));
    ck_assert_int_eq(scene_job(second, second_id)->record.downtime_ms,
                     scene_job(first, first_id)->record.downtime_ms);
    ck_assert_pstr_eq(drover_sim_world_where(second->world, "web"),
                      drover_sim_world_where(first->world, "web"));
}
END_TEST

/* A job on real hosts, as it was told: the destination's libvirtd was killed, and came back. */
START_TEST(a_real_move_goes_the_same_way_again)
{
    g_autofree char *path =
        g_build_filename(g_getenv("DROVER_TRACES"), "trace-libvirtd-killed.json", NULL);
    g_autoptr(Scene) scene = patient_scene();
    g_autofree char *id = NULL;
    g_autofree char *json = NULL;
    g_autofree char *after = NULL;

    ck_assert(g_file_get_contents(path, &json, NULL, NULL));
    after = replay(scene, json, &id);
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_COMPLETED);
    ck_assert_msg(strstr(after, "stage moving \n") != NULL, "%s", after);
    ck_assert_msg(strstr(after, "stage unknown outcome-unknown\n") != NULL, "%s", after);
    ck_assert_msg(strstr(after, "end stayed destination-lost\nstage retrying") != NULL, "%s",
                  after);
    ck_assert_msg(strstr(after, "end moved \nstage completed") != NULL, "%s", after);
    ck_assert_str_eq(drover_sim_world_where(scene->world, "web"), "beta");
}
END_TEST

START_TEST(afterwards_moves_go_by_the_model_again)
{
    g_autoptr(Scene) first = patient_scene();
    g_autoptr(Scene) second = patient_scene();
    g_autofree char *id = NULL;
    g_autofree char *json = NULL;
    g_autofree char *told = NULL;
    g_autofree char *next = NULL;
    g_autofree char *replayed = NULL;
    DroverSimFault fault;

    scene_add_guest(first, "web", "alpha", 0);
    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_CPU_INCOMPATIBLE);
    scene_arm(first, &fault);
    id = scene_submit(first, "web", "beta");
    wait_for_end(first, id);
    json = export(first, id);
    told = replay(second, json, &replayed);
    ck_assert_int_eq(scene_stage(second, replayed), DROVER_STAGE_FAILED);
    next = scene_submit(second, "web", "beta");
    wait_for_end(second, next);
    ck_assert_int_eq(scene_stage(second, next), DROVER_STAGE_COMPLETED);
}
END_TEST

START_TEST(a_replay_can_be_cancelled)
{
    g_autoptr(Scene) first = patient_scene();
    g_autoptr(Scene) second = patient_scene();
    g_autofree char *id = NULL;
    g_autofree char *json = NULL;

    scene_add_guest(first, "web", "alpha", 0);
    scene_slow_links(first, 50);
    id = scene_submit(first, "web", "beta");
    wait_for_end(first, id);
    json = export(first, id);
    scene_add_guest(second, "web", "alpha", 0);
    ck_assert(drover_sim_world_replay(second->world, "web", json, NULL));
    g_free(id);
    id = scene_submit(second, "web", "beta");
    scene_wait(second, id, DROVER_STAGE_MOVING);
    ck_assert_uint_eq(scene_apply(second, id, DROVER_VERB_TERMINATE), 4096);
    scene_wait(second, id, DROVER_STAGE_TERMINATED);
    ck_assert_str_eq(drover_sim_world_where(second->world, "web"), "alpha");
}
END_TEST

#define BEGIN "{'Sequence':1,'ElapsedMilliseconds':0,'Kind':'attempt','What':'start'}"

static const struct {
    const char *json;
    const char *message;
} refused[] = {
    {"nonsense", "it is no trace: 'drover job ID --trace --json' prints one"},
    {"{}", "it is no trace"},
    {"[]", "the trace has no attempt"},
    {"[7]", "is no entry"},
    {"[" BEGIN "]", "attempt 1 of the trace has no end"},
    {"[{'Sequence':9,'ElapsedMilliseconds':0,'Kind':'sample','What':'pre-copy'}]",
     "entry 9 of the trace belongs to no attempt"},
    {"[" BEGIN ",{'Sequence':2,'ElapsedMilliseconds':0,'Kind':'sample','What':'x','Phase':'y'}]",
     "entry 2 of the trace is a sample without a Phase that is known"},
    {"[" BEGIN ",{'Sequence':2,'ElapsedMilliseconds':0,'Kind':'end','What':'ascended'}]",
     "entry 2 of the trace has an outcome that is not known"},
    {"[" BEGIN ",{'Sequence':2,'Kind':'end','What':'moved'}]", "has no ElapsedMilliseconds"},
    {"[" BEGIN
     ",{'Sequence':2,'ElapsedMilliseconds':0,'Kind':'end','What':'stayed','Failure':'x'}]",
     "has a Failure that is not known"},
};

START_TEST(what_is_no_trace_is_refused)
{
    g_autoptr(Scene) scene = patient_scene();
    g_autoptr(GError) error = NULL;
    g_autofree char *json = g_strdelimit(g_strdup(refused[_i].json), "'", '"');

    scene_add_guest(scene, "web", "alpha", 0);
    ck_assert(!drover_sim_world_replay(scene->world, "web", json, &error));
    ck_assert_msg(strstr(error->message, refused[_i].message) != NULL, "%s", error->message);
    ck_assert_msg(strstr(error->message, "'web'") != NULL, "%s", error->message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("replay");
    TCase *tc = tcase_create("replay");

    tcase_add_loop_test(tc, a_simulated_move_goes_the_same_way_again, 0, G_N_ELEMENTS(faults));
    tcase_add_test(tc, a_real_move_goes_the_same_way_again);
    tcase_add_test(tc, afterwards_moves_go_by_the_model_again);
    tcase_add_test(tc, a_replay_can_be_cancelled);
    tcase_add_loop_test(tc, what_is_no_trace_is_refused, 0, G_N_ELEMENTS(refused));
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
