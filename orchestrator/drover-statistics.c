/* Drover_MigrationStatistics: what an administrator looks at while a guest moves. */
#include "orchestrator/drover-trace.h"
#include "orchestrator/views.h"

#define JOB(object)   ((const DroverJob *) (object))
#define STATS(object) (&JOB(object)->stats)

static void
set_bytes(CimValue *value, guint64 bytes)
{
    if (bytes != DROVER_UNKNOWN_BYTES) {
        cim_value_set_uint(value, bytes);
    }
}

static void
set_time(CimValue *value, gint64 number)
{
    if (number >= 0) {
        cim_value_set_uint(value, (guint64) number);
    }
}

static void
get_instance_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, JOB(object)->record.id);
}

static void
get_element_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Migration Statistics");
}

static void
get_phase(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverJob *job = JOB(object);

    if (drover_stage_info(job->record.stage)->holds_slots) {
        cim_value_set_string(value, drover_phase_name(job->record.phase));
    } else {
        cim_value_set_string(value, drover_stage_info(job->record.stage)->name);
    }
}

static void
get_iteration(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, STATS(object)->iteration);
}

static void
get_memory_total(gconstpointer object, CimValue *value, gpointer data)
{
    set_bytes(value, STATS(object)->memory_total_bytes);
}

static void
get_memory_done(gconstpointer object, CimValue *value, gpointer data)
{
    set_bytes(value, STATS(object)->memory_done_bytes);
}

static void
get_memory_remaining(gconstpointer object, CimValue *value, gpointer data)
{
    set_bytes(value, STATS(object)->memory_remaining_bytes);
}

static void
get_disk_total(gconstpointer object, CimValue *value, gpointer data)
{
    set_bytes(value, STATS(object)->disk_total_bytes);
}

static void
get_disk_done(gconstpointer object, CimValue *value, gpointer data)
{
    set_bytes(value, STATS(object)->disk_done_bytes);
}

static void
get_disk_remaining(gconstpointer object, CimValue *value, gpointer data)
{
    set_bytes(value, STATS(object)->disk_remaining_bytes);
}

static void
get_bandwidth(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, STATS(object)->bandwidth_bytes_s);
}

static void
get_dirty_rate(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, STATS(object)->dirty_rate_bytes_s);
}

static void
get_expected_downtime(gconstpointer object, CimValue *value, gpointer data)
{
    set_time(value, STATS(object)->expected_downtime_ms);
}

static void
get_downtime(gconstpointer object, CimValue *value, gpointer data)
{
    set_time(value, JOB(object)->record.downtime_ms);
}

static void
get_throttle(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, STATS(object)->throttle_percent);
}

/* Seconds left; -1: not known. */
static gint64
seconds_left(const DroverJob *job)
{
    return job->record.stage == DROVER_STAGE_MOVING ? drover_progress_remaining_s(&job->stats) : -1;
}

static void
get_seconds_remaining(gconstpointer object, CimValue *value, gpointer data)
{
    set_time(value, seconds_left(JOB(object)));
}

static void
get_estimated_completion(gconstpointer object, CimValue *value, gpointer data)
{
    DroverClock *clock = drover_service_backend(((DroverViews *) data)->service)->clock;
    gint64 left = seconds_left(JOB(object));

    if (left >= 0) {
        cim_value_set_timestamp(value, drover_clock_real_us(clock) + left * G_USEC_PER_SEC);
    }
}

static void
get_attempt(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, JOB(object)->record.attempt);
}

static void
get_maximum_attempts(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, JOB(object)->record.max_attempts);
}

static void
get_attempts_made(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, JOB(object)->record.attempts_made);
}

static void
get_queue_position(gconstpointer object, CimValue *value, gpointer data)
{
    if (JOB(object)->queue_position) {
        cim_value_set_uint(value, JOB(object)->queue_position);
    }
}

static void
get_wait_reason(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_take_string(value, drover_job_wait_reason(JOB(object)));
}

static void
get_elapsed(gconstpointer object, CimValue *value, gpointer data)
{
    set_time(value,
             JOB(object)->transfer ? STATS(object)->elapsed_ms : JOB(object)->record.elapsed_ms);
}

static void
get_postcopy_requests(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, STATS(object)->postcopy_requests);
}

static void
get_source(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, JOB(object)->record.source);
}

static void
get_destination(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, JOB(object)->record.destination);
}

static void
get_guest_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, JOB(object)->record.guest_name);
}

/* clang-format off */
static const CimGetterRow getters[] = {
    { "InstanceID", get_instance_id },
    { "Caption", get_element_name },
    { "ElementName", get_element_name },
    { "Phase", get_phase },
    { "Iteration", get_iteration },
    { "MemoryTotalBytes", get_memory_total },
    { "MemoryDoneBytes", get_memory_done },
    { "MemoryRemainingBytes", get_memory_remaining },
    { "DiskTotalBytes", get_disk_total },
    { "DiskDoneBytes", get_disk_done },
    { "DiskRemainingBytes", get_disk_remaining },
    { "BandwidthBytesPerSecond", get_bandwidth },
    { "DirtyRateBytesPerSecond", get_dirty_rate },
    { "ExpectedDowntimeMilliseconds", get_expected_downtime },
    { "DowntimeMilliseconds", get_downtime },
    { "ThrottlePercent", get_throttle },
    { "EstimatedCompletion", get_estimated_completion },
    { "EstimatedSecondsRemaining", get_seconds_remaining },
    { "Attempt", get_attempt },
    { "MaximumAttempts", get_maximum_attempts },
    { "AttemptsMade", get_attempts_made },
    { "QueuePosition", get_queue_position },
    { "WaitReason", get_wait_reason },
    { "ElapsedMilliseconds", get_elapsed },
    { "PostcopyRequests", get_postcopy_requests },
    { "SourceHost", get_source },
    { "DestinationHost", get_destination },
    { "VirtualSystemElementName", get_guest_name },
};

static const CimMethodRow methods[] = {
    { "GetTrace", drover_trace_get, CIM_ACCESS_READ },
};

const CimProvider drover_statistics_provider = {
    .class_name = "Drover_MigrationStatistics",
    .getters = getters, .n_getters = G_N_ELEMENTS(getters),
    .methods = methods, .n_methods = G_N_ELEMENTS(methods),
    .enumerate = drover_views_each_job,
    .find = drover_views_find_job,
};
/* clang-format on */
