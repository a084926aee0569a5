/* explain */
#include "orchestrator/cli/run.h"

#include "orchestrator/cli/error-view.h"
#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/requests.h"
#include "orchestrator/cli/text.h"
#include "orchestrator/error-catalog.h"
#include "orchestrator/explanation.h"
#include "orchestrator/msvm-error.h"

static char *
return_code_text(const DroverCli *cli, DroverFailureKind kind)
{
    return drover_cli_code_text(cli, "Msvm_MigrationJob", "GetErrorEx",
                                drover_error_info(kind)->return_code);
}

/* --- JSON --------------------------------------------------------------------------------------
 */

static void
add_name(JsonObject *object, const char *member, const CimSchema *schema, const CimInstance *error)
{
    const CimClass *klass = schema ? cim_schema_find(schema, "Msvm_Error") : NULL;
    const CimProperty *property = klass ? cim_class_find_property(klass, member) : NULL;
    g_autofree char *name = g_strconcat(member, "Name", NULL);
    gint64 value = (gint64) cim_instance_get_uint(error, member, 0);
    const char *word = property ? cim_property_value_name(property, value) : NULL;

    if (word) {
        json_object_set_string_member(object, name, word);
    }
}

/* The properties of Msvm_Error, with the names of their values, and what else is known. */
static JsonNode *
explanation_json(const DroverCli *cli, DroverFailureKind kind)
{
    static const char *const named[] = {"ErrorType", "ProbableCause", "PerceivedSeverity",
                                        "CIMStatusCode"};
    const DroverErrorInfo *info = drover_error_info(kind);
    g_autoptr(CimInstance) error = drover_error_general_instance(kind);
    g_autofree char *code = return_code_text(cli, kind);
    g_autofree char *by_itself = drover_explanation_by_itself(kind);
    JsonNode *node = drover_json_instance(error);
    JsonObject *object = json_node_get_object(node);

    for (guint i = 0; i < G_N_ELEMENTS(named); i++) {
        add_name(object, named[i], cli->schema, error);
    }
    json_object_set_string_member(object, "Name", drover_failure_kind_name(kind));
    json_object_set_int_member(object, "ReturnCode", info->return_code);
    json_object_set_string_member(object, "ReturnCodeText", code);
    json_object_set_string_member(object, "TriedAgain", drover_error_retried(info));
    json_object_set_string_member(object, "ByItself", by_itself);
    return node;
}

static JsonNode *
list_json(const DroverCli *cli)
{
    JsonArray *array = json_array_new();
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);

    for (guint number = 1; number < DROVER_ERROR_KINDS; number++) {
        if (drover_error_kind_exists(number)) {
            json_array_add_element(array, explanation_json(cli, (DroverFailureKind) number));
        }
    }
    json_node_take_array(node, array);
    return node;
}

/* --- text --------------------------------------------------------------------------------------
 */

static char *
explanation_text(const DroverCli *cli, DroverFailureKind kind)
{
    const DroverErrorInfo *info = drover_error_info(kind);
    g_autoptr(CimInstance) error = drover_error_general_instance(kind);
    g_autofree char *code = return_code_text(cli, kind);
    g_autofree char *by_itself = drover_explanation_by_itself(kind);
    const DroverErrorFact facts[] = {
        {"By itself", by_itself},
        {"Tried again", drover_error_retried(info)},
        {"Return code", code},
        {"Name", drover_failure_kind_name(kind)},
    };

    return drover_error_view_explanation(error, facts, G_N_ELEMENTS(facts), cli->schema,
                                         &cli->screen);
}

/* One line each: on a terminal they are cut to its width. */
static char *
list_text(const DroverCli *cli)
{
    GString *out = g_string_new(NULL);

    for (guint number = 1; number < DROVER_ERROR_KINDS; number++) {
        DroverFailureKind kind = (DroverFailureKind) number;
        g_autofree char *id = NULL;
        g_autofree char *message = NULL;
        g_autofree char *line = NULL;
        g_autofree char *cut = NULL;

        if (!drover_error_kind_exists(number)) {
            continue;
        }
        id = drover_error_message_id(kind);
        message = drover_error_general_message(kind);
        line = g_strdup_printf("%s  %-24s  %s", id, drover_failure_kind_name(kind), message);
        cut = cli->screen.columns
                  ? drover_text_cut(line, cli->screen.columns, drover_screen_ellipsis(&cli->screen))
                  : g_strdup(line);
        g_string_append_printf(out, "%s\n", cut);
    }
    return g_string_free(out, FALSE);
}

/* --- the command -------------------------------------------------------------------------------
 */

static int
not_known(const char *word, GError **error)
{
    guint domain, code;

    if (drover_explanation_parse_libvirt(word, &domain, &code)) {
        drover_cli_set_error(error, DROVER_EXIT_NOT_FOUND,
                             "It stands beside an error of drover's own, which says what it means "
                             "and what to do: 'drover error ID' shows both.",
                             "'%s' is libvirt's own error number %u, of its domain %u", word, code,
                             domain);
    } else {
        drover_cli_set_error(error, DROVER_EXIT_NOT_FOUND, "'drover explain' lists all errors.",
                             "there is no error '%s'", word);
    }
    return DROVER_EXIT_NOT_FOUND;
}

int
drover_run_explain(DroverCli *cli, char **arguments, GError **error)
{
    const char *word = arguments[0];
    DroverFailureKind kind = word ? drover_explanation_find(word) : DROVER_FAILURE_NONE;
    g_autofree char *text = NULL;

    if (word && !kind) {
        return not_known(word, error);
    }
    if (cli->options.json) {
        text = drover_json_print(word ? explanation_json(cli, kind) : list_json(cli), TRUE);
    } else {
        text = word ? explanation_text(cli, kind) : list_text(cli);
    }
    fputs(text, stdout);
    return DROVER_EXIT_DONE;
}
