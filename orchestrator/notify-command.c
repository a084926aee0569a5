#include "orchestrator/notify-command.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    DroverNotifyTransport base;
    guint timeout_s;
    GQueue runs; /* of Run */
} Command;

typedef struct {
    Command *command; /* NULL: it was freed, nobody waits any more */
    GSubprocess *process;
    GSource *timeout;
    gboolean timed_out;
    DroverDelivered done;
    gpointer user_data;
    char *problem; /* it did not even start */
} Run;

static void
run_free(Run *run)
{
    if (run->timeout) {
        g_source_destroy(run->timeout);
        g_source_unref(run->timeout);
    }
    g_clear_object(&run->process);
    g_free(run->problem);
    g_free(run);
}

/* How it ended, in words. (transfer full) */
static char *
judge(const Run *run, DroverDeliveryResult *result)
{
    GSubprocess *process = run->process;

    *result = DROVER_DELIVERY_REFUSED;
    if (run->timed_out) {
        *result = DROVER_DELIVERY_UNREACHABLE;
        return g_strdup_printf("the program did not end in %u s and was killed",
                               run->command->timeout_s);
    }
    if (!g_subprocess_get_if_exited(process)) {
        return g_strdup_printf("the program was killed by signal %d",
                               g_subprocess_get_term_sig(process));
    }
    if (g_subprocess_get_exit_status(process) == 0) {
        *result = DROVER_DELIVERY_TAKEN;
    }
    return g_strdup_printf("exit status %d", g_subprocess_get_exit_status(process));
}

static void
ended(GObject *source, GAsyncResult *async, gpointer user_data)
{
    Run *run = user_data;

    g_subprocess_wait_finish(run->process, async, NULL);
    if (run->command) {
        DroverDeliveryResult result;
        g_autofree char *answer = judge(run, &result);

        g_queue_remove(&run->command->runs, run);
        run->done(result, answer, run->user_data);
    }
    run_free(run);
}

static gboolean
not_started(gpointer user_data)
{
    Run *run = user_data;

    g_queue_remove(&run->command->runs, run);
    run->done(DROVER_DELIVERY_UNREACHABLE, run->problem, run->user_data);
    run_free(run);
    return G_SOURCE_REMOVE;
}

static gboolean
kill_it(gpointer user_data)
{
    Run *run = user_data;

    run->timed_out = TRUE;
    g_subprocess_force_exit(run->process);
    return G_SOURCE_REMOVE;
}

static void
arm(Run *run, guint delay_s, GSourceFunc func)
{
    run->timeout = g_timeout_source_new_seconds(delay_s);
    if (!delay_s) {
        g_source_set_ready_time(run->timeout, 0);
    }
    g_source_set_callback(run->timeout, func, run, NULL);
    g_source_attach(run->timeout, g_main_context_get_thread_default());
}

/* A file without a name, so that a program which does not read it hurts nobody. */
static int
make_input(const char *body, GError **error)
{
    int file = memfd_create("drover-notification", MFD_CLOEXEC);
    gssize length = (gssize) strlen(body);

    if (file < 0 || write(file, body, (gsize) length) != length || lseek(file, 0, SEEK_SET) != 0) {
        g_set_error(error, G_FILE_ERROR, (int) g_file_error_from_errno(errno),
                    "its input cannot be written: %s", g_strerror(errno));
        if (file >= 0) {
            close(file);
        }
        return -1;
    }
    return file;
}

static void
set_environment(GSubprocessLauncher *launcher, const DroverDelivery *delivery)
{
    g_autofree char *attempt = g_strdup_printf("%u", delivery->attempt);

    g_subprocess_launcher_setenv(launcher, "DROVER_EVENT", delivery->event, TRUE);
    g_subprocess_launcher_setenv(launcher, "DROVER_JOB", delivery->job, TRUE);
    g_subprocess_launcher_setenv(launcher, "DROVER_NOTIFICATION", delivery->id, TRUE);
    g_subprocess_launcher_setenv(launcher, "DROVER_ATTEMPT", attempt, TRUE);
}

static GSubprocess *
spawn(const DroverDelivery *delivery, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_auto(GStrv) arguments = NULL;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int input;

    if (delivery->arguments && *delivery->arguments &&
        !g_shell_parse_argv(delivery->arguments, NULL, &arguments, error)) {
        return NULL;
    }
    input = make_input(delivery->body, error);
    if (input < 0) {
        return NULL;
    }
    g_ptr_array_add(argv, (gpointer) delivery->target);
    for (guint i = 0; arguments && arguments[i]; i++) {
        g_ptr_array_add(argv, arguments[i]);
    }
    g_ptr_array_add(argv, NULL);
    g_subprocess_launcher_take_stdin_fd(launcher, input);
    set_environment(launcher, delivery);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *) argv->pdata, error);
}

static void
command_deliver(DroverNotifyTransport *base,
                const DroverDelivery *delivery,
                DroverDelivered done,
                gpointer user_data)
{
    Command *command = (Command *) base;
    g_autoptr(GError) error = NULL;
    Run *run = g_new0(Run, 1);

    run->command = command;
    run->done = done;
    run->user_data = user_data;
    g_queue_push_tail(&command->runs, run);
    run->process = spawn(delivery, &error);
    if (!run->process) {
        run->problem = g_strdup(error->message);
        arm(run, 0, not_started);
        return;
    }
    arm(run, command->timeout_s, kill_it);
    g_subprocess_wait_async(run->process, NULL, ended, run);
}

static void
command_free(DroverNotifyTransport *base)
{
    Command *command = (Command *) base;
    Run *run;

    while ((run = g_queue_pop_head(&command->runs))) {
        if (run->process) {
            run->command = NULL; /* its end frees it */
            g_source_destroy(run->timeout);
            g_subprocess_force_exit(run->process);
        } else {
            run_free(run);
        }
    }
    g_free(command);
}

void
drover_notify_command_configure(DroverNotifyTransport *transport, guint timeout_s)
{
    ((Command *) transport)->timeout_s = timeout_s;
}

DroverNotifyTransport *
drover_notify_command_new(void)
{
    Command *command = g_new0(Command, 1);

    command->base.deliver = command_deliver;
    command->base.free = command_free;
    command->timeout_s = 10;
    g_queue_init(&command->runs);
    return &command->base;
}
