/*
 * From qualifiers as written to qualifiers in effect: declared, in scope, of the right type, and
 * with those that the superclass hands down.
 *
 * Errors:    MOF_ERROR at the qualifier's place.
 * Source:    DSP0004 5.1.2 (qualifiers, scopes and flavors).
 */
#pragma once

#include "cim/mofc/model.h"

/* Checks the declarations themselves. */
gboolean mof_check_qualifier_types(MofModel *model, GError **error);

/*
 * Makes @qualifiers (as written) the effective ones.
 * @scope: the CimScope of what they stand on, which @owner names in messages
 * @inherited: those of the superclass's counterpart, or NULL
 */
gboolean mof_qualify(MofModel *model,
                     GPtrArray *qualifiers,
                     CimScope scope,
                     const char *owner,
                     const GPtrArray *inherited,
                     GError **error);

/* Adds to @qualifiers what @inherited hands down, apart from what is there. */
void mof_inherit_qualifiers(MofModel *model, GPtrArray *qualifiers, const GPtrArray *inherited);
