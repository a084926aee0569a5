#include "orchestrator/cli/command.h"

#include "orchestrator/cli/run.h"
#include "orchestrator/cli/text.h"

#define FLAG(name, letter, field, description)                                                     \
    {                                                                                              \
        name, letter, FALSE, G_STRUCT_OFFSET(DroverOptions, field), description, NULL, FALSE       \
    }
#define VALUE(name, letter, field, value, description)                                             \
    {                                                                                              \
        name, letter, TRUE, G_STRUCT_OFFSET(DroverOptions, field), description, value, FALSE       \
    }
#define LIST(name, letter, field, value, description)                                              \
    {                                                                                              \
        name, letter, TRUE, G_STRUCT_OFFSET(DroverOptions, field), description, value, TRUE        \
    }
#define OPTIONS(array) .options = array, .n_options = G_N_ELEMENTS(array)
#define ID_HELP                                                                                    \
    "ID is any part of the job's ID that begins it and fits no other job: 'drover jobs' shows "    \
    "enough of it."

/* clang-format off */
static const DroverOption common_options[] = {
    VALUE("server", 's', server, "ADDRESS",
          "The daemon: unix:PATH, http://HOST:PORT or https://HOST:PORT (default: DROVER_SERVER, "
          "else " DROVER_DEFAULT_SERVER ")"),
    VALUE("user", 'u', user, "NAME",
          "Log in with a password: DROVER_PASSWORD, else asked for (default: DROVER_USER)"),
    VALUE("ca", 0, ca, "FILE", "Believe the daemon if this CA has signed its certificate (DROVER_CA)"),
    VALUE("cert", 0, certificate, "FILE", "Show this certificate to the daemon (DROVER_CERT)"),
    VALUE("key", 0, key, "FILE", "The certificate's key (DROVER_KEY)"),
    FLAG("json", 'j', json, "Print JSON, with the names of the CIM properties"),
    VALUE("color", 0, color, "WHEN", "Colours: auto, always or never (auto heeds NO_COLOR)"),
    FLAG("quiet", 'q', quiet, "Print nothing but errors and what was asked for"),
    FLAG("help", 'h', help, "Show this help"),
    FLAG("version", 0, version, "Show the version"),
};

static const DroverOption check_options[] = {
    VALUE("to", 't', destination, "HOST", "The host to move to (required)"),
};

static const DroverOption migrate_options[] = {
    VALUE("to", 't', destination, "HOST", "The host to move to (required)"),
    FLAG("detach", 'd', detach, "Do not wait: print the job's ID and end"),
    VALUE("bandwidth", 'b', bandwidth, "MIB/S", "Send at most so many MiB a second (1 to 65535)"),
    VALUE("priority", 'p', priority, "N", "Queue before jobs with a higher number (0 to 65535)"),
    VALUE("address", 'a', address, "IP", "Send the memory to this address of the destination"),
    FLAG("compress", 'c', compress, "Compress the memory on its way"),
    FLAG("tls", 0, tls, "Encrypt the memory on its way (both hosts need QEMU's certificates)"),
    VALUE("notify-url", 0, notify_url, "URL", "Post the move's end to this http or https URL"),
    VALUE("notify-command", 0, notify_command, "PROGRAM",
          "Run this program (of program_dir in drover.conf) at the move's end"),
    FLAG("post-copy", 0, post_copy,
         "Let the guest run at the destination before all its memory is there, if it must be"),
    LIST("also-to", 0, also_to, "HOST",
         "Try this host next if the one before is at fault (may be given again, in order)"),
    VALUE("attempts", 0, attempts, "N", "Try so often before the job fails (1 to 100)"),
    VALUE("retry-delay", 0, retry_delay, "S",
          "Wait at least so many seconds before another attempt (5 and more)"),
    VALUE("no-progress-timeout", 0, no_progress_timeout, "S",
          "Give up so many seconds after a failure (0: at once)"),
};

static const DroverOption jobs_options[] = {
    FLAG("all", 'a', all, "Also those that ended well more than an hour ago"),
};

static const DroverOption job_options[] = {
    FLAG("trace", 't', trace,
         "Show the job's black box: what was done, answered, seen and measured, and when"),
};

