#include "orchestrator/cli/job-table.h"

#include "orchestrator/cli/format.h"
#include "orchestrator/cli/instance-json.h"
#include "orchestrator/cli/job-view.h"
#include "orchestrator/cli/lookup.h"
#include "orchestrator/cli/table.h"

#define RECENT_US  (G_TIME_SPAN_HOUR)
#define ENTRY(row) ((const Entry *) (row))
#define VIEW(row)  (&ENTRY(row)->view)

typedef struct {
    DroverSnapshot snapshot;
    DroverJobView view;
} Entry;

struct _DroverJobTable {
    GPtrArray *entries; /* of Entry */
    guint hidden;
    guint id_length;
    gint64 now_us;
};

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    drover_snapshot_clear(&entry->snapshot);
    g_free(entry);
}

void
drover_job_table_free(DroverJobTable *table)
{
    if (!table) {
        return;
    }
    g_ptr_array_unref(table->entries);
    g_free(table);
}

/* --- reading -----------------------------------------------------------------------------------
 */

static int
compare_age(gconstpointer a, gconstpointer b)
{
    const DroverJobView *first = &(*(const Entry *const *) a)->view;
    const DroverJobView *second = &(*(const Entry *const *) b)->view;

    if (first->submitted_us != second->submitted_us) {
        return first->submitted_us < second->submitted_us ? -1 : 1;
    }
    return g_strcmp0(first->id, second->id);
}

/* By InstanceID; the instances stay @list's. */
static GHashTable *
index_by_id(const GPtrArray *list)
{
    GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < list->len; i++) {
        CimInstance *instance = g_ptr_array_index(list, i);
        const char *id = cim_instance_get_string(instance, "InstanceID");

        if (id) {
            g_hash_table_insert(index, (gpointer) id, instance);
        }
    }
    return index;
}

static Entry *
entry_new(const CimInstance *job, const CimInstance *statistics)
{
    Entry *entry = g_new0(Entry, 1);

    entry->snapshot.job = cim_instance_copy(job);
    entry->snapshot.statistics = statistics ? cim_instance_copy(statistics) : NULL;
    drover_job_view_read(&entry->view, entry->snapshot.job, entry->snapshot.statistics);
    return entry;
}

static gboolean
is_past(const DroverJobTable *table, const DroverJobView *view)
{
    return drover_job_state_has_ended(view->state) && view->state != DROVER_JOB_STATE_EXCEPTION &&
           view->changed_us && view->changed_us < table->now_us - RECENT_US;
}

static void
add_jobs(DroverJobTable *table, const GPtrArray *jobs, const GPtrArray *statistics, gboolean all)
{
    g_autoptr(GHashTable) index = index_by_id(statistics);

    for (guint i = 0; i < jobs->len; i++) {
        const CimInstance *job = g_ptr_array_index(jobs, i);
        const char *id = cim_instance_get_string(job, "InstanceID");
        Entry *entry = entry_new(job, id ? g_hash_table_lookup(index, id) : NULL);

        if (!all && is_past(table, &entry->view)) {
            entry_free(entry);
            table->hidden++;
        } else {
            g_ptr_array_add(table->entries, entry);
        }
    }
    g_ptr_array_sort(table->entries, compare_age);
}

static void
measure_ids(DroverJobTable *table)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();

    for (guint i = 0; i < table->entries->len; i++) {
        g_ptr_array_add(ids, (gpointer) VIEW(g_ptr_array_index(table->entries, i))->id);
    }
    table->id_length = drover_lookup_id_length(ids);
}

DroverJobTable *
drover_job_table_read(DroverCli *cli, gboolean all, GError **error)
{
    g_autoptr(GPtrArray) jobs = drover_cli_list(cli, DROVER_JOB_CLASS, error);
    g_autoptr(GPtrArray) statistics =
        jobs ? drover_cli_list(cli, "Drover_MigrationStatistics", error) : NULL;
    DroverJobTable *table;

    if (!statistics) {
        return NULL;
    }
    table = g_new0(DroverJobTable, 1);
    table->entries = g_ptr_array_new_with_free_func(entry_free);
    table->now_us = g_get_real_time();
    add_jobs(table, jobs, statistics, all);
    measure_ids(table);
    return table;
}

