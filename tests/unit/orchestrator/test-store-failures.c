#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tests/unit/orchestrator/store-fixture.h"

START_TEST(a_broken_rule_fails_one_write_alone)
{
    g_autoptr(DroverStore) store = open_store();
    g_autoptr(GPtrArray) records = NULL;
    DroverJobRecord clash;

    save_new(store, 1);
    plain_record(&clash, 2);
    clash.number = 1; /* another job's */
    store->klass->save(store, &clash, (DroverStage) 0, "clash", note, GINT_TO_POINTER(2));
    save_new(store, 3);
    store->klass->flush(store);
    assert_told((int[]){1, -2, 3}, 3);
    records = load_all(store);
    ck_assert_uint_eq(records->len, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM trace WHERE detail = 'clash'"), 0);
    drover_job_record_clear(&clash);
}
END_TEST

/* The job's row can be written, the journal's cannot: neither is. */
START_TEST(no_write_is_done_by_half)
{
    DroverStore *store = open_store();
    g_autoptr(GPtrArray) records = NULL;

    save_new(store, 1);
    drover_store_free(store);
    sql_run("CREATE TRIGGER no_journal BEFORE INSERT ON trace WHEN new.what = 'preparing' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END");
    store = open_store();
    save_plain(store, 1, DROVER_STAGE_QUEUED, DROVER_STAGE_PREPARING, NULL);
    save_new(store, 2);
    store->klass->flush(store);
    assert_told((int[]){1, -1, 2}, 3);
    records = load_all(store);
    ck_assert_uint_eq(records->len, 2);
    ck_assert_int_eq(((DroverJobRecord *) records->pdata[0])->stage, DROVER_STAGE_QUEUED);
    drover_store_free(store);
}
END_TEST

/* A failure that leaves SQLite's transaction open must not leave it to the next group. */
START_TEST(a_failed_group_leaves_nothing_behind)
{
    DroverStore *store = open_store();
    g_autoptr(GPtrArray) records = NULL;

    save_new(store, 1);
    drover_store_free(store);
    sql_run("CREATE TRIGGER overflow BEFORE INSERT ON trace WHEN new.what = 'preparing' "
            "BEGIN SELECT abs(-9223372036854775807 - 1); END");
    store = open_store();
    save_plain(store, 1, DROVER_STAGE_QUEUED, DROVER_STAGE_PREPARING, NULL);
    store->klass->flush(store);
    save_new(store, 2);
    store->klass->flush(store);
    assert_told((int[]){1, -1, 2}, 3);
    records = load_all(store);
    ck_assert_uint_eq(records->len, 2);
    ck_assert_int_eq(((DroverJobRecord *) records->pdata[0])->stage, DROVER_STAGE_QUEUED);
    drover_store_free(store);
}
END_TEST

static void
limit_files_to(rlim_t bytes)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = MIN(bytes, limit.rlim_max);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static char *failure_text;

static void
note_text(const GError *error, gpointer user_data)
{
    note(error, user_data);
    ck_assert_msg(!error || g_error_matches(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_WRITE),
                  "%s", error ? error->message : "");
    g_free(failure_text);
    failure_text = g_strdup(error ? error->message : "");
}

START_TEST(a_disk_that_takes_no_more_is_told_to_every_write_and_the_next_is_tried)
{
    g_autoptr(DroverStore) store = open_store();
    g_autofree char *wal = g_strconcat(fixture.path, "-wal", NULL);
    g_autoptr(GPtrArray) records = NULL;
    DroverJobRecord record;
    struct stat status;

    signal(SIGXFSZ, SIG_IGN);
    save_new(store, 1);
    store->klass->flush(store);
    ck_assert_int_eq(stat(wal, &status), 0);

    limit_files_to((rlim_t) status.st_size);
    save_new(store, 2);
    plain_record(&record, 3);
    store->klass->save(store, &record, (DroverStage) 0, NULL, note_text, GINT_TO_POINTER(3));
    drover_job_record_clear(&record);
    store->klass->flush(store);
    limit_files_to(RLIM_INFINITY);
    assert_contains(failure_text, fixture.path);
    g_clear_pointer(&failure_text, g_free);

    save_new(store, 4);
    store->klass->flush(store);
    assert_told((int[]){1, -2, -3, 4}, 4);
    records = load_all(store);
    ck_assert_uint_eq(records->len, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM trace"), 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM pragma_integrity_check "
                                "WHERE integrity_check <> 'ok'"),
                     0);
}
END_TEST

