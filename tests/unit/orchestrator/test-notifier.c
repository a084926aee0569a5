/* Notices of ends: told until taken, by the right receiver, across restarts. */
#include <json-glib/json-glib.h>

#include "tests/unit/orchestrator/scene.h"

#include "orchestrator/notifier.h"
#include "orchestrator/notify-receiver.h"
#include "orchestrator/transfer-settings.h"

#define URL  "http://one.example.org/hook"
#define DEAD "http://dead.example.org/hook"

/* --- a transport that answers as it is told -------------------------------------------------- */

typedef struct {
    char *target;
    char *id;
    char *event;
    guint attempt;
    char *job;
    gint64 at_us;
} Sent;

typedef struct {
    DroverDelivered done;
    gpointer user_data;
    DroverDeliveryResult result;
} Answer;

static Scene *scene;
static DroverNotifier *notifier;
static GPtrArray *sent;   /* of Sent */
static GHashTable *moods; /* target -> GINT_TO_POINTER(DroverDeliveryResult) */
static GQueue *answers;   /* timers that are under way, dropped with the transport */
static guint active, most_active;

static void
sent_free(gpointer data)
{
    Sent *one = data;

    g_free(one->target);
    g_free(one->id);
    g_free(one->event);
    g_free(one->job);
    g_free(one);
}

static void
answer_now(gpointer data, gpointer unused)
{
    Answer *answer = data;

    active--;
    g_queue_remove(answers, answer);
    if (answer->done) {
        answer->done(answer->result, "as told", answer->user_data);
    }
    g_free(answer);
}

/* A receiver that cannot be reached lets one wait for ten seconds. */
static void
fake_deliver(DroverNotifyTransport *transport,
             const DroverDelivery *delivery,
             DroverDelivered done,
             gpointer user_data)
{
    g_autoptr(JsonNode) node = json_from_string(delivery->body, NULL);
    JsonObject *body;
    Sent *one = g_new0(Sent, 1);
    Answer *answer = g_new0(Answer, 1);

    ck_assert(node && JSON_NODE_HOLDS_OBJECT(node));
    body = json_node_get_object(node);
    one->target = g_strdup(delivery->target);
    one->id = g_strdup(json_object_get_string_member(body, "NotificationID"));
    one->event = g_strdup(json_object_get_string_member(body, "Event"));
    one->attempt = (guint) json_object_get_int_member(body, "Attempt");
    one->job = g_strdup(json_object_get_string_member(body, "InstanceID"));
    one->at_us = drover_clock_monotonic_us(scene->clock);
    ck_assert_str_eq(one->id, delivery->id);
    ck_assert_str_eq(one->event, delivery->event);
    ck_assert_uint_eq(one->attempt, delivery->attempt);
    g_ptr_array_add(sent, one);
    active++;
    most_active = MAX(most_active, active);
    answer->done = done;
    answer->user_data = user_data;
    answer->result = GPOINTER_TO_INT(g_hash_table_lookup(moods, delivery->target));
    g_queue_push_tail(answers, answer);
    drover_clock_add(scene->clock,
                     answer->result == DROVER_DELIVERY_UNREACHABLE ? 10 * G_USEC_PER_SEC : 1000,
                     answer_now, answer);
}

static void
fake_free(DroverNotifyTransport *transport)
{
    for (GList *l = answers->head; l; l = l->next) {
        ((Answer *) l->data)->done = NULL;
    }
    g_free(transport);
}

static DroverNotifyTransport *
fake_new(void)
{
    DroverNotifyTransport *transport = g_new0(DroverNotifyTransport, 1);

    transport->deliver = fake_deliver;
    transport->free = fake_free;
    return transport;
}

static void
mood(const char *target, DroverDeliveryResult result)
{
    g_hash_table_insert(moods, (gpointer) target, GINT_TO_POINTER(result));
}

/* --- the scene ------------------------------------------------------------------------------- */

static char *
describe(DroverJob *job, gpointer user_data)
{
    return g_strdup_printf("{\"InstanceID\":\"%s\",\"Stage\":%d}", job->record.id,
                           (int) job->record.stage);
}

static void
start_notifier(void)
{
    g_autoptr(GError) error = NULL;

    notifier = drover_notifier_new(drover_service_jobs(scene->service), scene->store, scene->clock,
                                   fake_new(), fake_new());
    drover_notifier_set_describe(notifier, describe, NULL);
    ck_assert_msg(drover_notifier_load(notifier, &error), "%s", error ? error->message : "");
}

