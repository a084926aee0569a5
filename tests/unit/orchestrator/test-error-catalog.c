#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/error-catalog.h"

#define LAST_KIND 200

START_TEST(every_kind_says_why_and_what_to_do)
{
    const char *name = drover_failure_kind_name((DroverFailureKind) _i);
    const DroverErrorInfo *info = drover_error_info((DroverFailureKind) _i);

    if (!name || _i == DROVER_FAILURE_NONE) {
        return;
    }
    ck_assert_msg(_i == DROVER_FAILURE_INTERNAL ||
                      info != drover_error_info(DROVER_FAILURE_INTERNAL),
                  "%s has no entry", name);
    ck_assert_msg(info->return_code >= 32768 && info->return_code <= 32778, "%s", name);
    ck_assert_msg(info->error_type >= 1 && info->error_type <= 10, "%s", name);
    ck_assert_msg(info->probable_cause >= 1 && info->probable_cause <= 130, "%s", name);
    ck_assert_msg(info->severity >= 2 && info->severity <= 7, "%s", name);
    ck_assert_msg(info->cim_status >= 1 && info->cim_status <= 28, "%s", name);
    ck_assert_msg(info->actions[0] != NULL, "%s gives no advice", name);
}
END_TEST

START_TEST(messages_are_whole_sentences_with_and_without_names)
{
    const char *name = drover_failure_kind_name((DroverFailureKind) _i);
    g_autoptr(DroverFailure) bare = drover_failure_new((DroverFailureKind) _i);
    g_autoptr(DroverFailure) full = drover_failure_new((DroverFailureKind) _i);

    if (!name || _i == DROVER_FAILURE_NONE) {
        return;
    }
    full->guest = g_strdup("GUEST");
    full->source = g_strdup("SOURCE");
    full->destination = g_strdup("DEST");
    full->element = g_strdup("ELEMENT");
    full->where = DROVER_SIDE_SOURCE;
    for (guint i = 0; i < 2; i++) {
        g_autofree char *message = drover_error_message(i ? full : bare);
        g_auto(GStrv) actions = drover_error_actions(i ? full : bare);

        ck_assert_msg(g_str_has_suffix(message, "."), "%s: %s", name, message);
        ck_assert_msg(!strpbrk(message, "{}"), "%s: %s", name, message);
        for (guint a = 0; actions[a]; a++) {
            ck_assert_msg(!strpbrk(actions[a], "{}"), "%s: %s", name, actions[a]);
            ck_assert_msg(g_str_has_suffix(actions[a], "."), "%s: %s", name, actions[a]);
        }
    }
}
END_TEST

START_TEST(names_stand_in_the_message)
{
    g_autoptr(DroverFailure) failure = drover_failure_new(DROVER_FAILURE_NETWORK_MISSING);
    g_autofree char *message = NULL;
    g_autofree char *id = drover_error_message_id(failure->kind);
    g_auto(GStrv) arguments = NULL;

    failure->guest = g_strdup("web{1}");
    failure->destination = g_strdup("beta");
    failure->element = g_strdup("dmz");
    message = drover_error_message(failure);
    arguments = drover_error_arguments(failure);
    ck_assert_str_eq(message,
                     "Guest 'web{1}' is attached to network 'dmz', which 'beta' does not have.");
    ck_assert_str_eq(id, "DROVER0040");
    ck_assert_uint_eq(g_strv_length(arguments), 3);
}
END_TEST

START_TEST(an_unknown_kind_is_an_internal_error)
{
    ck_assert_ptr_eq(drover_error_info((DroverFailureKind) 9999),
                     drover_error_info(DROVER_FAILURE_INTERNAL));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("error-catalog");
    TCase *tc = tcase_create("catalogue");

    tcase_add_loop_test(tc, every_kind_says_why_and_what_to_do, 0, LAST_KIND);
    tcase_add_loop_test(tc, messages_are_whole_sentences_with_and_without_names, 0, LAST_KIND);
    tcase_add_test(tc, names_stand_in_the_message);
    tcase_add_test(tc, an_unknown_kind_is_an_internal_error);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
