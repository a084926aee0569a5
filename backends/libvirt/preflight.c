#include "backends/libvirt/preflight.h"

#include <stdlib.h>
#include <string.h>

#include "backends/libvirt/classify.h"
#include "backends/libvirt/guest-state.h"
#include "backends/libvirt/guest-xml.h"
#include "backends/libvirt/listing.h"
#include "backends/libvirt/vir-error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetwork, virNetworkFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virInterface, virInterfaceFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStoragePool, virStoragePoolFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStorageVol, virStorageVolFree)

/* @element: (nullable) */
static void
found(DroverPreflight *preflight, DroverFailureKind kind, DroverSide where, const char *element)
{
    DroverFailure *failure = drover_failure_new(kind);

    failure->phase = DROVER_PHASE_NONE;
    failure->where = where;
    failure->element = g_strdup(element);
    g_ptr_array_add(preflight->failures, failure);
}

/* As found(), with what libvirt just said. */
static void
found_error(DroverPreflight *preflight, DroverFailureKind kind, const char *element)
{
    g_autoptr(DroverVirError) error = drover_vir_error_take();
    const DroverErrorContext context = {
        .error = error, .step = DROVER_CALL_MADE, .source_alive = TRUE};
    DroverFailure *failure = drover_classify(&context, NULL);

    if (failure->kind != kind) {
        g_clear_pointer(&failure->element, g_free);
    }
    if (!failure->element) {
        failure->element = g_strdup(element);
    }
    failure->kind = kind;
    failure->transient = FALSE;
    failure->where = DROVER_SIDE_DESTINATION;
    g_ptr_array_add(preflight->failures, failure);
}

static int
last_code(void)
{
    virErrorPtr error = virGetLastError();

    return error ? error->code : VIR_ERR_OK;
}

/* --- the hosts ------------------------------------------------------------------------------- */

static gboolean
can_migrate(DroverPreflight *preflight, virConnectPtr connection, DroverSide side)
{
    const char *type = virConnectGetType(connection);

    if (type && g_ascii_strcasecmp(type, "QEMU") == 0) {
        return TRUE;
    }
    found(preflight, DROVER_FAILURE_DRIVER_CANNOT_MIGRATE, side, type);
    return FALSE;
}

static void
compare_hosts(DroverPreflight *preflight)
{
    g_autofree char *here = virConnectGetCapabilities(preflight->source);
    g_autofree char *there = virConnectGetCapabilities(preflight->destination);
    g_autofree char *uuid_here = here ? drover_capabilities_host_uuid(here) : NULL;
    g_autofree char *uuid_there = there ? drover_capabilities_host_uuid(there) : NULL;

    if (uuid_here && g_strcmp0(uuid_here, uuid_there) == 0) {
        found(preflight, DROVER_FAILURE_HOST_UUID_CLASH, DROVER_SIDE_DESTINATION, uuid_here);
    }
}

/* --- the guest on the source ----------------------------------------------------------------- */

static void
check_job(DroverPreflight *preflight, virDomainPtr domain)
{
    virDomainJobInfo info;

    if (virDomainGetJobInfo(domain, &info) < 0) {
        if (last_code() == VIR_ERR_OPERATION_TIMEOUT) {
            found(preflight, DROVER_FAILURE_STATE_LOCK, DROVER_SIDE_SOURCE, NULL);
        }
    } else if (info.type != VIR_DOMAIN_JOB_NONE) {
        found(preflight, DROVER_FAILURE_GUEST_BUSY, DROVER_SIDE_SOURCE, NULL);
    }
}

static void
check_snapshots(DroverPreflight *preflight, virDomainPtr domain)
{
    g_autofree char *count = NULL;
    int snapshots = virDomainSnapshotNum(domain, 0);

    if (snapshots > 0) {
        count = g_strdup_printf("%d", snapshots);
        found(preflight, DROVER_FAILURE_HAS_SNAPSHOTS, DROVER_SIDE_SOURCE, count);
    }
}

static gboolean
is_running(virDomainPtr domain)
{
    int state, reason;
    DroverSeen seen;

    if (virDomainGetState(domain, &state, &reason, 0) < 0) {
        return FALSE;
    }
    seen = drover_state_words(state, reason).seen;
    return seen == DROVER_SEEN_RUNNING || seen == DROVER_SEEN_PAUSED;
}

