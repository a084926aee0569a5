#include <locale.h>
#include <stdio.h>
#include <sys/resource.h>

#include "orchestrator/daemon.h"

/* A descriptor for each client, and some for each host and move: the shell's 1,024 are few. */
static void
allow_many_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int
main(int argc, char **argv)
{
    g_autofree char *config = NULL;
    gboolean version = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &config, "The configuration file", "FILE"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Show the version", NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) options = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverDaemon) daemon = NULL;

    setlocale(LC_ALL, "");
    g_option_context_set_summary(options,
                                 "Moves virtual machines between libvirt hosts, and shows each "
                                 "move as a Hyper-V migration job.");
    g_option_context_add_main_entries(options, entries, NULL);
    if (!g_option_context_parse(options, &argc, &argv, &error) || argc > 1) {
        fprintf(stderr, "droverd: %s\ndroverd --help shows the options.\n",
                error ? error->message : "it takes no arguments");
        return 2;
    }
    if (version) {
        printf("droverd %s\n", DROVER_VERSION);
        return 0;
    }
    allow_many_files();
    daemon = drover_daemon_new(config ? config : DROVER_CONFIG, &error);
    if (!daemon) {
        fprintf(stderr, "droverd: %s\n", error->message);
        return 1;
    }
    drover_daemon_run(daemon);
    return 0;
}
