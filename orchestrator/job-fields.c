#include "orchestrator/job-fields.h"

#include <json-glib/json-glib.h>
#include <stddef.h>

/* The compiler names the type, so that a table cannot be wrong about it. */
#define FIELD(type, member)                                                                          \
    {                                                                                                \
        G_STRINGIFY(member),                                                                       \
            _Generic(((type *) 0)->member,                                                         \
                     char *: DROVER_FIELD_TEXT,                                                    \
                     const char *: DROVER_FIELD_TEXT,                                              \
                     guint16: DROVER_FIELD_UINT16,                                                 \
                     gint32: DROVER_FIELD_INT32,                                                   \
                     guint32: DROVER_FIELD_UINT32,                                                 \
                     gint64: DROVER_FIELD_INT64,                                                   \
                     guint64: DROVER_FIELD_UINT64),                                                \
            offsetof(type, member) \
    }

#define JOB(member)     FIELD(DroverJobRecord, member)
#define OPTION(member)  FIELD(DroverTransferOptions, member)
#define FAILURE(member) FIELD(DroverFailure, member)
#define STATS(member)   FIELD(DroverTransferStats, member)

/* clang-format off */
static const DroverField job_fields[] = {
    JOB(id), JOB(number), JOB(job_type), JOB(migration_type), JOB(guest_uuid), JOB(guest_name),
    JOB(source), JOB(destination), JOB(owner), JOB(priority), JOB(stage), JOB(intention), JOB(called),
    JOB(phase), JOB(percent), JOB(attempt), JOB(max_attempts), JOB(submitted_us), JOB(started_us),
    JOB(changed_us), JOB(changed_ms), JOB(finished_us), JOB(retry_at_us), JOB(elapsed_ms), JOB(downtime_ms),
    JOB(memory_total_bytes), JOB(memory_done_bytes), JOB(destinations), JOB(retry_delay_s),
    JOB(no_progress_timeout_s), JOB(attempts_made), JOB(setbacks), JOB(stalled_us), JOB(ruled_out),
    JOB(transfer_priority), JOB(error_count), JOB(display_name),
    JOB(description), JOB(notify_flags), JOB(notify_url), JOB(notify_program), JOB(notify_arguments),
};

static const DroverField option_fields[] = {
    OPTION(bandwidth_mib_s), OPTION(max_downtime_ms), OPTION(auto_converge), OPTION(post_copy),
    OPTION(compress), OPTION(tls), OPTION(copy_storage), OPTION(allow_unsafe), OPTION(streams),
    OPTION(zero_copy), OPTION(destination_address), OPTION(migration_uri),
};

static const DroverField failure_fields[] = {
    FAILURE(kind), FAILURE(transient), FAILURE(phase), FAILURE(where), FAILURE(guest),
    FAILURE(source), FAILURE(destination), FAILURE(element), FAILURE(text), FAILURE(code),
    FAILURE(domain), FAILURE(int1),
};

static const DroverField stats_fields[] = {
    STATS(phase), STATS(iteration), STATS(memory_total_bytes), STATS(memory_done_bytes),
    STATS(memory_remaining_bytes), STATS(disk_total_bytes), STATS(disk_done_bytes),
    STATS(disk_remaining_bytes), STATS(bandwidth_bytes_s), STATS(dirty_rate_bytes_s),
    STATS(expected_downtime_ms), STATS(downtime_ms), STATS(throttle_percent), STATS(elapsed_ms),
    STATS(postcopy_requests),
};
/* clang-format on */

const DroverFieldTable drover_job_fields = {job_fields, G_N_ELEMENTS(job_fields)};
const DroverFieldTable drover_option_fields = {option_fields, G_N_ELEMENTS(option_fields)};
const DroverFieldTable drover_failure_fields = {failure_fields, G_N_ELEMENTS(failure_fields)};
const DroverFieldTable drover_stats_fields = {stats_fields, G_N_ELEMENTS(stats_fields)};

