/*
 * The stages of a job's life, and what each means on every surface at once.
 *
 * Purpose:   the one table from which JobState, OperationalStatus, the transfer-job state and the
 *            legal transitions and verbs are read.
 * Thread:    constant data.
 * Source:    Msvm_MigrationJob and CIM_ConcreteJob (JobState, OperationalStatus,
 * RequestStateChange), IBackgroundCopyJob (BG_JOB_STATE).
 *
 *                  +-----------+  suspend  +-----------+
 *   accepted ----> |  QUEUED   | <-------> | SUSPENDED | <--- suspend (aborted safely) ----+
 *                  +-----------+   start   +-----------+                                  |
 *                    |   ^  ^ start, time, host back                                      |
 *               slot |   |  +--------------> RETRYING <--- transient failure ---+         |
 *                    v   |                                                      |         |
 *                  PREPARING ---> MOVING <---> UNKNOWN (contact lost) ----------+---------+
 *                    |   |          |  ^                                        |
 *                    |   |          |  +--> RECOVERING (post-copy broken)       |
 *                    |   |          |                                           |
 *                    |   +----------+--terminate, kill--> CANCELLING ----+      |
 *                    |              |                                    |      |
 *                    +--------------+---> COMPLETED, COMPLETED_WITH_     |      +--> FAILED
 * --start--> QUEUED WARNINGS                       +--> TERMINATED, KILLED
 *   As a transfer job a failed one can also be held (SUSPENDED) and given up (TERMINATED).
 */
#pragma once

#include <glib.h>

/* Stored: numbers are never reused. */
typedef enum {
    DROVER_STAGE_QUEUED = 1,
    DROVER_STAGE_PREPARING = 2,
    DROVER_STAGE_MOVING = 3,
    DROVER_STAGE_SUSPENDED = 4,
    DROVER_STAGE_RETRYING = 5,
    DROVER_STAGE_UNKNOWN = 6,
    DROVER_STAGE_RECOVERING = 7,
    DROVER_STAGE_CANCELLING = 8,
    DROVER_STAGE_COMPLETED = 9,
    DROVER_STAGE_COMPLETED_WITH_WARNINGS = 10,
    DROVER_STAGE_FAILED = 11,
    DROVER_STAGE_TERMINATED = 12,
    DROVER_STAGE_KILLED = 13,
} DroverStage;
#define DROVER_STAGE_LAST DROVER_STAGE_KILLED

/* The values of RequestedState (CIM_ConcreteJob.RequestStateChange). */
typedef enum {
    DROVER_VERB_START = 2,
    DROVER_VERB_SUSPEND = 3,
    DROVER_VERB_TERMINATE = 4,
    DROVER_VERB_KILL = 5,
    DROVER_VERB_SERVICE = 6,
} DroverVerb;

typedef struct {
    const char *name;              /* "queued": in logs, the store's journal and JSON */
    guint16 job_state;             /* CIM_ConcreteJob.JobState */
    guint16 operational_status[2]; /* second 0: none */
    guint16 transfer_state;        /* BG_JOB_STATE */
    gboolean is_final;
    gboolean holds_slots; /* counts against the limits of both hosts */
    guint next;           /* set of 1 << DroverStage */
} DroverStageInfo;

/* Never NULL for a valid stage. */
const DroverStageInfo *drover_stage_info(DroverStage stage);
gboolean drover_stage_is_valid(int stage);
gboolean drover_stage_is_final(DroverStage stage);
gboolean drover_stage_may_become(DroverStage from, DroverStage to);
/* Whether the table allows @verb on @stage; post-copy is refused by drover_job_check_verb(). */
gboolean drover_stage_takes_verb(DroverStage stage, DroverVerb verb);
const char *drover_verb_name(DroverVerb verb); /* "terminate"; NULL: no such verb */
