/*
 * Faults: which move meets which, and what a kind of failure means.
 *
 * Ownership: the world's; a move holds only indices of time.
 * Thread:    the main loop's.
 */
#pragma once

#include "backends/simulated/world.h"

/* A fault that a certain move will meet. */
typedef struct {
    const SimFault *fault;
    gint64 due_us; /* monotonic; G_MAXINT64: its phase has not come yet */
} SimThreat;

void sim_fault_free(gpointer fault);
/* How many moves its guest and host have let through, for nth. */
guint sim_fault_matches(const SimFault *fault);
void sim_fault_set_matches(SimFault *fault, guint matches);
const DroverSimFault *sim_fault_spec(const SimFault *fault);
/* "fail", "host-down" …; NULL beyond the last. */
const char *sim_fault_type_name(int type);

/* Does what @fault does to a host, or to the guest that it names. */
void sim_fault_strike(const SimFault *fault);

/* The threats to a move that starts now; counts it.  Returns: (transfer full): NULL when none. */
GArray *sim_faults_for_move(DroverSimWorld *world,
                            const SimGuest *guest,
                            const SimHost *source,
                            const SimHost *destination);
/* Adds the failures that such a move would meet while it connects to @failures. */
void sim_faults_foresee(DroverSimWorld *world,
                        const SimGuest *guest,
                        const SimHost *source,
                        const SimHost *destination,
                        GPtrArray *failures);

/* Returns: (transfer full): a failure of @kind as it usually is. */
DroverFailure *sim_failure_new(DroverFailureKind kind, DroverPhase phase);
DroverFailure *sim_fault_failure(const SimFault *fault, DroverPhase phase);
/* What becomes of a guest on its source whose move fails so. */
DroverOutcome sim_failure_outcome(DroverFailureKind kind);
