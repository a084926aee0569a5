/*
 * What every Check program shares: one suite, TAP on standard output.
 */
#pragma once

#include <check.h>
#include <glib.h>
#include <stdlib.h>

static inline int
run_tap(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline void
assert_contains(const char *text, const char *part)
{
    ck_assert_msg(text && strstr(text, part), "'%s' does not contain '%s'", text ? text : "(null)",
                  part);
}
