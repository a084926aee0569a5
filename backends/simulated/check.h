/*
 * What keeps a guest from being moved, as the simulated hosts would tell.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "backends/simulated/world.h"

typedef struct {
    DroverSimWorld *world;
    const SimGuest *guest; /* NULL: no such guest */
    const SimHost *source;
    const SimHost *destination;
} SimRoute;

/* What is known before anything is touched: the hosts, the guest and whether it is free.  Returns:
 * (transfer full): the first obstacle, or NULL. */
DroverFailure *sim_check_start(const SimRoute *route);
/* What the destination finds when it prepares.  Returns: (transfer full): the first, or NULL. */
DroverFailure *sim_check_prepare(const SimRoute *route);
/* Everything, armed faults included. */
void sim_check_all(const SimRoute *route, GPtrArray *failures);
