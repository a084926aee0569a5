#include "backends/simulated/transfer.h"

#include "backends/simulated/check.h"
#include "backends/simulated/fault.h"

struct _DroverTransfer {
    SimBackend *backend;
    const DroverTransferListener *listener;
    gpointer user_data;
    char *guest_uuid;
    char *source;
    char *destination;
    SimMove *move;      /* NULL: it is over, or was none */
    gboolean cancelled; /* adopted: before */
    gboolean untouched; /* refused before anything was done: no host needs to be asked */
    gboolean told_unknown;
    gboolean adopted;
    gboolean noted_begin;
    DroverHostState noted_states[2]; /* of source and destination; at first UP */
    DroverOutcome outcome;           /* 0: not known yet */
    DroverFailure *failure;
    DroverTransferStats stats; /* as last told */
    guint timer;
};

void
sim_failure_name(DroverFailure *failure, SimBackend *backend, const DroverTransferSpec *spec)
{
    const SimGuest *guest = sim_world_guest(backend->world, spec->guest_uuid);

    g_free(failure->guest);
    g_free(failure->source);
    g_free(failure->destination);
    failure->guest = g_strdup(guest ? guest->name : spec->guest_uuid);
    failure->source = g_strdup(spec->source);
    failure->destination = g_strdup(spec->destination);
}

static DroverTransferSpec
spec_of(const DroverTransfer *transfer)
{
    return (DroverTransferSpec){
        .guest_uuid = transfer->guest_uuid,
        .source = transfer->source,
        .destination = transfer->destination,
    };
}

static void
name_failure(DroverTransfer *transfer, DroverFailure *failure)
{
    DroverTransferSpec spec = spec_of(transfer);

    sim_failure_name(failure, transfer->backend, &spec);
}

void
sim_transfer_free(gpointer data)
{
    DroverTransfer *transfer = data;

    if (transfer->move) {
        sim_move_observe(transfer->move, NULL, NULL);
    }
    drover_clock_remove(transfer->backend->base.clock, &transfer->timer);
    drover_failure_free(transfer->failure);
    g_free(transfer->guest_uuid);
    g_free(transfer->source);
    g_free(transfer->destination);
    g_free(transfer);
}

/* --- what the hosts let see --------------------------------------------------------------------
 */

static DroverHostState
host_state(const DroverTransfer *transfer, const char *name)
{
    const DroverHost *host = drover_inventory_find_host(transfer->backend->base.inventory, name);

    return host ? host->state : DROVER_HOST_DOWN;
}

/* Of its two hosts the one that lets see less: nothing is known of a move unless both are up. */
static DroverHostState
view_of(const DroverTransfer *transfer)
{
    DroverHostState states[] = {host_state(transfer, transfer->source),
                                host_state(transfer, transfer->destination)};

    if (states[0] == DROVER_HOST_DOWN || states[1] == DROVER_HOST_DOWN) {
        return DROVER_HOST_DOWN;
    }
    return states[0] == DROVER_HOST_UP ? states[1] : states[0];
}

static DroverFailure *
trouble_of(DroverTransfer *transfer)
{
    gboolean source = host_state(transfer, transfer->source) == DROVER_HOST_DOWN;
    gboolean destination = host_state(transfer, transfer->destination) == DROVER_HOST_DOWN;
    DroverFailure *trouble = sim_failure_new(DROVER_FAILURE_OUTCOME_UNKNOWN, transfer->stats.phase);

    name_failure(transfer, trouble);
    trouble->where = source ? DROVER_SIDE_SOURCE : DROVER_SIDE_DESTINATION;
    trouble->element = g_strjoin(source && destination ? ", " : "", source ? transfer->source : "",
                                 destination ? transfer->destination : "", NULL);
    trouble->text = g_strdup("the simulated host does not answer");
    return trouble;
}

static void
tell_unknown(DroverTransfer *transfer)
{
    g_autoptr(DroverFailure) trouble = trouble_of(transfer);
    DroverTransferStats stats = transfer->stats;

    transfer->told_unknown = TRUE;
    stats.phase = DROVER_PHASE_UNKNOWN;
    stats.bandwidth_bytes_s = 0;
    stats.dirty_rate_bytes_s = 0;
    transfer->listener->changed(transfer, &stats, trouble, transfer->user_data);
}

/* --- notes for the black box ----------------------------------------------------------------- */

static void
note(DroverTransfer *transfer, const DroverNote *note)
{
    if (transfer->listener->noted) {
        transfer->listener->noted(transfer, note, transfer->user_data);
    }
}

/* Not from within start(). */
static void
note_begin(DroverTransfer *transfer)
{
    if (!transfer->noted_begin && !transfer->adopted) {
        note(transfer, &(DroverNote){.kind = DROVER_NOTE_ACTION,
                                     .what = "migrate",
                                     .host = transfer->source,
                                     .detail = transfer->destination});
    }
    transfer->noted_begin = TRUE;
}

static void
move_noted(const DroverNote *noted, gpointer user_data)
{
    note_begin(user_data);
    note(user_data, noted);
}

