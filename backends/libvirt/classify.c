#include "backends/libvirt/classify.h"

#include <stdlib.h>

/* What must hold for a row to count. */
typedef enum {
    OPENING = 1 << 0,   /* drover's own connection to a host */
    ALIVE = 1 << 1,     /* the source's libvirtd answered */
    DEAD = 1 << 2,      /* it went away instead */
    DATA = 1 << 3,      /* the text names a port that is not libvirtd's: the memory's way */
    POSTCOPY = 1 << 4,  /* the guest's halves are on both hosts */
    SHUTDOWN = 1 << 5,  /* the guest on the source ended by itself, … */
    DESTROYED = 1 << 6, /* … by somebody's hand, … */
    CRASHED = 1 << 7,   /* … because its QEMU ended */
    MOVING = 1 << 8,    /* memory or disks had begun to flow */
    TWO_HOSTS = 1 << 9, /* drover reaches source and destination as different machines */
} Condition;

#define ANY      (-1)
#define SRC      DROVER_SIDE_SOURCE
#define DST      DROVER_SIDE_DESTINATION
#define PASSING  TRUE  /* may work when tried again */
#define LASTING  FALSE /* somebody must change something */
#define LATE     WHEN_LATE
#define EARLY    WHEN_EARLY
#define OTHERS   WHEN_OTHERS
#define K(kind)  DROVER_FAILURE_##kind
#define ADDRESS  "'([^']+)'"
#define LOG_TAIL VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, ANY

/* When libvirt says so. */
typedef enum {
    WHEN_LATE,
    WHEN_EARLY,  /* before anything was touched, if nothing has begun to flow */
    WHEN_OTHERS, /* before anything was touched: what flows is a move of somebody else's */
} When;

typedef struct {
    int code;
    int domain;
    int int1;
    guint when; /* of Condition, all of them */
    const char *text;
    DroverFailureKind kind;
    gboolean transient;
    DroverSide where;
    guint element; /* the group of @text that names it; 0: none */
    When said;
} Row;

