#include "orchestrator/cli/follow.h"

#include <unistd.h>

#include "orchestrator/cli/error-view.h"
#include "orchestrator/cli/pause.h"
#include "orchestrator/cli/progress-line.h"

enum {
    LOOK_MS = 250,
    LOOK_NEAR_END_MS = 50, /* so that waiting adds nothing to speak of to a short move */
    NEAR_END_PERCENT = 90,
    NEAR_END_S = 1,
    PATIENCE_S = 60, /* with a daemon that does not answer: it may be starting again */
    REQUEST_S = 10,
};

typedef struct {
    DroverCli *cli;
    const char *id;
    gboolean json_lines;
    DroverPause *pause;
    gint64 heard_us; /* when the daemon last answered, monotonic */
    gboolean is_drawn;
    char *last; /* what was last told */
} Follow;

static void
follow_clear(Follow *follow)
{
    g_free(follow->last);
    drover_pause_free(follow->pause);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Follow, follow_clear)

/* --- showing -----------------------------------------------------------------------------------
 */

static void
draw(Follow *follow, const DroverJobView *view)
{
    DroverScreen *screen = &follow->cli->screen;
    g_autofree char *line = NULL;

    drover_screen_measure(screen, STDOUT_FILENO);
    line = drover_progress_line(view, screen, screen->columns - 1);
    printf("\r%s\033[K", line);
    fflush(stdout);
    follow->is_drawn = TRUE;
}

static void
erase(Follow *follow)
{
    if (follow->is_drawn) {
        fputs("\r\033[K", stdout);
        fflush(stdout);
        follow->is_drawn = FALSE;
    }
}

/* What counts as a change: rates and times alone do not. */
static char *
describe_change(const DroverJobView *view)
{
    return g_strdup_printf("%u|%s|%u", view->state, view->status, view->percent / 10);
}

static void
tell_change(Follow *follow, const DroverSnapshot *snapshot, const DroverJobView *view)
{
    g_autofree char *change = describe_change(view);
    g_autofree char *text = NULL;

    if (!g_strcmp0(change, follow->last)) {
        return;
    }
    g_free(follow->last);
    follow->last = g_steal_pointer(&change);
    text = follow->json_lines ? drover_snapshot_print(snapshot, FALSE) : drover_progress_text(view);
    printf(follow->json_lines ? "%s" : "%s\n", text);
    fflush(stdout);
}

static void
show(Follow *follow, const DroverSnapshot *snapshot, const DroverJobView *view)
{
    const DroverCli *cli = follow->cli;

    if (follow->json_lines) {
        tell_change(follow, snapshot, view);
    } else if (cli->options.json || cli->options.quiet || drover_job_state_has_ended(view->state)) {
        return;
    } else if (cli->screen.is_live) {
        draw(follow, view);
    } else {
        tell_change(follow, snapshot, view);
    }
}

/* --- waiting -----------------------------------------------------------------------------------
 */

/* TRUE as long as a daemon that does not answer may come back. */
static gboolean
bears(Follow *follow, GError **error)
{
    if (!g_error_matches(*error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_UNREACHABLE) ||
        g_get_monotonic_time() - follow->heard_us > PATIENCE_S * G_USEC_PER_SEC) {
        return FALSE;
    }
    if (g_strcmp0(follow->last, "lost")) {
        g_free(follow->last);
        follow->last = g_strdup("lost");
        erase(follow);
        drover_cli_note(follow->cli, "droverd does not answer; the move goes on, trying again");
    }
    g_clear_error(error);
    return TRUE;
}

static gboolean
look(Follow *follow, gboolean brief, DroverSnapshot *snapshot, GError **error)
{
    if (!drover_cli_read_job(follow->cli, follow->id, brief, snapshot, error)) {
        return FALSE;
    }
    follow->heard_us = g_get_monotonic_time();
    return TRUE;
}

static guint
next_look_ms(const DroverJobView *view)
{
    gboolean near_end = view->percent >= NEAR_END_PERCENT ||
                        (view->remaining_s >= 0 && view->remaining_s <= NEAR_END_S);

    return view->is_moving && near_end ? LOOK_NEAR_END_MS : LOOK_MS;
}

static int
interrupted(Follow *follow)
{
    erase(follow);
    fprintf(stderr, "drover: still running; cancel with: drover cancel %s\n", follow->id);
    return DROVER_EXIT_INTERRUPTED;
}

/* DROVER_EXIT_DONE: the job has ended. */
static int
wait_for_end(Follow *follow, GError **error)
{
    GError *local_error = NULL;
    guint wait_ms;

    do {
        g_auto(DroverSnapshot) snapshot = {NULL, NULL};
        DroverJobView view;

        wait_ms = LOOK_MS;
        if (look(follow, !follow->json_lines, &snapshot, &local_error)) {
            drover_job_view_read(&view, snapshot.job, snapshot.statistics);
            show(follow, &snapshot, &view);
            if (drover_job_state_has_ended(view.state)) {
                return DROVER_EXIT_DONE;
            }
            wait_ms = next_look_ms(&view);
        } else if (!bears(follow, &local_error)) {
            g_propagate_error(error, local_error);
            return drover_cli_error_status(*error);
        }
    } while (!drover_pause_wait(follow->pause, wait_ms));
    return interrupted(follow);
}

/* --- the end -----------------------------------------------------------------------------------
 */

static void
tell_errors(DroverCli *cli, const DroverJobView *view, const char *prefix)
{
    g_autoptr(GPtrArray) errors = drover_cli_read_errors(cli, view->id, NULL);
    g_autofree char *text = NULL;

    if (errors && errors->len) {
        text = drover_error_view_brief(errors, prefix);
    } else {
        text = g_strdup_printf("drover: job %s is %s: %s\n", view->id, drover_job_view_state(view),
                               view->status);
    }
    fflush(stdout);
    fputs(text, stderr);
}

static int
tell_end(Follow *follow, const DroverSnapshot *snapshot, const DroverJobView *view)
{
    DroverCli *cli = follow->cli;
    gboolean success = drover_job_state_is_success(view->state);

    if (cli->options.json && !follow->json_lines) {
        g_autofree char *json = drover_snapshot_print(snapshot, TRUE);

        fputs(json, stdout);
    } else if (success && !cli->options.json) {
        g_autofree char *outcome = drover_job_view_outcome(view);

        drover_cli_say(cli, g_strconcat(outcome, "\n", NULL));
    }
    if (!success) {
        tell_errors(cli, view, "");
    } else if (view->state == DROVER_JOB_STATE_COMPLETED_WITH_WARNINGS) {
        tell_errors(cli, view, "warning: ");
    }
    return success ? DROVER_EXIT_DONE : DROVER_EXIT_JOB_FAILED;
}

int
drover_follow(DroverCli *cli, const char *id, gboolean json_lines, GError **error)
{
    g_auto(Follow) follow = {.cli = cli,
                             .id = id,
                             .json_lines = json_lines,
                             .pause = drover_pause_new(),
                             .heard_us = g_get_monotonic_time()};
    g_auto(DroverSnapshot) snapshot = {NULL, NULL};
    DroverJobView view;
    int status;

    cim_client_set_timeout(cli->client, REQUEST_S);
    status = wait_for_end(&follow, error);
    erase(&follow);
    if (status != DROVER_EXIT_DONE || !look(&follow, FALSE, &snapshot, error)) {
        return status;
    }
    drover_job_view_read(&view, snapshot.job, snapshot.statistics);
    return tell_end(&follow, &snapshot, &view);
}