static const DroverOption notify_options[] = {
    VALUE("url", 0, notify_url, "URL", "Post to this http or https URL (empty: to none)"),
    VALUE("command", 0, notify_command, "PROGRAM",
          "Run this program of program_dir (drover.conf) if there is no URL or it failed (empty: "
          "none)"),
    VALUE("arguments", 0, notify_arguments, "TEXT", "The arguments of the program"),
    VALUE("on", 0, notify_on, "EVENTS",
          "Of what: error, transferred, modified, with commas between"),
    FLAG("off", 0, notify_off, "Tell nobody, and stop repeating what was not taken"),
};

static const DroverOption settings_options[] = {
    VALUE("max-active", 'm', max_active, "N",
          "Let each host take part in N moves at once in each direction"),
    VALUE("enabled", 'e', enabled, "YES|NO", "Let moves begin, or let them wait"),
};

static const DroverOption passwd_options[] = {
    VALUE("file", 'f', file, "FILE", "The password file (default: /etc/drover/passwd)"),
    FLAG("delete", 'd', remove, "Take the user out of the file"),
    FLAG("stdin", 0, from_stdin, "Read the password from standard input"),
};

static const DroverCommand commands[] = {
    { .name = "hosts", .arguments = "", .run = drover_run_hosts,
      .summary = "List the hosts: state, guests, free memory, moves",
      .help = "Lists the hosts of droverd's configuration, whether it reaches them (and why not), and "
              "how many moves leave and enter each, of how many at most." },
    { .name = "vms", .arguments = "", .run = drover_run_vms,
      .summary = "List the virtual machines and where they are",
      .help = "Lists the virtual machines on all hosts that are up.  The column JOB has the job that "
              "moves one, if any." },
    { .name = "check", .arguments = "VM --to HOST", .run = drover_run_check,
      OPTIONS(check_options), .min_arguments = 1, .max_arguments = 1,
      .summary = "Ask whether a virtual machine can be moved to a host",
      .help = "Says yes with exit status 0, or why not (all reasons that are found) with 1.  Nothing is "
              "touched.  A yes is no promise: the hosts may have changed when the move begins.\n\n"
              "VM is a name or a UUID." },
    { .name = "migrate", .arguments = "VM --to HOST", .run = drover_run_migrate,
      OPTIONS(migrate_options), .min_arguments = 1, .max_arguments = 1,
      .summary = "Move a running virtual machine to a host",
      .help = "Starts a job that moves the virtual machine live, and waits for its end: with a bar on a "
              "terminal, else with a line for each change.  --json prints the job at its end (with "
              "--detach: its InstanceID at once).\n\n"
              "Ctrl-C ends the waiting, not the move: the exit status is 130 then, 'drover watch' waits "
              "again and 'drover cancel' stops the move.\n\n"
              "VM is a name or a UUID; of several virtual machines with one name, the only one that is "
              "not off is meant." },
    { .name = "jobs", .arguments = "", .run = drover_run_jobs, OPTIONS(jobs_options),
      .summary = "List the jobs, oldest first",
      .help = "Lists the jobs that wait, run or failed, and those that ended well within the last hour.  "
              "A job is listed until it is acknowledged ('drover complete') or its time is over "
              "(time_before_removal_s in drover.conf)." },
    { .name = "job", .arguments = "ID", .run = drover_run_job, OPTIONS(job_options),
      .min_arguments = 1, .max_arguments = 1,
      .summary = "Show all about a job", .help = ID_HELP },
    { .name = "error", .arguments = "ID", .run = drover_run_error,
      .min_arguments = 1, .max_arguments = 1,
      .summary = "Show why a job failed, and what to do",
      .help = "Shows the job's error, what libvirt said, and the recommended actions.  A job that is "
              "well has none.  'drover explain' says more about an error.\n\n" ID_HELP },
    { .name = "explain", .arguments = "[MESSAGEID]", .run = drover_run_explain, .max_arguments = 1,
      .is_local = TRUE,
      .summary = "Explain an error: cause, what drover does, what to do",
      .help = "MESSAGEID is what 'drover error' prints (DROVER0030), its number, or the name of the error "
              "(cpu-incompatible).  Without it: lists all errors.  No daemon is needed; "
              "drover-errors(7) says the same." },
    { .name = "suspend", .arguments = "ID", .run = drover_run_suspend,
      .min_arguments = 1, .max_arguments = 1,
      .summary = "Hold a job",
      .help = "A waiting job is held.  A move that runs is aborted safely: the guest stays on its host "
              "until 'drover resume'.  In post-copy that is refused.\n\n" ID_HELP },
    { .name = "resume", .arguments = "ID", .run = drover_run_resume,
      .min_arguments = 1, .max_arguments = 1,
      .summary = "Start a suspended or failed job again",
      .help = "Queues the job again, with the same ID; one that waits to be tried again is tried "
              "now.\n\n" ID_HELP },
    { .name = "cancel", .arguments = "ID", .run = drover_run_cancel,
      .min_arguments = 1, .max_arguments = 1,
      .summary = "Stop a job in order; the guest stays on its host",
      .help = "Aborts the move and cleans up on both hosts.  In post-copy that is refused, since the only "
              "whole copy of the guest is being put together.\n\n" ID_HELP },
    { .name = "kill", .arguments = "ID", .run = drover_run_kill,
      .min_arguments = 1, .max_arguments = 1,
      .summary = "Stop a job without waiting for the destination",
      .help = "Like cancel, but does not wait until the destination is cleaned.\n\n" ID_HELP },
    { .name = "complete", .arguments = "ID", .run = drover_run_complete,
      .min_arguments = 1, .max_arguments = 1,
      .summary = "Acknowledge a job that has ended",
      .help = "Takes it off the list of jobs.\n\n" ID_HELP },
    { .name = "watch", .arguments = "[ID]", .run = drover_run_watch, .max_arguments = 1,
      .summary = "Follow a job to its end, or all jobs",
      .help = "With ID: waits as 'drover migrate' does, with its exit statuses.  Without: shows all jobs "
              "as they change, until Ctrl-C.  --json prints one line for each change.\n\n" ID_HELP },
    { .name = "notify", .arguments = "ID", .run = drover_run_notify,
      OPTIONS(notify_options), .min_arguments = 1, .max_arguments = 1,
      .summary = "Show or set whom a job tells of its end",
      .help = "A job that fails (error) or has moved its guest (transferred) is posted to the URL as "
              "JSON, or the program is run with the JSON as its input, again and again until it was "
              "taken: an answer of 2xx, or exit status 0.  An error that may pass tells nobody.  "
              "Changes (modified) are posted once.\n\n"
              "Without options: shows what is set, and what became of the last notification.  An end "
              "that was before is told too.  'drover complete' stops the repeating.\n\n" ID_HELP },
    { .name = "settings", .arguments = "", .run = drover_run_settings, OPTIONS(settings_options),
      .summary = "Show or change the limits of droverd",
      .help = "Shows how many moves a host may have at once in each direction and whether moves begin at "
              "all; changes them where an option says so.  What is changed here outlasts restarts and "
              "wins over drover.conf." },
    { .name = "passwd", .arguments = "NAME", .run = drover_run_passwd, OPTIONS(passwd_options),
      .min_arguments = 1, .max_arguments = 1, .is_local = TRUE,
      .summary = "Set the password of a user of droverd",
      .help = "Asks for the password twice and writes its yescrypt hash into the password file of "
              "[access].  What the user may do, [access] in drover.conf says." },
    { .name = "help", .arguments = "[COMMAND]", .run = drover_run_help, .max_arguments = 1,
      .is_local = TRUE,
      .summary = "Explain a command",
      .help = "Without COMMAND: lists the commands." },
};
/* clang-format on */

