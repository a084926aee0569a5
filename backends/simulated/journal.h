/*
 * The journal of a simulated world: what is left of it when its process is gone, as real hosts
 * carry their moves on without drover.
 *
 * Purpose:   a file of lines that a new process replays: guests are where they were, moves under
 * way have gone on meanwhile.  It is also a judge: it tells how often a guest was started at a
 * destination, and whether it ever ran on two hosts at once.
 * Format:    after a first line that names it, each line is a whole state, the last one counts:
 *
 *   TIME guest UUID HOST STATE OTHER STATE landings=N most=N [SOURCE DESTINATION key=value ...]
 *   TIME host NAME up|down truth=N up_at=TIME
 *   TIME fault INDEX matches=N
 *
 * TIME is microseconds of Unix time.  HOST has the whole guest, OTHER the copy to come or to go,
 * "-" is none; names are escaped as in a URI.  landings counts how often the guest began to run at
 * a destination, most the copies of it that ever ran at one time.  What follows is its move.
 *
 * A line is one write(2) before anybody is told what it says: a killed process leaves at most an
 * unfinished last line, of which nobody has heard.  No fsync: a power loss loses this world.
 *
 * Errors:    DROVER_BACKEND_ERROR_INVALID, naming file and line.  A journal that can be written no
 * more ends the process: what hosts forget would be told wrong later.
 * Thread:    the main loop's.  Without a journal, everything but opening does nothing.
 */
#pragma once

#include "backends/simulated/world.h"

/* Replays @path (made when it is not there) into @world, which has its hosts, guests and faults;
 * lets the moves under way go on until now, writes the file anew and keeps it from then on.
 * INVALID also: another process has it. */
gboolean sim_journal_open(DroverSimWorld *world, const char *path, GError **error);
void sim_journal_free(SimJournal *journal);

/* A copy of the guest or its move has changed; written by the next flush. */
void sim_journal_touch(SimGuest *guest);
void sim_journal_touch_host(const SimHost *host);
void sim_journal_touch_fault(DroverSimWorld *world, guint index, guint matches);
/* Before anybody is told. */
void sim_journal_flush(DroverSimWorld *world);
