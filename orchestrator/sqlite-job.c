#include "orchestrator/sqlite-job.h"

#include "orchestrator/job-fields.h"

/* Columns and parameters: the table's fields in order (parameters count from 1), then these two. */
#define OPTIONS_COLUMN ((int) drover_job_fields.n_fields)
#define FAILURE_COLUMN (OPTIONS_COLUMN + 1)

/* Appends every column in turn, with commas between. */
static void
append_columns(GString *sql, void (*append)(GString *sql, const char *name, int parameter))
{
    for (guint i = 0; i < drover_job_fields.n_fields; i++) {
        append(sql, drover_job_fields.fields[i].name, (int) i + 1);
        g_string_append(sql, ", ");
    }
    append(sql, "options", OPTIONS_COLUMN + 1);
    g_string_append(sql, ", ");
    append(sql, "failure", FAILURE_COLUMN + 1);
}

static void
append_name(GString *sql, const char *name, int parameter)
{
    g_string_append(sql, name);
}

static void
append_parameter(GString *sql, const char *name, int parameter)
{
    g_string_append_printf(sql, "?%d", parameter);
}

char *
drover_sqlite_job_insert_sql(void)
{
    GString *sql = g_string_new("INSERT INTO job (");

    append_columns(sql, append_name);
    g_string_append(sql, ") VALUES (");
    append_columns(sql, append_parameter);
    g_string_append(sql, ")");
    return g_string_free(sql, FALSE);
}

static int
parameter_of(const char *name)
{
    for (guint i = 0; i < drover_job_fields.n_fields; i++) {
        if (g_str_equal(drover_job_fields.fields[i].name, name)) {
            return (int) i + 1;
        }
    }
    g_assert_not_reached();
}

/* Identity is the condition, so that a number with another id is not overwritten.  It is not
 * assigned too: SQLite would rewrite every index and look through the journal for rows that refer
 * to it. */
char *
drover_sqlite_job_update_sql(void)
{
    GString *sql = g_string_new("UPDATE job SET ");

    for (guint i = 0; i < drover_job_fields.n_fields; i++) {
        const char *name = drover_job_fields.fields[i].name;

        if (!g_str_equal(name, "id") && !g_str_equal(name, "number")) {
            g_string_append_printf(sql, "%s = ?%u, ", name, i + 1);
        }
    }
    g_string_append_printf(sql, "options = ?%d, failure = ?%d WHERE number = ?%d AND id = ?%d",
                           OPTIONS_COLUMN + 1, FAILURE_COLUMN + 1, parameter_of("number"),
                           parameter_of("id"));
    return g_string_free(sql, FALSE);
}

char *
drover_sqlite_job_select_sql(void)
{
    GString *sql = g_string_new("SELECT ");

    append_columns(sql, append_name);
    g_string_append(sql, " FROM job WHERE removed_us = 0 ORDER BY number");
    return g_string_free(sql, FALSE);
}

void
drover_sqlite_job_bind(sqlite3_stmt *statement,
                       const DroverJobRecord *record,
                       const char *options,
                       const char *failure)
{
    for (guint i = 0; i < drover_job_fields.n_fields; i++) {
        const DroverField *field = &drover_job_fields.fields[i];

        if (field->type == DROVER_FIELD_TEXT) {
            sqlite3_bind_text(statement, (int) i + 1, *drover_field_text(field, record), -1,
                              SQLITE_STATIC);
        } else {
            sqlite3_bind_int64(statement, (int) i + 1, drover_field_get(field, record));
        }
    }
    sqlite3_bind_text(statement, OPTIONS_COLUMN + 1, options, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, FAILURE_COLUMN + 1, failure, -1, SQLITE_STATIC);
}

static void
read_column(sqlite3_stmt *statement, int column, const DroverField *field, gpointer object)
{
    if (field->type == DROVER_FIELD_TEXT) {
        const char *text = (const char *) sqlite3_column_text(statement, column);

        *drover_field_text(field, object) = g_strdup(text);
    } else {
        drover_field_set(field, object, sqlite3_column_int64(statement, column));
    }
}

static gboolean
read_json(sqlite3_stmt *statement, DroverJobRecord *record, GError **error)
{
    const char *options = (const char *) sqlite3_column_text(statement, OPTIONS_COLUMN);
    const char *failure = (const char *) sqlite3_column_text(statement, FAILURE_COLUMN);

    if (options &&
        !drover_fields_from_json(&drover_option_fields, &record->options, options, error)) {
        g_prefix_error(error, "options: ");
        return FALSE;
    }
    if (!failure) {
        return TRUE;
    }
    record->failure = drover_failure_new(DROVER_FAILURE_NONE);
    if (!drover_fields_from_json(&drover_failure_fields, record->failure, failure, error)) {
        g_prefix_error(error, "failure: ");
        return FALSE;
    }
    return TRUE;
}

gboolean
drover_sqlite_job_read(sqlite3_stmt *statement, DroverJobRecord *record, GError **error)
{
    g_autoptr(GError) reason = NULL;

    for (guint i = 0; i < drover_job_fields.n_fields; i++) {
        read_column(statement, (int) i, &drover_job_fields.fields[i], record);
    }
    if (!drover_stage_is_valid((int) record->stage)) {
        g_set_error(&reason, DROVER_STORE_ERROR, DROVER_STORE_ERROR_READ,
                    "stage %d is none that this drover knows", (int) record->stage);
    } else if (read_json(statement, record, &reason)) {
        return TRUE;
    }
    g_set_error(error, DROVER_STORE_ERROR, DROVER_STORE_ERROR_READ,
                "cannot read job '%s' in '%s': %s", record->id,
                sqlite3_db_filename(sqlite3_db_handle(statement), "main"), reason->message);
    return FALSE;
}
