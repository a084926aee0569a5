#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/cli/exit-status.h"
#include "orchestrator/cli/lookup.h"

static GPtrArray *
make_ids(const char *const *ids)
{
    GPtrArray *array = g_ptr_array_new();

    for (; *ids; ids++) {
        g_ptr_array_add(array, (gpointer) *ids);
    }
    return array;
}

static const char *const ids[] = {
    "3F2A91C4-0000-4000-8000-000000000001",
    "3F2B0000-0000-4000-8000-000000000002",
    "A0000000-0000-4000-8000-000000000003",
    NULL,
};

static const struct {
    const char *word;
    int found; /* index, or -1 */
    DroverExitStatus status;
    const char *says;
} id_rows[] = {
    {"3F2A", 0, DROVER_EXIT_DONE, NULL},
    {"3f2b", 1, DROVER_EXIT_DONE, NULL},
    {"a", 2, DROVER_EXIT_DONE, NULL},
    {"A0000000-0000-4000-8000-000000000003", 2, DROVER_EXIT_DONE, NULL},
    {"3F2", -1, DROVER_EXIT_USAGE, "3F2A91C4-0000-4000-8000-000000000001, 3F2B0000"},
    {"B", -1, DROVER_EXIT_NOT_FOUND, "there is no job 'B'"},
    {"", -1, DROVER_EXIT_NOT_FOUND, "there is no job ''"},
    {"A0000000-0000-4000-8000-0000000000031", -1, DROVER_EXIT_NOT_FOUND, "no job"},
};

START_TEST(an_id_may_be_shortened_as_long_as_it_is_clear)
{
    g_autoptr(GPtrArray) list = make_ids(ids);
    g_autoptr(GError) error = NULL;
    const char *found = drover_lookup_id(list, id_rows[_i].word, &error);

    if (id_rows[_i].found >= 0) {
        ck_assert_ptr_eq(found, ids[id_rows[_i].found]);
        return;
    }
    ck_assert_ptr_null(found);
    ck_assert_int_eq(drover_cli_error_status(error), id_rows[_i].status);
    assert_contains(error->message, id_rows[_i].says);
}
END_TEST

static const struct {
    const char *ids[4];
    guint length;
} length_rows[] = {
    {{NULL}, 8},
    {{"3F2A91C4-0000", "A0000000-0000", NULL}, 8},
    {{"B", "3F2A91C4-0001", "3F2A91C4-0002", NULL}, 13},
    {{"3F2A91C4-1", "A", "3f2a91c4-2", NULL}, 10},
    {{"AAAAAAAA", "AAAAAAAA", NULL}, 8},
};

START_TEST(shown_ids_are_long_enough)
{
    g_autoptr(GPtrArray) list = make_ids(length_rows[_i].ids);

    ck_assert_uint_eq(drover_lookup_id_length(list), length_rows[_i].length);
}
END_TEST

/* --- guests ---------------------------------------------------------------------------------- */

static const struct {
    const char *uuid;
    const char *name;
    const char *host;
    const char *state;
} guest_rows[] = {
    {"0A000000-0000-4000-8000-000000000001", "web", "alpha", "running"},
    {"0A000000-0000-4000-8000-000000000002", "web", "beta", "off"},
    {"0A000000-0000-4000-8000-000000000003", "db", "alpha", "running"},
    {"0A000000-0000-4000-8000-000000000004", "db", "beta", "paused"},
    {"0A000000-0000-4000-8000-000000000005", "old", "alpha", "off"},
    {"0A000000-0000-4000-8000-000000000006", "gone", "alpha", "off"},
    {"0A000000-0000-4000-8000-000000000007", "gone", "beta", "off"},
};

static GPtrArray *
make_guests(void)
{
    GPtrArray *guests = g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);

    for (guint i = 0; i < G_N_ELEMENTS(guest_rows); i++) {
        CimInstance *guest = cim_instance_new("Drover_GuestState");

        cim_instance_set_string(guest, "Name", guest_rows[i].uuid);
        cim_instance_set_string(guest, "ElementName", guest_rows[i].name);
        cim_instance_set_string(guest, "Host", guest_rows[i].host);
        cim_instance_set_string(guest, "State", guest_rows[i].state);
        g_ptr_array_add(guests, guest);
    }
    return guests;
}

static const struct {
    const char *word;
    int found;
    DroverExitStatus status;
    const char *says;
} word_rows[] = {
    {"web", 0, DROVER_EXIT_DONE, NULL}, /* the other one is off */
    {"old", 4, DROVER_EXIT_DONE, NULL},
    {"0a000000-0000-4000-8000-000000000002", 1, DROVER_EXIT_DONE, NULL},
    {"0A000000-0000-4000-8000-000000000004", 3, DROVER_EXIT_DONE, NULL},
    {"db", -1, DROVER_EXIT_USAGE,
     "0A000000-0000-4000-8000-000000000003 (alpha, running), "
     "0A000000-0000-4000-8000-000000000004 (beta, paused)"},
    {"gone", -1, DROVER_EXIT_USAGE, "2 virtual machines are called 'gone'"},
    {"WEB", -1, DROVER_EXIT_NOT_FOUND, "Did you mean 'web'?"},
    {"wbe", -1, DROVER_EXIT_NOT_FOUND, "Did you mean 'web'?"},
    {"elephant", -1, DROVER_EXIT_NOT_FOUND, "there is no virtual machine 'elephant'\n'drover vms'"},
};

START_TEST(a_guest_is_found_by_uuid_or_clear_name)
{
    g_autoptr(GPtrArray) guests = make_guests();
    g_autoptr(GError) error = NULL;
    const CimInstance *guest = drover_lookup_guest(guests, word_rows[_i].word, &error);

    if (word_rows[_i].found >= 0) {
        ck_assert_ptr_eq(guest, g_ptr_array_index(guests, word_rows[_i].found));
        return;
    }
    ck_assert_ptr_null(guest);
    ck_assert_int_eq(drover_cli_error_status(error), word_rows[_i].status);
    assert_contains(error->message, word_rows[_i].says);
}
END_TEST

START_TEST(a_mistyped_host_is_put_right)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    g_autoptr(GError) error = NULL;
    CimInstance *host = cim_instance_new("Drover_HostState");

    cim_instance_set_string(host, "Name", "beta");
    g_ptr_array_add(hosts, host);
    drover_lookup_fail_host(hosts, "bata", &error);
    ck_assert_int_eq(drover_cli_error_status(error), DROVER_EXIT_NOT_FOUND);
    assert_contains(error->message, "there is no host 'bata'\nDid you mean 'beta'?");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-lookup");
    TCase *tc = tcase_create("lookup");

    tcase_add_loop_test(tc, an_id_may_be_shortened_as_long_as_it_is_clear, 0,
                        G_N_ELEMENTS(id_rows));
    tcase_add_loop_test(tc, shown_ids_are_long_enough, 0, G_N_ELEMENTS(length_rows));
    tcase_add_loop_test(tc, a_guest_is_found_by_uuid_or_clear_name, 0, G_N_ELEMENTS(word_rows));
    tcase_add_test(tc, a_mistyped_host_is_put_right);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
