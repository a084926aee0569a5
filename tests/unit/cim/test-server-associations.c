/* Traversal of associations: a chain of jobs, and notes on them. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/intrinsic-fixture.h"

/* clang-format off */
#define OBJECT(class_name, id) \
    "<IPARAMVALUE NAME=\"ObjectName\"><INSTANCENAME CLASSNAME=\"" class_name "\"><KEYBINDING NAME=\"InstanceID\">" \
    "<KEYVALUE VALUETYPE=\"string\">" id "</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>"
#define CLASS_OBJECT(name) "<IPARAMVALUE NAME=\"ObjectName\"><CLASSNAME NAME=\"" name "\"/></IPARAMVALUE>"
#define BY(parameter, name) "<IPARAMVALUE NAME=\"" parameter "\"><CLASSNAME NAME=\"" name "\"/></IPARAMVALUE>"
#define NOTE(id, number) TEXT_NOTE(id, number, "nothing")
#define TEXT_NOTE(id, number, text) \
    "<IPARAMVALUE NAME=\"NewInstance\"><INSTANCE CLASSNAME=\"Test_Note\"><PROPERTY NAME=\"InstanceID\" TYPE=\"string\">" \
    "<VALUE>" id "</VALUE></PROPERTY><PROPERTY NAME=\"Text\" TYPE=\"string\"><VALUE>" text "</VALUE></PROPERTY><PROPERTY NAME=\"Number\" TYPE=\"uint16\"><VALUE>" number "</VALUE></PROPERTY>" \
    "</INSTANCE></IPARAMVALUE>"
/* clang-format on */

static void
start(void)
{
    intrinsic_start();
    assert_lacks("CreateInstance", NOTE("note-a", "1"), "<ERROR");
    assert_lacks("CreateInstance", NOTE("note-b", "1"), "<ERROR");
    assert_lacks("CreateInstance", NOTE("note-lost", "99"), "<ERROR");
    assert_lacks("CreateInstance", TEXT_NOTE("note-twice", "3", "twice"), "<ERROR");
}

/* The ids of all instances that OBJECTPATHs name, in order of the answer; those of an association's
 * ends are joined. */
static char *
ids_of(const char *operation, const char *parameters)
{
    g_autoptr(Reply) reply = call(operation, parameters);
    g_autoptr(GString) ids = g_string_new(NULL);
    const char *at = reply->body;

    ck_assert_msg(!strstr(at, "<ERROR"), "%s", at);
    while ((at = strstr(at, "<OBJECTPATH>"))) {
        const char *end = strstr(at, "</OBJECTPATH>");

        if (ids->len > 0)
            g_string_append_c(ids, ' ');
        while ((at = strstr(at, "TYPE=\"string\">")) && at < end) {
            at += strlen("TYPE=\"string\">");
            g_string_append_len(ids, at, strcspn(at, "<"));
            g_string_append_c(ids, ';');
        }
        at = end;
    }
    return g_string_free(g_steal_pointer(&ids), FALSE);
}

