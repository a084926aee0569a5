/*
 * All jobs, and the one place where a job's stage changes.
 *
 * Purpose:   look-up, order of acceptance, and the path table look-up -> journal -> memory ->
 * notify. Ownership: owns the jobs; borrows store and clock. Thread:    the main loop only.
 */
#pragma once

#include "orchestrator/job.h"
#include "orchestrator/store.h"

typedef struct _DroverJobs DroverJobs;

DroverJobs *drover_jobs_new(DroverStore *store, DroverClock *clock);
void drover_jobs_free(DroverJobs *jobs);

DroverJob *drover_jobs_find(DroverJobs *jobs, const char *id); /* any case */
/* The job of that guest that has not ended, or NULL: there is at most one. */
DroverJob *drover_jobs_find_active(DroverJobs *jobs, const char *guest_uuid);
typedef gboolean (*DroverJobVisit)(DroverJob *job, gpointer user_data); /* FALSE stops */
/* In order of acceptance.  The visitor may remove the job that it is shown. */
void drover_jobs_each(DroverJobs *jobs, DroverJobVisit visit, gpointer user_data);
guint drover_jobs_count(DroverJobs *jobs);

/* @from: 0 for a new or restored job; @job->record.stage 0: it is being removed. */
typedef void (*DroverJobChanged)(DroverJob *job, DroverStage from, gpointer user_data);
/* Watchers are called in order of addition, after memory and journal know. */
void drover_jobs_watch(DroverJobs *jobs, DroverJobChanged changed, gpointer user_data);

/* What goes to disk together with a job's end. */
typedef struct {
    /* The notice of that change, which @job shows already; NULL: nobody wants one. (transfer full)
     */
    DroverNotice *(*compose)(DroverJob *job, gpointer user_data);
    /* It is on disk, or could not be written (@error).  @notice: (transfer full) */
    void (*composed)(DroverNotice *notice, const GError *error, gpointer user_data);
} DroverHerald;
/* @herald: borrowed, NULL for none. */
void drover_jobs_set_herald(DroverJobs *jobs, const DroverHerald *herald, gpointer user_data);

/* Called when it is on disk, or could not be written (@error).  @job is NULL if it was removed
 * in the meantime. */
typedef void (*DroverJobSaved)(DroverJob *job, const GError *error, gpointer user_data);

/* Takes @job, gives it id, number and time of submission, and writes it. */
void drover_jobs_add(DroverJobs *jobs, DroverJob *job, DroverJobSaved saved, gpointer user_data);
/* Takes up every job that the store has. */
gboolean drover_jobs_load(DroverJobs *jobs, GError **error);

/* Changes the stage: a transition that the table does not have is a programming error and is
 * refused (FALSE). @reason: for the journal; @saved nullable. */
gboolean drover_jobs_enter(DroverJobs *jobs,
                           DroverJob *job,
                           DroverStage stage,
                           const char *reason,
                           DroverJobSaved saved,
                           gpointer user_data);
/* Writes the record as it is, without a change of stage. */
void drover_jobs_save(DroverJobs *jobs, DroverJob *job, DroverJobSaved saved, gpointer user_data);
/* Adds an attempt that begins to the job's history and writes it, or writes how the last one ended.
 * An attempt that is not under way cannot end. @failure: nullable */
void drover_jobs_begin_attempt(DroverJobs *jobs, DroverJob *job);
void drover_jobs_end_attempt(DroverJobs *jobs,
                             DroverJob *job,
                             DroverOutcome outcome,
                             const DroverFailure *failure);
/* Adds @entry to the job's black box, now unless it says when. */
void drover_jobs_trace(DroverJobs *jobs, DroverJob *job, const DroverTraceEntry *entry);
/* Reads a part of a job's black box (orchestrator/store.h: read_trace). */
void drover_jobs_read_trace(DroverJobs *jobs,
                            const char *id,
                            guint64 first,
                            guint count,
                            DroverStoreTrace done,
                            gpointer user_data);
gint64 drover_jobs_elapsed_ms(DroverJobs *jobs, const DroverJob *job); /* since acceptance */
gint64 drover_jobs_now_us(DroverJobs *jobs);                           /* real time */
/* How many attempts ended so since the start of the daemon. */
guint64 drover_jobs_count_attempts(DroverJobs *jobs, DroverOutcome outcome);
/* Takes an ended job out of the list (it stays in the history) and frees it. */
void drover_jobs_remove(DroverJobs *jobs, DroverJob *job, DroverStoreDone done, gpointer user_data);
/* Frees a job that could never be written. */
void drover_jobs_forget(DroverJobs *jobs, DroverJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverJobs, drover_jobs_free)
