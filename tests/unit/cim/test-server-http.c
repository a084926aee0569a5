#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/http-fixture.h"

static Fixture *fixture;

static void
start(void)
{
    fixture = fixture_start(2, NULL);
}

static void
stop(void)
{
    fixture_stop(fixture);
}

#define CLASSES "EnumerateClassNames"

static char *
good_request(const char *extra)
{
    g_autofree char *body = intrinsic_text(CLASSES, "");

    return post_text(CLASSES, "root/test", extra, body);
}

static void
assert_header(const Reply *reply, const char *name, const char *expected)
{
    g_autofree char *value = reply_header(reply, name);

    ck_assert_msg(g_strcmp0(value, expected) == 0, "%s: %s in %s", name, value, reply->head);
}

static void
assert_alive(void)
{
    g_autofree char *request = good_request("");
    g_autoptr(Reply) reply = ask(fixture, request, -1);

    ck_assert_uint_eq(reply->status, 200);
}

/* Every answer has a length: a client that keeps the connection must know where it ends. */
static Reply *
ask_raw(const char *request)
{
    Reply *reply = ask(fixture, request, -1);
    g_autofree char *length = reply_header(reply, "Content-Length");

    ck_assert_msg(length != NULL, "no length in %s", reply->head);
    return reply;
}

START_TEST(an_answer_has_the_cim_headers)
{
    g_autofree char *request = good_request("");
    g_autoptr(Reply) reply = ask_raw(request);

    ck_assert_uint_eq(reply->status, 200);
    assert_header(reply, "Content-Type", "application/xml; charset=\"utf-8\"");
    assert_header(reply, "CIMOperation", "MethodResponse");
    ck_assert(g_str_has_prefix(reply->body, "<?xml version=\"1.0\" encoding=\"utf-8\"?>"));
}
END_TEST

/* As four real clients write the headers of one request. */
/* clang-format off */
static const struct { const char *headers; guint status; const char *cim_error; } headers[] = {
    { "CIMMethod: EnumerateClassNames\r\nCIMObject: root/test\r\n", 200 },
    { "CIMProtocolVersion: 1.0\r\nCIMMethod: EnumerateClassNames\r\nCIMObject: root%2Ftest\r\nConnection: Keep-Alive, TE\r\nTE:\r\n", 200 },
    { "CIMMethod: enumerateclassnames\r\nCIMObject: ROOT%2ftest\r\nTE: chunked, trailers\r\n", 200 },
    { "CIMMethod: EnumerateClassNames\r\nCIMObject: /root/test/\r\nTE: trailers\r\n", 200 },
    { "", 200 },
    { "CIMMethod: GetClass\r\n", 400, "header-mismatch" },
    { "CIMMethod: EnumerateClassNames\r\nCIMObject: root/other\r\n", 400, "header-mismatch" },
    { "CIMMethod: EnumerateClassNames\r\nCIMObject: %zz\r\n", 400, "header-mismatch" },
};

static const struct { const char *object; guint status; } objects[] = {
    { "root/test:Test_MigrationJob.InstanceID=\"job-0\"", 200 },
    { "root%2Ftest%3ATest_MigrationJob.InstanceID%3D\"job-0\"", 200 },
    { "root/test%3ATest_MigrationJob.InstanceID%3D%22job-0%22", 200 },
    { "//host/root/test:Test_MigrationJob.InstanceID=\"job-0\"", 200 },
    { "ROOT/test:TEST_migrationjob.instanceid=\"job-0\"", 200 },
    { "root/test:Test_MigrationJob.InstanceID=", 200 }, /* not to be parsed: let it be */
    { "root/test:Test_ConcreteJob.InstanceID=\"job-0\"", 400 },
    { "root/other:Test_MigrationJob.InstanceID=\"job-0\"", 400 },
    { "root/test:Test_MigrationJob", 400 },
};
/* clang-format on */

START_TEST(headers_agree_with_the_body)
{
    g_autofree char *body = intrinsic_text(CLASSES, "");
    g_autofree char *request = post_text(NULL, NULL, headers[_i].headers, body);
    g_autoptr(Reply) reply = ask_raw(request);

    ck_assert_msg(reply->status == headers[_i].status, "%s", reply->head);
    assert_header(reply, "CIMError", headers[_i].cim_error);
}
END_TEST

