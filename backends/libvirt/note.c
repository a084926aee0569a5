#include "backends/libvirt/note.h"

#include "backends/libvirt/transfer-private.h"

void
drover_transfer_noted(const DroverNote *note, gpointer data)
{
    DroverTransfer *transfer = data;

    if (!transfer->freed && transfer->listener->noted) {
        transfer->listener->noted(transfer, note, transfer->user_data);
    }
}

void
drover_transfer_note(DroverTransfer *transfer,
                     DroverNoteKind kind,
                     const char *what,
                     const char *host,
                     const char *detail)
{
    drover_transfer_noted(&(DroverNote){.kind = kind, .what = what, .host = host, .detail = detail},
                          transfer);
}

static void
set_error(DroverNote *note, const DroverVirError *error)
{
    note->detail = error->message;
    note->code = error->code;
    note->domain = error->domain;
    note->int1 = error->int1;
}

void
drover_transfer_note_answer(DroverTransfer *transfer,
                            const char *what,
                            const char *host,
                            const DroverVirError *error,
                            const char *success)
{
    DroverNote note = {.kind = DROVER_NOTE_ANSWER, .what = what, .host = host, .detail = success};

    if (error) {
        set_error(&note, error);
    }
    drover_transfer_noted(&note, transfer);
}

void
drover_remedy_note(const DroverRemedyResult *result, DroverNote *note)
{
    static const char *const ends[] = {
        [DROVER_REMEDY_NOT_DUE] = "not due any more",
        [DROVER_REMEDY_DONE] = "done",
        [DROVER_REMEDY_FAILED] = "failed",
    };

    note->kind = DROVER_NOTE_ANSWER;
    note->detail = result ? ends[result->end] : "the host does not answer";
    if (result && result->error) {
        set_error(note, result->error);
    }
}

void
drover_transfer_note_call(DroverTransfer *transfer)
{
    static const char *const steps[] = {
        [DROVER_CALL_OPENING] = "connect",
        [DROVER_CALL_PREPARING] = "prepare",
        [DROVER_CALL_PREVENTED] = "prevent",
        [DROVER_CALL_MADE] = "migrate",
    };
    DroverNote note = {.kind = DROVER_NOTE_ANSWER,
                       .what = steps[transfer->step],
                       .host = transfer->source,
                       .detail = "done"};
    g_autofree char *lost = NULL;

    if (transfer->error) {
        set_error(&note, transfer->error);
    }
    if (transfer->step == DROVER_CALL_MADE && !transfer->source_alive) {
        note.detail = lost =
            g_strdup_printf("%s (the connection to the source is lost)", note.detail);
    }
    drover_transfer_noted(&note, transfer);
}

/* A host that is away for hours is tried again and again. */
static gboolean
is_news(DroverTransfer *transfer, const DroverNote *note)
{
    guint *noted = &transfer->noted_hosts[g_str_equal(note->host, transfer->destination)];
    guint hash = g_str_hash(note->what) ^ (note->detail ? g_str_hash(note->detail) : 0);
    gboolean is_new = *noted != hash;

    *noted = hash;
    return is_new;
}

void
drover_transfer_note_host(DroverTransfer *transfer, DroverVirHost *host)
{
    static const char *const states[] = {
        [DROVER_HOST_UP] = "host up",
        [DROVER_HOST_DOWN] = "host down",
        [DROVER_HOST_CONNECTING] = "host connecting",
    };
    const DroverVirError *error = drover_vir_host_error(host);
    DroverNote note = {.kind = DROVER_NOTE_EVENT,
                       .what = states[drover_vir_host_state(host)],
                       .host = drover_vir_host_name(host)};

    if (error && drover_vir_host_state(host) == DROVER_HOST_DOWN) {
        set_error(&note, error);
    }
    if (is_news(transfer, &note)) {
        drover_transfer_noted(&note, transfer);
    }
}

void
drover_transfer_note_event(DroverTransfer *transfer,
                           DroverVirHost *host,
                           const DroverGuestEvent *event)
{
    const char *name = drover_vir_host_name(host);
    g_autofree char *lifecycle = NULL;
    g_autofree char *figures = NULL;

    if (!g_str_equal(name, transfer->source) && !g_str_equal(name, transfer->destination)) {
        return;
    }
    if (event->kind == DROVER_GUEST_EVENT_JOB_COMPLETED) {
        figures = g_strdup_printf("downtime %" G_GINT64_FORMAT " ms", event->completed.downtime_ms);
        drover_transfer_note(transfer, DROVER_NOTE_EVENT, "job completed", name, figures);
    } else {
        lifecycle = drover_lifecycle_text(event->event, event->detail);
        drover_transfer_note(transfer, DROVER_NOTE_EVENT, "guest", name, lifecycle);
    }
}

