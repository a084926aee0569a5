#include "orchestrator/request-parser.h"

#include <gio/gio.h>

#include "orchestrator/bandwidth-unit.h"

#define CLASS_NAME     "Msvm_VirtualSystemMigrationSettingData"
#define OWN_CLASS_NAME "Drover_MigrationSettingData"

enum { TYPE_UNKNOWN = 0, TYPE_LIVE = 2, TYPE_VIRTUAL_SYSTEM = 32768 };
enum { TRANSPORT_UNKNOWN = 0, TRANSPORT_TLS = 3, TRANSPORT_TLS_STRICT = 4, TRANSPORT_TCP = 5 };

static DroverFailure *
refuse(DroverFailureKind kind, char *element)
{
    DroverFailure *failure = drover_failure_new(kind);

    failure->element = element;
    return failure;
}

/* Options of later types of move: refused when they are asked for, fine when they are not. */
static DroverFailure *
refuse_unknown_wishes(const CimInstance *settings)
{
    static const char *const flags[] = {
        "RetainVhdCopiesOnSource",    "RemoveSourceUnmanagedVhds",         "AvoidRemovingVHDs",
        "AllowOverwriteExistingFile", "CancelIfBlackoutThresholdExceeded", "EnableVhdCompression"};
    static const char *const texts[] = {"DestinationPlannedVirtualSystemId", "AdvancedOptions",
                                        "OtherTransportType"};
    const CimValue *unmanaged = cim_instance_find(settings, "UnmanagedVhds");

    for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (cim_instance_get_boolean(settings, flags[i], FALSE)) {
            return refuse(DROVER_FAILURE_REQUEST_OPTION, g_strdup(flags[i]));
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = cim_instance_get_string(settings, texts[i]);

        if (text && *text) {
            return refuse(DROVER_FAILURE_REQUEST_OPTION, g_strdup(texts[i]));
        }
    }
    if (unmanaged && !unmanaged->is_null && unmanaged->is_array && unmanaged->array.n > 0) {
        return refuse(DROVER_FAILURE_REQUEST_OPTION, g_strdup("UnmanagedVhds"));
    }
    return NULL;
}

static DroverFailure *
read_type(const CimInstance *settings)
{
    guint64 type = cim_instance_get_uint(settings, "MigrationType", TYPE_UNKNOWN);

    if (type == TYPE_UNKNOWN || type == TYPE_LIVE || type == TYPE_VIRTUAL_SYSTEM) {
        return NULL;
    }
    return refuse(DROVER_FAILURE_REQUEST_OPTION,
                  g_strdup_printf("MigrationType %" G_GUINT64_FORMAT
                                  " (32768, VirtualSystem, is offered)",
                                  type));
}

static DroverFailure *
read_transport(DroverRequest *request, const CimInstance *settings)
{
    guint64 transport = cim_instance_get_uint(settings, "TransportType", TRANSPORT_UNKNOWN);

    request->options.tls = transport == TRANSPORT_TLS || transport == TRANSPORT_TLS_STRICT;
    if (transport == TRANSPORT_UNKNOWN || transport == TRANSPORT_TCP || request->options.tls) {
        return NULL;
    }
    return refuse(DROVER_FAILURE_REQUEST_OPTION,
                  g_strdup_printf("TransportType %" G_GUINT64_FORMAT
                                  " (5, TCP, and 3, TLS, are offered)",
                                  transport));
}

static DroverFailure *
read_bandwidth(DroverRequest *request, const CimInstance *settings)
{
    guint64 number = cim_instance_get_uint(settings, "Bandwidth", 0);
    const char *unit = cim_instance_get_string(settings, "BandwidthUnit");
    double bytes_s = drover_bandwidth_unit_bytes_s(unit ? unit : "byte / second * 2^20");

    if (!number) {
        return NULL;
    }
    if (bytes_s <= 0) {
        return refuse(
            DROVER_FAILURE_REQUEST_VALUE,
            g_strdup_printf("BandwidthUnit '%s' (such as 'byte / second * 2^20' is understood)",
                            unit));
    }
    request->options.bandwidth_mib_s = (guint64) (bytes_s * (double) number / (1 << 20));
    if (request->options.bandwidth_mib_s == 0) {
        return refuse(DROVER_FAILURE_REQUEST_VALUE, g_strdup("Bandwidth below 1 MiB a second"));
    }
    return NULL;
}

