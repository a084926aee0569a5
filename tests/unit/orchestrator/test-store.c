#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "tests/unit/check-main.h"

#include "orchestrator/job-fields.h"
#include "orchestrator/store.h"

static GMainContext *context;
static char *directory;
static char *path;

static void
set_up(void)
{
    directory = g_dir_make_tmp("drover-store-XXXXXX", NULL);
    path = g_build_filename(directory, "state", "drover.db", NULL);
    context = g_main_context_new();
}

static void
tear_down(void)
{
    g_autofree char *state = g_path_get_dirname(path);
    g_autoptr(GDir) dir = g_dir_open(state, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(state, name, NULL);

        g_unlink(file);
    }
    g_rmdir(state);
    g_rmdir(directory);
    g_clear_pointer(&context, g_main_context_unref);
    g_clear_pointer(&path, g_free);
    g_clear_pointer(&directory, g_free);
}

static DroverStore *
open_store(void)
{
    g_autoptr(GError) error = NULL;
    DroverStore *store = drover_sqlite_store_new(path, context, &error);

    ck_assert_msg(store != NULL, "%s", error ? error->message : "");
    return store;
}

static void
assert_refused(DroverStoreError code, const char *const *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverStore) store = drover_sqlite_store_new(path, context, &error);

    ck_assert_ptr_null(store);
    ck_assert_msg(g_error_matches(error, DROVER_STORE_ERROR, code), "%s", error->message);
    for (guint i = 0; says[i]; i++) {
        assert_contains(error->message, says[i]);
    }
}

/* The first value that @sql gives, read beside the store; -1: no row. */
static gint64
sql_number(const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    gint64 number;

    ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(database));
    number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
}

static void
sql_run(const char *sql)
{
    sqlite3 *database = NULL;

    ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(database));
    sqlite3_close(database);
}

/* --- records -----------------------------------------------------------------------------------
 */

/* A distinct value for every field, at the far end of what its type holds. */
static gint64
distinct(DroverFieldType type, guint i, guint salt)
{
    gint64 n = (gint64) i + 50 * (gint64) salt;

    switch (type) {
    case DROVER_FIELD_UINT16: return G_MAXUINT16 - n;
    case DROVER_FIELD_INT32: return G_MININT32 + n;
    case DROVER_FIELD_UINT32: return (gint64) G_MAXUINT32 - n;
    case DROVER_FIELD_INT64: return G_MININT64 + n;
    case DROVER_FIELD_UINT64: return -1 - n; /* the bits of G_MAXUINT64 - n */
    case DROVER_FIELD_TEXT: break;
    }
    return 0;
}

static void
fill(const DroverFieldTable *table, gpointer object, guint salt)
{
    for (guint i = 0; i < table->n_fields; i++) {
        const DroverField *field = &table->fields[i];

        if (field->type == DROVER_FIELD_TEXT) {
            *drover_field_text(field, object) =
                g_strdup_printf("%s %u 'quoted' \"\\\" \303\251\n", field->name, salt);
        } else {
            drover_field_set(field, object, distinct(field->type, i, salt));
        }
    }
}

static void
fill_record(DroverJobRecord *record, const char *id, guint64 number, guint salt)
{
    *record = (DroverJobRecord){0};
    fill(&drover_job_fields, record, salt);
    fill(&drover_option_fields, &record->options, salt);
    record->failure = drover_failure_new(DROVER_FAILURE_NONE);
    fill(&drover_failure_fields, record->failure, salt);
    g_free(record->id);
    record->id = g_strdup(id);
    record->number = number;
    record->stage = DROVER_STAGE_MOVING;
}

/* As little as a job can have. */
static void
plain_record(DroverJobRecord *record, guint64 number)
{
    *record = (DroverJobRecord){
        .id = g_strdup_printf("JOB-%" G_GUINT64_FORMAT, number),
        .number = number,
        .guest_uuid = g_strdup("guest"),
        .source = g_strdup("alpha"),
        .destination = g_strdup("beta"),
        .stage = DROVER_STAGE_QUEUED,
        .changed_us = 1000 * (gint64) number,
    };
}

