/* Who is let in, what they may do, and what the audit hears of it. */
#include <string.h>
#include <unistd.h>

#include "tests/unit/check-main.h"

#include "cim/guard.h"
#include "tests/unit/cim/http-fixture.h"

static Fixture *fixture;
static CimPeer seen_peer;
static guint asked;
static GPtrArray *audited; /* of char * */
static CimIdentified late;
static gpointer late_data;
static guint cancelled;

/* alice administers, bob observes, carol has no role, dave is answered later; uid of the test: eve,
 * an operator. */
static void
identify(const CimPeer *peer,
         const char *user,
         const char *password,
         CimIdentified identified,
         gpointer call_data,
         gpointer user_data)
{
    static const struct {
        const char *user;
        CimPrincipal principal;
    } users[] = {
        {"alice", {(char *) "alice", CIM_ACCESS_ADMINISTER}},
        {"bob", {(char *) "bob", CIM_ACCESS_READ}},
        {"carol", {(char *) "carol", CIM_ACCESS_NONE}},
    };
    static const CimPrincipal eve = {(char *) "eve", CIM_ACCESS_OPERATE};

    asked++;
    seen_peer = *peer;
    if (g_strcmp0(user, "dave") == 0) {
        late = identified;
        late_data = call_data;
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(users); i++) {
        if (g_strcmp0(user, users[i].user) == 0 && g_strcmp0(password, "secret") == 0) {
            identified(&users[i].principal, call_data);
            return;
        }
    }
    identified(!user && peer->kind == CIM_PEER_UNIX ? &eve : NULL, call_data);
}

static void
cancel(gpointer call_data, gpointer user_data)
{
    ck_assert_ptr_eq(call_data, late_data);
    cancelled++;
}

static void
note(const CimAuditRecord *record, gpointer user_data)
{
    g_ptr_array_add(audited,
                    g_strdup_printf("%s %s%s%s %s %u%s", record->name ? record->name : "-",
                                    record->operation,
                                    g_str_equal(record->operation, "log in") ? " " : "",
                                    g_str_equal(record->operation, "log in") ? record->object : "",
                                    record->allowed ? "allowed" : "refused", record->cim_status,
                                    record->has_return_value ? " returned" : ""));
}

static const CimGuard guard = {identify, cancel, note};

static gboolean
set_guard(gpointer data)
{
    cim_server_set_guard(fixture->server, &guard, NULL);
    return G_SOURCE_REMOVE;
}

static void
set_up(void)
{
    fixture = fixture_start(2, NULL);
    audited = g_ptr_array_new_with_free_func(g_free);
    asked = cancelled = 0;
    fixture_invoke(fixture, set_guard, NULL);
}

static void
tear_down(void)
{
    g_clear_pointer(&fixture, fixture_stop);
    g_clear_pointer(&audited, g_ptr_array_unref);
}

static char *
authorization(const char *user, const char *password)
{
    g_autofree char *text = g_strdup_printf("%s:%s", user, password);
    g_autofree char *coded = g_base64_encode((guchar *) text, strlen(text));

    return g_strdup_printf("Authorization: Basic %s\r\n", coded);
}

static char *
get_request(const char *extra)
{
    g_autofree char *name = instance_name("Test_MigrationJob", "job-0");
    g_autofree char *parameter =
        g_strdup_printf("<IPARAMVALUE NAME=\"InstanceName\">%s</IPARAMVALUE>", name);
    g_autofree char *body = intrinsic_text("GetInstance", parameter);

    return post_text("GetInstance", JOBS_NAMESPACE, extra, body);
}

static char *
delete_request(const char *extra)
{
    g_autofree char *name = instance_name("Test_MigrationJob", "job-1");
    g_autofree char *parameter =
        g_strdup_printf("<IPARAMVALUE NAME=\"InstanceName\">%s</IPARAMVALUE>", name);
    g_autofree char *body = intrinsic_text("DeleteInstance", parameter);

    return post_text("DeleteInstance", JOBS_NAMESPACE, extra, body);
}

static Reply *
ask_tcp(const char *request)
{
    int fd = raw_connect_tcp(fixture);
    Reply *reply;

    raw_send(fd, request, strlen(request));
    reply = raw_receive(fd);
    close(fd);
    return reply;
}

