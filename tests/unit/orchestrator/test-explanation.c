#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/error-catalog.h"
#include "orchestrator/explanation.h"

#define K(kind) DROVER_FAILURE_##kind

START_TEST(a_word_finds_its_kind)
{
    static const struct {
        const char *word;
        DroverFailureKind kind;
    } rows[] = {
        {"DROVER0030", K(CPU_INCOMPATIBLE)},
        {"drover0030", K(CPU_INCOMPATIBLE)},
        {"DROVER30", K(CPU_INCOMPATIBLE)},
        {"30", K(CPU_INCOMPATIBLE)},
        {"cpu-incompatible", K(CPU_INCOMPATIBLE)},
        {"CPU_INCOMPATIBLE", K(CPU_INCOMPATIBLE)},
        {"Request-Value", K(REQUEST_VALUE)},
        {"0", K(NONE)},
        {"none", K(NONE)},
        {"89", K(NONE)}, /* kept for later */
        {"1000", K(NONE)},
        {"-30", K(NONE)},
        {"30x", K(NONE)},
        {"4294967326", K(NONE)},
        {"DROVER", K(NONE)},
        {"", K(NONE)},
        {"LIBVIRT-10-30", K(NONE)},
        {"cpu", K(NONE)},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        ck_assert_msg(drover_explanation_find(rows[i].word) == rows[i].kind, "'%s'", rows[i].word);
    }
}
END_TEST

START_TEST(libvirt_s_own_ids_are_known_for_what_they_are)
{
    static const char *const others[] = {"LIBVIRT-10",  "LIBVIRT--1-2", "LIBVIRT-1-2-3",
                                         "LIBVIRT-a-b", "DROVER0001",   "libvirt"};
    guint domain = 0, code = 0;

    ck_assert(drover_explanation_parse_libvirt("libvirt-7-38", &domain, &code));
    ck_assert_uint_eq(domain, 7);
    ck_assert_uint_eq(code, 38);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        ck_assert_msg(!drover_explanation_parse_libvirt(others[i], &domain, &code), "%s",
                      others[i]);
    }
}
END_TEST

START_TEST(every_kind_stands_in_a_group)
{
    const char *group = NULL;
    guint groups = 0;

    for (guint number = 1; number < DROVER_ERROR_KINDS; number++) {
        const char *begins = drover_explanation_group(number);

        ck_assert_msg(!begins || drover_error_kind_exists(number), "%s begins nowhere", begins);
        groups += begins != NULL;
        group = begins ? begins : group;
        ck_assert_msg(group || !drover_error_kind_exists(number), "%u", number);
    }
    ck_assert_uint_eq(groups, 8);
}
END_TEST

START_TEST(what_drover_does_is_said_for_each_kind)
{
    for (guint number = 1; number < DROVER_ERROR_KINDS; number++) {
        const DroverErrorInfo *info = drover_error_info((DroverFailureKind) number);
        g_autofree char *message = drover_error_general_message((DroverFailureKind) number);

        ck_assert(g_str_has_suffix(drover_error_by_itself(info), "."));
        ck_assert(drover_error_retried(info) != NULL);
        ck_assert_msg(!strpbrk(message, "{}?"), "%s", message);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("explanation");
    TCase *tc = tcase_create("explanation");

    tcase_add_test(tc, a_word_finds_its_kind);
    tcase_add_test(tc, libvirt_s_own_ids_are_known_for_what_they_are);
    tcase_add_test(tc, every_kind_stands_in_a_group);
    tcase_add_test(tc, what_drover_does_is_said_for_each_kind);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
