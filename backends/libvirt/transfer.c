#include "backends/libvirt/transfer.h"

#include "backends/libvirt/note.h"
#include "backends/libvirt/parameters.h"
#include "backends/libvirt/stats.h"
#include "backends/libvirt/transfer-private.h"

#define WAIT_FOR_HOSTS_US (15 * G_USEC_PER_SEC)
/* A last look that shows nothing new is worth a word only after this. */
#define QUIET_MS 2000

/* --- telling --------------------------------------------------------------------------------- */

static void
tell(DroverTransfer *transfer)
{
    transfer->listener->changed(transfer, &transfer->stats, NULL, transfer->user_data);
}

void
drover_transfer_tell_trouble(DroverTransfer *transfer,
                             DroverPhase phase,
                             DroverFailureKind kind,
                             const char *element,
                             const char *text)
{
    g_autoptr(DroverFailure) trouble = drover_transfer_failure(transfer, kind, DROVER_SIDE_NONE);

    transfer->stats.phase = phase;
    trouble->element = g_strdup(element);
    if (text) {
        g_free(trouble->text);
        trouble->text = g_strdup(text);
    }
    transfer->listener->changed(transfer, &transfer->stats, trouble, transfer->user_data);
}

static void
tell_contact_lost(DroverTransfer *transfer, const char *hosts, const char *text)
{
    drover_transfer_tell_trouble(transfer, DROVER_PHASE_UNKNOWN, DROVER_FAILURE_OUTCOME_UNKNOWN,
                                 hosts, text);
}

/* --- the end --------------------------------------------------------------------------------- */

void
drover_transfer_unref(DroverTransfer *transfer)
{
    if (--transfer->references) {
        return;
    }
    drover_vir_error_free(transfer->error);
    drover_failure_free(transfer->failure);
    g_free(transfer->completed);
    drover_options_clear(&transfer->options);
    g_free(transfer->uuid);
    g_free(transfer->guest_name);
    g_free(transfer->source);
    g_free(transfer->destination);
    g_free(transfer);
}

static void
deliver_end(gpointer user_data, gpointer unused)
{
    DroverTransfer *transfer = user_data;
    gint64 elapsed_us = g_get_monotonic_time() - transfer->began_us;

    transfer->timer = 0;
    drover_stats_complete(&transfer->stats, transfer->completed,
                          elapsed_us / G_TIME_SPAN_MILLISECOND);
    transfer->listener->done(transfer, transfer->outcome, &transfer->stats, transfer->failure,
                             transfer->user_data);
    g_ptr_array_remove_fast(transfer->backend->transfers, transfer);
}

static void
set_timer(DroverTransfer *transfer, gint64 delay_us, GFunc due)
{
    DroverClock *clock = transfer->backend->base.clock;

    drover_clock_remove(clock, &transfer->timer);
    transfer->timer = drover_clock_add(clock, delay_us, due, transfer);
}

static gpointer
read_completed(virConnectPtr connection, gpointer argument)
{
    return drover_completed_read(connection, argument);
}

/* @completed: (nullable) */
static void
take_completed(DroverTransfer *transfer, const DroverCompleted *completed)
{
    g_free(transfer->completed);
    transfer->completed = g_memdup2(completed, sizeof *completed);
}

static void
completed_read(gpointer result, gpointer user_data)
{
    DroverTransfer *transfer = user_data;

    if (!transfer->freed) {
        take_completed(transfer, result);
        set_timer(transfer, 0, deliver_end);
    }
    drover_transfer_unref(transfer);
}

/* The source's event tells of the downtime; where it was missed, the destination knows. */
static void
ask_for_completed(DroverTransfer *transfer, DroverVirHost *destination)
{
    const DroverQuestion question = {
        .run = read_completed,
        .argument = g_strdup(transfer->uuid),
        .free_argument = g_free,
        .free_result = g_free,
        .done = completed_read,
        .user_data = transfer,
    };

    transfer->references++;
    drover_vir_host_ask(destination, &question);
}

/* Threads end by themselves; nothing of them is heard any more. */
static void
let_go(DroverTransfer *transfer)
{
    drover_clock_remove(transfer->backend->base.clock, &transfer->timer);
    drover_clock_remove(transfer->backend->base.clock, &transfer->stuck_timer);
    drover_transfer_end_handover(transfer);
    g_clear_pointer(&transfer->settle, drover_settle_free);
    g_clear_pointer(&transfer->watch, drover_watch_stop);
    g_clear_pointer(&transfer->call, drover_call_drop);
}

