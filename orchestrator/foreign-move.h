/*
 * Moves that drover did not start: virsh migrate and other management stacks.
 *
 * Purpose:   they are seen and shown, and no job fights them.
 * Limits:    a move to a host that is not configured is not seen; libvirt itself refuses a second
 *            one then (GUEST_BUSY).
 * Thread:    the main loop only.
 */
#pragma once

#include "orchestrator/jobs.h"

/* The copy of the guest that waits at somebody else's destination for its memory, or NULL; owned by
 * @inventory. */
const DroverGuest *
drover_foreign_move_find(DroverInventory *inventory, DroverJobs *jobs, const char *guest_uuid);
