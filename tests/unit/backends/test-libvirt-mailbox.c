#include "tests/unit/check-main.h"

#include "backends/libvirt/mailbox.h"

#define LETTERS 1000

static gint destroyed; /* letters, on any thread */

typedef struct {
    GArray *log; /* of guint: numbers as they were opened */
    guint number;
} Letter;

static Letter *
letter_new(GArray *log, guint number)
{
    Letter *letter = g_new0(Letter, 1);

    letter->log = log;
    letter->number = number;
    return letter;
}

static void
note(gpointer data)
{
    Letter *letter = data;

    g_array_append_val(letter->log, letter->number);
}

static void
destroy(gpointer data)
{
    g_free(data);
    g_atomic_int_inc(&destroyed);
}

typedef struct {
    DroverMailbox *mailbox;
    GArray *log;
} Writer;

static gpointer
write_letters(gpointer data)
{
    Writer *writer = data;

    for (guint i = 0; i < LETTERS; i++) {
        drover_mailbox_post(writer->mailbox, note, letter_new(writer->log, i), destroy);
    }
    return NULL;
}

START_TEST(letters_of_a_thread_are_opened_in_order_on_the_loop)
{
    GMainContext *context = g_main_context_new();
    Writer writer = {drover_mailbox_new(context), g_array_new(FALSE, FALSE, sizeof(guint))};
    GThread *thread = g_thread_new("writer", write_letters, &writer);

    while (writer.log->len < LETTERS) {
        g_main_context_iteration(context, TRUE);
    }
    g_thread_join(thread);
    for (guint i = 0; i < LETTERS; i++) {
        ck_assert_uint_eq(g_array_index(writer.log, guint, i), i);
    }
    drover_mailbox_close(writer.mailbox);
    drover_mailbox_unref(writer.mailbox);
    ck_assert_int_eq(g_atomic_int_get(&destroyed), LETTERS);
    g_array_unref(writer.log);
    g_main_context_unref(context);
}
END_TEST

START_TEST(a_letter_is_never_opened_by_who_posts_it)
{
    GMainContext *context = g_main_context_new();
    DroverMailbox *mailbox = drover_mailbox_new(context);
    GArray *log = g_array_new(FALSE, FALSE, sizeof(guint));

    drover_mailbox_post(mailbox, note, letter_new(log, 7), destroy);
    ck_assert_uint_eq(log->len, 0);
    g_main_context_iteration(context, TRUE);
    ck_assert_uint_eq(log->len, 1);
    drover_mailbox_close(mailbox);
    drover_mailbox_unref(mailbox);
    g_array_unref(log);
    g_main_context_unref(context);
}
END_TEST

START_TEST(a_closed_mailbox_drops_letters_unopened)
{
    GMainContext *context = g_main_context_new();
    DroverMailbox *mailbox = drover_mailbox_new(context);
    GArray *log = g_array_new(FALSE, FALSE, sizeof(guint));

    drover_mailbox_post(mailbox, note, letter_new(log, 1), destroy);
    drover_mailbox_post(mailbox, note, letter_new(log, 2), destroy);
    drover_mailbox_close(mailbox);
    ck_assert_int_eq(g_atomic_int_get(&destroyed), 2);
    drover_mailbox_post(mailbox, note, letter_new(log, 3), destroy);
    ck_assert_int_eq(g_atomic_int_get(&destroyed), 3);
    while (g_main_context_iteration(context, FALSE)) {
    }
    ck_assert_uint_eq(log->len, 0);
    drover_mailbox_unref(mailbox);
    g_array_unref(log);
    g_main_context_unref(context);
}
END_TEST

static void
close_mailbox(gpointer data)
{
    drover_mailbox_close(data);
}

START_TEST(a_letter_may_close_the_mailbox)
{
    GMainContext *context = g_main_context_new();
    DroverMailbox *mailbox = drover_mailbox_new(context);
    GArray *log = g_array_new(FALSE, FALSE, sizeof(guint));

    drover_mailbox_post(mailbox, close_mailbox, mailbox, NULL);
    drover_mailbox_post(mailbox, note, letter_new(log, 1), destroy);
    g_main_context_iteration(context, TRUE);
    while (g_main_context_iteration(context, FALSE)) {
    }
    ck_assert_uint_eq(log->len, 0);
    ck_assert_int_eq(g_atomic_int_get(&destroyed), 1);
    drover_mailbox_unref(mailbox);
    g_array_unref(log);
    g_main_context_unref(context);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("libvirt-mailbox");
    TCase *tcase = tcase_create("mailbox");

    tcase_add_test(tcase, letters_of_a_thread_are_opened_in_order_on_the_loop);
    tcase_add_test(tcase, a_letter_is_never_opened_by_who_posts_it);
    tcase_add_test(tcase, a_closed_mailbox_drops_letters_unopened);
    tcase_add_test(tcase, a_letter_may_close_the_mailbox);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
