/*
 * What the tests of the store share: a directory of their own, and a note of what callbacks said.
 */
#pragma once

#include "tests/unit/check-main.h"

#include "orchestrator/store.h"

typedef struct {
    GMainContext *context;
    char *directory;  /* temporary */
    char *path;       /* of the database, in a directory below that the store makes */
    GArray *told;     /* of int, by note(): the number of each write, negative when it failed */
    GThread *told_on; /* the thread of the last one */
} StoreFixture;

extern StoreFixture fixture;

void set_up(void);
void tear_down(void);

DroverStore *open_store(void);
/* @says: parts of the message, NULL-terminated. */
void assert_refused(DroverStoreError code, const char *const *says);
/* All jobs: of DroverJobRecord. (transfer full) */
GPtrArray *load_all(DroverStore *store);

/* Beside the store: the first value that @sql gives (-1: no row), or just runs it. */
gint64 sql_number(const char *sql);
void sql_run(const char *sql);

/* As little as a job can have: id "JOB-number", queued. */
void plain_record(DroverJobRecord *record, guint64 number);
/* A DroverStoreDone; @user_data: GINT_TO_POINTER(number of the write). */
void note(const GError *error, gpointer user_data);
void assert_told(const int *numbers, guint n);
/* Saves a plain record, and notes its number. */
void save_plain(
    DroverStore *store, guint64 number, DroverStage from, DroverStage stage, const char *reason);
void save_new(DroverStore *store, guint64 number);
