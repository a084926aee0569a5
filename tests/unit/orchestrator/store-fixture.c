#include "tests/unit/orchestrator/store-fixture.h"

#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

StoreFixture fixture;

void
set_up(void)
{
    fixture.directory = g_dir_make_tmp("drover-store-XXXXXX", NULL);
    fixture.path = g_build_filename(fixture.directory, "state", "drover.db", NULL);
    fixture.context = g_main_context_new();
    fixture.told = g_array_new(FALSE, FALSE, sizeof(int));
}

void
tear_down(void)
{
    g_autofree char *state = g_path_get_dirname(fixture.path);
    g_autoptr(GDir) dir = g_dir_open(state, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(state, name, NULL);

        g_unlink(file);
    }
    g_rmdir(state);
    g_rmdir(fixture.directory);
    g_clear_pointer(&fixture.told, g_array_unref);
    g_clear_pointer(&fixture.context, g_main_context_unref);
    g_clear_pointer(&fixture.path, g_free);
    g_clear_pointer(&fixture.directory, g_free);
}

DroverStore *
open_store(void)
{
    g_autoptr(GError) error = NULL;
    DroverStore *store = drover_sqlite_store_new(fixture.path, fixture.context, &error);

    ck_assert_msg(store != NULL, "%s", error ? error->message : "");
    return store;
}

void
assert_refused(DroverStoreError code, const char *const *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverStore) store = drover_sqlite_store_new(fixture.path, fixture.context, &error);

    ck_assert_ptr_null(store);
    ck_assert_msg(g_error_matches(error, DROVER_STORE_ERROR, code), "%s", error->message);
    for (guint i = 0; says[i]; i++) {
        assert_contains(error->message, says[i]);
    }
}

/* The first value that @sql gives, read beside the store; -1: no row. */
gint64
sql_number(const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    gint64 number;

    ck_assert_int_eq(sqlite3_open(fixture.path, &database), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(database));
    number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
}

void
sql_run(const char *sql)
{
    sqlite3 *database = NULL;

    ck_assert_int_eq(sqlite3_open(fixture.path, &database), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(database));
    sqlite3_close(database);
}

/* As little as a job can have. */
void
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

GPtrArray *
load_all(DroverStore *store)
{
    GPtrArray *records = g_ptr_array_new_with_free_func(record_free);
    g_autoptr(GError) error = NULL;

    ck_assert_msg(store->klass->load(store, collect, records, &error), "%s",
                  error ? error->message : "");
    return records;
}

void
note(const GError *error, gpointer user_data)
{
    int number = GPOINTER_TO_INT(user_data);

    number = error ? -number : number;
    g_array_append_val(fixture.told, number);
    fixture.told_on = g_thread_self();
}

void
assert_told(const int *numbers, guint n)
{
    ck_assert_uint_eq(fixture.told->len, n);
    for (guint i = 0; i < n; i++) {
        ck_assert_int_eq(g_array_index(fixture.told, int, i), numbers[i]);
    }
}

void
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

void
save_new(DroverStore *store, guint64 number)
{
    save_plain(store, number, (DroverStage) 0, DROVER_STAGE_QUEUED, "accepted");
}
