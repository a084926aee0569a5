/*
 * What the parts of a move share.
 *
 * Thread:    main loop only.
 */
#pragma once

#include "backends/libvirt/call.h"
#include "backends/libvirt/recover.h"
#include "backends/libvirt/settle.h"
#include "backends/libvirt/transfer.h"
#include "backends/libvirt/watch.h"

typedef enum {
    TRANSFER_WAITING,
    TRANSFER_CALLING,
    TRANSFER_FOLLOWING,
    TRANSFER_SETTLING,
    TRANSFER_ENDED
} DroverTransferStage;

struct _DroverTransfer {
    guint references; /* the backend's and those of the questions under way */
    gboolean freed;
    DroverVirBackend *backend;
    char *uuid;
    char *guest_name; /* as last known; at first the UUID */
    char *source;
    char *destination;
    DroverTransferOptions options;
    const DroverTransferListener *listener;
    gpointer user_data;

    DroverTransferStage stage;
    gboolean adopted;
    gboolean cancelled;
    DroverCall *call;
    DroverWatch *watch;
    DroverSettle *settle;
    guint timer; /* of the stage */
    guint stuck_timer;
    guint overdue_timer;   /* since the guest stands still for the hand-over … */
    DroverSettle *lookout; /* … and from when that takes too long */
    gint64 still_us;       /* when the source was last seen to stand still so; 0: never */
    gboolean brought;      /* as in DroverEvidence */
    gboolean handed_over;  /* it ran at the destination: we destroyed the source's remainder */
    gint64 began_us;
    DroverTransferStats stats;
    DroverPhase furthest;
    gboolean post_copy; /* it got that far, so there is no way back */
    gboolean broken;    /* … and libvirt has given it up */
    DroverRecovery recovery;
    gint64 taken_up_us;
    DroverCallStep step;   /* how far the call got, … */
    DroverVirError *error; /* … what it returned: NULL, success or nothing yet, … */
    gboolean source_alive; /* … and who returned it */
    DroverWhy source_stop;
    DroverCompleted *completed; /* NULL: not told (yet) */

    guint noted_hosts[2]; /* what was last noted of source and destination: a hash */

    /* Once ENDED. */
    DroverOutcome outcome;
    DroverFailure *failure;
};

void drover_transfer_unref(DroverTransfer *transfer);

/* Failures of a move, with its names, phase and what the call returned. (transfer full) */
DroverFailure *
drover_transfer_failure(DroverTransfer *transfer, DroverFailureKind kind, DroverSide where);
/* What the call returned; NULL: success. @untouched: as drover_classify(). */
DroverFailure *drover_transfer_failure_of_call(DroverTransfer *transfer, gboolean *untouched);
/* Why the guest is where it was. */
DroverFailure *drover_transfer_failure_of_stay(DroverTransfer *transfer);
/* How it ended on the host that had it last. */
DroverFailure *drover_transfer_failure_of_stop(DroverTransfer *transfer);
/* What is to be said of a guest that has arrived; NULL: nothing. @leftover: (nullable) */
DroverFailure *
drover_transfer_warning(DroverTransfer *transfer, const char *leftover, gboolean ran_twice);
/* @error: why drover does not reach the host on that side. */
DroverFailure *drover_transfer_failure_of_host(DroverTransfer *transfer,
                                               const DroverVirError *error,
                                               DroverSide side);

/* As listener->changed() with a trouble of @kind; @element, @text: (nullable) its own. */
void drover_transfer_tell_trouble(DroverTransfer *transfer,
                                  DroverPhase phase,
                                  DroverFailureKind kind,
                                  const char *element,
                                  const char *text);
/* The hosts that are waited for: those that cannot be asked, or both. (transfer full) */
char *drover_transfer_hosts_unseen(DroverTransfer *transfer, const DroverEvidence *evidence);

/* After each sample of a post-copy: tells it, as one that runs or one that is broken. */
void drover_transfer_recovery_sample(DroverTransfer *transfer, const DroverTransferStats *stats);
/* Whether a sample showed that what nobody has a call for needs to be taken up again. */
gboolean drover_transfer_is_broken(DroverTransfer *transfer);
/* After each look. FALSE: it is no broken post-copy. */
gboolean drover_transfer_recover(DroverTransfer *transfer,
                                 const DroverJudgement *judgement,
                                 const DroverEvidence *evidence);
/* Does what is to be done before, and tells whether it is time to take it up again. */
gboolean drover_transfer_recovery_is_due(DroverTransfer *transfer);
/* Why neither host has a whole guest any more. */
DroverFailure *
drover_transfer_failure_of_loss(DroverTransfer *transfer, const DroverEvidence *evidence);
/* What is left of the source's half, as a warning names it; NULL: nothing. (transfer full) */
char *drover_transfer_left_half(DroverTransfer *transfer, const DroverEvidence *evidence);

/* After each sample: looks after a hand-over whose end does not come. */
void drover_transfer_watch_handover(DroverTransfer *transfer);
void drover_transfer_end_handover(DroverTransfer *transfer);

/* Begins to look after an abort: one that takes no effect for a minute is helped along. */
void drover_transfer_watch_abort(DroverTransfer *transfer);