static void
assert_same_fields(const DroverFieldTable *table, gconstpointer a, gconstpointer b)
{
    for (guint i = 0; i < table->n_fields; i++) {
        const DroverField *field = &table->fields[i];

        if (field->type == DROVER_FIELD_TEXT) {
            ck_assert_pstr_eq(*drover_field_text(field, a), *drover_field_text(field, b));
        } else {
            ck_assert_msg(drover_field_get(field, a) == drover_field_get(field, b), "%s",
                          field->name);
        }
    }
}

static void
assert_same(const DroverJobRecord *a, const DroverJobRecord *b)
{
    assert_same_fields(&drover_job_fields, a, b);
    assert_same_fields(&drover_option_fields, &a->options, &b->options);
    ck_assert_int_eq(a->failure != NULL, b->failure != NULL);
    if (a->failure) {
        assert_same_fields(&drover_failure_fields, a->failure, b->failure);
    }
}

static void
collect(const DroverJobRecord *record, gpointer user_data)
{
    DroverJobRecord *copy = g_new0(DroverJobRecord, 1);

    drover_job_record_copy(record, copy);
    g_ptr_array_add(user_data, copy);
}

static void
record_free(gpointer data)
{
    drover_job_record_clear(data);
    g_free(data);
}

static GPtrArray *
load_all(DroverStore *store)
{
    GPtrArray *records = g_ptr_array_new_with_free_func(record_free);
    g_autoptr(GError) error = NULL;

    ck_assert_msg(store->klass->load(store, collect, records, &error), "%s",
                  error ? error->message : "");
    return records;
}

/* --- saving, with a note of what the callbacks said ---------------------------------------------
 */

static GArray *told; /* of int: number of the write, negative when it failed */
static GThread *told_on;

static void
note(const GError *error, gpointer user_data)
{
    int number = GPOINTER_TO_INT(user_data);

    number = error ? -number : number;
    g_array_append_val(told, number);
    told_on = g_thread_self();
}

static void
set_up_notes(void)
{
    set_up();
    told = g_array_new(FALSE, FALSE, sizeof(int));
}

static void
tear_down_notes(void)
{
    g_clear_pointer(&told, g_array_unref);
    tear_down();
}

static void
assert_told(const int *numbers, guint n)
{
    ck_assert_uint_eq(told->len, n);
    for (guint i = 0; i < n; i++) {
        ck_assert_int_eq(g_array_index(told, int, i), numbers[i]);
    }
}

static void
save_plain(
    DroverStore *store, guint64 number, DroverStage from, DroverStage stage, const char *reason)
{
    DroverJobRecord record;

    plain_record(&record, number);
    record.stage = stage;
    record.changed_us += stage;
    store->klass->save(store, &record, from, reason, note, GINT_TO_POINTER((int) number));
    drover_job_record_clear(&record);
}

static void
save_new(DroverStore *store, guint64 number)
{
    save_plain(store, number, (DroverStage) 0, DROVER_STAGE_QUEUED, "accepted");
}

/* --- cases: records ----------------------------------------------------------------------------
 */

/* What a table leaves out is less than a pointer: padding, not a forgotten member. */
static void
assert_covers(const DroverFieldTable *table, gsize size, gsize skip_at, gsize skip_size)
{
    g_autofree guint8 *covered = g_malloc0(size);
    static const gsize sizes[] = {sizeof(char *), 2, 4, 4, 8, 8};
    guint gap = 0;

    memset(covered + skip_at, 1, skip_size);
    for (guint i = 0; i < table->n_fields; i++) {
        memset(covered + table->fields[i].offset, 1, sizes[table->fields[i].type]);
    }
    for (gsize i = 0; i < size; i++) {
        gap = covered[i] ? 0 : gap + 1;
        ck_assert_msg(gap < sizeof(gpointer), "no field for the bytes before %u", (guint) i);
    }
}

