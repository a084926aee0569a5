/*
 * What went wrong with a move, in drover's own terms.
 *
 * Purpose:   the one form in which backends report failures; orchestrator/msvm-error.c turns a kind
 *            into return code, MessageID, cause and advice.
 * Ownership: a failure owns its strings.
 * Thread:    plain data, handed over as a whole.
 * Source:    the failure tables of libvirt 9.0 and what was seen in the lab.
 */
#pragma once

#include <glib.h>

/* Stored and part of MessageIDs: numbers are never reused. */
typedef enum {
    DROVER_FAILURE_NONE = 0,
    /* reaching the hosts */
    DROVER_FAILURE_HOST_UNREACHABLE = 1, /* drover itself does not reach a host */
    DROVER_FAILURE_DESTINATION_REFUSED =
        2,                              /* the source is refused by the destination (or no route) */
    DROVER_FAILURE_NAME_UNRESOLVED = 3, /* element: the name */
    DROVER_FAILURE_CONNECT_TIMEOUT = 4,
    DROVER_FAILURE_AUTHENTICATION = 5,
    DROVER_FAILURE_TLS_CREDENTIALS = 6,
    DROVER_FAILURE_ACCESS_DENIED = 7,
    DROVER_FAILURE_BAD_URI = 8, /* element: the URI */
    DROVER_FAILURE_PEER_TO_PEER_UNSUPPORTED = 9,
    DROVER_FAILURE_SAME_HOST = 10,
    DROVER_FAILURE_HOST_UUID_CLASH = 11, /* two hosts with one host_uuid */
    DROVER_FAILURE_DRIVER_CANNOT_MIGRATE = 12,
    DROVER_FAILURE_LOCALHOST_NAME = 13, /* the destination's own name leads to itself */
    DROVER_FAILURE_SSH_HOST_KEY = 14,
    DROVER_FAILURE_SSH = 15,                /* element: what ssh said */
    DROVER_FAILURE_HOST_LIMIT = 16,         /* libvirtd (or sshd) takes no more calls just now */
    DROVER_FAILURE_ACL_DENIED = 17,         /* libvirt's fine-grained access control */
    DROVER_FAILURE_DRIVER_NOT_RUNNING = 18, /* a part of libvirt: network, storage, secrets … */
    /* the guest before the start */
    DROVER_FAILURE_GUEST_NOT_FOUND = 20,
    DROVER_FAILURE_GUEST_NOT_RUNNING = 21,
    DROVER_FAILURE_GUEST_BUSY = 22, /* another migration or job runs on it */
    DROVER_FAILURE_BLOCK_JOB_ACTIVE = 23,
    DROVER_FAILURE_HAS_SNAPSHOTS = 24,
    DROVER_FAILURE_STATE_LOCK = 25,            /* libvirt's state change lock is held */
    DROVER_FAILURE_DEVICE_NOT_MIGRATABLE = 26, /* element: the device, or QEMU's list */
    DROVER_FAILURE_AUTODESTROY = 27,           /* it ends with the client that started it */
    DROVER_FAILURE_GUEST_CONFIG = 28,          /* element: what its definition lacks */
    /* what the destination lacks */
    DROVER_FAILURE_CPU_INCOMPATIBLE = 30,     /* element: the features */
    DROVER_FAILURE_MACHINE_TYPE_MISSING = 31, /* element: machine type or emulator */
    DROVER_FAILURE_MEMORY_SHORT = 32,
    DROVER_FAILURE_DISK_NOT_SHARED = 33, /* element: the disk or its path */
    DROVER_FAILURE_DISK_MISSING = 34,
    DROVER_FAILURE_DISK_ACCESS = 35,
    DROVER_FAILURE_DISK_SIZE = 36,
    DROVER_FAILURE_STORAGE_POOL_MISSING = 37,
    DROVER_FAILURE_NO_SPACE = 38,
    DROVER_FAILURE_DISK_COPY = 39,
    DROVER_FAILURE_NETWORK_MISSING = 40,
    DROVER_FAILURE_NETWORK_INACTIVE = 41,
    DROVER_FAILURE_BRIDGE_MISSING = 42,
    DROVER_FAILURE_NAME_IN_USE = 43,
    DROVER_FAILURE_UUID_IN_USE = 44,
    DROVER_FAILURE_PORTS_USED_UP = 45,
    DROVER_FAILURE_SECRET_MISSING = 46,
    DROVER_FAILURE_SECURITY_LABEL = 47,
    DROVER_FAILURE_LOCK_HELD = 48, /* a disk image or lease is locked */
    DROVER_FAILURE_HOOK_REFUSED = 49,
    DROVER_FAILURE_DESTINATION_START = 50, /* QEMU did not start there; text has its log */
    DROVER_FAILURE_XML_MISMATCH = 51,
    DROVER_FAILURE_NWFILTER_MISSING = 52, /* element: the filter */
    DROVER_FAILURE_HUGEPAGES_MISSING = 53,
    DROVER_FAILURE_VERSION_SKEW = 54, /* element: the device or feature, if it was named */
    DROVER_FAILURE_LOCK_DRIVER_MISMATCH = 55,
    DROVER_FAILURE_DISK_LOCKED = 56,  /* QEMU's lock on an image */
    DROVER_FAILURE_PORT_PROFILE = 57, /* of a switch (802.1Qbg/Qbh) */
    DROVER_FAILURE_HOST_SETUP = 58,   /* machined, cgroups or firewall; element: which */
    DROVER_FAILURE_DISK_PRECREATE = 59,
    /* how the move was asked for */
    DROVER_FAILURE_PORT_IN_USE = 60, /* the very port that was asked for */
    DROVER_FAILURE_MIGRATION_URI = 61,
    DROVER_FAILURE_DATA_CHANNEL = 62,       /* control works, the memory's address does not */
    DROVER_FAILURE_FLAGS_EXCLUSIVE = 63,    /* element: the flags */
    DROVER_FAILURE_OPTION_UNSUPPORTED = 64, /* element: the option */
    DROVER_FAILURE_OPTION_INVALID = 65,
    DROVER_FAILURE_COMPRESSION_UNKNOWN = 66,
    DROVER_FAILURE_ZEROCOPY_NEEDS_STREAMS = 67,
    DROVER_FAILURE_RDMA_NEEDS_LIMIT = 68,
    DROVER_FAILURE_TLS_REQUIRED = 69,
    DROVER_FAILURE_NOTHING_TO_RESUME = 70,
    DROVER_FAILURE_OPTION_TYPE = 71, /* element: the option */
    /* while it moved */
    DROVER_FAILURE_GUEST_STOPPED = 80, /* shut down from within */
    DROVER_FAILURE_GUEST_DESTROYED = 81,
    DROVER_FAILURE_SOURCE_QEMU_DIED = 82,
    DROVER_FAILURE_DESTINATION_QEMU_DIED = 83,
    DROVER_FAILURE_SOURCE_LOST = 84,      /* source libvirtd or its link */
    DROVER_FAILURE_DESTINATION_LOST = 85, /* destination libvirtd or the link between the hosts */
    DROVER_FAILURE_STREAM_BROKEN = 86,    /* the memory's connection broke */
    DROVER_FAILURE_POSTCOPY_BROKEN = 87,
    DROVER_FAILURE_NO_PROGRESS = 88,
    /* 89 was never given out: it is kept for a deadline. */
    DROVER_FAILURE_IO_ERROR = 90,
    DROVER_FAILURE_KEEPALIVE = 91,            /* a libvirtd that stays connected, but silent */
    DROVER_FAILURE_ENDED_AT_DESTINATION = 92, /* it arrived, and ran there no more */
    DROVER_FAILURE_RAN_TWICE = 93, /* warning: for seconds; the source's copy was destroyed */
    /* ends */
    DROVER_FAILURE_CANCELLED = 100, /* by a client of drover */
    DROVER_FAILURE_KILLED = 101,    /* by a client of drover, without waiting for clean-up */
    DROVER_FAILURE_CANCELLED_ELSEWHERE = 102, /* virsh domjobabort and the like */
    DROVER_FAILURE_OUTCOME_UNKNOWN = 103,
    DROVER_FAILURE_RUNS_TWICE = 104,
    DROVER_FAILURE_GUEST_LOST = 105,
    DROVER_FAILURE_LEFTOVER = 106, /* warning: something stayed behind; element: what */
    /* the rest */
    DROVER_FAILURE_QEMU = 120,     /* QEMU's own error, none of the above */
    DROVER_FAILURE_LIBVIRT = 121,  /* libvirt's own error, none of the above */
    DROVER_FAILURE_INTERNAL = 122, /* drover's own */
    /* requests that are refused before anything is touched */
    DROVER_FAILURE_REQUEST_GUEST = 130,      /* no such guest; element: as it was named */
    DROVER_FAILURE_REQUEST_HOST = 131,       /* no such host; element: as it was named */
    DROVER_FAILURE_REQUEST_JOB_ACTIVE = 132, /* the guest has a job; element: its id and stage */
    DROVER_FAILURE_REQUEST_OPTION = 133, /* an option that drover does not offer; element: which */
    DROVER_FAILURE_REQUEST_VALUE = 134,  /* a value that cannot be used; element: which */
} DroverFailureKind;

