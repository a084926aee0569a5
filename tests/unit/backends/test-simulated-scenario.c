#include <glib/gstdio.h>

#include "tests/unit/backends/simulated-fixture.h"

/* Scenario files: what they make, and what is wrong with them. */

static char *
write_file(const char *text)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("drover-scenario-XXXXXX", &path, NULL);

    ck_assert_int_ge(fd, 0);
    ck_assert(g_close(fd, NULL));
    ck_assert(g_file_set_contents(path, text, -1, NULL));
    return g_steal_pointer(&path);
}

static Fixture *
load(const char *path)
{
    Fixture *f = g_new0(Fixture, 1);
    g_autoptr(GError) error = NULL;

    f->clock = drover_clock_new_manual(0);
    f->world = drover_sim_world_new(f->clock);
    ck_assert_msg(drover_sim_world_load(f->world, path, &error), "%s", error ? error->message : "");
    new_backend(f);
    advance(f, 1000);
    return f;
}

static Fixture *
load_text(const char *text)
{
    g_autofree char *path = write_file(text);
    Fixture *f = load(path);

    g_unlink(path);
    return f;
}

START_TEST(every_key_is_taken)
{
    g_autoptr(Fixture) f = load_text("# a comment\n"
                                     "[guest web]\n" /* before its host */
                                     "host=alpha\n"
                                     "uuid=AAAAAAAA-0000-4000-8000-000000000001\n"
                                     "memory_mib=512\nvcpus=3\ndisk_mib=100\ndirty_mib_s=10\n"
                                     "working_set_mib=64\ndevice_ms=5\nstate=paused\n"
                                     "transient=true\n"
                                     "[world]\nsample_ms=100\ncancel_ms=10\n"
                                     "[host alpha]\n"
                                     "memory_mib=4096\ncpus=8\nbandwidth_mib_s=200\n"
                                     "connect_ms=10\nfinish_ms=5\ndown=false\n"
                                     "[host beta]\n");
    const DroverHost *alpha = drover_inventory_find_host(f->backend->inventory, "alpha");
    const DroverGuest *web = seen_guest(f, "web");

    ck_assert_uint_eq(alpha->cpus, 8);
    ck_assert_uint_eq(alpha->memory_total_kib, 4096 * 1024);
    ck_assert_uint_eq(alpha->memory_free_kib, (4096 - 512) * 1024);
    ck_assert_str_eq(web->uuid, "aaaaaaaa-0000-4000-8000-000000000001");
    ck_assert_int_eq(web->state, DROVER_GUEST_PAUSED);
    ck_assert_uint_eq(web->vcpus, 3);
    ck_assert_uint_eq(web->memory_kib, 512 * 1024);
    ck_assert(!web->persistent);
}
END_TEST

static gboolean
count_guest(const DroverGuest *guest, gpointer user_data)
{
    return ++*(guint *) user_data < G_MAXUINT;
}

START_TEST(a_fleet_is_one_group)
{
    g_autoptr(Fixture) f = load_text("[host alpha]\nmemory_mib=1000000000\n"
                                     "[guest fleet]\nhost=alpha\ncount=10000\nmemory_mib=64\n");
    guint guests = 0;

    drover_inventory_each_guest(f->backend->inventory, count_guest, &guests);
    ck_assert_uint_eq(guests, 10000);
    ck_assert_ptr_nonnull(seen_guest(f, "fleet-0001"));
    ck_assert_ptr_nonnull(seen_guest(f, "fleet-10000"));
    ck_assert_ptr_null(seen_guest(f, "fleet"));
}
END_TEST

START_TEST(a_guest_without_uuid_keeps_the_one_it_gets)
{
    static const char text[] = "[host alpha]\n[guest web]\nhost=alpha\n[guest db]\nhost=alpha\n";
    g_autoptr(Fixture) first = load_text(text);
    g_autoptr(Fixture) second = load_text(text);

    ck_assert_str_eq(seen_guest(first, "web")->uuid, seen_guest(second, "web")->uuid);
    ck_assert_str_ne(seen_guest(first, "web")->uuid, seen_guest(first, "db")->uuid);
    ck_assert(g_uuid_string_is_valid(seen_guest(first, "web")->uuid));
}
END_TEST

#define HOSTS "[host alpha]\n[host beta]\n[guest web]\nhost=alpha\n"

