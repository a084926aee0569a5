/* Msvm_VirtualSystemMigrationService: the singleton that takes requests. */
#include "orchestrator/error-catalog.h"
#include "orchestrator/request-parser.h"
#include "orchestrator/return-codes.h"
#include "orchestrator/views.h"

#define CLASS_NAME   "Msvm_VirtualSystemMigrationService"
#define SERVICE_NAME "migrationwmi"

/* The DMTF set of the Check… methods. */
enum { CHECK_COMPLETED = 0, CHECK_INVALID_PARAMETER = 4 };
enum { SERVICE_NOT_SUPPORTED = 1 };

/* --- properties ------------------------------------------------------------------------------ */

static void
get_caption(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "drover Migration Service");
}

static void
get_class(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, CLASS_NAME);
}

static void
get_system_class(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Msvm_ComputerSystem");
}

static void
get_system_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, ((DroverViews *) data)->host_name);
}

static void
get_name(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, SERVICE_NAME);
}

static void
get_operational_status(gconstpointer object, CimValue *value, gpointer data)
{
    static const guint16 ok[] = {2};

    cim_value_set_uint_array(value, ok, 1);
}

static void
get_status_descriptions(gconstpointer object, CimValue *value, gpointer data)
{
    static const char *const ok[] = {"OK", NULL};

    cim_value_set_string_array(value, ok);
}

static void
get_health_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 5);
}

static void
get_enabled(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 2);
}

static void
get_requested(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 12);
}

static void
get_started(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_boolean(value, TRUE);
}

static void
get_active(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value,
                       drover_queue_active(drover_service_queue(((DroverViews *) data)->service)));
}

static void
get_zero(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 0);
}

/* --- requests -------------------------------------------------------------------------------- */

/* An embedded instance among the arguments, or NULL. */
static const CimInstance *
instance_in(CimCall *call, const char *name)
{
    const CimValue *value = cim_call_in(call, name);

    return value && !value->is_null && value->type == CIM_TYPE_INSTANCE && !value->is_array
               ? value->instance
               : NULL;
}

static gboolean
is_given(CimCall *call, const char *name)
{
    const CimValue *value = cim_call_in(call, name);

    return value && !value->is_null && (!value->is_array || value->array.n > 0);
}

static DroverFailure *
refuse(DroverFailureKind kind, const char *element)
{
    DroverFailure *failure = drover_failure_new(kind);

    failure->element = g_strdup(element);
    return failure;
}

/* Reads the arguments that all the move methods share; strings are borrowed from the call. */
static DroverFailure *
read_request(CimCall *call, DroverRequest *request)
{
    const CimValue *host;

    request->guest = drover_request_system_name(cim_call_in(call, "ComputerSystem"));
    if (g_str_has_suffix(cim_call_method(call), "ToSystem")) {
        request->destination = drover_request_system_name(cim_call_in(call, "DestinationSystem"));
    } else {
        host = cim_call_in(call, "DestinationHost");
        request->destination = host ? cim_value_get_string(host) : NULL;
    }
    if (!request->guest) {
        return refuse(DROVER_FAILURE_REQUEST_VALUE,
                      "ComputerSystem (a reference to a Msvm_ComputerSystem is needed)");
    }
    if (!request->destination || !*request->destination) {
        return refuse(DROVER_FAILURE_REQUEST_VALUE,
                      "the destination (DestinationHost, or a reference in DestinationSystem)");
    }
    if (is_given(call, "NewSystemSettingData")) {
        return refuse(DROVER_FAILURE_REQUEST_OPTION, "NewSystemSettingData");
    }
    if (is_given(call, "NewResourceSettingData")) {
        return refuse(DROVER_FAILURE_REQUEST_OPTION, "NewResourceSettingData");
    }
    return drover_request_read_settings(request, instance_in(call, "MigrationSettingData"));
}

static void
accepted(DroverJob *job, const GError *error, gpointer user_data)
{
    CimCall *call = user_data;
    CimValue value = {0};
    CimPath *path;

    if (!job) {
        cim_call_return(call, DROVER_RC_FAILED);
        return;
    }
    path = cim_path_new(DROVER_NAMESPACE, "Msvm_MigrationJob");
    cim_path_add_string_key(path, "InstanceID", job->record.id);
    cim_value_init(&value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_take_reference(&value, path);
    cim_call_out(call, "Job", &value);
    cim_call_return(call, DROVER_RC_JOB_STARTED);
}

/* Refusals are told by the return code; why in full is what Drover_MigrationAdvisor.Check answers.
 */
static void
return_refusal(CimCall *call, const DroverFailure *failure)
{
    g_autofree char *message = drover_error_message(failure);

    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "MESSAGE", "%s refused: %s",
                     cim_call_method(call), message);
    cim_call_return(call, drover_error_info(failure->kind)->return_code);
}