/* Part of what is stored. */
typedef enum {
    DROVER_PHASE_NONE = 0,
    DROVER_PHASE_CONNECTING = 1, /* checks, connections, the destination prepares */
    DROVER_PHASE_STORAGE = 2,    /* disks are copied */
    DROVER_PHASE_PRECOPY = 3,    /* memory is copied while the guest runs on the source */
    DROVER_PHASE_SWITCHOVER = 4, /* the guest stands still */
    DROVER_PHASE_POSTCOPY = 5,   /* the guest runs at the destination, memory follows */
    DROVER_PHASE_POSTCOPY_BROKEN = 6,
    DROVER_PHASE_FINISHING = 7, /* all data is there, the hosts agree on the end */
    DROVER_PHASE_UNKNOWN = 8,   /* contact lost, the outcome is not known */
    DROVER_PHASE_ENDED = 9,
} DroverPhase;
const char *drover_phase_name(DroverPhase phase); /* "pre-copy", … */

typedef enum { DROVER_SIDE_NONE, DROVER_SIDE_SOURCE, DROVER_SIDE_DESTINATION } DroverSide;

typedef struct {
    DroverFailureKind kind;
    gboolean transient; /* may work when tried again, with nothing changed by people */
    DroverPhase phase;
    DroverSide where;
    char *guest; /* names; NULL when unknown */
    char *source;
    char *destination;
    char *element; /* disk, network, address, option …: what @kind speaks of, or NULL */
    char *text;    /* the hypervisor's own words, or NULL */
    int code;      /* virErrorNumber, 0: not from libvirt */
    int domain;    /* virErrorDomain */
    int int1;      /* an errno with code 38, else -1 or 0 */
} DroverFailure;

DroverFailure *drover_failure_new(DroverFailureKind kind);
DroverFailure *drover_failure_copy(const DroverFailure *failure);
void drover_failure_free(DroverFailure *failure);
/* "cpu-incompatible", …: stable names for logs, JSON and the store; NULL for unknown numbers. */
const char *drover_failure_kind_name(DroverFailureKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverFailure, drover_failure_free)
