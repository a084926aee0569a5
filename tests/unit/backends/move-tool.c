/*
 * Moves a guest between libvirt hosts through backends/backend.h, for tries by hand in the lab:
 *
 *   move-tool [OPTION…] HOST=URI… GUEST SOURCE DESTINATION
 *
 * prints each change and the end.  It waits for both hosts first.
 */
#include <stdio.h>
#include <string.h>

#include "backends/backend.h"

typedef struct {
    GMainContext *context;
    GMainLoop *loop;
    DroverClock *clock;
    DroverBackend *backend;
    DroverTransfer *transfer;
    DroverTransferSpec spec;
    gint64 began_us;
    int status;
} Tool;

static gboolean adopt, check, inventory_only;
static int cancel_after_ms = -1, quit_after_ms = -1, bandwidth, streams, downtime_ms;
static gboolean auto_converge, post_copy, compress, tls, copy_storage, allow_unsafe, zero_copy;
static char *migration_uri, *address;

static GOptionEntry entries[] = {
    {"adopt", 0, 0, G_OPTION_ARG_NONE, &adopt, NULL, NULL},
    {"check", 0, 0, G_OPTION_ARG_NONE, &check, NULL, NULL},
    {"list", 0, 0, G_OPTION_ARG_NONE, &inventory_only, NULL, NULL},
    {"cancel-after", 0, 0, G_OPTION_ARG_INT, &cancel_after_ms, NULL, "MS"},
    {"quit-after", 0, 0, G_OPTION_ARG_INT, &quit_after_ms, NULL, "MS"},
    {"bandwidth", 0, 0, G_OPTION_ARG_INT, &bandwidth, NULL, "MIB/S"},
    {"streams", 0, 0, G_OPTION_ARG_INT, &streams, NULL, "N"},
    {"downtime", 0, 0, G_OPTION_ARG_INT, &downtime_ms, NULL, "MS"},
    {"auto-converge", 0, 0, G_OPTION_ARG_NONE, &auto_converge, NULL, NULL},
    {"post-copy", 0, 0, G_OPTION_ARG_NONE, &post_copy, NULL, NULL},
    {"compress", 0, 0, G_OPTION_ARG_NONE, &compress, NULL, NULL},
    {"tls", 0, 0, G_OPTION_ARG_NONE, &tls, NULL, NULL},
    {"copy-storage", 0, 0, G_OPTION_ARG_NONE, &copy_storage, NULL, NULL},
    {"unsafe", 0, 0, G_OPTION_ARG_NONE, &allow_unsafe, NULL, NULL},
    {"zero-copy", 0, 0, G_OPTION_ARG_NONE, &zero_copy, NULL, NULL},
    {"migration-uri", 0, 0, G_OPTION_ARG_STRING, &migration_uri, NULL, "URI"},
    {"address", 0, 0, G_OPTION_ARG_STRING, &address, NULL, "ADDRESS"},
    {NULL},
};

static void
stamp(Tool *tool)
{
    printf("%7.3f ", (double) (g_get_monotonic_time() - tool->began_us) / G_USEC_PER_SEC);
}

static void
print_failure(const char *label, const DroverFailure *failure)
{
    printf("%s kind=%s transient=%d phase=%s where=%d guest=%s element=%s code=%d/%d/%d text=%s\n",
           label, drover_failure_kind_name(failure->kind), failure->transient,
           drover_phase_name(failure->phase), failure->where, failure->guest, failure->element,
           failure->code, failure->domain, failure->int1, failure->text);
}

static void
changed(DroverTransfer *transfer,
        const DroverTransferStats *stats,
        const DroverFailure *trouble,
        gpointer user_data)
{
    stamp(user_data);
    printf("%s iteration=%u remaining=%" G_GINT64_FORMAT " done=%" G_GINT64_FORMAT
           " bandwidth=%" G_GUINT64_FORMAT " dirty=%" G_GUINT64_FORMAT " elapsed=%" G_GINT64_FORMAT
           "\n",
           drover_phase_name(stats->phase), stats->iteration,
           (gint64) stats->memory_remaining_bytes, (gint64) stats->memory_done_bytes,
           stats->bandwidth_bytes_s, stats->dirty_rate_bytes_s, stats->elapsed_ms);
    if (trouble) {
        print_failure("        trouble", trouble);
    }
}

