/*
 * Simulated hosts: the world that they and their guests are in, apart from the backend that looks
 * at it, and what tests may do to it.
 *
 * Purpose:   a move takes the time, shows the figures and meets the failures that libvirt's would,
 * on any clock.  The world outlives its backends, as real hosts outlive droverd: free the backend
 * in the middle of a move, make another one on the same world, and adopt(). Thread:    the main
 * loop's.  Nothing here calls back before it returns: what a call changes is seen by listeners at
 * the clock's next turn (drover_clock_advance(clock, 0)). Ownership: everything that is passed in
 * is copied. Units:     in the names; MiB/s is per direction and per host.
 *
 * The model.  A move connects (the longer connect_ms of its hosts), copies disks if asked to, then
 * memory: what the guest writes during a pass is the next pass.  When what is left fits into the
 * downtime allowed (300 ms unless asked otherwise), the guest stands still, the rest is sent, and
 * the guest runs at the destination; the hosts agree (finish_ms), and the source forgets it.  A
 * host's link is shared evenly, outgoing and incoming traffic apart; a move gets the smaller of its
 * two shares, and never more than its cap.  A change of shares is felt at once among up to 64
 * moves, and at a move's next sample among more.  Compression, TLS, streams and zero-copy change no
 * figure.  A move that may be switched to post-copy is, after its first whole pass, or before by
 * drover_sim_world_switch_to_post_copy() or a fault.
 */
#pragma once

#include "backends/backend.h"

typedef struct _DroverSimWorld DroverSimWorld;

DroverSimWorld *drover_sim_world_new(DroverClock *clock);
DroverSimWorld *drover_sim_world_ref(DroverSimWorld *world);
void drover_sim_world_unref(DroverSimWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverSimWorld, drover_sim_world_unref)

/* How often a running move tells its figures (250 ms), and how long an abort takes (50 ms). */
void drover_sim_world_set_sample_ms(DroverSimWorld *world, guint ms);
void drover_sim_world_set_cancel_ms(DroverSimWorld *world, guint ms);

/*
 * A backend that looks at @world; it keeps a reference.  Hosts are shown when add_host() names them
 * (simulated:///NAME); one that the world has not got is made, empty, with the defaults.
 *
 * adopt() finds a move that went on.  Where there is none, the truth about the guest decides: at
 * the destination: MOVED; on the source: STAYED, with CANCELLED when a cancel had been asked for,
 * else with SOURCE_LOST (transient), since nobody can tell any more why; off: STOPPED; nowhere:
 * LOST.
 */
DroverBackend *drover_sim_backend_new(DroverSimWorld *world);
/* The world behind a simulated backend, borrowed. */
DroverSimWorld *drover_sim_backend_world(DroverBackend *backend);

/* --- hosts and guests ----------------------------------------------------------------------- */

typedef struct {
    const char *name;
    guint64 memory_mib;
    guint cpus;
    guint64 bandwidth_mib_s; /* of its link, each way */
    guint connect_ms;        /* until drover is connected, and until a move is prepared */
    guint finish_ms;         /* from the guest's first step at the destination to the move's end */
    gboolean down;
} DroverSimHost;

typedef struct {
    const char *name;
    const char *uuid; /* NULL: made from the name, always the same */
    const char *host;
    guint64 memory_mib;
    guint vcpus;
    guint64 disk_mib;        /* copied when the move asks for it */
    guint64 dirty_mib_s;     /* how fast it writes memory */
    guint64 working_set_mib; /* how much memory it writes again and again; 0: all of it */
    guint device_ms;         /* how long it stands still beside the last memory */
    DroverGuestState state;  /* RUNNING, PAUSED, OFF or CRASHED */
    gboolean transient;      /* without a definition on disk */
} DroverSimGuest;

/* The defaults: 1 TiB, 64 CPUs, 1000 MiB/s, 200 ms, 50 ms, up. */
void drover_sim_host_init(DroverSimHost *host, const char *name);
/* The defaults: 1024 MiB, 1 CPU, no disk, no writes, 20 ms, running, persistent. */
void drover_sim_guest_init(DroverSimGuest *guest, const char *name, const char *host);

/* INVALID: the host is there already, or a figure is 0 that must not be. */
gboolean
drover_sim_world_add_host(DroverSimWorld *world, const DroverSimHost *host, GError **error);
/* FALSE: not there, or a move touches it.  Its guests go with it. */
gboolean drover_sim_world_remove_host(DroverSimWorld *world, const char *name);
/* NOT_FOUND: no such host.  INVALID: the UUID is none or taken, or a figure is wrong. */
gboolean
drover_sim_world_add_guest(DroverSimWorld *world, const DroverSimGuest *guest, GError **error);
/* FALSE: not there, or it is being moved. */
gboolean drover_sim_world_remove_guest(DroverSimWorld *world, const char *guest);

/* --- what happens to them --------------------------------------------------------------------- */

/* What becomes, unseen, of a move of which a host goes down. */
typedef enum {
    DROVER_SIM_STAYED,  /* it is cut off: the guest runs on the source, and one in post-copy stands
                         * still until some seconds after the host is up again */
    DROVER_SIM_MOVED,   /* it comes to its end at once: the guest runs at the destination */
    DROVER_SIM_GOES_ON, /* only drover lost contact: the hosts carry on */
} DroverSimTruth;

