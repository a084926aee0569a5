/*
 * Inside the simulation: hosts, guests and their copies, and who watches them.
 *
 * Purpose:   shared by the files of simulated/ only; simulated.h is the outside.
 * Thread:    the main loop's.
 */
#pragma once

#include "backends/simulated/simulated.h"

#define SIM_MIB (1024u * 1024u)
#define SIM_FEW 64 /* moves on a link that feel a change of shares at once */

typedef struct _SimMove SimMove;
typedef struct _SimFault SimFault;
typedef struct _SimJournal SimJournal;

enum { SIM_OUT, SIM_IN, SIM_WAYS };

typedef struct {
    DroverSimWorld *world;
    char *name;
    char *uuid;
    guint64 memory_kib;
    guint64 used_kib;
    guint cpus;
    guint64 link_bytes_s;
    guint64 usual_bytes_s; /* without a slow link */
    gint64 connect_us;
    gint64 finish_us;
    gboolean up;
    DroverSimTruth truth;         /* of the moves that were running when it went down */
    GHashTable *guests;           /* a set of SimGuest that have a copy here */
    GHashTable *names;            /* how many copies here bear an (interned) name */
    GHashTable *moving[SIM_WAYS]; /* sets of SimMove that touch it */
    GHashTable *flows[SIM_WAYS];  /* those of them that use the link now */
    gint64 up_at_us;              /* when it comes up by itself; 0: not by itself */
    DroverSimCount count;
    guint state_timer; /* tells that it went down or came up */
    guint up_timer;
    guint link_timer;
    guint share_timer;
} SimHost;

/* What one host has of a guest.  @host NULL: nothing. */
typedef struct {
    SimHost *host;
    DroverGuestState state;
    const char *reason; /* static */
} SimCopy;

typedef struct {
    DroverSimWorld *world;
    char *uuid;
    GRefString *name; /* interned: guests of one name share it */
    guint64 memory_kib;
    guint vcpus;
    gboolean persistent;
    guint64 disk_bytes;
    guint64 dirty_bytes_s;
    guint64 working_set_bytes;
    gint64 device_us;
    SimCopy home;  /* the whole one */
    SimCopy other; /* while it moves: the one to come, or the one to go */
    guint throttle_percent;
    guint landings;     /* how often it began to run at a destination */
    guint most_running; /* copies of it at any one time */
    gint64 work_us;     /* done until @work_at_us */
    gint64 work_at_us;
    guint stop_timer;
    GPtrArray *replays; /* of GArray of SimStep: how its next moves go; NULL: by the model */
    SimMove *move;
} SimGuest;

typedef struct {
    void (*host_changed)(SimHost *host, gpointer user_data); /* up or down */
    void (*copy_changed)(SimGuest *guest, SimHost *host, gpointer user_data);
    gpointer user_data;
} SimWatcher;

struct _DroverSimWorld {
    guint references;
    DroverClock *clock;
    gint64 sample_us;
    gint64 cancel_us;
    GHashTable *hosts;  /* name -> SimHost */
    GPtrArray *removed; /* SimHost that somebody may still hold */
    GHashTable *guests; /* uuid -> SimGuest */
    GHashTable *names;  /* interned name -> SimGuest, of several the first */
    GPtrArray *faults;  /* of SimFault */
    GPtrArray *watchers;
    DroverSimCount count;
    SimJournal *journal; /* NULL: none is kept */
    gint64 offset_us;    /* from the monotonic clock to the world's time */
    gint64 past_us;      /* not 0: the world makes up for the time that it was not simulated */
};

SimHost *sim_world_host(DroverSimWorld *world, const char *name);
SimGuest *sim_world_guest(DroverSimWorld *world, const char *uuid_or_name);
gint64 sim_world_now(DroverSimWorld *world);
/* @watcher: must stay until it is removed. */
void sim_world_watch(DroverSimWorld *world, const SimWatcher *watcher);
void sim_world_unwatch(DroverSimWorld *world, const SimWatcher *watcher);

/* Sets INVALID, naming what it is about; returns FALSE. */
gboolean sim_refuse(GError **error, const char *kind, const char *name, const char *why);
/* Returns: (transfer full): a UUID made of the text, always the same. */
char *sim_uuid_from(const char *kind, const char *text);
void sim_host_free(gpointer host);
void sim_guest_free(gpointer guest);

const char *sim_guest_state_name(DroverGuestState state);
/* -1: there is none of that name. */
int sim_guest_state_from_name(const char *name);
/* A host of the defaults, when there is none of that name. */
SimHost *sim_world_ensure_host(DroverSimWorld *world, const char *name);
/* What of the guest is on @host, or NULL. */
const SimCopy *sim_guest_copy_on(const SimGuest *guest, const SimHost *host);
/* Sets a copy of the guest (&guest->home or &guest->other); @host NULL drops it. */
void sim_guest_set_copy(
    SimGuest *guest, SimCopy *copy, SimHost *host, DroverGuestState state, const char *reason);
/* The other copy becomes the whole one. */
void sim_guest_swap(SimGuest *guest);
void sim_guest_set_throttle(SimGuest *guest, guint percent);

void sim_host_set_down(SimHost *host, DroverSimTruth truth, gint64 for_us);
void sim_host_set_up(SimHost *host);
/* @for_us 0: this is what is usual from now on. */
void sim_host_set_link(SimHost *host, guint64 bytes_s, gint64 for_us);
/* The moves that use the link get new shares: all at once, or only if they are few. */
void sim_host_share(SimHost *host, gboolean all);