static void
migrate(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;
    DroverRequest request = {0};
    g_autoptr(DroverFailure) failure = read_request(call, &request);

    request.owner = cim_call_principal(call)->name;
    if (!failure) {
        failure = drover_service_submit(views->service, &request, accepted, call);
    }
    if (failure) {
        return_refusal(call, failure);
    }
}

/* --- checks ---------------------------------------------------------------------------------- */

static void
return_migratable(CimCall *call, gboolean migratable)
{
    CimValue value = {0};

    cim_value_init(&value, CIM_TYPE_BOOLEAN, FALSE);
    cim_value_set_boolean(&value, migratable);
    cim_call_out(call, "IsMigratable", &value);
    cim_call_return(call, CHECK_COMPLETED);
}

static void
checked(const GPtrArray *failures, gpointer user_data)
{
    return_migratable(user_data, failures->len == 0);
}

static gboolean
is_wrong_parameter(const DroverFailure *failure)
{
    return failure->kind >= DROVER_FAILURE_REQUEST_GUEST &&
           failure->kind != DROVER_FAILURE_REQUEST_JOB_ACTIVE;
}

/* Starts the hosts' own checks of a request that passed drover's. */
static void
check_on_hosts(DroverViews *views,
               const DroverRequest *request,
               const char *destination,
               DroverCheckDone done,
               gpointer user_data)
{
    DroverBackend *backend = drover_service_backend(views->service);
    const DroverGuest *guest = drover_inventory_find_guest(backend->inventory, request->guest);
    DroverTransferSpec spec = {
        .guest_uuid = guest->uuid,
        .source = guest->host->name,
        .destination = destination,
        .options = request->options,
    };

    backend->klass->check(backend, &spec, done, user_data);
}

static void
check_migratable(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;
    DroverRequest request = {0};
    const char *destination = NULL;
    g_autoptr(DroverFailure) failure = read_request(call, &request);

    if (!failure) {
        failure = drover_service_check_request(views->service, &request, &destination);
    }
    if (failure && is_wrong_parameter(failure)) {
        cim_call_return(call, CHECK_INVALID_PARAMETER);
    } else if (failure) {
        return_migratable(call, FALSE);
    } else {
        check_on_hosts(views, &request, destination, checked, call);
    }
}

/* --- the advisor: every reason at once, as Msvm_Error ---------------------------------------- */

static void
return_reasons(CimCall *call, GPtrArray *instances)
{
    CimValue value = {0};

    cim_value_init(&value, CIM_TYPE_INSTANCE, TRUE);
    drover_error_set_array(&value, instances);
    cim_call_out(call, "Reasons", &value);
    cim_call_return(call, DROVER_RC_COMPLETED);
}

static void
advised(const GPtrArray *failures, gpointer user_data)
{
    GPtrArray *instances = g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);

    for (guint i = 0; i < failures->len; i++) {
        g_autoptr(GPtrArray) chain = drover_error_instances(g_ptr_array_index(failures, i));

        g_ptr_array_add(instances, cim_instance_copy(g_ptr_array_index(chain, 0)));
    }
    return_reasons(user_data, instances);
}

static void
advise(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;
    DroverRequest request = {0};
    const char *destination = NULL;
    g_autoptr(DroverFailure) failure = read_request(call, &request);

    if (!failure) {
        failure = drover_service_check_request(views->service, &request, &destination);
    }
    if (failure) {
        return_reasons(call, drover_error_instances(failure));
    } else {
        check_on_hosts(views, &request, destination, advised, call);
    }
}

/* --- settings -------------------------------------------------------------------------------- */

static void
settings_written(const GError *error, gpointer user_data)
{
    cim_call_return(user_data, error ? DROVER_RC_FAILED : DROVER_RC_COMPLETED);
}

/* What a client may not change is fine as long as it does not ask for a change. */
static gboolean
asks_for_the_impossible(const CimInstance *wish)
{
    return cim_instance_get_boolean(wish, "EnableSmbTransport", FALSE);
}

static void
modify_settings(CimCall *call, gpointer object, gpointer data)
{
    DroverViews *views = data;
    const CimInstance *wish = instance_in(call, "ServiceSettingData");
    DroverServiceSettings settings;
    g_autofree char *reason = NULL;
    guint32 code;

    if (!wish || g_ascii_strcasecmp(wish->class_name,
                                    "Msvm_VirtualSystemMigrationServiceSettingData") != 0) {
        cim_call_return(call, DROVER_RC_INVALID_PARAMETER);
        return;
    }
    if (asks_for_the_impossible(wish)) {
        cim_call_return(call, DROVER_RC_NOT_SUPPORTED);
        return;
    }
    drover_service_get_settings(views->service, &settings);
    settings.maximum_active = (guint) cim_instance_get_uint(
        wish, "MaximumActiveVirtualSystemMigration", settings.maximum_active);
    settings.enabled =
        cim_instance_get_boolean(wish, "EnableVirtualSystemMigration", settings.enabled);
    code = drover_service_set_settings(views->service, &settings, settings_written, call, &reason);
    if (code != DROVER_RC_COMPLETED) {
        g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "MESSAGE", "ModifyServiceSettings: %s",
                         reason);
        cim_call_return(call, code);
    }
}

