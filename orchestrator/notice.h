/*
 * A notification: that a job has failed, or its guest has moved, for one receiver.
 *
 * Purpose:   what is kept on disk until the receiver has taken it.
 * Units:     times are real time in microseconds (0: not yet).
 * Ownership: a notice owns its strings.
 * Thread:    plain data; the store copies it before another thread sees it.
 * Source:    IBackgroundCopyCallback (JobTransferred, JobError, JobModification),
 * IBackgroundCopyJob2::SetNotifyCmdLine.
 */
#pragma once

#include <glib.h>

/* Stored; the numbers are those of the notify flags. */
typedef enum {
    DROVER_NOTICE_TRANSFERRED = 0x1,
    DROVER_NOTICE_ERROR = 0x2,
    DROVER_NOTICE_MODIFICATION = 0x8, /* never stored */
} DroverNoticeEvent;
const char *drover_notice_event_name(DroverNoticeEvent event); /* "JobError", … */

/* Stored: numbers are never reused. */
typedef enum {
    DROVER_NOTICE_WAITING = 1,
    DROVER_NOTICE_TAKEN = 2,
    DROVER_NOTICE_WITHDRAWN = 3, /* nobody wants it any more */
} DroverNoticeState;
const char *drover_notice_state_name(DroverNoticeState state); /* "waiting", … */

typedef struct {
    char *id;  /* the same in all repeats: upper-case GUID */
    char *job; /* its InstanceID */
    DroverNoticeEvent event;
    DroverNoticeState state;
    gint64 occurred_us;
    char *url;     /* NULL: none; so are the next two */
    char *program; /* run when there is no URL, or it failed */
    char *arguments;
    gboolean url_failed; /* from then on the program is run instead */
    guint attempts;
    gint64 last_us; /* the last attempt */
    gint64 next_us; /* the next one */
    char *answer;   /* of the last attempt, in words; NULL: none yet */
    char *body;     /* JSON object of the job as it was; NULL once it is not needed any more */
} DroverNotice;

/* With an id of its own, waiting. */
DroverNotice *drover_notice_new(DroverNoticeEvent event, const char *job);
DroverNotice *drover_notice_copy(const DroverNotice *notice);
void drover_notice_free(DroverNotice *notice);

/* Takes a new value for one of the texts. */
void drover_notice_set_text(char **text, const char *value);
/* Whether it goes to the program now, not to the URL. */
gboolean drover_notice_runs_program(const DroverNotice *notice);
/* What is sent: @body with what an attempt adds to it. (transfer full) */
char *drover_notice_message(const DroverNotice *notice, const char *body, guint attempt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverNotice, drover_notice_free)
