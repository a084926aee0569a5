/*
 * Where is the guest?  What both hosts show, turned into a verdict and the one step that is safe.
 *
 * Purpose:   a call's return value is a hint; this table is the truth (promise 1).  Pure: no host
 *            is asked here and nothing is done here.
 * Thread:    any.
 * Source:    states of libvirt 9.0.0 after each way in which a peer-to-peer migration can end.
 */
#pragma once

#include <glib.h>

typedef enum {
    DROVER_SEEN_NOT = 0, /* the host cannot be asked now */
    DROVER_SEEN_ABSENT,  /* the host does not know the guest */
    DROVER_SEEN_OFF,
    DROVER_SEEN_RUNNING,
    DROVER_SEEN_PAUSED,
} DroverSeen;

/* Why the guest is in that state, as far as it matters here. */
typedef enum {
    DROVER_WHY_OTHER = 0,
    DROVER_WHY_MIGRATED,        /* off: it went away; running: it came in */
    DROVER_WHY_MIGRATION,       /* paused: it waits for the hand-over, on either side of it */
    DROVER_WHY_POSTCOPY,        /* paused or running: one half of a post-copy */
    DROVER_WHY_POSTCOPY_FAILED, /* one half of a broken one */
    DROVER_WHY_SHUTDOWN,        /* off: by itself */
    DROVER_WHY_DESTROYED,       /* off: by somebody's hand */
    DROVER_WHY_CRASHED,         /* off: its QEMU ended */
} DroverWhy;

typedef struct {
    DroverSeen seen;
    DroverWhy why;
    gboolean persistent;
} DroverSighting;

/* The job that the source shows for the guest. */
typedef enum {
    DROVER_JOB_UNSEEN = 0, /* could not be asked, or not since the last look */
    DROVER_JOB_NONE,       /* none, or none that moves the guest */
    DROVER_JOB_OUTGOING,
} DroverSightedJob;

/* All that a judgement rests on. */
typedef struct {
    DroverSighting source;
    DroverSighting destination;
    DroverSightedJob job;
    DroverWhy source_stop; /* from an event: how the guest ended on the source; OTHER: no event */
    gboolean untouched;    /* libvirt refused the move before it touched anything */
    gboolean woken;        /* just now the source stood still for the hand-over: a guest that runs
                            * there has been woken since, at most DROVER_WOKEN_MS ago */
    gboolean handed_over;  /* it was seen running at the destination, and nothing wakes it here */
    gboolean brought;      /* the destination did not know the guest before this move */
    guint times;           /* looks in a row that showed just this; 1: the first */
    gint64 unchanged_ms;   /* since the first of them */
} DroverEvidence;

typedef enum {
    DROVER_VERDICT_UNKNOWN = 0,     /* not to be told yet */
    DROVER_VERDICT_IN_PROGRESS,     /* the source still moves it */
    DROVER_VERDICT_POSTCOPY_BROKEN, /* two halves, both needed */
    DROVER_VERDICT_MOVED,
    DROVER_VERDICT_STAYED,
    DROVER_VERDICT_STOPPED,
    DROVER_VERDICT_LOST,
    DROVER_VERDICT_RUNS_TWICE,
} DroverVerdict;

/* One step at a time; after each the hosts are looked at again. */
typedef enum {
    DROVER_REMEDY_NONE = 0, /* the verdict stands */
    DROVER_REMEDY_WAIT,     /* look again later */
    DROVER_REMEDY_RESUME_SOURCE,
    DROVER_REMEDY_SUSPEND_SOURCE,
    DROVER_REMEDY_DESTROY_SOURCE,       /* a paused remainder: the guest runs at the destination */
    DROVER_REMEDY_UNDEFINE_SOURCE,      /* a definition that the destination has, too */
    DROVER_REMEDY_DESTROY_DESTINATION,  /* an incoming copy that never ran */
    DROVER_REMEDY_UNDEFINE_DESTINATION, /* a definition that this move brought, of a guest that
                                           stayed */
} DroverRemedy;

typedef struct {
    DroverVerdict verdict; /* final when @remedy is NONE or UNDEFINE_… */
    DroverRemedy remedy;
} DroverJudgement;

/* What keepalive needs to notice a dead peer (5 s x 6), and some: until then the hosts may still
 * clear up by themselves. */
#define DROVER_LEFTOVER_MS 35000

/* Of two copies that run, the source's is worth less only as long as it is that young. */
#define DROVER_WOKEN_MS 60000

/* What a source may take, beyond one look and another, to hear that the hand-over is done. */
#define DROVER_WORD_OVERDUE_MS 1000

DroverJudgement drover_reconcile(const DroverEvidence *evidence);

/*
 * The guard: whether the step may be done on what both hosts show at this very moment, however it
 * was judged before.  Nothing is resumed, suspended, destroyed or undefined beside a copy that may
 * be running; FALSE when a host could not be asked.  @remedy: one that does something.
 */
gboolean drover_remedy_is_safe(DroverRemedy remedy,
                               const DroverSighting *source,
                               const DroverSighting *destination);
gboolean drover_sighting_equal(const DroverSighting *a, const DroverSighting *b);