static void
check_devices(DroverPreflight *preflight, const DroverGuestXml *guest)
{
    for (guint i = 0; i < guest->fixed->len; i++) {
        found(preflight, DROVER_FAILURE_DEVICE_NOT_MIGRATABLE, DROVER_SIDE_SOURCE,
              g_ptr_array_index(guest->fixed, i));
    }
    for (guint i = 0; i < guest->disks->len; i++) {
        const DroverGuestDisk *disk = g_ptr_array_index(guest->disks, i);

        if (disk->block_job) {
            found(preflight, DROVER_FAILURE_BLOCK_JOB_ACTIVE, DROVER_SIDE_SOURCE, disk->device);
        }
        if (disk->transient) {
            found(preflight, DROVER_FAILURE_DEVICE_NOT_MIGRATABLE, DROVER_SIDE_SOURCE,
                  disk->device);
        }
    }
}

/* --- what the destination must have ---------------------------------------------------------- */

static void
check_machine(DroverPreflight *preflight, const DroverGuestXml *guest)
{
    g_autofree char *capabilities = virConnectGetDomainCapabilities(
        preflight->destination, guest->emulator, guest->arch, guest->machine, guest->virt_type, 0);

    if (!capabilities) {
        found_error(preflight, DROVER_FAILURE_MACHINE_TYPE_MISSING, guest->machine);
    }
}

static void
check_cpu(DroverPreflight *preflight, const DroverGuestXml *guest)
{
    int result;

    if (!guest->cpu || !strstr(guest->cpu, "<model")) {
        return;
    }
    result = virConnectCompareHypervisorCPU(preflight->destination, guest->emulator, guest->arch,
                                            guest->machine, guest->virt_type, guest->cpu,
                                            VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE);
    if (result == VIR_CPU_COMPARE_INCOMPATIBLE ||
        (result < 0 && last_code() == VIR_ERR_CPU_INCOMPATIBLE)) {
        found_error(preflight, DROVER_FAILURE_CPU_INCOMPATIBLE, NULL);
    }
}

static void
check_memory(DroverPreflight *preflight, const DroverGuestXml *guest)
{
    guint64 free_kib = drover_host_memory_read(preflight->destination).free_kib;
    g_autofree char *need = g_strdup_printf("%" G_GUINT64_FORMAT " MiB", guest->memory_kib / 1024);

    if (free_kib && free_kib < guest->memory_kib) {
        found(preflight, DROVER_FAILURE_MEMORY_SHORT, DROVER_SIDE_DESTINATION, need);
    }
}

static void
check_clash(DroverPreflight *preflight, const DroverGuestXml *guest)
{
    g_autoptr(virDomain) same_name = virDomainLookupByName(preflight->destination, guest->name);
    g_autoptr(virDomain) same_uuid =
        virDomainLookupByUUIDString(preflight->destination, preflight->uuid);
    char uuid[VIR_UUID_STRING_BUFLEN] = "";

    if (same_name && virDomainGetUUIDString(same_name, uuid) == 0 &&
        g_ascii_strcasecmp(uuid, preflight->uuid)) {
        found(preflight, DROVER_FAILURE_NAME_IN_USE, DROVER_SIDE_DESTINATION, uuid);
    }
    if (same_uuid && (virDomainIsActive(same_uuid) == 1 ||
                      g_strcmp0(virDomainGetName(same_uuid), guest->name))) {
        found(preflight, DROVER_FAILURE_UUID_IN_USE, DROVER_SIDE_DESTINATION,
              virDomainGetName(same_uuid));
    }
}

/* --- storage --------------------------------------------------------------------------------- */

/* The destination's running pool for that directory, just refreshed; NULL: none. */
static virStoragePoolPtr
pool_for(DroverPreflight *preflight, const char *directory)
{
    virStoragePoolPtr *pools = NULL, result = NULL;
    int count = virConnectListAllStoragePools(preflight->destination, &pools,
                                              VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);

    for (int i = 0; i < count; i++) {
        g_autofree char *xml = virStoragePoolGetXMLDesc(pools[i], 0);
        g_autofree char *target = xml ? drover_pool_xml_path(xml) : NULL;

        if (!result && g_strcmp0(target, directory) == 0) {
            result = pools[i];
        } else {
            virStoragePoolFree(pools[i]);
        }
    }
    free(pools);
    if (result) {
        virStoragePoolRefresh(result, 0);
    }
    return result;
}

