#include "backends/simulated/flow.h"

#define FOR_EVER (G_MAXINT64 / 2)

void
sim_flow_set_running(SimFlow *flow, gboolean runs)
{
    GHashTable *out = flow->source->flows[SIM_OUT];
    GHashTable *in = flow->destination->flows[SIM_IN];

    if (flow->runs == runs) {
        return;
    }
    flow->runs = runs;
    if (runs) {
        g_hash_table_add(out, flow->move);
        g_hash_table_add(in, flow->move);
    } else {
        g_hash_table_remove(out, flow->move);
        g_hash_table_remove(in, flow->move);
    }
    sim_host_share(flow->source, FALSE);
    sim_host_share(flow->destination, FALSE);
}

void
sim_flow_share(SimFlow *flow)
{
    guint64 out, in;

    if (!flow->runs) {
        flow->rate_bytes_s = 0;
        return;
    }
    out = flow->source->link_bytes_s / g_hash_table_size(flow->source->flows[SIM_OUT]);
    in = flow->destination->link_bytes_s / g_hash_table_size(flow->destination->flows[SIM_IN]);
    flow->rate_bytes_s = MAX(MIN(out, in), 1);
    if (flow->cap_bytes_s) {
        flow->rate_bytes_s = MIN(flow->rate_bytes_s, flow->cap_bytes_s);
    }
}

guint64
sim_flow_take_sent(SimFlow *flow, gint64 now_us)
{
    double seconds = (double) (now_us - flow->at_us) / G_USEC_PER_SEC;

    flow->at_us = now_us;
    /* Half a byte more: what has time for n bytes shall send n. */
    return (guint64) (seconds * (double) flow->rate_bytes_s + 0.5);
}

gint64
sim_flow_time_for(const SimFlow *flow, guint64 bytes)
{
    double rate = (double) flow->rate_bytes_s;
    double us = rate > 0 ? (double) bytes * G_USEC_PER_SEC / rate : (double) FOR_EVER;

    if (us >= (double) FOR_EVER) {
        return FOR_EVER;
    }
    return (gint64) us + ((double) (gint64) us < us ? 1 : 0);
}
