#include <string.h>
#include <unistd.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/http-fixture.h"

static Fixture *fixture;

static void
start(void)
{
    fixture = fixture_start(4, NULL);
}

static void
stop(void)
{
    fixture_stop(fixture);
}

static char *
request_for(const char *method, const char *class_name, const char *id, const char *parameters)
{
    g_autofree char *name = id ? instance_name(class_name, id)
                               : g_strdup_printf("<CLASSNAME NAME=\"%s\"/>", class_name);
    g_autofree char *body = extrinsic_text(method, name, parameters);
    g_autofree char *object = id ? g_strdup_printf("root/test:%s.InstanceID=\"%s\"", class_name, id)
                                 : g_strdup_printf("root/test:%s", class_name);

    return post_text(method, object, "", body);
}

static Reply *
call(const char *method, const char *class_name, const char *id, const char *parameters)
{
    g_autofree char *request = request_for(method, class_name, id, parameters);
    Reply *reply = ask(fixture, request, -1);

    ck_assert_msg(reply->status == 200, "%s", reply->head);
    return reply;
}

static void
assert_answer(const char *method,
              const char *class_name,
              const char *id,
              const char *parameters,
              const char *expected)
{
    g_autoptr(Reply) reply = call(method, class_name, id, parameters);

    assert_contains(reply->body, expected);
}

/* clang-format off */
#define VALUE(name, type, value) "<PARAMVALUE NAME=\"" name "\" PARAMTYPE=\"" type "\"><VALUE>" value "</VALUE></PARAMVALUE>"
#define STATE(value) VALUE("RequestedState", "uint16", value)
#define RETURNS(value) "<METHODRESPONSE NAME=\"RequestStateChange\"><RETURNVALUE PARAMTYPE=\"uint32\"><VALUE>" value "</VALUE></RETURNVALUE>"
#define JOB_REFERENCE \
    "<PARAMVALUE NAME=\"Job\" PARAMTYPE=\"reference\"><VALUE.REFERENCE><LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/>" \
    "<NAMESPACE NAME=\"test\"/></LOCALNAMESPACEPATH><INSTANCENAME CLASSNAME=\"Test_MigrationJob\"><KEYBINDING NAME=\"InstanceID\">" \
    "<KEYVALUE VALUETYPE=\"string\" TYPE=\"string\">job-0</KEYVALUE></KEYBINDING></INSTANCENAME></LOCALINSTANCEPATH></VALUE.REFERENCE></PARAMVALUE>"
#define NO_JOB "<PARAMVALUE NAME=\"Job\" PARAMTYPE=\"reference\"></PARAMVALUE>"
/* clang-format on */

START_TEST(a_method_returns_its_number_and_its_out_parameters)
{
    assert_answer("RequestStateChange", "Test_MigrationJob", "job-0", STATE("2"),
                  RETURNS("0") NO_JOB "</METHODRESPONSE>");
    assert_answer("RequestStateChange", "Test_MigrationJob", "job-0", STATE("5"), RETURNS("32775"));
}
END_TEST

START_TEST(a_method_may_end_later)
{
    assert_answer("RequestStateChange", "Test_MigrationJob", "job-0", STATE("3"),
                  RETURNS("4096") JOB_REFERENCE);
}
END_TEST

START_TEST(the_class_of_the_path_is_the_providers_to_see)
{
    assert_answer("GetError", "Test_MigrationJob", "job-0", "", "<VALUE>0</VALUE></RETURNVALUE>");
    assert_answer("GetError", "Test_ConcreteJob", "job-0", "", "<VALUE>6</VALUE></RETURNVALUE>");
}
END_TEST

START_TEST(an_embedded_error_comes_escaped_and_a_null_one_keeps_its_attribute)
{
    assert_answer("GetError", "Test_MigrationJob", "job-1", "",
                  "<PARAMVALUE NAME=\"Error\" PARAMTYPE=\"string\" EmbeddedObject=\"instance\">"
                  "<VALUE>&lt;INSTANCE CLASSNAME=&quot;Test_Error&quot;&gt;");
    assert_answer("GetError", "Test_MigrationJob", "job-1", "",
                  "&lt;VALUE&gt;x &amp;lt; y &amp;amp; &amp;quot;z&amp;quot;&lt;/VALUE&gt;");
    assert_answer("GetError", "Test_MigrationJob", "job-0", "",
                  "<PARAMVALUE NAME=\"Error\" PARAMTYPE=\"string\" EmbeddedObject=\"instance\">"
                  "</PARAMVALUE>");
}
END_TEST

