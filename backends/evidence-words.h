/*
 * What hosts showed and what was made of it, in words, for a job's black box.
 *
 * Purpose:   stable words, which scripts may look for.
 * Thread:    any.
 */
#pragma once

#include "backends/reconcile.h"

/* "running", "paused (migration)", "not seen". (transfer full) */
char *drover_sighting_text(const DroverSighting *sighting);
/* "source running, destination absent, job none". (transfer full) */
char *drover_evidence_text(const DroverEvidence *evidence);
const char *drover_verdict_name(DroverVerdict verdict);
const char *drover_remedy_name(DroverRemedy remedy);