START_TEST(the_tables_know_every_field)
{
    G_STATIC_ASSERT(offsetof(DroverJobRecord, failure) + sizeof(gpointer) ==
                    sizeof(DroverJobRecord));

    assert_covers(&drover_job_fields, offsetof(DroverJobRecord, failure),
                  offsetof(DroverJobRecord, options), sizeof(DroverTransferOptions));
    assert_covers(&drover_option_fields, sizeof(DroverTransferOptions), 0, 0);
    assert_covers(&drover_failure_fields, sizeof(DroverFailure), 0, 0);
}
END_TEST

START_TEST(every_field_survives_a_restart)
{
    DroverStore *store = open_store();
    g_autoptr(GPtrArray) records = NULL;
    DroverJobRecord full, plain;

    fill_record(&full, "FULL", 8, 1);
    plain_record(&plain, 9);
    store->klass->save(store, &full, (DroverStage) 0, "r", NULL, NULL);
    store->klass->save(store, &plain, (DroverStage) 0, NULL, NULL, NULL);
    drover_store_free(store);

    store = open_store();
    records = load_all(store);
    ck_assert_uint_eq(records->len, 2);
    assert_same(&full, records->pdata[0]);
    assert_same(&plain, records->pdata[1]);
    drover_job_record_clear(&full);
    drover_job_record_clear(&plain);
    drover_store_free(store);
}
END_TEST

START_TEST(a_second_save_replaces_every_field)
{
    g_autoptr(DroverStore) store = open_store();
    g_autoptr(GPtrArray) records = NULL;
    DroverJobRecord before, after;

    fill_record(&before, "SAME", 8, 1);
    fill_record(&after, "SAME", 8, 2);
    g_clear_pointer(&after.owner, g_free);
    g_clear_pointer(&after.failure, drover_failure_free);
    store->klass->save(store, &before, (DroverStage) 0, NULL, NULL, NULL);
    store->klass->save(store, &after, after.stage, NULL, NULL, NULL);
    records = load_all(store);
    ck_assert_uint_eq(records->len, 1);
    assert_same(&after, records->pdata[0]);
    drover_job_record_clear(&before);
    drover_job_record_clear(&after);
}
END_TEST

START_TEST(a_record_is_copied_before_save_returns)
{
    g_autoptr(DroverStore) store = open_store();
    g_autoptr(GPtrArray) records = NULL;
    DroverJobRecord record, same;

    fill_record(&record, "ONE", 1, 1);
    fill_record(&same, "ONE", 1, 1);
    store->klass->save(store, &record, (DroverStage) 0, NULL, NULL, NULL);
    memset(record.source, 'x', strlen(record.source));
    memset(record.failure->text, 'x', strlen(record.failure->text));
    drover_job_record_clear(&record);
    records = load_all(store);
    assert_same(&same, records->pdata[0]);
    drover_job_record_clear(&same);
}
END_TEST

START_TEST(jobs_come_in_order_of_acceptance)
{
    static const guint64 numbers[] = {5, 3, 9, 4, 1};
    static const guint64 sorted[] = {1, 3, 4, 5, 9};
    g_autoptr(DroverStore) store = open_store();
    g_autoptr(GPtrArray) records = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        save_new(store, numbers[i]);
    }
    records = load_all(store);
    ck_assert_uint_eq(records->len, G_N_ELEMENTS(sorted));
    for (guint i = 0; i < records->len; i++) {
        ck_assert_uint_eq(((DroverJobRecord *) records->pdata[i])->number, sorted[i]);
    }
    ck_assert_uint_eq(store->klass->last_number(store), 9);
}
END_TEST

