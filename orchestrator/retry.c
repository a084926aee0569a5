#include "orchestrator/retry.h"

#define SPREAD 0.4

enum {
    ELSEWHERE = 1 << 0, /* another destination may do */
    REACH = 1 << 1,     /* a host or network that comes back may be the cure */
};

#define K(kind) DROVER_FAILURE_##kind

/* clang-format off */
static const guint8 traits[] = {
    [K(HOST_UNREACHABLE)] = ELSEWHERE | REACH,
    [K(DESTINATION_REFUSED)] = ELSEWHERE | REACH,
    [K(NAME_UNRESOLVED)] = ELSEWHERE | REACH,
    [K(CONNECT_TIMEOUT)] = ELSEWHERE | REACH,
    [K(AUTHENTICATION)] = ELSEWHERE,
    [K(TLS_CREDENTIALS)] = ELSEWHERE,
    [K(ACCESS_DENIED)] = ELSEWHERE,
    [K(BAD_URI)] = ELSEWHERE,
    [K(PEER_TO_PEER_UNSUPPORTED)] = ELSEWHERE,
    [K(HOST_UUID_CLASH)] = ELSEWHERE,
    [K(DRIVER_CANNOT_MIGRATE)] = ELSEWHERE,
    [K(LOCALHOST_NAME)] = ELSEWHERE,
    [K(SSH_HOST_KEY)] = ELSEWHERE,
    [K(SSH)] = ELSEWHERE,
    [K(HOST_LIMIT)] = ELSEWHERE,
    [K(ACL_DENIED)] = ELSEWHERE,
    [K(DRIVER_NOT_RUNNING)] = ELSEWHERE,
    [K(DEVICE_NOT_MIGRATABLE)] = ELSEWHERE, /* where the destination's QEMU says so */
    [K(CPU_INCOMPATIBLE)] = ELSEWHERE,
    [K(MACHINE_TYPE_MISSING)] = ELSEWHERE,
    [K(MEMORY_SHORT)] = ELSEWHERE,
    [K(DISK_MISSING)] = ELSEWHERE,
    [K(DISK_ACCESS)] = ELSEWHERE,
    [K(DISK_SIZE)] = ELSEWHERE,
    [K(STORAGE_POOL_MISSING)] = ELSEWHERE,
    [K(NO_SPACE)] = ELSEWHERE,
    [K(DISK_COPY)] = ELSEWHERE,
    [K(NETWORK_MISSING)] = ELSEWHERE,
    [K(NETWORK_INACTIVE)] = ELSEWHERE,
    [K(BRIDGE_MISSING)] = ELSEWHERE,
    [K(NAME_IN_USE)] = ELSEWHERE,
    [K(PORTS_USED_UP)] = ELSEWHERE,
    [K(SECRET_MISSING)] = ELSEWHERE,
    [K(SECURITY_LABEL)] = ELSEWHERE,
    [K(LOCK_HELD)] = ELSEWHERE,
    [K(HOOK_REFUSED)] = ELSEWHERE,
    [K(DESTINATION_START)] = ELSEWHERE,
    [K(NWFILTER_MISSING)] = ELSEWHERE,
    [K(HUGEPAGES_MISSING)] = ELSEWHERE,
    [K(VERSION_SKEW)] = ELSEWHERE,
    [K(LOCK_DRIVER_MISMATCH)] = ELSEWHERE,
    [K(DISK_LOCKED)] = ELSEWHERE,
    [K(PORT_PROFILE)] = ELSEWHERE,
    [K(HOST_SETUP)] = ELSEWHERE,
    [K(DISK_PRECREATE)] = ELSEWHERE,
    [K(DATA_CHANNEL)] = ELSEWHERE | REACH,
    [K(DESTINATION_QEMU_DIED)] = ELSEWHERE,
    [K(SOURCE_LOST)] = REACH,
    [K(DESTINATION_LOST)] = ELSEWHERE | REACH,
    [K(STREAM_BROKEN)] = ELSEWHERE | REACH,
    [K(KEEPALIVE)] = ELSEWHERE | REACH,
    [K(NO_PROGRESS)] = ELSEWHERE,
};
/* clang-format on */

static guint
traits_of(const DroverFailure *failure)
{
    return (guint) failure->kind < G_N_ELEMENTS(traits) ? traits[failure->kind] : 0;
}

gboolean
drover_retry_is_destinations(const DroverFailure *failure)
{
    return (traits_of(failure) & ELSEWHERE) && failure->where != DROVER_SIDE_SOURCE;
}

gboolean
drover_retry_is_of_reach(const DroverFailure *failure)
{
    return (traits_of(failure) & REACH) != 0;
}

gboolean
drover_retry_is_too_late(const DroverFailure *failure)
{
    return failure->phase == DROVER_PHASE_POSTCOPY ||
           failure->phase == DROVER_PHASE_POSTCOPY_BROKEN;
}

gint64
drover_retry_delay_us(const DroverRetryTimes *times,
                      guint setbacks,
                      double spread,
                      gint64 stalled_us)
{
    gint64 left_us = (gint64) times->timeout_s * G_USEC_PER_SEC - MAX(stalled_us, 0);
    guint64 most_s = MAX(times->most_s, times->least_s);
    guint64 delay_s = times->least_s;

    if (left_us <= 0 || times->least_s > times->timeout_s) {
        return -1;
    }
    for (guint i = 0; i < setbacks && delay_s < most_s; i++) {
        delay_s = MIN(delay_s * 2, most_s);
    }
    return MIN((gint64) ((double) (delay_s * G_USEC_PER_SEC) * (1 + SPREAD * spread)), left_us);
}
