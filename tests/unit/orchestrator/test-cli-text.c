#include <locale.h>

#include "tests/unit/check-main.h"

#include "orchestrator/cli/table.h"
#include "orchestrator/cli/text.h"

static const struct {
    const char *text;
    guint width;
} width_rows[] = {
    {"", 0}, {"web", 3}, {"größe", 5}, {"仮想", 4}, {"e\xcc\x81", 1}, {"→", 1},
};

START_TEST(width_is_in_columns)
{
    ck_assert_uint_eq(drover_text_width(width_rows[_i].text), width_rows[_i].width);
}
END_TEST

START_TEST(control_characters_are_not_shown)
{
    g_autofree char *clean = drover_text_clean("a\033[2Jb\nc\td\x7f\xc2\x9b"
                                               "e\xff");

    ck_assert_str_eq(clean, "a?[2Jb c d??e\xef\xbf\xbd");
}
END_TEST

static const struct {
    const char *text;
    guint columns;
    const char *ellipsis;
    const char *cut;
} cut_rows[] = {
    {"web", 3, "…", "web"},        {"webserver", 4, "…", "web…"}, {"webserver", 6, "...", "web..."},
    {"仮想機械", 5, "…", "仮想…"}, {"仮想機械", 4, "…", "仮…"},   {"web", 1, "...", ""},
    {"web", 0, "…", ""},
};

START_TEST(long_text_is_cut_to_its_columns)
{
    g_autofree char *cut =
        drover_text_cut(cut_rows[_i].text, cut_rows[_i].columns, cut_rows[_i].ellipsis);

    ck_assert_str_eq(cut, cut_rows[_i].cut);
    ck_assert_uint_le(drover_text_width(cut), MAX(cut_rows[_i].columns, 0));
}
END_TEST

static const struct {
    const char *text;
    guint column;
    guint indent;
    guint columns;
    const char *wrapped;
} wrap_rows[] = {
    {"", 0, 0, 10, "\n"},
    {"one two", 0, 0, 0, "one two\n"},
    {"one two three", 0, 2, 8, "one two\n  three\n"},
    {"one two three", 5, 2, 8, "one\n  two\n  three\n"},
    {"one  two ", 0, 0, 7, "one two\n"},
    {"immeasurable", 0, 2, 5, "immeasurable\n"},
    {"仮想 機械 仮想", 0, 0, 9, "仮想 機械\n仮想\n"},
};

START_TEST(long_text_is_wrapped_between_words)
{
    GString *out = g_string_new(NULL);

    drover_text_wrap(out, wrap_rows[_i].text, wrap_rows[_i].column, wrap_rows[_i].indent,
                     wrap_rows[_i].columns);
    ck_assert_str_eq(out->str, wrap_rows[_i].wrapped);
    g_string_free(out, TRUE);
}
END_TEST

static const struct {
    const char *word;
    const char *nearest;
} nearest_rows[] = {
    {"migrat", "migrate"},
    {"mirgate", "migrate"},
    {"jbos", "jobs"},
    {"HOSTS", "hosts"},
    {"jbs", "jobs"},
    {"mig", "migrate"},
    {"x", NULL},
    {"", NULL},
    {"elephant", NULL},
    {"can", "cancel"},
    {"a-word-that-is-far-longer-than-any-name-anybody-would-type-here", NULL},
};

START_TEST(a_mistyped_word_finds_what_was_meant)
{
    static const char *const words[] = {"hosts", "vms", "migrate", "jobs", "cancel", NULL};
    const char *nearest = drover_text_nearest(nearest_rows[_i].word, words);

    ck_assert_msg(!g_strcmp0(nearest, nearest_rows[_i].nearest), "'%s' gives '%s'",
                  nearest_rows[_i].word, nearest ? nearest : "(null)");
}
END_TEST

/* --- tables ---------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    const char *number;
    const char *note;
} Row;

static char *
get_name(gconstpointer row, gconstpointer context)
{
    return g_strdup(((const Row *) row)->name);
}

static char *
get_number(gconstpointer row, gconstpointer context)
{
    return g_strdup(((const Row *) row)->number);
}

static char *
get_note(gconstpointer row, gconstpointer context)
{
    return g_strdup(((const Row *) row)->note);
}

static DroverStyle
bad(gconstpointer row)
{
    return DROVER_STYLE_BAD;
}

static const DroverColumn columns[] = {
    {"NAME", get_name, bad, FALSE, FALSE},
    {"N", get_number, NULL, TRUE, FALSE},
    {"NOTE", get_note, NULL, FALSE, TRUE},
};

static char *
print(const Row *rows, guint n, const DroverScreen *screen)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    for (guint i = 0; i < n; i++) {
        g_ptr_array_add(list, (gpointer) &rows[i]);
    }
    return drover_table_print(columns, G_N_ELEMENTS(columns), list, NULL, screen);
}

START_TEST(columns_are_aligned)
{
    static const Row rows[] = {{"größe", "7", "x"}, {"仮想", "1234", NULL}};
    DroverScreen screen = {0};
    g_autofree char *text = print(rows, 2, &screen);

    ck_assert_str_eq(text, "NAME      N  NOTE\n"
                           "größe     7  x\n"
                           "仮想   1234  -\n");
}
END_TEST

START_TEST(an_empty_optional_column_is_left_out)
{
    static const Row rows[] = {{"web", NULL, NULL}, {"db", "2", ""}};
    DroverScreen screen = {0};
    g_autofree char *text = print(rows, 2, &screen);

    ck_assert_str_eq(text, "NAME  N\n"
                           "web   -\n"
                           "db    2\n");
}
END_TEST

START_TEST(a_row_keeps_to_one_line_of_a_screen)
{
    static const Row rows[] = {{"web", "1", "a long story\nover two lines"}};
    DroverScreen screen = {.columns = 24, .is_utf8 = TRUE};
    g_autofree char *text = print(rows, 1, &screen);

    ck_assert_str_eq(text, "NAME  N  NOTE\n"
                           "web   1  a long story o…\n");
}
END_TEST

START_TEST(colours_do_not_disturb_the_alignment)
{
    static const Row rows[] = {{"w", "1", "x"}};
    DroverScreen screen = {.has_color = TRUE};
    g_autofree char *text = print(rows, 1, &screen);

    assert_contains(text, "\033[31mw   \033[0m  1  x\n");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-text");
    TCase *tc = tcase_create("text");

    tcase_add_loop_test(tc, width_is_in_columns, 0, G_N_ELEMENTS(width_rows));
    tcase_add_test(tc, control_characters_are_not_shown);
    tcase_add_loop_test(tc, long_text_is_cut_to_its_columns, 0, G_N_ELEMENTS(cut_rows));
    tcase_add_loop_test(tc, long_text_is_wrapped_between_words, 0, G_N_ELEMENTS(wrap_rows));
    tcase_add_loop_test(tc, a_mistyped_word_finds_what_was_meant, 0, G_N_ELEMENTS(nearest_rows));
    tcase_add_test(tc, columns_are_aligned);
    tcase_add_test(tc, an_empty_optional_column_is_left_out);
    tcase_add_test(tc, a_row_keeps_to_one_line_of_a_screen);
    tcase_add_test(tc, colours_do_not_disturb_the_alignment);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
