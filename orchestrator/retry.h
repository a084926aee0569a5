/*
 * Whether a move that failed is tried again, how soon and where: the policy, without jobs or
 * timers.
 *
 * Units:     seconds in what clients set, microseconds in what clocks need.
 * Thread:    pure functions.
 * Source:    IBackgroundCopyJob::SetMinimumRetryDelay and SetNoProgressTimeout; the growth of the
 * delay, its spread and the other destinations are drover's own.
 */
#pragma once

#include "backends/backend.h"

typedef struct {
    guint least_s;   /* MinimumRetryDelay */
    guint most_s;    /* at which the delay stops to grow; @least_s where that is more */
    guint timeout_s; /* NoProgressTimeout; 0: nothing is waited for */
} DroverRetryTimes;

/*
 * How long to wait before another attempt: the least delay, twice as much with each of @setbacks
 * (the waits since memory last flowed) up to the most, and up to 40 % more by @spread (0 to 1) so
 * that what failed together does not come back together; but not beyond the timeout, which began
 * @stalled_us ago.  -1: the timeout is over, or the least delay would not fit into it.
 */
gint64 drover_retry_delay_us(const DroverRetryTimes *times,
                             guint setbacks,
                             double spread,
                             gint64 stalled_us);

/* Whether the failure is the destination's, so that another one may do. */
gboolean drover_retry_is_destinations(const DroverFailure *failure);
/* Whether it may be over as soon as a lost host or network is back. */
gboolean drover_retry_is_of_reach(const DroverFailure *failure);
/* Whether the guest (or part of it) may have run at the destination: then nothing is tried again.
 */
gboolean drover_retry_is_too_late(const DroverFailure *failure);
