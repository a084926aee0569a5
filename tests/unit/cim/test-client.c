#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/check-main.h"

#include "cim/client.h"
#include "cim/listen.h"
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

static CimClient *
connect_client(void)
{
    g_autoptr(GError) error = NULL;
    CimClient *client = cim_client_new(fixture->url, &cim_wire_schema, &error);

    ck_assert_msg(client != NULL, "%s", error ? error->message : "");
    return client;
}

static CimPath *
job_path(const char *id)
{
    CimPath *path = cim_path_new(JOBS_NAMESPACE, "Test_MigrationJob");

    cim_path_add_string_key(path, "InstanceID", id);
    return path;
}

START_TEST(an_instance_comes_with_its_types_and_its_path)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = job_path("job-0");
    g_autoptr(CimInstance) instance = cim_client_get_instance(client, path, NULL, NULL);

    ck_assert_ptr_nonnull(instance);
    ck_assert(cim_path_equal(instance->path, path));
    ck_assert_uint_eq(cim_instance_get_uint(instance, "JobState", 0), 4);
    ck_assert_str_eq(cim_instance_get_string(instance, "Owner"),
                     "root <admin@example.com> & \"friends\"");
    ck_assert(cim_instance_get_boolean(instance, "Cancellable", FALSE));
    ck_assert_uint_eq(cim_instance_find(instance, "OperationalStatus")->array.n, 2);
    ck_assert(cim_instance_find(instance, "ErrorDescription")->is_null);
    ck_assert_int_eq(cim_instance_find(instance, "NewSystemSettingData")->type, CIM_TYPE_INSTANCE);
    ck_assert(cim_instance_find(instance, "ElapsedTime")->datetime.is_interval);
}
END_TEST

START_TEST(properties_are_chosen)
{
    static const char *const names[] = {"JobState", NULL};
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = job_path("job-0");
    g_autoptr(CimInstance) one = cim_client_get_instance(client, path, names, NULL);
    g_autoptr(GPtrArray) all =
        cim_client_enumerate_instances(client, JOBS_NAMESPACE, "Test_Element", names, NULL);

    ck_assert_uint_eq(one->n_properties, 1);
    ck_assert_uint_eq(all->len, 4);
    ck_assert_uint_eq(((CimInstance *) g_ptr_array_index(all, 3))->n_properties, 1);
}
END_TEST

START_TEST(enumerations_name_what_they_bring)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(GPtrArray) instances =
        cim_client_enumerate_instances(client, JOBS_NAMESPACE, "Test_ConcreteJob", NULL, NULL);
    g_autoptr(GPtrArray) names =
        cim_client_enumerate_names(client, JOBS_NAMESPACE, "Test_ConcreteJob", NULL);
    g_autoptr(GPtrArray) none =
        cim_client_enumerate_names(client, JOBS_NAMESPACE, "Test_Error", NULL);

    ck_assert_uint_eq(instances->len, 4);
    ck_assert_uint_eq(names->len, 4);
    ck_assert_uint_eq(none->len, 0);
    for (guint i = 0; i < names->len; i++) {
        const CimInstance *instance = g_ptr_array_index(instances, i);
        const CimPath *name = g_ptr_array_index(names, i);

        ck_assert(cim_path_equal(instance->path, name));
        ck_assert_str_eq(name->name_space, JOBS_NAMESPACE);
        ck_assert_str_eq(name->class_name, "Test_MigrationJob");
    }
}
END_TEST

START_TEST(a_modified_property_is_read_back_and_a_deleted_instance_is_not)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = job_path("job-1");
    g_autoptr(CimInstance) instance = cim_client_get_instance(client, path, NULL, NULL);
    g_autoptr(CimInstance) again = NULL;
    g_autoptr(GError) error = NULL;

    cim_instance_set_string(instance, "Owner", "\xc3\xa4 & \"\t");
    ck_assert_msg(cim_client_modify_instance(client, instance, NULL, &error), "%s",
                  error ? error->message : "");
    again = cim_client_get_instance(client, path, NULL, NULL);
    ck_assert_str_eq(cim_instance_get_string(again, "Owner"), "\xc3\xa4 & \"\t");
    ck_assert(cim_client_delete_instance(client, path, NULL));
    ck_assert(!cim_client_delete_instance(client, path, &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_NOT_FOUND));
    assert_contains(error->message, "job-1");
}
END_TEST