START_TEST(faults_are_armed)
{
    g_autoptr(Fixture) f = load_text(HOSTS "[fault first]\ntype=fail\nguest=web\nhost=beta\nnth=1\n"
                                           "phase=pre-copy\nafter_ms=100\nkind=disk-access\n"
                                           "element=vda\ntext=Permission denied\ntransient=true\n"
                                           "[fault second]\ntype=host-down\nhost=beta\n"
                                           "after_ms=2000\nfor_ms=3000\ntruth=moved\n");
    g_autoptr(Move) move = move_new();

    start(f, move, "web"); /* at 1 s */
    advance(f, 400);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_DISK_ACCESS);
    ck_assert_str_eq(move->failure->element, "vda");
    ck_assert_str_eq(move->failure->text, "Permission denied");
    ck_assert(move->failure->transient);
    ck_assert_int_eq(move->failure->phase, DROVER_PHASE_PRECOPY);
    advance(f, 1000);
    ck_assert_int_eq(drover_inventory_find_host(f->backend->inventory, "beta")->state,
                     DROVER_HOST_DOWN);
    advance(f, 3000);
    ck_assert_int_eq(drover_inventory_find_host(f->backend->inventory, "beta")->state,
                     DROVER_HOST_UP);
}
END_TEST

/* What is wrong, and what the message must contain beside the file's name. */
static const struct {
    const char *text;
    const char *place;
    const char *reason;
} mistakes[] = {
    {"[hosts alpha]\n", "[hosts alpha]", "is none of"},
    {"[host]\n", "[host]", "is none of"},
    {"[world all]\n", "[world all]", "is none of"},
    {"[host alpha]\nram=1\n", "[host alpha] ram", "no such key"},
    {"[host alpha]\nhost=1\n", "[host alpha] host", "no such key"},
    {"[host alpha]\ncpus=0\n", "[host alpha] cpus", "'0' is not a number from 1"},
    {"[host alpha]\ncpus=4294967296\n", "[host alpha] cpus", "to 4294967295"},
    {"[host alpha]\ncpus=two\n", "[host alpha] cpus", "'two'"},
    {"[host alpha]\ncpus=\n", "[host alpha] cpus", "''"},
    {"[host alpha]\ncpus=-1\n", "[host alpha] cpus", "'-1'"},
    {"[host alpha]\ndown=yes\n", "[host alpha] down", "neither true nor false"},
    {"[world]\nsample_ms=0\n", "[world] sample_ms", "from 1"},
    {"[guest web]\n", "[guest web] host", "is missing"},
    {"[guest web]\nhost=gamma\n", "[guest web]", "no host 'gamma'"},
    {HOSTS "uuid=nonsense\n", "[guest web]", "not a UUID"},
    {HOSTS "uuid=AAAAAAAA-0000-4000-8000-000000000001\ncount=2\n", "[guest web] uuid", "fleet"},
    {HOSTS "uuid=AAAAAAAA-0000-4000-8000-000000000001\n"
           "[guest db]\nhost=beta\nuuid=aaaaaaaa-0000-4000-8000-000000000001\n",
     "[guest db]", "taken"},
    {HOSTS "replay=x.json\ncount=2\n", "[guest web] replay", "neither count nor state"},
    {"[world]\nstate=x\n" HOSTS "replay=x.json\n", "[guest web] replay", "count nor state"},
    {HOSTS "replay=/nonexistent/x.json\n", "[guest web]", "/nonexistent/x.json"},
    {HOSTS "replay=/dev/null\n", "[guest web]", "it is no trace"},
    {HOSTS "state=dancing\n", "[guest web] state", "'dancing'"},
    {HOSTS "state=incoming\n", "[guest web] state", "'incoming'"},
    {HOSTS "[fault x]\nkind=qemu\n", "[fault x] type", "is missing"},
    {HOSTS "[fault x]\ntype=explode\n", "[fault x] type", "'explode'"},
    {HOSTS "[fault x]\ntype=fail\n", "[fault x]", "kind"},
    {HOSTS "[fault x]\ntype=fail\nkind=none\n", "[fault x] kind", "'none'"},
    {HOSTS "[fault x]\ntype=fail\nkind=qemu\nphase=unknown\n", "[fault x] phase", "'unknown'"},
    {HOSTS "[fault x]\ntype=fail\nkind=qemu\nguest=wbe\n", "[fault x] guest", "'wbe'"},
    {HOSTS "[fault x]\ntype=host-down\n", "[fault x]", "needs a host"},
    {HOSTS "[fault x]\ntype=host-down\nhost=gamma\n", "[fault x] host", "'gamma'"},
    {HOSTS "[fault x]\ntype=slow-link\nhost=beta\n", "[fault x]", "needs a bandwidth"},
    {HOSTS "[fault x]\ntype=guest-stops\n", "[fault x]", "needs a guest"},
    {HOSTS "[fault x]\ntype=host-down\nhost=beta\ntruth=false\n", "[fault x] truth", "'false'"},
    {"cpus=1\n", "", ""},
};

