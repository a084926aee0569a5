/*
 * One move through the simulated world, from its first connection to its end.
 *
 * Purpose:   the life of a move: its phases, its figures, its one timer.
 * Ownership: the world's; a move frees itself when it ends, before it tells.
 * Thread:    the main loop's; the observer is called from the clock only.
 */
#pragma once

#include "backends/simulated/world.h"

typedef struct {
    void (*changed)(const DroverTransferStats *stats,
                    const DroverFailure *trouble,
                    gpointer user_data);
    /* @failure: NULL: all well. */
    void (*ended)(DroverOutcome outcome,
                  const DroverTransferStats *stats,
                  const DroverFailure *failure,
                  gpointer user_data);
    /* What it met: for the black box. */
    void (*noted)(const DroverNote *note, gpointer user_data);
} SimObserver;

/* Nothing is known yet. */
void sim_stats_init(DroverTransferStats *stats);
/* Begins to move @guest, which must not be moving; @options' texts are not kept. */
SimMove *sim_move_start(SimGuest *guest,
                        SimHost *source,
                        SimHost *destination,
                        const DroverTransferOptions *options);
/* Goes on with a move that sim_move_write() described; the guest's copies are where they were, and
 * it is turned by the caller.  NULL: the words are wrong. */
SimMove *sim_move_resume(SimGuest *guest, SimHost *source, SimHost *destination, char **words);
/* @observer NULL: nobody looks any more, the move goes on. */
void sim_move_observe(SimMove *move, const SimObserver *observer, gpointer user_data);
const DroverTransferStats *sim_move_stats(const SimMove *move);
/* Why its post-copy is broken, or NULL. */
const DroverFailure *sim_move_trouble(const SimMove *move);
const SimHost *sim_move_source(const SimMove *move);
const SimHost *sim_move_destination(const SimMove *move);

void sim_move_cancel(SimMove *move);
void sim_move_switch_to_post_copy(SimMove *move);
/* Looks again at the clock's next turn: a share, a host or the guest has changed. */
void sim_move_wake(SimMove *move);
/* From the clock only: the guest is off; a host has come up, or gone down with that
 * truth. */
void sim_move_guest_stopped(SimMove *move);
void sim_move_host_back(SimMove *move);
void sim_move_host_lost(SimMove *move, const SimHost *host, DroverSimTruth truth);
/* When the world ends. */
void sim_move_free(SimMove *move);
