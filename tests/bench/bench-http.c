/*
 * A load generator for CIM-XML over HTTP: keep-alive connections, one request outstanding on each.
 *
 *   bench-http --connections 16 --seconds 5 --pid PID unix:/run/drover/droverd.sock GetInstance
 * PATH bench-http http://127.0.0.1:5988 EnumerateInstances CLASS bench-http --body request.xml
 * --method GetInstance http://127.0.0.1:5988
 *
 * Prints one line: requests a second, latency percentiles, errors and, given the server's PID, its
 * CPU time for each request and its resident memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cim/client-message.h"

enum { HEAD_BYTES = 8192, READ_BYTES = 65536, MAX_EVENTS = 256 };

static int option_connections = 16;
static double option_seconds = 3;
static int option_pid;
static char *option_namespace;
static char *option_body;
static char *option_method;
static gboolean option_json;

static const GOptionEntry options[] = {
    {"connections", 'c', 0, G_OPTION_ARG_INT, &option_connections, "Connections (16)", "N"},
    {"seconds", 's', 0, G_OPTION_ARG_DOUBLE, &option_seconds, "Time to measure (3)", "S"},
    {"pid", 'p', 0, G_OPTION_ARG_INT, &option_pid, "The server's process, for its CPU time", "PID"},
    {"namespace", 'n', 0, G_OPTION_ARG_STRING, &option_namespace, "root/virtualization/v2", "NS"},
    {"body", 'b', 0, G_OPTION_ARG_FILENAME, &option_body, "Send this file's text", "FILE"},
    {"method", 'm', 0, G_OPTION_ARG_STRING, &option_method, "CIMMethod of --body", "NAME"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, "Print a JSON object", NULL},
    {NULL},
};

typedef struct {
    int fd;
    gsize sent;
    gint64 started_us;
    char head[HEAD_BYTES];
    gsize head_length;
    gint64 body_left; /* -1: the head is not complete */
    gboolean failed;  /* not 200, or an ERROR in it */
} Connection;

typedef struct {
    struct sockaddr_storage address;
    socklen_t address_length;
    GString *request;
    int epoll;
    Connection *connections;
    GArray *latencies_us; /* of guint32 */
    guint64 bytes;
    guint errors;
    guint lost;
    gint64 end_us;
} Bench;

static void G_GNUC_NORETURN
die(const char *what, const char *detail)
{
    fprintf(stderr, "bench-http: %s: %s\n", what, detail);
    exit(2);
}

/* What is sent */

static GString *
make_body(const char *operation, const char *object)
{
    const char *name_space = option_namespace ? option_namespace : "root/virtualization/v2";
    GString *xml = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    cim_message_begin(xml, operation, name_space);
    if (strcmp(operation, "GetInstance") == 0) {
        g_autoptr(CimPath) path = cim_path_parse(object, &error);

        if (!path)
            die(object, error->message);
        cim_message_add_path(xml, path);
    } else {
        cim_message_add_class(xml, object);
    }
    cim_message_end(xml);
    return xml;
}

static GString *
load_body(const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    if (!g_file_get_contents(file, &text, NULL, &error))
        die(file, error->message);
    return g_string_new(text);
}

static GString *
make_request(const char *method, const GString *body)
{
    GString *request = g_string_new(NULL);

    g_string_printf(request,
                    "POST /cimom HTTP/1.1\r\nHost: localhost\r\n"
                    "Content-Type: application/xml; charset=\"utf-8\"\r\n"
                    "Content-Length: %zu\r\nCIMOperation: MethodCall\r\n",
                    (gsize) body->len);
    if (method)
        g_string_append_printf(request, "CIMMethod: %s\r\n", method);
    g_string_append(request, "\r\n");
    g_string_append_len(request, body->str, body->len);
    return request;
}

/* Where it is sent */

static void
resolve_unix(Bench *bench, const char *path)
{
    struct sockaddr_un *name = (struct sockaddr_un *) &bench->address;

    name->sun_family = AF_UNIX;
    g_strlcpy(name->sun_path, path, sizeof name->sun_path);
    bench->address_length = sizeof *name;
}