static void
note_end(DroverTransfer *transfer)
{
    static const char *const outcomes[] = {
        [DROVER_OUTCOME_MOVED] = "moved",
        [DROVER_OUTCOME_STAYED] = "stayed",
        [DROVER_OUTCOME_STOPPED] = "stopped",
        [DROVER_OUTCOME_LOST] = "lost",
    };
    const DroverFailure *failure = transfer->failure;
    DroverNote answer = {.kind = DROVER_NOTE_ANSWER,
                         .what = "migrate",
                         .host = transfer->source,
                         .detail = failure ? failure->text : "done"};

    if (failure) {
        answer.code = failure->code;
        answer.domain = failure->domain;
        answer.int1 = failure->int1;
    }
    note(transfer, &answer);
    note(transfer,
         &(DroverNote){.kind = DROVER_NOTE_SIGHT,
                       .what = outcomes[transfer->outcome],
                       .detail = failure ? drover_failure_kind_name(failure->kind) : NULL});
}

static void
note_host(DroverTransfer *transfer, const char *host, DroverHostState *noted)
{
    static const char *const states[] = {
        [DROVER_HOST_UP] = "host up",
        [DROVER_HOST_DOWN] = "host down",
        [DROVER_HOST_CONNECTING] = "host connecting",
    };
    DroverHostState state = host_state(transfer, host);

    if (state != *noted) {
        *noted = state;
        note(transfer,
             &(DroverNote){.kind = DROVER_NOTE_EVENT, .what = states[state], .host = host});
    }
}

/* --- its end --------------------------------------------------------------------------------- */

static void
deliver(DroverTransfer *transfer)
{
    note_begin(transfer);
    note_end(transfer);
    g_hash_table_steal(transfer->backend->transfers, transfer);
    transfer->stats.phase = DROVER_PHASE_ENDED;
    if (transfer->failure) {
        name_failure(transfer, transfer->failure);
    }
    transfer->listener->done(transfer, transfer->outcome, &transfer->stats, transfer->failure,
                             transfer->user_data);
    sim_transfer_free(transfer);
}

/* --- a move seen ----------------------------------------------------------------------------- */

static void
move_changed(const DroverTransferStats *stats, const DroverFailure *trouble, gpointer user_data)
{
    DroverTransfer *transfer = user_data;
    g_autoptr(DroverFailure) named = NULL;

    if (view_of(transfer) != DROVER_HOST_UP) {
        return;
    }
    note_begin(transfer);
    if (trouble) {
        named = drover_failure_copy(trouble);
        name_failure(transfer, named);
    }
    transfer->stats = *stats;
    transfer->told_unknown = FALSE;
    transfer->listener->changed(transfer, stats, named, transfer->user_data);
}

static void
move_ended(DroverOutcome outcome,
           const DroverTransferStats *stats,
           const DroverFailure *failure,
           gpointer user_data)
{
    DroverTransfer *transfer = user_data;

    transfer->move = NULL;
    transfer->outcome = outcome;
    transfer->failure = failure ? drover_failure_copy(failure) : NULL;
    transfer->stats = *stats;
    if (view_of(transfer) == DROVER_HOST_UP) {
        deliver(transfer);
    }
}

static const SimObserver observer = {move_changed, move_ended, move_noted};

/* --- a look at both hosts -------------------------------------------------------------------- */

static void
conclude(DroverTransfer *transfer, DroverOutcome outcome, DroverFailureKind kind)
{
    transfer->outcome = outcome;
    transfer->failure = kind ? sim_failure_new(kind, DROVER_PHASE_UNKNOWN) : NULL;
}

/* Nobody was there when the move ended, or it never began: where the guest is decides. */
static void
judge(DroverTransfer *transfer)
{
    const SimGuest *guest = sim_world_guest(transfer->backend->world, transfer->guest_uuid);
    const SimLink *source = g_hash_table_lookup(transfer->backend->links, transfer->source);
    const SimLink *destination =
        g_hash_table_lookup(transfer->backend->links, transfer->destination);

    if (!guest || !guest->home.host) {
        conclude(transfer, DROVER_OUTCOME_LOST, DROVER_FAILURE_GUEST_LOST);
    } else if (guest->home.host == destination->host) {
        conclude(transfer, DROVER_OUTCOME_MOVED, DROVER_FAILURE_NONE);
    } else if (guest->home.host != source->host) {
        conclude(transfer, DROVER_OUTCOME_LOST, DROVER_FAILURE_GUEST_LOST);
    } else if (guest->home.state == DROVER_GUEST_OFF || guest->home.state == DROVER_GUEST_CRASHED) {
        conclude(transfer, DROVER_OUTCOME_STOPPED, DROVER_FAILURE_GUEST_STOPPED);
    } else {
        conclude(transfer, DROVER_OUTCOME_STAYED,
                 transfer->cancelled ? DROVER_FAILURE_CANCELLED : DROVER_FAILURE_SOURCE_LOST);
    }
}

