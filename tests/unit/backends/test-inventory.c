#include <string.h>

#include "tests/unit/check-main.h"

#include "backends/inventory.h"

#define UUID       "11111111-aaaa-4111-8111-111111111111"
#define UUID_UPPER "11111111-AAAA-4111-8111-111111111111"
#define OTHER      "22222222-aaaa-4111-8111-111111111111"

static DroverInventory *
with_hosts(void)
{
    DroverInventory *inventory = drover_inventory_new();

    drover_inventory_add_host(inventory, "alpha", "qemu+ssh://root@Alpha.example:22/system", NULL);
    drover_inventory_add_host(inventory, "beta", "qemu+tcp://10.0.0.2/system",
                              "qemu+tls://beta.storage/system");
    drover_inventory_set_host_state(inventory, "alpha", DROVER_HOST_UP, NULL, 1);
    drover_inventory_set_host_state(inventory, "beta", DROVER_HOST_UP, NULL, 1);
    return inventory;
}

static void
set_guest(DroverInventory *inventory,
          const char *host,
          const char *uuid,
          const char *name,
          DroverGuestState state,
          gint64 real_us)
{
    char reason[] = "booted";
    DroverGuest guest = {.uuid = (char *) uuid,
                         .name = (char *) name,
                         .state = state,
                         .reason = reason,
                         .memory_kib = 1024,
                         .vcpus = 2,
                         .persistent = TRUE};

    drover_inventory_set_guest(inventory, host, &guest, real_us);
}

START_TEST(a_guest_is_found_by_uuid_in_any_case_and_by_name)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    const DroverGuest *guest;
    guint matches = 9;

    set_guest(inventory, "alpha", UUID_UPPER, "web", DROVER_GUEST_RUNNING, 5);
    guest = drover_inventory_find_guest(inventory, UUID);
    ck_assert_ptr_nonnull(guest);
    ck_assert_str_eq(guest->uuid, UUID);
    ck_assert_str_eq(guest->name, "web");
    ck_assert_str_eq(guest->reason, "booted");
    ck_assert_str_eq(guest->host->name, "alpha");
    ck_assert_int_eq(guest->since_us, 5);
    ck_assert_ptr_eq(drover_inventory_find_guest(inventory, UUID_UPPER), guest);
    ck_assert_ptr_eq(drover_inventory_resolve_guest(inventory, UUID_UPPER, NULL), guest);
    ck_assert_ptr_eq(drover_inventory_resolve_guest(inventory, "web", &matches), guest);
    ck_assert_uint_eq(matches, 1);
    ck_assert_ptr_eq(drover_inventory_find_guest_on(inventory, UUID, "alpha"), guest);
    ck_assert_ptr_null(drover_inventory_find_guest_on(inventory, UUID, "beta"));
    ck_assert_ptr_null(drover_inventory_find_guest(inventory, OTHER));
    ck_assert_ptr_null(drover_inventory_resolve_guest(inventory, "none", &matches));
    ck_assert_uint_eq(matches, 0);
}
END_TEST

START_TEST(a_name_of_two_guests_is_not_resolved)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    guint matches;

    set_guest(inventory, "alpha", UUID, "web", DROVER_GUEST_RUNNING, 1);
    set_guest(inventory, "beta", OTHER, "web", DROVER_GUEST_OFF, 1);
    ck_assert_ptr_null(drover_inventory_resolve_guest(inventory, "web", &matches));
    ck_assert_uint_eq(matches, 2);
    set_guest(inventory, "beta", OTHER, "db", DROVER_GUEST_OFF, 1);
    ck_assert_ptr_nonnull(drover_inventory_resolve_guest(inventory, "web", &matches));
    ck_assert_ptr_nonnull(drover_inventory_resolve_guest(inventory, "db", &matches));
}
END_TEST

START_TEST(two_sightings_of_one_guest_are_one_match)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    guint matches;

    set_guest(inventory, "alpha", UUID, "web", DROVER_GUEST_RUNNING, 1);
    set_guest(inventory, "beta", UUID, "web", DROVER_GUEST_INCOMING, 1);
    ck_assert_ptr_eq(drover_inventory_resolve_guest(inventory, "web", &matches),
                     drover_inventory_find_guest_on(inventory, UUID, "alpha"));
    ck_assert_uint_eq(matches, 1);
}
END_TEST

/* In each row the sighting on beta counts before the one on alpha. */
static const struct {
    DroverGuestState alpha;
    DroverGuestState beta;
    DroverHostState alpha_host;
} sightings[] = {
    {DROVER_GUEST_INCOMING, DROVER_GUEST_RUNNING, DROVER_HOST_UP},
    {DROVER_GUEST_PAUSED, DROVER_GUEST_RUNNING, DROVER_HOST_UP},
    {DROVER_GUEST_OFF, DROVER_GUEST_RUNNING, DROVER_HOST_UP},
    {DROVER_GUEST_OFF, DROVER_GUEST_PAUSED, DROVER_HOST_UP},
    {DROVER_GUEST_INCOMING, DROVER_GUEST_PAUSED, DROVER_HOST_UP},
    {DROVER_GUEST_INCOMING, DROVER_GUEST_OFF, DROVER_HOST_UP},
    {DROVER_GUEST_UNKNOWN, DROVER_GUEST_CRASHED, DROVER_HOST_UP},
    {DROVER_GUEST_RUNNING, DROVER_GUEST_RUNNING, DROVER_HOST_DOWN},
};

