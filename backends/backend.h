/*
 * The contract of a backend: it knows hosts and guests, and moves a guest from one host to another.
 * It knows nothing of jobs, queues or CIM.
 *
 * Purpose:   libvirt/ fills it for real hosts, simulated/ for hosts made of numbers on a test
 * clock. Thread:    all calls come from the main loop and return at once; all callbacks come on it,
 * and never from within the call that started things. Ownership: said at each call. Errors: GError
 * of DROVER_BACKEND_ERROR for what the caller did wrong; what goes wrong with a move is a
 * DroverFailure.
 */
#pragma once

#include "backends/clock.h"
#include "backends/failure.h"
#include "backends/inventory.h"

#define DROVER_BACKEND_ERROR (drover_backend_error_quark())
GQuark drover_backend_error_quark(void);
typedef enum {
    DROVER_BACKEND_ERROR_NOT_FOUND, /* no such host or guest */
    DROVER_BACKEND_ERROR_INVALID,   /* a configuration or specification that cannot be used */
} DroverBackendError;

typedef struct _DroverBackend DroverBackend;
typedef struct _DroverTransfer DroverTransfer;

/* How to move. A zeroed one means: live, pre-copy, memory only, uncapped, the definition goes
 * along. */
typedef struct {
    guint64 bandwidth_mib_s; /* 0: no cap */
    guint max_downtime_ms;   /* 0: the hypervisor's default */
    gboolean auto_converge;
    gboolean post_copy; /* may be switched to post-copy */
    gboolean compress;
    gboolean tls;          /* encrypt the memory's stream */
    gboolean copy_storage; /* disks go along (not shared) */
    gboolean allow_unsafe; /* skip libvirt's shared storage check */
    guint streams;         /* 0 or 1: one */
    gboolean zero_copy;
    const char
        *destination_address;  /* where the memory goes: "10.1.2.3"; NULL: the host's own choice */
    const char *migration_uri; /* the whole of it, for tests and experts; wins over the address */
} DroverTransferOptions;

typedef struct {
    const char *guest_uuid;
    const char *source; /* host names, as configured */
    const char *destination;
    DroverTransferOptions options;
    gboolean cancelled; /* adopt only: a cancel had been asked for before */
} DroverTransferSpec;

#define DROVER_UNKNOWN_BYTES G_MAXUINT64

/* As of the last sample.  Unknown: 0 for rates, -1 for times, DROVER_UNKNOWN_BYTES for byte counts.
 */
typedef struct {
    DroverPhase phase;
    guint iteration; /* 1: first pass; 0: not begun */
    guint64 memory_total_bytes;
    guint64 memory_done_bytes; /* sent, may exceed the total */
    guint64 memory_remaining_bytes;
    guint64 disk_total_bytes;
    guint64 disk_done_bytes;
    guint64 disk_remaining_bytes;
    guint64 bandwidth_bytes_s;
    guint64 dirty_rate_bytes_s;
    gint64 expected_downtime_ms;
    gint64 downtime_ms; /* measured, at the end */
    guint throttle_percent;
    gint64 elapsed_ms;
    guint64 postcopy_requests;
} DroverTransferStats;

typedef enum {
    DROVER_OUTCOME_MOVED = 1,   /* the guest runs (or stands, if it did) at the destination only */
    DROVER_OUTCOME_STAYED = 2,  /* the guest is on the source only, as it was before */
    DROVER_OUTCOME_STOPPED = 3, /* the guest ended by itself or by others' hand: it runs nowhere */
    DROVER_OUTCOME_LOST = 4,    /* neither host has a whole guest any more */
} DroverOutcome;

/* What a backend did for a move, or heard from a host: for the job's black box.  All borrowed. */
typedef enum {
    DROVER_NOTE_ACTION = 1, /* it asked a host for something; @detail: why */
    DROVER_NOTE_ANSWER = 2, /* what the host answered; @detail: in its own words */
    DROVER_NOTE_EVENT = 3,  /* what a host told unasked */
    DROVER_NOTE_SIGHT = 4,  /* what the hosts showed when they were looked at */
} DroverNoteKind;