static void
look(gpointer data, gpointer unused)
{
    DroverTransfer *transfer = data;
    DroverHostState view = view_of(transfer);

    transfer->timer = 0;
    note_host(transfer, transfer->source, &transfer->noted_states[0]);
    note_host(transfer, transfer->destination, &transfer->noted_states[1]);
    if (transfer->untouched) {
        deliver(transfer);
    } else if (view == DROVER_HOST_DOWN) {
        tell_unknown(transfer);
    } else if (view == DROVER_HOST_UP && transfer->move) {
        move_changed(sim_move_stats(transfer->move), sim_move_trouble(transfer->move), transfer);
    } else if (view == DROVER_HOST_UP) {
        if (!transfer->outcome) {
            judge(transfer);
        }
        deliver(transfer);
    }
}

static void
look_soon(DroverTransfer *transfer)
{
    if (!transfer->timer) {
        transfer->timer = drover_clock_add(transfer->backend->base.clock, 0, look, transfer);
    }
}

void
sim_transfers_look(SimBackend *backend, const char *host)
{
    GHashTableIter iter;
    gpointer data;

    g_hash_table_iter_init(&iter, backend->transfers);
    while (g_hash_table_iter_next(&iter, &data, NULL)) {
        DroverTransfer *transfer = data;

        if (g_str_equal(transfer->source, host) || g_str_equal(transfer->destination, host)) {
            look_soon(transfer);
        }
    }
}

/* --- beginnings ------------------------------------------------------------------------------ */

static const SimLink *
find_link(SimBackend *backend, const char *name, GError **error)
{
    const SimLink *link = g_hash_table_lookup(backend->links, name);

    if (!link) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_NOT_FOUND,
                    "no host '%s' is configured", name);
    }
    return link;
}

static DroverTransfer *
transfer_new(DroverBackend *base,
             const DroverTransferSpec *spec,
             const DroverTransferListener *listener,
             gpointer user_data)
{
    SimBackend *backend = (SimBackend *) base;
    DroverTransfer *transfer = g_new0(DroverTransfer, 1);

    transfer->backend = backend;
    transfer->listener = listener;
    transfer->user_data = user_data;
    transfer->guest_uuid = g_strdup(spec->guest_uuid);
    transfer->source = g_strdup(spec->source);
    transfer->destination = g_strdup(spec->destination);
    transfer->cancelled = spec->cancelled;
    transfer->noted_states[0] = transfer->noted_states[1] = DROVER_HOST_UP;
    sim_stats_init(&transfer->stats);
    g_hash_table_add(backend->transfers, transfer);
    return transfer;
}

DroverTransfer *
sim_transfer_start(DroverBackend *base,
                   const DroverTransferSpec *spec,
                   const DroverTransferListener *listener,
                   gpointer user_data,
                   GError **error)
{
    SimBackend *backend = (SimBackend *) base;
    const SimLink *source = find_link(backend, spec->source, error);
    const SimLink *destination = source ? find_link(backend, spec->destination, error) : NULL;
    SimGuest *guest = sim_world_guest(backend->world, spec->guest_uuid);
    DroverTransfer *transfer;

    if (!destination) {
        return NULL;
    }
    transfer = transfer_new(base, spec, listener, user_data);
    transfer->failure =
        sim_check_start(&(SimRoute){backend->world, guest, source->host, destination->host});
    if (transfer->failure) {
        transfer->outcome = DROVER_OUTCOME_STAYED;
        transfer->untouched = TRUE;
        look_soon(transfer);
        return transfer;
    }
    transfer->move = sim_move_start(guest, source->host, destination->host, &spec->options);
    sim_move_observe(transfer->move, &observer, transfer);
    return transfer;
}

static gboolean
is_this_move(const SimMove *move, const SimLink *source, const SimLink *destination)
{
    return move && sim_move_source(move) == source->host &&
           sim_move_destination(move) == destination->host;
}

DroverTransfer *
sim_transfer_adopt(DroverBackend *base,
                   const DroverTransferSpec *spec,
                   const DroverTransferListener *listener,
                   gpointer user_data,
                   GError **error)
{
    SimBackend *backend = (SimBackend *) base;
    const SimLink *source = find_link(backend, spec->source, error);
    const SimLink *destination = source ? find_link(backend, spec->destination, error) : NULL;
    SimGuest *guest = sim_world_guest(backend->world, spec->guest_uuid);
    DroverTransfer *transfer;

    if (!destination) {
        return NULL;
    }
    transfer = transfer_new(base, spec, listener, user_data);
    transfer->adopted = TRUE;
    if (guest && is_this_move(guest->move, source, destination)) {
        transfer->move = guest->move;
        sim_move_observe(transfer->move, &observer, transfer);
    }
    if (transfer->move && spec->cancelled) {
        sim_move_cancel(transfer->move);
    }
    look_soon(transfer);
    return transfer;
}

void
sim_transfer_cancel(DroverTransfer *transfer)
{
    if (transfer->move) {
        note(transfer, &(DroverNote){.kind = DROVER_NOTE_ACTION,
                                     .what = "abort",
                                     .host = transfer->source,
                                     .detail = "the job is being cancelled"});
        sim_move_cancel(transfer->move);
    }
}
