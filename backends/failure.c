#include "backends/failure.h"

/* clang-format off */
static const char *const kind_names[] = {
    [DROVER_FAILURE_NONE] = "none",
    [DROVER_FAILURE_HOST_UNREACHABLE] = "host-unreachable",
    [DROVER_FAILURE_DESTINATION_REFUSED] = "destination-refused",
    [DROVER_FAILURE_NAME_UNRESOLVED] = "name-unresolved",
    [DROVER_FAILURE_CONNECT_TIMEOUT] = "connect-timeout",
    [DROVER_FAILURE_AUTHENTICATION] = "authentication",
    [DROVER_FAILURE_TLS_CREDENTIALS] = "tls-credentials",
    [DROVER_FAILURE_ACCESS_DENIED] = "access-denied",
    [DROVER_FAILURE_BAD_URI] = "bad-uri",
    [DROVER_FAILURE_PEER_TO_PEER_UNSUPPORTED] = "peer-to-peer-unsupported",
    [DROVER_FAILURE_SAME_HOST] = "same-host",
    [DROVER_FAILURE_HOST_UUID_CLASH] = "host-uuid-clash",
    [DROVER_FAILURE_DRIVER_CANNOT_MIGRATE] = "driver-cannot-migrate",
    [DROVER_FAILURE_LOCALHOST_NAME] = "localhost-name",
    [DROVER_FAILURE_SSH_HOST_KEY] = "ssh-host-key",
    [DROVER_FAILURE_SSH] = "ssh",
    [DROVER_FAILURE_HOST_LIMIT] = "host-limit",
    [DROVER_FAILURE_ACL_DENIED] = "acl-denied",
    [DROVER_FAILURE_DRIVER_NOT_RUNNING] = "driver-not-running",
    [DROVER_FAILURE_GUEST_NOT_FOUND] = "guest-not-found",
    [DROVER_FAILURE_GUEST_NOT_RUNNING] = "guest-not-running",
    [DROVER_FAILURE_GUEST_BUSY] = "guest-busy",
    [DROVER_FAILURE_BLOCK_JOB_ACTIVE] = "block-job-active",
    [DROVER_FAILURE_HAS_SNAPSHOTS] = "has-snapshots",
    [DROVER_FAILURE_STATE_LOCK] = "state-lock",
    [DROVER_FAILURE_DEVICE_NOT_MIGRATABLE] = "device-not-migratable",
    [DROVER_FAILURE_AUTODESTROY] = "autodestroy",
    [DROVER_FAILURE_GUEST_CONFIG] = "guest-config",
    [DROVER_FAILURE_CPU_INCOMPATIBLE] = "cpu-incompatible",
    [DROVER_FAILURE_MACHINE_TYPE_MISSING] = "machine-type-missing",
    [DROVER_FAILURE_MEMORY_SHORT] = "memory-short",
    [DROVER_FAILURE_DISK_NOT_SHARED] = "disk-not-shared",
    [DROVER_FAILURE_DISK_MISSING] = "disk-missing",
    [DROVER_FAILURE_DISK_ACCESS] = "disk-access",
    [DROVER_FAILURE_DISK_SIZE] = "disk-size",
    [DROVER_FAILURE_STORAGE_POOL_MISSING] = "storage-pool-missing",
    [DROVER_FAILURE_NO_SPACE] = "no-space",
    [DROVER_FAILURE_DISK_COPY] = "disk-copy",
    [DROVER_FAILURE_NETWORK_MISSING] = "network-missing",
    [DROVER_FAILURE_NETWORK_INACTIVE] = "network-inactive",
    [DROVER_FAILURE_BRIDGE_MISSING] = "bridge-missing",
    [DROVER_FAILURE_NAME_IN_USE] = "name-in-use",
    [DROVER_FAILURE_UUID_IN_USE] = "uuid-in-use",
    [DROVER_FAILURE_PORTS_USED_UP] = "ports-used-up",
    [DROVER_FAILURE_SECRET_MISSING] = "secret-missing",
    [DROVER_FAILURE_SECURITY_LABEL] = "security-label",
    [DROVER_FAILURE_LOCK_HELD] = "lock-held",
    [DROVER_FAILURE_HOOK_REFUSED] = "hook-refused",
    [DROVER_FAILURE_DESTINATION_START] = "destination-start",
    [DROVER_FAILURE_XML_MISMATCH] = "xml-mismatch",
    [DROVER_FAILURE_NWFILTER_MISSING] = "nwfilter-missing",
    [DROVER_FAILURE_HUGEPAGES_MISSING] = "hugepages-missing",
    [DROVER_FAILURE_VERSION_SKEW] = "version-skew",
    [DROVER_FAILURE_LOCK_DRIVER_MISMATCH] = "lock-driver-mismatch",
    [DROVER_FAILURE_DISK_LOCKED] = "disk-locked",
    [DROVER_FAILURE_PORT_PROFILE] = "port-profile",
    [DROVER_FAILURE_HOST_SETUP] = "host-setup",
    [DROVER_FAILURE_DISK_PRECREATE] = "disk-precreate",
    [DROVER_FAILURE_PORT_IN_USE] = "port-in-use",
    [DROVER_FAILURE_MIGRATION_URI] = "migration-uri",
    [DROVER_FAILURE_DATA_CHANNEL] = "data-channel",
    [DROVER_FAILURE_FLAGS_EXCLUSIVE] = "flags-exclusive",
    [DROVER_FAILURE_OPTION_UNSUPPORTED] = "option-unsupported",
    [DROVER_FAILURE_OPTION_INVALID] = "option-invalid",
    [DROVER_FAILURE_COMPRESSION_UNKNOWN] = "compression-unknown",
    [DROVER_FAILURE_ZEROCOPY_NEEDS_STREAMS] = "zero-copy-needs-streams",
    [DROVER_FAILURE_RDMA_NEEDS_LIMIT] = "rdma-needs-limit",
    [DROVER_FAILURE_TLS_REQUIRED] = "tls-required",
    [DROVER_FAILURE_NOTHING_TO_RESUME] = "nothing-to-resume",
    [DROVER_FAILURE_OPTION_TYPE] = "option-type",
    [DROVER_FAILURE_GUEST_STOPPED] = "guest-stopped",
    [DROVER_FAILURE_GUEST_DESTROYED] = "guest-destroyed",
    [DROVER_FAILURE_SOURCE_QEMU_DIED] = "source-qemu-died",
    [DROVER_FAILURE_DESTINATION_QEMU_DIED] = "destination-qemu-died",
    [DROVER_FAILURE_SOURCE_LOST] = "source-lost",
    [DROVER_FAILURE_DESTINATION_LOST] = "destination-lost",
    [DROVER_FAILURE_STREAM_BROKEN] = "stream-broken",
    [DROVER_FAILURE_POSTCOPY_BROKEN] = "post-copy-broken",
    [DROVER_FAILURE_NO_PROGRESS] = "no-progress",
    [DROVER_FAILURE_IO_ERROR] = "io-error",
    [DROVER_FAILURE_KEEPALIVE] = "keepalive",
    [DROVER_FAILURE_ENDED_AT_DESTINATION] = "ended-at-destination",
    [DROVER_FAILURE_RAN_TWICE] = "ran-twice",
    [DROVER_FAILURE_CANCELLED] = "cancelled",
    [DROVER_FAILURE_KILLED] = "killed",
    [DROVER_FAILURE_CANCELLED_ELSEWHERE] = "cancelled-elsewhere",
    [DROVER_FAILURE_OUTCOME_UNKNOWN] = "outcome-unknown",
    [DROVER_FAILURE_RUNS_TWICE] = "runs-twice",
    [DROVER_FAILURE_GUEST_LOST] = "guest-lost",
    [DROVER_FAILURE_LEFTOVER] = "leftover",
    [DROVER_FAILURE_QEMU] = "qemu",
    [DROVER_FAILURE_LIBVIRT] = "libvirt",
    [DROVER_FAILURE_INTERNAL] = "internal",
    [DROVER_FAILURE_REQUEST_GUEST] = "request-guest",
    [DROVER_FAILURE_REQUEST_HOST] = "request-host",
    [DROVER_FAILURE_REQUEST_JOB_ACTIVE] = "request-job-active",
    [DROVER_FAILURE_REQUEST_OPTION] = "request-option",
    [DROVER_FAILURE_REQUEST_VALUE] = "request-value",
};

