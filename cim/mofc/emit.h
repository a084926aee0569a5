/*
 * A resolved model as C: constant tables of the types in cim/class.h.
 *
 * Equal tables are written once, so that what a subclass merely inherits costs it no space.
 */
#pragma once

#include "cim/mofc/model.h"

/* (transfer full): text of a C file that defines `const CimSchema <symbol>`. */
char *mof_emit_source(const MofModel *model, const char *symbol);
/* (transfer full): text of the header that declares it. */
char *mof_emit_header(const char *symbol);
