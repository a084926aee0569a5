/*
 * The stream of a move: bytes at the rate that its two links give it.
 *
 * Purpose:   one place for sharing and for the arithmetic of time and bytes.
 * Thread:    the main loop's.
 */
#pragma once

#include "backends/simulated/world.h"

typedef struct {
    SimMove *move; /* as the hosts know it */
    SimHost *source;
    SimHost *destination;
    guint64 cap_bytes_s; /* 0: none */
    guint64 rate_bytes_s;
    gint64 at_us; /* what was sent is counted up to here */
    gboolean runs;
} SimFlow;

/* Takes to the links, or leaves them; those who share them feel it. */
void sim_flow_set_running(SimFlow *flow, gboolean runs);
/* Takes the share of this moment, until it is taken anew. */
void sim_flow_share(SimFlow *flow);
/* Bytes sent since the last call. */
guint64 sim_flow_take_sent(SimFlow *flow, gint64 now_us);
/* How long @bytes take at the rate taken; G_MAXINT64 / 2 when nothing flows. */
gint64 sim_flow_time_for(const SimFlow *flow, guint64 bytes);
