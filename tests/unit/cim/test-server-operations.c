#include <string.h>
#include <unistd.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/intrinsic-fixture.h"

/* clang-format off */
#define STATE "<PROPERTY NAME=\"JobState\" TYPE=\"uint16\"><VALUE>4</VALUE></PROPERTY>"
#define KEY "<PROPERTY NAME=\"InstanceID\" TYPE=\"string\"><VALUE>job-0</VALUE></PROPERTY>"
/* clang-format on */

START_TEST(an_instance_shows_every_kind_of_property)
{
    g_autoptr(Reply) reply = call("GetInstance", NAME("Test_MigrationJob", "job-0"));
    /* clang-format off */
    static const char *const parts[] = {
        "<IRETURNVALUE><INSTANCE CLASSNAME=\"Test_MigrationJob\">", KEY, STATE,
        "<PROPERTY NAME=\"Owner\" TYPE=\"string\"><VALUE>root &lt;admin@example.com&gt; &amp; &quot;friends&quot;</VALUE></PROPERTY>",
        "<PROPERTY.ARRAY NAME=\"OperationalStatus\" TYPE=\"uint16\"><VALUE.ARRAY><VALUE>2</VALUE><VALUE>15</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>",
        "<PROPERTY NAME=\"StartTime\" TYPE=\"datetime\"><VALUE>20261121020000.123456+000</VALUE></PROPERTY>",
        "<PROPERTY NAME=\"ElapsedTime\" TYPE=\"datetime\"><VALUE>00000000000130.000000:000</VALUE></PROPERTY>",
        "<PROPERTY NAME=\"ErrorDescription\" TYPE=\"string\"></PROPERTY>",
        "<PROPERTY NAME=\"NewSystemSettingData\" TYPE=\"string\" EmbeddedObject=\"object\"></PROPERTY>",
        "<PROPERTY NAME=\"Cancellable\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></PROPERTY>",
    };
    /* clang-format on */

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        assert_contains(reply->body, parts[i]);
}
END_TEST

START_TEST(a_property_list_selects)
{
    assert_answer("GetInstance",
                  NAME("Test_MigrationJob", "job-0")
                      LIST("<VALUE>jobstate</VALUE><VALUE>NoSuch</VALUE><VALUE>JobState</VALUE>"),
                  "<INSTANCE CLASSNAME=\"Test_MigrationJob\">" STATE "</INSTANCE>");
    assert_answer("GetInstance", NAME("Test_MigrationJob", "job-0") LIST(""),
                  "<INSTANCE CLASSNAME=\"Test_MigrationJob\"></INSTANCE>");
    assert_answer("EnumerateInstances", CLASS("Test_MigrationJob") LIST("<VALUE>JobState</VALUE>"),
                  "<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME=\"Test_MigrationJob\">"
                  "<KEYBINDING NAME=\"InstanceID\"><KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">"
                  "job-0</KEYVALUE></KEYBINDING></INSTANCENAME>"
                  "<INSTANCE CLASSNAME=\"Test_MigrationJob\">" STATE "</INSTANCE>");
}
END_TEST

START_TEST(a_superclass_path_finds_the_instance)
{
    assert_answer("GetInstance", NAME("Test_Element", "job-0"),
                  "<INSTANCE CLASSNAME=\"Test_MigrationJob\">" KEY);
    assert_answer("GetInstance", NAME("TEST_concretejob", "job-0"), STATE);
}
END_TEST

START_TEST(class_origin_is_shown_when_asked_for)
{
    assert_answer("GetInstance",
                  NAME("Test_MigrationJob", "job-0") FLAG("IncludeClassOrigin", "true"),
                  "<PROPERTY NAME=\"JobState\" TYPE=\"uint16\" CLASSORIGIN=\"Test_ConcreteJob\">");
    assert_lacks("GetInstance", NAME("Test_MigrationJob", "job-0"), "CLASSORIGIN");
}
END_TEST

START_TEST(subclass_instances_are_enumerated)
{
    ck_assert_uint_eq(occurrences("EnumerateInstances", CLASS("Test_ConcreteJob"), "<INSTANCE "),
                      4);
    ck_assert_uint_eq(occurrences("EnumerateInstanceNames", CLASS("Test_Element"),
                                  "<INSTANCENAME CLASSNAME=\"Test_MigrationJob\">"),
                      4);
    ck_assert_uint_eq(occurrences("EnumerateInstances", CLASS("Test_Error"), "<INSTANCE "), 0);
}
END_TEST

