/*
 * What a user means by "web", "3f2a" or "alpha".
 *
 * Errors:  DROVER_CLI_ERROR with DROVER_EXIT_NOT_FOUND (and what was probably meant), or with
 *          DROVER_EXIT_USAGE when several are meant (and which).
 * Thread:  any.
 */
#pragma once

#include "cim/instance.h"

/*
 * The one of @ids (of char*) that begins with @word, any case.  (transfer none)
 */
const char *drover_lookup_id(const GPtrArray *ids, const char *word, GError **error);
/* The fewest characters, at least 8, that tell all of @ids (of char*) apart. */
guint drover_lookup_id_length(const GPtrArray *ids);
/*
 * The Drover_GuestState among @guests whose UUID or name is @word; of several with that name the
 * only one that is not off.  (transfer none)
 */
const CimInstance *drover_lookup_guest(const GPtrArray *guests, const char *word, GError **error);
/* Tells that there is no host @word, and which of @hosts (of Drover_HostState) was probably meant.
 */
void drover_lookup_fail_host(const GPtrArray *hosts, const char *word, GError **error);