static void
resolve(Bench *bench, const char *url)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnectable) place = NULL;
    g_autofree char *port = NULL;

    if (g_str_has_prefix(url, "unix:")) {
        resolve_unix(bench, url + strlen("unix:"));
        return;
    }
    place = g_network_address_parse_uri(url, 5988, &error);
    if (!place)
        die(url, error->message);
    port = g_strdup_printf("%u", g_network_address_get_port(G_NETWORK_ADDRESS(place)));
    if (getaddrinfo(g_network_address_get_hostname(G_NETWORK_ADDRESS(place)), port, &hints,
                    &found) != 0)
        die(url, "no such host");
    memcpy(&bench->address, found->ai_addr, found->ai_addrlen);
    bench->address_length = found->ai_addrlen;
    freeaddrinfo(found);
}

static void
start_request(Bench *bench, Connection *connection)
{
    connection->sent = 0;
    connection->head_length = 0;
    connection->body_left = -1;
    connection->failed = FALSE;
    connection->started_us = g_get_monotonic_time();
}

static void
open_connection(Bench *bench, Connection *connection)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};

    connection->fd = socket(bench->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 ||
        connect(connection->fd, (struct sockaddr *) &bench->address, bench->address_length) != 0)
        die("cannot connect", g_strerror(errno));
    fcntl(connection->fd, F_SETFL, O_NONBLOCK);
    start_request(bench, connection);
    epoll_ctl(bench->epoll, EPOLL_CTL_ADD, connection->fd, &event);
}

static void
reopen(Bench *bench, Connection *connection)
{
    bench->lost++;
    close(connection->fd);
    open_connection(bench, connection);
}

/* One request after another */

static gboolean
push(Bench *bench, Connection *connection)
{
    while (connection->sent < bench->request->len) {
        gssize n = send(connection->fd, bench->request->str + connection->sent,
                        bench->request->len - connection->sent, MSG_NOSIGNAL);

        if (n < 0)
            return errno == EAGAIN;
        connection->sent += n;
    }
    return TRUE;
}

static void
finish(Bench *bench, Connection *connection)
{
    guint32 latency_us = g_get_monotonic_time() - connection->started_us;

    g_array_append_val(bench->latencies_us, latency_us);
    bench->errors += connection->failed;
    start_request(bench, connection);
}

/* The rest of a head that arrives in pieces; FALSE: it is no head. */
static gboolean
parse_head(Connection *connection, const char *body)
{
    const char *length = strcasestr(connection->head, "\r\nContent-Length:");

    if (!length || length > body)
        return FALSE;
    connection->body_left = g_ascii_strtoll(length + strlen("\r\nContent-Length:"), NULL, 10);
    connection->failed = !g_str_has_prefix(connection->head, "HTTP/1.1 200");
    return TRUE;
}

static gboolean
take(Bench *bench, Connection *connection, const char *data, gsize n)
{
    gsize had = connection->head_length;
    gsize head_bytes;
    const char *end;

    bench->bytes += n;
    if (connection->body_left < 0) {
        gsize room = MIN(n, HEAD_BYTES - 1 - had);

        memcpy(connection->head + had, data, room);
        connection->head_length += room;
        connection->head[connection->head_length] = '\0';
        end = strstr(connection->head, "\r\n\r\n");
        if (!end)
            return connection->head_length < HEAD_BYTES - 1;
        if (!parse_head(connection, end))
            return FALSE;
        head_bytes = end + 4 - connection->head - had;
        data += head_bytes;
        n -= head_bytes;
        if (memmem(data, MIN(n, 400), "<ERROR ", 7))
            connection->failed = TRUE;
    }
    connection->body_left -= n;
    if (connection->body_left > 0)
        return TRUE;
    finish(bench, connection);
    return push(bench, connection);
}

static gboolean
pull(Bench *bench, Connection *connection)
{
    static char buffer[READ_BYTES];

    for (;;) {
        gssize n = recv(connection->fd, buffer, sizeof buffer, 0);

        if (n < 0)
            return errno == EAGAIN;
        if (n == 0 || !take(bench, connection, buffer, n))
            return FALSE;
    }
}

