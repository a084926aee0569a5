/*
 * The methods of Drover_TransferJob, for its provider (transfer-job.c).
 *
 * Thread:    the main loop only; data of all of them: the views.
 */
#pragma once

#include "cim/provider.h"

#define DROVER_TRANSFER_JOB_METHODS 23
extern const CimMethodRow drover_transfer_job_methods[DROVER_TRANSFER_JOB_METHODS];

/* What properties and methods answer with. */
typedef struct {
    guint64 total_bytes; /* G_MAXUINT64: not known */
    guint64 transferred_bytes;
    guint32 total_files;
    guint32 transferred_files;
} DroverTransferProgress;

/* @job: a DroverJob. */
void drover_transfer_progress(gconstpointer job, DroverTransferProgress *progress);
