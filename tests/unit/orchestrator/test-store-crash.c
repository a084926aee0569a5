#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/orchestrator/store-fixture.h"

#define STAGES 3

typedef struct {
    DroverStore *store;
    int pipe;
    guint64 next;
} Victim;

typedef struct {
    guint64 number;
    guint64 stage;
} Report;

typedef struct {
    Victim *victim;
    Report report;
} Pending;

static void victim_save(Victim *victim, guint64 number, guint64 stage);

/* On disk: says so, and goes on with that job's next stage or the next job. */
static void
victim_saved(const GError *error, gpointer user_data)
{
    Pending *pending = user_data;
    Victim *victim = pending->victim;

    if (error || write(victim->pipe, &pending->report, sizeof(Report)) != sizeof(Report)) {
        _exit(1);
    }
    if (pending->report.stage < STAGES) {
        victim_save(victim, pending->report.number, pending->report.stage + 1);
    } else {
        victim_save(victim, ++victim->next, 1);
    }
    g_free(pending);
}

static void
victim_save(Victim *victim, guint64 number, guint64 stage)
{
    Pending *pending = g_new(Pending, 1);
    DroverJobRecord record;

    *pending = (Pending){victim, {number, stage}};
    plain_record(&record, number);
    record.stage = (DroverStage) stage;
    victim->store->klass->save(victim->store, &record, (DroverStage) (stage - 1), NULL,
                               victim_saved, pending);
    drover_job_record_clear(&record);
}

static G_NORETURN void
be_victim(int pipe, guint outstanding)
{
    Victim victim = {open_store(), pipe, 0};

    for (guint i = 0; i < outstanding; i++) {
        victim_save(&victim, ++victim.next, 1);
    }
    while (TRUE) {
        g_main_context_iteration(fixture.context, TRUE);
    }
}

/* Reads reports until @deadly of them came, kills, and reads what had still been said. */
static GHashTable *
watch_and_kill(int pipe, pid_t pid, guint deadly)
{
    GHashTable *reported = g_hash_table_new(NULL, NULL);
    Report report;
    guint n = 0;

    while (read(pipe, &report, sizeof report) == sizeof report) {
        g_hash_table_insert(reported, GSIZE_TO_POINTER(report.number),
                            GSIZE_TO_POINTER(report.stage));
        if (++n == deadly) {
            ck_assert_int_eq(kill(pid, SIGKILL), 0);
        }
    }
    ck_assert_uint_ge(n, deadly);
    return reported;
}

static void
assert_all_there(GHashTable *reported)
{
    g_autoptr(DroverStore) store = open_store();
    g_autoptr(GPtrArray) records = load_all(store);

    for (guint i = 0; i < records->len; i++) {
        const DroverJobRecord *record = records->pdata[i];
        gpointer key = GSIZE_TO_POINTER(record->number);
        guint64 stage = GPOINTER_TO_SIZE(g_hash_table_lookup(reported, key));

        ck_assert_uint_ge(record->stage, stage);
        g_hash_table_remove(reported, key);
    }
    ck_assert_uint_eq(g_hash_table_size(reported), 0);
}

START_TEST(what_was_reported_survives_kill_9)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) _i);
    g_autoptr(GHashTable) reported = NULL;
    guint outstanding = 1u << (2 * _i);
    int ends[2];
    pid_t pid;

    ck_assert_int_eq(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        be_victim(ends[1], outstanding);
    }
    close(ends[1]);
    reported = watch_and_kill(ends[0], pid, (guint) g_rand_int_range(rand, 1, 100 * (_i + 1)));
    close(ends[0]);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);

    assert_all_there(reported);
    /* Nothing by half: each job has just the stages up to its own in its trace. */
    ck_assert_int_eq(sql_number("SELECT count(*) FROM job WHERE stage <> "
                                "(SELECT count(*) FROM trace WHERE job = job.number)"),
                     0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM pragma_integrity_check "
                                "WHERE integrity_check <> 'ok'"),
                     0);
}
END_TEST

static Suite *
store_crash_suite(void)
{
    Suite *suite = suite_create("store-crash");
    TCase *tc = tcase_create("store-crash");

    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, what_was_reported_survives_kill_9, 0, 5);
    suite_add_tcase(suite, tc);
    return suite;
}

int
main(void)
{
    return run_tap(store_crash_suite());
}
