/*
 * How many jobs droverd accepts a second, durably (each 4096 has its job on disk), and how much
 * memory a job costs it.
 *
 * Usage: bench-accept URL PID CONNECTIONS JOBS DESTINATION
 * Prints one line of figures.  The guests must be there (a simulated fleet), one for each job.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/client.h"
#include "configs/mof/schema.h"

#define NAMESPACE "root/virtualization/v2"

typedef struct {
    const char *url;
    const char *destination;
    const CimPath *service;
    GPtrArray *guests; /* of CimInstance */
    gint next;
    gint accepted;
    gint refused;
} Bench;

static void
submit(Bench *bench, CimClient *client, const CimInstance *guest)
{
    CimArgument arguments[] = {{.name = "ComputerSystem"}, {.name = "DestinationHost"}};
    g_autoptr(GError) error = NULL;
    guint32 code = 0;

    cim_value_init(&arguments[0].value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_set_reference(&arguments[0].value, guest->path);
    cim_value_init(&arguments[1].value, CIM_TYPE_STRING, FALSE);
    cim_value_set_string(&arguments[1].value, bench->destination);
    if (cim_client_invoke(client, bench->service, "MigrateVirtualSystemToHost", arguments,
                          G_N_ELEMENTS(arguments), &code, NULL, &error) &&
        code == 4096) {
        g_atomic_int_inc(&bench->accepted);
    } else {
        g_atomic_int_inc(&bench->refused);
        fprintf(stderr, "refused: %u %s\n", code, error ? error->message : "");
    }
}

static gpointer
work(gpointer data)
{
    Bench *bench = data;
    g_autoptr(CimClient) client = cim_client_new(bench->url, &drover_schema, NULL);
    guint i;

    while ((i = (guint) g_atomic_int_add(&bench->next, 1)) < bench->guests->len) {
        submit(bench, client, g_ptr_array_index(bench->guests, i));
    }
    return NULL;
}

static long
resident_kib(const char *pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%s/status", pid);
    g_autofree char *text = NULL;
    const char *line;

    if (!g_file_get_contents(path, &text, NULL, NULL) || !(line = strstr(text, "VmRSS:"))) {
        return 0;
    }
    return strtol(line + 6, NULL, 10);
}

/* The guests that may be moved: machines, not hosts, and not at the destination already. */
static GPtrArray *
pick_guests(CimClient *client, guint n, GError **error)
{
    GPtrArray *all =
        cim_client_enumerate_instances(client, NAMESPACE, "Msvm_ComputerSystem", NULL, error);
    GPtrArray *guests = all ? g_ptr_array_new() : NULL;

    for (guint i = 0; all && i < all->len && guests->len < n; i++) {
        CimInstance *instance = g_ptr_array_index(all, i);

        if (g_strcmp0(cim_instance_get_string(instance, "Caption"), "Virtual Machine") == 0) {
            g_ptr_array_add(guests, instance);
        }
    }
    return guests;
}

int
main(int argc, char **argv)
{
    guint connections = argc > 5 ? (guint) atoi(argv[3]) : 0;
    Bench bench = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(CimClient) client = NULL;
    g_autoptr(GPtrArray) services = NULL;
    g_autofree GThread **threads = NULL;
    gint64 start;
    double seconds;
    long before;
    long after;

    if (argc != 6) {
        fprintf(stderr, "usage: bench-accept URL PID CONNECTIONS JOBS DESTINATION\n");
        return 2;
    }
    client = cim_client_new(argv[1], &drover_schema, &error);
    services = client ? cim_client_enumerate_names(client, NAMESPACE,
                                                   "Msvm_VirtualSystemMigrationService", &error)
                      : NULL;
    bench.guests = services ? pick_guests(client, (guint) atoi(argv[4]), &error) : NULL;
    if (!bench.guests || !services->len || !bench.guests->len) {
        fprintf(stderr, "bench-accept: %s\n",
                error ? error->message : "no service, or no guest to move");
        return 1;
    }
    bench.url = argv[1];
    bench.destination = argv[5];
    bench.service = g_ptr_array_index(services, 0);
    before = resident_kib(argv[2]);
    threads = g_new0(GThread *, connections);
    start = g_get_monotonic_time();
    for (guint i = 0; i < connections; i++) {
        threads[i] = g_thread_new("bench", work, &bench);
    }
    for (guint i = 0; i < connections; i++) {
        g_thread_join(threads[i]);
    }
    seconds = (double) (g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    after = resident_kib(argv[2]);
    printf("connections=%u accepted=%d refused=%d jobs_per_second=%.0f rss_before_kib=%ld "
           "rss_after_kib=%ld\n",
           connections, bench.accepted, bench.refused, bench.accepted / seconds, before, after);
    return bench.refused ? 1 : 0;
}