static DroverFailure *
read_addresses(DroverRequest *request, const CimInstance *settings)
{
    const CimValue *list = cim_instance_find(settings, "DestinationIPAddressList");
    const char *address;
    GInetAddress *parsed;

    if (!list || list->is_null || !list->is_array || !list->array.n) {
        return NULL;
    }
    address = cim_value_get_string(&list->array.elements[0]);
    parsed = address ? g_inet_address_new_from_string(address) : NULL;
    if (!parsed) {
        return refuse(DROVER_FAILURE_REQUEST_VALUE,
                      g_strdup_printf("DestinationIPAddressList '%s' (an IPv4 or IPv6 address)",
                                      address ? address : ""));
    }
    g_object_unref(parsed);
    request->options.destination_address = address;
    return NULL;
}

static DroverFailure *
read_alternatives(DroverRequest *request, const CimInstance *settings)
{
    const CimValue *list = cim_instance_find(settings, "AlternativeHosts");
    guint n = list && !list->is_null && list->is_array ? list->array.n : 0;

    if (n > DROVER_MAXIMUM_ALTERNATIVES) {
        return refuse(DROVER_FAILURE_REQUEST_VALUE,
                      g_strdup_printf("AlternativeHosts (%u hosts; at most %d)", n,
                                      DROVER_MAXIMUM_ALTERNATIVES));
    }
    for (guint i = 0; i < n; i++) {
        request->alternatives[i] = cim_value_get_string(&list->array.elements[i]);
        if (!request->alternatives[i]) {
            return refuse(DROVER_FAILURE_REQUEST_VALUE,
                          g_strdup("AlternativeHosts (one of them is NULL)"));
        }
    }
    return NULL;
}

static gboolean
is_set(const CimInstance *settings, const char *name)
{
    const CimValue *value = cim_instance_find(settings, name);

    return value && !value->is_null;
}

/* What only drover offers: an instance of the Hyper-V class has none of it. */
static DroverFailure *
read_own(DroverRequest *request, const CimInstance *settings)
{
    guint64 attempts = cim_instance_get_uint(settings, "Attempts", 0);

    request->options.post_copy = cim_instance_get_boolean(settings, "PostCopy", FALSE);
    request->attempts = (guint) attempts;
    if (is_set(settings, "MinimumRetryDelay")) {
        request->retry_delay_s =
            MAX((guint) cim_instance_get_uint(settings, "MinimumRetryDelay", 0),
                DROVER_MINIMUM_RETRY_DELAY_S);
    }
    request->has_no_progress_timeout = is_set(settings, "NoProgressTimeout");
    request->no_progress_timeout_s =
        (guint) cim_instance_get_uint(settings, "NoProgressTimeout", 0);
    if (attempts > DROVER_MAXIMUM_ATTEMPTS) {
        return refuse(DROVER_FAILURE_REQUEST_VALUE,
                      g_strdup_printf("Attempts %" G_GUINT64_FORMAT " (at most %d)", attempts,
                                      DROVER_MAXIMUM_ATTEMPTS));
    }
    return read_alternatives(request, settings);
}

DroverFailure *
drover_request_read_settings(DroverRequest *request, const CimInstance *settings)
{
    DroverFailure *failure;

    if (!settings) {
        return NULL;
    }
    if (g_ascii_strcasecmp(settings->class_name, CLASS_NAME) != 0 &&
        g_ascii_strcasecmp(settings->class_name, OWN_CLASS_NAME) != 0) {
        return refuse(DROVER_FAILURE_REQUEST_VALUE,
                      g_strdup_printf("MigrationSettingData of class %s (%s is meant)",
                                      settings->class_name, CLASS_NAME));
    }
    request->priority = (guint32) cim_instance_get_uint(settings, "Priority", 0);
    request->options.compress = cim_instance_get_boolean(settings, "EnableCompression", FALSE);
    request->options.auto_converge = cim_instance_get_uint(settings, "CPUCappingMagnitude", 0) > 0;
    (void) ((failure = read_type(settings)) || (failure = read_transport(request, settings)) ||
            (failure = read_bandwidth(request, settings)) ||
            (failure = read_addresses(request, settings)) ||
            (failure = read_own(request, settings)) || (failure = refuse_unknown_wishes(settings)));
    return failure;
}

const char *
drover_request_system_name(const CimValue *reference)
{
    const CimPath *path = reference && !reference->is_null && reference->type == CIM_TYPE_REFERENCE
                              ? reference->reference
                              : NULL;

    if (!path || !path->class_name || g_ascii_strcasecmp(path->class_name, "Msvm_ComputerSystem")) {
        return NULL;
    }
    return cim_path_get_string_key(path, "Name");
}
