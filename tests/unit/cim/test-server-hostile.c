#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/check-main.h"

#include "tests/unit/cim/http-fixture.h"

static const CimServerLimits limits = {
    .connections = 1200, .request_deadline_s = 1, .idle_timeout_s = 1};

static Fixture *fixture;

static void
start(void)
{
    fixture = fixture_start(2, &limits);
}

static void
stop(void)
{
    fixture_stop(fixture);
}

static void
assert_alive(void)
{
    g_autofree char *body = intrinsic_text("EnumerateClassNames", "");
    g_autofree char *request = post_text("EnumerateClassNames", NULL, "", body);
    g_autoptr(Reply) reply = ask(fixture, request, -1);

    ck_assert_uint_eq(reply->status, 200);
}

/* Bodies */

static char *
repeat(const char *start, const char *part, guint n, const char *end)
{
    GString *text = g_string_new(start);

    for (guint i = 0; i < n; i++)
        g_string_append(text, part);
    g_string_append(text, end);
    return g_string_free(text, FALSE);
}

static char *
laughs(void)
{
    return g_strdup("<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b "
                    "\"&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;\">]><CIM>&c;</CIM>");
}

static char *
external_entity(void)
{
    return g_strdup("<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a SYSTEM "
                    "\"file:///etc/passwd\">]><CIM>&a;</CIM>");
}

static char *
many_attributes(void)
{
    GString *text = g_string_new("<CIM ");

    for (guint i = 0; i < 15000; i++)
        g_string_append_printf(text, "a%u='' ", i);
    g_string_append(text, "/>");
    return g_string_free(text, FALSE);
}

static char *
long_attribute(void)
{
    return repeat("<CIM a='", "xxxxxxxxxx", 25000, "'/>");
}

static char *
deep(void)
{
    return repeat("", "<a>", 80000, "");
}

static char *
wide(void)
{
    return repeat("<CIM>", "<a/>", 60000, "</CIM>");
}

static char *
unfinished_comment(void)
{
    return repeat("<CIM><!--", "- -", 80000, "");
}

static char *
many_references(void)
{
    return repeat("<CIM><VALUE>", "&#65;", 50000, "</VALUE></CIM>");
}

static char *
utf16_mark(void)
{
    return g_strdup("\xff\xfe<CIM/>");
}

static char *
bad_encoding(void)
{
    return g_strdup("<?xml version=\"1.0\" encoding=\"UTF-7\"?><CIM/>");
}

static char *
bad_utf8(void)
{
    return g_strdup("<CIM><VALUE>\xc3\x28</VALUE></CIM>");
}

static char *
many_parameters(void)
{
    g_autofree char *parameters = repeat("", "<IPARAMVALUE NAME=\"a\"/>", 2000, "");

    return intrinsic_text("GetInstance", parameters);
}

static char *
key_of_keys(void)
{
    g_autofree char *open = repeat("",
                                   "<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"K\">"
                                   "<VALUE.REFERENCE>",
                                   20, "");

    return intrinsic_text("GetInstance", open);
}

static char *
many_namespaces(void)
{
    g_autofree char *names = repeat("", "<NAMESPACE NAME=\"x\"/>", 3000, "");

    return g_strdup_printf("<CIM><MESSAGE ID=\"1\"><SIMPLEREQ><IMETHODCALL NAME=\"GetClass\">"
                           "<LOCALNAMESPACEPATH>%s</LOCALNAMESPACEPATH></IMETHODCALL></SIMPLEREQ>"
                           "</MESSAGE></CIM>",
                           names);
}

static char *
call_migrate(const char *argument)
{
    g_autofree char *name = instance_name("Test_MigrationJob", "job-0");

    return extrinsic_text("Migrate", name, argument);
}

static char *
escape(const char *text)
{
    return g_markup_escape_text(text, -1);
}

/* An instance in an instance in an instance … */
static char *
embedded_too_deep(void)
{
    g_autofree char *inner = g_strdup("<INSTANCE CLASSNAME=\"X\"/>");
    g_autofree char *argument = NULL;

    for (guint i = 0; i < 6; i++) {
        g_autofree char *escaped = escape(inner);

        g_free(inner);
        inner = g_strdup_printf("<INSTANCE CLASSNAME=\"X\"><PROPERTY NAME=\"P\" TYPE=\"string\" "
                                "EmbeddedObject=\"instance\"><VALUE>%s</VALUE></PROPERTY>"
                                "</INSTANCE>",
                                escaped);
    }
    argument = escape(inner);
    g_free(inner);
    inner = g_strdup_printf("<PARAMVALUE NAME=\"NewResourceSettingData\"><VALUE.ARRAY><VALUE>%s"
                            "</VALUE></VALUE.ARRAY></PARAMVALUE>",
                            argument);
    return call_migrate(inner);
}

