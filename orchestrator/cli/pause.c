#include "orchestrator/cli/pause.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct _DroverPause {
    int fd; /* readable when SIGINT came; -1: there is none, and SIGINT ends the program */
    sigset_t before;
};

DroverPause *
drover_pause_new(void)
{
    DroverPause *pause = g_new0(DroverPause, 1);
    sigset_t interrupt;

    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pause->fd = signalfd(-1, &interrupt, SFD_CLOEXEC | SFD_NONBLOCK);
    if (pause->fd >= 0) {
        pthread_sigmask(SIG_BLOCK, &interrupt, &pause->before);
    }
    return pause;
}

void
drover_pause_free(DroverPause *pause)
{
    struct signalfd_siginfo taken;

    if (!pause) {
        return;
    }
    if (pause->fd >= 0) {
        /* A Ctrl-C that was noticed, or came too late, must not end the program now. */
        (void) !read(pause->fd, &taken, sizeof taken);
        close(pause->fd);
        pthread_sigmask(SIG_SETMASK, &pause->before, NULL);
    }
    g_free(pause);
}

gboolean
drover_pause_wait(DroverPause *pause, guint ms)
{
    struct pollfd interrupt = {.fd = pause->fd, .events = POLLIN};

    return poll(&interrupt, 1, (int) ms) > 0;
}