START_TEST(a_static_method_needs_no_instance)
{
    assert_answer("Count", "Test_MigrationJob", NULL, VALUE("To", "uint16", "2"),
                  "<RETURNVALUE PARAMTYPE=\"uint32\"><VALUE>4</VALUE></RETURNVALUE>"
                  "<PARAMVALUE NAME=\"Names\" PARAMTYPE=\"string\"><VALUE.ARRAY><VALUE>job-0"
                  "</VALUE><VALUE>job-1</VALUE></VALUE.ARRAY></PARAMVALUE>");
    assert_answer("Count", "Test_ConcreteJob", NULL, "", "<VALUE.ARRAY></VALUE.ARRAY>");
}
END_TEST

/* clang-format off */
#define SYSTEM_PATH \
    "<NAMESPACEPATH><HOST>node-a</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"v2\"/></LOCALNAMESPACEPATH></NAMESPACEPATH>"
#define SYSTEM_NAME \
    "<INSTANCENAME CLASSNAME=\"Sys\"><KEYBINDING NAME=\"Name\"><KEYVALUE VALUETYPE=\"string\">vm</KEYVALUE></KEYBINDING></INSTANCENAME>"
#define EMBEDDED(attributes, text) "<PARAMVALUE NAME=\"MigrationSettingData\" " attributes "><VALUE>" text "</VALUE></PARAMVALUE>"
#define SETTING \
    "&lt;INSTANCE CLASSNAME=&quot;Test_Setting&quot;&gt;&lt;PROPERTY NAME=&quot;MigrationType&quot; TYPE=&quot;uint16&quot;&gt;" \
    "&lt;VALUE&gt;32768&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;PROPERTY.ARRAY NAME=&quot;Addresses&quot; TYPE=&quot;string&quot;&gt;" \
    "&lt;VALUE.ARRAY&gt;&lt;VALUE&gt;::1&lt;/VALUE&gt;&lt;/VALUE.ARRAY&gt;&lt;/PROPERTY.ARRAY&gt;&lt;/INSTANCE&gt;"
#define INNER "&lt;INSTANCE CLASSNAME=&quot;X&quot;/&gt;"

static const struct { const char *parameters; const char *seen; } arguments[] = {
    { "", "NULL absent NULL 0" },
    { "<PARAMVALUE NAME=\"ComputerSystem\"/><PARAMVALUE NAME=\"DestinationHost\"></PARAMVALUE>", "NULL (null) NULL 0" },
    /* every form of a reference */
    { "<PARAMVALUE NAME=\"ComputerSystem\" PARAMTYPE=\"reference\"><VALUE.REFERENCE><INSTANCEPATH>" SYSTEM_PATH SYSTEM_NAME
      "</INSTANCEPATH></VALUE.REFERENCE></PARAMVALUE>", "//node-a/root/v2:Sys.Name=\"vm\" absent NULL 0" },
    { "<PARAMVALUE NAME=\"computersystem\" PARAMTYPE=\"reference\"><VALUE.REFERENCE>" SYSTEM_NAME "</VALUE.REFERENCE></PARAMVALUE>",
      "Sys.Name=\"vm\" absent NULL 0" },
    { "<PARAMVALUE NAME=\"ComputerSystem\"><VALUE>\\\\node-a\\root\\v2:Sys.Name=\"vm\"</VALUE></PARAMVALUE>",
      "//node-a/root/v2:Sys.Name=\"vm\" absent NULL 0" },
    /* types from the class */
    { "<PARAMVALUE NAME=\"DestinationHost\"><VALUE><![CDATA[node-<b>]]></VALUE></PARAMVALUE>", "NULL node-<b> NULL 0" },
    /* embedded instances in every spelling */
    { EMBEDDED("PARAMTYPE=\"string\" EmbeddedObject=\"instance\"", SETTING), "NULL absent Test_Setting(32768,1) 0" },
    { EMBEDDED("PARAMTYPE=\"string\" EMBEDDEDOBJECT=\"object\"", SETTING), "NULL absent Test_Setting(32768,1) 0" },
    { EMBEDDED("", SETTING), "NULL absent Test_Setting(32768,1) 0" },
    { EMBEDDED("PARAMTYPE=\"string\"", "&lt;INSTANCE CLASSNAME=&quot;Test_Setting&quot;&gt;&lt;PROPERTY NAME=&quot;__PATH&quot; TYPE=&quot;string&quot;&gt;"
      "&lt;VALUE&gt;\\\\.\\root&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;PROPERTY NAME=&quot;Unknown&quot; TYPE=&quot;uint8&quot;&gt;&lt;VALUE&gt;x&lt;/VALUE&gt;&lt;/PROPERTY&gt;"
      "&lt;PROPERTY NAME=&quot;MigrationType&quot;&gt;&lt;VALUE&gt;7&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;"), "NULL absent Test_Setting(7,0) 0" },
    { EMBEDDED("PARAMTYPE=\"string\"", "<![CDATA[<INSTANCE CLASSNAME=\"test_setting\"/>]]>"), "NULL absent test_setting(0,0) 0" },
    { EMBEDDED("PARAMTYPE=\"string\"", " "), "NULL absent NULL 0" },
    { "<PARAMVALUE NAME=\"NewResourceSettingData\"><VALUE.ARRAY><VALUE>" INNER "</VALUE><VALUE>" INNER "</VALUE></VALUE.ARRAY></PARAMVALUE>",
      "NULL absent NULL 2" },
    { "<PARAMVALUE NAME=\"NewResourceSettingData\"><VALUE>" INNER "</VALUE></PARAMVALUE>", "NULL absent NULL 1" },
    { "<PARAMVALUE NAME=\"NewResourceSettingData\"><VALUE.ARRAY/></PARAMVALUE>", "NULL absent NULL 0" },
};
/* clang-format on */

