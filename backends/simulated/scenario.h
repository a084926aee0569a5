/* clang-format off */
/*
 * Scenarios: files of hosts, guests and faults for the simulated world.
 *
 * Purpose:   `backend=simulated` with `scenario=FILE` in drover.conf, and tests.
 * Errors:    DROVER_BACKEND_ERROR_INVALID with a message that names file, group and key: an unknown
 *            group or key, a value out of range, a name that stands for nothing.  A world that was
 *            partly filled then is of no use.
 * Thread:    the main loop's.
 *
 * A scenario is a key file.  Every key may be left out, but for a guest's host and a fault's type.
 * Numbers are whole; they begin at 0 and end at 4294967295 unless said otherwise.
 *
 *   [world]
 *   sample_ms=250         how often a running move tells its figures; from 1
 *   cancel_ms=50          how long an abort takes
 *   state=                a file, beside this one unless absolute, in which the world outlives its
 *                         process (see below); without it, each process begins a new world
 *
 *   [host NAME]
 *   memory_mib=1048576    1 to 1099511627776
 *   cpus=64               from 1
 *   bandwidth_mib_s=1000  of its link, each way, shared by its moves; 1 to 1048576
 *   connect_ms=200        until drover is connected to it, and until a move is prepared
 *   finish_ms=50          from a guest's first step here to the end of its move
 *   down=false            true: it does not answer
 *
 *   [guest NAME]
 *   host=                 a host of this file
 *   uuid=                 without it: made from the name, always the same
 *   memory_mib=1024       1 to 1099511627776
 *   vcpus=1               from 1
 *   disk_mib=0            copied when a move asks for it; to 1099511627776
 *   dirty_mib_s=0         how fast it writes memory; to 1048576
 *   working_set_mib=0     how much memory it writes again and again; 0: all of it
 *   device_ms=20          how long it stands still beside the last memory
 *   state=running         running, paused, off or crashed
 *   transient=false       true: no definition of it is on disk
 *   replay=               FILE of a black box (drover job ID --trace --json): its moves go as that
 *                         tells; not with count or state
 *   count=                1 to 1000000: that many guests NAME-0001, NAME-0002 ...; not with uuid
 *
 *   [fault NAME]
 *   type=                 fail, hang, host-down, slow-link, guest-stops, cancel-fails, post-copy
 *   guest=                only moves of this guest (name or UUID)
 *   host=                 only moves from or to this host; host-down, slow-link: the one struck
 *   nth=0                 only the nth move that guest and host let through; 0: each of them
 *   phase=none            counts from the move's entry into connecting, storage, pre-copy,
 *                         switchover, post-copy or finishing; none: from its start
 *   after_ms=0            how long after that
 *   for_ms=0              hang, host-down, slow-link, broken post-copy: how long; 0: for good
 *   kind=                 fail: such as cpu-incompatible; the names are in backends/failure.c
 *   element=              fail: what the kind speaks of
 *   text=                 fail: the hypervisor's words
 *   transient=            fail: true or false; without it: as the kind usually is
 *   bandwidth_mib_s=      slow-link: what is left of it; 1 to 1048576
 *   truth=stayed          host-down: what its moves come to, unseen: stayed, moved or goes-on
 *
 * host-down, slow-link and guest-stops without phase and nth wait for no move: they happen
 * after_ms after the scenario was loaded.  simulated.h says what each fault does.
 *
 * With state=, a new process finds hosts and guests as the one before left them, and moves that were
 * under way have gone on, or have ended, meanwhile; each move keeps the faults that it was to meet,
 * and nth goes on counting.  Slow links end with the process; faults that wait for no move happen
 * again with each load.  The scenario's hosts, guests and order of faults must stay what they are.
 * journal.h says what is in the file.
 */
/* clang-format on */
#pragma once

#include "backends/simulated/simulated.h"

/* Adds what the file says to @world. */
gboolean drover_sim_world_load(DroverSimWorld *world, const char *path, GError **error);
