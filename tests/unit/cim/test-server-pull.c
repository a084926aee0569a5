/* Enumerations that a client opens, pulls and closes. */
#include <string.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/intrinsic-fixture.h"

#define COUNT(n) FLAG("MaxObjectCount", n)
#define ENDED                                                                                      \
    "<PARAMVALUE NAME=\"EndOfSequence\" PARAMTYPE=\"boolean\"><VALUE>TRUE</VALUE>"                 \
    "</PARAMVALUE><PARAMVALUE NAME=\"EnumerationContext\" "                                        \
    "PARAMTYPE=\"string\"><VALUE></VALUE></PARAMVALUE>"
#define GOES_ON                                                                                    \
    "<PARAMVALUE NAME=\"EndOfSequence\" PARAMTYPE=\"boolean\"><VALUE>FALSE</VALUE>"                \
    "</PARAMVALUE><PARAMVALUE NAME=\"EnumerationContext\" PARAMTYPE=\"string\"><VALUE>"
#define OPEN_JOBS "OpenEnumerateInstances", CLASS("Test_ConcreteJob")

static void
start_with_two(void)
{
    const CimServerLimits limits = {.enumerations = 2};

    intrinsic_start_with(&limits);
}

/* The context in an answer that goes on. */
static char *
context_in(const Reply *reply)
{
    const char *found = strstr(reply->body, GOES_ON);

    ck_assert_msg(found != NULL, "%s", reply->body);
    found += strlen(GOES_ON);
    ck_assert_uint_eq(strcspn(found, "<"), 32);
    return g_strndup(found, strcspn(found, "<"));
}

static char *
open_with(const char *operation, const char *parameters)
{
    g_autoptr(Reply) reply = call(operation, parameters);

    return context_in(reply);
}

static Reply *
pull(const char *operation, const char *context, const char *rest)
{
    g_autofree char *parameters = g_strconcat("<IPARAMVALUE NAME=\"EnumerationContext\"><VALUE>",
                                              context, "</VALUE></IPARAMVALUE>", rest, NULL);

    return call(operation, parameters);
}

static void
assert_pull_refused(const char *operation, const char *context)
{
    g_autoptr(Reply) reply = pull(operation, context, COUNT("1"));

    assert_contains(reply->body, "<ERROR CODE=\"21\"");
    assert_contains(reply->body, context);
}

/* clang-format off */
#define JOB_2 NAME("Test_MigrationJob", "job-2")
static const struct { const char *open; const char *parameters; const char *pull; const char *part; guint n; } kinds[] = {
    { "OpenEnumerateInstances", CLASS("Test_Element"), "PullInstancesWithPath", "<VALUE.INSTANCEWITHPATH><INSTANCEPATH><NAMESPACEPATH><HOST>", 4 },
    { "OpenEnumerateInstancePaths", CLASS("Test_Element"), "PullInstancePaths", "<INSTANCEPATH><NAMESPACEPATH><HOST>", 4 },
    { "OpenAssociatorInstances", JOB_2, "PullInstancesWithPath", "<VALUE.INSTANCEWITHPATH><INSTANCEPATH>", 2 },
    { "OpenAssociatorInstancePaths", JOB_2, "PullInstancePaths", "<INSTANCEPATH>", 2 },
    { "OpenReferenceInstances", JOB_2, "PullInstancesWithPath", "<VALUE.INSTANCEWITHPATH><INSTANCEPATH>", 2 },
    { "OpenReferenceInstancePaths", JOB_2, "PullInstancePaths", "<INSTANCEPATH>", 2 },
    { "OpenReferenceInstancePaths", JOB_2 FLAG("Role", "Dependent"), "PullInstancePaths", "<INSTANCEPATH>", 1 },
};
/* clang-format on */

START_TEST(an_open_can_bring_everything)
{
    g_autofree char *parameters = g_strconcat(kinds[_i].parameters, COUNT("100"), NULL);
    g_autoptr(Reply) reply = call(kinds[_i].open, parameters);

    ck_assert_uint_eq(occurrences_in(reply->body, kinds[_i].part), kinds[_i].n);
    assert_contains(reply->body, "</IRETURNVALUE>" ENDED "</IMETHODRESPONSE>");
}
END_TEST

