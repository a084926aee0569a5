/*
 * What the store can do: durable saves per second with 1, 16 and 256 writers that each wait for
 * their own save, and how long 10,000 jobs take to load.
 *
 * Usage: bench-store [DIRECTORY]
 * The directory (default: the one it is started in) decides the disk; a /tmp in memory would say
 * nothing. Beside them stands what the disk itself can do: appends of a page, each followed by
 * fdatasync.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "orchestrator/store.h"

#define SECONDS     1
#define LOADED_JOBS 10000

typedef struct {
    DroverStore *store;
    DroverJobRecord record; /* reused: the store copies it */
    guint64 last_number;
    guint64 saved;
    gboolean update; /* changes of stage instead of new jobs */
    gint64 end_us;
    guint outstanding;
} Bench;

static void save_next(Bench *bench);

static void
saved(const GError *error, gpointer user_data)
{
    Bench *bench = user_data;

    if (error) {
        g_error("%s", error->message);
    }
    bench->saved++;
    bench->outstanding--;
    if (g_get_monotonic_time() < bench->end_us) {
        save_next(bench);
    }
}

/* A new job, as the acceptance of a migration is, or one of those there are at its next stage. */
static void
save_next(Bench *bench)
{
    guint64 number = bench->update ? (bench->saved + bench->outstanding) % LOADED_JOBS + 1
                                   : ++bench->last_number;

    g_free(bench->record.id);
    bench->record.number = number;
    bench->record.id =
        g_strdup_printf("%08X-0000-4000-8000-000000000000", (guint32) number * 2654435761u);
    bench->outstanding++;
    bench->store->klass->save(bench->store, &bench->record, (DroverStage) 0, "accepted", saved,
                              bench);
}

static void
run_writers(Bench *bench, GMainContext *context, guint writers, gboolean update)
{
    gint64 begin_us = g_get_monotonic_time();
    double took_s;

    bench->saved = 0;
    bench->update = update;
    bench->end_us = begin_us + SECONDS * G_USEC_PER_SEC;
    for (guint i = 0; i < writers; i++) {
        save_next(bench);
    }
    while (bench->outstanding > 0) {
        g_main_context_iteration(context, TRUE);
    }
    took_s = (double) (g_get_monotonic_time() - begin_us) / G_USEC_PER_SEC;
    printf("%3u writers: %8.0f durable saves of %s/s\n", writers, (double) bench->saved / took_s,
           update ? "changes" : "new jobs");
}

static void
count(const DroverJobRecord *record, gpointer user_data)
{
    ++*(guint *) user_data;
}

static void
run_load(Bench *bench)
{
    g_autoptr(GError) error = NULL;
    gint64 begin_us;
    guint n = 0;

    for (guint i = 0; i < LOADED_JOBS; i++) {
        save_next(bench);
    }
    bench->store->klass->flush(bench->store);
    begin_us = g_get_monotonic_time();
    if (!bench->store->klass->load(bench->store, count, &n, &error)) {
        g_error("%s", error->message);
    }
    printf("load: %.1f ms for %u jobs\n", (double) (g_get_monotonic_time() - begin_us) / 1000, n);
}

static void
run_disk(const char *path)
{
    static const char page[4096];
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    gint64 begin_us = g_get_monotonic_time();
    guint n = 0;

    while (g_get_monotonic_time() < begin_us + G_USEC_PER_SEC) {
        if (write(fd, page, sizeof page) != sizeof page || fdatasync(fd) != 0) {
            g_error("%s cannot be written", path);
        }
        n++;
    }
    close(fd);
    g_unlink(path);
    printf("disk: %u appends with fdatasync/s\n", n);
}

static void
remove_all(const char *directory)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(directory, name, NULL);

        g_unlink(file);
    }
    g_rmdir(directory);
}

static void
set_record(DroverJobRecord *record)
{
    *record = (DroverJobRecord){
        .job_type = 305,
        .migration_type = 32768,
        .guest_uuid = g_uuid_string_random(),
        .guest_name = g_strdup("web-0017"),
        .source = g_strdup("alpha"),
        .destination = g_strdup("beta"),
        .owner = g_strdup("root"),
        .stage = DROVER_STAGE_QUEUED,
        .submitted_us = g_get_real_time(),
        .changed_us = g_get_real_time(),
        .max_attempts = 1,
        .downtime_ms = -1,
    };
}

int
main(int argc, char **argv)
{
    g_autofree char *directory =
        g_build_filename(argc > 1 ? argv[1] : ".", "bench-store-XXXXXX", NULL);
    g_autofree char *database = NULL;
    g_autofree char *file = NULL;
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(GError) error = NULL;
    static const guint writers[] = {1, 16, 256};
    Bench bench = {0};

    if (!g_mkdtemp(directory)) {
        g_error("%s cannot be made", directory);
    }
    database = g_build_filename(directory, "drover.db", NULL);
    file = g_build_filename(directory, "pages", NULL);
    bench.store = drover_sqlite_store_new(database, context, &error);
    if (!bench.store) {
        g_error("%s", error->message);
    }
    set_record(&bench.record);
    run_disk(file);
    run_load(&bench);
    for (guint i = 0; i < G_N_ELEMENTS(writers); i++) {
        run_writers(&bench, context, writers[i], FALSE);
        run_writers(&bench, context, writers[i], TRUE);
    }
    drover_store_free(bench.store);
    drover_job_record_clear(&bench.record);
    remove_all(directory);
    return 0;
}
