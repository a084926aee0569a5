#include <string.h>

#include "tests/unit/check-main.h"

#include "backends/libvirt/vir-error.h"

START_TEST(hypervisor_text_is_made_fit_to_show)
{
    const struct {
        const char *raw;
        const char *clean;
    } texts[] = {
        {NULL, ""},
        {"plain", "plain"},
        {"two\nlines\tand\ra bell\a", "two lines and a bell"},
        {"  around  ", "around"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"half \xc3", "half \xef\xbf\xbd"},
        {"\x1b[31mred\x1b[0m", "[31mred [0m"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *clean = drover_vir_error_clean_text(texts[i].raw);

        ck_assert_str_eq(clean, texts[i].clean);
    }
}
END_TEST

START_TEST(long_text_is_cut_between_characters)
{
    for (guint lead = 0; lead < 4; lead++) {
        g_autoptr(GString) raw = g_string_new(NULL);
        g_autofree char *clean = NULL;

        g_string_append_len(raw, "abcd", lead);
        while (raw->len < 4000) {
            g_string_append(raw, "\xe2\x82\xac");
        }
        clean = drover_vir_error_clean_text(raw->str);
        ck_assert_uint_le(strlen(clean), 1024);
        ck_assert_uint_ge(strlen(clean), 1018);
        ck_assert(g_utf8_validate(clean, -1, NULL));
        ck_assert(g_str_has_suffix(clean, "…"));
    }
}
END_TEST

static void
say_nothing(void *user_data, virErrorPtr error)
{
}

START_TEST(an_error_outlives_libvirt_s_next_call)
{
    g_autoptr(DroverVirError) error = NULL;

    ck_assert_int_eq(virInitialize(), 0);
    virSetErrorFunc(NULL, say_nothing);
    ck_assert_ptr_null(virConnectOpen("nosuch:///"));
    error = drover_vir_error_take();
    virResetLastError();
    ck_assert_int_ne(error->code, VIR_ERR_OK);
    ck_assert_uint_gt(strlen(error->message), 0);
}
END_TEST

START_TEST(no_error_is_told_as_such)
{
    g_autoptr(DroverVirError) error = NULL;

    ck_assert_int_eq(virInitialize(), 0);
    virResetLastError();
    error = drover_vir_error_take();
    ck_assert_int_eq(error->code, VIR_ERR_OK);
    ck_assert_str_eq(error->message, "libvirt gave no reason");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("libvirt-vir-error");
    TCase *tcase = tcase_create("vir-error");

    tcase_add_test(tcase, hypervisor_text_is_made_fit_to_show);
    tcase_add_test(tcase, long_text_is_cut_between_characters);
    tcase_add_test(tcase, an_error_outlives_libvirt_s_next_call);
    tcase_add_test(tcase, no_error_is_told_as_such);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
