/*
 * Properties, references, methods and parameters: what follows from their qualifiers, and how they
 * override those of the superclass.
 *
 * Errors:    MOF_ERROR at the feature's place.
 * Source:    DSP0004 5.1, 5.6.3 (standard qualifiers).
 */
#pragma once

#include "cim/mofc/model.h"

/* Resolves @feature, as @klass declares it; @overridden: the inherited one of that name, or NULL.
 */
gboolean mof_resolve_feature(MofModel *model,
                             const MofClass *klass,
                             MofFeature *feature,
                             const MofFeature *overridden,
                             GError **error);

/* @feature as a subclass has it that does not mention it. */
MofFeature *mof_inherit_feature(MofModel *model, const MofFeature *feature);

/* Checks the classes that @feature and its parameters name, when all classes are known. */
gboolean
mof_check_feature_classes(const MofModel *model, const MofFeature *feature, GError **error);
