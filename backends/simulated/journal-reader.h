/*
 * The reader of a world's journal.
 *
 * Purpose:   apart from the writer (journal.h, which describes the format).
 * Thread:    the main loop's.
 */
#pragma once

#include "backends/simulated/world.h"

#define SIM_JOURNAL_TITLE   "drover simulated world 1"
#define SIM_JOURNAL_NO_HOST "-"

/* Puts @world's guests where the journal at @path says, and lets the moves under way go on until
 * now.  INVALID names the file and the line that does not fit; the world is of no use then. */
gboolean sim_journal_read(DroverSimWorld *world, const char *path, GError **error);