/* Contact with a host is lost: its moves are UNKNOWN until it is up again.  Guests that do not move
 * are not harmed.  @truth: see above; a move that has switched over comes to its end, but for one
 * in post-copy. */
void drover_sim_world_set_host_down(DroverSimWorld *world, const char *name, DroverSimTruth truth);
void drover_sim_world_set_host_up(DroverSimWorld *world, const char *name);
void drover_sim_world_set_bandwidth(DroverSimWorld *world, const char *name, guint64 mib_s);
/* The guest (UUID or name, here and below) shuts down by itself, wherever it is. */
void drover_sim_world_stop_guest(DroverSimWorld *world, const char *guest);
/* As by virsh migrate-postcopy; without effect unless a pre-copy runs that allows it. */
void drover_sim_world_switch_to_post_copy(DroverSimWorld *world, const char *guest);

typedef enum {
    DROVER_SIM_FAIL,         /* the move fails with @kind */
    DROVER_SIM_HANG,         /* no progress for @for_ms (0: for ever); an abort still works */
    DROVER_SIM_HOST_DOWN,    /* @host goes down for @for_ms (0: for good), with @truth */
    DROVER_SIM_SLOW_LINK,    /* @host has but @bandwidth_mib_s for @for_ms (0: for good) */
    DROVER_SIM_GUEST_STOPS,  /* the guest shuts down */
    DROVER_SIM_CANCEL_FAILS, /* an abort is accepted and does nothing: the guest moves */
    DROVER_SIM_POST_COPY,    /* the move is switched to post-copy, if it allows that */
} DroverSimFaultType;

/*
 * Something that goes wrong by plan.  It meets moves that start after it was armed and match all of
 * guest, host and nth that are set, once each, @after_ms after the move entered @phase (NONE: after
 * its start), whatever phase it is in by then; a move that never enters @phase, or is over, is
 * spared.
 *
 * HOST_DOWN, SLOW_LINK and GUEST_STOPS with neither a phase nor nth wait for no move: they happen
 * @after_ms after the arming.
 *
 * What a FAIL leaves: by default the guest on its source.  GUEST_STOPPED, GUEST_DESTROYED and
 * SOURCE_QEMU_DIED leave it off, GUEST_LOST nowhere; LEFTOVER and RAN_TWICE warn of a move that
 * succeeds. Once the guest runs at the destination, any failure is a warning; in post-copy, SOURCE_
 * and DESTINATION_QEMU_DIED lose the guest, and any other but GUEST_LOST breaks the post-copy, for
 * @for_ms (0: for good).
 */
typedef struct {
    DroverSimFaultType type;
    const char *guest; /* UUID or name; NULL: any */
    const char *host;  /* source or destination; NULL: any */
    guint nth;         /* 1: only the first move that matches guest and host; 0: all of them */
    DroverPhase phase;
    guint after_ms;
    guint for_ms;
    DroverFailureKind kind;
    const char *element; /* of the failure, or NULL */
    const char *text;    /* of the failure; NULL: made up */
    int transient;       /* -1: as the kind usually is */
    guint64 bandwidth_mib_s;
    DroverSimTruth truth;
} DroverSimFault;

/* A zeroed one, but for @type, @kind and transient = -1. */
void drover_sim_fault_init(DroverSimFault *fault, DroverSimFaultType type, DroverFailureKind kind);
/* INVALID: HOST_DOWN or SLOW_LINK without a host, GUEST_STOPS that waits for no move without a
 * guest, SLOW_LINK without a bandwidth, FAIL without a kind. */
gboolean drover_sim_world_arm(DroverSimWorld *world, const DroverSimFault *fault, GError **error);

/*
 * The guest's next moves go as @json, a job's black box (`drover job ID --trace --json`), tells:
 * one for each of its attempts, with its samples, troubles and failure at their times; then by the
 * model again.  No fault meets them; an abort works as ever; what clients asked for is not asked
 * again.
 * INVALID: no such guest, no trace, an attempt that has not ended, or a world that is kept on disk.
 */
gboolean
drover_sim_world_replay(DroverSimWorld *world, const char *guest, const char *json, GError **error);

/* --- the truth, for tests ------------------------------------------------------------------- */

/* The host whose copy of the guest is the whole one, or %NULL: it is nowhere. */
const char *drover_sim_world_where(DroverSimWorld *world, const char *guest);
/* On how many hosts it runs at this moment: never more than one. */
guint drover_sim_world_count_running(DroverSimWorld *world, const char *guest);
/* The work that it has done: milliseconds that it ran, less what it was throttled. */
guint64 drover_sim_world_guest_work_ms(DroverSimWorld *world, const char *guest);

typedef struct {
    guint outgoing; /* moves at this moment */
    guint incoming;
    guint most_outgoing; /* at any moment so far */
    guint most_incoming;
    guint started; /* moves from here, so far */
    guint arrived; /* guests that came here by a move */
} DroverSimCount;

/* Of one host; @host %NULL: of all, where outgoing and incoming are the same moves. */
void drover_sim_world_count(DroverSimWorld *world, const char *host, DroverSimCount *count);
