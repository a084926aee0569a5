/*
 * The part of a job that is kept on disk: all that must survive a kill -9 of the daemon.
 *
 * Units:     times are real time in microseconds (0: not yet).
 * Ownership: a record owns its strings (those in @options too) and its failure.
 * Thread:    plain data; the store copies it before another thread sees it.
 */
#pragma once

#include "backends/backend.h"
#include "orchestrator/job-stage.h"

typedef struct {
    char *id;               /* InstanceID: bare upper-case GUID */
    guint64 number;         /* order of acceptance, from 1 */
    guint16 job_type;       /* Msvm_MigrationJob.JobType: 305 moving, 301 checking */
    guint16 migration_type; /* Msvm_VirtualSystemMigrationSettingData.MigrationType: 32768 */
    char *guest_uuid;       /* lower case */
    char *guest_name;
    char *source; /* host names, as configured */
    char *destination;
    char *owner;                   /* who submitted it, or NULL */
    guint32 priority;              /* lower runs first; 0: default */
    DroverTransferOptions options; /* its strings are owned here */

    DroverStage stage;
    DroverVerb intention; /* 0, or SUSPEND, TERMINATE, KILL: asked for, not yet carried out */
    gboolean called;      /* the backend may have been asked to move: on disk before it is */
    DroverPhase phase;    /* last one seen */
    guint percent;        /* highest one shown */
    guint attempt;        /* from 1 once it ran */
    guint max_attempts;
    char *destinations;  /* all that may be tried, in order, with blanks between; NULL: one */
    guint retry_delay_s; /* the least wait before another attempt */
    guint no_progress_timeout_s; /* 0: nothing is waited for */
    guint attempts_made;         /* ever; @attempt counts from the last start by a client */
    guint setbacks;              /* waits to try again since memory last flowed */
    gint64 stalled_us;           /* first failure since then; 0: none */
    char *ruled_out; /* those of @destinations that will never do, with blanks between */

    /* as a transfer job (orchestrator/transfer-settings.h) */
    guint32 transfer_priority; /* DroverTransferPriority; comes before @priority */
    guint32 error_count;       /* failures so far, but for lost networks; never reset */
    char *display_name;        /* set by a client, or NULL; so is the next one */
    char *description;
    guint32 notify_flags; /* DroverNotifyFlags */
    char *notify_url;     /* NULL: none */
    char *notify_program; /* NULL: none */
    char *notify_arguments;

    gint64 submitted_us;
    gint64 started_us; /* first time it left the queue */
    gint64 changed_us; /* last change of stage */
    gint64 changed_ms; /* the same, monotonic since acceptance */
    gint64 finished_us;
    gint64 retry_at_us;
    gint64 elapsed_ms;  /* of the last attempt's transfer */
    gint64 downtime_ms; /* measured; -1 */
    guint64 memory_total_bytes;
    guint64 memory_done_bytes;

    DroverFailure *failure; /* the error object; NULL: none */
} DroverJobRecord;

void drover_job_record_clear(DroverJobRecord *record);
void drover_job_record_copy(const DroverJobRecord *record, DroverJobRecord *copy);
