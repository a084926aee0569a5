#include "orchestrator/cli/error-view.h"

#include "orchestrator/cli/text.h"

const char *
drover_error_view_message(const CimInstance *error)
{
    const char *message = cim_instance_get_string(error, "Message");

    return message && *message ? message : "an error without words";
}

const char *
drover_error_view_action(const CimInstance *error, guint index)
{
    const CimValue *actions = cim_instance_find(error, "RecommendedActions");

    if (!actions || actions->is_null || !actions->is_array || index >= actions->array.n) {
        return NULL;
    }
    return cim_value_get_string(&actions->array.elements[index]);
}

static const char *
speaker_of(const CimInstance *error)
{
    const char *owner = cim_instance_get_string(error, "OwningEntity");

    return owner && *owner ? owner : "drover";
}

static void
append_line(GString *out, const char *prefix, const char *text)
{
    g_autofree char *clean = drover_text_clean(text);

    g_string_append_printf(out, "%s%s\n", prefix, clean);
}

static void
append_outer(GString *out, const CimInstance *error, const char *prefix)
{
    g_autofree char *start = g_strconcat("drover: ", prefix, NULL);

    append_line(out, start, drover_error_view_message(error));
    for (guint i = 0; drover_error_view_action(error, i); i++) {
        append_line(out, "", drover_error_view_action(error, i));
    }
}

char *
drover_error_view_brief(const GPtrArray *errors, const char *prefix)
{
    GString *out = g_string_new(NULL);

    append_outer(out, g_ptr_array_index(errors, 0), prefix);
    for (guint i = 1; i < errors->len; i++) {
        const CimInstance *inner = g_ptr_array_index(errors, i);
        g_autofree char *cause = g_strdup_printf("(%s: ", speaker_of(inner));
        g_autofree char *words = g_strconcat(drover_error_view_message(inner), ")", NULL);

        append_line(out, cause, words);
    }
    return g_string_free(out, FALSE);
}

char *
drover_error_view_reasons(const GPtrArray *errors)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < errors->len; i++) {
        append_outer(out, g_ptr_array_index(errors, i), "");
    }
    return g_string_free(out, FALSE);
}

/* --- all of it ---------------------------------------------------------------------------------
 */

enum { LABEL = 13, INDENT = LABEL + 2 };

/* After a label, or @column characters. */
static void
append_text(GString *out, const char *text, guint column, const DroverScreen *screen)
{
    g_autofree char *clean = drover_text_clean(text);

    drover_text_wrap(out, clean, column, INDENT, screen->columns);
}

static void
append_label(GString *out, const DroverScreen *screen, const char *label)
{
    GString *padded = g_string_new("  ");

    drover_text_pad(padded, label, LABEL, FALSE);
    drover_screen_paint(screen, out, DROVER_STYLE_DIM, padded->str);
    g_string_free(padded, TRUE);
}

static void
append_actions(GString *out, const CimInstance *error, const DroverScreen *screen)
{
    const char *action;

    for (guint i = 0; (action = drover_error_view_action(error, i)); i++) {
        append_label(out, screen, i ? "" : "What to do");
        append_text(out, action, INDENT, screen);
    }
}

/* "4 (Minor)", "4" without a schema; nothing when the error does not say. */
static void
append_value(GString *out,
             const CimInstance *error,
             const char *label,
             const char *name,
             const CimSchema *schema,
             const DroverScreen *screen)
{
    const CimClass *klass = schema ? cim_schema_find(schema, "Msvm_Error") : NULL;
    const CimProperty *property = klass ? cim_class_find_property(klass, name) : NULL;
    const CimValue *value = cim_instance_find(error, name);
    const char *word;

    if (!value || value->is_null) {
        return;
    }
    word =
        property ? cim_property_value_name(property, (gint64) cim_value_get_uint(value, 0)) : NULL;
    append_label(out, screen, label);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT "%s%s\n", cim_value_get_uint(value, 0),
                           word ? " " : "", word ? word : "");
}

static void
append_classification(GString *out,
                      const CimInstance *error,
                      const CimSchema *schema,
                      const DroverScreen *screen)
{
    static const struct {
        const char *label;
        const char *name;
    } values[] = {
        {"Kind", "ErrorType"},
        {"Cause", "ProbableCause"},
        {"Severity", "PerceivedSeverity"},
        {"Status code", "CIMStatusCode"},
    };
    const char *source = cim_instance_get_string(error, "ErrorSource");

    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        append_value(out, error, values[i].label, values[i].name, schema, screen);
    }
    if (source) {
        append_label(out, screen, "Where");
        append_text(out, source, INDENT, screen);
    }
}

static void
append_heading(GString *out, const CimInstance *error, const DroverScreen *screen)
{
    const char *id = cim_instance_get_string(error, "MessageID");
    g_autofree char *heading = g_strdup_printf("%s: ", id && *id ? id : speaker_of(error));

    drover_screen_paint(screen, out, DROVER_STYLE_BAD, heading);
    append_text(out, drover_error_view_message(error), drover_text_width(heading), screen);
}

static void
append_inner(GString *out, const CimInstance *error, const DroverScreen *screen)
{
    const char *id = cim_instance_get_string(error, "MessageID");
    g_autofree char *label = g_strdup_printf("%s said", speaker_of(error));
    g_autofree char *words =
        g_strdup_printf("%s%s%s%s", drover_error_view_message(error), id && *id ? " (" : "",
                        id && *id ? id : "", id && *id ? ")" : "");

    append_label(out, screen, label);
    append_text(out, words, INDENT, screen);
}

static void
append_pointer(GString *out, const CimInstance *error, const DroverScreen *screen)
{
    const char *id = cim_instance_get_string(error, "MessageID");
    g_autofree char *command = g_strdup_printf("drover explain %s", id ? id : "");

    if (id && g_str_has_prefix(id, "DROVER")) {
        append_label(out, screen, "More");
        append_text(out, command, INDENT, screen);
    }
}

char *
drover_error_view_full(const GPtrArray *errors, const CimSchema *schema, const DroverScreen *screen)
{
    const CimInstance *outer = g_ptr_array_index(errors, 0);
    GString *out = g_string_new(NULL);

    append_heading(out, outer, screen);
    append_actions(out, outer, screen);
    for (guint i = 1; i < errors->len; i++) {
        append_inner(out, g_ptr_array_index(errors, i), screen);
    }
    append_classification(out, outer, schema, screen);
    append_pointer(out, outer, screen);
    return g_string_free(out, FALSE);
}

char *
drover_error_view_explanation(const CimInstance *error,
                              const DroverErrorFact *facts,
                              guint n_facts,
                              const CimSchema *schema,
                              const DroverScreen *screen)
{
    GString *out = g_string_new(NULL);

    append_heading(out, error, screen);
    append_actions(out, error, screen);
    for (guint i = 0; i < n_facts; i++) {
        append_label(out, screen, facts[i].label);
        append_text(out, facts[i].text, INDENT, screen);
    }
    append_classification(out, error, schema, screen);
    return g_string_free(out, FALSE);
}
