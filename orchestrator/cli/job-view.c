#include "orchestrator/cli/job-view.h"

#include <string.h>

#include "orchestrator/cli/format.h"

/* clang-format off */
static const struct {
    guint state;
    const char *word;
    DroverStyle style;
    gboolean has_ended;
    gboolean is_success;
} states[] = {
    { DROVER_JOB_STATE_NEW,           "new",        DROVER_STYLE_PLAIN,   FALSE, FALSE },
    { DROVER_JOB_STATE_STARTING,      "starting",   DROVER_STYLE_PLAIN,   FALSE, FALSE },
    { DROVER_JOB_STATE_RUNNING,       "running",    DROVER_STYLE_BOLD,    FALSE, FALSE },
    { DROVER_JOB_STATE_SUSPENDED,     "suspended",  DROVER_STYLE_WARNING, FALSE, FALSE },
    { DROVER_JOB_STATE_SHUTTING_DOWN, "cancelling", DROVER_STYLE_WARNING, FALSE, FALSE },
    { DROVER_JOB_STATE_COMPLETED,     "completed",  DROVER_STYLE_GOOD,    TRUE,  TRUE },
    { DROVER_JOB_STATE_TERMINATED,    "cancelled",  DROVER_STYLE_WARNING, TRUE,  FALSE },
    { DROVER_JOB_STATE_KILLED,        "killed",     DROVER_STYLE_WARNING, TRUE,  FALSE },
    { DROVER_JOB_STATE_EXCEPTION,     "failed",     DROVER_STYLE_BAD,     TRUE,  FALSE },
    { DROVER_JOB_STATE_COMPLETED_WITH_WARNINGS, "completed", DROVER_STYLE_WARNING, TRUE, TRUE },
};
/* clang-format on */

/* The row of @state; an unknown one is taken for running, so that nobody stops looking at it. */
static guint
row_of(guint state)
{
    guint running = 0;

    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        if (states[i].state == state) {
            return i;
        }
        running = states[i].state == DROVER_JOB_STATE_RUNNING ? i : running;
    }
    return running;
}

gboolean
drover_job_state_has_ended(guint state)
{
    return states[row_of(state)].has_ended;
}

gboolean
drover_job_state_is_success(guint state)
{
    return states[row_of(state)].is_success;
}

const char *
drover_job_state_word(guint state)
{
    return states[row_of(state)].word;
}

DroverStyle
drover_job_state_style(guint state)
{
    return states[row_of(state)].style;
}

static const char *
first_of(const char *a, const char *b, const char *c)
{
    return a && *a ? a : b && *b ? b : c;
}

static gint64
get_time_us(const CimInstance *instance, const char *name)
{
    const CimValue *value = cim_instance_find(instance, name);

    return value && !value->is_null && value->type == CIM_TYPE_DATETIME ? value->datetime.us : 0;
}

/* A number that may be missing. */
static gint64
get_signed(const CimInstance *instance, const char *name)
{
    guint64 number = cim_instance_get_uint(instance, name, G_MAXUINT64);

    return number > G_MAXINT64 ? -1 : (gint64) number;
}

static void
read_statistics(DroverJobView *view, const CimInstance *statistics)
{
    view->source = cim_instance_get_string(statistics, "SourceHost");
    view->phase = cim_instance_get_string(statistics, "Phase");
    view->bandwidth_bytes_s = cim_instance_get_uint(statistics, "BandwidthBytesPerSecond", 0);
    view->dirty_rate_bytes_s = cim_instance_get_uint(statistics, "DirtyRateBytesPerSecond", 0);
    view->remaining_bytes = cim_instance_get_uint(statistics, "MemoryRemainingBytes", 0) +
                            cim_instance_get_uint(statistics, "DiskRemainingBytes", 0);
    view->remaining_s = get_signed(statistics, "EstimatedSecondsRemaining");
    view->downtime_ms = get_signed(statistics, "DowntimeMilliseconds");
    view->elapsed_ms = get_signed(statistics, "ElapsedMilliseconds");
}

void
drover_job_view_read(DroverJobView *view, const CimInstance *job, const CimInstance *statistics)
{
    const char *name =
        statistics ? cim_instance_get_string(statistics, "VirtualSystemElementName") : NULL;
    gint64 elapsed_us = get_time_us(job, "ElapsedTime");

    *view = (DroverJobView){.remaining_s = -1, .downtime_ms = -1, .elapsed_ms = -1};
    view->id = cim_instance_get_string(job, "InstanceID");
    view->vm = first_of(name, cim_instance_get_string(job, "VirtualSystemName"), "?");
    view->destination = cim_instance_get_string(job, "DestinationHost");
    view->state = (guint) cim_instance_get_uint(job, "JobState", DROVER_JOB_STATE_NEW);
    view->percent = MIN((guint) cim_instance_get_uint(job, "PercentComplete", 0), 100);
    view->status = first_of(cim_instance_get_string(job, "JobStatus"), NULL, "");
    view->submitted_us = get_time_us(job, "TimeSubmitted");
    view->changed_us = get_time_us(job, "TimeOfLastStateChange");
    view->is_moving =
        view->state == DROVER_JOB_STATE_RUNNING && g_str_has_prefix(view->status, "Running");
    if (statistics) {
        read_statistics(view, statistics);
    }
    if (view->elapsed_ms <= 0 && elapsed_us > 0) {
        view->elapsed_ms = elapsed_us / 1000;
    }
    view->id = first_of(view->id, NULL, "?");
    view->source = first_of(view->source, NULL, "?");
    view->destination = first_of(view->destination, NULL, "?");
    view->phase = first_of(view->phase, NULL, "");
}

const char *
drover_job_view_state(const DroverJobView *view)
{
    if (view->state == DROVER_JOB_STATE_STARTING && *view->phase &&
        !g_str_equal(view->phase, "connecting")) {
        return view->phase;
    }
    return drover_job_state_word(view->state);
}

const char *
drover_job_view_detail(const DroverJobView *view)
{
    const char *colon = strstr(view->status, ": ");

    if (!*view->status || !g_ascii_strcasecmp(view->status, drover_job_view_state(view)) ||
        (view->state == DROVER_JOB_STATE_TERMINATED &&
         !g_ascii_strcasecmp(view->status, "Terminated"))) {
        return NULL;
    }
    if (g_str_has_prefix(view->status, "Running: ") || g_str_has_prefix(view->status, "Queued: ")) {
        return colon + strlen(": ");
    }
    return view->status;
}

char *
drover_job_view_outcome(const DroverJobView *view)
{
    g_autofree char *time = view->elapsed_ms > 0 ? drover_format_duration(view->elapsed_ms) : NULL;
    g_autofree char *pause =
        view->downtime_ms >= 0 ? drover_format_duration(view->downtime_ms) : NULL;

    return g_strdup_printf("moved '%s' from %s to %s%s%s%s%s", view->vm, view->source,
                           view->destination, time ? " in " : "", time ? time : "",
                           pause ? ", pause " : "", pause ? pause : "");
}
