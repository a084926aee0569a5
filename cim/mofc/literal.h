/*
 * Literals as values of CIM types: checked and in their canonical text form.
 *
 * Errors:    MOF_ERROR at the literal's place.
 * Source:    DSP0004 annex A; DSP0201 for the text forms.
 */
#pragma once

#include "cim/mofc/model.h"

/* @text becomes NULL for NULL. */
gboolean mof_literal_text(
    MofModel *model, const MofLiteral *literal, CimType type, const char **text, GError **error);

/* All values of @initializer appended to @texts; nothing for NULL. */
gboolean mof_initializer_texts(MofModel *model,
                               const MofInitializer *initializer,
                               CimType type,
                               gboolean is_array,
                               GPtrArray *texts,
                               GError **error);
