/*
 * How a notification gets to its receiver.
 *
 * Purpose:   one contract for posting to a URL, running a program, and what comes (a CIM listener).
 * Thread:    called on the main loop, must not block; callbacks come on it, never from within the
 * call.
 * Ownership: what is passed in is copied before the call returns.
 */
#pragma once

#include <glib.h>

typedef enum {
    DROVER_DELIVERY_TAKEN,       /* 2xx, exit status 0 */
    DROVER_DELIVERY_REFUSED,     /* the receiver answered, but did not take it */
    DROVER_DELIVERY_UNREACHABLE, /* no answer, or none in time */
} DroverDeliveryResult;

typedef struct {
    const char *target;    /* URL, or path of the program */
    const char *arguments; /* of a program, as a shell would split them; or NULL */
    const char *id;        /* NotificationID */
    const char *job;
    const char *event; /* "JobError", … */
    guint attempt;
    const char *body; /* JSON */
} DroverDelivery;

/* @answer: in words, never NULL. */
typedef void (*DroverDelivered)(DroverDeliveryResult result,
                                const char *answer,
                                gpointer user_data);

typedef struct _DroverNotifyTransport DroverNotifyTransport;
struct _DroverNotifyTransport {
    /* Calls @done exactly once, unless freed before. */
    void (*deliver)(DroverNotifyTransport *transport,
                    const DroverDelivery *delivery,
                    DroverDelivered done,
                    gpointer user_data);
    /* Gives up what is under way, without a callback. */
    void (*free)(DroverNotifyTransport *transport);
};