/* clang-format off */
static const struct { const char *operation; const char *parameters; const char *ids; } walks[] = {
    /* a chain: job-0 needs job-1 needs job-2 needs job-3 */
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-0"), "job-1;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-2"), "job-1; job-3;" },
    { "AssociatorNames", OBJECT("Test_Element", "job-2"), "job-1; job-3;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-2") TEXT("Role", "dependent"), "job-3;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-2") TEXT("Role", "Antecedent"), "job-1;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-2") TEXT("ResultRole", "Dependent"), "job-1;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-2") TEXT("ResultRole", "NoSuch"), "" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-2") TEXT("Role", "Dependent") TEXT("ResultRole", "Dependent"), "" },
    /* two associations, and what chooses between them */
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-1"), "job-0; job-2; note-a; note-b;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-1") BY("AssocClass", "Test_Dependency"), "job-0; job-2;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-1") BY("AssocClass", "test_jobnote"), "note-a; note-b;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-1") BY("ResultClass", "Test_Note"), "note-a; note-b;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-1") BY("ResultClass", "Test_Element"), "job-0; job-2;" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-1") BY("ResultClass", "Test_Error"), "" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-1") BY("AssocClass", "Test_Note"), "" },
    { "AssociatorNames", OBJECT("Test_Note", "note-b"), "job-1;" },
    /* what two associations lead to comes once */
    { "AssociatorNames", OBJECT("Test_MigrationJob", "job-3"), "job-2; note-twice;" },
    { "AssociatorNames", OBJECT("Test_Note", "note-twice"), "job-3;" },
    { "AssociatorNames", OBJECT("Test_Note", "note-twice") BY("AssocClass", "Test_JobRemark"), "job-3;" },
    { "ReferenceNames", OBJECT("Test_Note", "note-twice"), "job-3;note-twice; job-3;note-twice;" },
    /* an end that is not there any more is left out; the association is still there */
    { "AssociatorNames", OBJECT("Test_Note", "note-lost"), "" },
    { "ReferenceNames", OBJECT("Test_Note", "note-lost"), "job-99;note-lost;" },
    { "ReferenceNames", OBJECT("Test_MigrationJob", "job-1"), "job-2;job-1; job-1;job-0; job-1;note-a; job-1;note-b;" },
    { "ReferenceNames", OBJECT("Test_MigrationJob", "job-1") BY("ResultClass", "Test_JobNote"), "job-1;note-a; job-1;note-b;" },
    { "ReferenceNames", OBJECT("Test_MigrationJob", "job-1") BY("ResultClass", "Test_Dependency") TEXT("Role", "Antecedent"), "job-1;job-0;" },
    { "ReferenceNames", OBJECT("Test_Setting", "1"), "" },
};
/* clang-format on */

static gint
compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static char *
sorted(const char *words)
{
    g_auto(GStrv) split = g_strsplit(words, " ", -1);

    qsort(split, g_strv_length(split), sizeof *split, compare_strings);
    return g_strjoinv(" ", split);
}

START_TEST(traversal_finds_what_the_filters_leave)
{
    g_autofree char *ids = ids_of(walks[_i].operation, walks[_i].parameters);
    g_autofree char *found = sorted(ids);
    g_autofree char *expected = sorted(walks[_i].ids);

    ck_assert_str_eq(found, expected);
}
END_TEST

START_TEST(the_provider_is_asked_for_one_end_if_it_can)
{
    g_autofree char *ids = ids_of("AssociatorNames", OBJECT("Test_Note", "note-a"));

    ck_assert_str_eq(ids, "job-1;");
    ck_assert_uint_eq(intrinsic_fixture()->jobs->shortcuts, 1);
}
END_TEST

static char *
location(void)
{
    return g_strdup_printf("<NAMESPACEPATH><HOST>%s</HOST><LOCALNAMESPACEPATH><NAMESPACE "
                           "NAME=\"root\"/><NAMESPACE NAME=\"test\"/></LOCALNAMESPACEPATH>"
                           "</NAMESPACEPATH>",
                           g_get_host_name());
}

START_TEST(objects_come_with_their_full_paths)
{
    g_autofree char *where = location();
    g_autofree char *expected = g_strdup_printf(
        "<IRETURNVALUE><VALUE.OBJECTWITHPATH><INSTANCEPATH>%s<INSTANCENAME "
        "CLASSNAME=\"Test_Note\"><KEYBINDING NAME=\"InstanceID\"><KEYVALUE VALUETYPE=\"string\" "
        "TYPE=\"string\">note-a</KEYVALUE></KEYBINDING></INSTANCENAME></INSTANCEPATH>"
        "<INSTANCE CLASSNAME=\"Test_Note\"><PROPERTY NAME=\"Number\" TYPE=\"uint16\" "
        "CLASSORIGIN=\"Test_Note\"><VALUE>1</VALUE></PROPERTY></INSTANCE></VALUE.OBJECTWITHPATH>",
        where);

    assert_answer("Associators",
                  OBJECT("Test_MigrationJob", "job-1") BY("ResultClass", "Test_Note")
                      FLAG("IncludeClassOrigin", "TRUE") LIST("<VALUE>Number</VALUE>"),
                  expected);
}
END_TEST