/* --- libvirt's numbers in words -------------------------------------------------------------- */

/* clang-format off */
static const struct { unsigned int flag; const char *name; } flags[] = {
    { VIR_MIGRATE_PEER2PEER, "PEER2PEER" },
    { VIR_MIGRATE_LIVE, "LIVE" },
    { VIR_MIGRATE_PERSIST_DEST, "PERSIST_DEST" },
    { VIR_MIGRATE_UNDEFINE_SOURCE, "UNDEFINE_SOURCE" },
    { VIR_MIGRATE_NON_SHARED_DISK, "NON_SHARED_DISK" },
    { VIR_MIGRATE_UNSAFE, "UNSAFE" },
    { VIR_MIGRATE_COMPRESSED, "COMPRESSED" },
    { VIR_MIGRATE_AUTO_CONVERGE, "AUTO_CONVERGE" },
    { VIR_MIGRATE_POSTCOPY, "POSTCOPY" },
    { VIR_MIGRATE_POSTCOPY_RESUME, "POSTCOPY_RESUME" },
    { VIR_MIGRATE_TLS, "TLS" },
    { VIR_MIGRATE_PARALLEL, "PARALLEL" },
    { VIR_MIGRATE_ZEROCOPY, "ZEROCOPY" },
};

/* By VIR_DOMAIN_EVENT_*, then by its detail. */
static const struct { const char *name; const char *details[8]; } events[] = {
    [VIR_DOMAIN_EVENT_DEFINED] = { "defined", { "added", "updated", "renamed", "from snapshot" } },
    [VIR_DOMAIN_EVENT_UNDEFINED] = { "undefined", { "removed", "renamed" } },
    [VIR_DOMAIN_EVENT_STARTED] = { "started", { "booted", "migrated", "restored", "from snapshot",
                                                "wakeup" } },
    [VIR_DOMAIN_EVENT_SUSPENDED] = { "suspended", { "paused", "migrated", "ioerror", "watchdog",
                                                    "restored", "from snapshot", "api error",
                                                    "postcopy" } },
    [VIR_DOMAIN_EVENT_RESUMED] = { "resumed", { "unpaused", "migrated", "from snapshot", "postcopy",
                                                "postcopy failed" } },
    [VIR_DOMAIN_EVENT_STOPPED] = { "stopped", { "shutdown", "destroyed", "crashed", "migrated",
                                                "saved", "failed", "from snapshot" } },
    [VIR_DOMAIN_EVENT_SHUTDOWN] = { "shutting down", { "finished", "guest", "host" } },
    [VIR_DOMAIN_EVENT_PMSUSPENDED] = { "suspended by its power management", { NULL } },
    [VIR_DOMAIN_EVENT_CRASHED] = { "crashed", { "panicked", "crashloaded" } },
};
/* clang-format on */

char *
drover_parameters_text(const DroverParameters *parameters)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (parameters->flags & flags[i].flag) {
            g_string_append_printf(text, "%s%s", text->len ? " " : "", flags[i].name);
        }
    }
    for (int i = 0; i < parameters->count; i++) {
        const virTypedParameter *param = &parameters->params[i];

        if (param->type == VIR_TYPED_PARAM_STRING) {
            g_string_append_printf(text, ", %s=%s", param->field, param->value.s);
        } else if (param->type == VIR_TYPED_PARAM_ULLONG) {
            g_string_append_printf(text, ", %s=%llu", param->field, param->value.ul);
        } else if (param->type == VIR_TYPED_PARAM_INT) {
            g_string_append_printf(text, ", %s=%d", param->field, param->value.i);
        }
    }
    return g_string_free(text, FALSE);
}

char *
drover_lifecycle_text(int event, int detail)
{
    const char *const *details;

    if (event < 0 || event >= (int) G_N_ELEMENTS(events)) {
        return g_strdup_printf("event %d (%d)", event, detail);
    }
    details = events[event].details;
    if (detail < 0 || detail >= (int) G_N_ELEMENTS(events[event].details) || !details[detail]) {
        return g_strdup(events[event].name);
    }
    return g_strdup_printf("%s (%s)", events[event].name, details[detail]);
}
