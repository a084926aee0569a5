/*
 * What libvirt said, and what it means.
 *
 * Purpose:   data for the tests of the table in backends/libvirt/classify.c and of all that follows
 *            it, up to Msvm_Error.
 * Thread:    constant.
 * Source:    recorded from libvirt 9.0.0 and QEMU 7.2 on two hosts; where that takes hardware or
 *            software that is not at hand, composed of the messages in their sources.
 */
#pragma once

#include "backends/libvirt/classify.h"

/* What went before. */
typedef enum {
    RECORDED_OPENING = 1 << 0,   /* drover's own connection to the destination */
    RECORDED_DEAD = 1 << 1,      /* that to the source had ended */
    RECORDED_MOVING = 1 << 2,    /* memory had begun to flow */
    RECORDED_TWO_HOSTS = 1 << 3, /* drover reached both as different machines */
    RECORDED_SHUTDOWN = 1 << 4,  /* what became of the guest on the source */
    RECORDED_DESTROYED = 1 << 5,
    RECORDED_CRASHED = 1 << 6,
} RecordedWhen;

typedef struct {
    int code;
    int domain;
    int int1;
    const char *message;
    DroverFailureKind kind; /* and the rest of the failure that is to come of it */
    gboolean transient;
    DroverSide where;
    const char *element;
    gboolean untouched;
    guint when; /* of RecordedWhen */
} RecordedError;

const RecordedError *recorded_errors(guint *n);
/* The failure that the table makes of it; @untouched as in drover_classify(). (transfer full) */
DroverFailure *recorded_classify(const RecordedError *recorded, gboolean *untouched);
/* The row of the table that does. */
guint recorded_row(const RecordedError *recorded);
