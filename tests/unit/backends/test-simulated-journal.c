#include <glib/gstdio.h>

#include "tests/unit/backends/simulated-fixture.h"

/* A world that outlives its process: what a new one finds. */

#define SCENARIO                                                                                   \
    "[world]\nstate=world\n"                                                                       \
    "[host alpha]\nbandwidth_mib_s=100\n[host beta]\nbandwidth_mib_s=100\n"                        \
    "[guest web]\nhost=alpha\nmemory_mib=100\n"

typedef struct {
    char *directory;
    char *scenario;
    char *journal;
    gint64 now_us; /* real time, which goes on without a process */
    Fixture *process;
} Place;

static Place *
place_new(const char *scenario)
{
    Place *place = g_new0(Place, 1);

    place->directory = g_dir_make_tmp("drover-journal-XXXXXX", NULL);
    place->scenario = g_build_filename(place->directory, "scenario.conf", NULL);
    place->journal = g_build_filename(place->directory, "world", NULL);
    place->now_us = G_USEC_PER_SEC * G_GINT64_CONSTANT(1700000000);
    ck_assert(g_file_set_contents(place->scenario, scenario, -1, NULL));
    return place;
}

/* As kill -9 does: nothing is told or written. */
static void
kill_process(Place *place)
{
    if (place->process) {
        place->now_us = drover_clock_real_us(place->process->clock);
    }
    g_clear_pointer(&place->process, fixture_free);
}

static void
place_free(Place *place)
{
    kill_process(place);
    g_unlink(place->scenario);
    g_unlink(place->journal);
    g_rmdir(place->directory);
    g_free(place->directory);
    g_free(place->scenario);
    g_free(place->journal);
    g_free(place);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Place, place_free)

static void
try_process(Place *place, gint64 later_ms, GError **error)
{
    Fixture *f = g_new0(Fixture, 1);

    kill_process(place);
    place->now_us += later_ms * MS;
    f->clock = drover_clock_new_manual(place->now_us);
    f->world = drover_sim_world_new(f->clock);
    place->process = f;
    drover_sim_world_load(f->world, place->scenario, error);
}

/* A new process, @later_ms after the one before was killed; it does not see its hosts yet. */
static Fixture *
next_process(Place *place, gint64 later_ms)
{
    g_autoptr(GError) error = NULL;

    try_process(place, later_ms, &error);
    ck_assert_msg(!error, "%s", error ? error->message : "");
    new_backend(place->process);
    return place->process;
}

/* What the newest line of a guest says of its life. */
static void
assert_journal_says(Place *place, const char *words)
{
    g_autofree char *text = NULL;
    const char *line;

    ck_assert(g_file_get_contents(place->journal, &text, NULL, NULL));
    line = strrchr(g_strchomp(text), '\n');
    ck_assert_msg(line && strstr(line, words), "not '%s': %s", words, line);
}

static char *
uuid_of(Fixture *f, const char *name)
{
    return g_strdup(seen_guest(f, name)->uuid);
}

START_TEST(a_guest_is_where_it_was)
{
    g_autoptr(Place) place = place_new(SCENARIO);
    Fixture *f = next_process(place, 0);
    g_autoptr(Move) move = move_new();

    advance(f, 1000);
    start(f, move, "web");
    advance(f, 5000);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    for (guint i = 0; i < 3; i++) {
        f = next_process(place, 1000);
        advance(f, 1000);
        assert_runs_on(f, "web", "beta");
        assert_journal_says(place, " beta running - unknown landings=1 most=1");
    }
}
END_TEST

/* At any moment of its 1.27 s, for a moment or a long one; @_i is the moment in steps of 50 ms. */
START_TEST(a_move_goes_on_without_a_process)
{
    static const gint64 gaps_ms[] = {0, 30, 400, 5000};

    for (guint i = 0; i < G_N_ELEMENTS(gaps_ms); i++) {
        g_autoptr(Place) place = place_new(SCENARIO);
        Fixture *f = next_process(place, 0);
        g_autoptr(Move) lost = move_new();
        g_autoptr(Move) move = move_new();
        g_autofree char *uuid = NULL;
        gint64 before_ms = _i * 50;
        gint64 waited_ms;

        advance(f, 1000);
        uuid = uuid_of(f, "web");
        start(f, lost, "web");
        advance(f, before_ms);
        ck_assert_uint_eq(lost->done, 0);
        f = next_process(place, gaps_ms[i]);
        adopt(f, move, uuid, FALSE);
        advance(f, 0);
        ck_assert_uint_le(drover_sim_world_count_running(f->world, "web"), 1);
        /* 200 ms of connecting, 1000 of memory, 20 to stand still, 50 to finish; seen once the
         * hosts are connected. */
        waited_ms = MAX(200, 1269 - before_ms - gaps_ms[i]);
        advance(f, waited_ms);
        ck_assert_uint_eq(move->done, before_ms + gaps_ms[i] + waited_ms >= 1270);
        advance(f, 5);
        assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
        assert_runs_on(f, "web", "beta");
        assert_journal_says(place, " beta running - unknown landings=1 most=1");
    }
}
END_TEST

