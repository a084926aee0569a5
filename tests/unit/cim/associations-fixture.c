/* Associations between the jobs and notes of jobs-fixture.h. */
#include <string.h>

#include "tests/unit/cim/jobs-fixture.h"

static CimPath *
make_path(const char *class_name, const char *id)
{
    CimPath *path = cim_path_new(JOBS_NAMESPACE, class_name);

    cim_path_add_string_key(path, "InstanceID", id);
    return path;
}

static gboolean
is_key(const CimPath *path, const char *key, const char *id)
{
    const CimValue *value = cim_path_find_key(path, key);

    return value && value->type == CIM_TYPE_REFERENCE &&
           g_strcmp0(cim_path_get_string_key(value->reference, "InstanceID"), id) == 0;
}

/* Test_JobDependency: each job but the last needs the next one.  Its objects are places in the
 * array of jobs. */

#define ID_AT(at) (((FixtureJob *) *(at))->id)

static void
get_dependent(gconstpointer object, CimValue *value, gpointer data)
{
    gpointer const *at = object;

    cim_value_take_reference(value, make_path("Test_MigrationJob", ID_AT(at)));
}

static void
get_antecedent(gconstpointer object, CimValue *value, gpointer data)
{
    gpointer const *at = object;

    cim_value_take_reference(value, make_path("Test_MigrationJob", ID_AT(at + 1)));
}

static const CimGetterRow dependency_getters[] = {
    {"Antecedent", get_antecedent},
    {"Dependent", get_dependent},
};

static void
enumerate_dependencies(gpointer data, CimVisit visit, gpointer visit_data)
{
    const GPtrArray *jobs = ((Jobs *) data)->jobs;

    for (guint i = 0; i + 1 < jobs->len; i++)
        if (!visit(&jobs->pdata[i], visit_data))
            return;
}

static gpointer
find_dependency(gpointer data, const CimPath *path)
{
    const GPtrArray *jobs = ((Jobs *) data)->jobs;

    for (guint i = 0; i + 1 < jobs->len; i++)
        if (is_key(path, "Dependent", ID_AT(&jobs->pdata[i])) &&
            is_key(path, "Antecedent", ID_AT(&jobs->pdata[i + 1])))
            return &jobs->pdata[i];
    return NULL;
}

static const CimProvider dependency_provider = {
    .class_name = "Test_JobDependency",
    .getters = dependency_getters,
    .n_getters = G_N_ELEMENTS(dependency_getters),
    .enumerate = enumerate_dependencies,
    .find = find_dependency,
};

/* Test_JobNote: a note is on the job whose number it has, whether there is such a job or not. */

static void
get_job(gconstpointer object, CimValue *value, gpointer data)
{
    g_autofree char *id = g_strdup_printf("job-%u", ((const FixtureNote *) object)->number);

    cim_value_take_reference(value, make_path("Test_MigrationJob", id));
}

static void
get_note(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_take_reference(value, make_path("Test_Note", ((const FixtureNote *) object)->id));
}

static const CimGetterRow job_note_getters[] = {
    {"Job", get_job},
    {"Note", get_note},
};

static void
enumerate_job_notes(gpointer data, CimVisit visit, gpointer visit_data)
{
    const GPtrArray *notes = ((Jobs *) data)->notes;

    for (guint i = 0; i < notes->len; i++)
        if (!visit(notes->pdata[i], visit_data))
            return;
}

/* From a note there is one way only, and it is shorter. */
static void
enumerate_referring(gpointer data, const CimPath *end, CimVisit visit, gpointer visit_data)
{
    Jobs *jobs = data;
    const char *id = cim_path_get_string_key(end, "InstanceID");

    jobs->shortcuts++;
    if (strcmp(end->class_name, "Test_Note") != 0) {
        enumerate_job_notes(data, visit, visit_data);
        return;
    }
    for (guint i = 0; i < jobs->notes->len; i++)
        if (strcmp(((FixtureNote *) jobs->notes->pdata[i])->id, id) == 0)
            visit(jobs->notes->pdata[i], visit_data);
}

static gpointer
find_job_note(gpointer data, const CimPath *path)
{
    const GPtrArray *notes = ((Jobs *) data)->notes;

    for (guint i = 0; i < notes->len; i++)
        if (is_key(path, "Note", ((FixtureNote *) notes->pdata[i])->id))
            return notes->pdata[i];
    return NULL;
}

static const CimProvider job_note_provider = {
    .class_name = "Test_JobNote",
    .getters = job_note_getters,
    .n_getters = G_N_ELEMENTS(job_note_getters),
    .enumerate = enumerate_job_notes,
    .find = find_job_note,
    .enumerate_referring = enumerate_referring,
};

/* Test_JobRemark: the same once more, for notes whose text is "twice". */

static void
enumerate_remarks(gpointer data, CimVisit visit, gpointer visit_data)
{
    const GPtrArray *notes = ((Jobs *) data)->notes;

    for (guint i = 0; i < notes->len; i++)
        if (g_strcmp0(((FixtureNote *) notes->pdata[i])->text, "twice") == 0 &&
            !visit(notes->pdata[i], visit_data))
            return;
}

static gpointer
find_remark(gpointer data, const CimPath *path)
{
    FixtureNote *note = find_job_note(data, path);

    return note && g_strcmp0(note->text, "twice") == 0 ? note : NULL;
}

static const CimProvider job_remark_provider = {
    .class_name = "Test_JobRemark",
    .getters = job_note_getters,
    .n_getters = G_N_ELEMENTS(job_note_getters),
    .enumerate = enumerate_remarks,
    .find = find_remark,
};

void
jobs_associate(Jobs *jobs, CimServer *server)
{
    cim_server_add_provider(server, JOBS_NAMESPACE, &dependency_provider, jobs);
    cim_server_add_provider(server, JOBS_NAMESPACE, &job_note_provider, jobs);
    cim_server_add_provider(server, JOBS_NAMESPACE, &job_remark_provider, jobs);
}
