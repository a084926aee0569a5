/* Single properties, instances that clients make, and qualifiers. */
#include <string.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/intrinsic-fixture.h"

#define PROPERTY_OF(id, name) NAME("Test_MigrationJob", id) TEXT("PropertyName", name)
#define RETURNS(content)      "\"><IRETURNVALUE>" content "</IRETURNVALUE></IMETHODRESPONSE>"
#define VOID(name)            "<IMETHODRESPONSE NAME=\"" name "\"></IMETHODRESPONSE>"

/* clang-format off */
static const struct { const char *parameters; const char *content; } properties[] = {
    { PROPERTY_OF("job-0", "jobstate"), RETURNS("<VALUE>4</VALUE>") },
    { PROPERTY_OF("job-0", "OperationalStatus"), RETURNS("<VALUE.ARRAY><VALUE>2</VALUE><VALUE>15</VALUE></VALUE.ARRAY>") },
    { PROPERTY_OF("job-0", "Owner"), RETURNS("<VALUE>root &lt;admin@example.com&gt; &amp; &quot;friends&quot;</VALUE>") },
    { PROPERTY_OF("job-0", "ErrorDescription"), RETURNS("") },
    { NAME("Test_Element", "job-0") TEXT("PropertyName", "Cancellable"), RETURNS("<VALUE>TRUE</VALUE>") },
};
/* clang-format on */

START_TEST(a_property_is_its_bare_value)
{
    assert_answer("GetProperty", properties[_i].parameters, properties[_i].content);
}
END_TEST

START_TEST(a_property_is_set_like_a_modified_instance)
{
    assert_answer("SetProperty", PROPERTY_OF("job-0", "OWNER") TEXT("NewValue", "me &amp; you"),
                  VOID("SetProperty"));
    assert_answer("GetProperty", PROPERTY_OF("job-0", "Owner"),
                  RETURNS("<VALUE>me &amp; you</VALUE>"));
    /* What stays as it is needs no right to write. */
    assert_answer("SetProperty", PROPERTY_OF("job-0", "JobState") TEXT("NewValue", "4"),
                  VOID("SetProperty"));
}
END_TEST

#define INSTANCE_OF(class_name, properties)                                                        \
    "<IPARAMVALUE NAME=\"NewInstance\"><INSTANCE CLASSNAME=\"" class_name "\">" properties         \
    "</INSTANCE></IPARAMVALUE>"
#define PROPERTY(name, type, value)                                                                \
    "<PROPERTY NAME=\"" name "\" TYPE=\"" type "\"><VALUE>" value "</VALUE></PROPERTY>"

static void
create(void)
{
    assert_answer("CreateInstance",
                  INSTANCE_OF("test_note", PROPERTY("instanceid", "string", "a &lt; b")),
                  RETURNS("<INSTANCENAME CLASSNAME=\"Test_Note\"><KEYBINDING NAME=\"InstanceID\">"
                          "<KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">a &lt; b</KEYVALUE>"
                          "</KEYBINDING></INSTANCENAME>"));
}

START_TEST(an_instance_is_created_with_the_defaults_of_its_class)
{
    create();
    assert_answer("GetInstance", NAME("Test_Note", "a &lt; b"),
                  PROPERTY("Text", "string", "nothing") PROPERTY("Number", "uint16", "7"));
    assert_refused("CreateInstance",
                   INSTANCE_OF("Test_Note", PROPERTY("InstanceID", "string", "a &lt; b")), 11,
                   "a &lt; b");
}
END_TEST

START_TEST(given_properties_go_before_defaults)
{
    assert_lacks("CreateInstance",
                 INSTANCE_OF("Test_Note", PROPERTY("InstanceID", "string", "n") PROPERTY(
                                              "Number", "uint16",
                                              "3") "<PROPERTY NAME=\"Text\" TYPE=\"string\"/>"),
                 "<ERROR");
    assert_answer("GetProperty", NAME("Test_Note", "n") TEXT("PropertyName", "Number"),
                  RETURNS("<VALUE>3</VALUE>"));
    assert_answer("GetProperty", NAME("Test_Note", "n") TEXT("PropertyName", "Text"), RETURNS(""));
}
END_TEST

START_TEST(a_property_becomes_null)
{
    create();
    assert_answer("SetProperty", NAME("Test_Note", "a &lt; b") TEXT("PropertyName", "Text"),
                  VOID("SetProperty"));
    assert_answer("GetProperty", NAME("Test_Note", "a &lt; b") TEXT("PropertyName", "Text"),
                  RETURNS(""));
}
END_TEST