/* The first row that fits counts: the special before the general. */
/* clang-format off */
static const Row rows[] = {
    /* drover's own connection to a host. */
    { VIR_ERR_NO_CONNECT, ANY, ANY, OPENING, NULL, K(BAD_URI), LASTING, SRC, 0, EARLY },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_URI, ANY, OPENING, NULL, K(BAD_URI), LASTING, SRC, 0, EARLY },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, ANY, OPENING, "URI path", K(BAD_URI), LASTING, SRC, 0, EARLY },
    { VIR_ERR_INVALID_ARG, VIR_FROM_REMOTE, ANY, OPENING, NULL, K(BAD_URI), LASTING, SRC, 0, EARLY },
    { VIR_ERR_CONFIG_UNSUPPORTED, ANY, ANY, OPENING, NULL, K(DRIVER_CANNOT_MIGRATE), LASTING, SRC, 0, EARLY },
    { VIR_ERR_AUTH_FAILED, ANY, ANY, OPENING, NULL, K(HOST_UNREACHABLE), LASTING, SRC, 0, EARLY },
    { ANY, ANY, ANY, OPENING, "[Cc]ertificate|Permission denied|verification failed", K(HOST_UNREACHABLE), LASTING, SRC, 0, EARLY },
    { ANY, ANY, ANY, OPENING, NULL, K(HOST_UNREACHABLE), PASSING, SRC, 0, EARLY },

    /* The guest ended on the source. Only then "not running" means more than its words. */
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, SHUTDOWN, NULL, K(GUEST_STOPPED), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, DESTROYED, NULL, K(GUEST_DESTROYED), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, CRASHED, NULL, K(SOURCE_QEMU_DIED), LASTING, SRC, 0, LATE },

    /* Post-copy. */
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, 0, "failed in post-copy phase", K(POSTCOPY_BROKEN), LASTING, DST, 0, LATE },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "is not being migrated|is not processing incoming migration|not in post-copy phase|has not failed|migration is still running|actively monitored", K(NOTHING_TO_RESUME), LASTING, SRC, 0, LATE },

    /* Contact lost while it was under way. */
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC, ANY, DEAD, "keepalive timeout", K(KEEPALIVE), PASSING, SRC, 0, LATE },
    { ANY, VIR_FROM_RPC, ANY, DEAD, NULL, K(SOURCE_LOST), PASSING, SRC, 0, LATE },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC, ANY, 0, "keepalive timeout", K(KEEPALIVE), PASSING, DST, 0, LATE },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC, ANY, 0, "client socket is closed|received (hangup|error) event", K(DESTINATION_LOST), PASSING, DST, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "Lost connection to destination", K(DESTINATION_LOST), PASSING, DST, 0, LATE },

    /* Certificates and credentials, whatever the code. */
    { ANY, ANY, ANY, 0, "Unable to access credentials|TLS directory not configured|Cannot read CA certificate|[Cc]ertificate .*(expired|not yet active|does not match|failed validation)|Unable to verify .*certificate|not on the list of allowed clients|server verification .*failed|TLS handshake failed|Cannot read from TLS channel|Unable to set x509", K(TLS_CREDENTIALS), LASTING, DST, 0, LATE },
    { VIR_ERR_RPC, ANY, ANY, 0, "does not match the hostname", K(TLS_CREDENTIALS), LASTING, DST, 0, EARLY },
    { VIR_ERR_GNUTLS_ERROR, ANY, ANY, 0, NULL, K(TLS_CREDENTIALS), LASTING, DST, 0, LATE },
    { VIR_ERR_OPERATION_INVALID, VIR_FROM_QEMU, ANY, 0, "allows migration only with VIR_MIGRATE_TLS|only with VIR_MIGRATE_TLS flag", K(TLS_REQUIRED), LASTING, DST, 0, LATE },
    { VIR_ERR_AUTH_FAILED, ANY, ANY, 0, "access denied by policy", K(ACCESS_DENIED), LASTING, DST, 0, EARLY },
    { VIR_ERR_AUTH_FAILED, ANY, ANY, 0, NULL, K(AUTHENTICATION), LASTING, DST, 0, EARLY },
    { VIR_ERR_AUTH_CANCELLED, ANY, ANY, 0, NULL, K(AUTHENTICATION), LASTING, DST, 0, EARLY },
    { VIR_ERR_AUTH_UNAVAILABLE, ANY, ANY, 0, NULL, K(AUTHENTICATION), LASTING, DST, 0, EARLY },
    { ANY, VIR_FROM_RPC, ANY, 0, "Cannot recv data: .*Host key verification failed", K(SSH_HOST_KEY), LASTING, DST, 0, EARLY },
    { ANY, VIR_FROM_RPC, ANY, 0, "Cannot recv data: .*Permission denied", K(AUTHENTICATION), LASTING, DST, 0, EARLY },
    { ANY, VIR_FROM_RPC, ANY, 0, "resolve (?:address '|hostname )([^' :]+).*Temporary failure in name resolution", K(NAME_UNRESOLVED), PASSING, DST, 1, LATE },
    { ANY, VIR_FROM_RPC, ANY, 0, "Cannot recv data: .*Could not resolve hostname ([^\\s:]+)", K(NAME_UNRESOLVED), LASTING, DST, 1, EARLY },
    { ANY, VIR_FROM_RPC, ANY, 0, "Cannot recv data: .*timed out", K(CONNECT_TIMEOUT), PASSING, DST, 0, EARLY },
    { ANY, VIR_FROM_RPC, ANY, 0, "Cannot recv data: .*(?:Connection refused|No route|unreachable)", K(DESTINATION_REFUSED), PASSING, DST, 0, EARLY },
    { ANY, VIR_FROM_RPC, ANY, 0, "Cannot recv data: (?:kex|ssh)_exchange_identification", K(HOST_LIMIT), PASSING, DST, 0, EARLY },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 104, 0, "Cannot recv data: (.+): Connection reset by peer", K(SSH), LASTING, DST, 1, EARLY },
    { VIR_ERR_SSH, ANY, ANY, 0, "[Hh]ost key", K(SSH_HOST_KEY), LASTING, DST, 0, EARLY },
    { VIR_ERR_SSH, ANY, ANY, 0, "[Aa]uthenticat|[Pp]assword|[Cc]redentials", K(AUTHENTICATION), LASTING, DST, 0, EARLY },
    { VIR_ERR_SSH, ANY, ANY, 0, "error: (.*)$", K(SSH), LASTING, DST, 1, EARLY },
    { VIR_ERR_SSH, ANY, ANY, 0, NULL, K(SSH), LASTING, DST, 0, EARLY },
    { VIR_ERR_LIBSSH, ANY, ANY, 0, "[Hh]ost key", K(SSH_HOST_KEY), LASTING, DST, 0, EARLY },
    { VIR_ERR_LIBSSH, ANY, ANY, 0, "[Aa]uthenticat|[Pp]assword|[Cc]redentials", K(AUTHENTICATION), LASTING, DST, 0, EARLY },
    { VIR_ERR_LIBSSH, ANY, ANY, 0, NULL, K(SSH), LASTING, DST, 0, EARLY },
    { VIR_ERR_ACCESS_DENIED, ANY, ANY, 0, "'([^']+)' denied access", K(ACL_DENIED), LASTING, DST, 1, LATE },
    { VIR_ERR_ACCESS_DENIED, ANY, ANY, 0, NULL, K(ACL_DENIED), LASTING, DST, 0, LATE },
    { VIR_ERR_OPERATION_DENIED, ANY, ANY, 0, NULL, K(ACCESS_DENIED), LASTING, SRC, 0, EARLY },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 13, 0, NULL, K(ACCESS_DENIED), LASTING, DST, 0, EARLY },

    /* Names, addresses and ports. */
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ANY, DATA, "Unable to resolve address " ADDRESS, K(DATA_CHANNEL), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ANY, DATA, "server at " ADDRESS, K(DATA_CHANNEL), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ANY, 0, "Unable to resolve address " ADDRESS, K(NAME_UNRESOLVED), LASTING, DST, 1, EARLY },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 110, 0, "server at " ADDRESS, K(CONNECT_TIMEOUT), PASSING, DST, 1, EARLY },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ANY, 0, "server at " ADDRESS, K(DESTINATION_REFUSED), PASSING, DST, 1, EARLY },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ANY, 0, "Failed to connect socket to " ADDRESS, K(DESTINATION_REFUSED), PASSING, DST, 1, EARLY },
    { VIR_ERR_UNKNOWN_HOST, ANY, ANY, 0, NULL, K(NAME_UNRESOLVED), LASTING, DST, 0, EARLY },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 110, 0, NULL, K(CONNECT_TIMEOUT), PASSING, DST, 0, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 111, 0, NULL, K(DESTINATION_REFUSED), PASSING, DST, 0, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 113, 0, NULL, K(DESTINATION_REFUSED), PASSING, DST, 0, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, 101, 0, NULL, K(DESTINATION_REFUSED), PASSING, DST, 0, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ANY, 0, NULL, K(DESTINATION_LOST), PASSING, DST, 0, LATE },
    { VIR_ERR_RPC, ANY, ANY, 0, "too (?:large|small)|[Uu]nexpected message|unknown procedure|Unknown procedure", K(VERSION_SKEW), LASTING, DST, 0, LATE },
    { VIR_ERR_RPC, ANY, ANY, 0, NULL, K(DESTINATION_LOST), PASSING, DST, 0, LATE },

    /* URIs and drivers. */
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_URI, ANY, 0, NULL, K(BAD_URI), LASTING, DST, 0, EARLY },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, ANY, 0, "unexpected \\w+ URI path '?([^',]+)", K(BAD_URI), LASTING, DST, 1, EARLY },
    { VIR_ERR_INVALID_ARG, VIR_FROM_REMOTE, ANY, 0, "transport in URL not recognised|Unknown remote mode", K(BAD_URI), LASTING, DST, 0, EARLY },
    { VIR_ERR_NO_CONNECT, ANY, ANY, 0, "for (\\S+)$", K(BAD_URI), LASTING, DST, 1, EARLY },
    { VIR_ERR_NO_CONNECT, ANY, ANY, 0, NULL, K(BAD_URI), LASTING, DST, 0, EARLY },
    { VIR_ERR_CONFIG_UNSUPPORTED, VIR_FROM_NONE, ANY, 0, "was built without the '([^']+)' driver", K(DRIVER_CANNOT_MIGRATE), LASTING, DST, 1, EARLY },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "does not support peer-to-peer", K(PEER_TO_PEER_UNSUPPORTED), LASTING, DST, 0, EARLY },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, ANY, TWO_HOSTS, "to the same host", K(SAME_HOST), LASTING, DST, 0, EARLY },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, ANY, 0, "to the same host", K(HOST_UUID_CLASH), LASTING, DST, 0, EARLY },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "to the same host", K(SAME_HOST), LASTING, DST, 0, EARLY },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, ANY, 0, "destination resolved to localhost", K(LOCALHOST_NAME), LASTING, DST, 0, LATE },
    { VIR_ERR_NO_SUPPORT, VIR_FROM_QEMU, ANY, 0, "swtpm", K(DEVICE_NOT_MIGRATABLE), LASTING, SRC, 0, EARLY },
    { VIR_ERR_NO_SUPPORT, ANY, ANY, 0, NULL, K(DRIVER_CANNOT_MIGRATE), LASTING, SRC, 0, EARLY },
    { VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_FROM_DOM, ANY, 0, NULL, K(DRIVER_CANNOT_MIGRATE), LASTING, SRC, 0, EARLY },
    { VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_FROM_DOMAIN, ANY, 0, "migration is not supported|not supported by the (source|destination)|cannot enforce", K(DRIVER_CANNOT_MIGRATE), LASTING, SRC, 0, EARLY },

    { VIR_ERR_INVALID_CONN, ANY, ANY, 0, NULL, K(INTERNAL), LASTING, DROVER_SIDE_NONE, 0, LATE },
    { VIR_ERR_INVALID_DOMAIN, ANY, ANY, 0, NULL, K(INTERNAL), LASTING, DROVER_SIDE_NONE, 0, LATE },
    { VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN, ANY, 0, "Invalid UUID", K(INTERNAL), LASTING, DROVER_SIDE_NONE, 0, EARLY },
    { VIR_WAR_NO_NETWORK, ANY, ANY, 0, NULL, K(DRIVER_NOT_RUNNING), LASTING, DST, 0, LATE },
    { VIR_WAR_NO_STORAGE, ANY, ANY, 0, NULL, K(DRIVER_NOT_RUNNING), LASTING, DST, 0, LATE },
    { VIR_WAR_NO_NODE, ANY, ANY, 0, NULL, K(DRIVER_NOT_RUNNING), LASTING, DST, 0, LATE },
    { VIR_WAR_NO_INTERFACE, ANY, ANY, 0, NULL, K(DRIVER_NOT_RUNNING), LASTING, DST, 0, LATE },
    { VIR_WAR_NO_NWFILTER, ANY, ANY, 0, NULL, K(DRIVER_NOT_RUNNING), LASTING, DST, 0, LATE },
    { VIR_WAR_NO_SECRET, ANY, ANY, 0, NULL, K(DRIVER_NOT_RUNNING), LASTING, DST, 0, LATE },

    /* The guest before the start. */
    { VIR_ERR_NO_DOMAIN, ANY, ANY, MOVING, NULL, K(DESTINATION_QEMU_DIED), PASSING, DST, 0, LATE },
    { VIR_ERR_NO_DOMAIN, ANY, ANY, 0, NULL, K(GUEST_NOT_FOUND), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "domain is not running", K(GUEST_NOT_RUNNING), LASTING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "is already (active|being started)", K(UUID_IN_USE), LASTING, DST, 0, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "another migration job is already running", K(GUEST_BUSY), PASSING, SRC, 0, OTHERS },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "active block job", K(BLOCK_JOB_ACTIVE), PASSING, SRC, 0, EARLY },
    { VIR_ERR_BLOCK_COPY_ACTIVE, ANY, ANY, 0, NULL, K(BLOCK_JOB_ACTIVE), PASSING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "with (\\d+) snapshots", K(HAS_SNAPSHOTS), LASTING, SRC, 1, EARLY },
    { VIR_ERR_INVALID_DOMAIN_SNAPSHOT, ANY, ANY, 0, NULL, K(HAS_SNAPSHOTS), LASTING, SRC, 0, LATE },
    { VIR_ERR_INVALID_DOMAIN_CHECKPOINT, ANY, ANY, 0, NULL, K(HAS_SNAPSHOTS), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_NONE, ANY, 0, "max_queued limit", K(HOST_LIMIT), PASSING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_TIMEOUT, ANY, ANY, 0, "cannot acquire state change lock", K(STATE_LOCK), PASSING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_NONE, ANY, 0, "cannot acquire state change lock", K(STATE_LOCK), PASSING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_TIMEOUT, ANY, ANY, 0, NULL, K(STATE_LOCK), PASSING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "domain with I/O error", K(IO_ERROR), LASTING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "marked for auto destroy", K(AUTODESTROY), LASTING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "domain has ('invtsc' CPU feature but .*|.*dimm info lacks.*)|(dimm info lacks.*)", K(GUEST_CONFIG), LASTING, SRC, 1, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "offline migration (?:must be specified with|cannot handle)|tunnelled offline", K(FLAGS_EXCLUSIVE), LASTING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "zero-copy is only available", K(ZEROCOPY_NEEDS_STREAMS), LASTING, SRC, 0, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "no memory hard limit", K(RDMA_NEEDS_LIMIT), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "cannot migrate domain: (.*)", K(DEVICE_NOT_MIGRATABLE), LASTING, SRC, 1, EARLY },
    { VIR_ERR_OPERATION_INVALID, ANY, ANY, 0, "(?:migration with |: )?(legacy shmem device|virtiofs device|transient disk|shmem|vDPA devices|slirp-helper|dbus-vmstate)", K(DEVICE_NOT_MIGRATABLE), LASTING, SRC, 1, EARLY },
    { VIR_ERR_OPERATION_UNSUPPORTED, VIR_FROM_QEMU, ANY, 0, "migrate a domain with <(\\w+)", K(DEVICE_NOT_MIGRATABLE), LASTING, SRC, 1, EARLY },

    /* Storage. */
    { VIR_ERR_MIGRATE_UNSAFE, ANY, ANY, 0, NULL, K(DISK_NOT_SHARED), LASTING, SRC, 0, EARLY },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_STORAGE, 2, 0, "storage file " ADDRESS, K(DISK_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_STORAGE, 13, 0, "storage file " ADDRESS, K(DISK_ACCESS), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_STORAGE, 28, 0, NULL, K(NO_SPACE), LASTING, DST, 0, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_STORAGE, ANY, 0, "storage file " ADDRESS, K(DISK_ACCESS), LASTING, DST, 1, LATE },
    { VIR_ERR_NO_STORAGE_POOL, ANY, ANY, 0, "target path '([^']+)'", K(STORAGE_POOL_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_NO_STORAGE_POOL, ANY, ANY, 0, NULL, K(STORAGE_POOL_MISSING), LASTING, DST, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "migration of disk (\\w+) failed.*different sizes", K(DISK_SIZE), LASTING, DST, 1, LATE },
    { ANY, ANY, ANY, 0, "No space left", K(NO_SPACE), LASTING, DST, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "migration of disk (\\w+) failed", K(DISK_COPY), PASSING, DST, 1, LATE },
    { VIR_ERR_OPERATION_UNSUPPORTED, VIR_FROM_QEMU, ANY, 0, "pre-creation of storage|empty or read-only disk", K(DISK_PRECREATE), LASTING, DST, 0, LATE },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, ANY, 0, "cannot precreate storage", K(DISK_PRECREATE), LASTING, DST, 0, LATE },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU, ANY, 0, "nbd-server-add|block-export-add", K(DISK_COPY), LASTING, DST, 0, LATE },
    { VIR_ERR_NO_STORAGE_VOL, ANY, ANY, 0, NULL, K(DISK_PRECREATE), LASTING, DST, 0, LATE },
    { VIR_ERR_STORAGE_VOL_EXIST, ANY, ANY, 0, NULL, K(DISK_PRECREATE), LASTING, DST, 0, LATE },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_STORAGE, ANY, 0, NULL, K(DISK_PRECREATE), LASTING, DST, 0, LATE },
    { VIR_ERR_STORAGE_PROBE_FAILED, ANY, ANY, 0, NULL, K(STORAGE_POOL_MISSING), LASTING, DST, 0, LATE },

    /* What else the destination lacks. */
    { ANY, VIR_FROM_CPU, ANY, 0, "features?: (.*)$", K(CPU_INCOMPATIBLE), LASTING, DST, 1, LATE },
    { VIR_ERR_CPU_INCOMPATIBLE, ANY, ANY, 0, NULL, K(CPU_INCOMPATIBLE), LASTING, DST, 0, LATE },
    { ANY, VIR_FROM_CPU, ANY, 0, "guest CPU doesn't match", K(CPU_INCOMPATIBLE), LASTING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, "guest CPU doesn't match specification: (.*)$", K(CPU_INCOMPATIBLE), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_QEMU, 2, 0, "QEMU binary '?([^':]+)", K(MACHINE_TYPE_MISSING), LASTING, DST, 1, LATE },
    { ANY, ANY, ANY, 0, "Emulator '[^']+' does not support (.*)$", K(MACHINE_TYPE_MISSING), LASTING, DST, 1, LATE },
    { ANY, ANY, ANY, 0, "unsupported machine type '?([^' ]+)", K(MACHINE_TYPE_MISSING), LASTING, DST, 1, LATE },
    { ANY, ANY, ANY, 0, "Domain requires (KVM)", K(MACHINE_TYPE_MISSING), LASTING, DST, 1, LATE },
    { ANY, ANY, ANY, 0, "could not find capabilities for (.*)$", K(MACHINE_TYPE_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_NO_NETWORK, ANY, ANY, 0, "matching name '([^']+)'", K(NETWORK_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_OPERATION_INVALID, VIR_FROM_NETWORK, ANY, 0, "network '([^']+)' is not active", K(NETWORK_INACTIVE), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_NONE, 19, 0, "interface MTU on '([^']+)'", K(BRIDGE_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_NONE, ANY, 0, "(?:interface|bridge) \\w* ?(?:on |to )?'([^']+)'.*No such device", K(BRIDGE_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_NO_INTERFACE, ANY, ANY, 0, "'([^']+)'", K(BRIDGE_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_SYSTEM_ERROR, VIR_FROM_NONE, 19, 0, NULL, K(BRIDGE_MISSING), LASTING, DST, 0, LATE },
    { VIR_ERR_NO_NWFILTER, ANY, ANY, 0, "'([^']+)'", K(NWFILTER_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_NO_NWFILTER, ANY, ANY, 0, NULL, K(NWFILTER_MISSING), LASTING, DST, 0, LATE },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_NWFILTER, ANY, 0, "'([^']+)'", K(NWFILTER_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_NWFILTER, ANY, 0, NULL, K(NWFILTER_MISSING), LASTING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, "Port profile Associate failed", K(PORT_PROFILE), LASTING, DST, 0, LATE },
    { VIR_ERR_NO_NODE_DEVICE, ANY, ANY, 0, "'([^']+)'", K(DEVICE_NOT_MIGRATABLE), LASTING, DST, 1, LATE },
    { VIR_ERR_DEVICE_MISSING, ANY, ANY, 0, NULL, K(DEVICE_NOT_MIGRATABLE), LASTING, DST, 0, LATE },
    { ANY, VIR_FROM_CGROUP, ANY, 0, "(cgroup)", K(HOST_SETUP), LASTING, DST, 1, LATE },
    { ANY, VIR_FROM_CGROUP, ANY, 0, NULL, K(HOST_SETUP), LASTING, DST, 0, LATE },
    { ANY, VIR_FROM_SYSTEMD, ANY, 0, NULL, K(HOST_SETUP), LASTING, DST, 0, LATE },
    { VIR_ERR_DBUS_SERVICE, ANY, ANY, 0, NULL, K(HOST_SETUP), LASTING, DST, 0, LATE },
    { VIR_ERR_BUILD_FIREWALL, ANY, ANY, 0, NULL, K(HOST_SETUP), LASTING, DST, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, 0, "already exists with uuid", K(NAME_IN_USE), LASTING, DST, 0, EARLY },
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, 0, "is already defined with uuid", K(UUID_IN_USE), LASTING, DST, 0, EARLY },
    { VIR_ERR_DOM_EXIST, ANY, ANY, 0, NULL, K(NAME_IN_USE), LASTING, DST, 0, EARLY },
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, 0, "already being removed", K(NAME_IN_USE), PASSING, DST, 0, EARLY },
    { VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, ANY, 0, "Unable to find an unused port", K(PORTS_USED_UP), PASSING, DST, 0, LATE },
    { LOG_TAIL, 0, "'migrate-incoming': Failed to (?:find an available port|bind socket)", K(PORT_IN_USE), LASTING, DST, 0, LATE },
    { LOG_TAIL, 0, "'migrate-incoming'.*(?:Address already in use|Cannot assign requested address)", K(PORT_IN_USE), LASTING, DST, 0, LATE },
    { VIR_ERR_INVALID_SECRET, ANY, ANY, 0, NULL, K(SECRET_MISSING), LASTING, DST, 0, LATE },
    { VIR_ERR_NO_SECRET, ANY, ANY, 0, "'([^']+)'", K(SECRET_MISSING), LASTING, DST, 1, LATE },
    { VIR_ERR_NO_SECRET, ANY, ANY, 0, NULL, K(SECRET_MISSING), LASTING, DST, 0, LATE },
    { VIR_ERR_NO_SECURITY_MODEL, ANY, ANY, 0, NULL, K(SECURITY_LABEL), LASTING, DST, 0, LATE },
    { ANY, VIR_FROM_SECURITY, ANY, 0, NULL, K(SECURITY_LABEL), LASTING, DST, 0, LATE },
    { VIR_ERR_HOOK_SCRIPT_FAILED, ANY, ANY, 0, NULL, K(HOOK_REFUSED), LASTING, DST, 0, LATE },
    { VIR_ERR_RESOURCE_BUSY, ANY, ANY, 0, NULL, K(LOCK_HELD), LASTING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, "Failed to get (?:shared )?\"write\" lock", K(DISK_LOCKED), LASTING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, "hugetlbfs filesystem is not mounted|unable to map backing store for guest RAM", K(HUGEPAGES_MISSING), LASTING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, "[Cc]annot allocate memory|cannot set up guest memory|Unable to allocate|os_mem_prealloc|Insufficient free host memory", K(MEMORY_SHORT), PASSING, DST, 0, LATE },
    { VIR_ERR_NO_MEMORY, ANY, ANY, 0, NULL, K(MEMORY_SHORT), PASSING, DST, 0, LATE },
    { VIR_ERR_SYSTEM_ERROR, ANY, 12, 0, NULL, K(MEMORY_SHORT), PASSING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, "lock driver .* different from", K(LOCK_DRIVER_MISMATCH), LASTING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, "migration cookie feature '?([^'\\s]+)", K(VERSION_SKEW), LASTING, DST, 1, LATE },
    { ANY, ANY, ANY, 0, "cookie data had unexpected|protocol going backwards|did not set uri", K(VERSION_SKEW), LASTING, DST, 0, LATE },
    { ANY, VIR_FROM_DOMAIN, ANY, 0, "does not match source", K(XML_MISMATCH), LASTING, DST, 0, EARLY },
    { VIR_ERR_CONFIG_UNSUPPORTED, ANY, ANY, 0, "Target .* does not match source", K(XML_MISMATCH), LASTING, DST, 0, EARLY },
    { VIR_ERR_XML_DETAIL, ANY, ANY, 0, NULL, K(XML_MISMATCH), LASTING, DST, 0, EARLY },
    { VIR_ERR_XML_ERROR, ANY, ANY, 0, NULL, K(XML_MISMATCH), LASTING, DST, 0, LATE },

    /* How it was asked for. */
    { VIR_ERR_INVALID_ARG, VIR_FROM_QEMU, ANY, 0, "[Uu]nsupported compression method '([^']+)'", K(COMPRESSION_UNKNOWN), LASTING, SRC, 1, EARLY },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "Flags (.*) are mutually exclusive", K(FLAGS_EXCLUSIVE), LASTING, SRC, 1, EARLY },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "mutually exclusive|is required by flag|cannot perform tunnelled migration without|use virDomainMigrateToURI3 for|Both port and URI requested|listen-address is forbidden", K(FLAGS_EXCLUSIVE), LASTING, SRC, 0, EARLY },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "invalid type '[^']*' for parameter '([^']+)'", K(OPTION_TYPE), LASTING, SRC, 1, EARLY },
    { VIR_ERR_ARGUMENT_UNSUPPORTED, ANY, ANY, 0, "capable of (IPv6)", K(OPTION_UNSUPPORTED), LASTING, DST, 1, LATE },
    { VIR_ERR_OPERATION_UNSUPPORTED, VIR_FROM_QEMU, ANY, 0, "(RDMA)", K(OPTION_UNSUPPORTED), LASTING, SRC, 1, LATE },
    { VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_FROM_QEMU, ANY, 0, "unsupported scheme '?([^' ]+)|unknown migration protocol", K(MIGRATION_URI), LASTING, SRC, 1, LATE },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "(NBD URI) must be supplied", K(OPTION_INVALID), LASTING, SRC, 1, LATE },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "missing (?:scheme|host) in migration URI|migration URI", K(MIGRATION_URI), LASTING, SRC, 0, LATE },
    { VIR_ERR_ARGUMENT_UNSUPPORTED, ANY, ANY, 0, "(?:option|parameter) '([^']+)'(?: is)? not supported", K(OPTION_UNSUPPORTED), LASTING, SRC, 1, LATE },
    { VIR_ERR_ARGUMENT_UNSUPPORTED, ANY, ANY, 0, "not supported with|not supported by tunnelled|requires (?:post-copy|change)", K(FLAGS_EXCLUSIVE), LASTING, SRC, 0, EARLY },
    { VIR_ERR_ARGUMENT_UNSUPPORTED, ANY, ANY, 0, NULL, K(OPTION_UNSUPPORTED), LASTING, SRC, 0, LATE },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "unsupported flags", K(OPTION_UNSUPPORTED), LASTING, SRC, 0, EARLY },
    { VIR_ERR_OVERFLOW, ANY, ANY, 0, "^(?:[^:]*: )?([\\w' .-]+?) must be less than", K(OPTION_INVALID), LASTING, SRC, 1, EARLY },
    { VIR_ERR_OVERFLOW, ANY, ANY, 0, NULL, K(OPTION_INVALID), LASTING, SRC, 0, EARLY },
    { LOG_TAIL, 0, "'migrate-set-parameters': Parameter '([^']+)'", K(OPTION_INVALID), LASTING, SRC, 1, LATE },
    { LOG_TAIL, 0, "'migrate-set-(?:parameters|capabilities)'", K(OPTION_INVALID), LASTING, SRC, 0, LATE },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "disk target (\\S+) not found", K(OPTION_INVALID), LASTING, SRC, 1, EARLY },
    { VIR_ERR_INVALID_ARG, ANY, ANY, 0, "(?:Turn |parameter '?)([^']*)(?:'| on to tune it)", K(OPTION_INVALID), LASTING, SRC, 1, EARLY },
    { VIR_ERR_INVALID_ARG, VIR_FROM_QEMU, ANY, 0, NULL, K(OPTION_INVALID), LASTING, SRC, 0, LATE },
    { VIR_ERR_INVALID_ARG, VIR_FROM_NONE, ANY, 0, NULL, K(OPTION_INVALID), LASTING, SRC, 0, EARLY },

    /* While it moved. */
    { VIR_ERR_OPERATION_ABORTED, ANY, ANY, 0, NULL, K(CANCELLED_ELSEWHERE), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "due to I/O error", K(IO_ERROR), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "Bad file descriptor|Broken pipe|Connection reset", K(DESTINATION_QEMU_DIED), PASSING, DST, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "Unable to (?:write|read)|[Cc]hannel error|timed out|No route|unreachable|Input/output error", K(STREAM_BROKEN), PASSING, DST, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, ANY, ANY, 0, "domain (?:'[^']*' )?is no(?:t|) ?(?:longer )?running", K(SOURCE_QEMU_DIED), LASTING, SRC, 0, LATE },
    { VIR_ERR_OPERATION_FAILED, VIR_FROM_QEMU, ANY, 0, "unexpectedly failed|is not active", K(STREAM_BROKEN), PASSING, DST, 0, LATE },

    /* QEMU at the destination ended; its log's tail says more. */
    { LOG_TAIL, 0, "Machine type received is '?([\\w.-]+)", K(MACHINE_TYPE_MISSING), LASTING, DST, 1, LATE },
    { LOG_TAIL, 0, "closed the monitor.*error while loading state for instance \\S+ of device '([^']+)'", K(VERSION_SKEW), LASTING, DST, 1, LATE },
    { LOG_TAIL, 0, "closed the monitor.*(?:Unknown savevm section(?: or instance)? '([^']+)'|Unknown savevm section)", K(VERSION_SKEW), LASTING, DST, 1, LATE },
    { LOG_TAIL, 0, "closed the monitor.*Length mismatch: ([^:]+)", K(VERSION_SKEW), LASTING, DST, 1, LATE },
    { LOG_TAIL, 0, "closed the monitor.*(tpm-emulator)", K(VERSION_SKEW), LASTING, DST, 1, LATE },
    { LOG_TAIL, 0, "closed the monitor.*missing feature", K(CPU_INCOMPATIBLE), LASTING, DST, 0, LATE },
    { LOG_TAIL, 0, "closed the monitor.*load of migration failed: Input/output error", K(STREAM_BROKEN), PASSING, DST, 0, LATE },
    { LOG_TAIL, 0, "closed the monitor.*load of migration failed", K(VERSION_SKEW), LASTING, DST, 0, LATE },
    { LOG_TAIL, MOVING, "closed the monitor", K(DESTINATION_QEMU_DIED), PASSING, DST, 0, LATE },
    { LOG_TAIL, 0, "closed the monitor|process exited while connecting", K(DESTINATION_START), LASTING, DST, 0, LATE },
    { LOG_TAIL, 0, "guest unexpectedly quit|resume operation failed", K(DESTINATION_QEMU_DIED), PASSING, DST, 0, LATE },

    /* All the rest. */
    { ANY, VIR_FROM_QEMU, ANY, 0, "QEMU command", K(QEMU), LASTING, DST, 0, LATE },
    { ANY, ANY, ANY, 0, NULL, K(LIBVIRT), LASTING, DROVER_SIDE_NONE, 0, LATE },
};
/* clang-format on */

