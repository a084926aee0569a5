/* ExecQuery, OpenQueryInstances and filters of enumerations. */
#include <string.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/intrinsic-fixture.h"

/* clang-format off */
#define QUERY(language, text) FLAG("QueryLanguage", language) FLAG("Query", text)
#define FILTER(language, text) FLAG("FilterQueryLanguage", language) FLAG("FilterQuery", text)
#define COUNT(n) FLAG("MaxObjectCount", n)
#define ENDED "<PARAMVALUE NAME=\"EndOfSequence\" PARAMTYPE=\"boolean\"><VALUE>TRUE</VALUE></PARAMVALUE>"

static const struct { const char *operation; const char *parameters; const char *part; guint n; } queries[] = {
    { "ExecQuery", QUERY("WQL", "SELECT * FROM Test_ConcreteJob"), "<VALUE.OBJECT><INSTANCE CLASSNAME=\"Test_MigrationJob\">", 4 },
    { "ExecQuery", QUERY("WQL", "SELECT * FROM Test_Element WHERE JobState = 4"), "<INSTANCE ", 2 },
    { "ExecQuery", QUERY("WQL", "SELECT * FROM Test_Element WHERE InstanceID LIKE 'JOB-[13]'"), "<INSTANCE ", 2 },
    { "ExecQuery", QUERY("DMTF:CQL", "SELECT * FROM Test_Element WHERE InstanceID LIKE 'JOB-[13]'"), "<INSTANCE ", 0 },
    { "ExecQuery", QUERY("DMTF:CQL", "SELECT j.InstanceID FROM Test_ConcreteJob j WHERE j.JobState &gt; 4 AND j ISA Test_MigrationJob"), "<PROPERTY ", 2 },
    { "ExecQuery", QUERY("DMTF:CQL", "SELECT * FROM Test_ConcreteJob WHERE ANY OperationalStatus = 15"), "<INSTANCE ", 4 },
    { "ExecQuery", QUERY("WQL", "SELECT * FROM Test_Error"), "<INSTANCE ", 0 },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_MigrationJob.InstanceID=\"job-2\"}"), "<VALUE.OBJECT><INSTANCE CLASSNAME=\"Test_MigrationJob\">", 2 },
    { "ExecQuery", QUERY("WQL", "associators of {Test_MigrationJob='job-2'} where resultclass = Test_Note"), "<INSTANCE ", 0 },
    { "ExecQuery", QUERY("WQL", "Associators Of {Test_ConcreteJob.InstanceID=\"job-2\"} Where AssocClass=Test_Dependency Role=Dependent ResultRole=Antecedent"), "<VALUE>job-3</VALUE>", 1 },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {root/test:Test_MigrationJob.InstanceID=\"job-2\"} WHERE Role = Antecedent"), "<VALUE>job-1</VALUE>", 1 },
    { "ExecQuery", QUERY("WQL", "REFERENCES OF {Test_MigrationJob.InstanceID=\"job-2\"}"), "<INSTANCE CLASSNAME=\"Test_JobDependency\">", 2 },
    { "ExecQuery", QUERY("WQL", "REFERENCES OF {Test_MigrationJob.InstanceID=\"job-2\"} WHERE ResultClass = Test_JobNote"), "<INSTANCE ", 0 },
    { "OpenEnumerateInstances", CLASS("Test_Element") FILTER("DMTF:FQL", "JobState = 10") COUNT("9"), "<VALUE.INSTANCEWITHPATH>", 2 },
    { "OpenEnumerateInstances", CLASS("Test_Element") FILTER("WQL", "SELECT * FROM Test_ConcreteJob WHERE JobState = 10") COUNT("9"), "<VALUE.INSTANCEWITHPATH>", 2 },
    { "OpenEnumerateInstancePaths", CLASS("Test_Element") FILTER("DMTF:FQL", "InstanceID = 'job-2'") COUNT("9"), "<INSTANCEPATH>", 1 },
    { "OpenAssociatorInstances", NAME("Test_MigrationJob", "job-2") FILTER("DMTF:FQL", "InstanceID = 'job-1'") COUNT("9"), "<VALUE.INSTANCEWITHPATH>", 1 },
    { "OpenReferenceInstances", NAME("Test_MigrationJob", "job-2") FILTER("DMTF:FQL", "Reason = 'none'") COUNT("9"), "<VALUE.INSTANCEWITHPATH>", 0 },
    { "OpenReferenceInstancePaths", NAME("Test_MigrationJob", "job-2") FILTER("DMTF:FQL", "Reason = 'order'") COUNT("9"), "<INSTANCEPATH>", 2 },
    { "OpenQueryInstances", FILTER("DMTF:CQL", "SELECT InstanceID FROM Test_ConcreteJob WHERE JobState = 4") COUNT("9"), "<INSTANCE CLASSNAME=\"Test_MigrationJob\"><PROPERTY NAME=\"InstanceID\"", 2 },
};
/* clang-format on */

START_TEST(what_meets_the_query_is_in_the_answer)
{
    ck_assert_uint_eq(occurrences(queries[_i].operation, queries[_i].parameters, queries[_i].part),
                      queries[_i].n);
}
END_TEST