static char *
embedded_with_doctype(void)
{
    return call_migrate(
        "<PARAMVALUE NAME=\"MigrationSettingData\"><VALUE>&lt;!DOCTYPE a&gt;"
        "&lt;INSTANCE CLASSNAME=&quot;Test_Setting&quot;/&gt;</VALUE></PARAMVALUE>");
}

static char *
path_too_deep(void)
{
    g_autofree char *text = repeat("C.K=", "\"C.K=", 1000, "");
    g_autofree char *escaped = escape(text);
    g_autofree char *argument = g_strdup_printf(
        "<PARAMVALUE NAME=\"ComputerSystem\"><VALUE>%s</VALUE></PARAMVALUE>", escaped);

    return call_migrate(argument);
}

/* clang-format off */
static const struct { const char *name; char *(*make)(void); guint status; const char *part; } bodies[] = {
    { "laughs", laughs, 400, NULL },
    { "external entity", external_entity, 400, NULL },
    { "many attributes", many_attributes, 400, NULL },
    { "long attribute", long_attribute, 400, NULL },
    { "deep", deep, 400, NULL },
    { "wide", wide, 400, NULL },
    { "unfinished comment", unfinished_comment, 400, NULL },
    { "many references", many_references, 400, NULL },
    { "UTF-16", utf16_mark, 400, NULL },
    { "bad encoding", bad_encoding, 400, NULL },
    { "bad UTF-8", bad_utf8, 400, NULL },
    { "many parameters", many_parameters, 200, "<ERROR CODE=\"4\"" },
    { "key of keys", key_of_keys, 400, NULL },
    { "many namespaces", many_namespaces, 200, "<ERROR CODE=\"3\"" },
    { "embedded too deep", embedded_too_deep, 200, "<ERROR CODE=\"4\"" },
    { "embedded doctype", embedded_with_doctype, 200, "<ERROR CODE=\"4\"" },
    { "path too deep", path_too_deep, 200, "<ERROR CODE=\"4\"" },
};
/* clang-format on */

START_TEST(a_hostile_body_is_answered_and_harms_nobody)
{
    g_autofree char *body = bodies[_i].make();
    g_autofree char *request = post_text(NULL, NULL, "", body);
    g_autoptr(Reply) reply = ask(fixture, request, -1);

    ck_assert_msg(reply->status == bodies[_i].status, "%s: %s", bodies[_i].name, reply->head);
    if (bodies[_i].part)
        assert_contains(reply->body, bodies[_i].part);
    ck_assert_uint_lt(reply->body_length, 4096); /* what was sent is not sent back */
    assert_alive();
}
END_TEST

START_TEST(a_nul_in_a_body_is_refused)
{
    g_autofree char *body = intrinsic_text("EnumerateClassNames", "");
    g_autofree char *request = post_text(NULL, NULL, "", body);
    gsize length = strlen(request);
    g_autoptr(Reply) reply = NULL;

    request[length - 30] = '\0';
    reply = ask(fixture, request, length);
    ck_assert_uint_eq(reply->status, 400);
}
END_TEST

static long
resident_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

START_TEST(hostile_bodies_do_not_pile_up)
{
    long before;

    for (guint round = 0; round < 20; round++) {
        for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
            g_autofree char *body = bodies[i].make();
            g_autofree char *request = post_text(NULL, NULL, "", body);
            g_autoptr(Reply) reply = ask(fixture, request, -1);

            ck_assert_uint_eq(reply->status, bodies[i].status);
        }
        if (round == 0)
            before = resident_kib();
    }
#ifndef __SANITIZE_ADDRESS__
    ck_assert_int_lt(resident_kib() - before, 16 << 10);
#else
    (void) before;
#endif
}
END_TEST

/* Heads */

START_TEST(a_large_head_is_refused)
{
    static const char *const parts[] = {"X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
                                        "A:\r\n"};

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *request =
            repeat("POST /cimom HTTP/1.1\r\nHost: x\r\n", parts[i], 20000, "\r\n");
        g_autoptr(Reply) reply = ask(fixture, request, -1);

        ck_assert_msg(reply->status == 431 || reply->status == 413 || reply->status == 0, "%u",
                      reply->status);
        assert_alive();
    }
}
END_TEST

