/*
 * Figures for monitoring, in the Prometheus text format.
 *
 * Thread:    the main loop only.
 */
#pragma once

#include "cim/server.h"
#include "orchestrator/notifier.h"
#include "orchestrator/service.h"

typedef struct {
    DroverService *service;
    CimServer *server;
    DroverNotifier *notifier;
} DroverMetrics;

/* (transfer full) */
char *drover_metrics_print(const DroverMetrics *metrics);