gint64
drover_field_get(const DroverField *field, gconstpointer object)
{
    gconstpointer at = (const char *) object + field->offset;

    switch (field->type) {
    case DROVER_FIELD_UINT16: return *(const guint16 *) at;
    case DROVER_FIELD_INT32: return *(const gint32 *) at;
    case DROVER_FIELD_UINT32: return *(const guint32 *) at;
    case DROVER_FIELD_INT64: return *(const gint64 *) at;
    case DROVER_FIELD_UINT64: return (gint64) * (const guint64 *) at;
    case DROVER_FIELD_TEXT: break;
    }
    g_return_val_if_reached(0);
}

void
drover_field_set(const DroverField *field, gpointer object, gint64 value)
{
    gpointer at = (char *) object + field->offset;

    switch (field->type) {
    case DROVER_FIELD_UINT16: *(guint16 *) at = (guint16) value; return;
    case DROVER_FIELD_INT32: *(gint32 *) at = (gint32) value; return;
    case DROVER_FIELD_UINT32: *(guint32 *) at = (guint32) value; return;
    case DROVER_FIELD_INT64: *(gint64 *) at = value; return;
    case DROVER_FIELD_UINT64: *(guint64 *) at = (guint64) value; return;
    case DROVER_FIELD_TEXT: break;
    }
    g_return_if_reached();
}

char **
drover_field_text(const DroverField *field, gconstpointer object)
{
    return (char **) ((char *) object + field->offset);
}

void
drover_fields_dup_texts(const DroverFieldTable *table, gpointer object)
{
    for (guint i = 0; i < table->n_fields; i++) {
        if (table->fields[i].type == DROVER_FIELD_TEXT) {
            char **text = drover_field_text(&table->fields[i], object);

            *text = g_strdup(*text);
        }
    }
}

void
drover_fields_free_texts(const DroverFieldTable *table, gpointer object)
{
    for (guint i = 0; i < table->n_fields; i++) {
        if (table->fields[i].type == DROVER_FIELD_TEXT) {
            g_clear_pointer(drover_field_text(&table->fields[i], object), g_free);
        }
    }
}

static void
add_member(JsonObject *json, const DroverField *field, gconstpointer object)
{
    if (field->type == DROVER_FIELD_TEXT) {
        const char *text = *drover_field_text(field, object);

        if (text) {
            json_object_set_string_member(json, field->name, text);
        }
        return;
    }
    if (drover_field_get(field, object) != 0) {
        json_object_set_int_member(json, field->name, drover_field_get(field, object));
    }
}

char *
drover_fields_to_json(const DroverFieldTable *table, gconstpointer object)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *json = json_object_new();

    json_node_take_object(root, json);
    for (guint i = 0; i < table->n_fields; i++) {
        add_member(json, &table->fields[i], object);
    }
    return json_to_string(root, FALSE);
}

static gboolean
take_member(const DroverField *field, gpointer object, JsonNode *node, GError **error)
{
    GType wanted = field->type == DROVER_FIELD_TEXT ? G_TYPE_STRING : G_TYPE_INT64;

    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != wanted) {
        g_set_error(error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_INVALID_DATA,
                    "member '%s' is no %s", field->name,
                    field->type == DROVER_FIELD_TEXT ? "text" : "whole number");
        return FALSE;
    }
    if (field->type == DROVER_FIELD_TEXT) {
        *drover_field_text(field, object) = json_node_dup_string(node);
    } else {
        drover_field_set(field, object, json_node_get_int(node));
    }
    return TRUE;
}

gboolean
drover_fields_from_json(const DroverFieldTable *table,
                        gpointer object,
                        const char *json,
                        GError **error)
{
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(GError) parse_error = NULL;

    /* Most jobs have no options: no parser for them when thousands are loaded. */
    if (g_str_equal(json, "{}")) {
        return TRUE;
    }
    root = json_from_string(json, &parse_error);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
        g_set_error(error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_INVALID_DATA, "%s",
                    parse_error ? parse_error->message : "it is no JSON object");
        return FALSE;
    }
    for (guint i = 0; i < table->n_fields; i++) {
        JsonNode *node = json_object_get_member(json_node_get_object(root), table->fields[i].name);

        if (node && !take_member(&table->fields[i], object, node, error)) {
            return FALSE;
        }
    }
    return TRUE;
}