static void
set_up(void)
{
    scene = scene_new();
    sent = g_ptr_array_new_with_free_func(sent_free);
    moods = g_hash_table_new(g_str_hash, g_str_equal);
    answers = g_queue_new();
    active = most_active = 0;
    start_notifier();
    scene_add_guest(scene, "web", "alpha", 0);
}

static void
tear_down(void)
{
    drover_notifier_stop(notifier);
    scene_free(scene);
    drover_notifier_free(notifier);
    g_queue_free_full(answers, g_free);
    g_hash_table_unref(moods);
    g_ptr_array_unref(sent);
}

/* As a daemon that was killed, and another one: what is not on disk is gone. */
static void
restart(void)
{
    drover_notifier_stop(notifier);
    scene_stop(scene);
    drover_notifier_free(notifier);
    scene_start(scene);
    start_notifier();
    scene_run(scene, 500);
}

static void
fail_next(const char *guest, DroverFailureKind kind, int transient)
{
    DroverSimFault fault = {
        .type = DROVER_SIM_FAIL,
        .guest = guest,
        .nth = 1,
        .phase = DROVER_PHASE_CONNECTING,
        .kind = kind,
        .transient = transient,
    };

    scene_arm(scene, &fault);
}

/* A job that notifies @url of @flags. */
static char *
submit(const char *guest, const char *url, guint flags)
{
    char *id = scene_submit(scene, guest, "beta");
    DroverJobRecord *record = &scene_job(scene, id)->record;

    record->notify_url = g_strdup(url);
    record->notify_flags = flags;
    return id;
}

/* A failed job whose end was just told to @url for the first time. */
static char *
failed_job(const char *guest, const char *url)
{
    char *id;

    fail_next(guest, DROVER_FAILURE_CPU_INCOMPATIBLE, 0);
    id = submit(guest, url, 3);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    scene_run(scene, 20);
    return id;
}

static const Sent *
nth(guint i)
{
    ck_assert_uint_lt(i, sent->len);
    return g_ptr_array_index(sent, i);
}

/* --- tests ----------------------------------------------------------------------------------- */

START_TEST(what_is_taken_is_told_once)
{
    g_autofree char *failed = failed_job("web", URL);
    g_autofree char *moved = submit("web", URL, 3);
    const DroverNotice *notice;

    scene_wait(scene, moved, DROVER_STAGE_COMPLETED);
    scene_run(scene, 2000);
    ck_assert_uint_eq(sent->len, 2);
    ck_assert_str_eq(nth(0)->event, "JobError");
    ck_assert_str_eq(nth(0)->job, failed);
    ck_assert_str_eq(nth(1)->event, "JobTransferred");
    ck_assert_str_eq(nth(1)->job, moved);
    ck_assert_str_ne(nth(0)->id, nth(1)->id);
    notice = drover_notifier_find(notifier, failed);
    ck_assert_uint_eq(notice->state, DROVER_NOTICE_TAKEN);
    ck_assert_uint_eq(notice->attempts, 1);
    ck_assert_ptr_null(notice->body);
}
END_TEST

START_TEST(what_is_refused_is_repeated_at_growing_intervals)
{
    g_autofree char *id = NULL;
    gint64 before = 0;

    mood(URL, DROVER_DELIVERY_REFUSED);
    id = failed_job("web", URL);
    for (guint i = 0; i < 400 && sent->len < 11; i++) {
        scene_run(scene, 10000);
    }
    for (guint i = 1; i < sent->len; i++) {
        gint64 wait = nth(i)->at_us - nth(i - 1)->at_us;

        ck_assert_str_eq(nth(i)->id, nth(0)->id);
        ck_assert_uint_eq(nth(i)->attempt, i + 1);
        ck_assert_int_ge(wait, 4 * G_USEC_PER_SEC);
        ck_assert_int_le(wait, 601 * G_USEC_PER_SEC);
        ck_assert(wait > before || wait >= 480 * G_USEC_PER_SEC);
        before = wait;
    }
    ck_assert_uint_ge(sent->len, 11);
    ck_assert_str_eq(drover_notifier_find(notifier, id) ? "there" : "gone", "there");
    mood(URL, DROVER_DELIVERY_TAKEN);
    scene_run(scene, 620 * 1000);
    ck_assert_uint_eq(sent->len, 12);
}
END_TEST

START_TEST(a_transient_error_calls_nobody)
{
    g_autofree char *id = NULL;

    scene->settings->attempts = 3;
    drover_service_reconfigure(scene->service, scene->settings);
    fail_next("web", DROVER_FAILURE_STATE_LOCK, 1);
    id = submit("web", URL, 3);
    scene_wait(scene, id, DROVER_STAGE_RETRYING);
    scene_run(scene, 3000);
    ck_assert_uint_eq(sent->len, 0);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    scene_run(scene, 3000);
    ck_assert_uint_eq(sent->len, 1);
    ck_assert_str_eq(nth(0)->event, "JobTransferred");
}
END_TEST

