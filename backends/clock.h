/*
 * The clock that everything waits on, so that a test can drive time.
 *
 * Purpose:   one-shot timers and two times: monotonic for durations, real for what people read.
 * Units:     microseconds.
 * Thread:    the thread of the context that the clock was made for; callbacks come there.
 * Ownership: drover_clock_unref() of the last reference drops the timers that are left.
 */
#pragma once

#include <glib.h>

typedef struct _DroverClock DroverClock;

/* Timers of @context (NULL: the thread default at the time of the call). */
DroverClock *drover_clock_new_real(GMainContext *context);
/* Stands at @real_us (monotonic 0) until drover_clock_advance(). */
DroverClock *drover_clock_new_manual(gint64 real_us);
DroverClock *drover_clock_ref(DroverClock *clock);
void drover_clock_unref(DroverClock *clock);

gint64 drover_clock_monotonic_us(DroverClock *clock);
gint64 drover_clock_real_us(DroverClock *clock);

/* Calls @func once after @delay_us. Returns an id that is never 0. */
guint drover_clock_add(DroverClock *clock, gint64 delay_us, GFunc func, gpointer user_data);
/* Drops a timer and zeroes *@id; a zero *@id is fine. func is called as func(user_data, NULL). */
void drover_clock_remove(DroverClock *clock, guint *id);

/* Manual clocks only: moves time on, firing what falls due in order of time (then of addition),
 * also what those timers add. */
void drover_clock_advance(DroverClock *clock, gint64 us);
/* Manual clocks only: until the next timer, or -1 when there is none. */
gint64 drover_clock_next_us(DroverClock *clock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverClock, drover_clock_unref)
