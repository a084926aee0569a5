/* Notifications on their way: by HTTP to a real socket, by real programs, and signed. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/notify-command.h"
#include "orchestrator/notify-http.h"
#include "orchestrator/notify-secret.h"

static char *directory;
static GMainContext *context;

static void
set_up(void)
{
    context = g_main_context_new();
    g_main_context_push_thread_default(context);
    directory = g_dir_make_tmp("drover-transport-XXXXXX", NULL);
}

static void
tear_down(void)
{
    const char *name;
    GDir *files = g_dir_open(directory, 0, NULL);

    while ((name = g_dir_read_name(files))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        g_unlink(path);
    }
    g_dir_close(files);
    g_rmdir(directory);
    g_free(directory);
    g_main_context_pop_thread_default(context);
    g_main_context_unref(context);
}

static char *
write_file(const char *name, const char *text, int mode)
{
    char *path = g_build_filename(directory, name, NULL);

    ck_assert(g_file_set_contents(path, text, -1, NULL));
    ck_assert_int_eq(g_chmod(path, mode), 0);
    return path;
}

typedef struct {
    gboolean done;
    DroverDeliveryResult result;
    char *answer;
} Outcome;

static void
delivered(DroverDeliveryResult result, const char *answer, gpointer user_data)
{
    Outcome *outcome = user_data;

    ck_assert(!outcome->done);
    outcome->done = TRUE;
    outcome->result = result;
    outcome->answer = g_strdup(answer);
}

/* Delivers, and waits for the answer, which must have @part. */
static void
expect(DroverNotifyTransport *transport,
       const char *target,
       const char *arguments,
       DroverDeliveryResult result,
       const char *part)
{
    Outcome outcome = {0};
    const DroverDelivery delivery = {
        .target = target,
        .arguments = arguments,
        .id = "N-1",
        .job = "J-1",
        .event = "JobError",
        .attempt = 3,
        .body = "{\"a\":1}",
    };

    transport->deliver(transport, &delivery, delivered, &outcome);
    ck_assert(!outcome.done);
    while (!outcome.done) {
        g_main_context_iteration(context, TRUE);
    }
    assert_contains(outcome.answer, part);
    ck_assert_msg(outcome.result == result, "%u, not %u: %s", outcome.result, result,
                  outcome.answer);
    g_free(outcome.answer);
}

/* --- a server that answers with a status, or not at all -------------------------------------- */

typedef struct {
    const char *status; /* NULL: it is silent */
    char request[8192];
} Server;

static gboolean
serve(GThreadedSocketService *service,
      GSocketConnection *connection,
      GObject *source,
      gpointer user_data)
{
    Server *server = user_data;
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    gsize length = 0;
    gssize n;

    while (!strstr(server->request, "{\"a\":1}") &&
           (n = g_input_stream_read(in, server->request + length,
                                    sizeof server->request - 1 - length, NULL, NULL)) > 0) {
        length += (gsize) n;
    }
    if (server->status) {
        g_autofree char *answer = g_strdup_printf(
            "HTTP/1.1 %s\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            server->status);

        g_output_stream_write_all(out, answer, strlen(answer), NULL, NULL, NULL);
    } else {
        g_input_stream_read(in, server->request, 1, NULL, NULL); /* until the other side leaves */
    }
    return TRUE;
}

static GSocketService *
start_server(Server *server, guint16 *port)
{
    GSocketService *service = g_threaded_socket_service_new(4);
    g_autoptr(GError) error = NULL;

    *port = g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(service), NULL, &error);
    ck_assert_msg(*port != 0, "%s", error ? error->message : "");
    g_signal_connect(service, "run", G_CALLBACK(serve), server);
    g_socket_service_start(service);
    return service;
}

static void
stop_server(GSocketService *service)
{
    g_socket_service_stop(service);
    g_socket_listener_close(G_SOCKET_LISTENER(service));
    g_object_unref(service);
}

START_TEST(only_2xx_takes_a_notification)
{
    static const struct {
        const char *status;
        DroverDeliveryResult result;
        const char *answer;
    } rows[] = {
        {"200 OK", DROVER_DELIVERY_TAKEN, "HTTP status 200"},
        {"204 No Content", DROVER_DELIVERY_TAKEN, "HTTP status 204"},
        {"302 Found", DROVER_DELIVERY_REFUSED, "not followed"},
        {"404 Not Found", DROVER_DELIVERY_REFUSED, "HTTP status 404"},
        {"503 Service Unavailable", DROVER_DELIVERY_REFUSED, "HTTP status 503"},
        {NULL, DROVER_DELIVERY_UNREACHABLE, "timed out"},
    };
    static Server servers[G_N_ELEMENTS(rows)]; /* their threads may outlive the test */
    DroverNotifyTransport *http = drover_notify_http_new(context);
    guint16 port;

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Server *server = &servers[i];
        GSocketService *service = start_server(server, &port);
        g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/hook", port);

        server->status = rows[i].status;
        drover_notify_http_configure(http, "key", rows[i].status ? 20 : 1);
        expect(http, url, NULL, rows[i].result, rows[i].answer);
        if (server->status) {
            assert_contains(server->request, "POST /hook HTTP/1.1");
            assert_contains(server->request, "X-Drover-Event: JobError");
            assert_contains(server->request, "X-Drover-Notification: N-1");
            assert_contains(server->request, "X-Drover-Signature: sha256=");
            assert_contains(server->request, "Content-Type: application/json");
        }
        stop_server(service);
    }
    http->free(http);
}
END_TEST

