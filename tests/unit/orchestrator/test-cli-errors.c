#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/client.h"
#include "orchestrator/cli/error-view.h"
#include "orchestrator/cli/exit-status.h"

static void
set_actions(CimInstance *error, const char *first, const char *second)
{
    CimValue value;
    CimValue *elements;

    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    elements = cim_value_make_array(&value, second ? 2 : 1);
    cim_value_take_string(&elements[0], g_strdup(first));
    if (second) {
        cim_value_take_string(&elements[1], g_strdup(second));
    }
    cim_instance_take(error, "RecommendedActions", &value);
}

static GPtrArray *
make_errors(void)
{
    GPtrArray *errors = g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    CimInstance *outer = cim_instance_new("Msvm_Error");
    CimInstance *inner = cim_instance_new("Msvm_Error");

    cim_instance_set_string(outer, "OwningEntity", "drover");
    cim_instance_set_string(outer, "MessageID", "DROVER0043");
    cim_instance_set_string(outer, "Message", "'beta' has another guest called 'web'.");
    cim_instance_set_uint(outer, "ProbableCause", CIM_TYPE_UINT16, 79);
    set_actions(outer, "Rename it: virsh domrename.", "Or undefine it.");
    cim_instance_set_string(inner, "OwningEntity", "libvirt");
    cim_instance_set_string(inner, "MessageID", "LIBVIRT-10-9");
    cim_instance_set_string(inner, "Message", "operation failed:\n\033[31mdomain exists");
    g_ptr_array_add(errors, outer);
    g_ptr_array_add(errors, inner);
    return errors;
}

START_TEST(a_failure_says_what_then_what_to_do_then_why)
{
    g_autoptr(GPtrArray) errors = make_errors();
    g_autofree char *text = drover_error_view_brief(errors, "");

    ck_assert_str_eq(text, "drover: 'beta' has another guest called 'web'.\n"
                           "Rename it: virsh domrename.\n"
                           "Or undefine it.\n"
                           "(libvirt: operation failed: ?[31mdomain exists)\n");
}
END_TEST

START_TEST(a_refusal_names_the_return_code)
{
    g_autoptr(GPtrArray) errors = make_errors();
    g_autofree char *text = drover_error_view_brief(errors, "refused (32774 System is in use): ");

    ck_assert(g_str_has_prefix(text, "drover: refused (32774 System is in use): 'beta' has"));
}
END_TEST

START_TEST(every_reason_is_told)
{
    g_autoptr(GPtrArray) errors = make_errors();
    g_autofree char *text = drover_error_view_reasons(errors);

    assert_contains(text, "drover: 'beta' has another guest");
    assert_contains(text, "\ndrover: operation failed");
}
END_TEST

START_TEST(the_full_form_has_it_all)
{
    static const char *const parts[] = {
        "DROVER0043: 'beta' has another guest called 'web'.\n",
        "What to do",
        "Or undefine it.\n",
        "libvirt said",
        "domain exists (LIBVIRT-10-9)\n",
        "79",
    };
    DroverScreen screen = {0};
    g_autoptr(GPtrArray) errors = make_errors();
    g_autofree char *text = drover_error_view_full(errors, NULL, &screen);
    const char *at = text;

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        at = strstr(at, parts[i]);
        ck_assert_msg(at != NULL, "'%s' is not in its place in '%s'", parts[i], text);
    }
}
END_TEST

START_TEST(an_error_without_words_is_still_one)
{
    DroverScreen screen = {0};
    g_autoptr(GPtrArray) errors =
        g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    g_autofree char *brief = NULL;
    g_autofree char *full = NULL;

    g_ptr_array_add(errors, cim_instance_new("Msvm_Error"));
    brief = drover_error_view_brief(errors, "");
    full = drover_error_view_full(errors, NULL, &screen);
    ck_assert_str_eq(brief, "drover: an error without words\n");
    ck_assert_str_eq(full, "drover: an error without words\n");
}
END_TEST

static const struct {
    GQuark (*domain)(void);
    int code;
    DroverExitStatus status;
    const char *text;
    const char *advice;
} status_rows[] = {
    {cim_client_error_quark, CIM_CLIENT_ERROR_UNREACHABLE, DROVER_EXIT_UNREACHABLE, "drover: it",
     "systemctl start droverd"},
    {cim_client_error_quark, CIM_CLIENT_ERROR_PROTOCOL, DROVER_EXIT_UNREACHABLE, "drover: it",
     "no droverd"},
    {cim_client_error_quark, CIM_CLIENT_ERROR_URL, DROVER_EXIT_USAGE, "drover: it",
     "--server unix"},
    {cim_error_quark, CIM_ERR_NOT_FOUND, DROVER_EXIT_NOT_FOUND, "drover: it", "journalctl"},
    {cim_error_quark, CIM_ERR_ACCESS_DENIED, DROVER_EXIT_REFUSED,
     "drover: refused (CIM_ERR_ACCESS_DENIED): it", "[access]"},
    {cim_client_error_quark, CIM_CLIENT_ERROR_LOGIN, DROVER_EXIT_REFUSED, "drover: it", "--user"},
    {cim_client_error_quark, CIM_CLIENT_ERROR_FORBIDDEN, DROVER_EXIT_REFUSED, "drover: it",
     "[access]"},
    {cim_error_quark, CIM_ERR_FAILED, DROVER_EXIT_REFUSED, "drover: refused (CIM_ERR_FAILED): it",
     "journalctl"},
    {drover_cli_error_quark, DROVER_EXIT_REFUSED, DROVER_EXIT_REFUSED, "drover: it", "drover help"},
    {g_option_error_quark, G_OPTION_ERROR_UNKNOWN_OPTION, DROVER_EXIT_USAGE, "drover: it",
     "drover help"},
};

START_TEST(every_error_has_an_exit_status_and_an_advice)
{
    g_autoptr(GError) error =
        g_error_new_literal(status_rows[_i].domain(), status_rows[_i].code, "it");
    g_autofree char *text = drover_cli_error_text(error, "unix:/nowhere/sock");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    ck_assert_int_eq(drover_cli_error_status(error), status_rows[_i].status);
    ck_assert_uint_eq(g_strv_length(lines), 3); /* the last one is empty */
    ck_assert_str_eq(lines[0], status_rows[_i].text);
    assert_contains(lines[1], status_rows[_i].advice);
}
END_TEST

START_TEST(an_error_that_has_an_advice_gets_no_other)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    drover_cli_set_error(&error, DROVER_EXIT_NOT_FOUND, "Look again.", "there is no '%s'", "x");
    text = drover_cli_error_text(error, NULL);
    ck_assert_str_eq(text, "drover: there is no 'x'\nLook again.\n");
    ck_assert_int_eq(drover_cli_error_status(error), DROVER_EXIT_NOT_FOUND);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-errors");
    TCase *tc = tcase_create("errors");

    tcase_add_test(tc, a_failure_says_what_then_what_to_do_then_why);
    tcase_add_test(tc, a_refusal_names_the_return_code);
    tcase_add_test(tc, every_reason_is_told);
    tcase_add_test(tc, the_full_form_has_it_all);
    tcase_add_test(tc, an_error_without_words_is_still_one);
    tcase_add_loop_test(tc, every_error_has_an_exit_status_and_an_advice, 0,
                        G_N_ELEMENTS(status_rows));
    tcase_add_test(tc, an_error_that_has_an_advice_gets_no_other);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
