/*
 * What a failure is to a transfer job: its context and its HRESULT.
 *
 * Purpose:   the one table from a failure's kind to the error object of a background transfer.
 * Thread:    constant data.
 * Source:    IBackgroundCopyError (BG_ERROR_CONTEXT), winerror.h, and the HRESULTs that Hyper-V's
 * live migration fails with.
 */
#pragma once

#include "backends/failure.h"

/* BG_ERROR_CONTEXT. */
typedef enum {
    DROVER_CONTEXT_NONE = 0,
    DROVER_CONTEXT_UNKNOWN = 1,
    DROVER_CONTEXT_QUEUE_MANAGER = 2,
    DROVER_CONTEXT_NOTIFICATION = 3,
    DROVER_CONTEXT_LOCAL_FILE = 4,  /* what is on the source: the guest, its disks */
    DROVER_CONTEXT_REMOTE_FILE = 5, /* what would be at the destination */
    DROVER_CONTEXT_TRANSPORT = 6,
    DROVER_CONTEXT_REMOTE_APPLICATION = 7, /* libvirt and QEMU of the destination */
} DroverErrorContext;

typedef struct {
    DroverErrorContext context;
    guint32 hresult;
} DroverTransferError;

/* Never NULL: a kind without a row is E_FAIL of an unknown context. */
const DroverTransferError *drover_transfer_error_info(DroverFailureKind kind);
/* FALSE: @kind has no row of its own. */
gboolean drover_transfer_error_is_listed(DroverFailureKind kind);
/* "the destination", …: where that is, in words. */
const char *drover_error_context_text(DroverErrorContext context);
/* Whether it counts in ErrorCount: a lost network does not
 * (IBackgroundCopyJob::GetErrorCount). */
gboolean drover_transfer_error_counts(DroverFailureKind kind);
