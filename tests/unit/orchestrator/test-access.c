#include "tests/unit/check-main.h"

#include <string.h>

#include "orchestrator/access.h"

static const DroverAccessLists lists = {
    .observers = "http, cert:monitor",
    .operators = "user:oscar group:operators\tcert:stack",
    .administrators = "user:root,group:drover",
};

START_TEST(the_highest_role_counts)
{
    static char *no_groups[] = {NULL};
    static char *drover[] = {(char *) "users", (char *) "drover", NULL};
    static char *operators[] = {(char *) "operators", NULL};
    const struct {
        DroverClientFacts facts;
        CimAccess access;
    } rows[] = {
        {{.user = "root", .groups = no_groups}, CIM_ACCESS_ADMINISTER},
        {{.user = "oscar"}, CIM_ACCESS_OPERATE},
        {{.user = "oscar", .groups = drover}, CIM_ACCESS_ADMINISTER},
        {{.user = "anna", .groups = operators}, CIM_ACCESS_OPERATE},
        {{.user = "anna", .groups = no_groups}, CIM_ACCESS_NONE},
        {{.user = "drover"}, CIM_ACCESS_NONE}, /* a group's name is no user's */
        {{.certificate = "monitor"}, CIM_ACCESS_READ},
        {{.certificate = "stack"}, CIM_ACCESS_OPERATE},
        {{.certificate = "oscar"}, CIM_ACCESS_NONE},
        {{.plain_http = TRUE}, CIM_ACCESS_READ},
        {{NULL}, CIM_ACCESS_NONE},
    };
    g_autoptr(DroverAccess) access = drover_access_new(&lists, NULL);

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        ck_assert_msg(drover_access_find(access, &rows[i].facts) == rows[i].access, "row %u: %s", i,
                      cim_access_name(drover_access_find(access, &rows[i].facts)));
    }
}
END_TEST

START_TEST(a_star_is_everybody_who_is_known)
{
    const DroverAccessLists star = {.observers = "*"};
    const DroverClientFacts user = {.user = "anna"};
    const DroverClientFacts certificate = {.certificate = "x"};
    const DroverClientFacts nobody = {.plain_http = TRUE};
    g_autoptr(DroverAccess) access = drover_access_new(&star, NULL);

    ck_assert_int_eq(drover_access_find(access, &user), CIM_ACCESS_READ);
    ck_assert_int_eq(drover_access_find(access, &certificate), CIM_ACCESS_READ);
    ck_assert_int_eq(drover_access_find(access, &nobody), CIM_ACCESS_NONE);
}
END_TEST

START_TEST(what_is_no_client_is_named)
{
    static const char *const rows[] = {"oscar", "user:", "users:oscar", "https", "http:x", "**"};
    g_autofree char *list = g_strdup_printf("user:root %s", rows[_i]);
    const DroverAccessLists wrong = {.operators = list};
    g_autofree char *check = drover_access_check_list(list);
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(drover_access_new(&wrong, &error));
    ck_assert_ptr_nonnull(strstr(error->message, rows[_i]));
    ck_assert_ptr_nonnull(strstr(check, rows[_i]));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("access");
    TCase *tc = tcase_create("access");

    tcase_add_test(tc, the_highest_role_counts);
    tcase_add_test(tc, a_star_is_everybody_who_is_known);
    tcase_add_loop_test(tc, what_is_no_client_is_named, 0, 6);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
