/* watch */
#include "orchestrator/cli/run.h"

#include <string.h>
#include <unistd.h>

#include "orchestrator/cli/follow.h"
#include "orchestrator/cli/job-table.h"
#include "orchestrator/cli/pause.h"
#include "orchestrator/cli/progress-line.h"

enum { LOOK_MS = 500 };

/* What @text has in its first @lines lines, each cleared to its end; for redrawing in place. */
static char *
cut_lines(const char *text, guint lines, guint *n)
{
    GString *out = g_string_new(NULL);
    const char *end;

    for (*n = 0; *n < lines && (end = strchr(text, '\n')); (*n)++, text = end + 1) {
        g_string_append_len(out, text, end - text);
        g_string_append(out, "\033[K\n");
    }
    return g_string_free(out, FALSE);
}

/* Draws over the @lines that were drawn before; returns how many there are now. */
static guint
redraw(DroverCli *cli, const DroverJobTable *table, guint lines)
{
    g_autofree char *text = NULL;
    g_autofree char *cut = NULL;
    guint n = 0;

    drover_screen_measure(&cli->screen, STDOUT_FILENO);
    text = drover_job_table_length(table) ? drover_job_table_print(table, &cli->screen)
                                          : g_strdup("there are no jobs; Ctrl-C ends\n");
    cut = cut_lines(text, MAX(cli->screen.lines, 3) - 1, &n);
    if (lines) {
        printf("\033[%uA", lines);
    }
    printf("\r%s\033[J", cut);
    fflush(stdout);
    return n;
}

/* One line for each job that is not as it was; @known: what each job was, by InstanceID. */
static void
tell_changes(DroverCli *cli, const DroverJobTable *table, GHashTable *known)
{
    for (guint i = 0; i < drover_job_table_length(table); i++) {
        const DroverSnapshot *snapshot = drover_job_table_get(table, i);
        g_autofree char *change = NULL;
        g_autofree char *text = NULL;
        DroverJobView view;

        drover_job_view_read(&view, snapshot->job, snapshot->statistics);
        change = g_strdup_printf("%u|%s|%u", view.state, view.status, view.percent / 10);
        if (!g_strcmp0(g_hash_table_lookup(known, view.id), change)) {
            continue;
        }
        g_hash_table_replace(known, g_strdup(view.id), g_steal_pointer(&change));
        text = cli->options.json ? drover_snapshot_print(snapshot, FALSE)
                                 : drover_progress_text(&view);
        printf(cli->options.json ? "%s" : "%s\n", text);
    }
    fflush(stdout);
}

static int
watch_all(DroverCli *cli, GError **error)
{
    g_autoptr(DroverPause) pause = drover_pause_new();
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guint lines = 0;

    do {
        g_autoptr(DroverJobTable) table = drover_job_table_read(cli, FALSE, error);

        if (!table) {
            return DROVER_EXIT_UNREACHABLE;
        }
        if (cli->screen.is_live && !cli->options.json) {
            lines = redraw(cli, table, lines);
        } else {
            tell_changes(cli, table, known);
        }
    } while (!ferror(stdout) && !drover_pause_wait(pause, LOOK_MS));
    fputs(cli->screen.is_live ? "\n" : "", stdout); /* after the terminal's "^C" */
    return DROVER_EXIT_DONE;
}

int
drover_run_watch(DroverCli *cli, char **arguments, GError **error)
{
    g_autofree char *id = NULL;

    if (!arguments[0]) {
        return watch_all(cli, error);
    }
    id = drover_cli_find_job(cli, arguments[0], error);
    return id ? drover_follow(cli, id, cli->options.json, error) : DROVER_EXIT_NOT_FOUND;
}
