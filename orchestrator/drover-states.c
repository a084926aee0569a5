/* Drover_HostState and Drover_GuestState: what Msvm_ComputerSystem has no properties for. */
#include "orchestrator/foreign-move.h"
#include "orchestrator/views.h"

#define HOST(object)  ((const DroverHost *) (object))
#define GUEST(object) ((const DroverGuest *) (object))
#define SERVICE(data) (((DroverViews *) (data))->service)

static const char *const host_states[] = {
    [DROVER_HOST_CONNECTING] = "connecting",
    [DROVER_HOST_UP] = "up",
    [DROVER_HOST_DOWN] = "down",
};

static const char *const guest_states[] = {
    [DROVER_GUEST_UNKNOWN] = "unknown",
    [DROVER_GUEST_RUNNING] = "running",
    [DROVER_GUEST_PAUSED] = "paused",
    [DROVER_GUEST_INCOMING] = "incoming",
    [DROVER_GUEST_SHUTTING_DOWN] = "shutting down",
    [DROVER_GUEST_OFF] = "off",
    [DROVER_GUEST_CRASHED] = "crashed",
};

/* --- hosts ----------------------------------------------------------------------------------- */

static void
get_host_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, HOST(object)->name);
}

static void
get_uri(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, HOST(object)->uri);
}

static void
get_peer_uri(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, HOST(object)->peer_uri);
}

static void
get_host_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, host_states[HOST(object)->state]);
}

static void
get_host_reason(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, HOST(object)->reason);
}

static void
get_host_since(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_timestamp(value, HOST(object)->since_us);
}

static void
get_own_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, HOST(object)->hostname);
}

static void
get_version(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, HOST(object)->version);
}

static void
get_cpus(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, HOST(object)->cpus);
}

static void
get_memory_total(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, HOST(object)->memory_total_kib);
}

static void
get_memory_free(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, HOST(object)->memory_free_kib);
}

static void
get_outgoing(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(
        value, drover_queue_outgoing(drover_service_queue(SERVICE(data)), HOST(object)->name));
}

static void
get_incoming(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(
        value, drover_queue_incoming(drover_service_queue(SERVICE(data)), HOST(object)->name));
}

static void
get_maximum(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, drover_queue_get_limit(drover_service_queue(SERVICE(data))));
}

typedef struct {
    const DroverHost *host;
    guint count;
} GuestCount;

static gboolean
count_guest(const DroverGuest *guest, gpointer user_data)
{
    GuestCount *count = user_data;

    count->count += guest->host == count->host;
    return TRUE;
}

static void
get_guests(gconstpointer object, CimValue *value, gpointer data)
{
    GuestCount count = {HOST(object), 0};

    drover_inventory_each_guest(drover_service_inventory(SERVICE(data)), count_guest, &count);
    cim_value_set_uint(value, count.count);
}

/* --- guests ---------------------------------------------------------------------------------- */

static void
get_guid(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_take_string(value, drover_guid(GUEST(object)->uuid));
}

static void
get_guest_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, GUEST(object)->name);
}

static void
get_guest_host(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, GUEST(object)->host->name);
}

static void
get_guest_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, guest_states[GUEST(object)->state]);
}

static void
get_guest_reason(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, GUEST(object)->reason);
}

static void
get_memory(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, GUEST(object)->memory_kib);
}

static void
get_vcpus(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, GUEST(object)->vcpus);
}

static void
get_persistent(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_boolean(value, GUEST(object)->persistent);
}

static void
get_job_id(gconstpointer object, CimValue *value, gpointer data)
{
    DroverJob *job =
        drover_jobs_find_active(drover_service_jobs(SERVICE(data)), GUEST(object)->uuid);

    cim_value_set_string(value, job ? job->record.id : NULL);
}

static void
get_moved_by_others(gconstpointer object, CimValue *value, gpointer data)
{
    const DroverGuest *incoming =
        drover_foreign_move_find(drover_service_inventory(SERVICE(data)),
                                 drover_service_jobs(SERVICE(data)), GUEST(object)->uuid);

    cim_value_set_string(value, incoming ? incoming->host->name : NULL);
}

/* --- the providers --------------------------------------------------------------------------- */

typedef struct {
    CimVisit visit;
    gpointer visit_data;
} Walk;

static gboolean
visit_host(const DroverHost *host, gpointer user_data)
{
    const Walk *walk = user_data;

    return walk->visit(host, walk->visit_data);
}

static gboolean
visit_guest(const DroverGuest *guest, gpointer user_data)
{
    const Walk *walk = user_data;

    return walk->visit(guest, walk->visit_data);
}

static void
enumerate_hosts(gpointer data, CimVisit visit, gpointer visit_data)
{
    Walk walk = {visit, visit_data};

    drover_inventory_each_host(drover_service_inventory(SERVICE(data)), visit_host, &walk);
}

static void
enumerate_guests(gpointer data, CimVisit visit, gpointer visit_data)
{
    Walk walk = {visit, visit_data};

    drover_inventory_each_guest(drover_service_inventory(SERVICE(data)), visit_guest, &walk);
}

/* The inventory's objects are constant to its readers, and the getters take them so. */
static gpointer
find_host(gpointer data, const CimPath *path)
{
    const char *name = cim_path_get_string_key(path, "Name");

    return name ? (gpointer) drover_inventory_find_host(drover_service_inventory(SERVICE(data)),
                                                        name)
                : NULL;
}

static gpointer
find_guest(gpointer data, const CimPath *path)
{
    const char *name = cim_path_get_string_key(path, "Name");

    return name ? (gpointer) drover_inventory_find_guest(drover_service_inventory(SERVICE(data)),
                                                         name)
                : NULL;
}

/* clang-format off */
static const CimGetterRow host_getters[] = {
    { "Name", get_host_name },
    { "URI", get_uri },
    { "PeerURI", get_peer_uri },
    { "State", get_host_state },
    { "Reason", get_host_reason },
    { "Since", get_host_since },
    { "HostName", get_own_name },
    { "Version", get_version },
    { "CPUs", get_cpus },
    { "MemoryTotalKiB", get_memory_total },
    { "MemoryFreeKiB", get_memory_free },
    { "OutgoingMoves", get_outgoing },
    { "IncomingMoves", get_incoming },
    { "MaximumMoves", get_maximum },
    { "Guests", get_guests },
};

const CimProvider drover_host_state_provider = {
    .class_name = "Drover_HostState",
    .getters = host_getters, .n_getters = G_N_ELEMENTS(host_getters),
    .enumerate = enumerate_hosts,
    .find = find_host,
};

static const CimGetterRow guest_getters[] = {
    { "Name", get_guid },
    { "ElementName", get_guest_name },
    { "Host", get_guest_host },
    { "State", get_guest_state },
    { "Reason", get_guest_reason },
    { "MemoryKiB", get_memory },
    { "VCPUs", get_vcpus },
    { "Persistent", get_persistent },
    { "JobID", get_job_id },
    { "MovedByOthersTo", get_moved_by_others },
};

const CimProvider drover_guest_state_provider = {
    .class_name = "Drover_GuestState",
    .getters = guest_getters, .n_getters = G_N_ELEMENTS(guest_getters),
    .enumerate = enumerate_guests,
    .find = find_guest,
};
/* clang-format on */