START_TEST(credentials_decide_who_is_let_in)
{
    static const struct {
        const char *user;
        const char *password;
        guint status;
        const char *audited;
    } rows[] = {
        {"alice", "secret", 200, NULL},
        {"bob", "secret", 200, NULL},
        {"alice", "wrong", 401, "- log in alice refused 0"},
        {"mallory", "secret", 401, "- log in mallory refused 0"},
        {"carol", "secret", 403, "carol log in carol refused 0"},
        {NULL, NULL, 401, "- log in  refused 0"},
    };
    g_autofree char *header =
        rows[_i].user ? authorization(rows[_i].user, rows[_i].password) : g_strdup("");
    g_autofree char *request = get_request(header);
    g_autoptr(Reply) reply = ask_tcp(request);
    g_autofree char *challenge = reply_header(reply, "WWW-Authenticate");

    ck_assert_uint_eq(reply->status, rows[_i].status);
    ck_assert((challenge != NULL) == (rows[_i].status == 401));
    ck_assert_uint_eq(audited->len, rows[_i].audited ? 1 : 0);
    if (rows[_i].audited)
        ck_assert_str_eq(audited->pdata[0], rows[_i].audited);
    ck_assert_int_eq(seen_peer.kind, CIM_PEER_TCP);
    ck_assert(g_str_has_prefix(seen_peer.address, "127.0.0.1:"));
}
END_TEST

START_TEST(nonsense_for_credentials_is_refused_unasked)
{
    static const char *const rows[] = {"Basic !!!", "Basic", "Digest username=\"x\"", "Basic OnB3",
                                       "Basic YWxpY2U="};
    g_autofree char *header = g_strdup_printf("Authorization: %s\r\n", rows[_i]);
    g_autofree char *request = get_request(header);
    g_autoptr(Reply) reply = ask_tcp(request);

    ck_assert_uint_eq(reply->status, 401);
    ck_assert_uint_eq(asked, 0);
}
END_TEST

START_TEST(a_unix_peer_is_who_the_kernel_says)
{
    g_autofree char *request = get_request("");
    g_autoptr(Reply) reply = ask(fixture, request, -1);

    ck_assert_uint_eq(reply->status, 200);
    ck_assert_int_eq(seen_peer.kind, CIM_PEER_UNIX);
    ck_assert_uint_eq(seen_peer.uid, getuid());
    ck_assert_int_eq(seen_peer.pid, getpid());
}
END_TEST

START_TEST(a_connection_is_asked_once_while_its_credentials_stay)
{
    g_autofree char *alice = authorization("alice", "secret");
    g_autofree char *bob = authorization("bob", "secret");
    g_autofree char *first = get_request(alice);
    g_autofree char *second = get_request(bob);
    const char *const requests[] = {first, first, first, second, second, first};
    const guint expected[] = {1, 1, 1, 2, 2, 3};
    int fd = raw_connect_tcp(fixture);

    for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_autoptr(Reply) reply = NULL;

        raw_send(fd, requests[i], strlen(requests[i]));
        reply = raw_receive(fd);
        ck_assert_uint_eq(reply->status, 200);
        ck_assert_uint_eq(asked, expected[i]);
    }
    close(fd);
}
END_TEST

START_TEST(changes_need_an_operator_and_are_audited)
{
    g_autofree char *bob = authorization("bob", "secret");
    g_autofree char *alice = authorization("alice", "secret");
    g_autofree char *refused = delete_request(bob);
    g_autofree char *allowed = delete_request(alice);
    g_autoptr(Reply) first = ask_tcp(refused);
    g_autoptr(Reply) second = NULL;

    ck_assert_uint_eq(first->status, 200);
    ck_assert_ptr_nonnull(strstr(first->body, "CODE=\"2\""));
    ck_assert_ptr_nonnull(strstr(first->body, "bob is observer here; DeleteInstance needs to be "
                                              "operator"));
    ck_assert_uint_eq(audited->len, 1);
    ck_assert_str_eq(audited->pdata[0], "bob DeleteInstance refused 2");
    second = ask_tcp(allowed);
    ck_assert_ptr_null(strstr(second->body, "<ERROR"));
    ck_assert_uint_eq(audited->len, 2);
    ck_assert_str_eq(audited->pdata[1], "alice DeleteInstance allowed 0");
}
END_TEST

static gboolean
answer_late(gpointer data)
{
    static const CimPrincipal dave = {(char *) "dave", CIM_ACCESS_READ};

    late(&dave, late_data);
    return G_SOURCE_REMOVE;
}

static gboolean
is_asked(gpointer data)
{
    return asked > 0;
}

/* The answer to an intrinsic operation of @user. */
static Reply *
ask_as(const char *user, const char *operation, const char *parameters)
{
    g_autofree char *header = authorization(user, "secret");
    g_autofree char *body = intrinsic_text(operation, parameters);
    g_autofree char *request = post_text(operation, JOBS_NAMESPACE, header, body);

    return ask_tcp(request);
}

#define PARAMETER(name, value) "<IPARAMVALUE NAME=\"" name "\">" value "</IPARAMVALUE>"

