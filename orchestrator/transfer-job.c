/* Drover_TransferJob: the job as a background transfer, in the terms of BITS. */
#include "orchestrator/transfer-job.h"

#include "orchestrator/transfer-state.h"
#include "orchestrator/views.h"

#define JOB(object)    ((const DroverJob *) (object))
#define RECORD(object) (&JOB(object)->record)

/* --- progress -------------------------------------------------------------------------------- */

static guint64
known(guint64 bytes)
{
    return bytes == DROVER_UNKNOWN_BYTES ? 0 : bytes;
}

/* The files of a move are the memory of the guest and, where they go along, its disks. */
void
drover_transfer_progress(gconstpointer object, DroverTransferProgress *progress)
{
    const DroverTransferStats *stats = &JOB(object)->stats;
    gboolean has_disks = known(stats->disk_total_bytes) > 0;
    gboolean moved = drover_transfer_state(object) == DROVER_TRANSFER_TRANSFERRED;
    guint64 total = known(stats->memory_total_bytes) + known(stats->disk_total_bytes);
    guint64 done = known(stats->memory_done_bytes) + known(stats->disk_done_bytes);

    progress->total_bytes = total ? total : G_MAXUINT64;
    /* Pages that are sent again count once. */
    progress->transferred_bytes = moved && total ? total : MIN(done, progress->total_bytes);
    progress->total_files = has_disks ? 2 : 1;
    progress->transferred_files =
        moved ? progress->total_files
              : has_disks && known(stats->disk_done_bytes) >= stats->disk_total_bytes;
}

/* --- properties ------------------------------------------------------------------------------ */

static void
get_instance_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->id);
}

static void
get_element_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Transfer Job");
}

static void
get_display_name(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverJobRecord *record = RECORD(object);

    cim_value_take_string(value, record->display_name
                                     ? g_strdup(record->display_name)
                                     : g_strdup_printf("Move of '%s'", record->guest_name));
}

static void
get_description(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverJobRecord *record = RECORD(object);

    cim_value_take_string(
        value, record->description
                   ? g_strdup(record->description)
                   : g_strdup_printf("Moves virtual machine '%s' from '%s' to '%s'",
                                     record->guest_name, record->source, record->destination));
}

static void
get_owner(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->owner);
}

static void
get_type(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 0);
}

static void
get_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, drover_transfer_state(object));
}

static void
get_priority(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->transfer_priority);
}

static void
get_retry_delay(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->retry_delay_s);
}

static void
get_no_progress(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->no_progress_timeout_s);
}

static void
get_error_count(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->error_count);
}

static void
get_notify_flags(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, RECORD(object)->notify_flags);
}

static void
get_notify_interface(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->notify_url);
}

static void
get_notify_program(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->notify_program);
}

static void
get_notify_arguments(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, RECORD(object)->notify_arguments);
}

static void
get_bytes_total(gconstpointer object, CimValue *value, gpointer data)
{
    DroverTransferProgress progress;

    drover_transfer_progress(object, &progress);
    cim_value_set_uint(value, progress.total_bytes);
}

static void
get_bytes_transferred(gconstpointer object, CimValue *value, gpointer data)
{
    DroverTransferProgress progress;

    drover_transfer_progress(object, &progress);
    cim_value_set_uint(value, progress.transferred_bytes);
}

static void
get_files_total(gconstpointer object, CimValue *value, gpointer data)
{
    DroverTransferProgress progress;

    drover_transfer_progress(object, &progress);
    cim_value_set_uint(value, progress.total_files);
}

static void
get_files_transferred(gconstpointer object, CimValue *value, gpointer data)
{
    DroverTransferProgress progress;

    drover_transfer_progress(object, &progress);
    cim_value_set_uint(value, progress.transferred_files);
}

static void
get_created(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, RECORD(object)->submitted_us);
}

static void
get_modified(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, RECORD(object)->changed_us);
}

static void
get_completed(gconstpointer object, CimValue *value, gpointer data)
{
    if (drover_transfer_state(object) == DROVER_TRANSFER_TRANSFERRED) {
        cim_value_set_timestamp(value, RECORD(object)->finished_us);
    }
}

/* --- the notification of its end ------------------------------------------------------------- */

static const DroverNotice *
find_notice(gconstpointer object, gpointer data)
{
    DroverViews *views = data;

    return views->notifier ? drover_notifier_find(views->notifier, RECORD(object)->id) : NULL;
}

static void
get_notice_id(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverNotice *notice = find_notice(object, data);

    cim_value_set_string(value, notice ? notice->id : NULL);
}

static void
get_notice_event(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverNotice *notice = find_notice(object, data);

    cim_value_set_string(value, notice ? drover_notice_event_name(notice->event) : NULL);
}

static void
get_notice_state(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverNotice *notice = find_notice(object, data);

    cim_value_set_string(value, notice ? drover_notice_state_name(notice->state) : NULL);
}

static void
get_notice_attempts(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverNotice *notice = find_notice(object, data);

    if (notice) {
        cim_value_set_uint(value, notice->attempts);
    }
}

static void
get_notice_last(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverNotice *notice = find_notice(object, data);

    cim_value_set_timestamp(value, notice ? notice->last_us : 0);
}

static void
get_notice_next(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverNotice *notice = find_notice(object, data);

    cim_value_set_timestamp(value, notice ? notice->next_us : 0);
}

static void
get_notice_answer(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverNotice *notice = find_notice(object, data);

    cim_value_set_string(value, notice ? notice->answer : NULL);
}

/* clang-format off */
static const CimGetterRow getters[] = {
    { "InstanceID", get_instance_id },
    { "Caption", get_element_name },
    { "Description", get_description },
    { "ElementName", get_element_name },
    { "DisplayName", get_display_name },
    { "Owner", get_owner },
    { "Type", get_type },
    { "State", get_state },
    { "Priority", get_priority },
    { "MinimumRetryDelay", get_retry_delay },
    { "NoProgressTimeout", get_no_progress },
    { "ErrorCount", get_error_count },
    { "NotifyFlags", get_notify_flags },
    { "NotifyInterface", get_notify_interface },
    { "NotifyProgram", get_notify_program },
    { "NotifyParameters", get_notify_arguments },
    { "BytesTotal", get_bytes_total },
    { "BytesTransferred", get_bytes_transferred },
    { "FilesTotal", get_files_total },
    { "FilesTransferred", get_files_transferred },
    { "CreationTime", get_created },
    { "ModificationTime", get_modified },
    { "TransferCompletionTime", get_completed },
    { "NotificationID", get_notice_id },
    { "NotificationEvent", get_notice_event },
    { "NotificationState", get_notice_state },
    { "NotificationAttempts", get_notice_attempts },
    { "LastNotificationTime", get_notice_last },
    { "LastNotificationAnswer", get_notice_answer },
    { "NextNotificationTime", get_notice_next },
};

const CimProvider drover_transfer_job_provider = {
    .class_name = "Drover_TransferJob",
    .getters = getters, .n_getters = G_N_ELEMENTS(getters),
    .methods = drover_transfer_job_methods, .n_methods = DROVER_TRANSFER_JOB_METHODS,
    .enumerate = drover_views_each_job,
    .find = drover_views_find_job,
};
/* clang-format on */