guint
drover_job_table_length(const DroverJobTable *table)
{
    return table->entries->len;
}

guint
drover_job_table_hidden(const DroverJobTable *table)
{
    return table->hidden;
}

const DroverSnapshot *
drover_job_table_get(const DroverJobTable *table, guint index)
{
    return &ENTRY(g_ptr_array_index(table->entries, index))->snapshot;
}

/* --- columns -----------------------------------------------------------------------------------
 */

static char *
get_id(gconstpointer row, gconstpointer context)
{
    return g_strndup(VIEW(row)->id, ((const DroverJobTable *) context)->id_length);
}

static char *
get_vm(gconstpointer row, gconstpointer context)
{
    return g_strdup(VIEW(row)->vm);
}

static char *
get_source(gconstpointer row, gconstpointer context)
{
    return g_strdup(VIEW(row)->source);
}

static char *
get_destination(gconstpointer row, gconstpointer context)
{
    return g_strdup(VIEW(row)->destination);
}

static char *
get_state(gconstpointer row, gconstpointer context)
{
    return g_strdup(drover_job_view_state(VIEW(row)));
}

static DroverStyle
state_style(gconstpointer row)
{
    return drover_job_state_style(VIEW(row)->state);
}

static char *
get_percent(gconstpointer row, gconstpointer context)
{
    return g_strdup_printf("%u", VIEW(row)->percent);
}

static char *
get_rate(gconstpointer row, gconstpointer context)
{
    const DroverJobView *view = VIEW(row);

    return view->is_moving && view->bandwidth_bytes_s ? drover_format_rate(view->bandwidth_bytes_s)
                                                      : NULL;
}

static char *
get_left(gconstpointer row, gconstpointer context)
{
    const DroverJobView *view = VIEW(row);

    return view->is_moving && view->remaining_s >= 0 ? drover_format_seconds(view->remaining_s)
                                                     : NULL;
}

static char *
get_elapsed(gconstpointer row, gconstpointer context)
{
    return VIEW(row)->elapsed_ms >= 0 ? drover_format_duration(VIEW(row)->elapsed_ms) : NULL;
}

static char *
get_submitted(gconstpointer row, gconstpointer context)
{
    return VIEW(row)->submitted_us ? drover_format_time(VIEW(row)->submitted_us,
                                                        ((const DroverJobTable *) context)->now_us)
                                   : NULL;
}

static char *
get_detail(gconstpointer row, gconstpointer context)
{
    return g_strdup(drover_job_view_detail(VIEW(row)));
}

/* clang-format off */
static const DroverColumn columns[] = {
    { "ID",        get_id,          NULL,        FALSE, FALSE },
    { "VM",        get_vm,          NULL,        FALSE, FALSE },
    { "FROM",      get_source,      NULL,        FALSE, FALSE },
    { "TO",        get_destination, NULL,        FALSE, FALSE },
    { "STATE",     get_state,       state_style, FALSE, FALSE },
    { "%",         get_percent,     NULL,        TRUE,  FALSE },
    { "RATE",      get_rate,        NULL,        TRUE,  TRUE },
    { "LEFT",      get_left,        NULL,        TRUE,  TRUE },
    { "SUBMITTED", get_submitted,   NULL,        FALSE, FALSE },
    { "TOOK",      get_elapsed,     NULL,        TRUE,  TRUE },
    { "STATUS",    get_detail,      NULL,        FALSE, TRUE },
};
/* clang-format on */

char *
drover_job_table_print(const DroverJobTable *table, const DroverScreen *screen)
{
    return drover_table_print(columns, G_N_ELEMENTS(columns), table->entries, table, screen);
}

char *
drover_job_table_print_json(const DroverJobTable *table)
{
    JsonArray *array = json_array_new();
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);

    for (guint i = 0; i < table->entries->len; i++) {
        const DroverSnapshot *snapshot = drover_job_table_get(table, i);
        JsonNode *job = drover_json_instance(snapshot->job);

        if (snapshot->statistics) {
            drover_json_add(job, snapshot->statistics);
        }
        json_array_add_element(array, job);
    }
    json_node_take_array(node, array);
    return drover_json_print(node, TRUE);
}