START_TEST(a_filtered_enumeration_is_pulled_without_the_rest)
{
    g_autoptr(Reply) reply =
        call("OpenQueryInstances", FILTER("WQL", "SELECT * FROM Test_ConcreteJob WHERE JobState=10")
                                       FLAG("ReturnQueryResultClass", "TRUE") COUNT("1"));
    const char *context =
        strstr(reply->body, "\"EnumerationContext\" PARAMTYPE=\"string\"><VALUE>");
    g_autofree char *parameters = NULL;
    g_autoptr(Reply) rest = NULL;

    assert_contains(reply->body, "<VALUE>job-1</VALUE>");
    assert_contains(reply->body,
                    "<PARAMVALUE NAME=\"QueryResultClass\"><CLASS NAME=\"Test_ConcreteJob\"");
    context += strlen("\"EnumerationContext\" PARAMTYPE=\"string\"><VALUE>");
    parameters = g_strdup_printf(FLAG("EnumerationContext", "%.*s") COUNT("9"),
                                 (int) strcspn(context, "<"), context);
    rest = call("PullInstances", parameters);
    ck_assert_uint_eq(occurrences_in(rest->body, "<IRETURNVALUE><INSTANCE "), 1);
    assert_contains(rest->body, "<VALUE>job-3</VALUE>");
    assert_contains(rest->body, ENDED);
}
END_TEST

/* clang-format off */
static const struct { const char *operation; const char *parameters; int code; const char *words; } misuses[] = {
    { "ExecQuery", "", 4, "QueryLanguage" },
    { "ExecQuery", FLAG("Query", "SELECT * FROM Test_Element"), 4, "QueryLanguage" },
    { "ExecQuery", FLAG("QueryLanguage", "WQL"), 4, "Query" },
    { "ExecQuery", QUERY("SQL", "SELECT * FROM Test_Element"), 14, "SQL" },
    { "ExecQuery", QUERY("DMTF:FQL", "JobState = 4"), 14, "SELECT" },
    { "ExecQuery", QUERY("WQL", "SELECT * FROM NoSuch"), 15, "NoSuch" },
    { "ExecQuery", QUERY("WQL", "SELECT NoSuch FROM Test_Element"), 15, "NoSuch" },
    { "ExecQuery", QUERY("WQL", "SELECT * FROM Test_Element WHERE"), 15, "ends" },
    { "ExecQuery", QUERY("WQL", "SELECT * FROM Test_Element WHERE NoSuch = 1"), 15, "NoSuch" },
    { "ExecQuery", QUERY("WQL", "SELECT * FROM Test_Element WHERE JobState = 'x'"), 15, "JobState" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS"), 15, "OF" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF Test_Note"), 15, "braces" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note.InstanceID=\"}\""), 15, "braces" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {=}"), 15, "path" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {NoSuch.InstanceID=\"x\"}"), 15, "NoSuch" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note.Wrong=\"x\"}"), 15, "Wrong" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note}"), 15, "InstanceID" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {root/empty:Test_Note.InstanceID=\"x\"}"), 15, "root/empty" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_MigrationJob.InstanceID=\"nobody\"}"), 6, "nobody" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note.InstanceID=\"}\"} WHERE AssocClass = NoSuch"), 15, "NoSuch" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note.InstanceID=\"x\"} WHERE Colour = red"), 15, "Colour" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note.InstanceID=\"x\"} WHERE Role = a Role = b"), 15, "once" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note.InstanceID=\"x\"} WHERE Role &gt; a"), 15, "'='" },
    { "ExecQuery", QUERY("WQL", "ASSOCIATORS OF {Test_Note.InstanceID=\"x\"} ClassDefsOnly"), 15, "WHERE" },
    { "ExecQuery", QUERY("WQL", "REFERENCES OF {Test_Note.InstanceID=\"x\"} WHERE ResultRole = a"), 15, "ResultRole" },
    { "ExecQuery", QUERY("DMTF:CQL", "REFERENCES OF {Test_Note.InstanceID=\"x\"}"), 15, "SELECT" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FLAG("FilterQuery", "JobState = 4"), 4, "FilterQueryLanguage" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FLAG("FilterQueryLanguage", "DMTF:FQL"), 4, "FilterQuery" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FILTER("SQL", "JobState = 4"), 14, "SQL" },
    { "OpenEnumerateInstances", CLASS("Test_Element") FILTER("DMTF:FQL", "JobState ="), 15, "ends" },
    { "OpenEnumerateInstancePaths", CLASS("Test_Element") FILTER("DMTF:FQL", "NoSuch = 4"), 15, "NoSuch" },
    { "OpenAssociatorInstances", NAME("Test_MigrationJob", "job-2") "<IPARAMVALUE NAME=\"ResultClass\"><CLASSNAME NAME=\"Test_Note\"/></IPARAMVALUE>"
      FILTER("DMTF:FQL", "JobState = 4"), 15, "JobState" },
    { "OpenQueryInstances", FLAG("FilterQuery", "SELECT * FROM Test_Element"), 4, "FilterQueryLanguage" },
    { "OpenQueryInstances", FILTER("DMTF:FQL", "JobState = 4"), 14, "SELECT" },
    { "OpenQueryInstances", FILTER("WQL", "SELECT * FROM NoSuch"), 15, "NoSuch" },
    { "OpenQueryInstances", FILTER("WQL", "SELECT * FROM Test_Element") FLAG("OperationTimeout", "0"), 22, "OperationTimeout" },
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
    Suite *suite = suite_create("server-query");
    TCase *tcase = tcase_create("query");

    tcase_add_checked_fixture(tcase, intrinsic_start, intrinsic_stop);
    tcase_add_loop_test(tcase, what_meets_the_query_is_in_the_answer, 0, G_N_ELEMENTS(queries));
    tcase_add_test(tcase, a_filtered_enumeration_is_pulled_without_the_rest);
    tcase_add_loop_test(tcase, each_misuse_has_its_code_and_names_the_culprit, 0,
                        G_N_ELEMENTS(misuses));
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