START_TEST(a_cancelled_job_calls_nobody)
{
    g_autofree char *id = submit("web", URL, 3);

    scene_apply(scene, id, DROVER_VERB_TERMINATE);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    scene_run(scene, 3000);
    ck_assert_uint_eq(sent->len, 0);
}
END_TEST

START_TEST(a_restart_forgets_nothing)
{
    g_autofree char *id = NULL;
    g_autofree char *notification = NULL;

    mood(URL, DROVER_DELIVERY_REFUSED);
    id = failed_job("web", URL);
    notification = g_strdup(nth(0)->id);
    restart();
    mood(URL, DROVER_DELIVERY_TAKEN);
    scene_run(scene, 8000);
    ck_assert_uint_eq(sent->len, 2);
    ck_assert_str_eq(nth(1)->id, notification);
    ck_assert_uint_eq(nth(1)->attempt, 2);
    restart();
    scene_run(scene, 620 * 1000);
    ck_assert_uint_eq(sent->len, 2);
}
END_TEST

START_TEST(an_end_that_nobody_has_heard_of_is_told_after_a_restart)
{
    g_autofree char *id = NULL;
    g_autofree char *notification = NULL;

    mood(URL, DROVER_DELIVERY_UNREACHABLE); /* it does not even answer before the end */
    id = failed_job("web", URL);
    notification = g_strdup(nth(0)->id);
    restart();
    ck_assert_uint_eq(sent->len, 2); /* at once */
    ck_assert_str_eq(nth(1)->id, notification);
    ck_assert_uint_eq(nth(1)->attempt, 1);
}
END_TEST

/* The end and its notice are one write: whoever is killed between has both or none. */
START_TEST(an_end_that_is_not_written_leaves_no_notice)
{
    g_autofree char *id = submit("web", URL, 3);
    DroverJobRecord clash = {0};
    g_autoptr(DroverNotice) notice = drover_notice_new(DROVER_NOTICE_ERROR, id);

    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    scene_run(scene, 50);
    drover_job_record_copy(&scene_job(scene, id)->record, &clash);
    drover_notice_set_text(&clash.id, "6D3C7A1B-0000-4000-8000-000000000000");
    notice->url = g_strdup(URL);
    notice->body = g_strdup("{}");
    scene->store->klass->save_with_notice(scene->store, &clash, DROVER_STAGE_MOVING, NULL, notice,
                                          NULL, NULL);
    drover_job_record_clear(&clash);
    restart();
    scene_run(scene, 8000);
    ck_assert_uint_eq(sent->len, 1);
}
END_TEST

START_TEST(a_notice_outlives_its_job_but_not_its_acknowledgement)
{
    g_autofree char *removed = NULL;
    g_autofree char *acknowledged = NULL;
    g_autofree char *reason = NULL;
    DroverNotifierCounters counters;

    mood(URL, DROVER_DELIVERY_REFUSED);
    removed = failed_job("web", URL);
    for (guint i = 0; i < 400; i++) {
        scene_run(scene, 1000); /* longer than jobs are listed */
    }
    ck_assert_ptr_null(drover_jobs_find(drover_service_jobs(scene->service), removed));
    restart();
    acknowledged = failed_job("web", URL);
    drover_notifier_count(notifier, &counters);
    ck_assert_uint_eq(counters.waiting, 2);
    ck_assert_uint_eq(drover_service_complete(scene->service, scene_job(scene, acknowledged), NULL,
                                              NULL, &reason),
                      0);
    drover_notifier_acknowledged(notifier, acknowledged);
    drover_notifier_count(notifier, &counters);
    ck_assert_uint_eq(counters.waiting, 1);
    mood(URL, DROVER_DELIVERY_TAKEN);
    scene_run(scene, 620 * 1000);
    ck_assert_str_eq(nth(sent->len - 1)->job, removed);
    drover_notifier_count(notifier, &counters);
    ck_assert_uint_eq(counters.waiting, 0);
    ck_assert_uint_eq(counters.taken, 1);
}
END_TEST