/* @failure: (transfer full) (nullable) */
static void
end(DroverTransfer *transfer, DroverOutcome outcome, DroverFailure *failure)
{
    DroverVirHost *destination = drover_vir_backend_host(transfer->backend, transfer->destination);

    transfer->stage = TRANSFER_ENDED;
    transfer->outcome = outcome;
    transfer->failure = failure;
    let_go(transfer);
    if (outcome == DROVER_OUTCOME_MOVED && !transfer->completed && destination) {
        ask_for_completed(transfer, destination);
    } else {
        set_timer(transfer, 0, deliver_end);
    }
}

static void
end_untouched(DroverTransfer *transfer)
{
    end(transfer, DROVER_OUTCOME_STAYED,
        drover_transfer_failure(transfer, DROVER_FAILURE_CANCELLED, DROVER_SIDE_NONE));
}

/* --- the truth ------------------------------------------------------------------------------- */

static void
settled(DroverVerdict verdict,
        const DroverEvidence *evidence,
        const char *leftover,
        gpointer user_data)
{
    DroverTransfer *transfer = user_data;
    g_autofree char *half = drover_transfer_left_half(transfer, evidence);

    if (transfer->source_stop == DROVER_WHY_OTHER && evidence->source.seen == DROVER_SEEN_OFF) {
        transfer->source_stop = evidence->source.why;
    }
    transfer->handed_over |= drover_settle_source_destroyed(transfer->settle);
    switch (verdict) {
    case DROVER_VERDICT_MOVED:
        end(transfer, DROVER_OUTCOME_MOVED,
            drover_transfer_warning(transfer, leftover ? leftover : half,
                                    drover_settle_ran_twice(transfer->settle)));
        return;
    case DROVER_VERDICT_STAYED:
        end(transfer, DROVER_OUTCOME_STAYED, drover_transfer_failure_of_stay(transfer));
        return;
    case DROVER_VERDICT_STOPPED:
        end(transfer, DROVER_OUTCOME_STOPPED, drover_transfer_failure_of_stop(transfer));
        return;
    case DROVER_VERDICT_RUNS_TWICE:
        end(transfer, DROVER_OUTCOME_LOST,
            drover_transfer_failure(transfer, DROVER_FAILURE_RUNS_TWICE, DROVER_SIDE_NONE));
        return;
    default:
        end(transfer, DROVER_OUTCOME_LOST, drover_transfer_failure_of_loss(transfer, evidence));
        return;
    }
}

char *
drover_transfer_hosts_unseen(DroverTransfer *transfer, const DroverEvidence *evidence)
{
    gboolean source = evidence->source.seen == DROVER_SEEN_NOT;
    gboolean destination = evidence->destination.seen == DROVER_SEEN_NOT;

    if (source == destination) {
        return g_strdup_printf("%s and %s", transfer->source, transfer->destination);
    }
    return g_strdup(source ? transfer->source : transfer->destination);
}

static void follow(DroverTransfer *transfer);
static void take_up_again(DroverTransfer *transfer);

static void
settle_waits(const DroverJudgement *judgement,
             const DroverEvidence *evidence,
             const DroverVirError *error,
             gpointer user_data)
{
    DroverTransfer *transfer = user_data;
    g_autofree char *hosts = drover_transfer_hosts_unseen(transfer, evidence);
    gboolean unseen =
        evidence->source.seen == DROVER_SEEN_NOT || evidence->destination.seen == DROVER_SEEN_NOT;

    if (drover_transfer_recover(transfer, judgement, evidence)) {
        if (drover_transfer_recovery_is_due(transfer)) {
            take_up_again(transfer);
        }
    } else if (judgement->verdict == DROVER_VERDICT_IN_PROGRESS &&
               evidence->job == DROVER_JOB_OUTGOING) {
        follow(transfer);
    } else if (unseen || evidence->unchanged_ms >= QUIET_MS) {
        tell_contact_lost(transfer, hosts, error ? error->message : NULL);
    }
}

static const DroverSettleListener settle_listener = {settle_waits, settled, drover_transfer_noted};