START_TEST(a_method_takes_every_kind_of_argument)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = job_path("job-0");
    g_autoptr(CimPath) system = cim_path_parse("//node-a/root/v2:Sys.Name=\"vm\",N=7", NULL);
    g_autoptr(CimInstance) setting = cim_instance_new("Test_Setting");
    g_autoptr(CimInstance) out = NULL;
    CimArgument arguments[] = {
        {.name = "ComputerSystem"}, {.name = "DestinationHost"}, {.name = "MigrationSettingData"}};
    guint32 value;

    cim_instance_set_uint(setting, "MigrationType", CIM_TYPE_UINT16, 32768);
    cim_value_init(&arguments[0].value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_set_reference(&arguments[0].value, system);
    cim_value_init(&arguments[1].value, CIM_TYPE_STRING, FALSE);
    cim_value_set_string(&arguments[1].value, "node-b");
    cim_value_init(&arguments[2].value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_set_instance(&arguments[2].value, setting);
    ck_assert(cim_client_invoke(client, path, "Migrate", arguments, 3, &value, &out, NULL));
    ck_assert_uint_eq(value, 4096);
    ck_assert_str_eq(fixture->jobs->last_arguments,
                     "//node-a/root/v2:Sys.Name=\"vm\",N=7 node-b Test_Setting(32768,0) 0");
    ck_assert(cim_path_equal(cim_instance_find(out, "Job")->reference, path));
    ck_assert_str_eq(cim_instance_find(out, "Job")->reference->name_space, JOBS_NAMESPACE);
}
END_TEST

START_TEST(an_embedded_error_comes_back_as_an_instance)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) bad = job_path("job-1");
    g_autoptr(CimPath) good = job_path("job-0");
    g_autoptr(CimInstance) out = NULL;
    g_autoptr(CimInstance) none = NULL;
    const CimInstance *error;

    ck_assert(cim_client_invoke(client, bad, "GetError", NULL, 0, NULL, &out, NULL));
    error = cim_instance_find(out, "Error")->instance;
    ck_assert_str_eq(error->class_name, "Test_Error");
    ck_assert_str_eq(cim_instance_get_string(error, "Message"), "x < y & \"z\"");
    ck_assert_uint_eq(cim_instance_get_uint(error, "CIMStatusCode", 0), 1);
    ck_assert(cim_client_invoke(client, good, "GetError", NULL, 0, NULL, &none, NULL));
    ck_assert(cim_instance_find(none, "Error")->is_null);
}
END_TEST

START_TEST(a_static_method_is_called_on_its_class)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = cim_path_new(JOBS_NAMESPACE, "Test_MigrationJob");
    g_autoptr(CimInstance) out = NULL;
    CimArgument to = {.name = "To"};
    guint32 value;

    cim_value_init(&to.value, CIM_TYPE_UINT16, FALSE);
    cim_value_set_uint(&to.value, 3);
    ck_assert(cim_client_invoke(client, path, "Count", &to, 1, &value, &out, NULL));
    ck_assert_uint_eq(value, 4);
    ck_assert_uint_eq(cim_instance_find(out, "Names")->array.n, 3);
}
END_TEST

/* Without a schema the types on the wire have to do. */
START_TEST(a_client_without_schema_reads_the_wire)
{
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", fixture->port);
    g_autoptr(CimClient) client = cim_client_new(url, NULL, NULL);
    g_autoptr(CimPath) path = job_path("job-1");
    g_autoptr(CimInstance) instance = cim_client_get_instance(client, path, NULL, NULL);
    g_autoptr(CimInstance) out = NULL;

    ck_assert_uint_eq(cim_instance_get_uint(instance, "JobState", 0), 10);
    ck_assert_int_eq(cim_instance_find(instance, "JobState")->type, CIM_TYPE_UINT16);
    ck_assert(cim_client_invoke(client, path, "GetError", NULL, 0, NULL, &out, NULL));
    ck_assert_str_eq(cim_instance_find(out, "Error")->instance->class_name, "Test_Error");
}
END_TEST

static gboolean
one_connection(gpointer data)
{
    CimServerCounters counters;

    cim_server_get_counters(fixture->server, &counters);
    ck_assert_uint_eq(counters.connections, 1);
    ck_assert_uint_eq(counters.requests, 20);
    return TRUE;
}