START_TEST(garbage_is_answered_or_cut_off)
{
    /* clang-format off */
    static const char *const requests[] = {
        "\r\n\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01", "POST  HTTP/1.1\r\n\r\n", "POST /cimom HTTP/9.9\r\n\r\n",
        "POST /cimom HTTP/1.1\r\nbad header\r\n\r\n", "POST /cimom HTTP/1.1\r\n: x\r\n\r\n", "POST /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /cimom HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nCIMOperation: MethodCall\r\n\r\nzz\r\n",
        "POST /cimom HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nCIMOperation: MethodCall\r\n\r\nffffffffffffffffff\r\n",
    };
    /* clang-format on */

    for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
        int fd = raw_connect(fixture);
        g_autoptr(Reply) reply = NULL;

        raw_send(fd, requests[i], strlen(requests[i]));
        shutdown(fd, SHUT_WR);
        reply = raw_receive(fd);
        ck_assert_msg(reply->status == 0 || reply->status >= 400, "%s", reply->head);
        close(fd);
        assert_alive();
    }
}
END_TEST

/* Time */

/* Sends a byte of @request (again and again the last ones) whenever the server has not answered for
 * some milliseconds; returns the answer, or one with status 0. */
static Reply *
drip(const char *request, char filler)
{
    int fd = raw_connect(fixture);
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    Reply *reply;

    raw_send(fd, request, strlen(request));
    while (poll(&poller, 1, 20) == 0)
        raw_send(fd, &filler, 1);
    reply = raw_receive(fd);
    ck_assert(raw_is_closed(fd));
    close(fd);
    return reply;
}

/* clang-format off */
static const struct { const char *request; char filler; guint status; } drips[] = {
    { "POST /cimom HTTP/1.1\r\nHost: x\r\nX: ", 'x', 408 },
    { "POST /cimom HTTP/1.1\r\nHost: x\r\nCIMOperation: MethodCall\r\nContent-Length: 200000\r\n\r\n", ' ', 408 },
    { "POST /cimom HTTP/1.1\r\nHost: x\r\nCIMOperation: MethodCall\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n", ' ', 408 },
    { "POST /cim", 'x', 0 },
};
/* clang-format on */

START_TEST(a_request_that_drips_in_is_cut_off)
{
    g_autoptr(Reply) reply = drip(drips[_i].request, drips[_i].filler);

    ck_assert_msg(reply->status == drips[_i].status, "%u", reply->status);
    assert_alive();
}
END_TEST

START_TEST(a_silent_connection_is_closed)
{
    g_autofree char *body = intrinsic_text("EnumerateClassNames", "");
    g_autofree char *request = post_text(NULL, NULL, "", body);
    int fresh = raw_connect(fixture);
    int used = raw_connect(fixture);
    g_autoptr(Reply) reply = NULL;

    raw_send(used, request, strlen(request));
    reply = raw_receive(used);
    ck_assert_uint_eq(reply->status, 200);
    ck_assert(raw_is_closed(fresh));
    ck_assert(raw_is_closed(used));
    close(fresh);
    close(used);
}
END_TEST

static gboolean
one_is_held(gpointer data)
{
    return fixture->jobs->held->len == 1;
}

static gboolean
release(gpointer data)
{
    jobs_release(fixture->jobs, 7);
    return FALSE;
}

static gboolean
other_connections_are_gone(gpointer data)
{
    CimServerCounters counters;

    cim_server_get_counters(fixture->server, &counters);
    return counters.connections == 1;
}

/* The provider's time is not the client's fault. */
START_TEST(a_waiting_call_has_no_deadline)
{
    g_autofree char *name = instance_name("Test_MigrationJob", "job-0");
    g_autofree char *body =
        extrinsic_text("RequestStateChange", name,
                       "<PARAMVALUE NAME=\"RequestedState\"><VALUE>4</VALUE></PARAMVALUE>");
    g_autofree char *request = post_text(NULL, NULL, "", body);
    int fd = raw_connect(fixture);
    int silent = raw_connect(fixture);
    g_autoptr(Reply) reply = NULL;

    raw_send(fd, request, strlen(request));
    fixture_await(fixture, one_is_held, NULL);
    ck_assert(raw_is_closed(silent)); /* both deadlines are over now */
    fixture_await(fixture, other_connections_are_gone, NULL);
    fixture_invoke(fixture, release, NULL);
    reply = raw_receive(fd);
    ck_assert_uint_eq(reply->status, 200);
    close(silent);
    close(fd);
}
END_TEST

/* Numbers */

static void
open_many(int *fds, guint n, const char *text)
{
    for (guint i = 0; i < n; i++) {
        fds[i] = raw_connect(fixture);
        raw_send(fds[i], text, strlen(text));
    }
}

static void
assert_all_closed(int *fds, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autoptr(Reply) reply = raw_receive(fds[i]);

        ck_assert(reply->closed);
        close(fds[i]);
    }
}

START_TEST(a_thousand_idle_connections_hold_nobody_up)
{
    static int fds[1000];

    open_many(fds, G_N_ELEMENTS(fds), "");
    assert_alive();
    assert_all_closed(fds, G_N_ELEMENTS(fds));
    assert_alive();
}
END_TEST

