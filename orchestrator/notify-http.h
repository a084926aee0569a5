/*
 * Notifications by HTTP: a POST of JSON, signed.
 *
 * Purpose:   headers X-Drover-Event, X-Drover-Notification, X-Drover-Timestamp (seconds since
 * 1970) and X-Drover-Signature (orchestrator/notify-secret.h; left out without a secret).  2xx is
 * taken; redirects are not followed, since they would lead the notification elsewhere.
 * Thread:    libcurl works on a thread of its own.
 */
#pragma once

#include "orchestrator/notify-transport.h"

/* @context: where the callbacks come; NULL: the default one. */
DroverNotifyTransport *drover_notify_http_new(GMainContext *context);
/* @secret: nullable, copied. */
void
drover_notify_http_configure(DroverNotifyTransport *transport, const char *secret, guint timeout_s);