START_TEST(a_qualifier_is_declared_with_scope_flavor_and_default)
{
    assert_answer("GetQualifier", TEXT("QualifierName", "key"),
                  RETURNS("<QUALIFIER.DECLARATION NAME=\"Key\" TYPE=\"boolean\" ISARRAY=\"false\" "
                          "OVERRIDABLE=\"false\"><SCOPE REFERENCE=\"true\" PROPERTY=\"true\">"
                          "</SCOPE><VALUE>FALSE</VALUE></QUALIFIER.DECLARATION>"));
    assert_answer("GetQualifier", TEXT("QualifierName", "Values"),
                  RETURNS("<QUALIFIER.DECLARATION NAME=\"Values\" TYPE=\"string\" ISARRAY=\"true\" "
                          "TRANSLATABLE=\"true\"><SCOPE PROPERTY=\"true\" METHOD=\"true\" "
                          "PARAMETER=\"true\"></SCOPE></QUALIFIER.DECLARATION>"));
    assert_answer("GetQualifier", TEXT("QualifierName", "Description"),
                  "<SCOPE CLASS=\"true\" ASSOCIATION=\"true\" REFERENCE=\"true\" PROPERTY=\"true\" "
                  "METHOD=\"true\" PARAMETER=\"true\" INDICATION=\"true\">");
}
END_TEST

START_TEST(all_qualifiers_are_enumerated)
{
    ck_assert_uint_eq(occurrences("EnumerateQualifiers", "", "<QUALIFIER.DECLARATION "),
                      cim_wire_schema.n_qualifier_types);
    ck_assert_uint_ge(cim_wire_schema.n_qualifier_types, 13);
}
END_TEST

/* clang-format off */
static const struct { const char *operation; const char *parameters; int code; const char *words; } misuses[] = {
    { "GetProperty", NAME("Test_MigrationJob", "job-0"), 4, "PropertyName" },
    { "GetProperty", TEXT("PropertyName", "JobState"), 4, "InstanceName" },
    { "GetProperty", PROPERTY_OF("nobody", "JobState"), 6, "nobody" },
    { "GetProperty", PROPERTY_OF("job-0", "NoSuch"), 12, "NoSuch" },
    { "GetProperty", NAME("NoSuch", "x") TEXT("PropertyName", "JobState"), 5, "NoSuch" },
    { "GetProperty", PROPERTY_OF("job-0", "JobState") LIST(""), 4, "PropertyList" },
    { "SetProperty", PROPERTY_OF("job-0", "JobState") TEXT("NewValue", "5"), 7, "JobState" },
    { "SetProperty", PROPERTY_OF("job-0", "Priority") TEXT("NewValue", "many"), 13, "Priority" },
    { "SetProperty", PROPERTY_OF("job-0", "Priority") "<IPARAMVALUE NAME=\"NewValue\"><VALUE.ARRAY><VALUE>1</VALUE></VALUE.ARRAY></IPARAMVALUE>", 13, "Priority" },
    { "SetProperty", PROPERTY_OF("job-0", "NoSuch") TEXT("NewValue", "5"), 12, "NoSuch" },
    { "SetProperty", PROPERTY_OF("nobody", "Owner") TEXT("NewValue", "5"), 6, "nobody" },
    { "SetProperty", NAME("Test_Setting", "1") TEXT("PropertyName", "MigrationType") TEXT("NewValue", "5"), 7, "Test_Setting" },
    { "CreateInstance", "", 4, "NewInstance" },
    { "CreateInstance", TEXT("NewInstance", "x"), 4, "NewInstance" },
    { "CreateInstance", INSTANCE_OF("NoSuch", ""), 5, "NoSuch" },
    { "CreateInstance", INSTANCE_OF("Test_Setting", PROPERTY("InstanceID", "string", "2")), 7, "Test_Setting" },
    { "CreateInstance", INSTANCE_OF("Test_Element", PROPERTY("InstanceID", "string", "2")), 7, "Test_Element" },
    { "CreateInstance", INSTANCE_OF("Test_Note", PROPERTY("NoSuch", "string", "x")), 12, "NoSuch" },
    { "CreateInstance", INSTANCE_OF("Test_Note", PROPERTY("Number", "uint16", "65536")), 13, "Number" },
    { "CreateInstance", INSTANCE_OF("Test_Note", PROPERTY("Number", "uint16", "1")), 4, "note" },
    { "GetQualifier", "", 4, "QualifierName" },
    { "GetQualifier", TEXT("QualifierName", "NoSuch"), 6, "NoSuch" },
    { "EnumerateQualifiers", CLASS("Test_Note"), 4, "ClassName" },
    { "SetQualifier", "", 7, "SetQualifier" },
    { "DeleteQualifier", TEXT("QualifierName", "Key"), 7, "DeleteQualifier" },
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
    Suite *suite = suite_create("server-properties");
    TCase *tcase = tcase_create("properties");

    tcase_add_checked_fixture(tcase, intrinsic_start, intrinsic_stop);
    tcase_add_loop_test(tcase, a_property_is_its_bare_value, 0, G_N_ELEMENTS(properties));
    tcase_add_test(tcase, a_property_is_set_like_a_modified_instance);
    tcase_add_test(tcase, an_instance_is_created_with_the_defaults_of_its_class);
    tcase_add_test(tcase, given_properties_go_before_defaults);
    tcase_add_test(tcase, a_property_becomes_null);
    tcase_add_test(tcase, a_qualifier_is_declared_with_scope_flavor_and_default);
    tcase_add_test(tcase, all_qualifiers_are_enumerated);
    tcase_add_loop_test(tcase, each_misuse_has_its_code_and_names_the_culprit, 0,
                        G_N_ELEMENTS(misuses));
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
