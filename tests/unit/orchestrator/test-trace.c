#include "tests/unit/orchestrator/trace-scene.h"

#include "orchestrator/sqlite-trace.h"

/* The black box: what is in it, in which order, and what a restart, a removal or its length do. */

#define ALL 10000

static Scene *
scene_of_a_writer(void)
{
    Scene *scene = scene_new();

    scene_add_guest(scene, "web", "alpha", 20);
    scene_slow_links(scene, 50);
    return scene;
}

static void
assert_in_order(const Trace *trace)
{
    for (guint i = 0; i < trace->entries->len; i++) {
        const DroverTraceEntry *entry = trace_entry(trace, i);

        ck_assert_uint_eq(entry->sequence, i + 1);
        ck_assert_ptr_nonnull(drover_trace_kind_name(entry->kind));
        if (i > 0) {
            ck_assert_int_ge(entry->at_us, trace_entry(trace, i - 1)->at_us);
            ck_assert_int_ge(entry->elapsed_ms, trace_entry(trace, i - 1)->elapsed_ms);
        }
    }
    ck_assert_uint_eq(trace->last, trace->entries->len);
}

START_TEST(a_move_is_told_from_its_acceptance_to_its_end)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(Trace) trace = NULL;
    g_autofree char *words = NULL;
    const DroverTraceEntry *end;

    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    trace = trace_read(scene, id, 0, ALL);
    assert_in_order(trace);
    words = trace_words(trace);
    ck_assert_str_eq(words, "stage queued, stage preparing, attempt start, action migrate, "
                            "stage moving, answer migrate, sight moved, end moved, "
                            "stage completed");
    ck_assert_str_eq(trace_entry(trace, 0)->detail, "accepted");
    ck_assert_int_eq(trace_entry(trace, 0)->elapsed_ms, 0);
    end = trace_find(trace, 0, DROVER_TRACE_END, NULL);
    ck_assert(end->has_stats);
    ck_assert_int_eq(end->stats.downtime_ms, scene_job(scene, id)->record.downtime_ms);
    ck_assert_int_gt(end->elapsed_ms, 1000);
}
END_TEST

START_TEST(a_failure_is_told_with_what_led_to_it)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = NULL;
    g_autoptr(Trace) trace = NULL;
    DroverSimFault fault;
    const DroverTraceEntry *entry;

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_CPU_INCOMPATIBLE);
    fault.phase = DROVER_PHASE_PRECOPY;
    fault.after_ms = 1000;
    fault.element = "avx512f";
    fault.text = "guest CPU doesn't match";
    scene_arm(scene, &fault);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    trace = trace_read(scene, id, 0, ALL);
    assert_in_order(trace);
    ck_assert_str_eq(trace_find(trace, 0, DROVER_TRACE_EVENT, "fault")->detail, "fail");
    entry = trace_find(trace, 0, DROVER_TRACE_ANSWER, "migrate");
    ck_assert_str_eq(entry->detail, "guest CPU doesn't match");
    ck_assert_str_eq(entry->host, "alpha");
    entry = trace_find(trace, 0, DROVER_TRACE_END, "stayed");
    ck_assert_int_eq(entry->failure->kind, DROVER_FAILURE_CPU_INCOMPATIBLE);
    ck_assert_str_eq(entry->failure->element, "avx512f");
    ck_assert_int_eq(entry->failure->phase, DROVER_PHASE_PRECOPY);
    ck_assert_ptr_nonnull(trace_find(trace, 0, DROVER_TRACE_STAGE, "failed"));
}
END_TEST

START_TEST(what_clients_ask_for_is_told)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(Trace) trace = NULL;
    g_autofree char *words = NULL;

    scene_wait(scene, id, DROVER_STAGE_MOVING);
    ck_assert_uint_eq(scene_apply(scene, id, DROVER_VERB_TERMINATE), 4096);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    trace = trace_read(scene, id, 0, ALL);
    words = trace_words(trace);
    ck_assert_msg(strstr(words, "verb terminate, stage cancelling, action abort, answer migrate, "
                                "sight stayed, end stayed, stage terminated") != NULL,
                  "%s", words);
}
END_TEST

