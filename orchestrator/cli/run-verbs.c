/* suspend, resume, cancel, kill, complete */
#include "orchestrator/cli/run.h"

#include "orchestrator/cli/job-view.h"
#include "orchestrator/cli/requests.h"

/* Values of RequestedState (CIM_ConcreteJob.RequestStateChange). */
enum { START = 2, SUSPEND = 3, TERMINATE = 4, KILL = 5 };

typedef struct {
    guint requested_state;
    const char *infinitive; /* "cannot be …" */
    const char *done;       /* "job X is …" */
} Verb;

/* Why the daemon refused, as far as the job shows it. */
static char *
explain(const DroverSnapshot *snapshot, const Verb *verb)
{
    DroverJobView view;

    drover_job_view_read(&view, snapshot->job, snapshot->statistics);
    if (g_str_has_prefix(view.phase, "post-copy") && view.state == DROVER_JOB_STATE_RUNNING) {
        return g_strdup_printf("job %s is in post-copy, where the only whole copy of '%s' is being "
                               "put together; it cannot be %s",
                               view.id, view.vm, verb->infinitive);
    }
    if (view.state == DROVER_JOB_STATE_SHUTTING_DOWN) {
        return g_strdup_printf("job %s is being stopped already", view.id);
    }
    return g_strdup_printf("job %s is %s; it cannot be %s", view.id, drover_job_view_state(&view),
                           verb->infinitive);
}

static void
set_refused(DroverCli *cli, const char *id, const Verb *verb, guint32 code, GError **error)
{
    g_auto(DroverSnapshot) snapshot = {NULL, NULL};
    g_autofree char *name = drover_cli_code_text(cli, DROVER_JOB_CLASS, "GetError", code);
    g_autofree char *why = drover_cli_read_job(cli, id, FALSE, &snapshot, NULL)
                               ? explain(&snapshot, verb)
                               : g_strdup("the job has gone meanwhile");
    g_autofree char *advice = g_strdup_printf("'drover job %s' shows what it is doing.", id);

    drover_cli_set_error(error, DROVER_EXIT_REFUSED, advice, "refused (%s): %s", name, why);
}

static int
show_job(DroverCli *cli, const char *id, GError **error)
{
    g_auto(DroverSnapshot) snapshot = {NULL, NULL};
    g_autofree char *json = NULL;

    if (!drover_cli_read_job(cli, id, FALSE, &snapshot, error)) {
        return DROVER_EXIT_NOT_FOUND;
    }
    json = drover_snapshot_print(&snapshot, TRUE);
    fputs(json, stdout);
    return DROVER_EXIT_DONE;
}

static int
request(DroverCli *cli, const char *word, const Verb *verb, GError **error)
{
    g_autofree char *id = drover_cli_find_job(cli, word, error);
    g_autoptr(CimPath) path = id ? drover_cli_job_path(id) : NULL;
    CimArgument argument = {.name = "RequestedState"};
    guint32 code = 0;

    cim_value_init(&argument.value, CIM_TYPE_UINT16, FALSE);
    cim_value_set_uint(&argument.value, verb->requested_state);
    if (!path || !cim_client_invoke(cli->client, path, "RequestStateChange", &argument, 1, &code,
                                    NULL, error)) {
        return DROVER_EXIT_NOT_FOUND;
    }
    if (code != 0 && code != 4096) {
        set_refused(cli, id, verb, code, error);
        return DROVER_EXIT_REFUSED;
    }
    if (cli->options.json) {
        return show_job(cli, id, error);
    }
    drover_cli_say(cli, g_strdup_printf("job %s is %s\n", id, verb->done));
    return DROVER_EXIT_DONE;
}

int
drover_run_suspend(DroverCli *cli, char **arguments, GError **error)
{
    static const Verb verb = {SUSPEND, "suspended", "being suspended"};

    return request(cli, arguments[0], &verb, error);
}

int
drover_run_resume(DroverCli *cli, char **arguments, GError **error)
{
    static const Verb verb = {START, "resumed", "queued again"};

    return request(cli, arguments[0], &verb, error);
}

int
drover_run_cancel(DroverCli *cli, char **arguments, GError **error)
{
    static const Verb verb = {TERMINATE, "cancelled", "being cancelled"};

    return request(cli, arguments[0], &verb, error);
}

int
drover_run_kill(DroverCli *cli, char **arguments, GError **error)
{
    static const Verb verb = {KILL, "killed", "being killed"};

    return request(cli, arguments[0], &verb, error);
}

int
drover_run_complete(DroverCli *cli, char **arguments, GError **error)
{
    static const Verb verb = {0, "acknowledged before it has ended", "acknowledged"};
    g_autofree char *id = drover_cli_find_job(cli, arguments[0], error);
    g_autoptr(CimPath) path = id ? drover_cli_job_path(id) : NULL;
    g_auto(DroverSnapshot) snapshot = {NULL, NULL};
    DroverJobView view;

    if (!path || !drover_cli_read_job(cli, id, FALSE, &snapshot, error)) {
        return DROVER_EXIT_NOT_FOUND;
    }
    drover_job_view_read(&view, snapshot.job, snapshot.statistics);
    if (!drover_job_state_has_ended(view.state)) {
        g_autofree char *why = explain(&snapshot, &verb);

        drover_cli_set_error(error, DROVER_EXIT_REFUSED, "Wait for its end, or cancel it first.",
                             "refused: %s", why);
        return DROVER_EXIT_REFUSED;
    }
    if (!cim_client_delete_instance(cli->client, path, error)) {
        return DROVER_EXIT_REFUSED;
    }
    drover_cli_say(cli, g_strdup_printf("job %s is %s\n", id, verb.done));
    return DROVER_EXIT_DONE;
}
