/*
 * What clients may set on a transfer job, and within which limits.
 *
 * Purpose:   each setter checks its value and puts it into the record; the caller writes the
 * record.
 * Errors:    an HRESULT, with *@reason (transfer full) saying what would be right.
 * Thread:    plain data.
 * Source:    IBackgroundCopyJob (SetPriority, SetMinimumRetryDelay, SetNoProgressTimeout,
 * SetNotifyFlags, SetNotifyInterface, SetDisplayName, SetDescription) and
 * IBackgroundCopyJob2::SetNotifyCmdLine, with their limits.
 */
#pragma once

#include "orchestrator/hresult.h"
#include "orchestrator/job-record.h"

/* BG_JOB_PRIORITY: lower runs first, before the job's own priority is looked at. */
typedef enum {
    DROVER_PRIORITY_FOREGROUND = 0,
    DROVER_PRIORITY_HIGH = 1,
    DROVER_PRIORITY_NORMAL = 2,
    DROVER_PRIORITY_LOW = 3,
} DroverTransferPriority;

/* BG_NOTIFY_*: a set of these. */
typedef enum {
    DROVER_NOTIFY_TRANSFERRED = 0x1,
    DROVER_NOTIFY_ERROR = 0x2,
    DROVER_NOTIFY_DISABLE = 0x4, /* overrides the others */
    DROVER_NOTIFY_MODIFICATION = 0x8,
} DroverNotifyFlags;
#define DROVER_NOTIFY_ALL 0xfu

guint32 drover_transfer_set_priority(DroverJobRecord *record, guint64 priority, char **reason);
/* Less than 5 is taken for 5. */
guint32 drover_transfer_set_retry_delay(DroverJobRecord *record, guint64 seconds, char **reason);
guint32 drover_transfer_set_no_progress(DroverJobRecord *record, guint64 seconds, char **reason);
guint32 drover_transfer_set_flags(DroverJobRecord *record, guint64 flags, char **reason);
/* An http(s) URL; NULL or empty: none. */
guint32 drover_transfer_set_url(DroverJobRecord *record, const char *url, char **reason);
/*
 * A program of @directory, by its path or its name there; NULL or empty: none.  Whoever may talk to
 * droverd could otherwise run anything as droverd's user.
 * @arguments: nullable; split at blanks, quotes as in a shell.
 */
guint32 drover_transfer_set_command(DroverJobRecord *record,
                                    const char *program,
                                    const char *arguments,
                                    const char *directory,
                                    char **reason);
guint32 drover_transfer_set_display_name(DroverJobRecord *record, const char *name, char **reason);
/* NULL or empty: drover's own words again. */
guint32
drover_transfer_set_description(DroverJobRecord *record, const char *description, char **reason);
/* The checks alone, for settings. */
guint32 drover_transfer_check_url(const char *url, char **reason);