static void
settle(DroverTransfer *transfer, gboolean untouched)
{
    const DroverSettleSpec spec = {
        .uuid = transfer->uuid,
        .source = transfer->source,
        .destination = transfer->destination,
        .watch = transfer->watch,
        .untouched = untouched,
        .careful = transfer->adopted,
        .still_us = transfer->still_us,
        .brought = transfer->brought,
        .handed_over = transfer->handed_over ||
                       (transfer->lookout && drover_settle_source_destroyed(transfer->lookout)),
    };

    transfer->stage = TRANSFER_SETTLING;
    drover_watch_end_abort(transfer->watch);
    drover_transfer_end_handover(transfer);
    drover_clock_remove(transfer->backend->base.clock, &transfer->stuck_timer);
    transfer->settle = drover_settle_new(transfer->backend, &spec, &settle_listener, transfer);
    drover_settle_source_stopped(transfer->settle, transfer->source_stop);
}

/* --- while it moves -------------------------------------------------------------------------- */

/* After a whole pass over the memory most of it need not be fetched page by page any more. */
static gboolean
is_to_be_switched(DroverTransfer *transfer)
{
    return transfer->options.post_copy && !transfer->cancelled &&
           transfer->stats.phase == DROVER_PHASE_PRECOPY && transfer->stats.iteration >= 2;
}

static void
take_sample(DroverTransfer *transfer, const DroverTransferStats *stats)
{
    /* While libvirt clears up after an abort, it shows a job without numbers. */
    if (stats->phase == DROVER_PHASE_CONNECTING && transfer->furthest > DROVER_PHASE_CONNECTING) {
        return;
    }
    transfer->stats = *stats;
    transfer->furthest = MAX(transfer->furthest, stats->phase);
    if (stats->phase == DROVER_PHASE_POSTCOPY || stats->phase == DROVER_PHASE_POSTCOPY_BROKEN) {
        drover_transfer_recovery_sample(transfer, stats);
        return;
    }
    tell(transfer);
    if (is_to_be_switched(transfer)) {
        drover_transfer_note(transfer, DROVER_NOTE_ACTION, "switch to post-copy", transfer->source,
                             "the first whole pass is over");
        drover_watch_switch(transfer->watch);
    }
    drover_transfer_watch_handover(transfer);
}

static void
sampled(const DroverSample *sample, gpointer user_data)
{
    DroverTransfer *transfer = user_data;

    if (transfer->lookout) {
        drover_settle_sample(transfer->lookout, sample);
    }
    if (transfer->stage == TRANSFER_SETTLING) {
        if (transfer->broken && sample->job == DROVER_JOB_OUTGOING) {
            take_sample(transfer, &sample->stats);
        }
        drover_settle_sample(transfer->settle, sample);
    } else if (sample->job == DROVER_JOB_OUTGOING) {
        take_sample(transfer, &sample->stats);
        if (transfer->stage == TRANSFER_FOLLOWING && drover_transfer_is_broken(transfer)) {
            settle(transfer, FALSE);
        }
    } else if (sample->job == DROVER_JOB_NONE && transfer->stage == TRANSFER_FOLLOWING) {
        settle(transfer, FALSE);
    }
}

static void abort_move(DroverTransfer *transfer);

/* The source moves the guest without a call of ours that would tell of the end. */
static void
follow(DroverTransfer *transfer)
{
    g_clear_pointer(&transfer->settle, drover_settle_free);
    transfer->stage = TRANSFER_FOLLOWING;
    if (transfer->cancelled) {
        abort_move(transfer);
    }
}

static void
asked(const char *how, gpointer user_data)
{
    DroverTransfer *transfer = user_data;

    drover_transfer_note(transfer, DROVER_NOTE_ACTION,
                         transfer->post_copy ? "take up post-copy" : "migrate", transfer->source,
                         how);
}

static void
called(const DroverCallResult *result, gpointer user_data)
{
    DroverTransfer *transfer = user_data;
    g_autoptr(DroverFailure) failure = NULL;
    gboolean untouched = FALSE;

    drover_vir_error_free(transfer->error);
    transfer->step = result->step;
    transfer->error = result->error ? drover_vir_error_copy(result->error) : NULL;
    transfer->source_alive = result->source_alive;
    drover_transfer_note_call(transfer);
    g_clear_pointer(&transfer->call, drover_call_drop);
    if (transfer->post_copy) {
        drover_recovery_tried(&transfer->recovery, g_get_monotonic_time());
        settle(transfer, FALSE);
        return;
    }
    failure = drover_transfer_failure_of_call(transfer, &untouched);
    settle(transfer, untouched || transfer->step != DROVER_CALL_MADE);
}

