#include "backends/libvirt/listing.h"

#include <stdlib.h>
#include <string.h>

#include "backends/libvirt/guest-state.h"

static void
guest_free(gpointer data)
{
    DroverGuest *guest = data;

    g_free(guest->uuid);
    g_free(guest->name);
    g_free(guest->reason);
    g_free(guest);
}

static DroverListing *
listing_new(void)
{
    DroverListing *listing = g_new0(DroverListing, 1);

    listing->guests = g_ptr_array_new_with_free_func(guest_free);
    listing->absent = g_ptr_array_new_with_free_func(g_free);
    return listing;
}

void
drover_listing_free(DroverListing *listing)
{
    if (!listing) {
        return;
    }
    g_ptr_array_unref(listing->guests);
    g_ptr_array_unref(listing->absent);
    drover_vir_error_free(listing->error);
    g_free(listing);
}

/* NULL when the guest went away while it was looked at. (transfer full) */
static DroverGuest *
read_guest(virDomainPtr domain)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    virDomainInfo info;
    DroverStateWords words;
    DroverGuest *guest;
    int state, reason, persistent;

    if (virDomainGetUUIDString(domain, uuid) < 0 || virDomainGetInfo(domain, &info) < 0 ||
        virDomainGetState(domain, &state, &reason, 0) < 0 ||
        (persistent = virDomainIsPersistent(domain)) < 0) {
        return NULL;
    }
    words = drover_state_words(state, reason);
    if (words.seen == DROVER_SEEN_OFF && !persistent) {
        return NULL;
    }
    guest = g_new0(DroverGuest, 1);
    guest->uuid = g_ascii_strdown(uuid, -1);
    guest->name = g_strdup(virDomainGetName(domain));
    guest->state = words.state;
    guest->reason = g_strdup(words.reason);
    guest->memory_kib = info.maxMem;
    guest->vcpus = info.nrVirtCpu;
    guest->persistent = persistent;
    return guest;
}

/* Free memory is what caches would give back, too. */
static gboolean
is_free(const char *field)
{
    return g_str_equal(field, VIR_NODE_MEMORY_STATS_FREE) ||
           g_str_equal(field, VIR_NODE_MEMORY_STATS_BUFFERS) ||
           g_str_equal(field, VIR_NODE_MEMORY_STATS_CACHED);
}

DroverHostMemory
drover_host_memory_read(virConnectPtr connection)
{
    g_autofree virNodeMemoryStatsPtr stats = NULL;
    DroverHostMemory memory = {0};
    int count = 0;

    if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, NULL, &count, 0) < 0 ||
        count <= 0) {
        memory.free_kib = virNodeGetFreeMemory(connection) / 1024;
        return memory;
    }
    stats = g_new0(virNodeMemoryStats, count);
    if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats, &count, 0) < 0) {
        return memory;
    }
    for (int i = 0; i < count; i++) {
        if (is_free(stats[i].field)) {
            memory.free_kib += stats[i].value;
        } else if (g_str_equal(stats[i].field, VIR_NODE_MEMORY_STATS_TOTAL)) {
            memory.total_kib = stats[i].value;
        }
    }
    return memory;
}

DroverListing *
drover_listing_read(virConnectPtr connection)
{
    DroverListing *listing = listing_new();
    virDomainPtr *domains = NULL;
    int count = virConnectListAllDomains(connection, &domains, 0);

    if (count < 0) {
        listing->error = drover_vir_error_take();
        return listing;
    }
    for (int i = 0; i < count; i++) {
        DroverGuest *guest = read_guest(domains[i]);

        if (guest) {
            g_ptr_array_add(listing->guests, guest);
        }
        virDomainFree(domains[i]);
    }
    free(domains);
    listing->complete = TRUE;
    listing->memory_free_kib = drover_host_memory_read(connection).free_kib;
    return listing;
}

DroverListing *
drover_listing_read_some(virConnectPtr connection, const char *const *uuids)
{
    DroverListing *listing = listing_new();

    for (guint i = 0; uuids[i]; i++) {
        g_autoptr(virDomain) domain = virDomainLookupByUUIDString(connection, uuids[i]);
        DroverGuest *guest = domain ? read_guest(domain) : NULL;

        if (guest) {
            g_ptr_array_add(listing->guests, guest);
        } else {
            g_ptr_array_add(listing->absent, g_strdup(uuids[i]));
        }
    }
    listing->memory_free_kib = drover_host_memory_read(connection).free_kib;
    return listing;
}

/* --- facts ----------------------------------------------------------------------------------- */

char *
drover_capabilities_host_uuid(const char *capabilities)
{
    const char *begin = strstr(capabilities, "<uuid>");
    const char *end = begin ? strstr(begin, "</uuid>") : NULL;
    const char *guests = strstr(capabilities, "<guest>");

    if (!end || (guests && guests < begin)) {
        return NULL;
    }
    begin += strlen("<uuid>");
    return g_ascii_strdown(begin, end - begin);
}

static char *
version_text(virConnectPtr connection)
{
    unsigned long library = 0, hypervisor = 0;
    const char *type = virConnectGetType(connection);

    if (virConnectGetLibVersion(connection, &library) < 0) {
        return NULL;
    }
    virConnectGetVersion(connection, &hypervisor);
    return g_strdup_printf("libvirt %lu.%lu.%lu, %s %lu.%lu.%lu", library / 1000000,
                           library / 1000 % 1000, library % 1000, type ? type : "?",
                           hypervisor / 1000000, hypervisor / 1000 % 1000, hypervisor % 1000);
}

DroverHost *
drover_host_facts_read(virConnectPtr connection)
{
    DroverHost *facts = g_new0(DroverHost, 1);
    g_autofree char *capabilities = virConnectGetCapabilities(connection);
    DroverHostMemory memory = drover_host_memory_read(connection);
    char *hostname = virConnectGetHostname(connection);
    virNodeInfo info;

    if (capabilities) {
        facts->uuid = drover_capabilities_host_uuid(capabilities);
    }
    facts->hostname = g_strdup(hostname);
    free(hostname);
    facts->version = version_text(connection);
    if (virNodeGetInfo(connection, &info) == 0) {
        facts->cpus = info.cpus;
        facts->memory_total_kib = info.memory;
    }
    if (memory.total_kib) {
        facts->memory_total_kib = memory.total_kib;
    }
    facts->memory_free_kib = memory.free_kib;
    return facts;
}

void
drover_host_facts_free(DroverHost *facts)
{
    if (!facts) {
        return;
    }
    g_free(facts->uuid);
    g_free(facts->hostname);
    g_free(facts->version);
    g_free(facts);
}
