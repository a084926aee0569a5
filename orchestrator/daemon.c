#include "orchestrator/daemon.h"

#include <glib-unix.h>

#include "cim/server.h"
#include "orchestrator/audit-log.h"
#include "orchestrator/guard.h"
#include "orchestrator/metrics.h"
#include "configs/mof/schema.h"
#include "orchestrator/notify-command.h"
#include "orchestrator/notify-http.h"
#include "orchestrator/notify-secret.h"
#include "orchestrator/settings.h"
#include "orchestrator/transfer-job-event.h"
#include "orchestrator/views.h"

struct _DroverDaemon {
    char *config_path;
    DroverSettings *settings;
    GMainContext *context;
    GMainLoop *loop;
    DroverClock *clock;
    DroverStore *store;
    DroverBackend *backend;
    DroverService *service;
    DroverViews *views;
    CimTls *tls; /* NULL: no TLS */
    DroverGuard *guard;
    DroverAuditLog *audit_log;
    DroverNotifyTransport *notify_http; /* the notifier's; so is the next one */
    DroverNotifyTransport *notify_command;
    DroverNotifier *notifier;
    CimServer *server;
    DroverMetrics metrics;
    GPtrArray *signals; /* of GSource */
    guint16 http_port;  /* 0: none */
    guint16 https_port;
};

/* --- backends -------------------------------------------------------------------------------- */

static DroverBackend *
new_libvirt(DroverDaemon *daemon, GError **error)
{
    return drover_libvirt_backend_new(daemon->context, daemon->clock, error);
}

static DroverBackend *
new_simulated(DroverDaemon *daemon, GError **error)
{
    return drover_simulated_backend_new(daemon->clock, daemon->settings->scenario, error);
}

static const struct {
    const char *name;
    DroverBackend *(*new)(DroverDaemon *daemon, GError **error);
} backends[] = {
    {"libvirt", new_libvirt},
    {"simulated", new_simulated},
};

static DroverBackend *
new_backend(DroverDaemon *daemon, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(backends); i++) {
        if (g_str_equal(daemon->settings->backend, backends[i].name)) {
            return backends[i].new(daemon, error);
        }
    }
    g_set_error(error, DROVER_SETTINGS_ERROR, DROVER_SETTINGS_ERROR_INVALID,
                "%s: [daemon] backend: '%s' is neither 'libvirt' nor 'simulated'",
                daemon->config_path, daemon->settings->backend);
    return NULL;
}

static gboolean
add_hosts(DroverDaemon *daemon, const DroverSettings *settings, GError **error)
{
    for (guint i = 0; i < settings->hosts->len; i++) {
        const DroverHostSettings *host = g_ptr_array_index(settings->hosts, i);

        if (!daemon->backend->klass->add_host(daemon->backend, host->name, host->uri,
                                              host->peer_uri, error)) {
            g_prefix_error(error, "%s: [host %s]: ", daemon->config_path, host->name);
            return FALSE;
        }
    }
    return TRUE;
}

/* --- who may do what ------------------------------------------------------------------------- */

static DroverGuardSettings
guard_settings(const DroverSettings *settings)
{
    return (DroverGuardSettings){
        .lists = {settings->observers, settings->operators, settings->administrators},
        .password_file = settings->password_file,
    };
}

static void
on_audit(const CimAuditRecord *record, gpointer user_data)
{
    DroverDaemon *daemon = user_data;

    drover_audit_log_write(daemon->audit_log, record, drover_clock_real_us(daemon->clock));
}

static gboolean
set_up_guard(DroverDaemon *daemon, GError **error)
{
    const DroverSettings *settings = daemon->settings;
    DroverGuardSettings guard = guard_settings(settings);
    g_autofree char *path = settings->audit_log
                                ? g_strdup(settings->audit_log)
                                : g_build_filename(settings->state_dir, "audit.log", NULL);

    daemon->audit_log = drover_audit_log_new(path, error);
    daemon->guard =
        daemon->audit_log ? drover_guard_new(daemon->context, daemon->clock, &guard, error) : NULL;
    if (!daemon->guard) {
        return FALSE;
    }
    drover_guard_set_audit(daemon->guard, on_audit, daemon);
    return TRUE;
}

static gboolean
set_up_tls(DroverDaemon *daemon, GError **error)
{
    const DroverSettings *settings = daemon->settings;
    const CimTlsFiles files = {
        .certificate = settings->tls_certificate,
        .key = settings->tls_key,
        .client_ca = settings->tls_client_ca,
        .priorities = settings->tls_priorities,
    };

    if (!*settings->https_listen) {
        return TRUE;
    }
    daemon->tls = cim_tls_new(&files, error);
    if (!daemon->tls) {
        g_prefix_error(error, "%s: [tls]: ", daemon->config_path);
    }
    return daemon->tls != NULL;
}

/* --- notifications --------------------------------------------------------------------------- */

static gboolean
read_secret(DroverDaemon *daemon, const DroverSettings *settings, char **secret, GError **error)
{
    *secret = settings->notify_secret_file
                  ? drover_notify_secret_read(settings->notify_secret_file, error)
                  : NULL;
    if (settings->notify_secret_file && !*secret) {
        g_prefix_error(error, "%s: [notify] ", daemon->config_path);
        return FALSE;
    }
    return TRUE;
}

