/*
 * The catalogue of errors: what each kind of failure means to people and programs.
 *
 * Purpose:   the second of the two tables of the error path (the first, in backends/libvirt, finds
 * the kind): return code, Msvm_Error's classification, message and advice. Thread:    constant
 * data. Source:    CIM_Error (ErrorType, ProbableCause, PerceivedSeverity on the MOF's scale,
 * CIMStatusCode), the return codes of Msvm_MigrationJob.GetError.
 *
 * A message names what it speaks of by {guest}, {source}, {destination}, {host} (where it failed)
 * and {element}; {element:a disk} has words for when it is not known.
 */
#pragma once

#include "backends/failure.h"

/* What drover does about a failure by itself. */
typedef enum {
    DROVER_ITSELF_WAITS,     /* nothing */
    DROVER_ITSELF_RETRIES,   /* failures of this kind are transient, … */
    DROVER_ITSELF_MAY_RETRY, /* … some of them are */
    DROVER_ITSELF_LOOKS,
    DROVER_ITSELF_RECOVERS,
    DROVER_ITSELF_PAUSES,
    DROVER_ITSELF_CLEARS,
    DROVER_ITSELF_MENDED,
    DROVER_ITSELF_ENDS,
    DROVER_ITSELF_REFUSES,
} DroverItself;

typedef struct {
    guint16 return_code;   /* 32768 … 32778 */
    guint8 error_type;     /* CIM_Error.ErrorType */
    guint8 probable_cause; /* CIM_Error.ProbableCause */
    guint8 severity;       /* CIM_Error.PerceivedSeverity: 2 … 7 */
    guint8 cim_status;     /* CIM_Error.CIMStatusCode */
    DroverItself itself;
    const char *message;
    const char *actions[4]; /* what to do, most helpful first; NULL-terminated */
} DroverErrorInfo;

/* Never NULL: an unknown kind gives the entry of DROVER_FAILURE_INTERNAL. */
const DroverErrorInfo *drover_error_info(DroverFailureKind kind);
/* Whether the catalogue has a kind of that number; the highest is below DROVER_ERROR_KINDS. */
gboolean drover_error_kind_exists(guint number);
#define DROVER_ERROR_KINDS 1000
/* What drover does about it, a sentence; whether it tries again: "yes", "no" or "sometimes". */
const char *drover_error_by_itself(const DroverErrorInfo *info);
const char *drover_error_retried(const DroverErrorInfo *info);
/* "DROVER0030": stable. (transfer full) */
char *drover_error_message_id(DroverFailureKind kind);
/* The message with the failure's names in their places. (transfer full) */
char *drover_error_message(const DroverFailure *failure);
/* Its advice, likewise. (transfer full): NULL-terminated */
char **drover_error_actions(const DroverFailure *failure);
/* Message and advice of no failure in particular: of GUEST from SOURCE to DESTINATION. */
char *drover_error_general_message(DroverFailureKind kind);
char **drover_error_general_actions(DroverFailureKind kind);
/* GUEST, SOURCE, DESTINATION, ELEMENT as far as known. (transfer full): NULL-terminated */
char **drover_error_arguments(const DroverFailure *failure);
