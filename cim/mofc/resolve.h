/*
 * What follows from the classes as written: superclasses, all properties and methods with the
 * qualifiers in effect; and whether it all fits together.
 *
 * Errors:    MOF_ERROR, "file:line:column: message".
 * Source:    DSP0004 5.1.
 */
#pragma once

#include "cim/mofc/model.h"

gboolean mof_resolve(MofModel *model, GError **error);
