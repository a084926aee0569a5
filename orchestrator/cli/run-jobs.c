/* jobs, job, error */
#include "orchestrator/cli/run.h"

#include "orchestrator/cli/attempts.h"
#include "orchestrator/cli/error-view.h"
#include "orchestrator/cli/format.h"
#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/job-table.h"
#include "orchestrator/cli/job-view.h"
#include "orchestrator/cli/text.h"

int
drover_run_jobs(DroverCli *cli, char **arguments, GError **error)
{
    g_autoptr(DroverJobTable) table = drover_job_table_read(cli, cli->options.all, error);
    g_autofree char *text = NULL;

    if (!table) {
        return DROVER_EXIT_UNREACHABLE;
    }
    if (cli->options.json) {
        text = drover_job_table_print_json(table);
        fputs(text, stdout);
    } else if (drover_job_table_length(table)) {
        text = drover_job_table_print(table, &cli->screen);
        fputs(text, stdout);
    } else {
        drover_cli_note(cli, "there are no jobs");
    }
    if (drover_job_table_hidden(table)) {
        drover_cli_note(cli, "%u jobs that ended well more than an hour ago are not shown (--all)",
                        drover_job_table_hidden(table));
    }
    return DROVER_EXIT_DONE;
}

/* --- job ---------------------------------------------------------------------------------------
 */

typedef struct {
    const DroverCli *cli;
    GString *out;
    const DroverSnapshot *snapshot;
    const GPtrArray *attempts; /* of CimInstance */
} Sheet;

/* One line of the sheet; @text is freed, and NULL or "" is not shown. */
static void
sheet_take(Sheet *sheet, const char *label, char *text)
{
    enum { LABEL = 15, INDENT = LABEL + 2 };
    GString *padded = g_string_new("  ");
    g_autofree char *clean = text ? drover_text_clean(text) : NULL;

    if (clean && *clean) {
        drover_text_pad(padded, label, LABEL, FALSE);
        drover_screen_paint(&sheet->cli->screen, sheet->out, DROVER_STYLE_DIM, padded->str);
        drover_text_wrap(sheet->out, clean, INDENT, INDENT, sheet->cli->screen.columns);
    }
    g_string_free(padded, TRUE);
    g_free(text);
}

static void
sheet_add_string(Sheet *sheet, const char *label, const CimInstance *instance, const char *name)
{
    sheet_take(sheet, label, g_strdup(cim_instance_get_string(instance, name)));
}

static void
sheet_add_time(Sheet *sheet, const char *label, const char *name)
{
    const CimValue *value = cim_instance_find(sheet->snapshot->job, name);

    if (value && !value->is_null && value->type == CIM_TYPE_DATETIME &&
        !value->datetime.is_interval) {
        sheet_take(sheet, label, drover_format_time(value->datetime.us, g_get_real_time()));
    }
}

/* "1.2 GiB of 4.0 GiB, 812 MiB to go"; nothing where there is nothing to move. */
static void
sheet_add_amount(Sheet *sheet, const char *label, const char *what)
{
    const CimInstance *statistics = sheet->snapshot->statistics;
    g_autofree char *total_name = g_strconcat(what, "TotalBytes", NULL);
    g_autofree char *done_name = g_strconcat(what, "DoneBytes", NULL);
    g_autofree char *remaining_name = g_strconcat(what, "RemainingBytes", NULL);
    guint64 total = cim_instance_get_uint(statistics, total_name, 0);
    g_autofree char *total_text = drover_format_bytes(total);
    g_autofree char *done = drover_format_bytes(cim_instance_get_uint(statistics, done_name, 0));
    g_autofree char *remaining =
        drover_format_bytes(cim_instance_get_uint(statistics, remaining_name, 0));

    if (total) {
        sheet_take(sheet, label,
                   g_strdup_printf("%s, %s sent, %s to go", total_text, done, remaining));
    }
}

static void
sheet_add_rate(Sheet *sheet, const char *label, guint64 bytes_s)
{
    if (bytes_s) {
        sheet_take(sheet, label, drover_format_rate(bytes_s));
    }
}

static void
sheet_add_number(Sheet *sheet, const char *label, const char *name, const char *format)
{
    guint64 number = cim_instance_get_uint(sheet->snapshot->statistics, name, 0);
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);

    if (number) {
        sheet_take(sheet, label, g_strconcat(text, format, NULL));
    }
}

static void
sheet_add_statistics(Sheet *sheet, const DroverJobView *view)
{
    guint64 attempts = cim_instance_get_uint(sheet->snapshot->statistics, "MaximumAttempts", 0);
    gboolean flows = view->is_moving;

    sheet_add_string(sheet, "Waits for", sheet->snapshot->statistics, "WaitReason");
    sheet_add_number(sheet, "In the queue", "QueuePosition", ".");
    sheet_add_string(sheet, "Phase", sheet->snapshot->statistics, "Phase");
    sheet_add_number(sheet, "Iteration", "Iteration", "");
    sheet_add_amount(sheet, "Memory", "Memory");
    sheet_add_amount(sheet, "Disks", "Disk");
    sheet_add_rate(sheet, "Rate", flows ? view->bandwidth_bytes_s : 0);
    sheet_add_rate(sheet, "Dirty rate", flows ? view->dirty_rate_bytes_s : 0);
    sheet_add_number(sheet, "Throttled", "ThrottlePercent", " %");
    if (flows && view->remaining_s >= 0) {
        sheet_take(sheet, "Time left", drover_format_seconds(view->remaining_s));
    }
    if (view->downtime_ms >= 0) {
        sheet_take(sheet, "Pause", drover_format_duration(view->downtime_ms));
    }
    if (attempts > 1) {
        g_autofree char *of = g_strdup_printf(" of %" G_GUINT64_FORMAT, attempts);

        sheet_add_number(sheet, "Attempt", "Attempt", of);
    }
}