START_TEST(flags_and_receivers_set_after_the_end_count)
{
    g_autofree char *id = failed_job("web", NULL);
    DroverJob *job = scene_job(scene, id);

    ck_assert_uint_eq(sent->len, 0);
    job->record.notify_url = g_strdup(URL);
    job->record.notify_flags = DROVER_NOTIFY_TRANSFERRED;
    drover_notifier_changed(notifier, job);
    scene_run(scene, 100);
    ck_assert_uint_eq(sent->len, 0);
    job->record.notify_flags = 3 | DROVER_NOTIFY_DISABLE;
    drover_notifier_changed(notifier, job);
    scene_run(scene, 100);
    ck_assert_uint_eq(sent->len, 0);
    mood(URL, DROVER_DELIVERY_REFUSED);
    job->record.notify_flags = 3;
    drover_notifier_changed(notifier, job);
    scene_run(scene, 100);
    ck_assert_uint_eq(sent->len, 1);
    /* another receiver gets it at once */
    g_free(job->record.notify_url);
    job->record.notify_url = g_strdup("https://two.example.org/");
    drover_notifier_changed(notifier, job);
    scene_run(scene, 100);
    ck_assert_uint_eq(sent->len, 2);
    ck_assert_str_eq(nth(1)->target, "https://two.example.org/");
    ck_assert_str_eq(nth(1)->id, nth(0)->id);
    /* what was taken is not told again */
    drover_notifier_changed(notifier, job);
    scene_run(scene, 20000);
    ck_assert_uint_eq(sent->len, 2);
}
END_TEST

/* The end is known in memory before it is on disk with its notice. */
START_TEST(a_receiver_set_while_the_end_is_written_gets_the_one_notice)
{
    g_autofree char *id = NULL;
    DroverJob *job;

    fail_next("web", DROVER_FAILURE_CPU_INCOMPATIBLE, 0);
    id = submit("web", DEAD, 3);
    job = scene_job(scene, id);
    for (guint i = 0; i < 10000 && scene_stage(scene, id) != DROVER_STAGE_FAILED; i++) {
        scene->store->klass->flush(scene->store);
        while (g_main_context_iteration(scene->context, FALSE)) {
        }
        drover_clock_advance(scene->clock, 1000);
    }
    ck_assert_int_eq(scene_stage(scene, id), DROVER_STAGE_FAILED);
    g_free(job->record.notify_url);
    job->record.notify_url = g_strdup(URL);
    drover_notifier_changed(notifier, job);
    scene_run(scene, 2000);
    ck_assert_uint_eq(sent->len, 1);
    ck_assert_str_eq(nth(0)->target, URL);
}
END_TEST

START_TEST(what_concerns_no_receiver_hurries_nothing)
{
    g_autofree char *id = NULL;

    mood(URL, DROVER_DELIVERY_REFUSED);
    id = failed_job("web", URL);
    scene_job(scene, id)->record.priority = 7;
    drover_notifier_changed(notifier, scene_job(scene, id));
    scene_run(scene, 1000);
    ck_assert_uint_eq(sent->len, 1);
    scene_run(scene, 8000);
    ck_assert_uint_eq(sent->len, 2);
}
END_TEST

START_TEST(disabling_ends_the_repeating)
{
    g_autofree char *id = NULL;

    mood(URL, DROVER_DELIVERY_REFUSED);
    id = failed_job("web", URL);
    scene_job(scene, id)->record.notify_flags |= DROVER_NOTIFY_DISABLE;
    drover_notifier_changed(notifier, scene_job(scene, id));
    drover_jobs_save(drover_service_jobs(scene->service), scene_job(scene, id), NULL, NULL);
    scene_run(scene, 30000);
    ck_assert_uint_eq(sent->len, 1);
    ck_assert_uint_eq(drover_notifier_find(notifier, id)->state, DROVER_NOTICE_WITHDRAWN);
    restart();
    scene_run(scene, 30000);
    ck_assert_uint_eq(sent->len, 1);
}
END_TEST

START_TEST(the_program_runs_when_the_url_fails_and_the_url_is_not_called_again)
{
    static const char program[] = "/etc/drover/notify.d/tell";
    g_autofree char *id = NULL;

    mood(URL, DROVER_DELIVERY_REFUSED);
    mood(program, DROVER_DELIVERY_REFUSED);
    fail_next("web", DROVER_FAILURE_CPU_INCOMPATIBLE, 0);
    id = submit("web", URL, 3);
    scene_job(scene, id)->record.notify_program = g_strdup(program);
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    scene_run(scene, 100);
    ck_assert_uint_eq(sent->len, 2);
    ck_assert_str_eq(nth(0)->target, URL);
    ck_assert_str_eq(nth(1)->target, program);
    restart();
    mood(program, DROVER_DELIVERY_TAKEN);
    scene_run(scene, 20000);
    ck_assert_uint_eq(sent->len, 3);
    ck_assert_str_eq(nth(2)->target, program);
    ck_assert_str_eq(nth(2)->id, nth(0)->id);
}
END_TEST