typedef struct {
    DroverNoteKind kind;
    const char *what;   /* "migrate", "abort", "destroy", "running at both" …: a stable word */
    const char *host;   /* name, or NULL: both */
    const char *detail; /* or NULL */
    int code, domain, int1; /* of the hypervisor's error; 0: none */
} DroverNote;

typedef struct {
    /*
     * changed: A new sample, phase, or (with phase UNKNOWN or POSTCOPY_BROKEN) @trouble: why, and
     * which hosts are waited for; NULL otherwise.  Everything borrowed, valid during the call.
     */
    void (*changed)(DroverTransfer *transfer,
                    const DroverTransferStats *stats,
                    const DroverFailure *trouble,
                    gpointer user_data);
    /*
     * done: Called exactly once, when both hosts have told the outcome; the transfer is freed after
     * it.
     * @failure: (transfer none): why it did not move, or (with MOVED) a warning; NULL: all well.
     * A move that was cancelled and stayed has kind CANCELLED; one that was cancelled too late is
     * MOVED.
     */
    void (*done)(DroverTransfer *transfer,
                 DroverOutcome outcome,
                 const DroverTransferStats *stats,
                 const DroverFailure *failure,
                 gpointer user_data);
    /* noted: (nullable) Comes between the others, also from within cancel(), never after done(). */
    void (*noted)(DroverTransfer *transfer, const DroverNote *note, gpointer user_data);
} DroverTransferListener;

/* @failures: of DroverFailure, all that was found (transfer none); empty: the guest may be moved.
 */
typedef void (*DroverCheckDone)(const GPtrArray *failures, gpointer user_data);

typedef struct {
    const char *name; /* "libvirt", "simulated": as in the configuration file */

    void (*free)(DroverBackend *backend);

    /* Adds a host (or gives it new URIs), and starts to connect.  DROVER_BACKEND_ERROR_INVALID when
     * the URI cannot be used; it names host and URI. */
    gboolean (*add_host)(DroverBackend *backend,
                         const char *name,
                         const char *uri,
                         const char *peer_uri, /* or NULL */
                         GError **error);
    void (*remove_host)(DroverBackend *backend, const char *name);

    /*
     * start: Begins to move the guest.
     * @spec: borrowed, valid during the call only.  @listener: must stay.
     * Returns: (transfer none): owned by the backend until done() was called; NULL with NOT_FOUND
     * when a host is not configured.  Everything else is reported through done().
     */
    DroverTransfer *(*start)(DroverBackend *backend,
                             const DroverTransferSpec *spec,
                             const DroverTransferListener *listener,
                             gpointer user_data,
                             GError **error);

    /* adopt: Takes up a move that an earlier start() (of an earlier process) may have begun,
     * wherever it is by now; ends like start() in done(), with the truth from both hosts. */
    DroverTransfer *(*adopt)(DroverBackend *backend,
                             const DroverTransferSpec *spec,
                             const DroverTransferListener *listener,
                             gpointer user_data,
                             GError **error);

    /* cancel: Asks for an abort; done() tells what came of it.  In post-copy it does nothing. */
    void (*cancel)(DroverTransfer *transfer);

    /* check: Finds, without touching anything, what would keep the guest from being moved. */
    void (*check)(DroverBackend *backend,
                  const DroverTransferSpec *spec,
                  DroverCheckDone done,
                  gpointer user_data);

    /* wake: Tries unreachable hosts now instead of at the next interval. */
    void (*wake)(DroverBackend *backend);
} DroverBackendClass;

/* What every backend begins with. */
struct _DroverBackend {
    const DroverBackendClass *klass;
    DroverInventory *inventory; /* owned by the backend */
    DroverClock *clock;
};

/* Thin callers, so that users need not know the table. */
void drover_backend_free(DroverBackend *backend);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverBackend, drover_backend_free)

/*
 * The backends there are.  @context: the main loop's (libvirt's worker threads post to it); never
 * the default one, which libvirt's own event loop iterates in a thread of its own.
 * @scenario: simulated only: path of a file of hosts, guests and faults
 * (backends/simulated/scenario.h); may be NULL, then it starts empty.
 */
DroverBackend *
drover_libvirt_backend_new(GMainContext *context, DroverClock *clock, GError **error);
DroverBackend *
drover_simulated_backend_new(DroverClock *clock, const char *scenario, GError **error);
