/*
 * The guest's own counter: writes "tick N UPTIME_MS" to a serial port at a fixed interval of guest
 * time.
 *
 * The guest's monotonic clock stands still while its CPU does, so whoever notes when the lines
 * arrive sees how long the guest was stopped: time between two arrivals minus time between the two
 * uptimes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS 1000000L
#define MS_PER_S  1000L

static int
open_raw(const char *path)
{
    struct termios settings;
    int port = open(path, O_WRONLY | O_NOCTTY);

    if (port >= 0 && tcgetattr(port, &settings) == 0) {
        cfmakeraw(&settings);
        tcsetattr(port, TCSANOW, &settings);
    }
    return port;
}

static struct timespec
after_ms(struct timespec when, long ms)
{
    when.tv_sec += ms / MS_PER_S;
    when.tv_nsec += ms % MS_PER_S * NS_PER_MS;
    if (when.tv_nsec >= MS_PER_S * NS_PER_MS) {
        when.tv_nsec -= MS_PER_S * NS_PER_MS;
        when.tv_sec++;
    }
    return when;
}

int
main(int argc, char **argv)
{
    int port = open_raw(argc > 1 ? argv[1] : "/dev/ttyS0");
    long interval_ms = argc > 2 ? strtol(argv[2], NULL, 10) : 100;
    struct timespec next, now;

    if (port < 0 || interval_ms <= 0)
        return EXIT_FAILURE;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (unsigned long count = 1;; count++) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        dprintf(port, "tick %lu %lld\n", count,
                (long long) now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS);
        next = after_ms(next, interval_ms);
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL) == EINTR)
            continue;
    }
}