/* --- cases: opening -------------------------------------------------------------------------- */

START_TEST(a_second_daemon_is_refused_until_the_first_ends)
{
    DroverStore *store = open_store();
    g_autofree char *state = g_path_get_dirname(fixture.path);
    g_autofree char *process = g_strdup_printf("process %d", (int) getpid());

    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){state, process, "droverd.lock", "state_dir", NULL});
    drover_store_free(store);
    drover_store_free(open_store());
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
    g_autofree char *own = NULL;

    drover_store_free(open_store());
    own = g_strdup_printf("PRAGMA user_version = %" G_GINT64_FORMAT,
                          sql_number("PRAGMA user_version"));
    sql_run("PRAGMA user_version = 99");
    assert_refused(DROVER_STORE_ERROR_SCHEMA,
                   (const char *[]){fixture.path, "newer drover", "99", NULL});
    sql_run(own);
    drover_store_free(open_store());
}
END_TEST

static void
make_state_dir(void)
{
    g_autofree char *state = g_path_get_dirname(fixture.path);

    ck_assert_int_eq(g_mkdir(state, 0750), 0);
}

START_TEST(another_programs_database_is_left_alone)
{
    make_state_dir();
    sql_run("CREATE TABLE precious (x); INSERT INTO precious VALUES (1)");
    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){fixture.path, "another program", "state_dir", NULL});
    ck_assert_int_eq(sql_number("SELECT x FROM precious"), 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM sqlite_schema"), 1);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused_with_a_remedy)
{
    g_autofree char *noise = g_strnfill(20000, '#');

    make_state_dir();
    ck_assert(g_file_set_contents(fixture.path, noise, -1, NULL));
    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){fixture.path, "not a database", "backup", NULL});
}
END_TEST

static void
ignore_record(const DroverJobRecord *record, gpointer user_data)
{
}

START_TEST(a_damaged_database_is_an_error_with_a_remedy)
{
    DroverStore *store = open_store();
    g_autoptr(GError) error = NULL;
    FILE *file;

    for (guint64 i = 1; i <= 200; i++) {
        save_new(store, i);
    }
    drover_store_free(store);
    file = fopen(fixture.path, "r+");
    ck_assert_ptr_nonnull(file);
    for (long page = 1; fseek(file, page * 4096, SEEK_SET) == 0 && page < 20; page++) {
        fputs("damaged damaged damaged", file);
    }
    fclose(file);
    store = open_store();
    ck_assert(!store->klass->load(store, ignore_record, NULL, &error));
    ck_assert(g_error_matches(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_READ));
    assert_contains(error->message, fixture.path);
    assert_contains(error->message, "backup");
    drover_store_free(store);
}
END_TEST

/* clang-format off */
static const struct { const char *sql; const char *says; } nonsense[] = {
    { "UPDATE job SET stage = 99", "stage 99" },
    { "UPDATE job SET options = '{'", "options" },
    { "UPDATE job SET options = '[]'", "options" },
    { "UPDATE job SET options = ''", "options" },
    { "UPDATE job SET options = '{\"tls\":\"yes\"}'", "'tls'" },
    { "UPDATE job SET failure = '{\"text\":1}'", "'text'" },
    { "UPDATE job SET failure = '7'", "failure" },
};
/* clang-format on */