static void
sheet_add_error(Sheet *sheet, const CimInstance *job)
{
    guint64 code = cim_instance_get_uint(job, "ErrorCode", 0);
    g_autofree char *name =
        drover_cli_code_text(sheet->cli, DROVER_JOB_CLASS, "GetError", (guint32) code);

    if (!code) {
        return;
    }
    sheet_take(sheet, "Error code", g_steal_pointer(&name));
    sheet_add_string(sheet, "Error", job, "ErrorDescription");
}

/* A single one tells no more than the job itself. */
static void
sheet_add_attempts(Sheet *sheet)
{
    for (guint i = 0; sheet->attempts->len > 1 && i < sheet->attempts->len; i++) {
        g_autofree char *label = g_strdup_printf("Attempt %u", i + 1);

        sheet_take(sheet, label, drover_attempt_text(sheet->attempts->pdata[i]));
    }
}

/* As JSON, the job with its statistics and attempts beside. */
static char *
print_json(const DroverSnapshot *snapshot, const GPtrArray *attempts)
{
    JsonNode *node = drover_json_instance(snapshot->job);

    if (snapshot->statistics) {
        drover_json_add(node, snapshot->statistics);
    }
    json_object_set_member(json_node_get_object(node), "Attempts", drover_json_list(attempts));
    return drover_json_print(node, TRUE);
}

static char *
print_job(const DroverCli *cli, const DroverSnapshot *snapshot, const GPtrArray *attempts)
{
    const DroverScreen *screen = &cli->screen;
    Sheet sheet = {cli, g_string_new(NULL), snapshot, attempts};
    DroverJobView view;
    g_autofree char *title = NULL;

    drover_job_view_read(&view, snapshot->job, snapshot->statistics);
    title = g_strdup_printf("Job %s", view.id);
    drover_screen_paint(screen, sheet.out, DROVER_STYLE_BOLD, title);
    g_string_append_c(sheet.out, '\n');
    sheet_take(&sheet, "VM", g_strdup(view.vm));
    sheet_add_string(&sheet, "VM's UUID", snapshot->job, "VirtualSystemName");
    sheet_take(
        &sheet, "Move",
        g_strdup_printf("%s %s %s", view.source, drover_screen_arrow(screen), view.destination));
    sheet_take(&sheet, "State",
               g_strdup_printf("%s (JobState %u)", drover_job_view_state(&view), view.state));
    sheet_take(&sheet, "Status", g_strdup(view.status));
    sheet_take(&sheet, "Progress", g_strdup_printf("%u %%", view.percent));
    if (snapshot->statistics) {
        sheet_add_statistics(&sheet, &view);
    }
    sheet_add_time(&sheet, "Submitted", "TimeSubmitted");
    sheet_add_time(&sheet, "Started", "StartTime");
    sheet_add_time(&sheet, "Last change", "TimeOfLastStateChange");
    if (view.elapsed_ms >= 0) {
        sheet_take(&sheet, "Took", drover_format_duration(view.elapsed_ms));
    }
    sheet_add_string(&sheet, "Owner", snapshot->job, "Owner");
    sheet_add_error(&sheet, snapshot->job);
    sheet_add_attempts(&sheet);
    return g_string_free(sheet.out, FALSE);
}

int
drover_run_job(DroverCli *cli, char **arguments, GError **error)
{
    g_autofree char *id = drover_cli_find_job(cli, arguments[0], error);
    g_auto(DroverSnapshot) snapshot = {NULL, NULL};
    g_autoptr(GPtrArray) attempts = NULL;
    g_autofree char *text = NULL;

    if (id && cli->options.trace) {
        return drover_run_trace(cli, id, error);
    }
    if (!id || !drover_cli_read_job(cli, id, FALSE, &snapshot, error) ||
        !(attempts = drover_attempts_read(cli, &snapshot, error))) {
        return DROVER_EXIT_NOT_FOUND;
    }
    text =
        cli->options.json ? print_json(&snapshot, attempts) : print_job(cli, &snapshot, attempts);
    fputs(text, stdout);
    return DROVER_EXIT_DONE;
}

/* --- error -------------------------------------------------------------------------------------
 */

int
drover_run_error(DroverCli *cli, char **arguments, GError **error)
{
    g_autofree char *id = drover_cli_find_job(cli, arguments[0], error);
    g_autoptr(GPtrArray) errors = id ? drover_cli_read_errors(cli, id, error) : NULL;
    g_autofree char *text = NULL;

    if (!errors) {
        return DROVER_EXIT_NOT_FOUND;
    }
    if (cli->options.json) {
        text = drover_json_print(drover_json_list(errors), TRUE);
        fputs(text, stdout);
    } else if (errors->len) {
        text = drover_error_view_full(errors, cli->schema, &cli->screen);
        fputs(text, stdout);
    } else {
        drover_cli_note(cli, "job %s has no error", id);
    }
    return DROVER_EXIT_DONE;
}