static void
configure_notifier(DroverDaemon *daemon, const DroverSettings *settings, const char *secret)
{
    drover_notify_http_configure(daemon->notify_http, secret, settings->notify_timeout_s);
    drover_notify_command_configure(daemon->notify_command, settings->notify_timeout_s);
    drover_notifier_configure(daemon->notifier, settings->notify_retry_first_s,
                              settings->notify_retry_longest_s);
}

/* Before anything can end: the main loop does not turn yet. */
static gboolean
set_up_notifier(DroverDaemon *daemon, GError **error)
{
    g_autofree char *secret = NULL;

    if (!read_secret(daemon, daemon->settings, &secret, error)) {
        return FALSE;
    }
    daemon->views = drover_views_new(daemon->service, &drover_schema);
    daemon->notify_http = drover_notify_http_new(daemon->context);
    daemon->notify_command = drover_notify_command_new();
    daemon->notifier =
        drover_notifier_new(drover_service_jobs(daemon->service), daemon->store, daemon->clock,
                            daemon->notify_http, daemon->notify_command);
    drover_notifier_set_describe(daemon->notifier, drover_transfer_job_describe, daemon->views);
    daemon->views->notifier = daemon->notifier;
    configure_notifier(daemon, daemon->settings, secret);
    return drover_notifier_load(daemon->notifier, error);
}

/* --- reload ---------------------------------------------------------------------------------- */

static gboolean
has_host(const DroverSettings *settings, const char *name)
{
    for (guint i = 0; i < settings->hosts->len; i++) {
        if (g_str_equal(((const DroverHostSettings *) g_ptr_array_index(settings->hosts, i))->name,
                        name)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A host that a move uses stays until the move has ended; the next reload removes it. */
static void
remove_hosts(DroverDaemon *daemon, const DroverSettings *settings)
{
    DroverQueue *queue = drover_service_queue(daemon->service);

    for (guint i = 0; i < daemon->settings->hosts->len; i++) {
        const DroverHostSettings *host = g_ptr_array_index(daemon->settings->hosts, i);

        if (has_host(settings, host->name)) {
            continue;
        }
        if (drover_queue_outgoing(queue, host->name) || drover_queue_incoming(queue, host->name)) {
            g_log_structured(
                G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE",
                "host '%s' is no longer configured but has running moves: it stays until "
                "they end and the configuration is loaded again",
                host->name);
            continue;
        }
        daemon->backend->klass->remove_host(daemon->backend, host->name);
    }
}

static gboolean
reload(gpointer user_data)
{
    DroverDaemon *daemon = user_data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DroverSettings) settings = drover_settings_load(daemon->config_path, &error);
    DroverGuardSettings guard = {{NULL}, NULL};
    g_autofree char *secret = NULL;

    if (settings) {
        guard = guard_settings(settings);
    }
    if (!settings || !read_secret(daemon, settings, &secret, &error) ||
        !drover_guard_reload(daemon->guard, &guard, &error) ||
        !drover_audit_log_reopen(daemon->audit_log, &error) ||
        !add_hosts(daemon, settings, &error)) {
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE",
                         "configuration not reloaded, the old one stays: %s", error->message);
        return G_SOURCE_CONTINUE;
    }
    remove_hosts(daemon, settings);
    configure_notifier(daemon, settings, secret);
    drover_service_reconfigure(daemon->service, settings);
    daemon->backend->klass->wake(daemon->backend);
    drover_settings_free(daemon->settings);
    daemon->settings = g_steal_pointer(&settings);
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE", "configuration reloaded from %s",
                     daemon->config_path);
    return G_SOURCE_CONTINUE;
}

/* --- life ------------------------------------------------------------------------------------ */

static gboolean
quit(gpointer user_data)
{
    DroverDaemon *daemon = user_data;

    g_main_loop_quit(daemon->loop);
    return G_SOURCE_CONTINUE;
}

static void
on_signal(DroverDaemon *daemon, int number, GSourceFunc func)
{
    GSource *source = g_unix_signal_source_new(number);

    g_source_set_callback(source, func, daemon, NULL);
    g_source_attach(source, daemon->context);
    g_ptr_array_add(daemon->signals, source);
}

static char *
health_page(gpointer user_data, const char **content_type, guint *http_status)
{
    *content_type = "text/plain; charset=utf-8";
    *http_status = 200;
    return g_strdup("ok\n");
}

static char *
metrics_page(gpointer user_data, const char **content_type, guint *http_status)
{
    *content_type = "text/plain; version=0.0.4; charset=utf-8";
    *http_status = 200;
    return drover_metrics_print(user_data);
}

static gboolean
listen_for_clients(DroverDaemon *daemon, GError **error)
{
    const DroverSettings *settings = daemon->settings;

    if (!cim_server_listen_unix(daemon->server, settings->socket, settings->socket_mode, error)) {
        return FALSE;
    }
    if (*settings->http_listen) {
        daemon->http_port = cim_server_listen_tcp(daemon->server, settings->http_listen, error);
    }
    if (daemon->tls) {
        daemon->https_port =
            cim_server_listen_tls(daemon->server, settings->https_listen, daemon->tls, error);
    }
    return (daemon->http_port || !*settings->http_listen) && (daemon->https_port || !daemon->tls);
}

