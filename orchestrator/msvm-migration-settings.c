/* The singletons around the migration service: its settings, the settings of a move, its
 * capabilities. */
#include "orchestrator/views.h"

#define SERVICE_SETTINGS_ID "Microsoft:MigrationServiceSettingData"
#define SETTINGS_ID         "Microsoft:MigrationSettingData"
#define CAPABILITIES_ID     "Microsoft:MigrationCapabilities"

static void
get_service_settings_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, SERVICE_SETTINGS_ID);
}

static void
get_settings_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, SETTINGS_ID);
}

static void
get_capabilities_id(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, CAPABILITIES_ID);
}

static void
get_service_settings_caption(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Migration Service Setting Data");
}

static void
get_settings_caption(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Migration Setting Data");
}

static void
get_capabilities_caption(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Migration Capabilities");
}

static void
get_migration_enabled(gconstpointer object, CimValue *value, gpointer data)
{
    DroverServiceSettings settings;

    drover_service_get_settings(((DroverViews *) data)->service, &settings);
    cim_value_set_boolean(value, settings.enabled);
}

static void
get_maximum_active(gconstpointer object, CimValue *value, gpointer data)
{
    DroverServiceSettings settings;

    drover_service_get_settings(((DroverViews *) data)->service, &settings);
    cim_value_set_uint(value, settings.maximum_active);
}

static void
get_zero(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 0);
}

static void
get_false(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_boolean(value, FALSE);
}

static void
get_migration_type(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 32768); /* VirtualSystem */
}

static void
get_transport(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 5); /* TCP */
}

static void
get_synchronous(gconstpointer object, CimValue *value, gpointer data)
{
    static const guint16 checks[] = {4, 5}; /* CheckVirtualSystemIsMigratableToHost, …ToSystem */

    cim_value_set_uint_array(value, checks, G_N_ELEMENTS(checks));
}

static void
get_asynchronous(gconstpointer object, CimValue *value, gpointer data)
{
    static const guint16 moves[] = {2, 3}; /* MigrateVirtualSystemToHost, …ToSystem */

    cim_value_set_uint_array(value, moves, G_N_ELEMENTS(moves));
}

static void
get_host_formats(gconstpointer object, CimValue *value, gpointer data)
{
    static const guint16 formats[] = {2, 3, 4}; /* domain name, IPv4, IPv6 */

    cim_value_set_uint_array(value, formats, G_N_ELEMENTS(formats));
}

/* --- singletons: the views stand for the object ---------------------------------------------- */

static void
enumerate(gpointer data, CimVisit visit, gpointer visit_data)
{
    visit(data, visit_data);
}

static gpointer
find(gpointer data, const CimPath *path, const char *id)
{
    const char *key = cim_path_get_string_key(path, "InstanceID");

    return key && g_str_equal(key, id) ? data : NULL;
}

static gpointer
find_service_settings(gpointer data, const CimPath *path)
{
    return find(data, path, SERVICE_SETTINGS_ID);
}

static gpointer
find_settings(gpointer data, const CimPath *path)
{
    return find(data, path, SETTINGS_ID);
}

static gpointer
find_capabilities(gpointer data, const CimPath *path)
{
    return find(data, path, CAPABILITIES_ID);
}

/* clang-format off */
static const CimGetterRow service_settings_getters[] = {
    { "InstanceID", get_service_settings_id },
    { "Caption", get_service_settings_caption },
    { "Description", get_service_settings_caption },
    { "ElementName", get_service_settings_caption },
    { "EnableVirtualSystemMigration", get_migration_enabled },
    { "MaximumActiveVirtualSystemMigration", get_maximum_active },
    { "MaximumActiveStorageMigration", get_zero },
    { "AuthenticationType", get_zero },
    { "EnableCompression", get_false },
    { "EnableSmbTransport", get_false },
};

const CimProvider drover_service_settings_provider = {
    .class_name = "Msvm_VirtualSystemMigrationServiceSettingData",
    .getters = service_settings_getters, .n_getters = G_N_ELEMENTS(service_settings_getters),
    .enumerate = enumerate,
    .find = find_service_settings,
};

static const CimGetterRow settings_getters[] = {
    { "InstanceID", get_settings_id },
    { "Caption", get_settings_caption },
    { "Description", get_settings_caption },
    { "ElementName", get_settings_caption },
    { "MigrationType", get_migration_type },
    { "Priority", get_zero },
    { "Bandwidth", get_zero },
    { "TransportType", get_transport },
    { "EnableCompression", get_false },
    { "CPUCappingMagnitude", get_zero },
    { "CancelIfBlackoutThresholdExceeded", get_false },
};

const CimProvider drover_migration_settings_provider = {
    .class_name = "Msvm_VirtualSystemMigrationSettingData",
    .getters = settings_getters, .n_getters = G_N_ELEMENTS(settings_getters),
    .enumerate = enumerate,
    .find = find_settings,
};

static const CimGetterRow capabilities_getters[] = {
    { "InstanceID", get_capabilities_id },
    { "Caption", get_capabilities_caption },
    { "Description", get_capabilities_caption },
    { "ElementName", get_capabilities_caption },
    { "SynchronousMethodsSupported", get_synchronous },
    { "AsynchronousMethodsSupported", get_asynchronous },
    { "DestinationHostFormatsSupported", get_host_formats },
};

const CimProvider drover_capabilities_provider = {
    .class_name = "Msvm_VirtualSystemMigrationCapabilities",
    .getters = capabilities_getters, .n_getters = G_N_ELEMENTS(capabilities_getters),
    .enumerate = enumerate,
    .find = find_capabilities,
};
/* clang-format on */