START_TEST(an_enumeration_belongs_to_its_user)
{
    static const char before[] = "\"EnumerationContext\" PARAMTYPE=\"string\"><VALUE>";
    g_autoptr(Reply) opened =
        ask_as("alice", "OpenEnumerateInstances",
               PARAMETER("ClassName", "<CLASSNAME NAME=\"Test_MigrationJob\"/>"));
    const char *context = strstr(opened->body, before);
    g_autofree char *parameters = NULL;
    g_autoptr(Reply) stranger = NULL;
    g_autoptr(Reply) owner = NULL;

    ck_assert_msg(context != NULL, "%s", opened->body);
    context += strlen(before);
    parameters = g_strdup_printf(PARAMETER("EnumerationContext", "<VALUE>%.*s</VALUE>")
                                     PARAMETER("MaxObjectCount", "<VALUE>9</VALUE>"),
                                 (int) strcspn(context, "<"), context);
    stranger = ask_as("bob", "PullInstancesWithPath", parameters);
    assert_contains(stranger->body, "<ERROR CODE=\"21\"");
    owner = ask_as("alice", "PullInstancesWithPath", parameters);
    assert_contains(owner->body, "<VALUE.INSTANCEWITHPATH>");
}
END_TEST

START_TEST(an_observer_neither_creates_nor_sets)
{
    g_autofree char *name = instance_name("Test_MigrationJob", "job-0");
    g_autofree char *set = g_strdup_printf(PARAMETER("InstanceName", "%s")
                                               PARAMETER("PropertyName", "<VALUE>Owner</VALUE>")
                                                   PARAMETER("NewValue", "<VALUE>bob</VALUE>"),
                                           name);
    const char *create =
        PARAMETER("NewInstance", "<INSTANCE CLASSNAME=\"Test_Note\"><PROPERTY NAME=\"InstanceID\" "
                                 "TYPE=\"string\"><VALUE>n</VALUE></PROPERTY></INSTANCE>");
    g_autoptr(Reply) refused_set = ask_as("bob", "SetProperty", set);
    g_autoptr(Reply) refused_create = ask_as("bob", "CreateInstance", create);
    g_autoptr(Reply) allowed_set = ask_as("alice", "SetProperty", set);
    g_autoptr(Reply) allowed_create = ask_as("alice", "CreateInstance", create);

    assert_contains(refused_set->body, "<ERROR CODE=\"2\"");
    assert_contains(refused_create->body, "<ERROR CODE=\"2\"");
    ck_assert_msg(!strstr(allowed_set->body, "<ERROR"), "%s", allowed_set->body);
    ck_assert_msg(!strstr(allowed_create->body, "<ERROR"), "%s", allowed_create->body);
    ck_assert_uint_eq(audited->len, 4);
    ck_assert_str_eq(audited->pdata[0], "bob SetProperty refused 2");
    ck_assert_str_eq(audited->pdata[1], "bob CreateInstance refused 2");
    ck_assert_str_eq(audited->pdata[3], "alice CreateInstance allowed 0");
}
END_TEST

START_TEST(an_answer_may_come_later)
{
    g_autofree char *header = authorization("dave", "secret");
    g_autofree char *request = get_request(header);
    g_autoptr(Reply) reply = NULL;
    int fd = raw_connect_tcp(fixture);

    raw_send(fd, request, strlen(request));
    fixture_await(fixture, is_asked, NULL);
    fixture_invoke(fixture, answer_late, NULL);
    reply = raw_receive(fd);
    ck_assert_uint_eq(reply->status, 200);
    close(fd);
}
END_TEST

START_TEST(the_guard_hears_of_those_who_wait_when_the_server_ends)
{
    g_autofree char *header = authorization("dave", "secret");
    g_autofree char *request = get_request(header);
    int fd = raw_connect_tcp(fixture);

    raw_send(fd, request, strlen(request));
    fixture_await(fixture, is_asked, NULL);
    close(fd);
    fixture_end_server(fixture);
    ck_assert_uint_eq(cancelled, 1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("guard");
    TCase *tc = tcase_create("guard");

    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, credentials_decide_who_is_let_in, 0, 6);
    tcase_add_loop_test(tc, nonsense_for_credentials_is_refused_unasked, 0, 5);
    tcase_add_test(tc, a_unix_peer_is_who_the_kernel_says);
    tcase_add_test(tc, a_connection_is_asked_once_while_its_credentials_stay);
    tcase_add_test(tc, changes_need_an_operator_and_are_audited);
    tcase_add_test(tc, an_enumeration_belongs_to_its_user);
    tcase_add_test(tc, an_observer_neither_creates_nor_sets);
    tcase_add_test(tc, an_answer_may_come_later);
    tcase_add_test(tc, the_guard_hears_of_those_who_wait_when_the_server_ends);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
