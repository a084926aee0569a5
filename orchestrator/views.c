#include "orchestrator/views.h"

#include "cim/server.h"

DroverViews *
drover_views_new(DroverService *service, const CimSchema *schema)
{
    DroverViews *views = g_new0(DroverViews, 1);

    views->service = service;
    views->schema = schema;
    views->host_name = g_strdup(g_get_host_name());
    return views;
}

void
drover_views_free(DroverViews *views)
{
    if (views) {
        g_free(views->host_name);
        g_free(views);
    }
}

const CimProvider *const drover_views_providers[] = {
    &drover_migration_job_provider,
    &drover_computer_system_provider,
    &drover_migration_service_provider,
    &drover_service_settings_provider,
    &drover_migration_settings_provider,
    &drover_capabilities_provider,
    &drover_statistics_provider,
    &drover_attempt_provider,
    &drover_host_state_provider,
    &drover_guest_state_provider,
    &drover_advisor_provider,
    &drover_affected_job_element_provider,
    &drover_transfer_job_provider,
    NULL,
};

void
drover_views_add(DroverViews *views, CimServer *server)
{
    cim_server_add_namespace(server, DROVER_NAMESPACE);
    for (guint i = 0; drover_views_providers[i]; i++) {
        cim_server_add_provider(server, DROVER_NAMESPACE, drover_views_providers[i], views);
    }
}

void
drover_views_acknowledged(DroverViews *views, const char *job_id)
{
    if (views->notifier) {
        drover_notifier_acknowledged(views->notifier, job_id);
    }
}

typedef struct {
    CimVisit visit;
    gpointer visit_data;
} Walk;

static gboolean
visit_job(DroverJob *job, gpointer user_data)
{
    const Walk *walk = user_data;

    return walk->visit(job, walk->visit_data);
}

void
drover_views_each_job(gpointer views, CimVisit visit, gpointer visit_data)
{
    Walk walk = {visit, visit_data};

    drover_jobs_each(drover_service_jobs(((DroverViews *) views)->service), visit_job, &walk);
}

gpointer
drover_views_find_job(gpointer views, const CimPath *path)
{
    const char *id = cim_path_get_string_key(path, "InstanceID");

    return id ? drover_jobs_find(drover_service_jobs(((DroverViews *) views)->service), id) : NULL;
}
