#include <string.h>

#include "tests/unit/check-main.h"

#include "backends/failure.h"

#define LAST_KIND 200

START_TEST(a_kind_has_a_name_of_its_own_that_scripts_can_use)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint kind = 0; kind < LAST_KIND; kind++) {
        const char *name = drover_failure_kind_name((DroverFailureKind) kind);

        if (name) {
            ck_assert_msg(g_hash_table_add(seen, (gpointer) name), "'%s' is there twice", name);
            ck_assert_msg(strspn(name, "abcdefghijklmnopqrstuvwxyz-") == strlen(name), "'%s'",
                          name);
        }
    }
    ck_assert_uint_ge(g_hash_table_size(seen), 97); /* none is taken away */
}
END_TEST

START_TEST(stored_numbers_keep_their_names)
{
    const struct {
        guint kind;
        const char *name;
    } stored[] = {
        {1, "host-unreachable"}, {30, "cpu-incompatible"}, {85, "destination-lost"},
        {100, "cancelled"},      {122, "internal"},        {134, "request-value"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(stored); i++) {
        ck_assert_str_eq(drover_failure_kind_name((DroverFailureKind) stored[i].kind),
                         stored[i].name);
    }
}
END_TEST

START_TEST(unknown_numbers_have_no_name)
{
    const guint unknown[] = {19, 89, 119, 10000, G_MAXUINT};

    for (guint i = 0; i < G_N_ELEMENTS(unknown); i++) {
        ck_assert_ptr_null(drover_failure_kind_name((DroverFailureKind) unknown[i]));
    }
    ck_assert_ptr_null(drover_phase_name((DroverPhase) (DROVER_PHASE_ENDED + 1)));
}
END_TEST

START_TEST(every_phase_has_a_name)
{
    for (guint phase = DROVER_PHASE_NONE; phase <= DROVER_PHASE_ENDED; phase++) {
        ck_assert_ptr_nonnull(drover_phase_name((DroverPhase) phase));
    }
}
END_TEST

START_TEST(a_copy_outlives_its_original)
{
    DroverFailure *original = drover_failure_new(DROVER_FAILURE_DISK_SIZE);
    g_autoptr(DroverFailure) copy = NULL;

    original->transient = TRUE;
    original->phase = DROVER_PHASE_STORAGE;
    original->where = DROVER_SIDE_DESTINATION;
    original->guest = g_strdup("web");
    original->source = g_strdup("alpha");
    original->destination = g_strdup("beta");
    original->element = g_strdup("vda");
    original->text = g_strdup("different sizes");
    original->code = 9;
    original->domain = 10;
    original->int1 = -1;
    copy = drover_failure_copy(original);
    drover_failure_free(original);

    ck_assert_int_eq(copy->kind, DROVER_FAILURE_DISK_SIZE);
    ck_assert(copy->transient);
    ck_assert_int_eq(copy->phase, DROVER_PHASE_STORAGE);
    ck_assert_int_eq(copy->where, DROVER_SIDE_DESTINATION);
    ck_assert_str_eq(copy->guest, "web");
    ck_assert_str_eq(copy->source, "alpha");
    ck_assert_str_eq(copy->destination, "beta");
    ck_assert_str_eq(copy->element, "vda");
    ck_assert_str_eq(copy->text, "different sizes");
    ck_assert_int_eq(copy->code, 9);
    ck_assert_int_eq(copy->domain, 10);
    ck_assert_int_eq(copy->int1, -1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("failure");
    TCase *tcase = tcase_create("failure");

    tcase_add_test(tcase, a_kind_has_a_name_of_its_own_that_scripts_can_use);
    tcase_add_test(tcase, stored_numbers_keep_their_names);
    tcase_add_test(tcase, unknown_numbers_have_no_name);
    tcase_add_test(tcase, every_phase_has_a_name);
    tcase_add_test(tcase, a_copy_outlives_its_original);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