START_TEST(references_show_their_ends)
{
    g_autoptr(Reply) reply = call("References", OBJECT("Test_MigrationJob", "job-0"));

    assert_contains(reply->body, "<VALUE.OBJECTWITHPATH><INSTANCEPATH><NAMESPACEPATH><HOST>");
    assert_contains(reply->body,
                    "<PROPERTY.REFERENCE NAME=\"Dependent\" REFERENCECLASS=\"Test_ConcreteJob\">"
                    "<VALUE.REFERENCE><LOCALINSTANCEPATH>");
    assert_contains(reply->body, "<PROPERTY NAME=\"Reason\" TYPE=\"string\"><VALUE>order</VALUE>");
    ck_assert_uint_eq(occurrences_in(reply->body, "<INSTANCE "), 1);
}
END_TEST

/* The name of an association that an answer gives leads back to it. */
START_TEST(a_reference_name_can_be_looked_up)
{
    g_autoptr(Reply) reply = call("ReferenceNames", OBJECT("Test_MigrationJob", "job-0"));
    const char *from = strstr(reply->body, "<INSTANCENAME CLASSNAME=\"Test_JobDependency\">");
    const char *to = strstr(reply->body, "</INSTANCEPATH></OBJECTPATH>");
    g_autofree char *name = g_strndup(from, to - from);
    g_autofree char *parameters =
        g_strdup_printf("<IPARAMVALUE NAME=\"InstanceName\">%s</IPARAMVALUE>", name);

    assert_answer("GetInstance", parameters, "<INSTANCE CLASSNAME=\"Test_JobDependency\">");
}
END_TEST

/* clang-format off */
static const struct { const char *operation; const char *parameters; const char *names; } class_walks[] = {
    { "ReferenceNames", CLASS_OBJECT("Test_MigrationJob"), "Test_Dependency Test_JobDependency Test_JobNote Test_JobRemark" },
    { "ReferenceNames", CLASS_OBJECT("Test_Element"), "Test_Dependency" },
    { "ReferenceNames", CLASS_OBJECT("Test_Note"), "Test_JobNote Test_JobRemark" },
    { "ReferenceNames", CLASS_OBJECT("Test_MigrationJob") TEXT("Role", "Job"), "Test_JobNote Test_JobRemark" },
    { "ReferenceNames", CLASS_OBJECT("Test_MigrationJob") BY("ResultClass", "Test_JobDependency"), "Test_JobDependency" },
    { "ReferenceNames", CLASS_OBJECT("Test_Error"), "" },
    { "AssociatorNames", CLASS_OBJECT("Test_MigrationJob"), "Test_ConcreteJob Test_Element Test_Note" },
    { "AssociatorNames", CLASS_OBJECT("Test_Note"), "Test_ConcreteJob" },
    { "AssociatorNames", CLASS_OBJECT("Test_MigrationJob") BY("ResultClass", "Test_Note"), "Test_Note" },
    { "AssociatorNames", CLASS_OBJECT("Test_MigrationJob") BY("AssocClass", "Test_Dependency"), "Test_ConcreteJob Test_Element" },
    { "AssociatorNames", CLASS_OBJECT("Test_MigrationJob") TEXT("ResultRole", "Note"), "Test_Note" },
};
/* clang-format on */

START_TEST(classes_are_associated_by_declaration)
{
    g_autoptr(Reply) reply = call(class_walks[_i].operation, class_walks[_i].parameters);
    g_autoptr(GString) names = g_string_new(NULL);
    g_autofree char *found = NULL;

    for (const char *at = reply->body; (at = strstr(at, "<OBJECTPATH><CLASSPATH>")); at++) {
        const char *name = strstr(at, "<CLASSNAME NAME=\"") + strlen("<CLASSNAME NAME=\"");

        g_string_append_printf(names, "%s%.*s", names->len > 0 ? " " : "",
                               (int) strcspn(name, "\""), name);
    }
    ck_assert_msg(!strstr(reply->body, "<ERROR"), "%s", reply->body);
    found = sorted(names->str);
    ck_assert_str_eq(found, class_walks[_i].names);
}
END_TEST

