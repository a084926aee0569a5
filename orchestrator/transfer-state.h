/*
 * A job as a transfer job: its state, and what each state takes.
 *
 * Purpose:   the table of states and calls of a background transfer, in the terms of a move: a
 * guest is one whole, so that nothing of a move can be kept but all of it, and one that has moved
 * cannot be unmoved by a cancel.
 * Thread:    constant data.
 * Source:    IBackgroundCopyJob (BG_JOB_STATE; Suspend, Resume, Cancel, Complete), Delivery
 * Optimization's return codes.
 */
#pragma once

#include "orchestrator/hresult.h"
#include "orchestrator/job.h"

/* BG_JOB_STATE. */
typedef enum {
    DROVER_TRANSFER_QUEUED = 0,
    DROVER_TRANSFER_CONNECTING = 1,
    DROVER_TRANSFER_TRANSFERRING = 2,
    DROVER_TRANSFER_SUSPENDED = 3,
    DROVER_TRANSFER_ERROR = 4,
    DROVER_TRANSFER_TRANSIENT_ERROR = 5,
    DROVER_TRANSFER_TRANSFERRED = 6,
    DROVER_TRANSFER_ACKNOWLEDGED = 7,
    DROVER_TRANSFER_CANCELLED = 8,
} DroverTransferState;

typedef enum {
    DROVER_TRANSFER_SUSPEND,
    DROVER_TRANSFER_RESUME,
    DROVER_TRANSFER_CANCEL,
    DROVER_TRANSFER_COMPLETE,
} DroverTransferVerb;

/* What a verb comes to. */
typedef enum {
    DROVER_TRANSFER_REFUSE,   /* DROVER_E_INVALID_STATE */
    DROVER_TRANSFER_NOTHING,  /* it is so already: S_OK */
    DROVER_TRANSFER_APPLY,    /* a verb of the job, @verb */
    DROVER_TRANSFER_HOLD,     /* a failed job becomes a suspended one */
    DROVER_TRANSFER_GIVE_UP,  /* a failed job becomes a cancelled one */
    DROVER_TRANSFER_TAKE_OFF, /* it is acknowledged */
} DroverTransferStep;

DroverTransferState drover_transfer_state(const DroverJob *job);
/* @verb: set for DROVER_TRANSFER_APPLY. */
DroverTransferStep
drover_transfer_step(const DroverJob *job, DroverTransferVerb verb, DroverVerb *job_verb);
/* The error that GetError tells: there is one from (TRANSIENT_)ERROR until data flows again. NULL:
 * none. */
const DroverFailure *drover_transfer_error(const DroverJob *job);