/* The last sample of each phase and iteration that was seen, and whether the trace has it. */
START_TEST(no_phase_and_no_iteration_is_without_its_first_and_last_sample)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(DroverTransferStats));
    DroverTransferStats before = {0};
    g_autoptr(Trace) trace = NULL;

    while (scene_stage(scene, id) != DROVER_STAGE_COMPLETED) {
        const DroverTransferStats *stats = &scene_job(scene, id)->stats;

        if (stats->phase != before.phase || stats->iteration != before.iteration) {
            g_array_append_val(turns, before);
            g_array_append_val(turns, *stats);
        }
        before = *stats;
        drover_clock_advance(scene->clock, 1000);
        scene->store->klass->flush(scene->store);
    }
    ck_assert_uint_gt(turns->len, 10);
    trace = trace_read(scene, id, 0, ALL);
    for (guint i = 3; i < turns->len; i++) {
        const DroverTransferStats *turn = &g_array_index(turns, DroverTransferStats, i);
        gboolean found = FALSE;

        for (guint k = 0; k < trace->entries->len && !found; k++) {
            const DroverTraceEntry *entry = trace_entry(trace, k);

            found = entry->has_stats && entry->stats.phase == turn->phase &&
                    entry->stats.iteration == turn->iteration &&
                    entry->stats.memory_done_bytes == turn->memory_done_bytes;
        }
        ck_assert_msg(found, "%s %u, %" G_GUINT64_FORMAT " bytes", drover_phase_name(turn->phase),
                      turn->iteration, turn->memory_done_bytes);
    }
}
END_TEST

START_TEST(a_long_iteration_gives_few_samples)
{
    g_autoptr(Scene) scene = scene_new();
    g_autofree char *id = NULL;
    g_autoptr(Trace) trace = NULL;
    guint samples = 0;

    scene_add_guest(scene, "web", "alpha", 0);
    scene_slow_links(scene, 4); /* 64 s */
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    trace = trace_read(scene, id, 0, ALL);
    for (guint i = 0; i < trace->entries->len; i++) {
        samples += trace_entry(trace, i)->kind == DROVER_TRACE_SAMPLE;
    }
    ck_assert_uint_ge(samples, 64 / DROVER_TRACE_SAMPLE_S);
    ck_assert_uint_le(samples, 64 / DROVER_TRACE_SAMPLE_S + 12);
}
END_TEST

/* A host may be away for days (and an ended job is removed after five minutes). */
START_TEST(while_contact_is_lost_there_is_little_to_tell)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    DroverJob *job = scene_job(scene, id);
    const DroverTransferStats lost = {.phase = DROVER_PHASE_UNKNOWN};
    g_autoptr(Trace) trace = NULL;
    guint samples = 0;

    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    for (guint s = 0; s < 4 * DROVER_TRACE_STILL_S; s++) {
        drover_clock_advance(scene->clock, G_USEC_PER_SEC);
        drover_trace_sample(drover_service_jobs(scene->service), job, &lost, NULL);
    }
    trace = trace_read(scene, id, 0, ALL);
    for (guint i = 0; i < trace->entries->len; i++) {
        samples += g_strcmp0(trace_entry(trace, i)->what, "unknown") == 0;
    }
    ck_assert_uint_eq(samples, 4);
}
END_TEST

START_TEST(a_restart_goes_on_with_it)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(Trace) before = NULL;
    g_autoptr(Trace) after = NULL;
    g_autofree char *words = NULL;

    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 1000);
    before = trace_read(scene, id, 0, ALL);
    scene_stop(scene);
    drover_clock_advance(scene->clock, 1000 * 1000);
    scene_start(scene);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    after = trace_read(scene, id, 0, ALL);
    assert_in_order(after);
    for (guint i = 0; i < before->entries->len; i++) {
        ck_assert_str_eq(trace_entry(after, i)->what, trace_entry(before, i)->what);
        ck_assert_int_eq(trace_entry(after, i)->at_us, trace_entry(before, i)->at_us);
    }
    words = trace_words(after);
    ck_assert_msg(strstr(words, "attempt start, action migrate, stage moving, attempt adopt") &&
                      g_str_has_suffix(words, "end moved, stage completed"),
                  "%s", words);
}
END_TEST