START_TEST(each_change_of_stage_has_a_row_in_the_journal)
{
    g_autoptr(DroverStore) store = open_store();

    ck_assert_uint_eq(store->klass->last_number(store), 0);
    save_plain(store, 7, (DroverStage) 0, DROVER_STAGE_QUEUED, "accepted");
    save_plain(store, 7, DROVER_STAGE_QUEUED, DROVER_STAGE_QUEUED, "no change");
    save_plain(store, 7, DROVER_STAGE_QUEUED, DROVER_STAGE_PREPARING, NULL);
    store->klass->flush(store);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM transition"), 2);
    ck_assert_int_eq(
        sql_number("SELECT count(*) FROM transition WHERE job = 7 AND at_us = 7001 AND "
                   "from_stage = 0 AND to_stage = 1 AND reason = 'accepted'"),
        1);
    ck_assert_int_eq(
        sql_number("SELECT count(*) FROM transition WHERE job = 7 AND at_us = 7002 AND "
                   "from_stage = 1 AND to_stage = 2 AND reason IS NULL"),
        1);
}
END_TEST

START_TEST(a_removed_job_is_history)
{
    DroverStore *store = open_store();
    GPtrArray *records;

    save_new(store, 1);
    save_new(store, 2);
    store->klass->remove(store, "JOB-2", 4711, note, GINT_TO_POINTER(12));
    /* What was on its way does not bring it back, and a second removal changes nothing. */
    save_plain(store, 2, DROVER_STAGE_QUEUED, DROVER_STAGE_FAILED, "late");
    store->klass->remove(store, "JOB-2", 9999, note, GINT_TO_POINTER(13));
    store->klass->remove(store, "JOB-77", 9999, note, GINT_TO_POINTER(14));
    drover_store_free(store);
    assert_told((int[]){1, 2, 12, 2, 13, 14}, 6);

    store = open_store();
    records = load_all(store);
    ck_assert_uint_eq(records->len, 1);
    ck_assert_str_eq(((DroverJobRecord *) records->pdata[0])->id, "JOB-1");
    ck_assert_uint_eq(store->klass->last_number(store), 2);
    ck_assert_int_eq(sql_number("SELECT removed_us FROM job WHERE id = 'JOB-2'"), 4711);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM transition WHERE job = 2"), 2);
    g_ptr_array_unref(records);
    drover_store_free(store);
}
END_TEST

START_TEST(numbers_are_not_given_out_again_when_history_is_cut)
{
    DroverStore *store = open_store();

    save_new(store, 41);
    save_new(store, 42);
    drover_store_free(store);
    sql_run("PRAGMA foreign_keys = ON; DELETE FROM job WHERE number = 42");
    ck_assert_int_eq(sql_number("SELECT count(*) FROM transition"), 1);
    store = open_store();
    ck_assert_uint_eq(store->klass->last_number(store), 42);
    drover_store_free(store);
}
END_TEST

START_TEST(settings_are_kept_replaced_and_forgotten)
{
    DroverStore *store = open_store();
    g_autofree char *kept = NULL;

    ck_assert_ptr_null(store->klass->get_setting(store, "a"));
    store->klass->set_setting(store, "a", "1", note, GINT_TO_POINTER(1));
    store->klass->set_setting(store, "b", "2", note, GINT_TO_POINTER(2));
    store->klass->set_setting(store, "a", "it's 3", note, GINT_TO_POINTER(3));
    store->klass->set_setting(store, "b", NULL, note, GINT_TO_POINTER(4));
    drover_store_free(store);
    assert_told((int[]){1, 2, 3, 4}, 4);

    store = open_store();
    kept = store->klass->get_setting(store, "a");
    ck_assert_str_eq(kept, "it's 3");
    ck_assert_ptr_null(store->klass->get_setting(store, "b"));
    drover_store_free(store);
}
END_TEST

/* --- cases: callbacks --------------------------------------------------------------------------
 */

START_TEST(callbacks_come_from_the_main_loop_in_order)
{
    g_autoptr(DroverStore) store = open_store();

    for (int i = 1; i <= 500; i++) {
        save_new(store, (guint64) i);
        ck_assert_uint_eq(told->len, 0);
    }
    while (told->len < 500) {
        g_main_context_iteration(context, TRUE);
    }
    ck_assert_ptr_eq(told_on, g_thread_self());
    for (int i = 0; i < 500; i++) {
        ck_assert_int_eq(g_array_index(told, int, i), i + 1);
    }
}
END_TEST