static void
done(DroverTransfer *transfer,
     DroverOutcome outcome,
     const DroverTransferStats *stats,
     const DroverFailure *failure,
     gpointer user_data)
{
    static const char *const names[] = {"?", "MOVED", "STAYED", "STOPPED", "LOST"};
    Tool *tool = user_data;
    const DroverGuest *guest =
        drover_inventory_find_guest(tool->backend->inventory, tool->spec.guest_uuid);

    stamp(tool);
    printf("done %s downtime=%" G_GINT64_FORMAT " elapsed=%" G_GINT64_FORMAT
           " done_bytes=%" G_GUINT64_FORMAT " inventory=%s\n",
           names[outcome], stats->downtime_ms, stats->elapsed_ms, stats->memory_done_bytes,
           guest ? guest->host->name : "nowhere");
    if (failure) {
        print_failure("        failure", failure);
    }
    tool->status = outcome == DROVER_OUTCOME_MOVED ? 0 : 1;
    g_main_loop_quit(tool->loop);
}

static void
noted(DroverTransfer *transfer, const DroverNote *note, gpointer user_data)
{
    static const char *const kinds[] = {"?", "action", "answer", "event", "sight"};

    stamp(user_data);
    printf("note %s: %s on %s: %s (%d %d %d)\n", kinds[note->kind], note->what,
           note->host ? note->host : "both", note->detail ? note->detail : "", note->code,
           note->domain, note->int1);
}

static const DroverTransferListener listener = {changed, done, noted};

static void
checked(const GPtrArray *failures, gpointer user_data)
{
    Tool *tool = user_data;

    stamp(tool);
    printf("check: %u findings\n", failures->len);
    for (guint i = 0; i < failures->len; i++) {
        print_failure("        ", g_ptr_array_index(failures, i));
    }
    g_main_loop_quit(tool->loop);
}

static void
cancel_due(gpointer user_data, gpointer unused)
{
    Tool *tool = user_data;

    stamp(tool);
    printf("cancel\n");
    tool->backend->klass->cancel(tool->transfer);
}

static void
quit_due(gpointer user_data, gpointer unused)
{
    Tool *tool = user_data;

    stamp(tool);
    printf("quit\n");
    g_main_loop_quit(tool->loop);
}

static gboolean
print_host(const DroverHost *host, gpointer user_data)
{
    printf("host %s state=%d reason=%s uuid=%s hostname=%s version=%s cpus=%u "
           "memory=%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "\n",
           host->name, host->state, host->reason, host->uuid, host->hostname, host->version,
           host->cpus, host->memory_free_kib, host->memory_total_kib);
    return TRUE;
}

static gboolean
print_guest(const DroverGuest *guest, gpointer user_data)
{
    printf("guest %s %s on %s state=%d reason=%s memory=%" G_GUINT64_FORMAT
           " vcpus=%u persistent=%d\n",
           guest->uuid, guest->name, guest->host->name, guest->state, guest->reason,
           guest->memory_kib, guest->vcpus, guest->persistent);
    return TRUE;
}

static gboolean
is_settled(const DroverHost *host, gpointer user_data)
{
    gboolean *settled = user_data;

    *settled &= host->state == DROVER_HOST_DOWN ||
                (host->state == DROVER_HOST_UP && (!inventory_only || host->version));
    return TRUE;
}

static void
wait_for_hosts(Tool *tool)
{
    gboolean settled;

    do {
        g_main_context_iteration(tool->context, TRUE);
        settled = TRUE;
        drover_inventory_each_host(tool->backend->inventory, is_settled, &settled);
    } while (!settled);
}