START_TEST(what_an_open_leaves_is_pulled)
{
    g_autofree char *context = open_with(kinds[_i].open, kinds[_i].parameters);
    guint n = 0;

    for (;;) {
        g_autoptr(Reply) reply = pull(kinds[_i].pull, context, COUNT("1"));
        guint more = occurrences_in(reply->body, kinds[_i].part);

        ck_assert_uint_eq(more, 1);
        n += more;
        if (strstr(reply->body, ENDED))
            break;
        ck_assert_ptr_nonnull(strstr(reply->body, context));
    }
    ck_assert_uint_eq(n, kinds[_i].n);
    assert_pull_refused(kinds[_i].pull, context);
}
END_TEST

START_TEST(each_object_comes_once_and_in_order)
{
    g_autoptr(Reply) first = call(OPEN_JOBS LIST("<VALUE>InstanceID</VALUE>") COUNT("1"));
    g_autofree char *context = context_in(first);
    g_autoptr(Reply) second = pull("PullInstancesWithPath", context, COUNT("2"));
    g_autoptr(Reply) third = pull("PullInstancesWithPath", context, COUNT("2"));

    assert_contains(first->body, "<VALUE>job-0</VALUE></PROPERTY></INSTANCE>");
    ck_assert_uint_eq(occurrences_in(first->body, "<PROPERTY "), 1);
    assert_contains(second->body, "<VALUE>job-1</VALUE></PROPERTY></INSTANCE>");
    assert_contains(second->body, "<VALUE>job-2</VALUE></PROPERTY></INSTANCE>");
    assert_contains(third->body, "<VALUE>job-3</VALUE></PROPERTY></INSTANCE>");
    ck_assert_uint_eq(occurrences_in(second->body, "<PROPERTY "), 2);
    ck_assert_uint_eq(occurrences_in(third->body, "<PROPERTY "), 1);
    assert_contains(third->body, ENDED);
}
END_TEST

START_TEST(an_empty_enumeration_ends_at_once)
{
    assert_answer("OpenEnumerateInstances", CLASS("Test_Error"),
                  "<IRETURNVALUE></IRETURNVALUE>" ENDED);
}
END_TEST

START_TEST(shape_and_origin_stay_as_they_were_asked_for)
{
    g_autofree char *context =
        open_with(OPEN_JOBS FLAG("DeepInheritance", "FALSE") FLAG("IncludeClassOrigin", "TRUE"));
    g_autoptr(Reply) reply = pull("PullInstancesWithPath", context, COUNT("1"));

    assert_contains(reply->body, "CLASSORIGIN=\"Test_ConcreteJob\"");
    ck_assert_ptr_null(strstr(reply->body, "\"Cancellable\""));
}
END_TEST

/* Paths are remembered, not what was there. */
START_TEST(an_object_is_shown_as_it_is_when_it_is_pulled)
{
    g_autofree char *context = open_with(OPEN_JOBS);
    g_autoptr(Reply) reply = NULL;

    assert_lacks("DeleteInstance", NAME("Test_MigrationJob", "job-1"), "<ERROR");
    assert_lacks("SetProperty",
                 NAME("Test_MigrationJob", "job-3") FLAG("PropertyName", "Owner")
                     FLAG("NewValue", "somebody"),
                 "<ERROR");
    reply = pull("PullInstancesWithPath", context, COUNT("3"));
    ck_assert_uint_eq(occurrences_in(reply->body, "<INSTANCE "), 3);
    ck_assert_ptr_null(strstr(reply->body, "job-1"));
    assert_contains(reply->body, "<VALUE>somebody</VALUE>");
    assert_contains(reply->body, ENDED);
}
END_TEST