START_TEST(deep_inheritance_selects_properties_only)
{
    assert_answer("EnumerateInstances", CLASS("Test_ConcreteJob"), "NAME=\"Cancellable\"");
    assert_answer("EnumerateInstances", CLASS("Test_ConcreteJob") FLAG("DeepInheritance", "FALSE"),
                  "NAME=\"JobState\"");
    assert_lacks("EnumerateInstances", CLASS("Test_ConcreteJob") FLAG("DeepInheritance", "FALSE"),
                 "NAME=\"Cancellable\"");
}
END_TEST

START_TEST(a_class_is_declared_as_the_flags_say)
{
    assert_answer("GetClass", CLASS("Test_MigrationJob"),
                  "<CLASS NAME=\"Test_MigrationJob\" SUPERCLASS=\"Test_ConcreteJob\">");
    assert_lacks("GetClass", CLASS("Test_MigrationJob"), "NAME=\"JobState\"");
    assert_answer("GetClass", CLASS("Test_MigrationJob") FLAG("LocalOnly", "FALSE"),
                  "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\"");
    assert_answer("GetClass",
                  CLASS("Test_MigrationJob") FLAG("LocalOnly", "FALSE")
                      FLAG("IncludeQualifiers", "FALSE") FLAG("IncludeClassOrigin", "TRUE"),
                  "<PROPERTY NAME=\"JobState\" TYPE=\"uint16\" CLASSORIGIN=\"Test_ConcreteJob\" "
                  "PROPAGATED=\"true\"></PROPERTY>");
    assert_lacks("GetClass",
                 CLASS("Test_MigrationJob") FLAG("LocalOnly", "FALSE")
                     FLAG("IncludeQualifiers", "FALSE"),
                 "<QUALIFIER");
    assert_lacks("GetClass", CLASS("Test_ConcreteJob") LIST("<VALUE>JobState</VALUE>"),
                 "NAME=\"Owner\"");
    assert_answer("GetClass", CLASS("Test_ConcreteJob"),
                  "<METHOD NAME=\"RequestStateChange\" TYPE=\"uint32\">");
    assert_answer("GetClass", CLASS("Test_ConcreteJob"),
                  "<PARAMETER.REFERENCE NAME=\"Job\" REFERENCECLASS=\"Test_ConcreteJob\">");
}
END_TEST

/* wbemcli cannot read `<PROPERTY …/>`. */
START_TEST(no_property_is_self_closed)
{
    static const char *const operations[] = {"GetClass", "EnumerateInstances"};

    for (guint i = 0; i < G_N_ELEMENTS(operations); i++) {
        g_autoptr(Reply) reply = call(operations[i], CLASS("Test_MigrationJob"));

        for (const char *at = reply->body; (at = strstr(at, "<PROPERTY")); at++)
            ck_assert(strchr(at, '>')[-1] != '/');
    }
}
END_TEST

/* wbemcli knows EmbeddedObject on PROPERTY and PARAMVALUE only, and refuses the whole answer else.
 */
START_TEST(embedded_object_is_not_where_it_is_not_needed)
{
    static const char *const classes[] = {CLASS("Test_MigrationJob") FLAG("LocalOnly", "FALSE"),
                                          CLASS("Test_ConcreteJob") FLAG("LocalOnly", "FALSE")};

    for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
        assert_answer("GetClass", classes[i], "<PARAMETER");
        assert_lacks("GetClass", classes[i], " EmbeddedObject=");
    }
    assert_answer("EnumerateInstances", CLASS("Test_MigrationJob"),
                  "<PROPERTY.ARRAY NAME=\"NewResourceSettingData\" TYPE=\"string\">"
                  "</PROPERTY.ARRAY>");
}
END_TEST

START_TEST(the_same_class_is_declared_the_same_again)
{
    g_autoptr(Reply) first = call("GetClass", CLASS("Test_MigrationJob"));
    g_autoptr(Reply) again = call("GetClass", CLASS("test_migrationjob"));

    ck_assert_str_eq(first->body, again->body);
}
END_TEST

START_TEST(classes_are_enumerated_by_level)
{
    ck_assert_uint_eq(occurrences("EnumerateClassNames", "", "<CLASSNAME "), 6);
    ck_assert_uint_eq(
        occurrences("EnumerateClassNames", FLAG("DeepInheritance", "TRUE"), "<CLASSNAME "), 10);
    assert_answer("EnumerateClassNames", CLASS("Test_Element"),
                  "<IRETURNVALUE><CLASSNAME NAME=\"Test_ConcreteJob\"/></IRETURNVALUE>");
    ck_assert_uint_eq(occurrences("EnumerateClassNames",
                                  CLASS("Test_Element") FLAG("DeepInheritance", "TRUE"),
                                  "<CLASSNAME "),
                      2);
    ck_assert_uint_eq(occurrences("EnumerateClasses", CLASS("Test_Element"), "<CLASS "), 1);
    ck_assert_uint_eq(occurrences("EnumerateClasses", FLAG("DeepInheritance", "TRUE"), "<CLASS "),
                      10);
}
END_TEST