START_TEST(one_connection_serves_many_operations)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = job_path("job-0");

    for (guint i = 0; i < 20; i++) {
        g_autoptr(CimInstance) instance = cim_client_get_instance(client, path, NULL, NULL);

        ck_assert_ptr_nonnull(instance);
    }
    fixture_invoke(fixture, one_connection, NULL);
}
END_TEST

START_TEST(the_servers_words_come_with_its_code)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = job_path("no<body>");
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) other = NULL;

    ck_assert_ptr_null(cim_client_get_instance(client, path, NULL, &error));
    ck_assert(g_error_matches(error, CIM_ERROR, CIM_ERR_NOT_FOUND));
    assert_contains(error->message, "no<body>");
    ck_assert(!cim_client_invoke(client, path, "Dance", NULL, 0, NULL, NULL, &other));
    ck_assert(g_error_matches(other, CIM_ERROR, CIM_ERR_METHOD_NOT_FOUND));
}
END_TEST

/* clang-format off */
static const char *const bad_urls[] = { "", "unix:", "unix:relative", "ftp://x", "node-a:5988", "http://", "http:///x", "file:///etc/passwd" };
/* clang-format on */

START_TEST(an_address_that_is_none_is_named)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(cim_client_new(bad_urls[_i], NULL, &error));
    ck_assert(g_error_matches(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_URL));
    assert_contains(error->message, bad_urls[_i]);
}
END_TEST

static const char *const nobody[] = {"unix:/nonexistent/socket", "http://127.0.0.1:1"};

START_TEST(nobody_there_is_said_with_the_address)
{
    g_autoptr(CimClient) client = cim_client_new(nobody[_i], NULL, NULL);
    g_autoptr(CimPath) path = job_path("job-0");
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(cim_client_get_instance(client, path, NULL, &error));
    ck_assert(g_error_matches(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_UNREACHABLE));
    assert_contains(error->message, "could not connect to");
    assert_contains(error->message, nobody[_i]);
}
END_TEST

START_TEST(a_server_that_is_silent_is_given_up)
{
    g_autoptr(CimClient) client = connect_client();
    g_autoptr(CimPath) path = job_path("job-0");
    g_autoptr(GError) error = NULL;
    CimArgument state = {.name = "RequestedState"};

    cim_client_set_timeout(client, 1);
    cim_value_init(&state.value, CIM_TYPE_UINT16, FALSE);
    cim_value_set_uint(&state.value, JOBS_STATE_HOLD);
    ck_assert(
        !cim_client_invoke(client, path, "RequestStateChange", &state, 1, NULL, NULL, &error));
    ck_assert(g_error_matches(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_UNREACHABLE));
    assert_contains(error->message, "no answer from");
    assert_contains(error->message, fixture->url);
}
END_TEST

/* A server that says one thing to everybody */

typedef struct {
    int fd;
    guint16 port;
    const char *answer;
} Parrot;

static gpointer
repeat_answer(gpointer data)
{
    Parrot *parrot = data;
    struct pollfd poller = {.fd = parrot->fd, .events = POLLIN};
    char request[65536];
    int fd;

    ck_assert_int_eq(poll(&poller, 1, 10000), 1);
    fd = accept4(parrot->fd, NULL, NULL, SOCK_CLOEXEC);
    ck_assert_int_gt(recv(fd, request, sizeof request, 0), 0);
    raw_send(fd, parrot->answer, strlen(parrot->answer));
    shutdown(fd, SHUT_WR);
    while (recv(fd, request, sizeof request, 0) > 0)
        ;
    close(fd);
    return NULL;
}