static gboolean
begin(Tool *tool, GError **error)
{
    const DroverBackendClass *klass = tool->backend->klass;

    tool->began_us = g_get_monotonic_time();
    if (check) {
        klass->check(tool->backend, &tool->spec, checked, tool);
        return TRUE;
    }
    tool->transfer =
        (adopt ? klass->adopt : klass->start)(tool->backend, &tool->spec, &listener, tool, error);
    if (!tool->transfer) {
        return FALSE;
    }
    if (cancel_after_ms >= 0) {
        drover_clock_add(tool->clock, (gint64) cancel_after_ms * 1000, cancel_due, tool);
    }
    if (quit_after_ms >= 0) {
        drover_clock_add(tool->clock, (gint64) quit_after_ms * 1000, quit_due, tool);
    }
    return TRUE;
}

static gboolean
add_hosts(Tool *tool, char **names, GError **error)
{
    for (guint i = 0; names[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(names[i], "=", 2);
        g_auto(GStrv) uris = g_strsplit(parts[1] ? parts[1] : "", ",", 2);

        if (!tool->backend->klass->add_host(tool->backend, parts[0], uris[0] ? uris[0] : "",
                                            uris[0] ? uris[1] : NULL, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
find_guest(Tool *tool, const char *text)
{
    guint matches = 0;
    const DroverGuest *guest =
        drover_inventory_resolve_guest(tool->backend->inventory, text, &matches);

    tool->spec.guest_uuid = g_strdup(guest ? guest->uuid : text);
    return TRUE;
}

static gboolean
run(Tool *tool, char **hosts, char **move, GError **error)
{
    if (!add_hosts(tool, hosts, error)) {
        return FALSE;
    }
    wait_for_hosts(tool);
    if (inventory_only) {
        drover_inventory_each_host(tool->backend->inventory, print_host, tool);
        drover_inventory_each_guest(tool->backend->inventory, print_guest, tool);
        return TRUE;
    }
    find_guest(tool, move[0]);
    tool->spec.source = move[1];
    tool->spec.destination = move[2];
    tool->spec.cancelled = adopt && cancel_after_ms == 0;
    tool->spec.options = (DroverTransferOptions){
        .bandwidth_mib_s = (guint64) bandwidth,
        .max_downtime_ms = (guint) downtime_ms,
        .auto_converge = auto_converge,
        .post_copy = post_copy,
        .compress = compress,
        .tls = tls,
        .copy_storage = copy_storage,
        .allow_unsafe = allow_unsafe,
        .streams = (guint) streams,
        .zero_copy = zero_copy,
        .destination_address = address,
        .migration_uri = migration_uri,
    };
    if (!begin(tool, error)) {
        return FALSE;
    }
    g_main_loop_run(tool->loop);
    return TRUE;
}

int
main(int argc, char **argv)
{
    g_autoptr(GOptionContext) options = g_option_context_new("HOST=URI… GUEST SOURCE DESTINATION");
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();
    char **move = NULL;
    Tool tool = {.status = 1};

    setvbuf(stdout, NULL, _IOLBF, 0);
    g_option_context_add_main_entries(options, entries, NULL);
    if (!g_option_context_parse(options, &argc, &argv, &error)) {
        fprintf(stderr, "move-tool: %s\n", error->message);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        if (!move && !strchr(argv[i], '=')) {
            move = argv + i;
        }
        if (!move) {
            g_ptr_array_add(hosts, argv[i]);
        }
    }
    g_ptr_array_add(hosts, NULL);
    if (!inventory_only && (!move || g_strv_length(move) != 3)) {
        fprintf(stderr, "move-tool: HOST=URI… GUEST SOURCE DESTINATION expected\n");
        return 2;
    }
    tool.context = g_main_context_new();
    g_main_context_push_thread_default(tool.context);
    tool.loop = g_main_loop_new(tool.context, FALSE);
    tool.clock = drover_clock_new_real(tool.context);
    tool.backend = drover_libvirt_backend_new(tool.context, tool.clock, &error);
    if (!tool.backend || !run(&tool, (char **) hosts->pdata, move, &error)) {
        fprintf(stderr, "move-tool: %s\n", error->message);
        tool.status = 2;
    }
    drover_backend_free(tool.backend);
    g_free((char *) tool.spec.guest_uuid);
    drover_clock_unref(tool.clock);
    g_main_loop_unref(tool.loop);
    g_main_context_pop_thread_default(tool.context);
    g_main_context_unref(tool.context);
    return tool.status;
}