START_TEST(pulling_nothing_keeps_it_open)
{
    g_autofree char *context = open_with(OPEN_JOBS);
    g_autoptr(Reply) reply = pull("PullInstancesWithPath", context, COUNT("0"));

    assert_contains(reply->body, "<IRETURNVALUE></IRETURNVALUE>" GOES_ON);
    assert_contains(reply->body, context);
}
END_TEST

START_TEST(the_count_tells_what_is_left)
{
    g_autofree char *context = open_with(OPEN_JOBS COUNT("1"));
    g_autoptr(Reply) reply = pull("EnumerationCount", context, "");

    assert_contains(reply->body, "<IRETURNVALUE><VALUE>3</VALUE></IRETURNVALUE></IMETHODRESPONSE>");
}
END_TEST

START_TEST(a_closed_enumeration_is_gone)
{
    g_autofree char *context = open_with(OPEN_JOBS);
    g_autoptr(Reply) closed = pull("CloseEnumeration", context, "");
    g_autoptr(Reply) again = pull("CloseEnumeration", context, "");
    g_autoptr(Reply) count = pull("EnumerationCount", context, "");

    assert_contains(closed->body, "<IMETHODRESPONSE NAME=\"CloseEnumeration\"></IMETHODRESPONSE>");
    assert_contains(again->body, "<ERROR CODE=\"21\"");
    assert_contains(count->body, "<ERROR CODE=\"21\"");
    assert_pull_refused("PullInstancesWithPath", context);
}
END_TEST

START_TEST(the_wrong_kind_of_pull_is_refused_and_closes_nothing)
{
    g_autofree char *context = open_with(OPEN_JOBS);
    g_autoptr(Reply) reply = NULL;

    assert_pull_refused("PullInstancePaths", context);
    assert_pull_refused("PullInstances", context);
    reply = pull("PullInstancesWithPath", context, COUNT("9"));
    ck_assert_uint_eq(occurrences_in(reply->body, "<INSTANCE "), 4);
}
END_TEST

START_TEST(a_context_belongs_to_its_namespace)
{
    g_autofree char *context = open_with(OPEN_JOBS);
    g_autofree char *body = g_strdup_printf(
        "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\">"
        "<SIMPLEREQ><IMETHODCALL NAME=\"PullInstancesWithPath\"><LOCALNAMESPACEPATH>"
        "<NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"empty\"/></LOCALNAMESPACEPATH>"
        "<IPARAMVALUE NAME=\"EnumerationContext\"><VALUE>%s</VALUE></IPARAMVALUE>" COUNT(
            "1") "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>",
        context);
    g_autofree char *request = post_text("PullInstancesWithPath", NULL, "", body);
    g_autoptr(Reply) reply = ask(intrinsic_fixture(), request, -1);

    assert_contains(reply->body, "<ERROR CODE=\"21\"");
}
END_TEST

static gboolean
none_is_open(gpointer data)
{
    CimServerCounters counters;

    cim_server_get_counters(intrinsic_fixture()->server, &counters);
    return counters.enumerations == 0;
}

START_TEST(one_that_nobody_pulls_closes_itself)
{
    g_autofree char *context = open_with(OPEN_JOBS FLAG("OperationTimeout", "1"));

    fixture_await(intrinsic_fixture(), none_is_open, NULL);
    assert_pull_refused("PullInstancesWithPath", context);
}
END_TEST

START_TEST(so_many_may_be_open_and_no_more)
{
    g_autofree char *first = open_with(OPEN_JOBS);
    g_autofree char *second = open_with(OPEN_JOBS);
    g_autoptr(Reply) closed = NULL;
    g_autofree char *third = NULL;

    assert_refused(OPEN_JOBS, 27, "2 enumerations");
    /* What needs no context is not counted. */
    assert_answer(OPEN_JOBS COUNT("9"), ENDED);
    closed = pull("CloseEnumeration", first, "");
    third = open_with(OPEN_JOBS);
    ck_assert_str_ne(second, third);
}
END_TEST