static void
make_call(DroverTransfer *transfer, DroverVirHost *source, DroverVirHost *destination)
{
    const DroverCallSpec spec = {
        .uuid = transfer->uuid,
        .source_uri = drover_vir_host_uri(source),
        .peer_uri = drover_vir_host_peer_uri(destination),
        .options = &transfer->options,
        .recovers = transfer->post_copy,
        .asked = asked,
    };

    transfer->stage = TRANSFER_CALLING;
    transfer->call = drover_call_new(transfer->backend->mailbox, &spec, called, transfer);
}

static void
call(DroverTransfer *transfer)
{
    DroverVirHost *source = drover_vir_backend_host(transfer->backend, transfer->source);
    DroverVirHost *destination = drover_vir_backend_host(transfer->backend, transfer->destination);

    drover_clock_remove(transfer->backend->base.clock, &transfer->timer);
    transfer->began_us = g_get_monotonic_time();
    transfer->brought = !drover_inventory_find_guest_on(transfer->backend->base.inventory,
                                                        transfer->uuid, transfer->destination);
    transfer->watch = drover_watch_new(transfer->backend->mailbox, drover_vir_host_uri(source),
                                       transfer->uuid, sampled, transfer);
    make_call(transfer, source, destination);
}

/* The broken post-copy has a call again, which tells of its end like the first one did. */
static void
take_up_again(DroverTransfer *transfer)
{
    DroverVirHost *source = drover_vir_backend_host(transfer->backend, transfer->source);
    DroverVirHost *destination = drover_vir_backend_host(transfer->backend, transfer->destination);

    if (source && destination) {
        g_clear_pointer(&transfer->settle, drover_settle_free);
        transfer->taken_up_us = g_get_monotonic_time();
        make_call(transfer, source, destination);
    }
}

/* --- before the call ------------------------------------------------------------------------- */

static void
end_unreachable(DroverTransfer *transfer, const DroverVirError *error, DroverSide side)
{
    end(transfer, DROVER_OUTCOME_STAYED, drover_transfer_failure_of_host(transfer, error, side));
}

static const struct {
    DroverSide side;
    gsize name;
} sides[] = {
    {DROVER_SIDE_SOURCE, G_STRUCT_OFFSET(DroverTransfer, source)},
    {DROVER_SIDE_DESTINATION, G_STRUCT_OFFSET(DroverTransfer, destination)},
};

static DroverVirHost *
host_on(DroverTransfer *transfer, guint side)
{
    return drover_vir_backend_host(transfer->backend,
                                   G_STRUCT_MEMBER(char *, transfer, sides[side].name));
}

/* Both hosts must be in sight: whoever cannot look at the destination could not tell the outcome.
 */
static void
call_when_up(DroverTransfer *transfer)
{
    for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
        DroverVirHost *host = host_on(transfer, i);

        if (!host || drover_vir_host_state(host) != DROVER_HOST_UP) {
            return;
        }
    }
    call(transfer);
}

static void
waited_too_long(gpointer user_data, gpointer unused)
{
    DroverTransfer *transfer = user_data;
    g_autoptr(DroverVirError) error =
        drover_vir_error_new(VIR_ERR_OK, VIR_FROM_NONE, 0, "the host does not answer");
    guint side = 0;

    transfer->timer = 0;
    if (host_on(transfer, 0) && drover_vir_host_state(host_on(transfer, 0)) == DROVER_HOST_UP) {
        side = 1;
    }
    end_unreachable(transfer, error, sides[side].side);
}

static void
wait_for_hosts(DroverTransfer *transfer)
{
    set_timer(transfer, WAIT_FOR_HOSTS_US, waited_too_long);
    for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
        drover_vir_host_wake(host_on(transfer, i));
    }
    call_when_up(transfer);
}

/* --- cancelling ------------------------------------------------------------------------------ */

static void
abort_answered(const DroverVirError *error, gpointer user_data)
{
    DroverTransfer *transfer = user_data;

    drover_transfer_note_answer(transfer, "abort", transfer->source, error, "taken");
}

static void
abort_move(DroverTransfer *transfer)
{
    if (transfer->post_copy) {
        return;
    }
    drover_transfer_note(transfer, DROVER_NOTE_ACTION, "abort", transfer->source,
                         "the job is being cancelled");
    drover_watch_abort(transfer->watch, abort_answered);
    drover_transfer_watch_abort(transfer);
}

