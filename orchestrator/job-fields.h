/*
 * The fields of a job's record, as tables: what is copied, freed, stored and read back.
 *
 * Purpose:   one list per struct, so that a new field is one row here and one column in a
 * migration. A field's name is its column (or JSON member) name: stored, never changed. Thread:
 * constant data.
 */
#pragma once

#include "orchestrator/job-record.h"

typedef enum {
    DROVER_FIELD_TEXT, /* char *, owned by the struct, nullable */
    DROVER_FIELD_UINT16,
    DROVER_FIELD_INT32,  /* int, gboolean */
    DROVER_FIELD_UINT32, /* guint, enums */
    DROVER_FIELD_INT64,
    DROVER_FIELD_UINT64,
} DroverFieldType;

typedef struct {
    const char *name;
    DroverFieldType type;
    gsize offset;
} DroverField;

typedef struct {
    const DroverField *fields;
    guint n_fields;
} DroverFieldTable;

extern const DroverFieldTable drover_job_fields; /* of DroverJobRecord, less options and failure */
extern const DroverFieldTable drover_option_fields;  /* of DroverTransferOptions */
extern const DroverFieldTable drover_failure_fields; /* of DroverFailure */
extern const DroverFieldTable drover_stats_fields;   /* of DroverTransferStats */

/* Numbers; an unsigned 64-bit one keeps its bits. */
gint64 drover_field_get(const DroverField *field, gconstpointer object);
void drover_field_set(const DroverField *field, gpointer object, gint64 value);
/* Texts: where the pointer is. */
char **drover_field_text(const DroverField *field, gconstpointer object);

/* Gives @object copies of its texts (after a plain copy of the struct), or frees them. */
void drover_fields_dup_texts(const DroverFieldTable *table, gpointer object);
void drover_fields_free_texts(const DroverFieldTable *table, gpointer object);

/* JSON with the fields that are neither 0 nor NULL. (transfer full) */
char *drover_fields_to_json(const DroverFieldTable *table, gconstpointer object);
/* Sets the fields that @json has in a zeroed @object.  Members that are not in the table are left
 * alone; FALSE, with @error, when it is no JSON object or a member has the wrong type. */
gboolean drover_fields_from_json(const DroverFieldTable *table,
                                 gpointer object,
                                 const char *json,
                                 GError **error);
