/*
 * The inside of a move, for the files that make it up: move.c turns its crank, phase.c knows its
 * phases, fate.c what happens to it, ending.c its ends.
 *
 * Thread: the main loop's.  Functions that return a boolean return FALSE when the move has ended
 * and is gone.
 */
#pragma once

#include "backends/simulated/fault.h"
#include "backends/simulated/flow.h"
#include "backends/simulated/move.h"

#define SIM_NEVER (G_MAXINT64 / 2)

struct _SimMove {
    DroverSimWorld *world;
    SimGuest *guest;
    SimHost *source;
    SimHost *destination;
    gint64 downtime_us; /* allowed */
    gboolean auto_converge;
    gboolean post_copy;
    gboolean copy_storage;
    gboolean stood; /* the guest was paused when it began */

    DroverTransferStats stats;
    SimFlow flow;
    gint64 started_us;
    gint64 phase_us;    /* when the phase began */
    gint64 phase_until; /* when a phase of fixed length ends */
    gint64 pass_us;     /* when the pass began */
    guint64 pass_bytes;
    gint64 sample_due;
    gint64 due_us; /* when it turns next */
    gboolean news; /* a phase or a pass has begun */

    GArray *threats;        /* of SimThreat, or NULL */
    DroverFailure *trouble; /* of a broken post-copy … */
    gboolean cut;           /* … that waits for a host to be up again */
    DroverFailure *warning;
    gboolean hung;
    gint64 hung_since;
    gint64 hung_until;
    gboolean cancelled;
    gboolean cancel_fails;
    gint64 cancel_due;
    gboolean switch_wanted;

    GArray *replay; /* of SimStep; NULL: it goes by the model */
    guint replayed;

    guint timer;
    const SimObserver *observer;
    gpointer user_data;
};

/* move.c */
/* What happens now, and when something happens next. */
void sim_move_turn(SimMove *move);

void sim_move_arm(SimMove *move, gint64 due_us);

/* move-record.c */
/* Appends all that is needed to go on, as " key=value". */
void sim_move_write(const SimMove *move, GString *line);
/* FALSE: a word that is no such thing.  The words are taken apart. */
gboolean sim_move_read(SimMove *move, char **words);

/* phase.c */
void sim_move_enter(SimMove *move, DroverPhase phase, gint64 for_us);
/* What the phase has to send, or NULL when it lasts for a time. */
guint64 *sim_move_bytes_left(SimMove *move);
gboolean sim_move_end_phase(SimMove *move);
void sim_move_begin_post_copy(SimMove *move);

/* fate.c */
gboolean sim_move_meet_threats(SimMove *move, gint64 now_us);
gboolean sim_move_meet_cancel(SimMove *move, gint64 now_us);

/* ending.c */
gboolean sim_move_has_landed(const SimMove *move);
/* The guest runs at the destination from now on; the source keeps it paused until the end. */
void sim_move_land(SimMove *move, const char *reason);
/* Takes @failure.  The move is gone when its observer hears of it: the next one may begin. */
void sim_move_end(SimMove *move, DroverOutcome outcome, DroverFailure *failure);