START_TEST(a_removed_job_keeps_its_own)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autofree char *reason = NULL;
    g_autoptr(Trace) before = NULL;
    g_autoptr(Trace) after = NULL;
    g_autoptr(Trace) none = NULL;

    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    before = trace_read(scene, id, 0, ALL);
    ck_assert_uint_eq(
        drover_service_complete(scene->service, scene_job(scene, id), NULL, NULL, &reason), 0);
    scene_run(scene, 10);
    ck_assert_ptr_null(drover_jobs_find(drover_service_jobs(scene->service), id));
    after = trace_read(scene, id, 0, ALL);
    ck_assert_uint_eq(after->entries->len, before->entries->len);
    none = trace_read(scene, "NO-SUCH-JOB", 0, ALL);
    ck_assert_uint_eq(none->entries->len, 0);
    ck_assert_uint_eq(none->last, 0);
}
END_TEST

START_TEST(of_a_long_one_the_middle_is_dropped)
{
    enum { ENTRIES = DROVER_TRACE_HEAD + 2 * DROVER_TRACE_TAIL };
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    DroverJob *job = scene_job(scene, id);
    g_autoptr(Trace) trace = NULL;
    guint i;

    for (i = 0; i < ENTRIES; i++) {
        drover_trace_note(
            drover_service_jobs(scene->service), job,
            &(DroverNote){.kind = DROVER_NOTE_EVENT, .what = "much", .code = (int) i});
    }
    trace = trace_read(scene, id, 0, ALL);
    ck_assert_uint_eq(trace->entries->len, DROVER_TRACE_HEAD + DROVER_TRACE_TAIL);
    ck_assert_uint_eq(trace_entry(trace, 0)->sequence, 1);
    ck_assert_uint_eq(trace_entry(trace, DROVER_TRACE_HEAD - 1)->sequence, DROVER_TRACE_HEAD);
    ck_assert_uint_eq(trace_entry(trace, DROVER_TRACE_HEAD)->sequence,
                      trace->last - DROVER_TRACE_TAIL + 1);
    ck_assert_int_eq(trace_entry(trace, trace->entries->len - 1)->code, ENTRIES - 1);
}
END_TEST

START_TEST(it_is_read_by_pages)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(Trace) whole = NULL;
    guint64 next = 1;
    guint read = 0;

    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    whole = trace_read(scene, id, 0, ALL);
    while (next <= whole->last) {
        g_autoptr(Trace) page = trace_read(scene, id, next, 7);

        ck_assert_uint_le(page->entries->len, 7);
        ck_assert_uint_eq(page->last, whole->last);
        ck_assert_uint_eq(trace_entry(page, 0)->sequence, next);
        read += page->entries->len;
        next = trace_entry(page, page->entries->len - 1)->sequence + 1;
    }
    ck_assert_uint_eq(read, whole->entries->len);
}
END_TEST

/* Nobody asks for it, and nothing else is written: it gets there all the same. */
START_TEST(it_does_not_wait_for_ever)
{
    g_autoptr(Scene) scene = scene_of_a_writer();
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autofree char *path = g_build_filename(scene->directory, "drover.db", NULL);
    g_autoptr(sqlite3) database = drover_database_open(path, DROVER_DATABASE_READ, NULL);
    guint64 last = 0;

    ck_assert_ptr_nonnull(database);
    drover_trace_note(drover_service_jobs(scene->service), scene_job(scene, id),
                      &(DroverNote){.kind = DROVER_NOTE_EVENT, .what = "lonely"});
    while (last < 2) {
        g_autoptr(GPtrArray) entries = drover_sqlite_trace_read(database, id, 0, 1, &last, NULL);

        ck_assert_ptr_nonnull(entries);
        g_usleep(10000);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("trace");
    TCase *tc = tcase_create("trace");

    tcase_add_test(tc, a_move_is_told_from_its_acceptance_to_its_end);
    tcase_add_test(tc, a_failure_is_told_with_what_led_to_it);
    tcase_add_test(tc, what_clients_ask_for_is_told);
    tcase_add_test(tc, no_phase_and_no_iteration_is_without_its_first_and_last_sample);
    tcase_add_test(tc, a_long_iteration_gives_few_samples);
    tcase_add_test(tc, while_contact_is_lost_there_is_little_to_tell);
    tcase_add_test(tc, a_restart_goes_on_with_it);
    tcase_add_test(tc, a_removed_job_keeps_its_own);
    tcase_add_test(tc, of_a_long_one_the_middle_is_dropped);
    tcase_add_test(tc, it_is_read_by_pages);
    tcase_add_test(tc, it_does_not_wait_for_ever);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
