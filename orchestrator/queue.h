/*
 * The queue: which accepted job runs next, within the limits.
 *
 * Purpose:   at most MaximumActiveVirtualSystemMigration moves out of a host and as many into it;
 * jobs in order of priority, then of acceptance; a job that must wait stops no other. Thread: the
 * main loop only. Source:
 * Msvm_VirtualSystemMigrationServiceSettingData.MaximumActiveVirtualSystemMigration (Hyper-V
 * refuses beyond the limit; drover queues).
 */
#pragma once

#include "orchestrator/jobs.h"

typedef struct _DroverQueue DroverQueue;

/* Starts the job: it has a place on both hosts, and is to leave the queue at once. */
typedef void (*DroverQueueStart)(DroverJob *job, gpointer user_data);

/* What keeps the job in the queue beside the limits (NONE: nothing); it may correct where the guest
 * is. */
typedef DroverWait (*DroverQueueHold)(DroverJob *job, gpointer user_data);

DroverQueue *drover_queue_new(DroverJobs *jobs,
                              DroverClock *clock,
                              DroverQueueStart start,
                              DroverQueueHold hold,
                              gpointer user_data);
void drover_queue_free(DroverQueue *queue);

/* Takes effect at once: a higher limit starts jobs, a lower one stops none. */
void drover_queue_set_limit(DroverQueue *queue, guint maximum_active);
guint drover_queue_get_limit(DroverQueue *queue);
void drover_queue_set_enabled(DroverQueue *queue, gboolean enabled);
gboolean drover_queue_get_enabled(DroverQueue *queue);

/* Gives a job whose priority was changed its new place. */
void drover_queue_reorder(DroverQueue *queue, DroverJob *job);

/* Looks for jobs to start, soon (from the main loop). */
void drover_queue_kick(DroverQueue *queue);

/* Moves that hold a place. */
guint drover_queue_outgoing(DroverQueue *queue, const char *host);
guint drover_queue_incoming(DroverQueue *queue, const char *host);
guint drover_queue_active(DroverQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverQueue, drover_queue_free)
