#include "orchestrator/drover-trace.h"

#include "orchestrator/error-catalog.h"
#include "orchestrator/return-codes.h"
#include "orchestrator/views.h"

static void
set_time(CimInstance *instance, const char *name, gint64 real_us)
{
    CimValue value = {0};

    cim_value_init(&value, CIM_TYPE_DATETIME, FALSE);
    cim_value_set_timestamp(&value, real_us);
    cim_instance_take(instance, name, &value);
}

static void
set_number(CimInstance *instance, const char *name, gint64 number)
{
    CimValue value = {0};

    cim_value_init(&value, CIM_TYPE_SINT32, FALSE);
    cim_value_set_sint(&value, number);
    cim_instance_take(instance, name, &value);
}

/* --- figures --------------------------------------------------------------------------------- */

/* clang-format off */
static const struct { const char *name; gsize offset; } bytes[] = {
    { "MemoryTotalBytes", G_STRUCT_OFFSET(DroverTransferStats, memory_total_bytes) },
    { "MemoryDoneBytes", G_STRUCT_OFFSET(DroverTransferStats, memory_done_bytes) },
    { "MemoryRemainingBytes", G_STRUCT_OFFSET(DroverTransferStats, memory_remaining_bytes) },
    { "DiskTotalBytes", G_STRUCT_OFFSET(DroverTransferStats, disk_total_bytes) },
    { "DiskDoneBytes", G_STRUCT_OFFSET(DroverTransferStats, disk_done_bytes) },
    { "DiskRemainingBytes", G_STRUCT_OFFSET(DroverTransferStats, disk_remaining_bytes) },
    { "BandwidthBytesPerSecond", G_STRUCT_OFFSET(DroverTransferStats, bandwidth_bytes_s) },
    { "DirtyRateBytesPerSecond", G_STRUCT_OFFSET(DroverTransferStats, dirty_rate_bytes_s) },
    { "PostcopyRequests", G_STRUCT_OFFSET(DroverTransferStats, postcopy_requests) },
};

static const struct { const char *name; gsize offset; } times[] = {
    { "ExpectedDowntimeMilliseconds", G_STRUCT_OFFSET(DroverTransferStats, expected_downtime_ms) },
    { "DowntimeMilliseconds", G_STRUCT_OFFSET(DroverTransferStats, downtime_ms) },
    { "TransferMilliseconds", G_STRUCT_OFFSET(DroverTransferStats, elapsed_ms) },
};
/* clang-format on */