START_TEST(a_dead_receiver_delays_no_other)
{
    g_autofree char *live = NULL;
    gint64 began;

    mood(DEAD, DROVER_DELIVERY_UNREACHABLE);
    for (guint i = 0; i < 12; i++) {
        g_autofree char *guest = g_strdup_printf("guest-%u", i);

        scene_add_guest(scene, guest, "alpha", 0);
        g_free(failed_job(guest, DEAD));
    }
    ck_assert_uint_eq(most_active, DROVER_RECEIVER_PLACES);
    began = drover_clock_monotonic_us(scene->clock);
    live = failed_job("web", URL);
    ck_assert_str_eq(nth(sent->len - 1)->target, URL);
    ck_assert_int_le(nth(sent->len - 1)->at_us - began, 2 * G_USEC_PER_SEC);
    /* Once it did not answer, it has one place until it does; then all that waits goes at once. */
    scene_run(scene, 15000);
    ck_assert_uint_le(active, 1);
    mood(DEAD, DROVER_DELIVERY_TAKEN);
    scene_run(scene, 12000);
    for (guint i = 0; i < 5; i++) {
        DroverNotifierCounters counters;

        drover_notifier_count(notifier, &counters);
        if (counters.waiting == 0) {
            return;
        }
        scene_run(scene, 1000);
    }
    ck_abort_msg("the receiver is back, but not all was delivered");
}
END_TEST

START_TEST(modifications_are_merged_and_end_before_the_end)
{
    g_autofree char *id = NULL;
    guint n;

    scene_slow_links(scene, 20);
    id = submit("web", URL, 15 & ~DROVER_NOTIFY_DISABLE);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    scene_run(scene, 3000);
    n = sent->len;
    /* some 13 seconds of transfer, one in each at most, and the stages */
    ck_assert_uint_ge(n, 6);
    ck_assert_uint_le(n, 20);
    for (guint i = 0; i + 1 < n; i++) {
        ck_assert_str_eq(nth(i)->event, "JobModification");
    }
    ck_assert_str_eq(nth(n - 1)->event, "JobTransferred");
    scene_run(scene, 5000);
    ck_assert_uint_eq(sent->len, n);
}
END_TEST

START_TEST(modifications_are_not_repeated_nor_told_to_programs)
{
    static const char program[] = "/etc/drover/notify.d/tell";
    g_autofree char *id = NULL;

    mood(URL, DROVER_DELIVERY_UNREACHABLE);
    scene_slow_links(scene, 20);
    id = submit("web", URL, DROVER_NOTIFY_MODIFICATION);
    scene_job(scene, id)->record.notify_program = g_strdup(program);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    scene_run(scene, 30000);
    /* each lasts ten seconds, whatever happened meanwhile */
    ck_assert_uint_ge(sent->len, 1);
    ck_assert_uint_le(sent->len, 3);
    for (guint i = 0; i < sent->len; i++) {
        ck_assert_str_eq(nth(i)->target, URL);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("notifier");
    TCase *tc = tcase_create("notices");

    tcase_set_timeout(tc, 25);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, what_is_taken_is_told_once);
    tcase_add_test(tc, what_is_refused_is_repeated_at_growing_intervals);
    tcase_add_test(tc, a_transient_error_calls_nobody);
    tcase_add_test(tc, a_cancelled_job_calls_nobody);
    tcase_add_test(tc, a_restart_forgets_nothing);
    tcase_add_test(tc, an_end_that_nobody_has_heard_of_is_told_after_a_restart);
    tcase_add_test(tc, an_end_that_is_not_written_leaves_no_notice);
    tcase_add_test(tc, a_notice_outlives_its_job_but_not_its_acknowledgement);
    tcase_add_test(tc, flags_and_receivers_set_after_the_end_count);
    tcase_add_test(tc, a_receiver_set_while_the_end_is_written_gets_the_one_notice);
    tcase_add_test(tc, what_concerns_no_receiver_hurries_nothing);
    tcase_add_test(tc, disabling_ends_the_repeating);
    tcase_add_test(tc, the_program_runs_when_the_url_fails_and_the_url_is_not_called_again);
    tcase_add_test(tc, a_dead_receiver_delays_no_other);
    tcase_add_test(tc, modifications_are_merged_and_end_before_the_end);
    tcase_add_test(tc, modifications_are_not_repeated_nor_told_to_programs);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