static gboolean
check_arguments(gpointer expected)
{
    ck_assert_str_eq(fixture->jobs->last_arguments, expected);
    return FALSE;
}

START_TEST(arguments_arrive_whatever_their_spelling)
{
    assert_answer("Migrate", "Test_MigrationJob", "job-0", arguments[_i].parameters,
                  "<RETURNVALUE PARAMTYPE=\"uint32\"><VALUE>4096</VALUE>");
    fixture_invoke(fixture, check_arguments, (gpointer) arguments[_i].seen);
}
END_TEST

/* clang-format off */
static const struct { const char *method; const char *class_name; const char *id; const char *parameters; int code; const char *words; } misuses[] = {
    { "NoSuch", "Test_MigrationJob", "job-0", "", 17, "NoSuch" },
    { "GetError", "Test_Setting", "1", "", 17, "GetError" },
    { "GetError", "Test_Element", "job-0", "", 17, "GetError" },
    { "GetError", "NoSuch", "job-0", "", 5, "NoSuch" },
    { "GetError", "Test_MigrationJob", "nobody", "", 6, "nobody" },
    { "GetError", "Test_MigrationJob", NULL, "", 4, "GetError" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", STATE("x"), 13, "RequestedState" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", STATE("65536"), 13, "RequestedState" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", STATE("-1"), 13, "RequestedState" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", "<PARAMVALUE NAME=\"RequestedState\"><VALUE.ARRAY><VALUE>2</VALUE></VALUE.ARRAY></PARAMVALUE>", 13, "RequestedState" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", STATE("2") STATE("2"), 4, "RequestedState" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", VALUE("Colour", "string", "x"), 4, "Colour" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", VALUE("Job", "string", "x"), 4, "Job" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", VALUE("TimeoutPeriod", "datetime", "soon"), 13, "TimeoutPeriod" },
    { "RequestStateChange", "Test_MigrationJob", "job-0", STATE("6"), 1, "job-0" },
    { "Migrate", "Test_MigrationJob", "job-0", VALUE("ComputerSystem", "reference", "=="), 4, "ComputerSystem" },
    { "Migrate", "Test_MigrationJob", "job-0", EMBEDDED("", "no xml"), 4, "MigrationSettingData" },
    { "Migrate", "Test_MigrationJob", "job-0", EMBEDDED("", INNER), 4, "X" },
    { "Migrate", "Test_MigrationJob", "job-0", EMBEDDED("", "&lt;INSTANCE CLASSNAME=&quot;Test_Error&quot;/&gt;"), 4, "Test_Error" },
    { "Migrate", "Test_MigrationJob", "job-0", EMBEDDED("", "&lt;INSTANCE CLASSNAME=&quot;Test_Setting&quot;&gt;&lt;PROPERTY NAME=&quot;MigrationType&quot;&gt;"
      "&lt;VALUE&gt;x&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;"), 13, "MigrationType" },
};
/* clang-format on */