/* --- the context as conditions --------------------------------------------------------------- */

/* The port that the text names: "…'HOST:PORT'", or "… service 'PORT'"; 0: none. */
static guint
named_port(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new(":(\\d+)'|service '(\\d+)'", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *port = NULL;

    if (!g_regex_match(regex, text, 0, &match)) {
        return 0;
    }
    port = g_match_info_fetch(match, 1);
    if (!port || !*port) {
        g_free(port);
        port = g_match_info_fetch(match, 2);
    }
    return (guint) g_ascii_strtoull(port, NULL, 10);
}

static guint
conditions(const DroverErrorContext *context)
{
    static const guint stops[] = {
        [DROVER_WHY_SHUTDOWN] = SHUTDOWN,
        [DROVER_WHY_DESTROYED] = DESTROYED,
        [DROVER_WHY_CRASHED] = CRASHED,
    };
    guint port = named_port(context->error->message);
    guint met = stops[context->source_stop];

    if (context->step == DROVER_CALL_OPENING) {
        met |= OPENING;
    } else {
        met |= context->source_alive ? ALIVE : DEAD;
    }
    if (port && context->peer_port && port != context->peer_port) {
        met |= DATA;
    }
    if (context->phase == DROVER_PHASE_POSTCOPY || context->phase == DROVER_PHASE_POSTCOPY_BROKEN) {
        met |= POSTCOPY;
    }
    if (context->two_hosts) {
        met |= TWO_HOSTS;
    }
    if (context->phase > DROVER_PHASE_CONNECTING) {
        met |= MOVING;
    }
    return met;
}

/* --- the table ------------------------------------------------------------------------------- */

/* @element: (out) (transfer full) */
static gboolean
text_fits(const Row *row, const char *text, char **element)
{
    g_autoptr(GRegex) regex = NULL;
    g_autoptr(GMatchInfo) match = NULL;

    if (!row->text) {
        return TRUE;
    }
    regex = g_regex_new(row->text, 0, 0, NULL);
    if (!g_regex_match(regex, text, 0, &match)) {
        return FALSE;
    }
    if (row->element) {
        *element = g_match_info_fetch(match, (gint) row->element);
        if (*element && !**element) {
            g_clear_pointer(element, g_free);
        }
    }
    return TRUE;
}

static gboolean
row_fits(const Row *row, const DroverVirError *error, guint met, char **element)
{
    return (row->code == ANY || row->code == error->code) &&
           (row->domain == ANY || row->domain == error->domain) &&
           (row->int1 == ANY || row->int1 == error->int1) && (row->when & met) == row->when &&
           text_fits(row, error->message, element);
}

static const Row *
find_row(const DroverErrorContext *context, guint met, char **element)
{
    const Row *row = rows;

    while (!row_fits(row, context->error, met, element)) {
        row++;
    }
    return row;
}

guint
drover_classify_row(const DroverErrorContext *context)
{
    g_autofree char *element = NULL;

    return (guint) (find_row(context, conditions(context), &element) - rows);
}

char *
drover_classify_row_text(guint index)
{
    const Row *row = index < G_N_ELEMENTS(rows) ? &rows[index] : NULL;

    return row ? g_strdup_printf("%s: code %d, domain %d, int1 %d, conditions %u, text \"%s\"",
                                 drover_failure_kind_name(row->kind), row->code, row->domain,
                                 row->int1, row->when, row->text ? row->text : "")
               : NULL;
}

DroverFailure *
drover_classify(const DroverErrorContext *context, gboolean *untouched)
{
    const DroverVirError *error = context->error;
    guint met = conditions(context);
    char *element = NULL;
    const Row *row = find_row(context, met, &element);
    DroverFailure *failure = drover_failure_new(row->kind);

    failure->transient = row->transient;
    failure->phase = context->phase;
    failure->where = (met & OPENING) && context->side ? context->side : row->where;
    failure->element = element;
    failure->text = g_strdup(error->message);
    failure->code = error->code;
    failure->domain = error->domain;
    failure->int1 = error->int1;
    if (untouched) {
        *untouched = !(met & DEAD) &&
                     (row->said == WHEN_OTHERS ||
                      (row->said == WHEN_EARLY && context->phase <= DROVER_PHASE_CONNECTING));
    }
    return failure;
}

/* --- URIs ------------------------------------------------------------------------------------ */

guint
drover_uri_port(const char *text)
{
    static const struct {
        const char *scheme;
        guint port;
    } transports[] = {
        {"qemu", 16514}, /* with a server: TLS */
        {"qemu+tls", 16514},
        {"qemu+tcp", 16509},
    };
    g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
    const char *server = uri ? g_uri_get_host(uri) : NULL;

    if (!server || !*server) {
        return 0;
    }
    for (guint i = 0; i < G_N_ELEMENTS(transports); i++) {
        if (g_str_equal(g_uri_get_scheme(uri), transports[i].scheme)) {
            return g_uri_get_port(uri) > 0 ? (guint) g_uri_get_port(uri) : transports[i].port;
        }
    }
    return 0;
}
