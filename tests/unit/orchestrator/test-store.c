#include <string.h>

#include "tests/unit/orchestrator/store-fixture.h"

#include "orchestrator/job-fields.h"

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

/* --- cases: records -------------------------------------------------------------------------- */

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

START_TEST(each_change_of_stage_is_in_the_trace)
{
    g_autoptr(DroverStore) store = open_store();

    ck_assert_uint_eq(store->klass->last_number(store), 0);
    save_plain(store, 7, (DroverStage) 0, DROVER_STAGE_QUEUED, "accepted");
    save_plain(store, 7, DROVER_STAGE_QUEUED, DROVER_STAGE_QUEUED, "no change");
    save_plain(store, 7, DROVER_STAGE_QUEUED, DROVER_STAGE_PREPARING, NULL);
    store->klass->flush(store);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM trace"), 2);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM trace WHERE job = 7 AND at_us = 7001 AND "
                                "seq = 1 AND kind = 1 AND what = 'queued' AND detail = 'accepted'"),
                     1);
    ck_assert_int_eq(sql_number("SELECT count(*) FROM trace WHERE job = 7 AND at_us = 7002 AND "
                                "seq = 2 AND kind = 1 AND what = 'preparing' AND detail IS NULL"),
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
    ck_assert_int_eq(sql_number("SELECT count(*) FROM trace WHERE job = 2"), 2);
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
    ck_assert_int_eq(sql_number("SELECT count(*) FROM trace"), 1);
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

/* --- cases: callbacks ------------------------------------------------------------------------ */

START_TEST(callbacks_come_from_the_main_loop_in_order)
{
    g_autoptr(DroverStore) store = open_store();

    for (int i = 1; i <= 500; i++) {
        save_new(store, (guint64) i);
        ck_assert_uint_eq(fixture.told->len, 0);
    }
    while (fixture.told->len < 500) {
        g_main_context_iteration(fixture.context, TRUE);
    }
    ck_assert_ptr_eq(fixture.told_on, g_thread_self());
    for (int i = 0; i < 500; i++) {
        ck_assert_int_eq(g_array_index(fixture.told, int, i), i + 1);
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

static Suite *
store_suite(void)
{
    Suite *suite = suite_create("store");
    TCase *tc = tcase_create("store");

    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, the_tables_know_every_field);
    tcase_add_test(tc, every_field_survives_a_restart);
    tcase_add_test(tc, a_second_save_replaces_every_field);
    tcase_add_test(tc, a_record_is_copied_before_save_returns);
    tcase_add_test(tc, jobs_come_in_order_of_acceptance);
    tcase_add_test(tc, each_change_of_stage_is_in_the_trace);
    tcase_add_test(tc, a_removed_job_is_history);
    tcase_add_test(tc, numbers_are_not_given_out_again_when_history_is_cut);
    tcase_add_test(tc, settings_are_kept_replaced_and_forgotten);
    tcase_add_test(tc, callbacks_come_from_the_main_loop_in_order);
    tcase_add_test(tc, a_callback_may_save_and_flush);
    tcase_add_test(tc, free_commits_what_is_queued_and_what_its_callbacks_queue);
    suite_add_tcase(suite, tc);
    return suite;
}

int
main(void)
{
    return run_tap(store_suite());
}