static gboolean
count_guest(const DroverGuest *guest, gpointer user_data)
{
    ck_assert_str_eq(guest->host->name, "beta");
    ++*(guint *) user_data;
    return TRUE;
}

START_TEST(of_two_sightings_the_one_that_lives_counts)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    const DroverGuest *beta;
    guint count = 0;

    /* Whichever was seen first. */
    for (guint order = 0; order < 2; order++) {
        set_guest(inventory, order ? "beta" : "alpha", UUID, "web",
                  order ? sightings[_i].beta : sightings[_i].alpha, 1);
        set_guest(inventory, order ? "alpha" : "beta", UUID, "web",
                  order ? sightings[_i].alpha : sightings[_i].beta, 1);
        drover_inventory_set_host_state(inventory, "alpha", sightings[_i].alpha_host, NULL, 2);
        beta = drover_inventory_find_guest_on(inventory, UUID, "beta");
        ck_assert_ptr_eq(drover_inventory_find_guest(inventory, UUID), beta);
        count = 0;
        drover_inventory_each_guest(inventory, count_guest, &count);
        ck_assert_uint_eq(count, 1);
        drover_inventory_remove_guest(inventory, "alpha", UUID);
        drover_inventory_remove_guest(inventory, "beta", UUID);
    }
}
END_TEST

START_TEST(the_time_of_a_state_is_the_time_of_its_change)
{
    g_autoptr(DroverInventory) inventory = with_hosts();

    set_guest(inventory, "alpha", UUID, "web", DROVER_GUEST_RUNNING, 10);
    set_guest(inventory, "alpha", UUID, "web2", DROVER_GUEST_RUNNING, 20);
    ck_assert_int_eq(drover_inventory_find_guest(inventory, UUID)->since_us, 10);
    set_guest(inventory, "alpha", UUID, "web2", DROVER_GUEST_PAUSED, 30);
    ck_assert_int_eq(drover_inventory_find_guest(inventory, UUID)->since_us, 30);
    drover_inventory_set_host_state(inventory, "alpha", DROVER_HOST_UP, NULL, 40);
    ck_assert_int_eq(drover_inventory_find_host(inventory, "alpha")->since_us, 1);
    drover_inventory_set_host_state(inventory, "alpha", DROVER_HOST_DOWN, "refused", 50);
    drover_inventory_set_host_state(inventory, "alpha", DROVER_HOST_DOWN, "no route", 60);
    ck_assert_int_eq(drover_inventory_find_host(inventory, "alpha")->since_us, 50);
    ck_assert_str_eq(drover_inventory_find_host(inventory, "alpha")->reason, "no route");
}
END_TEST

static const struct {
    const char *text;
    const char *host; /* NULL: none */
} host_names[] = {
    {"alpha", "alpha"},
    {"ALPHA", "alpha"},
    {"alpha.EXAMPLE", "alpha"},
    {"10.0.0.2", "beta"},
    {"Beta.Storage", "beta"},
    {"beta.lan", "beta"},
    {"localhost", NULL}, /* both say that they are */
    {"gamma", NULL},
    {"", NULL},
};

START_TEST(a_host_is_resolved_by_name_hostname_or_server)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    const DroverHost *host;
    char own[] = "beta.lan";
    char local[] = "localhost";

    drover_inventory_set_host_facts(inventory, "beta", &(DroverHost){.hostname = own});
    if (!g_strcmp0(host_names[_i].text, local)) {
        drover_inventory_set_host_facts(inventory, "alpha", &(DroverHost){.hostname = local});
        drover_inventory_set_host_facts(inventory, "beta", &(DroverHost){.hostname = local});
    }
    host = drover_inventory_resolve_host(inventory, host_names[_i].text);
    ck_assert_pstr_eq(host ? host->name : NULL, host_names[_i].host);
}
END_TEST

START_TEST(the_configured_name_wins_over_every_other)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    char own[] = "beta";

    drover_inventory_set_host_facts(inventory, "alpha", &(DroverHost){.hostname = own});
    ck_assert_str_eq(drover_inventory_resolve_host(inventory, "beta")->name, "beta");
}
END_TEST

START_TEST(a_peer_uri_defaults_to_the_uri)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    const DroverHost *host = drover_inventory_find_host(inventory, "alpha");

    ck_assert_str_eq(host->peer_uri, host->uri);
    drover_inventory_add_host(inventory, "alpha", "test:///default", "qemu:///system");
    ck_assert_ptr_eq(drover_inventory_find_host(inventory, "alpha"), host);
    ck_assert_str_eq(host->peer_uri, "qemu:///system");
    ck_assert_int_eq(host->state, DROVER_HOST_UP);
}
END_TEST