/* clang-format off */
#define MODIFIED(id, properties) \
    "<IPARAMVALUE NAME=\"ModifiedInstance\"><VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME=\"Test_MigrationJob\">" \
    "<KEYBINDING NAME=\"InstanceID\"><KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">" id "</KEYVALUE></KEYBINDING></INSTANCENAME>" \
    "<INSTANCE CLASSNAME=\"Test_MigrationJob\">" properties "</INSTANCE></VALUE.NAMEDINSTANCE></IPARAMVALUE>"
#define PROPERTY(name, type, value) "<PROPERTY NAME=\"" name "\" TYPE=\"" type "\"><VALUE>" value "</VALUE></PROPERTY>"
/* clang-format on */

START_TEST(writable_properties_are_modified)
{
    assert_lacks("ModifyInstance",
                 MODIFIED("job-0", PROPERTY("owner", "string", "me &amp; you")
                                       PROPERTY("JobState", "uint16", "4")),
                 "<IRETURNVALUE");
    assert_answer("GetInstance", NAME("Test_MigrationJob", "job-0"),
                  PROPERTY("Owner", "string", "me &amp; you"));
    assert_lacks("ModifyInstance",
                 MODIFIED("job-0", PROPERTY("Owner", "string", "she") PROPERTY(
                                       "JobState", "uint16", "9")) LIST("<VALUE>Owner</VALUE>"),
                 "<ERROR");
    assert_answer("GetInstance", NAME("Test_MigrationJob", "job-0"),
                  PROPERTY("Owner", "string", "she"));
}
END_TEST

START_TEST(a_deleted_instance_is_gone)
{
    assert_lacks("DeleteInstance", NAME("Test_ConcreteJob", "job-1"), "<IRETURNVALUE");
    assert_answer("GetInstance", NAME("Test_MigrationJob", "job-1"), "<ERROR CODE=\"6\"");
    ck_assert_uint_eq(
        occurrences("EnumerateInstanceNames", CLASS("Test_MigrationJob"), "<INSTANCENAME "), 3);
}
END_TEST

/* clang-format off */
static const struct { const char *operation; const char *parameters; int code; const char *words; } misuses[] = {
    { "GetInstance", "", 4, "InstanceName" },
    { "GetInstance", NAME("NoSuch", "job-0"), 5, "NoSuch" },
    { "GetInstance", NAME("Test_MigrationJob", "nobody"), 6, "nobody" },
    { "GetInstance", NAME("Test_MigrationJob", "job-0") FLAG("Colour", "1"), 4, "Colour" },
    { "GetInstance", NAME("Test_MigrationJob", "job-0") FLAG("DeepInheritance", "TRUE"), 4, "DeepInheritance" },
    { "GetInstance", NAME("Test_MigrationJob", "job-0") FLAG("LocalOnly", "maybe"), 13, "LocalOnly" },
    { "GetInstance", NAME("Test_MigrationJob", "job-0") NAME("Test_MigrationJob", "job-0"), 4, "twice" },
    { "GetInstance", "<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"Test_MigrationJob\"/></IPARAMVALUE>", 4, "InstanceID" },
    { "GetInstance", "<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"Test_MigrationJob\"><KEYBINDING NAME=\"Wrong\">"
      "<KEYVALUE>x</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>", 4, "Wrong" },
    { "GetInstance", "<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"Test_MigrationJob\"><KEYBINDING NAME=\"InstanceID\">"
      "<KEYVALUE VALUETYPE=\"numeric\">x</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>", 4, "numeric" },
    { "EnumerateInstances", "", 4, "ClassName" },
    { "EnumerateInstances", CLASS("NoSuch"), 5, "NoSuch" },
    { "EnumerateInstanceNames", CLASS("NoSuch"), 5, "NoSuch" },
    { "EnumerateInstanceNames", CLASS("Test_Element") LIST(""), 4, "PropertyList" },
    { "GetClass", CLASS("NoSuch"), 5, "NoSuch" },
    { "GetClass", "", 4, "ClassName" },
    { "EnumerateClassNames", CLASS("NoSuch"), 5, "NoSuch" },
    { "DeleteInstance", NAME("Test_Setting", "1"), 7, "Test_Setting" },
    { "DeleteInstance", NAME("Test_Setting", "2"), 6, "Test_Setting" },
    { "ModifyInstance", "", 4, "ModifiedInstance" },
    { "ModifyInstance", MODIFIED("nobody", ""), 6, "nobody" },
    { "ModifyInstance", MODIFIED("job-0", PROPERTY("JobState", "uint16", "9")), 7, "JobState" },
    { "ModifyInstance", MODIFIED("job-0", PROPERTY("NoSuch", "uint16", "9")), 12, "NoSuch" },
    { "ModifyInstance", MODIFIED("job-0", PROPERTY("Priority", "uint32", "many")), 13, "Priority" },
    { "ModifyInstance", MODIFIED("job-0", PROPERTY("Priority", "uint32", "4294967296")), 13, "Priority" },
    { "ModifyInstance", MODIFIED("job-0", "") LIST("<VALUE>NoSuch</VALUE>"), 12, "NoSuch" },
    { "CreateClass", "", 7, "CreateClass" },
    { "NoSuchOperation", "", 7, "NoSuchOperation" },
};
/* clang-format on */