static void
set_up_server(DroverDaemon *daemon)
{
    CimServerLimits limits = {
        .connections = daemon->settings->connections,
        .body_bytes = (gsize) daemon->settings->body_kib * 1024,
        .request_deadline_s = daemon->settings->request_deadline_s,
        .idle_timeout_s = daemon->settings->idle_timeout_s,
        .enumerations = daemon->settings->enumerations,
    };

    daemon->server = cim_server_new(&drover_schema, daemon->context, &limits);
    drover_views_add(daemon->views, daemon->server);
    cim_server_set_guard(daemon->server, &drover_cim_guard, daemon->guard);
    daemon->metrics = (DroverMetrics){daemon->service, daemon->server, daemon->notifier};
    cim_server_add_page(daemon->server, "/healthz", health_page, daemon);
    cim_server_add_page(daemon->server, "/metrics", metrics_page, &daemon->metrics);
}

DroverDaemon *
drover_daemon_new(const char *config_path, GError **error)
{
    g_autoptr(DroverDaemon) daemon = g_new0(DroverDaemon, 1);
    g_autofree char *database = NULL;

    daemon->config_path = g_strdup(config_path);
    daemon->signals = g_ptr_array_new_with_free_func((GDestroyNotify) g_source_unref);
    daemon->settings = drover_settings_load(config_path, error);
    if (!daemon->settings) {
        return NULL;
    }
    /* Not the default context: libvirt's event loop runs on that one, in a thread of its own. */
    daemon->context = g_main_context_new();
    g_main_context_push_thread_default(daemon->context);
    daemon->loop = g_main_loop_new(daemon->context, FALSE);
    daemon->clock = drover_clock_new_real(daemon->context);
    database = g_build_filename(daemon->settings->state_dir, "drover.db", NULL);
    if (!(daemon->store = drover_sqlite_store_new(database, daemon->context, error)) ||
        !(daemon->backend = new_backend(daemon, error)) ||
        !add_hosts(daemon, daemon->settings, error) ||
        !(daemon->service =
              drover_service_new(daemon->backend, daemon->store, daemon->settings, error))) {
        return NULL;
    }
    if (!set_up_notifier(daemon, error) || !set_up_guard(daemon, error) ||
        !set_up_tls(daemon, error)) {
        return NULL;
    }
    set_up_server(daemon);
    if (!listen_for_clients(daemon, error)) {
        return NULL;
    }
    on_signal(daemon, SIGTERM, quit);
    on_signal(daemon, SIGINT, quit);
    on_signal(daemon, SIGHUP, reload);
    return g_steal_pointer(&daemon);
}

void
drover_daemon_run(DroverDaemon *daemon)
{
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE",
                     "droverd is ready: %u hosts, %u jobs, socket %s, HTTP port %u, TLS port %u",
                     daemon->settings->hosts->len,
                     drover_jobs_count(drover_service_jobs(daemon->service)),
                     daemon->settings->socket, daemon->http_port, daemon->https_port);
    g_main_loop_run(daemon->loop);
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MESSAGE",
                     "droverd stops; %u moves go on without it",
                     drover_queue_active(drover_service_queue(daemon->service)));
}

void
drover_daemon_free(DroverDaemon *daemon)
{
    if (!daemon) {
        return;
    }
    for (guint i = 0; i < daemon->signals->len; i++) {
        g_source_destroy(g_ptr_array_index(daemon->signals, i));
    }
    g_ptr_array_unref(daemon->signals);
    if (daemon->service) {
        /* Who waits for an answer gets it: what they asked for is written first. */
        drover_service_stop(daemon->service);
        daemon->store->klass->flush(daemon->store);
    }
    g_clear_pointer(&daemon->server, cim_server_free);
    g_clear_pointer(&daemon->guard, drover_guard_free);
    g_clear_pointer(&daemon->audit_log, drover_audit_log_free);
    g_clear_pointer(&daemon->tls, cim_tls_free);
    if (daemon->notifier) {
        drover_notifier_stop(daemon->notifier);
    }
    g_clear_pointer(&daemon->backend,
                    drover_backend_free); /* its callbacks end before their jobs do */
    g_clear_pointer(&daemon->store, drover_store_free);
    g_clear_pointer(&daemon->service, drover_service_free);
    g_clear_pointer(&daemon->notifier, drover_notifier_free);
    g_clear_pointer(&daemon->views, drover_views_free);
    g_clear_pointer(&daemon->clock, drover_clock_unref);
    g_clear_pointer(&daemon->loop, g_main_loop_unref);
    if (daemon->context) {
        g_main_context_pop_thread_default(daemon->context);
        g_main_context_unref(daemon->context);
    }
    g_clear_pointer(&daemon->settings, drover_settings_free);
    g_free(daemon->config_path);
    g_free(daemon);
}
