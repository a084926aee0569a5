#include "orchestrator/notice.h"

const char *
drover_notice_event_name(DroverNoticeEvent event)
{
    switch (event) {
    case DROVER_NOTICE_TRANSFERRED: return "JobTransferred";
    case DROVER_NOTICE_ERROR: return "JobError";
    case DROVER_NOTICE_MODIFICATION: return "JobModification";
    }
    return "Unknown";
}

const char *
drover_notice_state_name(DroverNoticeState state)
{
    switch (state) {
    case DROVER_NOTICE_WAITING: return "waiting";
    case DROVER_NOTICE_TAKEN: return "taken";
    case DROVER_NOTICE_WITHDRAWN: return "withdrawn";
    }
    return "unknown";
}

DroverNotice *
drover_notice_new(DroverNoticeEvent event, const char *job)
{
    DroverNotice *notice = g_new0(DroverNotice, 1);
    g_autofree char *uuid = g_uuid_string_random();

    notice->id = g_ascii_strup(uuid, -1);
    notice->job = g_strdup(job);
    notice->event = event;
    notice->state = DROVER_NOTICE_WAITING;
    return notice;
}

DroverNotice *
drover_notice_copy(const DroverNotice *notice)
{
    DroverNotice *copy = g_memdup2(notice, sizeof *notice);

    copy->id = g_strdup(notice->id);
    copy->job = g_strdup(notice->job);
    copy->url = g_strdup(notice->url);
    copy->program = g_strdup(notice->program);
    copy->arguments = g_strdup(notice->arguments);
    copy->answer = g_strdup(notice->answer);
    copy->body = g_strdup(notice->body);
    return copy;
}

void
drover_notice_free(DroverNotice *notice)
{
    if (!notice) {
        return;
    }
    g_free(notice->id);
    g_free(notice->job);
    g_free(notice->url);
    g_free(notice->program);
    g_free(notice->arguments);
    g_free(notice->answer);
    g_free(notice->body);
    g_free(notice);
}

void
drover_notice_set_text(char **text, const char *value)
{
    char *copy = g_strdup(value);

    g_free(*text);
    *text = copy;
}

gboolean
drover_notice_runs_program(const DroverNotice *notice)
{
    return notice->program && (!notice->url || notice->url_failed);
}

char *
drover_notice_message(const DroverNotice *notice, const char *body, guint attempt)
{
    gboolean is_empty = !body || !body[0] || g_str_equal(body, "{}");

    return g_strdup_printf("{\"Event\":\"%s\",\"NotificationID\":\"%s\",\"Attempt\":%u%s%s",
                           drover_notice_event_name(notice->event), notice->id, attempt,
                           is_empty ? "" : ",", is_empty ? "}" : body + 1);
}