static DroverStore *flushed;

static void
note_and_flush(const GError *error, gpointer user_data)
{
    note(error, user_data);
    save_new(flushed, 100 + (guint64) GPOINTER_TO_INT(user_data));
    flushed->klass->flush(flushed);
}

START_TEST(a_callback_may_save_and_flush)
{
    g_autoptr(DroverStore) store = open_store();
    DroverJobRecord record;

    flushed = store;
    plain_record(&record, 1);
    store->klass->save(store, &record, (DroverStage) 0, NULL, note_and_flush, GINT_TO_POINTER(1));
    drover_job_record_clear(&record);
    save_new(store, 2);
    save_new(store, 3);
    store->klass->flush(store);
    assert_told((int[]){1, 2, 3, 101}, 4);
}
END_TEST

static void
note_and_save(const GError *error, gpointer user_data)
{
    note(error, user_data);
    save_new(flushed, 100);
}

START_TEST(free_commits_what_is_queued_and_what_its_callbacks_queue)
{
    DroverStore *store = open_store();
    g_autoptr(GPtrArray) records = NULL;
    DroverJobRecord record;

    flushed = store;
    plain_record(&record, 1);
    store->klass->save(store, &record, (DroverStage) 0, NULL, note_and_save, GINT_TO_POINTER(1));
    drover_job_record_clear(&record);
    drover_store_free(store);
    assert_told((int[]){1, 100}, 2);
    store = open_store();
    records = load_all(store);
    ck_assert_uint_eq(records->len, 2);
    drover_store_free(store);
}
END_TEST

/* --- cases: failing writes ---------------------------------------------------------------------
 */

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
    ck_assert_int_eq(sql_number("SELECT count(*) FROM transition WHERE reason = 'clash'"), 0);
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
    sql_run("CREATE TRIGGER no_journal BEFORE INSERT ON transition WHEN new.to_stage = 2 "
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
    sql_run("CREATE TRIGGER overflow BEFORE INSERT ON transition WHEN new.to_stage = 2 "
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
    g_autofree char *wal = g_strconcat(path, "-wal", NULL);
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
    assert_contains(failure_text, path);
    g_clear_pointer(&failure_text, g_free);

    save_new(store, 4);
    store->klass->flush(store);
    assert_told((int[]){1, -2, -3, 4}, 4);
    records = load_all(store);
    ck_assert_uint_eq(records->len, 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM transition"), 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM pragma_integrity_check "
                                "WHERE integrity_check <> 'ok'"),
                     0);
}
END_TEST

/* --- cases: opening ----------------------------------------------------------------------------
 */

START_TEST(a_second_daemon_is_refused_until_the_first_ends)
{
    DroverStore *store = open_store();
    g_autofree char *state = g_path_get_dirname(path);
    g_autofree char *process = g_strdup_printf("process %d", (int) getpid());

    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){state, process, "droverd.lock", "state_dir", NULL});
    drover_store_free(store);
    drover_store_free(open_store());
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
    drover_store_free(open_store());
    sql_run("PRAGMA user_version = 99");
    assert_refused(DROVER_STORE_ERROR_SCHEMA, (const char *[]){path, "newer drover", "99", NULL});
    sql_run("PRAGMA user_version = 1");
    drover_store_free(open_store());
}
END_TEST

static void
make_state_dir(void)
{
    g_autofree char *state = g_path_get_dirname(path);

    ck_assert_int_eq(g_mkdir(state, 0750), 0);
}

