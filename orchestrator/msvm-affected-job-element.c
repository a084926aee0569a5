/* Msvm_AffectedJobElement: a job and the guest that it moves.  Its objects are the jobs. */
#include "orchestrator/views.h"

#define RECORD(object) (&((const DroverJob *) (object))->record)

enum { EFFECT_PERFORMANCE_IMPACT = 3 };

/* --- properties ------------------------------------------------------------------------------ */

static void
get_affected(gconstpointer object, CimValue *value, gpointer data)
{
    g_autofree char *name = drover_guid(RECORD(object)->guest_uuid);

    cim_value_take_reference(value, drover_system_path(name));
}

static void
get_affecting(gconstpointer object, CimValue *value, gpointer data)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, "Msvm_MigrationJob");

    cim_path_add_string_key(path, "InstanceID", RECORD(object)->id);
    cim_value_take_reference(value, path);
}

/* A guest that is being moved runs slower for it; that is all that happens to it. */
static void
get_effects(gconstpointer object, CimValue *value, gpointer data)
{
    static const guint16 effects[] = {EFFECT_PERFORMANCE_IMPACT};

    cim_value_set_uint_array(value, effects, G_N_ELEMENTS(effects));
}

/* --- the provider ---------------------------------------------------------------------------- */

static const char *
key_of_end(const CimPath *path, const char *end, const char *key)
{
    const CimValue *value = cim_path_find_key(path, end);

    return value && value->type == CIM_TYPE_REFERENCE
               ? cim_path_get_string_key(value->reference, key)
               : NULL;
}

static gpointer
find(gpointer data, const CimPath *path)
{
    const char *id = key_of_end(path, "AffectingElement", "InstanceID");
    const char *guest = key_of_end(path, "AffectedElement", "Name");
    DroverViews *views = data;
    DroverJob *job = id ? drover_jobs_find(drover_service_jobs(views->service), id) : NULL;

    return job && guest && g_ascii_strcasecmp(guest, job->record.guest_uuid) == 0 ? job : NULL;
}

/* From a job it is one step; from a guest, each of its jobs counts, also those that have ended. */
static void
enumerate_referring(gpointer data, const CimPath *end, CimVisit visit, gpointer visit_data)
{
    const DroverJob *job = drover_views_find_job(data, end);

    if (job) {
        visit(job, visit_data);
    } else {
        drover_views_each_job(data, visit, visit_data);
    }
}

/* clang-format off */
static const CimGetterRow getters[] = {
    { "AffectedElement", get_affected },
    { "AffectingElement", get_affecting },
    { "ElementEffects", get_effects },
};

const CimProvider drover_affected_job_element_provider = {
    .class_name = "Msvm_AffectedJobElement",
    .getters = getters, .n_getters = G_N_ELEMENTS(getters),
    .enumerate = drover_views_each_job,
    .find = find,
    .enumerate_referring = enumerate_referring,
};
/* clang-format on */