/* clang-format off */
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n"
#define RESPONSE(content) HEAD "<CIM><MESSAGE ID=\"1\"><SIMPLERSP>" content "</SIMPLERSP></MESSAGE></CIM>"
static const struct { const char *answer; gboolean is_cim; int code; const char *words; } answers[] = {
    { "", FALSE, CIM_CLIENT_ERROR_UNREACHABLE, "lost the connection" },
    { "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", FALSE, CIM_CLIENT_ERROR_PROTOCOL, "404" },
    { "HTTP/1.1 400 Bad Request\r\nCIMError: header-mismatch\r\nContent-Length: 0\r\n\r\n", FALSE, CIM_CLIENT_ERROR_PROTOCOL, "header-mismatch" },
    { HEAD "<html/>", FALSE, CIM_CLIENT_ERROR_PROTOCOL, "CIM-XML" },
    { HEAD "<!DOCTYPE html><html/>", FALSE, CIM_CLIENT_ERROR_PROTOCOL, "CIM-XML" },
    { HEAD, FALSE, CIM_CLIENT_ERROR_PROTOCOL, "CIM-XML" },
    { RESPONSE(""), FALSE, CIM_CLIENT_ERROR_PROTOCOL, "CIM-XML" },
    { RESPONSE("<IMETHODRESPONSE NAME=\"GetClass\"/>"), FALSE, CIM_CLIENT_ERROR_PROTOCOL, "CIM-XML" },
    { RESPONSE("<IMETHODRESPONSE NAME=\"GetInstance\"/>"), FALSE, CIM_CLIENT_ERROR_PROTOCOL, "makes no sense" },
    { RESPONSE("<IMETHODRESPONSE NAME=\"GetInstance\"><IRETURNVALUE/></IMETHODRESPONSE>"), FALSE, CIM_CLIENT_ERROR_PROTOCOL, "makes no sense" },
    { RESPONSE("<IMETHODRESPONSE NAME=\"GetInstance\"><IRETURNVALUE><CLASS/></IRETURNVALUE></IMETHODRESPONSE>"), FALSE, CIM_CLIENT_ERROR_PROTOCOL, "makes no sense" },
    { RESPONSE("<IMETHODRESPONSE NAME=\"GetInstance\"><ERROR CODE=\"2\" DESCRIPTION=\"no &lt;entry&gt;\"/></IMETHODRESPONSE>"), TRUE, CIM_ERR_ACCESS_DENIED, "no <entry>" },
    { RESPONSE("<IMETHODRESPONSE NAME=\"GetInstance\"><ERROR CODE=\"7\"/></IMETHODRESPONSE>"), TRUE, CIM_ERR_NOT_SUPPORTED, "CIM_ERR_NOT_SUPPORTED" },
    { RESPONSE("<IMETHODRESPONSE NAME=\"GetInstance\"><ERROR/></IMETHODRESPONSE>"), TRUE, CIM_ERR_FAILED, "CIM_ERR_FAILED" },
};
/* clang-format on */

START_TEST(a_strange_answer_is_an_error_with_words)
{
    Parrot parrot = {.answer = answers[_i].answer};
    g_autoptr(CimClient) client = NULL;
    g_autoptr(CimPath) path = job_path("job-0");
    g_autoptr(GError) error = NULL;
    g_autofree char *url = NULL;
    GThread *thread;

    parrot.fd = cim_listen_tcp("127.0.0.1:0", &parrot.port, NULL);
    thread = g_thread_new("parrot", repeat_answer, &parrot);
    url = g_strdup_printf("http://127.0.0.1:%u", parrot.port);
    client = cim_client_new(url, NULL, NULL);
    ck_assert_ptr_null(cim_client_get_instance(client, path, NULL, &error));
    ck_assert_msg(error->domain == (answers[_i].is_cim ? CIM_ERROR : CIM_CLIENT_ERROR), "%s",
                  error->message);
    ck_assert_int_eq(error->code, answers[_i].code);
    assert_contains(error->message, answers[_i].words);
    g_clear_pointer(&client, cim_client_free);
    g_thread_join(thread);
    close(parrot.fd);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("client");
    TCase *tcase = tcase_create("client");

    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, an_instance_comes_with_its_types_and_its_path);
    tcase_add_test(tcase, properties_are_chosen);
    tcase_add_test(tcase, enumerations_name_what_they_bring);
    tcase_add_test(tcase, a_modified_property_is_read_back_and_a_deleted_instance_is_not);
    tcase_add_test(tcase, a_method_takes_every_kind_of_argument);
    tcase_add_test(tcase, an_embedded_error_comes_back_as_an_instance);
    tcase_add_test(tcase, a_static_method_is_called_on_its_class);
    tcase_add_test(tcase, a_client_without_schema_reads_the_wire);
    tcase_add_test(tcase, one_connection_serves_many_operations);
    tcase_add_test(tcase, the_servers_words_come_with_its_code);
    tcase_add_loop_test(tcase, an_address_that_is_none_is_named, 0, G_N_ELEMENTS(bad_urls));
    tcase_add_loop_test(tcase, nobody_there_is_said_with_the_address, 0, G_N_ELEMENTS(nobody));
    tcase_add_test(tcase, a_server_that_is_silent_is_given_up);
    tcase_add_loop_test(tcase, a_strange_answer_is_an_error_with_words, 0, G_N_ELEMENTS(answers));
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
