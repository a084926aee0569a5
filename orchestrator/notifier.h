/*
 * The notifier: tells of each job's end, again and again, until it was taken.
 *
 * Purpose:   a notice of JobError and JobTransferred is written in the same transaction as the end
 * itself, delivered from then on, and repeated at growing intervals until its receiver has taken
 * it, across restarts; it outlives its job's place in the list, and ends otherwise only when a
 * client acknowledges the job or wants no notices any more.  JobModification is told once, the
 * newest state only, and never of an end that the other two tell of.  Transient errors are no end:
 * nobody is called for them.
 * Ownership: borrows jobs and store, of which it needs nothing any more once it was stopped; owns
 * its transports.
 * Thread:    the main loop only.
 * Source:    IBackgroundCopyCallback, IBackgroundCopyJob::SetNotifyFlags,
 * IBackgroundCopyJob2::SetNotifyCmdLine: the program runs when there is no URL or it failed, and
 * the URL is not called again then.
 */
#pragma once

#include "orchestrator/jobs.h"
#include "orchestrator/notify-transport.h"

typedef struct _DroverNotifier DroverNotifier;

/* The job as it is, as a JSON object of one line. (transfer full) */
typedef char *(*DroverNotifierDescribe)(DroverJob *job, gpointer user_data);

/* @url, @program: (transfer full) */
DroverNotifier *drover_notifier_new(DroverJobs *jobs,
                                    DroverStore *store,
                                    DroverClock *clock,
                                    DroverNotifyTransport *url,
                                    DroverNotifyTransport *program);
void drover_notifier_free(DroverNotifier *notifier);
void drover_notifier_set_describe(DroverNotifier *notifier,
                                  DroverNotifierDescribe describe,
                                  gpointer user_data);
/* Takes up what an earlier daemon left.  Blocks: for start-up. */
gboolean drover_notifier_load(DroverNotifier *notifier, GError **error);
/* Waits between two attempts: the first, and the longest. */
void
drover_notifier_configure(DroverNotifier *notifier, guint retry_first_s, guint retry_longest_s);
/* Delivers nothing any more, and waits for no answer: for the end of the daemon. */
void drover_notifier_stop(DroverNotifier *notifier);

/* A client has changed whom or of what @job notifies: it counts for what waits, and for an end
 * that was before. */
void drover_notifier_changed(DroverNotifier *notifier, DroverJob *job);
/* A client has acknowledged the job, or given it up: it knows the end. */
void drover_notifier_acknowledged(DroverNotifier *notifier, const char *job_id);

/* The last notice of the job's end, or NULL. (transfer none) */
const DroverNotice *drover_notifier_find(DroverNotifier *notifier, const char *job_id);

typedef struct {
    guint waiting;
    guint64 taken; /* since the start; so are the next two */
    guint64 failed_attempts;
    guint64 modifications;
} DroverNotifierCounters;
void drover_notifier_count(DroverNotifier *notifier, DroverNotifierCounters *counters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverNotifier, drover_notifier_free)
