/*
 * What the programs that test the simulated hosts share: a world of two hosts and a guest on a
 * manual clock, a backend that looks at it, and a listener that writes down what it hears.
 */
#pragma once

#include <string.h>

#include "tests/unit/check-main.h"

#include "backends/simulated/scenario.h"
#include "backends/simulated/simulated.h"

#define MS      ((gint64) 1000)
#define MIB     ((guint64) 1024 * 1024)
#define LONG_MS 600000 /* longer than any move that ends */

/* What was heard of one move. */
typedef struct {
    DroverTransfer *transfer; /* NULL once it is done */
    GArray *samples;          /* of DroverTransferStats */
    GString *phases;          /* their names, each change once */
    GString *notes;           /* "kind what host: detail", a line each */
    DroverPhase last_phase;
    DroverFailure *trouble; /* the last heard, or NULL */
    guint troubles;
    guint done;
    DroverOutcome outcome;
    DroverFailure *failure;
    DroverTransferStats end;
} Move;

typedef struct {
    DroverClock *clock;
    DroverSimWorld *world;
    DroverBackend *backend;
} Fixture;

static inline void
move_changed(DroverTransfer *transfer,
             const DroverTransferStats *stats,
             const DroverFailure *trouble,
             gpointer user_data)
{
    Move *move = user_data;

    ck_assert_uint_eq(move->done, 0);
    ck_assert(!move->transfer || move->transfer == transfer);
    g_array_append_val(move->samples, *stats);
    if (stats->phase != move->last_phase) {
        g_string_append_printf(move->phases, "%s%s", move->phases->len ? ", " : "",
                               drover_phase_name(stats->phase));
    }
    move->last_phase = stats->phase;
    g_clear_pointer(&move->trouble, drover_failure_free);
    if (trouble) {
        move->trouble = drover_failure_copy(trouble);
        move->troubles++;
    }
}

static inline void
move_done(DroverTransfer *transfer,
          DroverOutcome outcome,
          const DroverTransferStats *stats,
          const DroverFailure *failure,
          gpointer user_data)
{
    Move *move = user_data;

    move->done++;
    move->transfer = NULL;
    move->outcome = outcome;
    move->failure = failure ? drover_failure_copy(failure) : NULL;
    move->end = *stats;
}

static inline void
move_noted(DroverTransfer *transfer, const DroverNote *note, gpointer user_data)
{
    static const char *const kinds[] = {"", "action", "answer", "event", "sight"};
    Move *move = user_data;

    ck_assert_uint_eq(move->done, 0);
    g_string_append_printf(move->notes, "%s %s %s: %s\n", kinds[note->kind], note->what,
                           note->host ? note->host : "-", note->detail ? note->detail : "-");
}

static const DroverTransferListener move_listener = {move_changed, move_done, move_noted};

static inline Move *
move_new(void)
{
    Move *move = g_new0(Move, 1);

    move->samples = g_array_new(FALSE, FALSE, sizeof(DroverTransferStats));
    move->phases = g_string_new(NULL);
    move->notes = g_string_new(NULL);
    return move;
}

static inline void
move_free(Move *move)
{
    g_array_unref(move->samples);
    g_string_free(move->phases, TRUE);
    g_string_free(move->notes, TRUE);
    drover_failure_free(move->trouble);
    drover_failure_free(move->failure);
    g_free(move);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Move, move_free)

static inline void
advance(Fixture *f, gint64 ms)
{
    drover_clock_advance(f->clock, ms * MS);
}

static inline void
add_world_host(Fixture *f, const char *name, guint64 bandwidth_mib_s)
{
    DroverSimHost host;

    drover_sim_host_init(&host, name);
    host.bandwidth_mib_s = bandwidth_mib_s;
    ck_assert(drover_sim_world_add_host(f->world, &host, NULL));
}

static inline void
add_world_guest(Fixture *f, const char *name, const char *host, guint64 memory_mib, guint64 dirty)
{
    DroverSimGuest guest;

    drover_sim_guest_init(&guest, name, host);
    guest.memory_mib = memory_mib;
    guest.dirty_mib_s = dirty;
    ck_assert(drover_sim_world_add_guest(f->world, &guest, NULL));
}

static inline void
show_host(Fixture *f, const char *name)
{
    g_autofree char *uri = g_strconcat("simulated:///", name, NULL);

    ck_assert(f->backend->klass->add_host(f->backend, name, uri, NULL, NULL));
}

