/*
 * Which failure is meant, and where it belongs: for `drover explain` and the manual page.
 *
 * Thread:    any; constant data.
 */
#pragma once

#include "backends/failure.h"

/*
 * The kind that @word names: its MessageID ("DROVER0030"), its number ("30") or its name
 * ("cpu-incompatible"); case and "_" for "-" do not matter.  DROVER_FAILURE_NONE: none.
 */
DroverFailureKind drover_explanation_find(const char *word);
/* Whether @word is the MessageID of libvirt's own words, LIBVIRT-DOMAIN-CODE. */
gboolean drover_explanation_parse_libvirt(const char *word, guint *domain, guint *code);
/* What drover does about it, in one or two sentences. (transfer full) */
char *drover_explanation_by_itself(DroverFailureKind kind);
/* "Reaching the hosts" for the first of a group of kinds, else NULL. (transfer none) */
const char *drover_explanation_group(guint number);
