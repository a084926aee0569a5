/*
 * Notes for a job's black box: what was asked of libvirt and why, what it answered, what it told.
 *
 * Purpose:   one call for each, so that the code that does things stays readable.
 * Thread:    main loop only, but drover_parameters_text() and drover_lifecycle_text(): any.
 * Ownership: everything is borrowed.
 */
#pragma once

#include "backends/libvirt/parameters.h"
#include "backends/libvirt/remedy.h"
#include "backends/libvirt/transfer.h"

/* @detail: (nullable).  Silent once the end was told. */
void drover_transfer_note(DroverTransfer *transfer,
                          DroverNoteKind kind,
                          const char *what,
                          const char *host, /* nullable */
                          const char *detail);
/* An answer: @error, or @success when there is none. */
void drover_transfer_note_answer(DroverTransfer *transfer,
                                 const char *what,
                                 const char *host,
                                 const DroverVirError *error,
                                 const char *success);
/* The end of the call, as transfer->error, step and source_alive tell it. */
void drover_transfer_note_call(DroverTransfer *transfer);
/* A host of the move came or went. */
void drover_transfer_note_host(DroverTransfer *transfer, DroverVirHost *host);
/* An event of its guest, if it is from one of its hosts. */
void drover_transfer_note_event(DroverTransfer *transfer,
                                DroverVirHost *host,
                                const DroverGuestEvent *event);
/* As the listener of a settle whose user_data is the transfer. */
void drover_transfer_noted(const DroverNote *note, gpointer transfer);

/* What came of a remedy: @result NULL: the host could not be reached. */
void drover_remedy_note(const DroverRemedyResult *result, DroverNote *note);
/* "PEER2PEER LIVE, bandwidth=100". (transfer full) */
char *drover_parameters_text(const DroverParameters *parameters);
/* "stopped (migrated)", of a VIR_DOMAIN_EVENT_ID_LIFECYCLE event. (transfer full) */
char *drover_lifecycle_text(int event, int detail);