/* Also what a restart of drover is: the world goes on, the backend is another one. */
static inline void
new_backend(Fixture *f)
{
    drover_backend_free(f->backend);
    f->backend = drover_sim_backend_new(f->world);
    show_host(f, "alpha");
    show_host(f, "beta");
}

/* alpha and beta, 100 MiB/s each; on alpha "web", 1000 MiB, which writes nothing. */
static inline Fixture *
fixture_new(void)
{
    Fixture *f = g_new0(Fixture, 1);

    f->clock = drover_clock_new_manual(1000 * G_USEC_PER_SEC);
    f->world = drover_sim_world_new(f->clock);
    add_world_host(f, "alpha", 100);
    add_world_host(f, "beta", 100);
    add_world_guest(f, "web", "alpha", 1000, 0);
    new_backend(f);
    advance(f, 1000);
    return f;
}

static inline void
fixture_free(Fixture *f)
{
    drover_backend_free(f->backend);
    drover_sim_world_unref(f->world);
    drover_clock_unref(f->clock);
    g_free(f);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static inline const DroverGuest *
seen_guest(Fixture *f, const char *name)
{
    return drover_inventory_resolve_guest(f->backend->inventory, name, NULL);
}

static inline DroverTransferSpec
spec_for(const char *uuid, gboolean from_alpha)
{
    return (DroverTransferSpec){
        .guest_uuid = uuid,
        .source = from_alpha ? "alpha" : "beta",
        .destination = from_alpha ? "beta" : "alpha",
    };
}

static inline void
start_with(Fixture *f, Move *move, const char *name, const DroverTransferOptions *options)
{
    const DroverGuest *guest = seen_guest(f, name);
    DroverTransferSpec spec = spec_for(guest ? guest->uuid : name, TRUE);
    g_autoptr(GError) error = NULL;

    spec.options = *options;
    move->transfer = f->backend->klass->start(f->backend, &spec, &move_listener, move, &error);
    ck_assert_msg(move->transfer != NULL, "%s", error ? error->message : "no error set");
    ck_assert_uint_eq(move->samples->len, 0);
    ck_assert_uint_eq(move->done, 0);
}

static inline void
start(Fixture *f, Move *move, const char *name)
{
    start_with(f, move, name, &(DroverTransferOptions){0});
}

static inline void
adopt(Fixture *f, Move *move, const char *uuid, gboolean cancelled)
{
    DroverTransferSpec spec = spec_for(uuid, TRUE);

    spec.cancelled = cancelled;
    move->transfer = f->backend->klass->adopt(f->backend, &spec, &move_listener, move, NULL);
    ck_assert_ptr_nonnull(move->transfer);
    ck_assert_uint_eq(move->done, 0);
}

static inline void
cancel(Fixture *f, Move *move)
{
    f->backend->klass->cancel(move->transfer);
    ck_assert_uint_eq(move->done, 0);
}

static inline void
arm(Fixture *f, const DroverSimFault *fault)
{
    g_autoptr(GError) error = NULL;

    ck_assert_msg(drover_sim_world_arm(f->world, fault, &error), "%s", error ? error->message : "");
}

/* Steps until the move is in @phase. */
static inline void
advance_to(Fixture *f, Move *move, DroverPhase phase)
{
    for (guint i = 0; move->last_phase != phase; i++) {
        ck_assert_msg(!move->done && i < 100000, "not in %s but %s", drover_phase_name(phase),
                      move->phases->str);
        advance(f, i ? 1 : 0);
    }
}

static inline void
assert_ended(const Move *move, DroverOutcome outcome, DroverFailureKind kind)
{
    ck_assert_uint_eq(move->done, 1);
    ck_assert_str_eq(drover_failure_kind_name(move->failure ? move->failure->kind : 0),
                     drover_failure_kind_name(kind));
    ck_assert_int_eq(move->outcome, outcome);
    ck_assert_int_eq(move->end.phase, DROVER_PHASE_ENDED);
}

/* Both the truth and what is shown: it runs on @host, once. */
static inline void
assert_runs_on(Fixture *f, const char *name, const char *host)
{
    const DroverGuest *guest = seen_guest(f, name);

    ck_assert_pstr_eq(drover_sim_world_where(f->world, name), host);
    ck_assert_uint_eq(drover_sim_world_count_running(f->world, name), 1);
    ck_assert_ptr_nonnull(guest);
    ck_assert_int_eq(guest->state, DROVER_GUEST_RUNNING);
    ck_assert_str_eq(guest->host->name, host);
    ck_assert_ptr_null(drover_inventory_find_guest_on(
        f->backend->inventory, guest->uuid, g_str_equal(host, "alpha") ? "beta" : "alpha"));
}