START_TEST(each_misuse_has_its_code_and_names_the_culprit)
{
    g_autofree char *error = g_strdup_printf("<ERROR CODE=\"%d\" DESCRIPTION=\"", misuses[_i].code);
    g_autoptr(Reply) reply =
        call(misuses[_i].method, misuses[_i].class_name, misuses[_i].id, misuses[_i].parameters);

    assert_contains(reply->body, error);
    assert_contains(strstr(reply->body, error), misuses[_i].words);
    assert_contains(reply->body, "</METHODRESPONSE>");
    ck_assert(!strstr(reply->body, "<RETURNVALUE"));
}
END_TEST

START_TEST(a_cim_error_may_carry_an_instance)
{
    assert_answer("RequestStateChange", "Test_MigrationJob", "job-0", STATE("6"),
                  "<INSTANCE CLASSNAME=\"Test_Error\">");
}
END_TEST

/* Calls that wait */

static gboolean
one_is_held(gpointer data)
{
    return fixture->jobs->held->len == 1;
}

static gboolean
release(gpointer data)
{
    jobs_release(fixture->jobs, GPOINTER_TO_UINT(data));
    return FALSE;
}

static gboolean
no_connections(gpointer data)
{
    CimServerCounters counters;

    cim_server_get_counters(fixture->server, &counters);
    return counters.connections == 0;
}

static int
hold(void)
{
    g_autofree char *request =
        request_for("RequestStateChange", "Test_MigrationJob", "job-0", STATE("4"));
    int fd = raw_connect(fixture);

    raw_send(fd, request, strlen(request));
    fixture_await(fixture, one_is_held, NULL);
    return fd;
}

START_TEST(others_are_served_while_a_call_waits)
{
    int fd = hold();
    g_autoptr(Reply) reply = NULL;

    assert_answer("GetError", "Test_MigrationJob", "job-0", "", "<VALUE>0</VALUE>");
    fixture_invoke(fixture, release, GUINT_TO_POINTER(7));
    reply = raw_receive(fd);
    assert_contains(reply->body, RETURNS("7"));
    close(fd);
}
END_TEST

START_TEST(a_client_that_leaves_does_not_harm_its_call)
{
    close(hold());
    assert_answer("GetError", "Test_MigrationJob", "job-0", "", "<VALUE>0</VALUE>");
    fixture_invoke(fixture, release, GUINT_TO_POINTER(7));
    assert_answer("GetError", "Test_MigrationJob", "job-0", "", "<VALUE>0</VALUE>");
    fixture_await(fixture, no_connections, NULL);
}
END_TEST

START_TEST(a_server_may_end_before_its_calls)
{
    int fd = hold();

    fixture_end_server(fixture);
    ck_assert(raw_is_closed(fd));
    fixture_invoke(fixture, release, GUINT_TO_POINTER(7));
    close(fd);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("server-methods");
    TCase *tcase = tcase_create("methods");

    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, a_method_returns_its_number_and_its_out_parameters);
    tcase_add_test(tcase, a_method_may_end_later);
    tcase_add_test(tcase, the_class_of_the_path_is_the_providers_to_see);
    tcase_add_test(tcase, an_embedded_error_comes_escaped_and_a_null_one_keeps_its_attribute);
    tcase_add_test(tcase, a_static_method_needs_no_instance);
    tcase_add_loop_test(tcase, arguments_arrive_whatever_their_spelling, 0,
                        G_N_ELEMENTS(arguments));
    tcase_add_loop_test(tcase, each_misuse_has_its_code_and_names_the_culprit, 0,
                        G_N_ELEMENTS(misuses));
    tcase_add_test(tcase, a_cim_error_may_carry_an_instance);
    tcase_add_test(tcase, others_are_served_while_a_call_waits);
    tcase_add_test(tcase, a_client_that_leaves_does_not_harm_its_call);
    tcase_add_test(tcase, a_server_may_end_before_its_calls);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
