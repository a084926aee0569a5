/*
 * Settling a move: both hosts are looked at, again and again, until they have told where the guest
 * is, and what a broken move left behind is cleared away.
 *
 * Thread:    main loop only.
 * Ownership: drover_settle_free() ends it without a callback; to be called also after done.
 */
#pragma once

#include "backends/libvirt/libvirt-backend.h"
#include "backends/libvirt/watch.h"
#include "backends/reconcile.h"

typedef struct _DroverSettle DroverSettle;

typedef struct {
    /* After each look that did not end it.  With evidence->job OUTGOING the source still moves the
     * guest.  @error: why the last remedy failed, or NULL. */
    void (*waits)(const DroverJudgement *judgement,
                  const DroverEvidence *evidence,
                  const DroverVirError *error,
                  gpointer user_data);
    /* The truth, once. @leftover: what could not be cleared away, or NULL. */
    void (*done)(DroverVerdict verdict,
                 const DroverEvidence *evidence,
                 const char *leftover,
                 gpointer user_data);
    /* What it saw, did and was answered: for the black box. */
    void (*noted)(const DroverNote *note, gpointer user_data);
} DroverSettleListener;

typedef struct {
    const char *uuid;
    const char *source;
    const char *destination;
    DroverWatch *watch;            /* whose samples go to drover_settle_sample(); must outlive it */
    gboolean untouched;            /* as in DroverEvidence */
    gboolean brought, handed_over; /* as in DroverEvidence */
    gboolean careful;   /* nobody knows whether the call is over: believe no first look */
    gint64 still_us;    /* when (g_get_monotonic_time()) the source was last seen to stand still for
                         * the hand-over; 0: it was not */
    gboolean under_way; /* the call is not over, and tells of the end itself: done() never comes,
                         * and the source's remainder of a guest that runs at the destination is the
                         * one thing that is seen to */
} DroverSettleSpec;

/* @spec: borrowed for the call. Callbacks come later, from the main loop. */
DroverSettle *drover_settle_new(DroverVirBackend *backend,
                                const DroverSettleSpec *spec,
                                const DroverSettleListener *listener,
                                gpointer user_data);
void drover_settle_free(DroverSettle *settle);

void drover_settle_sample(DroverSettle *settle, const DroverSample *sample);
/* How the guest ended on the source, from an event. */
void drover_settle_source_stopped(DroverSettle *settle, DroverWhy why);
/* Whether it destroyed the source's remainder, because the guest ran at the destination. */
gboolean drover_settle_source_destroyed(const DroverSettle *settle);
/* Whether it had to suspend a copy on the source that ran beside the destination's. */
gboolean drover_settle_ran_twice(const DroverSettle *settle);
/* A host came or went: look now. */
void drover_settle_hosts_changed(DroverSettle *settle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverSettle, drover_settle_free)
