/*
 * MOF text into a model: qualifier declarations and classes, as written.
 *
 * Errors:    MOF_ERROR, "file:line:column: message"; the first one ends the reading.
 * Source:    DSP0004 annex A, without instances, aliases and includes.
 */
#pragma once

#include "cim/mofc/model.h"

/* @file: names the text in messages; copied. */
gboolean
mof_parse(MofModel *model, const char *file, const char *text, gsize length, GError **error);