void
drover_transfer_cancel(DroverTransfer *transfer)
{
    if (transfer->stage == TRANSFER_ENDED || transfer->post_copy) {
        return;
    }
    transfer->cancelled = TRUE;
    if (transfer->stage == TRANSFER_WAITING ||
        (transfer->stage == TRANSFER_CALLING && drover_call_prevent(transfer->call))) {
        end_untouched(transfer);
    } else if (transfer->stage != TRANSFER_SETTLING) {
        abort_move(transfer);
    }
}

/* --- news ------------------------------------------------------------------------------------ */

static gboolean
is_host(const char *name, DroverVirHost *host)
{
    return g_str_equal(name, drover_vir_host_name(host));
}

void
drover_transfer_host_changed(DroverTransfer *transfer, DroverVirHost *host)
{
    gboolean source = is_host(transfer->source, host);
    gboolean down = drover_vir_host_state(host) == DROVER_HOST_DOWN;

    if (!source && !is_host(transfer->destination, host)) {
        return;
    }
    drover_transfer_note_host(transfer, host);
    if (transfer->stage == TRANSFER_WAITING && down) {
        end_unreachable(transfer, drover_vir_host_error(host),
                        source ? DROVER_SIDE_SOURCE : DROVER_SIDE_DESTINATION);
    } else if (transfer->stage == TRANSFER_WAITING) {
        call_when_up(transfer);
    } else if (transfer->stage == TRANSFER_SETTLING) {
        drover_settle_hosts_changed(transfer->settle);
    } else if (transfer->stage != TRANSFER_ENDED && source && down) {
        tell_contact_lost(transfer, transfer->source, drover_vir_host_error(host)->message);
    }
}

void
drover_transfer_guest_event(DroverTransfer *transfer,
                            DroverVirHost *host,
                            const DroverGuestEvent *event)
{
    if (g_ascii_strcasecmp(event->uuid, transfer->uuid)) {
        return;
    }
    drover_transfer_note_event(transfer, host, event);
    if (!is_host(transfer->source, host)) {
        return;
    }
    if (event->kind == DROVER_GUEST_EVENT_STOPPED) {
        transfer->source_stop = event->why;
        if (transfer->settle) {
            drover_settle_source_stopped(transfer->settle, event->why);
        }
    } else if (event->kind == DROVER_GUEST_EVENT_JOB_COMPLETED &&
               event->completed.operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT) {
        take_completed(transfer, &event->completed);
    }
}

/* --- life ------------------------------------------------------------------------------------ */

static void
adopt(DroverTransfer *transfer)
{
    DroverVirHost *source = drover_vir_backend_host(transfer->backend, transfer->source);

    transfer->adopted = TRUE;
    transfer->watch = drover_watch_new(transfer->backend->mailbox, drover_vir_host_uri(source),
                                       transfer->uuid, sampled, transfer);
    settle(transfer, FALSE);
}

DroverTransfer *
drover_transfer_new(DroverVirBackend *backend,
                    const DroverTransferSpec *spec,
                    DroverTransferOrigin origin,
                    const DroverTransferListener *listener,
                    gpointer user_data)
{
    DroverTransfer *transfer = g_new0(DroverTransfer, 1);
    const DroverGuest *guest =
        drover_inventory_find_guest(backend->base.inventory, spec->guest_uuid);

    transfer->references = 1;
    transfer->backend = backend;
    transfer->uuid = g_ascii_strdown(spec->guest_uuid, -1);
    transfer->guest_name = g_strdup(guest ? guest->name : spec->guest_uuid);
    transfer->source = g_strdup(spec->source);
    transfer->destination = g_strdup(spec->destination);
    transfer->options = drover_options_copy(&spec->options);
    transfer->cancelled = spec->cancelled;
    transfer->listener = listener;
    transfer->user_data = user_data;
    transfer->stats = drover_stats_blank(DROVER_PHASE_CONNECTING);
    transfer->furthest = DROVER_PHASE_CONNECTING;
    transfer->began_us = g_get_monotonic_time();
    g_ptr_array_add(backend->transfers, transfer);
    if (origin == DROVER_TRANSFER_ADOPT) {
        adopt(transfer);
    } else {
        wait_for_hosts(transfer);
    }
    return transfer;
}

void
drover_transfer_free(DroverTransfer *transfer)
{
    transfer->freed = TRUE;
    let_go(transfer);
    drover_transfer_unref(transfer);
}