START_TEST(half_open_requests_hold_nobody_up)
{
    static int fds[300];

    open_many(fds, G_N_ELEMENTS(fds),
              "POST /cimom HTTP/1.1\r\nHost: x\r\nCIMOperation: MethodCall\r\nContent-Length: "
              "100\r\n\r\n<");
    assert_alive();
    assert_all_closed(fds, G_N_ELEMENTS(fds));
    assert_alive();
}
END_TEST

static gboolean
four_connections(gpointer data)
{
    CimServerCounters counters;

    cim_server_get_counters(data, &counters);
    return counters.connections == 4;
}

START_TEST(who_is_one_too_many_is_told)
{
    const CimServerLimits few = {.connections = 4};
    Fixture *small = fixture_start(1, &few);
    g_autofree char *body = intrinsic_text("EnumerateClassNames", "");
    g_autofree char *request = post_text(NULL, NULL, "", body);
    g_autoptr(Reply) refused = NULL;
    g_autoptr(Reply) accepted = NULL;
    g_autofree char *retry = NULL;
    int fds[4];

    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        fds[i] = raw_connect(small);
    fixture_await(small, four_connections, small->server);
    refused = ask(small, request, -1);
    ck_assert_uint_eq(refused->status, 503);
    retry = reply_header(refused, "Retry-After");
    ck_assert_str_eq(retry, "1");
    raw_send(fds[0], request, strlen(request));
    accepted = raw_receive(fds[0]);
    ck_assert_uint_eq(accepted->status, 200);
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    fixture_stop(small);
}
END_TEST

enum { SMALL_LIMIT = 4, SMALL_ACCEPTED = SMALL_LIMIT + 64, SMALL_CROWD = SMALL_ACCEPTED + 12 };

static gboolean
no_more_are_accepted(gpointer data)
{
    CimServerCounters counters;

    cim_server_get_counters(data, &counters);
    return counters.connections == SMALL_ACCEPTED;
}

/* In the server's thread, which so sees all of them gone at once. */
static gboolean
close_half(gpointer data)
{
    int *fds = data;

    for (guint i = 0; i < SMALL_CROWD / 2; i++)
        close(fds[i]);
    return FALSE;
}

/* Those who stay are idle and would not wake it. */
START_TEST(who_waited_in_a_crowd_is_let_in_when_some_leave)
{
    const CimServerLimits few = {.connections = SMALL_LIMIT};
    Fixture *small = fixture_start(1, &few);
    g_autofree char *body = intrinsic_text("EnumerateClassNames", "");
    g_autofree char *request = post_text(NULL, NULL, "", body);
    int fds[SMALL_CROWD];

    for (guint i = 0; i < SMALL_CROWD; i++)
        fds[i] = raw_connect(small);
    fixture_await(small, no_more_are_accepted, small->server);
    fixture_invoke(small, close_half, fds);
    for (guint i = SMALL_CROWD - 1; i >= SMALL_CROWD / 2; i--) {
        g_autoptr(Reply) reply = NULL;

        raw_send(fds[i], request, strlen(request));
        reply = raw_receive(fds[i]);
        ck_assert_msg(reply->status == 503 || reply->status == 200, "%u", reply->status);
        close(fds[i]);
    }
    fixture_stop(small);
}
END_TEST

int
main(void)
{
    struct rlimit descriptors = {8192, 8192};
    Suite *suite = suite_create("server-hostile");
    TCase *tcase = tcase_create("hostile");

    setrlimit(RLIMIT_NOFILE, &descriptors);
    tcase_set_timeout(tcase, 20);
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_loop_test(tcase, a_hostile_body_is_answered_and_harms_nobody, 0,
                        G_N_ELEMENTS(bodies));
    tcase_add_test(tcase, a_nul_in_a_body_is_refused);
    tcase_add_test(tcase, hostile_bodies_do_not_pile_up);
    tcase_add_test(tcase, a_large_head_is_refused);
    tcase_add_test(tcase, garbage_is_answered_or_cut_off);
    tcase_add_loop_test(tcase, a_request_that_drips_in_is_cut_off, 0, G_N_ELEMENTS(drips));
    tcase_add_test(tcase, a_silent_connection_is_closed);
    tcase_add_test(tcase, a_waiting_call_has_no_deadline);
    tcase_add_test(tcase, a_thousand_idle_connections_hold_nobody_up);
    tcase_add_test(tcase, half_open_requests_hold_nobody_up);
    tcase_add_test(tcase, who_is_one_too_many_is_told);
    tcase_add_test(tcase, who_waited_in_a_crowd_is_let_in_when_some_leave);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