START_TEST(another_programs_database_is_left_alone)
{
    make_state_dir();
    sql_run("CREATE TABLE precious (x); INSERT INTO precious VALUES (1)");
    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){path, "another program", "state_dir", NULL});
    ck_assert_int_eq(sql_number("SELECT x FROM precious"), 1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM sqlite_schema"), 1);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused_with_a_remedy)
{
    g_autofree char *noise = g_strnfill(20000, '#');

    make_state_dir();
    ck_assert(g_file_set_contents(path, noise, -1, NULL));
    assert_refused(DROVER_STORE_ERROR_OPEN,
                   (const char *[]){path, "not a database", "backup", NULL});
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
    file = fopen(path, "r+");
    ck_assert_ptr_nonnull(file);
    for (long page = 1; fseek(file, page * 4096, SEEK_SET) == 0 && page < 20; page++) {
        fputs("damaged damaged damaged", file);
    }
    fclose(file);
    store = open_store();
    ck_assert(!store->klass->load(store, ignore_record, NULL, &error));
    ck_assert(g_error_matches(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_READ));
    assert_contains(error->message, path);
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
    assert_contains(error->message, path);
    assert_contains(error->message, "'JOB-5'");
    assert_contains(error->message, nonsense[_i].says);
    drover_store_free(store);
}
END_TEST

START_TEST(a_place_that_cannot_be_made_is_named)
{
    g_free(path);
    path = g_strdup("/proc/drover/drover.db");
    assert_refused(DROVER_STORE_ERROR_OPEN, (const char *[]){"/proc/drover", NULL});
}
END_TEST

START_TEST(a_file_in_place_of_the_directory_is_named)
{
    g_autofree char *state = g_path_get_dirname(path);

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
    ck_assert_int_eq(g_chmod(directory, 0555), 0);
    become_nobody();
    assert_refused(DROVER_STORE_ERROR_OPEN, (const char *[]){directory, "Permission denied", NULL});
    become_oneself();
    g_chmod(directory, 0755);
}
END_TEST

START_TEST(a_read_only_database_is_named)
{
    g_autofree char *state = g_path_get_dirname(path);

    drover_store_free(open_store());
    ck_assert_int_eq(g_chmod(directory, 0755), 0);
    ck_assert_int_eq(g_chmod(state, 0777), 0);
    ck_assert_int_eq(g_chmod(path, 0444), 0);
    g_autofree char *lock = g_build_filename(state, "droverd.lock", NULL);
    ck_assert_int_eq(g_chmod(lock, 0666), 0);
    become_nobody();
    assert_refused(DROVER_STORE_ERROR_OPEN, (const char *[]){path, "must be able to write", NULL});
    become_oneself();
}
END_TEST

/* --- cases: kill -9 ----------------------------------------------------------------------------
 */

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
        g_main_context_iteration(context, TRUE);
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
    /* Nothing by half: each job has just the journal rows of its stage. */
    ck_assert_int_eq(sql_number("SELECT count(*) FROM job WHERE stage <> "
                                "(SELECT count(*) FROM transition WHERE job = job.number)"),
                     0);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM pragma_integrity_check "
                                "WHERE integrity_check <> 'ok'"),
                     0);
}
END_TEST

static Suite *
store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *tc = tcase_create("store");

    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up_notes, tear_down_notes);
    tcase_add_test(tc, the_tables_know_every_field);
    tcase_add_test(tc, every_field_survives_a_restart);
    tcase_add_test(tc, a_second_save_replaces_every_field);
    tcase_add_test(tc, a_record_is_copied_before_save_returns);
    tcase_add_test(tc, jobs_come_in_order_of_acceptance);
    tcase_add_test(tc, each_change_of_stage_has_a_row_in_the_journal);
    tcase_add_test(tc, a_removed_job_is_history);
    tcase_add_test(tc, numbers_are_not_given_out_again_when_history_is_cut);
    tcase_add_test(tc, settings_are_kept_replaced_and_forgotten);
    tcase_add_test(tc, callbacks_come_from_the_main_loop_in_order);
    tcase_add_test(tc, a_callback_may_save_and_flush);
    tcase_add_test(tc, free_commits_what_is_queued_and_what_its_callbacks_queue);
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
    tcase_add_loop_test(tc, what_was_reported_survives_kill_9, 0, 5);
    suite_add_tcase(suite, tc);
    return suite;
}

int
main(void)
{
    return run_tap(store_suite());
}