START_TEST(associated_classes_come_declared)
{
    g_autofree char *where = location();
    g_autofree char *expected = g_strdup_printf(
        "<IRETURNVALUE><VALUE.OBJECTWITHPATH><CLASSPATH>%s<CLASSNAME NAME=\"Test_JobNote\"/>"
        "</CLASSPATH><CLASS NAME=\"Test_JobNote\">",
        where);

    assert_answer("References", CLASS_OBJECT("Test_Note"), expected);
    assert_lacks("References", CLASS_OBJECT("Test_Note"), "<QUALIFIER ");
    assert_answer("References", CLASS_OBJECT("Test_Note") FLAG("IncludeQualifiers", "TRUE"),
                  "<QUALIFIER NAME=\"Association\"");
    assert_answer("Associators", CLASS_OBJECT("Test_Note") LIST("<VALUE>Owner</VALUE>"),
                  "<CLASS NAME=\"Test_ConcreteJob\" SUPERCLASS=\"Test_Element\"><PROPERTY "
                  "NAME=\"Owner\"");
}
END_TEST

/* clang-format off */
static const struct { const char *operation; const char *parameters; int code; const char *words; } misuses[] = {
    { "Associators", "", 4, "ObjectName" },
    { "Associators", OBJECT("Test_MigrationJob", "nobody"), 6, "nobody" },
    { "AssociatorNames", OBJECT("Test_MigrationJob", "nobody"), 6, "nobody" },
    { "References", OBJECT("Test_MigrationJob", "nobody"), 6, "nobody" },
    { "ReferenceNames", OBJECT("NoSuch", "x"), 5, "NoSuch" },
    { "ReferenceNames", CLASS_OBJECT("NoSuch"), 5, "NoSuch" },
    { "Associators", OBJECT("Test_MigrationJob", "job-0") BY("AssocClass", "NoSuch"), 4, "NoSuch" },
    { "Associators", OBJECT("Test_MigrationJob", "job-0") BY("ResultClass", "NoSuch"), 4, "NoSuch" },
    { "References", OBJECT("Test_MigrationJob", "job-0") BY("ResultClass", "NoSuch"), 4, "NoSuch" },
    { "References", OBJECT("Test_MigrationJob", "job-0") BY("AssocClass", "Test_JobNote"), 4, "AssocClass" },
    { "References", OBJECT("Test_MigrationJob", "job-0") TEXT("ResultRole", "Job"), 4, "ResultRole" },
    { "ReferenceNames", OBJECT("Test_MigrationJob", "job-0") LIST(""), 4, "PropertyList" },
    { "Associators", OBJECT("Test_MigrationJob", "job-0") TEXT("ObjectName", "x"), 4, "twice" },
    { "Associators", "<IPARAMVALUE NAME=\"ObjectName\"><INSTANCENAME CLASSNAME=\"Test_MigrationJob\"><KEYBINDING NAME=\"Wrong\">"
      "<KEYVALUE>x</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>", 4, "Wrong" },
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
    Suite *suite = suite_create("server-associations");
    TCase *tcase = tcase_create("associations");

    tcase_add_checked_fixture(tcase, start, intrinsic_stop);
    tcase_add_loop_test(tcase, traversal_finds_what_the_filters_leave, 0, G_N_ELEMENTS(walks));
    tcase_add_test(tcase, the_provider_is_asked_for_one_end_if_it_can);
    tcase_add_test(tcase, objects_come_with_their_full_paths);
    tcase_add_test(tcase, references_show_their_ends);
    tcase_add_test(tcase, a_reference_name_can_be_looked_up);
    tcase_add_loop_test(tcase, classes_are_associated_by_declaration, 0, G_N_ELEMENTS(class_walks));
    tcase_add_test(tcase, associated_classes_come_declared);
    tcase_add_loop_test(tcase, each_misuse_has_its_code_and_names_the_culprit, 0,
                        G_N_ELEMENTS(misuses));
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
