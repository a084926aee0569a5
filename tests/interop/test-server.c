/*
 * A CIM server over the jobs of the unit tests, for foreign clients and the load generator.
 *
 *   test-server ADDRESS JOBS      ADDRESS: HOST:PORT (port 0 picks one) or the path of a Unix
 * socket
 *
 * Prints its URL and serves until it is ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/unit/cim/jobs-fixture.h"

static char *
listen_at(CimServer *server, const char *address, GError **error)
{
    guint16 port;

    if (*address == '/')
        return cim_server_listen_unix(server, address, 0600, error)
                   ? g_strdup_printf("unix:%s", address)
                   : NULL;
    port = cim_server_listen_tcp(server, address, error);
    return port ? g_strdup_printf("http://%.*s:%u", (int) (strrchr(address, ':') - address),
                                  address, port)
                : NULL;
}

int
main(int argc, char **argv)
{
    struct rlimit limit = {8192, 8192};
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(CimServer) server = cim_server_new(&cim_wire_schema, NULL, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *url = NULL;
    Jobs *jobs;

    if (argc != 3)
        return EXIT_FAILURE;
    setrlimit(RLIMIT_NOFILE, &limit);
    jobs = jobs_new(atoi(argv[2]));
    jobs_serve(jobs, server);
    url = listen_at(server, argv[1], &error);
    if (!url) {
        fprintf(stderr, "test-server: %s\n", error->message);
        return EXIT_FAILURE;
    }
    puts(url);
    fflush(stdout);
    g_main_loop_run(loop);
    return EXIT_SUCCESS;
}