START_TEST(each_misuse_has_its_code_and_names_the_culprit)
{
    assert_refused(misuses[_i].operation, misuses[_i].parameters, misuses[_i].code,
                   misuses[_i].words);
}
END_TEST

/* Any spelling of a namespace that is there, and none that is not. */
START_TEST(namespaces_are_known_by_name)
{
    /* clang-format off */
    static const struct { const char *name; const char *part; } names[] = {
        { "<NAMESPACE NAME=\"ROOT\"/><NAMESPACE NAME=\"Test\"/>", "<IRETURNVALUE><INSTANCENAME" },
        { "<NAMESPACE NAME=\"root/test\"/>", "<IRETURNVALUE><INSTANCENAME" },
        { "<NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"empty\"/>", "<IRETURNVALUE></IRETURNVALUE>" },
        { "<NAMESPACE NAME=\"root\"/>", "<ERROR CODE=\"3\"" },
        { "<NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"test2\"/>", "<ERROR CODE=\"3\"" },
    };
    /* clang-format on */

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *body = g_strdup_printf(
            "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\">"
            "<SIMPLEREQ><IMETHODCALL NAME=\"EnumerateInstanceNames\"><LOCALNAMESPACEPATH>%s"
            "</LOCALNAMESPACEPATH>" CLASS(
                "Test_Element") "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>",
            names[i].name);
        g_autofree char *request = post_text("EnumerateInstanceNames", NULL, "", body);
        g_autoptr(Reply) reply = ask(intrinsic_fixture(), request, -1);

        assert_contains(reply->body, names[i].part);
    }
}
END_TEST

START_TEST(the_message_id_comes_back_escaped)
{
    g_autofree char *request = post_text(
        "GetClass", NULL, "",
        "<CIM CIMVERSION='2.0' DTDVERSION='2.0'><MESSAGE ID='a&amp;&lt;b&quot;' "
        "PROTOCOLVERSION='1.0'><SIMPLEREQ><IMETHODCALL NAME='getclass'><LOCALNAMESPACEPATH>"
        "<NAMESPACE NAME='root'/><NAMESPACE NAME='test'/></LOCALNAMESPACEPATH>" CLASS(
            "Test_Error") "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>");
    g_autoptr(Reply) reply = ask(intrinsic_fixture(), request, -1);

    assert_contains(reply->body, "<MESSAGE ID=\"a&amp;&lt;b&quot;\"");
    assert_contains(reply->body, "<IMETHODRESPONSE NAME=\"getclass\">");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("server-operations");
    TCase *tcase = tcase_create("operations");

    tcase_add_checked_fixture(tcase, intrinsic_start, intrinsic_stop);
    tcase_add_test(tcase, an_instance_shows_every_kind_of_property);
    tcase_add_test(tcase, a_property_list_selects);
    tcase_add_test(tcase, a_superclass_path_finds_the_instance);
    tcase_add_test(tcase, class_origin_is_shown_when_asked_for);
    tcase_add_test(tcase, subclass_instances_are_enumerated);
    tcase_add_test(tcase, deep_inheritance_selects_properties_only);
    tcase_add_test(tcase, a_class_is_declared_as_the_flags_say);
    tcase_add_test(tcase, no_property_is_self_closed);
    tcase_add_test(tcase, embedded_object_is_not_where_it_is_not_needed);
    tcase_add_test(tcase, the_same_class_is_declared_the_same_again);
    tcase_add_test(tcase, classes_are_enumerated_by_level);
    tcase_add_test(tcase, writable_properties_are_modified);
    tcase_add_test(tcase, a_deleted_instance_is_gone);
    tcase_add_loop_test(tcase, each_misuse_has_its_code_and_names_the_culprit, 0,
                        G_N_ELEMENTS(misuses));
    tcase_add_test(tcase, namespaces_are_known_by_name);
    tcase_add_test(tcase, the_message_id_comes_back_escaped);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