static void
run(Bench *bench)
{
    struct epoll_event events[MAX_EVENTS];

    bench->end_us = g_get_monotonic_time() + (gint64) (option_seconds * G_USEC_PER_SEC);
    while (g_get_monotonic_time() < bench->end_us) {
        int n = epoll_wait(bench->epoll, events, MAX_EVENTS, 100);

        for (int i = 0; i < n; i++) {
            Connection *connection = events[i].data.ptr;

            if (!push(bench, connection) || !pull(bench, connection))
                reopen(bench, connection);
        }
    }
}

/* Figures */

/* User and system time of the server so far. */
static double
cpu_seconds(int pid)
{
    g_autofree char *file = g_strdup_printf("/proc/%d/stat", pid);
    g_autofree char *text = NULL;
    unsigned long user = 0;
    unsigned long system = 0;

    if (!pid || !g_file_get_contents(file, &text, NULL, NULL))
        return 0;
    sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
           &system);
    return (double) (user + system) / sysconf(_SC_CLK_TCK);
}

static double
resident_mib(int pid)
{
    g_autofree char *file = g_strdup_printf("/proc/%d/statm", pid);
    g_autofree char *text = NULL;
    unsigned long pages = 0;

    if (!pid || !g_file_get_contents(file, &text, NULL, NULL))
        return 0;
    sscanf(text, "%*u %lu", &pages);
    return (double) pages * sysconf(_SC_PAGESIZE) / (1 << 20);
}

static int
compare(const void *a, const void *b)
{
    guint32 x = *(const guint32 *) a;
    guint32 y = *(const guint32 *) b;

    return (x > y) - (x < y);
}

static double
percentile_ms(const GArray *sorted, double share)
{
    if (sorted->len == 0)
        return 0;
    return g_array_index(sorted, guint32, (guint) ((sorted->len - 1) * share)) / 1000.0;
}

static void
print_figures(const Bench *bench, double seconds, double cpu)
{
    guint n = bench->latencies_us->len;
    double rps = n / seconds;
    double bytes = n ? (double) bench->bytes / n : 0;
    double cpu_us = n ? cpu * 1e6 / n : 0;
    double p50;
    double p99;

    g_array_sort(bench->latencies_us, compare);
    p50 = percentile_ms(bench->latencies_us, 0.5);
    p99 = percentile_ms(bench->latencies_us, 0.99);
    if (option_json)
        printf("{\"connections\": %d, \"rps\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
               "\"reply_bytes\": %.0f, \"errors\": %u, \"lost\": %u, \"cpu_us\": %.1f, "
               "\"rss_mib\": %.1f}\n",
               option_connections, rps, p50, p99, bytes, bench->errors, bench->lost, cpu_us,
               resident_mib(option_pid));
    else
        printf("c=%-4d %8.0f rps  p50 %.3f ms  p99 %.3f ms  %.0f bytes  %u errors  %u lost"
               "  cpu %.1f us/request  rss %.1f MiB\n",
               option_connections, rps, p50, p99, bytes, bench->errors, bench->lost, cpu_us,
               resident_mib(option_pid));
}

static void
parse_options(int *argc, char ***argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new("URL [OPERATION CLASS-OR-PATH]");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, argc, argv, &error))
        die("usage", error->message);
    if (*argc < (option_body ? 2 : 4) || option_connections < 1)
        die("usage", "URL OPERATION CLASS-OR-PATH, or --body FILE URL");
}

static void
raise_descriptors(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int
main(int argc, char **argv)
{
    Bench bench = {0};
    gint64 start_us;
    double cpu;

    parse_options(&argc, &argv);
    raise_descriptors();
    resolve(&bench, argv[1]);
    bench.request = option_body ? make_request(option_method, load_body(option_body))
                                : make_request(argv[2], make_body(argv[2], argv[3]));
    bench.latencies_us = g_array_sized_new(FALSE, FALSE, sizeof(guint32), 1 << 20);
    bench.epoll = epoll_create1(EPOLL_CLOEXEC);
    bench.connections = g_new0(Connection, option_connections);
    for (int i = 0; i < option_connections; i++)
        open_connection(&bench, &bench.connections[i]);
    cpu = cpu_seconds(option_pid);
    start_us = g_get_monotonic_time();
    run(&bench);
    print_figures(&bench, (g_get_monotonic_time() - start_us) / 1e6, cpu_seconds(option_pid) - cpu);
    return bench.latencies_us->len == 0 || bench.errors ? 1 : 0;
}
