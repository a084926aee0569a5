/*
 * Notifications by a program: the JSON is its standard input, exit status 0 takes it.
 *
 * Purpose:   no shell; in its environment DROVER_EVENT, DROVER_JOB, DROVER_NOTIFICATION and
 * DROVER_ATTEMPT.  One that does not end in time is killed.
 * Thread:    the main loop only.
 * Source:    IBackgroundCopyJob2::SetNotifyCmdLine.
 */
#pragma once

#include "orchestrator/notify-transport.h"

/* Callbacks come on the thread's default context of this call and of deliver(). */
DroverNotifyTransport *drover_notify_command_new(void);
void drover_notify_command_configure(DroverNotifyTransport *transport, guint timeout_s);