START_TEST(a_row_without_sense_names_its_job)
{
    DroverStore *store = open_store();
    g_autoptr(GError) error = NULL;

    save_new(store, 5);
    drover_store_free(store);
    sql_run(nonsense[_i].sql);
    store = open_store();
    ck_assert(!store->klass->load(store, ignore_record, NULL, &error));
    ck_assert(g_error_matches(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_READ));
    assert_contains(error->message, fixture.path);
    assert_contains(error->message, "'JOB-5'");
    assert_contains(error->message, nonsense[_i].says);
    drover_store_free(store);
}
END_TEST

START_TEST(a_place_that_cannot_be_made_is_named)
{
    g_free(fixture.path);
    fixture.path = g_strdup("/proc/drover/drover.db");
    assert_refused(DROVER_STORE_ERROR_OPEN, (const char *[]){"/proc/drover", NULL});
}
END_TEST

START_TEST(a_file_in_place_of_the_directory_is_named)
{
    g_autofree char *state = g_path_get_dirname(fixture.path);

    ck_assert(g_file_set_contents(state, "", 0, NULL));
    assert_refused(DROVER_STORE_ERROR_OPEN, (const char *[]){state, NULL});
    g_unlink(state);
}
END_TEST

/* Root may write anywhere: as root, this is tried as somebody else. */
static void
become_nobody(void)
{
    if (geteuid() == 0) {
        ck_assert_int_eq(seteuid(65534), 0);
    }
}

static void
become_oneself(void)
{
    if (getuid() == 0) {
        ck_assert_int_eq(seteuid(0), 0);
    }
}

START_TEST(a_read_only_directory_is_named)
{
    ck_assert_int_eq(g_chmod(fixture.directory, 0555), 0);
    become_nobody();
    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){fixture.directory, "Permission denied", NULL});
    become_oneself();
    g_chmod(fixture.directory, 0755);
}
END_TEST

START_TEST(a_read_only_database_is_named)
{
    g_autofree char *state = g_path_get_dirname(fixture.path);

    drover_store_free(open_store());
    ck_assert_int_eq(g_chmod(fixture.directory, 0755), 0);
    ck_assert_int_eq(g_chmod(state, 0777), 0);
    ck_assert_int_eq(g_chmod(fixture.path, 0444), 0);
    g_autofree char *lock = g_build_filename(state, "droverd.lock", NULL);
    ck_assert_int_eq(g_chmod(lock, 0666), 0);
    become_nobody();
    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){fixture.path, "must be able to write", NULL});
    become_oneself();
}
END_TEST

static Suite *
store_failures_suite(void)
{
    Suite *suite = suite_create("store-failures");
    TCase *tc = tcase_create("store-failures");

    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_broken_rule_fails_one_write_alone);
    tcase_add_test(tc, no_write_is_done_by_half);
    tcase_add_test(tc, a_failed_group_leaves_nothing_behind);
    tcase_add_test(tc, a_disk_that_takes_no_more_is_told_to_every_write_and_the_next_is_tried);
    tcase_add_test(tc, a_second_daemon_is_refused_until_the_first_ends);
    tcase_add_test(tc, a_newer_schema_is_refused);
    tcase_add_test(tc, another_programs_database_is_left_alone);
    tcase_add_test(tc, a_file_that_is_no_database_is_refused_with_a_remedy);
    tcase_add_test(tc, a_damaged_database_is_an_error_with_a_remedy);
    tcase_add_loop_test(tc, a_row_without_sense_names_its_job, 0, G_N_ELEMENTS(nonsense));
    tcase_add_test(tc, a_place_that_cannot_be_made_is_named);
    tcase_add_test(tc, a_file_in_place_of_the_directory_is_named);
    tcase_add_test(tc, a_read_only_directory_is_named);
    tcase_add_test(tc, a_read_only_database_is_named);
    suite_add_tcase(suite, tc);
    return suite;
}

int
main(void)
{
    return run_tap(store_failures_suite());
}