START_TEST(the_object_agrees_with_the_path)
{
    g_autofree char *name = instance_name("Test_MigrationJob", "job-0");
    g_autofree char *body = extrinsic_text("GetError", name, "");
    g_autofree char *request = post_text("GetError", objects[_i].object, "", body);
    g_autoptr(Reply) reply = ask_raw(request);

    ck_assert_msg(reply->status == objects[_i].status, "%s %s", objects[_i].object, reply->head);
}
END_TEST

/* clang-format off */
#define POST "POST /cimom HTTP/1.1\r\nHost: x\r\n"
#define CIM "CIMOperation: MethodCall\r\nContent-Type: text/xml\r\n"
static const struct { const char *request; guint status; const char *header; const char *value; } verbs[] = {
    { "GET /cimom HTTP/1.1\r\nHost: x\r\n\r\n", 405, "Allow", "POST, M-POST, OPTIONS" },
    { "PUT /cimom HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 405, "Allow", "POST, M-POST, OPTIONS" },
    { "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 405, "Allow", "POST, M-POST, OPTIONS" },
    { "GET /cimom HTTP/1.1\r\nHost: x\r\nCIMOperation: MethodCall\r\n\r\n", 405, NULL, NULL },
    { "OPTIONS /cimom HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Allow", "POST, M-POST, OPTIONS" },
    { "OPTIONS * HTTP/1.1\r\nHost: x\r\nCIMOperation: MethodCall\r\n\r\n", 200, "Allow", "POST, M-POST, OPTIONS" },
    { "POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 404, NULL, NULL },
    { "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Content-Type", "text/plain; charset=utf-8" },
    { "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n", 503, "Content-Type", "text/html" },
    { "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405, "Allow", "GET, HEAD" },
    { "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404, NULL, NULL },
    { POST "Content-Length: 0\r\n\r\n", 400, "CIMError", NULL },
    { POST "CIMOperation: MethodResponse\r\nContent-Length: 0\r\n\r\n", 400, "CIMError", "unsupported-operation" },
    { POST CIM "Content-Length: 0\r\n\r\n", 400, "CIMError", "request-not-well-formed" },
    { POST "CIMOperation: MethodCall\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 415, NULL, NULL },
    { POST "CIMOperation: MethodCall\r\nContent-Type: text/xmlish\r\nContent-Length: 2\r\n\r\n{}", 415, NULL, NULL },
    { POST CIM "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415, NULL, NULL },
    { POST CIM "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400, NULL, NULL },
    { POST CIM "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, NULL, NULL },
    { POST CIM "Transfer-Encoding: gzip\r\n\r\n", 501, NULL, NULL },
    { POST CIM "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, NULL, NULL },
    { POST CIM "Content-Length: 1000000\r\n\r\n", 413, NULL, NULL },
    { POST CIM "Content-Length: 99999999999999999999999999\r\n\r\n", 413, NULL, NULL },
    { POST CIM "Content-Length: 9999999999999999999\r\n\r\n", 413, NULL, NULL },
    { POST CIM "Content-Length: -1\r\n\r\n", 400, NULL, NULL },
    { POST CIM "Content-Length: 0x10\r\n\r\n", 400, NULL, NULL },
};
/* clang-format on */

START_TEST(each_head_has_its_status)
{
    g_autoptr(Reply) reply = ask_raw(verbs[_i].request);

    ck_assert_msg(reply->status == verbs[_i].status, "%s -> %s", verbs[_i].request, reply->head);
    if (verbs[_i].header)
        assert_header(reply, verbs[_i].header, verbs[_i].value);
    assert_alive();
}
END_TEST

/* The request is good in all else, so that only the framing can be what is refused. */
START_TEST(two_framings_of_one_body_are_refused)
{
    static const char *const extras[] = {"Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n"};
    g_autofree char *body = intrinsic_text(CLASSES, "");
    g_autofree char *same = g_strdup_printf("Content-Length: %zu\r\n", strlen(body));

    for (guint i = 0; i <= G_N_ELEMENTS(extras); i++) {
        g_autofree char *request = good_request(i < G_N_ELEMENTS(extras) ? extras[i] : same);
        g_autoptr(Reply) reply = ask_raw(request);

        ck_assert_uint_eq(reply->status, 400);
        ck_assert(reply->closed);
        assert_header(reply, "CIMError", NULL);
    }
}
END_TEST

/* clang-format off */
#define MESSAGE(attributes, content) "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE " attributes ">" content "</MESSAGE></CIM>"
#define ID "ID=\"1\" PROTOCOLVERSION=\"1.0\""
#define NS "<LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"test\"/></LOCALNAMESPACEPATH>"
#define CALL "<IMETHODCALL NAME=\"EnumerateClassNames\">" NS "</IMETHODCALL>"
static const struct { const char *body; guint status; const char *cim_error; } bodies[] = {
    { MESSAGE(ID, "<SIMPLEREQ>" CALL "</SIMPLEREQ>"), 200, NULL },
    { "<CIM CIMVERSION=\"2.9\" DTDVERSION=\"2.4\"><MESSAGE ID=\"\" PROTOCOLVERSION=\"1.4\"><SIMPLEREQ>" CALL "</SIMPLEREQ></MESSAGE></CIM>", 200, NULL },
    { "<CIM><MESSAGE ID=\"1\"><SIMPLEREQ><CORRELATOR/>" CALL "</SIMPLEREQ></MESSAGE></CIM>", 200, NULL },
    { "", 400, "request-not-well-formed" },
    { "hello", 400, "request-not-well-formed" },
    { "<CIM>", 400, "request-not-well-formed" },
    { "<!DOCTYPE CIM>" MESSAGE(ID, "<SIMPLEREQ>" CALL "</SIMPLEREQ>"), 400, "request-not-well-formed" },
    { "<html/>", 400, "request-not-valid" },
    { "<CIM/>", 400, "request-not-valid" },
    { MESSAGE("PROTOCOLVERSION=\"1.0\"", "<SIMPLEREQ>" CALL "</SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, ""), 400, "unsupported-operation" },
    { MESSAGE(ID, "<SIMPLEREQ/>"), 400, "unsupported-operation" },
    { MESSAGE(ID, "<SIMPLEEXPREQ><EXPMETHODCALL NAME=\"ExportIndication\"/></SIMPLEEXPREQ>"), 400, "unsupported-operation" },
    { MESSAGE(ID, "<SIMPLEREQ><IMETHODCALL>" NS "</IMETHODCALL></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<SIMPLEREQ><IMETHODCALL NAME=\"EnumerateClassNames\"/></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<SIMPLEREQ><IMETHODCALL NAME=\"EnumerateClassNames\"><LOCALNAMESPACEPATH/></IMETHODCALL></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<SIMPLEREQ><METHODCALL NAME=\"GetError\"/></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<SIMPLEREQ><METHODCALL NAME=\"GetError\"><LOCALCLASSPATH>" NS "</LOCALCLASSPATH></METHODCALL></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<SIMPLEREQ><IMETHODCALL NAME=\"GetClass\">" NS "<IPARAMVALUE/></IMETHODCALL></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<SIMPLEREQ><IMETHODCALL NAME=\"GetClass\">" NS "<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"A\"/><CLASSNAME NAME=\"B\"/>"
      "</IPARAMVALUE></IMETHODCALL></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<SIMPLEREQ><IMETHODCALL NAME=\"GetInstance\">" NS "<IPARAMVALUE NAME=\"InstanceName\"><VALUE.REFERENCE><INSTANCENAME CLASSNAME=\"A\"/>"
      "<INSTANCENAME CLASSNAME=\"B\"/></VALUE.REFERENCE></IPARAMVALUE></IMETHODCALL></SIMPLEREQ>"), 400, "request-not-valid" },
    { MESSAGE(ID, "<MULTIREQ><SIMPLEREQ>" CALL "</SIMPLEREQ><SIMPLEREQ>" CALL "</SIMPLEREQ></MULTIREQ>"), 501, "multiple-requests-unsupported" },
    { "<CIM CIMVERSION=\"3.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"/></CIM>", 501, "unsupported-cim-version" },
    { "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"1.1\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"/></CIM>", 501, "unsupported-dtd-version" },
    { MESSAGE("ID=\"1\" PROTOCOLVERSION=\"2.0\"", "<SIMPLEREQ>" CALL "</SIMPLEREQ>"), 501, "unsupported-protocol-version" },
};
/* clang-format on */

START_TEST(each_body_has_its_status)
{
    g_autofree char *request = post_text(NULL, NULL, "", bodies[_i].body);
    g_autoptr(Reply) reply = ask_raw(request);

    ck_assert_msg(reply->status == bodies[_i].status, "%s -> %s", bodies[_i].body, reply->head);
    assert_header(reply, "CIMError", bodies[_i].cim_error);
    ck_assert_uint_gt(reply->body_length, 0); /* also a refusal says why */
}
END_TEST

START_TEST(a_connection_is_kept_also_after_a_refusal)
{
    g_autofree char *good = good_request("");
    const char *bad = POST "CIMOperation: MethodCall\r\nContent-Type: text/plain\r\n"
                           "Content-Length: 5\r\n\r\nhello";
    int fd = raw_connect_tcp(fixture);

    for (guint i = 0; i < 6; i++) {
        const char *request = i % 2 ? bad : good;
        g_autoptr(Reply) reply = NULL;

        raw_send(fd, request, strlen(request));
        reply = raw_receive(fd);
        ck_assert_uint_eq(reply->status, i % 2 ? 415 : 200);
        ck_assert(!reply->closed);
    }
    close(fd);
}
END_TEST

START_TEST(a_request_may_come_in_any_pieces)
{
    g_autofree char *request = good_request("");
    int fd = raw_connect_tcp(fixture);
    g_autoptr(Reply) reply = NULL;

    for (const char *at = request; *at; at += MIN(7, strlen(at)))
        raw_send(fd, at, MIN(7, strlen(at)));
    reply = raw_receive(fd);
    ck_assert_uint_eq(reply->status, 200);
    close(fd);
}
END_TEST

START_TEST(a_body_may_come_in_chunks)
{
    g_autofree char *body = intrinsic_text(CLASSES, "");
    g_autoptr(GString) request = g_string_new(POST CIM "Transfer-Encoding: chunked\r\n\r\n");
    g_autoptr(Reply) reply = NULL;

    for (const char *at = body; *at; at += MIN(100, strlen(at))) {
        gsize length = MIN(100, strlen(at));

        g_string_append_printf(request, "%zx;ext=1\r\n", length);
        g_string_append_len(request, at, length);
        g_string_append(request, "\r\n");
    }
    g_string_append(request, "0\r\nTrailer: x\r\n\r\n");
    reply = ask_raw(request->str);
    ck_assert_uint_eq(reply->status, 200);
    assert_contains(reply->body, "Test_Element");
}
END_TEST

START_TEST(too_many_chunks_are_too_large)
{
    g_autoptr(GString) request = g_string_new(POST CIM "Transfer-Encoding: chunked\r\n\r\n");
    g_autoptr(Reply) reply = NULL;

    for (guint i = 0; i < 300; i++) {
        g_string_append(request, "1000\r\n");
        for (guint n = 0; n < 0x1000; n++)
            g_string_append_c(request, ' ');
        g_string_append(request, "\r\n");
    }
    g_string_append(request, "0\r\n\r\n");
    reply = ask_raw(request->str);
    ck_assert_uint_eq(reply->status, 413);
}
END_TEST

START_TEST(a_client_may_wait_for_100)
{
    g_autofree char *request = good_request("Expect: 100-continue\r\n");
    char *body = strstr(request, "\r\n\r\n") + 4;
    int fd = raw_connect(fixture);
    char answer[64] = "";
    g_autoptr(Reply) reply = NULL;

    raw_send(fd, request, body - request);
    ck_assert_int_gt(recv(fd, answer, sizeof answer - 1, 0), 0);
    ck_assert_str_eq(answer, "HTTP/1.1 100 Continue\r\n\r\n");
    raw_send(fd, body, strlen(body));
    reply = raw_receive(fd);
    ck_assert_uint_eq(reply->status, 200);
    close(fd);
}
END_TEST

START_TEST(who_waits_for_100_in_vain_is_told_at_once)
{
    static const char *const requests[] = {
        POST CIM "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n",
        POST "Content-Type: text/plain\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"};
    static const guint statuses[] = {413, 415};

    for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_autoptr(Reply) reply = ask_raw(requests[i]);

        ck_assert_uint_eq(reply->status, statuses[i]);
    }
}
END_TEST

START_TEST(m_post_is_answered_in_kind)
{
    g_autofree char *body = intrinsic_text(CLASSES, "");
    g_autofree char *request = g_strdup_printf(
        "M-POST /cimom HTTP/1.1\r\nHost: x\r\n"
        "Man: http://www.dmtf.org/cim/mapping/http/v1.0 ; ns=73\r\n"
        "Content-Type: application/xml\r\nContent-Length: %zu\r\n73-CIMOperation: MethodCall\r\n"
        "73-CIMMethod: EnumerateClassNames\r\n73-CIMObject: root%%2Ftest\r\n\r\n%s",
        strlen(body), body);
    g_autoptr(Reply) reply = ask_raw(request);

    ck_assert_uint_eq(reply->status, 200);
    assert_header(reply, "73-CIMOperation", "MethodResponse");
    assert_header(reply, "Man", "http://www.dmtf.org/cim/mapping/http/v1.0 ; ns=73");
    assert_header(reply, "CIMOperation", NULL);
}
END_TEST

/* As a widespread client writes it. */
START_TEST(the_captured_request_is_answered)
{
    g_autofree char *request = post_text(
        "GetInstance", "root/test", "Authorization: Basic b3A6cHc=\r\n",
        "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">"
        "<MESSAGE ID=\"1001\" PROTOCOLVERSION=\"1.0\"><SIMPLEREQ><IMETHODCALL NAME=\"GetInstance\">"
        "<LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"test\"/>"
        "</LOCALNAMESPACEPATH><IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME "
        "CLASSNAME=\"Test_MigrationJob\"><KEYBINDING NAME=\"InstanceID\"><KEYVALUE "
        "VALUETYPE=\"string\" TYPE=\"string\">job-0</KEYVALUE></KEYBINDING></INSTANCENAME>"
        "</IPARAMVALUE><IPARAMVALUE NAME=\"PropertyList\"><VALUE.ARRAY><VALUE>JobState</VALUE>"
        "<VALUE>PercentComplete</VALUE></VALUE.ARRAY></IPARAMVALUE></IMETHODCALL></SIMPLEREQ>"
        "</MESSAGE></CIM>");
    g_autoptr(Reply) reply = ask_raw(request);

    ck_assert_str_eq(
        reply->body,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">"
        "<MESSAGE ID=\"1001\" PROTOCOLVERSION=\"1.0\"><SIMPLERSP><IMETHODRESPONSE "
        "NAME=\"GetInstance\"><IRETURNVALUE><INSTANCE CLASSNAME=\"Test_MigrationJob\"><PROPERTY "
        "NAME=\"PercentComplete\" TYPE=\"uint16\"><VALUE>4711</VALUE></PROPERTY><PROPERTY "
        "NAME=\"JobState\" TYPE=\"uint16\"><VALUE>4</VALUE></PROPERTY></INSTANCE></IRETURNVALUE>"
        "</IMETHODRESPONSE></SIMPLERSP></MESSAGE></CIM>\n");
}
END_TEST

static gboolean
check_counters(gpointer data)
{
    CimServerCounters counters;

    cim_server_get_counters(fixture->server, &counters);
    ck_assert_uint_eq(counters.requests, 2);
    ck_assert_uint_eq(counters.cim_errors, 1);
    ck_assert_uint_eq(counters.http_errors, 1);
    return FALSE;
}

START_TEST(requests_and_errors_are_counted)
{
    g_autofree char *bad_body = intrinsic_text("NoSuch", "");
    g_autofree char *bad = post_text(NULL, NULL, "", bad_body);
    g_autoptr(Reply) cim_error = ask_raw(bad);
    g_autoptr(Reply) http_error = ask_raw(verbs[0].request);

    assert_alive();
    ck_assert_uint_eq(http_error->status, 405);
    fixture_invoke(fixture, check_counters, NULL);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("server-http");
    TCase *tcase = tcase_create("http");

    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, an_answer_has_the_cim_headers);
    tcase_add_loop_test(tcase, headers_agree_with_the_body, 0, G_N_ELEMENTS(headers));
    tcase_add_loop_test(tcase, the_object_agrees_with_the_path, 0, G_N_ELEMENTS(objects));
    tcase_add_loop_test(tcase, each_head_has_its_status, 0, G_N_ELEMENTS(verbs));
    tcase_add_test(tcase, two_framings_of_one_body_are_refused);
    tcase_add_loop_test(tcase, each_body_has_its_status, 0, G_N_ELEMENTS(bodies));
    tcase_add_test(tcase, a_connection_is_kept_also_after_a_refusal);
    tcase_add_test(tcase, a_request_may_come_in_any_pieces);
    tcase_add_test(tcase, a_body_may_come_in_chunks);
    tcase_add_test(tcase, too_many_chunks_are_too_large);
    tcase_add_test(tcase, a_client_may_wait_for_100);
    tcase_add_test(tcase, who_waits_for_100_in_vain_is_told_at_once);
    tcase_add_test(tcase, m_post_is_answered_in_kind);
    tcase_add_test(tcase, the_captured_request_is_answered);
    tcase_add_test(tcase, requests_and_errors_are_counted);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
