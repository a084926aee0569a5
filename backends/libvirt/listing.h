/*
 * What a host tells of itself and its guests.
 *
 * Purpose:   fills the inventory.  Thread: worker threads; the result is plain data.
 * Ownership: a listing owns its guests, whose host is NULL.
 */
#pragma once

#include "backends/inventory.h"
#include "backends/libvirt/vir-error.h"

typedef struct {
    GPtrArray *guests; /* of DroverGuest */
    GPtrArray *absent; /* of char *: UUIDs that were asked for and are not there */
    gboolean complete; /* these are all */
    guint64 memory_free_kib;
    DroverVirError *error; /* the listing is of no use; NULL: fine */
} DroverListing;

/* All guests of the host. (transfer full) */
DroverListing *drover_listing_read(virConnectPtr connection);
/* The guests of a NULL-terminated list of UUIDs. (transfer full) */
DroverListing *drover_listing_read_some(virConnectPtr connection, const char *const *uuids);
void drover_listing_free(DroverListing *listing);

/* The facts of DroverHost from @uuid on; what the host does not tell stays zero. (transfer full) */
DroverHost *drover_host_facts_read(virConnectPtr connection);
void drover_host_facts_free(DroverHost *facts);

/* The host's UUID from its capabilities, lower case; NULL: not told. (transfer full) */
char *drover_capabilities_host_uuid(const char *capabilities);
typedef struct {
    guint64 total_kib; /* 0: not told */
    guint64 free_kib;  /* with what caches would give back; 0: not told */
} DroverHostMemory;

DroverHostMemory drover_host_memory_read(virConnectPtr connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverListing, drover_listing_free)