static void
not_supported(CimCall *call, gpointer object, gpointer data)
{
    cim_call_return(call, DROVER_RC_NOT_SUPPORTED);
}

static void
service_not_supported(CimCall *call, gpointer object, gpointer data)
{
    cim_call_return(call, SERVICE_NOT_SUPPORTED);
}

/* --- the providers --------------------------------------------------------------------------- */

static void
enumerate(gpointer data, CimVisit visit, gpointer visit_data)
{
    visit(data, visit_data);
}

static gpointer
find(gpointer data, const CimPath *path)
{
    DroverViews *views = data;
    const char *name = cim_path_get_string_key(path, "Name");
    const char *system = cim_path_get_string_key(path, "SystemName");

    return name && system && g_str_equal(name, SERVICE_NAME) &&
                   !g_ascii_strcasecmp(system, views->host_name)
               ? views
               : NULL;
}

static void
enumerate_none(gpointer data, CimVisit visit, gpointer visit_data)
{
}

static gpointer
find_none(gpointer data, const CimPath *path)
{
    return NULL;
}

/* clang-format off */
static const CimGetterRow getters[] = {
    { "SystemCreationClassName", get_system_class },
    { "SystemName", get_system_name },
    { "CreationClassName", get_class },
    { "Name", get_name },
    { "Caption", get_caption },
    { "Description", get_caption },
    { "ElementName", get_caption },
    { "OperationalStatus", get_operational_status },
    { "StatusDescriptions", get_status_descriptions },
    { "HealthState", get_health_state },
    { "EnabledState", get_enabled },
    { "EnabledDefault", get_enabled },
    { "RequestedState", get_requested },
    { "Started", get_started },
    { "ActiveVirtualSystemMigrationCount", get_active },
    { "ActiveStorageMigrationCount", get_zero },
};

static const CimMethodRow methods[] = {
    { "MigrateVirtualSystemToHost", migrate, CIM_ACCESS_OPERATE, DROVER_RC_ACCESS_DENIED },
    { "MigrateVirtualSystemToSystem", migrate, CIM_ACCESS_OPERATE, DROVER_RC_ACCESS_DENIED },
    { "CheckVirtualSystemIsMigratableToHost", check_migratable, CIM_ACCESS_READ },
    { "CheckVirtualSystemIsMigratableToSystem", check_migratable, CIM_ACCESS_READ },
    { "ModifyServiceSettings", modify_settings, CIM_ACCESS_ADMINISTER, DROVER_RC_ACCESS_DENIED },
    { "CheckVirtualSystemIsMigratable", not_supported, CIM_ACCESS_READ },
    { "GetSystemCompatibilityInfo", not_supported, CIM_ACCESS_READ },
    { "CheckSystemCompatibilityInfo", not_supported, CIM_ACCESS_READ },
    { "GetSystemCompatibilityVectors", not_supported, CIM_ACCESS_READ },
    { "AddNetworkSettings", not_supported, CIM_ACCESS_ADMINISTER, DROVER_RC_ACCESS_DENIED },
    { "ModifyNetworkSettings", not_supported, CIM_ACCESS_ADMINISTER, DROVER_RC_ACCESS_DENIED },
    { "RemoveNetworkSettings", not_supported, CIM_ACCESS_ADMINISTER, DROVER_RC_ACCESS_DENIED },
    { "RequestStateChange", service_not_supported, CIM_ACCESS_ADMINISTER, DROVER_RC_ACCESS_DENIED },
    { "StartService", service_not_supported, CIM_ACCESS_ADMINISTER, DROVER_RC_ACCESS_DENIED },
    { "StopService", service_not_supported, CIM_ACCESS_ADMINISTER, DROVER_RC_ACCESS_DENIED },
};

const CimProvider drover_migration_service_provider = {
    .class_name = CLASS_NAME,
    .getters = getters, .n_getters = G_N_ELEMENTS(getters),
    .methods = methods, .n_methods = G_N_ELEMENTS(methods),
    .enumerate = enumerate,
    .find = find,
};

static const CimMethodRow advisor_methods[] = {
    { "Check", advise, CIM_ACCESS_READ },
};

const CimProvider drover_advisor_provider = {
    .class_name = "Drover_MigrationAdvisor",
    .methods = advisor_methods, .n_methods = G_N_ELEMENTS(advisor_methods),
    .enumerate = enumerate_none,
    .find = find_none,
};
/* clang-format on */