START_TEST(a_port_that_nobody_serves_is_unreachable)
{
    DroverNotifyTransport *http = drover_notify_http_new(context);
    static Server server = {.status = "200 OK"};
    guint16 port;
    GSocketService *service = start_server(&server, &port);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", port);

    stop_server(service);
    expect(http, url, NULL, DROVER_DELIVERY_UNREACHABLE, "onnect");
    http->free(http);
}
END_TEST

START_TEST(what_is_under_way_ends_with_the_transport)
{
    DroverNotifyTransport *http = drover_notify_http_new(context);
    static Server server = {.status = NULL};
    Outcome outcome = {0};
    guint16 port;
    GSocketService *service = start_server(&server, &port);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/", port);
    const DroverDelivery delivery = {
        .target = url, .id = "N", .job = "J", .event = "JobError", .attempt = 1, .body = "{}"};

    http->deliver(http, &delivery, delivered, &outcome);
    http->free(http);
    while (g_main_context_iteration(context, FALSE)) {
    }
    ck_assert(!outcome.done);
    stop_server(service);
}
END_TEST

START_TEST(programs_take_with_exit_status_0)
{
    g_autofree char *path = write_file(
        "tell",
        "#!/bin/sh\n"
        "case $1 in\n"
        "input) [ \"$(cat)\" = '{\"a\":1}' ] ;;\n"
        "environment) [ \"$DROVER_EVENT $DROVER_JOB $DROVER_NOTIFICATION $DROVER_ATTEMPT\" = "
        "'JobError J-1 N-1 3' ] ;;\n"
        "words) [ $# = 3 ] && [ \"$2\" = 'two words' ] && [ \"$3\" = '$HOME' ] ;;\n"
        "fail) exit 7 ;;\n"
        "die) kill -9 $$ ;;\n"
        "hang) exec sleep 60 ;;\n"
        "esac\n",
        0755);
    g_autofree char *missing = g_build_filename(directory, "missing", NULL);
    const struct {
        const char *program;
        const char *arguments;
        DroverDeliveryResult result;
        const char *answer;
    } rows[] = {
        {path, NULL, DROVER_DELIVERY_TAKEN, "exit status 0"},
        {path, "input", DROVER_DELIVERY_TAKEN, "exit status 0"},
        {path, "environment", DROVER_DELIVERY_TAKEN, "exit status 0"},
        {path, "words 'two words' '$HOME'", DROVER_DELIVERY_TAKEN, "exit status 0"},
        {path, "fail", DROVER_DELIVERY_REFUSED, "exit status 7"},
        {path, "die", DROVER_DELIVERY_REFUSED, "signal 9"},
        {path, "hang", DROVER_DELIVERY_UNREACHABLE, "did not end in 1 s"},
        {missing, NULL, DROVER_DELIVERY_UNREACHABLE, "missing"},
    };
    DroverNotifyTransport *command = drover_notify_command_new();

    drover_notify_command_configure(command, 1);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        expect(command, rows[i].program, rows[i].arguments, rows[i].result, rows[i].answer);
    }
    command->free(command);
}
END_TEST

START_TEST(the_signature_is_an_hmac_of_time_and_body)
{
    g_autofree char *signature = drover_notify_sign("key", 1700000000, "{\"a\":1}");

    ck_assert_str_eq(signature, "sha256="
                                "a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03");
}
END_TEST

START_TEST(secrets_are_their_owners_alone)
{
    static const struct {
        const char *text;
        int mode;
        const char *error; /* NULL: it is read */
    } rows[] = {
        {"word\n", 0600, NULL},        {"word", 0400, NULL},      {"word\n", 0640, "chmod 600"},
        {"word\n", 0604, "chmod 600"}, {" \n", 0600, "is empty"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = write_file("secret", rows[i].text, rows[i].mode);
        g_autoptr(GError) error = NULL;
        g_autofree char *secret = drover_notify_secret_read(path, &error);

        if (rows[i].error) {
            ck_assert_ptr_null(secret);
            assert_contains(error->message, rows[i].error);
            assert_contains(error->message, path);
        } else {
            ck_assert_str_eq(secret, "word");
        }
        g_unlink(path);
    }
    ck_assert_ptr_null(drover_notify_secret_read("/nowhere/secret", NULL));
    ck_assert_ptr_null(drover_notify_secret_read("/dev/null", NULL));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("notify-transport");
    TCase *tc = tcase_create("on-their-way");

    g_setenv("no_proxy", "*", TRUE);
    tcase_set_timeout(tc, 25);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, only_2xx_takes_a_notification);
    tcase_add_test(tc, a_port_that_nobody_serves_is_unreachable);
    tcase_add_test(tc, what_is_under_way_ends_with_the_transport);
    tcase_add_test(tc, programs_take_with_exit_status_0);
    tcase_add_test(tc, the_signature_is_an_hmac_of_time_and_body);
    tcase_add_test(tc, secrets_are_their_owners_alone);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