static void
log_change(const char *host, const char *guest_uuid, gpointer user_data)
{
    g_string_append_printf(user_data, "%s/%.1s ", host, guest_uuid ? guest_uuid : "-");
}

START_TEST(each_change_is_told_once)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    g_autoptr(GString) log = g_string_new(NULL);

    drover_inventory_watch(inventory, log_change, log);
    set_guest(inventory, "alpha", UUID, "web", DROVER_GUEST_RUNNING, 1);
    set_guest(inventory, "alpha", UUID, "web", DROVER_GUEST_RUNNING, 2);
    drover_inventory_set_host_state(inventory, "beta", DROVER_HOST_UP, NULL, 3);
    drover_inventory_set_host_state(inventory, "beta", DROVER_HOST_DOWN, "gone", 3);
    drover_inventory_set_host_facts(inventory, "beta", &(DroverHost){.cpus = 4});
    drover_inventory_set_host_facts(inventory, "beta", &(DroverHost){.cpus = 4});
    drover_inventory_remove_guest(inventory, "beta", UUID);
    drover_inventory_remove_host(inventory, "alpha");
    ck_assert_str_eq(log->str, "alpha/1 beta/- beta/- alpha/1 alpha/- ");
    ck_assert_ptr_null(drover_inventory_find_guest(inventory, UUID));
    ck_assert_ptr_null(drover_inventory_find_host(inventory, "alpha"));
}
END_TEST

START_TEST(a_fresh_listing_drops_what_is_not_in_it)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    g_autoptr(GHashTable) uuids = g_hash_table_new(g_str_hash, g_str_equal);

    set_guest(inventory, "alpha", UUID, "web", DROVER_GUEST_RUNNING, 1);
    set_guest(inventory, "alpha", OTHER, "db", DROVER_GUEST_RUNNING, 1);
    set_guest(inventory, "beta", UUID, "web", DROVER_GUEST_INCOMING, 1);
    g_hash_table_add(uuids, OTHER);
    drover_inventory_keep_guests(inventory, "alpha", uuids);
    ck_assert_ptr_null(drover_inventory_find_guest_on(inventory, UUID, "alpha"));
    ck_assert_ptr_nonnull(drover_inventory_find_guest_on(inventory, OTHER, "alpha"));
    ck_assert_ptr_nonnull(drover_inventory_find_guest_on(inventory, UUID, "beta"));
    drover_inventory_keep_guests(inventory, "gamma", uuids);
}
END_TEST

static gboolean
count_all(const DroverGuest *guest, gpointer user_data)
{
    return ++*(guint *) user_data < G_MAXUINT;
}

static gboolean
stop_at_three(const DroverGuest *guest, gpointer user_data)
{
    return ++*(guint *) user_data < 3;
}

START_TEST(ten_thousand_guests_that_move_about_stay_ten_thousand)
{
    g_autoptr(DroverInventory) inventory = with_hosts();
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    guint count = 0;
    guint seen = 0;

    for (guint i = 0; i < 30000; i++) {
        guint n = i < 10000 ? i : (guint) g_rand_int_range(rand, 0, 10000);
        g_autofree char *uuid = g_strdup_printf("%08x-0000-4000-8000-000000000000", n);
        g_autofree char *name = g_strdup_printf("guest-%u", n);
        gboolean to_beta = g_rand_boolean(rand);

        set_guest(inventory, to_beta ? "beta" : "alpha", uuid, name, DROVER_GUEST_RUNNING, i);
        drover_inventory_remove_guest(inventory, to_beta ? "alpha" : "beta", uuid);
        ck_assert_ptr_eq(drover_inventory_resolve_guest(inventory, name, NULL),
                         drover_inventory_find_guest(inventory, uuid));
    }
    drover_inventory_each_guest(inventory, count_all, &count);
    ck_assert_uint_eq(count, 10000);
    drover_inventory_each_guest(inventory, stop_at_three, &seen);
    ck_assert_uint_eq(seen, 3);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("inventory");
    TCase *tc = tcase_create("hosts and guests");

    tcase_add_test(tc, a_guest_is_found_by_uuid_in_any_case_and_by_name);
    tcase_add_test(tc, a_name_of_two_guests_is_not_resolved);
    tcase_add_test(tc, two_sightings_of_one_guest_are_one_match);
    tcase_add_loop_test(tc, of_two_sightings_the_one_that_lives_counts, 0, G_N_ELEMENTS(sightings));
    tcase_add_test(tc, the_time_of_a_state_is_the_time_of_its_change);
    tcase_add_loop_test(tc, a_host_is_resolved_by_name_hostname_or_server, 0,
                        G_N_ELEMENTS(host_names));
    tcase_add_test(tc, the_configured_name_wins_over_every_other);
    tcase_add_test(tc, a_peer_uri_defaults_to_the_uri);
    tcase_add_test(tc, each_change_is_told_once);
    tcase_add_test(tc, a_fresh_listing_drops_what_is_not_in_it);
    tcase_add_test(tc, ten_thousand_guests_that_move_about_stay_ten_thousand);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