/* clang-format off */
static const struct { const char *operation; const char *parameters; int code; const char *words; } misuses[] = {
    { "OpenEnumerateInstances", "", 4, "ClassName" },
    { "OpenEnumerateInstances", CLASS("NoSuch"), 5, "NoSuch" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FLAG("ContinueOnError", "TRUE"), 26, "ContinueOnError" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FLAG("OperationTimeout", "0"), 22, "OperationTimeout" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FLAG("OperationTimeout", "601"), 22, "OperationTimeout" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FLAG("OperationTimeout", "soon"), 13, "OperationTimeout" },
    { "OpenEnumerateInstances", CLASS("Test_Element") COUNT("-1"), 13, "MaxObjectCount" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FLAG("LocalOnly", "FALSE"), 4, "LocalOnly" },
    { "OpenEnumerateInstancePaths", CLASS("Test_Element") LIST(""), 4, "PropertyList" },
    { "OpenAssociatorInstances", NAME("Test_MigrationJob", "nobody"), 6, "nobody" },
    { "OpenAssociatorInstances", "<IPARAMVALUE NAME=\"InstanceName\"><CLASSNAME NAME=\"Test_MigrationJob\"/></IPARAMVALUE>", 4, "InstanceID" },
    { "OpenReferenceInstances", NAME("Test_MigrationJob", "nobody"), 6, "nobody" },
    { "OpenReferenceInstancePaths", NAME("Test_MigrationJob", "job-0") FLAG("ResultRole", "x"), 4, "ResultRole" },
    { "PullInstancesWithPath", COUNT("1"), 4, "EnumerationContext" },
    { "PullInstancesWithPath", FLAG("EnumerationContext", "x"), 4, "MaxObjectCount" },
    { "PullInstancesWithPath", FLAG("EnumerationContext", "x") COUNT("1"), 21, "x" },
    { "PullInstancePaths", FLAG("EnumerationContext", "") COUNT("1"), 21, "" },
    { "PullInstances", FLAG("EnumerationContext", "x") COUNT("1"), 21, "x" },
    { "CloseEnumeration", "", 4, "EnumerationContext" },
    { "CloseEnumeration", FLAG("EnumerationContext", "x"), 21, "x" },
    { "EnumerationCount", FLAG("EnumerationContext", "x"), 21, "x" },
};
/* clang-format on */

START_TEST(each_misuse_has_its_code_and_names_the_culprit)
{
    assert_refused(misuses[_i].operation, misuses[_i].parameters, misuses[_i].code,
                   misuses[_i].words);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("server-pull");
    TCase *tcase = tcase_create("pull");
    TCase *bounds = tcase_create("bounds");

    tcase_add_checked_fixture(tcase, intrinsic_start, intrinsic_stop);
    tcase_add_loop_test(tcase, an_open_can_bring_everything, 0, G_N_ELEMENTS(kinds));
    tcase_add_loop_test(tcase, what_an_open_leaves_is_pulled, 0, G_N_ELEMENTS(kinds));
    tcase_add_test(tcase, each_object_comes_once_and_in_order);
    tcase_add_test(tcase, an_empty_enumeration_ends_at_once);
    tcase_add_test(tcase, shape_and_origin_stay_as_they_were_asked_for);
    tcase_add_test(tcase, an_object_is_shown_as_it_is_when_it_is_pulled);
    tcase_add_test(tcase, pulling_nothing_keeps_it_open);
    tcase_add_test(tcase, the_count_tells_what_is_left);
    tcase_add_test(tcase, a_closed_enumeration_is_gone);
    tcase_add_test(tcase, the_wrong_kind_of_pull_is_refused_and_closes_nothing);
    tcase_add_test(tcase, a_context_belongs_to_its_namespace);
    tcase_add_loop_test(tcase, each_misuse_has_its_code_and_names_the_culprit, 0,
                        G_N_ELEMENTS(misuses));
    suite_add_tcase(suite, tcase);
    tcase_add_checked_fixture(bounds, start_with_two, intrinsic_stop);
    tcase_add_test(bounds, one_that_nobody_pulls_closes_itself);
    tcase_add_test(bounds, so_many_may_be_open_and_no_more);
    suite_add_tcase(suite, bounds);
    return run_tap(suite);
}