START_TEST(a_mistake_names_file_group_and_key)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autofree char *path = write_file(mistakes[_i].text);
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(drover_simulated_backend_new(clock, path, &error));
    g_unlink(path);
    ck_assert(g_error_matches(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID));
    assert_contains(error->message, path);
    assert_contains(error->message, mistakes[_i].place);
    assert_contains(error->message, mistakes[_i].reason);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(drover_simulated_backend_new(clock, "/nonexistent/scenario", &error));
    assert_contains(error->message, "/nonexistent/scenario");
}
END_TEST

START_TEST(a_move_goes_as_a_black_box_tells)
{
    g_autoptr(Fixture) f =
        load_text("[host alpha]\n[host beta]\n[guest web]\nhost=alpha\nreplay=" SOURCE_ROOT
                  "/tests/unit/orchestrator/trace-libvirtd-killed.json\n");
    g_autoptr(Move) first = move_new();
    g_autoptr(Move) second = move_new();

    start(f, first, "web");
    advance(f, LONG_MS);
    assert_ended(first, DROVER_OUTCOME_STAYED, DROVER_FAILURE_DESTINATION_LOST);
    ck_assert_str_eq(first->phases->str, "connecting, pre-copy, unknown");
    ck_assert_str_eq(first->failure->text, "internal error: client socket is closed");
    ck_assert_int_eq(first->failure->code, 1);
    ck_assert_int_eq(first->failure->domain, 7);
    ck_assert_int_eq(first->trouble->kind, DROVER_FAILURE_OUTCOME_UNKNOWN);
    start(f, second, "web");
    advance(f, LONG_MS);
    assert_ended(second, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_str_eq(second->phases->str, "connecting, pre-copy, switchover, finishing");
    ck_assert_int_eq(second->end.downtime_ms, 333);
}
END_TEST

/* The demo tells of a move of some six seconds, and of one that fails. */
START_TEST(the_demo_is_as_it_says)
{
    g_autoptr(Fixture) f = load(SOURCE_ROOT "/tests/demo-scenario.conf");
    g_autoptr(Move) web = move_new();
    g_autoptr(Move) bad = move_new();

    start(f, bad, "web-bad");
    advance(f, 1000);
    assert_ended(bad, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CPU_INCOMPATIBLE);
    start(f, web, "web");
    advance(f, 10000);
    assert_ended(web, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    ck_assert_int_ge(web->end.elapsed_ms, 5500);
    ck_assert_int_le(web->end.elapsed_ms, 6500);
    ck_assert_uint_ge(web->end.iteration, 3);
}
END_TEST

static const char *const examples[] = {"scenario-fleet.conf", "scenario-faults.conf"};

START_TEST(the_examples_load)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autofree char *path =
        g_build_filename(SOURCE_ROOT, "tests/unit/backends", examples[_i], NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverBackend) backend = drover_simulated_backend_new(clock, path, &error);

    ck_assert_msg(backend != NULL, "%s", error ? error->message : "");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("simulated-scenario");
    TCase *tc = tcase_create("files");

    tcase_add_test(tc, every_key_is_taken);
    tcase_add_test(tc, a_fleet_is_one_group);
    tcase_add_test(tc, a_guest_without_uuid_keeps_the_one_it_gets);
    tcase_add_test(tc, faults_are_armed);
    tcase_add_loop_test(tc, a_mistake_names_file_group_and_key, 0, G_N_ELEMENTS(mistakes));
    tcase_add_test(tc, a_file_that_is_not_there_is_named);
    tcase_add_loop_test(tc, the_examples_load, 0, G_N_ELEMENTS(examples));
    tcase_add_test(tc, a_move_goes_as_a_black_box_tells);
    tcase_add_test(tc, the_demo_is_as_it_says);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
