/*
 * The inventory: the hosts that drover knows and the guests that they run, as last seen.
 *
 * Purpose:   one passive picture that a backend keeps fresh and everybody else reads at once,
 * without asking a host. Ownership: the inventory owns hosts and guests; pointers are good until
 * the main loop turns. Thread:    the main loop only.
 */
#pragma once

#include <glib.h>

typedef enum { DROVER_HOST_CONNECTING, DROVER_HOST_UP, DROVER_HOST_DOWN } DroverHostState;

typedef struct {
    char *name; /* as configured: the key */
    char *uri;
    char *peer_uri; /* how other hosts reach it; never NULL (defaults to @uri) */
    DroverHostState state;
    char *reason;    /* why it is down, in words; NULL when up */
    gint64 since_us; /* real time of the last change of @state */
    /* Known once it was up: */
    char *uuid;     /* of the machine, lower case */
    char *hostname; /* its own */
    char *version;  /* "libvirt 9.0.0, QEMU 7.2.22" */
    guint cpus;
    guint64 memory_total_kib;
    guint64 memory_free_kib; /* with what caches would give back */
} DroverHost;

typedef enum {
    DROVER_GUEST_UNKNOWN,
    DROVER_GUEST_RUNNING,
    DROVER_GUEST_PAUSED,
    DROVER_GUEST_INCOMING, /* being moved here: waits for its memory */
    DROVER_GUEST_SHUTTING_DOWN,
    DROVER_GUEST_OFF,
    DROVER_GUEST_CRASHED,
} DroverGuestState;

typedef struct {
    char *uuid; /* lower case; with @host the key */
    char *name;
    const DroverHost *host;
    DroverGuestState state;
    char *reason; /* libvirt's state reason in words ("migrated", "post-copy"), or NULL */
    guint64 memory_kib;
    guint vcpus;
    gboolean persistent;
    gint64 since_us; /* real time of the last change of @state */
} DroverGuest;

typedef struct _DroverInventory DroverInventory;

DroverInventory *drover_inventory_new(void);
void drover_inventory_free(DroverInventory *inventory);

/* For readers. */
typedef gboolean (*DroverHostVisit)(const DroverHost *host, gpointer user_data); /* FALSE stops */
typedef gboolean (*DroverGuestVisit)(const DroverGuest *guest, gpointer user_data);
void
drover_inventory_each_host(DroverInventory *inventory, DroverHostVisit visit, gpointer user_data);
/* Every guest once, by the copy that counts (see drover_inventory_find_guest()). */
void
drover_inventory_each_guest(DroverInventory *inventory, DroverGuestVisit visit, gpointer user_data);
const DroverHost *drover_inventory_find_host(DroverInventory *inventory, const char *name);
/* By name, own hostname, or the server part of one of its URIs (any case). */
const DroverHost *drover_inventory_resolve_host(DroverInventory *inventory, const char *text);
/* By UUID (any case). Where two hosts show one guest, the copy that runs counts, then a paused one,
 * then one that is off, then an incoming one. */
const DroverGuest *drover_inventory_find_guest(DroverInventory *inventory, const char *uuid);
const DroverGuest *
drover_inventory_find_guest_on(DroverInventory *inventory, const char *uuid, const char *host);
/* The copy that waits on a host for the guest's memory: somebody moves it there.  NULL: none. */
const DroverGuest *drover_inventory_find_incoming(DroverInventory *inventory, const char *uuid);
/* By UUID or unique name; NULL with *@matches (nullable) telling how many bear the name. */
const DroverGuest *
drover_inventory_resolve_guest(DroverInventory *inventory, const char *text, guint *matches);

/* Called after each change, once per change; @guest_uuid NULL: the host itself changed. */
typedef void (*DroverInventoryChanged)(const char *host,
                                       const char *guest_uuid,
                                       gpointer user_data);
void drover_inventory_watch(DroverInventory *inventory,
                            DroverInventoryChanged changed,
                            gpointer user_data);
/* Ends the calls of those who watch with @user_data; not from within one. */
void drover_inventory_unwatch(DroverInventory *inventory, gpointer user_data);

/* For backends. */
/* Adds the host or takes new URIs; the returned one is to be changed through the calls below only.
 */
void drover_inventory_add_host(DroverInventory *inventory,
                               const char *name,
                               const char *uri,
                               const char *peer_uri);
void
drover_inventory_remove_host(DroverInventory *inventory, const char *name); /* and its guests */
void drover_inventory_set_host_state(DroverInventory *inventory,
                                     const char *name,
                                     DroverHostState state,
                                     const char *reason,
                                     gint64 real_us);
/* Copies the facts below "Known once it was up" from @facts. */
void drover_inventory_set_host_facts(DroverInventory *inventory,
                                     const char *name,
                                     const DroverHost *facts);
/* Adds or replaces the guest on that host: copies all but @host and @since_us, which becomes
 * @real_us when the state changed. */
void drover_inventory_set_guest(DroverInventory *inventory,
                                const char *host,
                                const DroverGuest *guest,
                                gint64 real_us);
void drover_inventory_remove_guest(DroverInventory *inventory, const char *host, const char *uuid);
/* Removes the guests of @host that are not in @uuids (a set: keys): after a fresh listing. */
void drover_inventory_keep_guests(DroverInventory *inventory, const char *host, GHashTable *uuids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverInventory, drover_inventory_free)