/* An image outside of any pool is out of libvirt's sight: then nothing is said. */
static void
check_disk(DroverPreflight *preflight, const DroverGuestDisk *disk)
{
    g_autofree char *directory = g_path_get_dirname(disk->path);
    g_autoptr(virStoragePool) pool = pool_for(preflight, directory);
    g_autoptr(virStorageVol) volume = virStorageVolLookupByPath(preflight->destination, disk->path);

    if (volume) {
        return;
    }
    if (preflight->options->copy_storage) {
        if (!pool && !disk->read_only) {
            found(preflight, DROVER_FAILURE_STORAGE_POOL_MISSING, DROVER_SIDE_DESTINATION,
                  directory);
        }
    } else if (pool) {
        found(preflight, DROVER_FAILURE_DISK_MISSING, DROVER_SIDE_DESTINATION, disk->path);
    }
}

static void
check_disks(DroverPreflight *preflight, const DroverGuestXml *guest)
{
    for (guint i = 0; i < guest->disks->len; i++) {
        const DroverGuestDisk *disk = g_ptr_array_index(guest->disks, i);

        if (disk->path) {
            check_disk(preflight, disk);
        }
    }
}

/* --- networks -------------------------------------------------------------------------------- */

static void
check_network(DroverPreflight *preflight, const char *name)
{
    g_autoptr(virNetwork) network = virNetworkLookupByName(preflight->destination, name);

    if (!network && last_code() == VIR_ERR_NO_NETWORK) {
        found_error(preflight, DROVER_FAILURE_NETWORK_MISSING, name);
    } else if (network && virNetworkIsActive(network) == 0) {
        found(preflight, DROVER_FAILURE_NETWORK_INACTIVE, DROVER_SIDE_DESTINATION, name);
    }
}

static void
check_bridge(DroverPreflight *preflight, const char *name)
{
    g_autoptr(virInterface) interface = virInterfaceLookupByName(preflight->destination, name);

    if (!interface && last_code() == VIR_ERR_NO_INTERFACE) {
        found_error(preflight, DROVER_FAILURE_BRIDGE_MISSING, name);
    }
}

static void
check_networks(DroverPreflight *preflight, const DroverGuestXml *guest)
{
    for (guint i = 0; i < guest->networks->len; i++) {
        check_network(preflight, g_ptr_array_index(guest->networks, i));
    }
    for (guint i = 0; i < guest->bridges->len; i++) {
        check_bridge(preflight, g_ptr_array_index(guest->bridges, i));
    }
}

/* --------------------------------------------------------------------------------------------- */

static void
check_guest(DroverPreflight *preflight, virDomainPtr domain)
{
    static void (*const checks[])(DroverPreflight *, const DroverGuestXml *) = {
        check_devices, check_machine, check_cpu,      check_memory,
        check_clash,   check_disks,   check_networks,
    };
    g_autofree char *xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_MIGRATABLE);
    g_autoptr(DroverGuestXml) guest = xml ? drover_guest_xml_parse(xml) : NULL;

    check_snapshots(preflight, domain);
    if (!is_running(domain)) {
        found(preflight, DROVER_FAILURE_GUEST_NOT_RUNNING, DROVER_SIDE_SOURCE, NULL);
    } else {
        check_job(preflight, domain);
    }
    for (guint i = 0; guest && i < G_N_ELEMENTS(checks); i++) {
        checks[i](preflight, guest);
    }
}

void
drover_preflight(DroverPreflight *preflight)
{
    g_autoptr(virDomain) domain = NULL;

    if (!can_migrate(preflight, preflight->source, DROVER_SIDE_SOURCE) ||
        !can_migrate(preflight, preflight->destination, DROVER_SIDE_DESTINATION)) {
        return;
    }
    compare_hosts(preflight);
    domain = virDomainLookupByUUIDString(preflight->source, preflight->uuid);
    if (domain) {
        check_guest(preflight, domain);
    } else {
        found(preflight, DROVER_FAILURE_GUEST_NOT_FOUND, DROVER_SIDE_SOURCE, preflight->uuid);
    }
}