/* What is not known is left out. */
static void
set_stats(CimInstance *instance, const DroverTransferStats *stats)
{
    cim_instance_set_string(instance, "Phase", drover_phase_name(stats->phase));
    cim_instance_set_uint(instance, "Iteration", CIM_TYPE_UINT32, stats->iteration);
    for (guint i = 0; i < G_N_ELEMENTS(bytes); i++) {
        guint64 number = G_STRUCT_MEMBER(guint64, stats, bytes[i].offset);

        if (number != DROVER_UNKNOWN_BYTES) {
            cim_instance_set_uint(instance, bytes[i].name, CIM_TYPE_UINT64, number);
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        gint64 ms = G_STRUCT_MEMBER(gint64, stats, times[i].offset);

        if (ms >= 0) {
            cim_instance_set_uint(instance, times[i].name, CIM_TYPE_UINT64, (guint64) ms);
        }
    }
    cim_instance_set_uint(instance, "ThrottlePercent", CIM_TYPE_UINT16, stats->throttle_percent);
}

static void
set_failure(CimInstance *instance, const DroverFailure *failure)
{
    static const char *const sides[] = {
        [DROVER_SIDE_SOURCE] = "source",
        [DROVER_SIDE_DESTINATION] = "destination",
    };
    g_autofree char *id = drover_error_message_id(failure->kind);

    cim_instance_set_string(instance, "MessageID", id);
    cim_instance_set_string(instance, "Failure", drover_failure_kind_name(failure->kind));
    cim_instance_set_boolean(instance, "FailureIsTransient", failure->transient);
    cim_instance_set_string(instance, "FailurePhase", drover_phase_name(failure->phase));
    if (failure->where != DROVER_SIDE_NONE) {
        cim_instance_set_string(instance, "FailureSide", sides[failure->where]);
    }
    if (failure->element) {
        cim_instance_set_string(instance, "FailureElement", failure->element);
    }
    if (failure->text) {
        cim_instance_set_string(instance, "FailureText", failure->text);
    }
}

static void
set_codes(CimInstance *instance, int code, int domain, int int1)
{
    if (code) {
        set_number(instance, "Code", code);
        set_number(instance, "Domain", domain);
        set_number(instance, "Int1", int1);
    }
}

CimInstance *
drover_trace_instance(const DroverTraceEntry *entry)
{
    CimInstance *instance = cim_instance_new("Drover_TraceEntry");
    const DroverFailure *failure = entry->failure;

    cim_instance_set_uint(instance, "Sequence", CIM_TYPE_UINT64, entry->sequence);
    set_time(instance, "Time", entry->at_us);
    cim_instance_set_uint(instance, "ElapsedMilliseconds", CIM_TYPE_UINT64,
                          (guint64) MAX(entry->elapsed_ms, 0));
    cim_instance_set_string(instance, "Kind", drover_trace_kind_name(entry->kind));
    cim_instance_set_string(instance, "What", entry->what);
    if (entry->host) {
        cim_instance_set_string(instance, "Host", entry->host);
    }
    if (entry->detail) {
        cim_instance_set_string(instance, "Detail", entry->detail);
    }
    if (failure) {
        set_codes(instance, failure->code, failure->domain, failure->int1);
        set_failure(instance, failure);
    } else {
        set_codes(instance, entry->code, entry->domain, entry->int1);
    }
    if (entry->has_stats) {
        set_stats(instance, &entry->stats);
    }
    return instance;
}

/* --- the method ------------------------------------------------------------------------------ */

static void
set_entries(CimCall *call, const GPtrArray *entries)
{
    CimValue value = {0};
    CimValue *elements;

    cim_value_init(&value, CIM_TYPE_INSTANCE, TRUE);
    elements = cim_value_make_array(&value, entries->len);
    for (guint i = 0; i < entries->len; i++) {
        cim_value_take_instance(&elements[i], drover_trace_instance(entries->pdata[i]));
    }
    cim_call_out(call, "Entries", &value);
}

static void
trace_read(const GPtrArray *entries, guint64 last, const GError *error, gpointer user_data)
{
    CimCall *call = user_data;
    CimValue value = {0};

    if (!entries) {
        cim_call_fail(call, CIM_ERR_FAILED, "%s", error->message);
        return;
    }
    set_entries(call, entries);
    cim_value_init(&value, CIM_TYPE_UINT64, FALSE);
    cim_value_set_uint(&value, last);
    cim_call_out(call, "Last", &value);
    cim_call_return(call, DROVER_RC_COMPLETED);
}

static guint64
argument(CimCall *call, const char *name, guint64 otherwise)
{
    const CimValue *value = cim_call_in(call, name);

    return value && !value->is_null ? cim_value_get_uint(value, otherwise) : otherwise;
}

void
drover_trace_get(CimCall *call, gpointer object, gpointer data)
{
    const DroverJob *job = object;
    DroverViews *views = data;
    guint64 count = argument(call, "Count", DROVER_TRACE_PAGE);

    if (!job || count < 1 || count > DROVER_TRACE_PAGE) {
        cim_call_return(call, DROVER_RC_INVALID_PARAMETER);
        return;
    }
    drover_jobs_read_trace(drover_service_jobs(views->service), job->record.id,
                           argument(call, "First", 1), (guint) count, trace_read, call);
}
