/*
 * Makes a guest that is hard to move: rewrites SIZE MiB of memory, page by page, at RATE MiB a
 * second.
 *
 * Usage: dirty RATE_MIB_S SIZE_MIB
 *
 * One word of each page is written: that is what makes the hypervisor send the page again, and it
 * leaves the (emulated) CPU free.  Time lost while the guest stood still is not made up for.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE            4096u
#define PAGES_PER_MIB   (1024u * 1024u / PAGE)
#define STEP_US         10000
#define LONGEST_STEP_US 100000

static int64_t
now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
rewrite(unsigned char *memory, size_t size_pages, size_t count)
{
    static uint64_t stamp = 1;
    static size_t page = 0;

    while (count-- > 0) {
        memcpy(memory + page * PAGE, &stamp, sizeof stamp);
        page = (page + 1) % size_pages;
        stamp++;
    }
}

int
main(int argc, char **argv)
{
    size_t rate_pages_s = argc > 1 ? strtoul(argv[1], NULL, 10) * PAGES_PER_MIB : 0;
    size_t size_pages = argc > 2 ? strtoul(argv[2], NULL, 10) * PAGES_PER_MIB : 0;
    unsigned char *memory = size_pages > 0 ? malloc(size_pages * PAGE) : NULL;

    if (!memory || rate_pages_s == 0)
        return EXIT_FAILURE;
    memset(memory, 0x5a, size_pages * PAGE); /* a page of zeros would travel as a few bytes */
    for (int64_t last_us = now_us();;) {
        struct timespec step = {.tv_nsec = STEP_US * 1000};
        nanosleep(&step, NULL);

        int64_t time_us = now_us();
        int64_t passed_us = time_us - last_us;
        last_us = time_us;
        if (passed_us > LONGEST_STEP_US)
            passed_us = LONGEST_STEP_US;
        rewrite(memory, size_pages, (size_t) ((int64_t) rate_pages_s * passed_us / 1000000));
    }
}