START_TEST(a_move_outlives_many_processes)
{
    g_autoptr(Place) place = place_new(SCENARIO);
    Fixture *f = next_process(place, 0);
    g_autoptr(Move) lost = move_new();
    g_autofree char *uuid = NULL;

    advance(f, 1000);
    uuid = uuid_of(f, "web");
    start(f, lost, "web");
    for (guint i = 0; i < 130; i++) {
        advance(f, 7);
        f = next_process(place, 3);
        ck_assert_uint_le(drover_sim_world_count_running(f->world, "web"), 1);
        if (i < 119) { /* it lands at 1220 ms, give or take what each life rounds */
            ck_assert_pstr_eq(drover_sim_world_where(f->world, "web"), "alpha");
        } else if (i > 124) {
            ck_assert_pstr_eq(drover_sim_world_where(f->world, "web"), "beta");
        }
    }
    advance(f, 10);
    assert_journal_says(place, " beta running - unknown landings=1 most=1");
}
END_TEST

START_TEST(an_abort_is_not_forgotten)
{
    g_autoptr(Place) place = place_new(SCENARIO);
    Fixture *f = next_process(place, 0);
    g_autoptr(Move) lost = move_new();
    g_autoptr(Move) move = move_new();
    g_autofree char *uuid = NULL;

    advance(f, 1000);
    uuid = uuid_of(f, "web");
    start(f, lost, "web");
    advance(f, 500);
    cancel(f, lost);
    f = next_process(place, 5000);
    adopt(f, move, uuid, TRUE);
    advance(f, 1000);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_CANCELLED);
    assert_runs_on(f, "web", "alpha");
    assert_journal_says(place, " alpha running - unknown landings=0 most=1");
}
END_TEST

#define FIRST_FAILS                                                                                \
    SCENARIO "[fault first]\ntype=fail\nkind=stream-broken\nnth=1\nphase=pre-copy\nafter_ms=500\n"

