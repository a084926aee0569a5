/*
 * A job as people look at it: its Msvm_MigrationJob and its Drover_MigrationStatistics in one.
 *
 * Ownership: a view borrows from both instances.
 * Thread:    plain data.
 * Source:    CIM_ConcreteJob.JobState; Drover_MigrationStatistics.
 */
#pragma once

#include "cim/instance.h"
#include "orchestrator/cli/screen.h"

/* CIM_ConcreteJob.JobState, as far as drover uses it. */
typedef enum {
    DROVER_JOB_STATE_NEW = 2,
    DROVER_JOB_STATE_STARTING = 3,
    DROVER_JOB_STATE_RUNNING = 4,
    DROVER_JOB_STATE_SUSPENDED = 5,
    DROVER_JOB_STATE_SHUTTING_DOWN = 6,
    DROVER_JOB_STATE_COMPLETED = 7,
    DROVER_JOB_STATE_TERMINATED = 8,
    DROVER_JOB_STATE_KILLED = 9,
    DROVER_JOB_STATE_EXCEPTION = 10,
    DROVER_JOB_STATE_COMPLETED_WITH_WARNINGS = 32768,
} DroverJobState;

typedef struct {
    const char *id;
    const char *vm; /* its name, else its UUID */
    const char *source;
    const char *destination;
    guint state; /* DroverJobState */
    guint percent;
    const char *status;        /* JobStatus; never NULL */
    const char *phase;         /* "pre-copy", "queued", …; never NULL */
    gboolean is_moving;        /* data flows, as far as is known */
    guint64 bandwidth_bytes_s; /* 0: not known; so are the next two */
    guint64 dirty_rate_bytes_s;
    guint64 remaining_bytes;
    gint64 remaining_s; /* -1: not known; so are the next two */
    gint64 downtime_ms;
    gint64 elapsed_ms;
    gint64 submitted_us; /* 0: not known; so is the next one */
    gint64 changed_us;
} DroverJobView;

/* @statistics may be NULL. */
void
drover_job_view_read(DroverJobView *view, const CimInstance *job, const CimInstance *statistics);

gboolean drover_job_state_has_ended(guint state);
gboolean drover_job_state_is_success(guint state);
/* "running", "failed", "cancelled", … (transfer none) */
const char *drover_job_state_word(guint state);
DroverStyle drover_job_state_style(guint state);
/* The word, or what a waiting job does ("queued", "retrying"). (transfer none) */
const char *drover_job_view_state(const DroverJobView *view);
/* What JobStatus says beyond the state: "pre-copy iteration 2"; NULL: nothing. (transfer none) */
const char *drover_job_view_detail(const DroverJobView *view);
/* "moved 'web' from alpha to beta in 8.2 s, pause 112 ms" (transfer full) */
char *drover_job_view_outcome(const DroverJobView *view);
