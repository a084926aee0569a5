/*
 * Msvm_Error for people: what is wrong, what to do, and what libvirt said.
 *
 * Ownership: results are (transfer full).
 * Source:    CIM_Error.
 */
#pragma once

#include "cim/instance.h"
#include "orchestrator/cli/screen.h"

/* Message, else a word for it. (transfer none) */
const char *drover_error_view_message(const CimInstance *error);
/* RecommendedActions number @index, or NULL. (transfer none) */
const char *drover_error_view_action(const CimInstance *error, guint index);

/*
 * For standard error: "drover: MESSAGE", the recommended actions on the next lines, then the inner
 * errors.  @prefix goes before the message ("refused (…): "), or "".  @errors: of CimInstance,
 * outer first, not empty.
 */
char *drover_error_view_brief(const GPtrArray *errors, const char *prefix);
/* The same where each of @errors is a reason of its own. */
char *drover_error_view_reasons(const GPtrArray *errors);
/* What else there is to say of an error: a line each. */
typedef struct {
    const char *label;
    const char *text;
} DroverErrorFact;

/* An error in general, for `drover explain`; @schema as below. */
char *drover_error_view_explanation(const CimInstance *error,
                                    const DroverErrorFact *facts,
                                    guint n_facts,
                                    const CimSchema *schema,
                                    const DroverScreen *screen);
/* All of it, for `drover error`; @schema names the values, and may be NULL. */
char *drover_error_view_full(const GPtrArray *errors,
                             const CimSchema *schema,
                             const DroverScreen *screen);