static const char *const phase_names[] = {
    [DROVER_PHASE_NONE] = "none",
    [DROVER_PHASE_CONNECTING] = "connecting",
    [DROVER_PHASE_STORAGE] = "storage",
    [DROVER_PHASE_PRECOPY] = "pre-copy",
    [DROVER_PHASE_SWITCHOVER] = "switchover",
    [DROVER_PHASE_POSTCOPY] = "post-copy",
    [DROVER_PHASE_POSTCOPY_BROKEN] = "post-copy broken",
    [DROVER_PHASE_FINISHING] = "finishing",
    [DROVER_PHASE_UNKNOWN] = "unknown",
    [DROVER_PHASE_ENDED] = "ended",
};
/* clang-format on */

DroverFailure *
drover_failure_new(DroverFailureKind kind)
{
    DroverFailure *failure = g_new0(DroverFailure, 1);

    failure->kind = kind;
    return failure;
}

DroverFailure *
drover_failure_copy(const DroverFailure *failure)
{
    DroverFailure *copy = g_new0(DroverFailure, 1);

    *copy = *failure;
    copy->guest = g_strdup(failure->guest);
    copy->source = g_strdup(failure->source);
    copy->destination = g_strdup(failure->destination);
    copy->element = g_strdup(failure->element);
    copy->text = g_strdup(failure->text);
    return copy;
}

void
drover_failure_free(DroverFailure *failure)
{
    if (!failure) {
        return;
    }
    g_free(failure->guest);
    g_free(failure->source);
    g_free(failure->destination);
    g_free(failure->element);
    g_free(failure->text);
    g_free(failure);
}

const char *
drover_failure_kind_name(DroverFailureKind kind)
{
    return (guint) kind < G_N_ELEMENTS(kind_names) ? kind_names[kind] : NULL;
}

const char *
drover_phase_name(DroverPhase phase)
{
    return (guint) phase < G_N_ELEMENTS(phase_names) ? phase_names[phase] : NULL;
}
