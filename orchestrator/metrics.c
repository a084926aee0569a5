#include "orchestrator/metrics.h"

static gboolean
count_stage(DroverJob *job, gpointer user_data)
{
    guint *stages = user_data;

    stages[job->record.stage]++;
    return TRUE;
}

typedef struct {
    GString *text;
    DroverQueue *queue;
} HostWalk;

static gboolean
print_host(const DroverHost *host, gpointer user_data)
{
    HostWalk *walk = user_data;

    g_string_append_printf(walk->text, "drover_host_up{host=\"%s\"} %d\n", host->name,
                           host->state == DROVER_HOST_UP);
    g_string_append_printf(walk->text, "drover_host_moves{host=\"%s\",direction=\"out\"} %u\n",
                           host->name, drover_queue_outgoing(walk->queue, host->name));
    g_string_append_printf(walk->text, "drover_host_moves{host=\"%s\",direction=\"in\"} %u\n",
                           host->name, drover_queue_incoming(walk->queue, host->name));
    return TRUE;
}

static void
print_notifications(GString *text, DroverNotifier *notifier)
{
    DroverNotifierCounters counters;

    drover_notifier_count(notifier, &counters);
    g_string_append_printf(
        text,
        "# HELP drover_notifications_waiting Ends of jobs that their receiver has not taken yet.\n"
        "# TYPE drover_notifications_waiting gauge\n"
        "drover_notifications_waiting %u\n"
        "# TYPE drover_notifications_taken_total counter\n"
        "drover_notifications_taken_total %" G_GUINT64_FORMAT "\n"
        "# TYPE drover_notifications_failed_attempts_total counter\n"
        "drover_notifications_failed_attempts_total %" G_GUINT64_FORMAT "\n"
        "# TYPE drover_notifications_modified_total counter\n"
        "drover_notifications_modified_total %" G_GUINT64_FORMAT "\n",
        counters.waiting, counters.taken, counters.failed_attempts, counters.modifications);
}

char *
drover_metrics_print(const DroverMetrics *metrics)
{
    GString *text = g_string_new(NULL);
    guint stages[DROVER_STAGE_LAST + 1] = {0};
    CimServerCounters counters = {0};
    HostWalk walk = {text, drover_service_queue(metrics->service)};

    drover_jobs_each(drover_service_jobs(metrics->service), count_stage, stages);
    g_string_append(text, "# HELP drover_jobs Jobs by stage.\n# TYPE drover_jobs gauge\n");
    for (guint stage = DROVER_STAGE_QUEUED; stage <= DROVER_STAGE_LAST; stage++) {
        g_string_append_printf(text, "drover_jobs{stage=\"%s\"} %u\n",
                               drover_stage_info((DroverStage) stage)->name, stages[stage]);
    }
    g_string_append(text,
                    "# HELP drover_attempts_total Attempts that ended, by what came of them.\n"
                    "# TYPE drover_attempts_total counter\n");
    for (DroverOutcome outcome = DROVER_OUTCOME_MOVED; outcome <= DROVER_OUTCOME_LOST; outcome++) {
        g_string_append_printf(
            text, "drover_attempts_total{outcome=\"%s\"} %" G_GUINT64_FORMAT "\n",
            drover_attempt_outcome_name(outcome),
            drover_jobs_count_attempts(drover_service_jobs(metrics->service), outcome));
    }
    g_string_append(text, "# HELP drover_host_up Whether drover reaches the host.\n"
                          "# TYPE drover_host_up gauge\n# TYPE drover_host_moves gauge\n");
    drover_inventory_each_host(drover_service_inventory(metrics->service), print_host, &walk);
    print_notifications(text, metrics->notifier);
    cim_server_get_counters(metrics->server, &counters);
    g_string_append_printf(text,
                           "# TYPE drover_cim_requests_total counter\n"
                           "drover_cim_requests_total %" G_GUINT64_FORMAT "\n"
                           "# TYPE drover_cim_errors_total counter\n"
                           "drover_cim_errors_total %" G_GUINT64_FORMAT "\n"
                           "# TYPE drover_http_errors_total counter\n"
                           "drover_http_errors_total %" G_GUINT64_FORMAT "\n"
                           "# TYPE drover_connections gauge\n"
                           "drover_connections %u\n"
                           "# TYPE drover_open_enumerations gauge\n"
                           "drover_open_enumerations %u\n",
                           counters.requests, counters.cim_errors, counters.http_errors,
                           counters.connections, counters.enumerations);
    return g_string_free(text, FALSE);
}