START_TEST(a_fault_meets_its_move_once)
{
    g_autoptr(Place) place = place_new(FIRST_FAILS);
    Fixture *f = next_process(place, 0);
    g_autoptr(Move) lost = move_new();
    g_autoptr(Move) first = move_new();
    g_autoptr(Move) second = move_new();
    g_autofree char *uuid = NULL;

    advance(f, 1000);
    uuid = uuid_of(f, "web");
    start(f, lost, "web");
    advance(f, 400);
    f = next_process(place, 0);
    adopt(f, first, uuid, FALSE);
    advance(f, 299);
    ck_assert_uint_eq(first->done, 0);
    advance(f, 2);
    assert_ended(first, DROVER_OUTCOME_STAYED, DROVER_FAILURE_STREAM_BROKEN);
    f = next_process(place, 0);
    advance(f, 1000);
    start(f, second, "web");
    advance(f, 5000);
    assert_ended(second, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
}
END_TEST

START_TEST(a_fault_meets_a_move_that_nobody_watches)
{
    g_autoptr(Place) place = place_new(FIRST_FAILS);
    Fixture *f = next_process(place, 0);
    g_autoptr(Move) lost = move_new();
    g_autoptr(Move) move = move_new();
    g_autofree char *uuid = NULL;

    advance(f, 1000);
    uuid = uuid_of(f, "web");
    start(f, lost, "web");
    advance(f, 400);
    f = next_process(place, 5000);
    adopt(f, move, uuid, FALSE);
    advance(f, 1000);
    assert_ended(move, DROVER_OUTCOME_STAYED, DROVER_FAILURE_SOURCE_LOST);
    assert_runs_on(f, "web", "alpha");
    assert_journal_says(place, " alpha running - unknown landings=0 most=1");
}
END_TEST

START_TEST(a_broken_post_copy_stays_broken)
{
    g_autoptr(Place) place = place_new(
        SCENARIO "[fault a]\ntype=post-copy\nphase=pre-copy\nafter_ms=100\n"
                 "[fault b]\ntype=fail\nkind=stream-broken\nphase=post-copy\nafter_ms=100\n"
                 "for_ms=2000\n");
    DroverTransferOptions options = {.post_copy = TRUE};
    Fixture *f = next_process(place, 0);
    g_autoptr(Move) lost = move_new();
    g_autoptr(Move) move = move_new();
    g_autofree char *uuid = NULL;

    advance(f, 1000);
    uuid = uuid_of(f, "web");
    start_with(f, lost, "web", &options);
    advance_to(f, lost, DROVER_PHASE_POSTCOPY_BROKEN);
    f = next_process(place, 500);
    adopt(f, move, uuid, FALSE);
    advance(f, 500);
    ck_assert_int_eq(move->last_phase, DROVER_PHASE_POSTCOPY_BROKEN);
    ck_assert_ptr_nonnull(move->trouble);
    ck_assert_int_eq(move->trouble->kind, DROVER_FAILURE_STREAM_BROKEN);
    advance(f, 5000);
    assert_ended(move, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    assert_runs_on(f, "web", "beta");
}
END_TEST

START_TEST(a_host_stays_down_until_its_time)
{
    g_autoptr(Place) place =
        place_new(SCENARIO "[fault a]\ntype=host-down\nhost=beta\nphase=pre-copy\nfor_ms=3000\n");
    Fixture *f = next_process(place, 0);
    g_autoptr(Move) move = move_new();

    advance(f, 1000);
    start(f, move, "web");
    advance(f, 500);
    f = next_process(place, 1000);
    advance(f, 1000);
    ck_assert_int_eq(drover_inventory_find_host(f->backend->inventory, "beta")->state,
                     DROVER_HOST_DOWN);
    advance(f, 1000);
    ck_assert_int_eq(drover_inventory_find_host(f->backend->inventory, "beta")->state,
                     DROVER_HOST_UP);
    assert_runs_on(f, "web", "alpha");
}
END_TEST

/* Nobody was told of a line that its process could not finish. */
START_TEST(an_unfinished_line_does_not_count)
{
    g_autoptr(Place) place = place_new(SCENARIO);
    g_autofree char *text = NULL, *torn = NULL;
    Fixture *f = next_process(place, 0);

    advance(f, 1000);
    kill_process(place);
    ck_assert(g_file_get_contents(place->journal, &text, NULL, NULL));
    torn = g_strconcat(text, "1700000001000000 guest ", NULL);
    ck_assert(g_file_set_contents(place->journal, torn, -1, NULL));
    f = next_process(place, 0);
    advance(f, 1000);
    assert_runs_on(f, "web", "alpha");
}
END_TEST

static const struct {
    const char *line;
    const char *complaint;
} nonsense[] = {
    {"hello world of lines\n", "line 1 is not"},
    {"drover simulated world 1\nnow guest x\n", "line 2 does not fit"},
    {"drover simulated world 1\n1 guest nobody alpha running - unknown landings=0 most=1\n",
     "line 2 does not fit"},
    {"drover simulated world 1\n1 host gamma up truth=0 up_at=0\n", "line 2 does not fit"},
    {"drover simulated world 1\n1 fault 0 matches=1\n", "line 2 does not fit"},
};

START_TEST(what_does_not_fit_is_named)
{
    g_autoptr(Place) place = place_new(SCENARIO);
    g_autoptr(GError) error = NULL;

    ck_assert(g_file_set_contents(place->journal, nonsense[_i].line, -1, NULL));
    try_process(place, 0, &error);
    ck_assert(g_error_matches(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID));
    assert_contains(error->message, place->journal);
    assert_contains(error->message, nonsense[_i].complaint);
}
END_TEST

START_TEST(a_move_that_does_not_fit_is_named)
{
    static const char *const moves[] = {"alpha", "alpha gamma phase=1", "alpha beta",
                                        "alpha beta phase=8", "alpha beta phase=1 speed=3"};
    g_autoptr(Place) place = place_new(SCENARIO);
    g_autofree char *uuid = NULL, *text = NULL;
    g_autoptr(GError) error = NULL;
    Fixture *f = next_process(place, 0);

    advance(f, 1000);
    uuid = uuid_of(f, "web");
    kill_process(place);
    text = g_strdup_printf("drover simulated world 1\n"
                           "1 guest %s alpha running - unknown landings=0 most=1 %s\n",
                           uuid, moves[_i]);
    ck_assert(g_file_set_contents(place->journal, text, -1, NULL));
    try_process(place, 0, &error);
    ck_assert_ptr_nonnull(error);
    assert_contains(error->message, "line 2 does not fit");
}
END_TEST

START_TEST(a_world_has_one_process)
{
    g_autoptr(Place) place = place_new(SCENARIO);
    Fixture *f = next_process(place, 0);
    g_autoptr(DroverSimWorld) second = drover_sim_world_new(f->clock);
    g_autoptr(GError) error = NULL;

    ck_assert(!drover_sim_world_load(second, place->scenario, &error));
    assert_contains(error->message, place->journal);
    assert_contains(error->message, "another process");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("simulated-journal");
    TCase *tc = tcase_create("lives");

    tcase_add_test(tc, a_guest_is_where_it_was);
    tcase_add_loop_test(tc, a_move_goes_on_without_a_process, 0, 26);
    tcase_add_test(tc, a_move_outlives_many_processes);
    tcase_add_test(tc, an_abort_is_not_forgotten);
    tcase_add_test(tc, a_fault_meets_its_move_once);
    tcase_add_test(tc, a_fault_meets_a_move_that_nobody_watches);
    tcase_add_test(tc, a_broken_post_copy_stays_broken);
    tcase_add_test(tc, a_host_stays_down_until_its_time);
    tcase_add_test(tc, an_unfinished_line_does_not_count);
    tcase_add_loop_test(tc, what_does_not_fit_is_named, 0, G_N_ELEMENTS(nonsense));
    tcase_add_loop_test(tc, a_move_that_does_not_fit_is_named, 0, 5);
    tcase_add_test(tc, a_world_has_one_process);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
