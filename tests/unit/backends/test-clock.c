#include <string.h>

#include "tests/unit/check-main.h"

#include "backends/clock.h"

#define START_US 1000000000

typedef struct {
    DroverClock *clock;
    GString *log;
    const char *name;
    guint again; /* times to add itself anew, without delay */
    guint *victim;
} Entry;

static void
note(gpointer data, gpointer unused)
{
    Entry *entry = data;

    ck_assert_ptr_null(unused);
    g_string_append(entry->log, entry->name);
    if (entry->again) {
        entry->again--;
        drover_clock_add(entry->clock, 0, note, entry);
    }
    if (entry->victim) {
        drover_clock_remove(entry->clock, entry->victim);
    }
}

START_TEST(a_manual_clock_stands_until_it_is_moved)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(START_US);

    ck_assert_int_eq(drover_clock_monotonic_us(clock), 0);
    ck_assert_int_eq(drover_clock_real_us(clock), START_US);
    drover_clock_advance(clock, 1500);
    ck_assert_int_eq(drover_clock_monotonic_us(clock), 1500);
    ck_assert_int_eq(drover_clock_real_us(clock), START_US + 1500);
    ck_assert_int_eq(drover_clock_next_us(clock), -1);
}
END_TEST

START_TEST(timers_fire_in_order_of_time_then_of_addition)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autoptr(GString) log = g_string_new(NULL);
    Entry a = {clock, log, "a"};
    Entry b = {clock, log, "b"};
    Entry c = {clock, log, "c"};

    ck_assert_uint_ne(drover_clock_add(clock, 20, note, &c), 0);
    drover_clock_add(clock, 10, note, &a);
    drover_clock_add(clock, 10, note, &b);
    ck_assert_int_eq(drover_clock_next_us(clock), 10);
    drover_clock_advance(clock, 9);
    ck_assert_str_eq(log->str, "");
    drover_clock_advance(clock, 100);
    ck_assert_str_eq(log->str, "abc");
}
END_TEST

START_TEST(a_timer_sees_the_time_that_it_was_set_for)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autoptr(GString) log = g_string_new(NULL);
    Entry a = {clock, log, "a", .again = 2};

    drover_clock_add(clock, -5, note, &a);
    drover_clock_advance(clock, 0);
    ck_assert_str_eq(log->str, "aaa");
    ck_assert_int_eq(drover_clock_monotonic_us(clock), 0);
}
END_TEST

START_TEST(a_removed_timer_does_not_fire)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autoptr(GString) log = g_string_new(NULL);
    Entry a = {clock, log, "a"};
    Entry b = {clock, log, "b"};
    guint later = drover_clock_add(clock, 20, note, &a);
    guint none = 0;

    b.victim = &later;
    drover_clock_add(clock, 10, note, &b);
    drover_clock_remove(clock, &none);
    drover_clock_advance(clock, 100);
    ck_assert_str_eq(log->str, "b");
    ck_assert_uint_eq(later, 0);
}
END_TEST

START_TEST(a_fired_id_may_be_removed)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autoptr(GString) log = g_string_new(NULL);
    Entry a = {clock, log, "a"};
    guint id = drover_clock_add(clock, 0, note, &a);

    drover_clock_advance(clock, 0);
    drover_clock_remove(clock, &id);
    ck_assert_uint_eq(id, 0);
    ck_assert_str_eq(log->str, "a");
}
END_TEST

static gint64 last_us;

static void
check_order(gpointer data, gpointer unused)
{
    gint64 now_us = drover_clock_monotonic_us(data);

    ck_assert_int_ge(now_us, last_us);
    last_us = now_us;
}

/* Adds and removes at random: what is left fires in order, all of it. */
START_TEST(many_timers_keep_their_order)
{
    g_autoptr(DroverClock) clock = drover_clock_new_manual(0);
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) _i);
    guint ids[2000];

    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        ids[i] = drover_clock_add(clock, g_rand_int_range(rand, 0, 500), check_order, clock);
        if (g_rand_boolean(rand)) {
            drover_clock_remove(clock, &ids[g_rand_int_range(rand, 0, (gint32) i + 1)]);
        }
    }
    last_us = 0;
    drover_clock_advance(clock, 500);
    ck_assert_int_eq(drover_clock_next_us(clock), -1);
}
END_TEST

START_TEST(a_real_clock_fires_on_its_context_in_order)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(DroverClock) clock = drover_clock_new_real(context);
    g_autoptr(GString) log = g_string_new(NULL);
    Entry a = {clock, log, "a"};
    Entry b = {clock, log, "b", .again = 1};
    Entry c = {clock, log, "c"};
    guint dropped = drover_clock_add(clock, 1, note, &c);

    drover_clock_add(clock, 3000, note, &b);
    drover_clock_add(clock, 0, note, &a);
    drover_clock_remove(clock, &dropped);
    while (log->len < 3) {
        g_main_context_iteration(context, TRUE);
    }
    ck_assert_str_eq(log->str, "abb");
    ck_assert_int_gt(drover_clock_real_us(clock), G_USEC_PER_SEC * G_GINT64_CONSTANT(1000000000));
}
END_TEST

START_TEST(a_clock_that_goes_drops_its_timers)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    DroverClock *clock = _i ? drover_clock_new_real(context) : drover_clock_new_manual(0);
    g_autoptr(GString) log = g_string_new(NULL);
    Entry a = {clock, log, "a"};

    drover_clock_add(clock, 0, note, &a);
    drover_clock_unref(drover_clock_ref(clock));
    drover_clock_unref(clock);
    g_main_context_iteration(context, FALSE);
    ck_assert_str_eq(log->str, "");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("clock");
    TCase *tc = tcase_create("timers");

    tcase_add_test(tc, a_manual_clock_stands_until_it_is_moved);
    tcase_add_test(tc, timers_fire_in_order_of_time_then_of_addition);
    tcase_add_test(tc, a_timer_sees_the_time_that_it_was_set_for);
    tcase_add_test(tc, a_removed_timer_does_not_fire);
    tcase_add_test(tc, a_fired_id_may_be_removed);
    tcase_add_loop_test(tc, many_timers_keep_their_order, 0, 10);
    tcase_add_test(tc, a_real_clock_fires_on_its_context_in_order);
    tcase_add_loop_test(tc, a_clock_that_goes_drops_its_timers, 0, 2);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