const DroverCommand *
drover_commands(guint *n)
{
    *n = G_N_ELEMENTS(commands);
    return commands;
}

const DroverOption *
drover_common_options(guint *n)
{
    *n = G_N_ELEMENTS(common_options);
    return common_options;
}

const DroverCommand *
drover_command_find(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(commands) + 1] = {NULL};
    g_autofree char *advice = NULL;
    const char *nearest;

    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (g_str_equal(commands[i].name, name)) {
            return &commands[i];
        }
        names[i] = commands[i].name;
    }
    nearest = drover_text_nearest(name, names);
    advice = nearest
                 ? g_strdup_printf("Did you mean '%s'? 'drover help' lists the commands.", nearest)
                 : g_strdup("'drover help' lists the commands.");
    drover_cli_set_error(error, DROVER_EXIT_USAGE, advice, "there is no command '%s'", name);
    return NULL;
}

int
drover_run_help(DroverCli *cli, char **arguments, GError **error)
{
    const DroverCommand *command = NULL;
    g_autofree char *text = NULL;

    if (arguments[0] && !(command = drover_command_find(arguments[0], error))) {
        return DROVER_EXIT_USAGE;
    }
    text = command ? drover_command_help(command) : drover_commands_help();
    fputs(text, stdout);
    return DROVER_EXIT_DONE;
}
