#include "orchestrator/msvm-error.h"

#include "cim/error.h"
#include "orchestrator/error-catalog.h"

#define SOURCE_FORMAT_PATH 2 /* ErrorSourceFormat: CIMObjectPath */

static void
set_strings(CimInstance *instance, const char *name, char **strings)
{
    CimValue value = {0};
    guint n = g_strv_length(strings);
    CimValue *elements;

    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    elements = cim_value_make_array(&value, n);
    for (guint i = 0; i < n; i++) {
        cim_value_take_string(&elements[i], g_strdup(strings[i]));
    }
    cim_instance_take(instance, name, &value);
}

static CimInstance *
new_error(const char *owner, const char *message_id, const char *message)
{
    CimInstance *instance = cim_instance_new("Msvm_Error");

    cim_instance_set_string(instance, "OwningEntity", owner);
    cim_instance_set_string(instance, "MessageID", message_id);
    cim_instance_set_string(instance, "Message", message);
    cim_instance_set_uint(instance, "ErrorSourceFormat", CIM_TYPE_UINT16, 0);
    return instance;
}

static void
classify(CimInstance *instance, const DroverErrorInfo *info)
{
    cim_instance_set_uint(instance, "ErrorType", CIM_TYPE_UINT16, info->error_type);
    cim_instance_set_uint(instance, "ProbableCause", CIM_TYPE_UINT16, info->probable_cause);
    cim_instance_set_uint(instance, "PerceivedSeverity", CIM_TYPE_UINT16, info->severity);
    cim_instance_set_uint(instance, "CIMStatusCode", CIM_TYPE_UINT32, info->cim_status);
}

/* drover's own words, but for what the message speaks of. */
static CimInstance *
of_kind(DroverFailureKind kind, const char *message, char **actions)
{
    const DroverErrorInfo *info = drover_error_info(kind);
    g_autofree char *id = drover_error_message_id(kind);
    CimInstance *instance = new_error("drover", id, message);

    classify(instance, info);
    if (info->error_type == 1) {
        cim_instance_set_string(instance, "OtherErrorType", drover_failure_kind_name(kind));
    }
    cim_instance_set_string(instance, "ProbableCauseDescription", drover_failure_kind_name(kind));
    cim_instance_set_string(instance, "CIMStatusCodeDescription",
                            cim_error_code_name(info->cim_status));
    set_strings(instance, "RecommendedActions", actions);
    return instance;
}

/* What failed, between whom, and what to do. */
static CimInstance *
outer(const DroverFailure *failure)
{
    g_autofree char *message = drover_error_message(failure);
    g_auto(GStrv) arguments = drover_error_arguments(failure);
    g_auto(GStrv) actions = drover_error_actions(failure);
    CimInstance *instance = of_kind(failure->kind, message, actions);

    set_strings(instance, "MessageArguments", arguments);
    cim_instance_set_string(instance, "ErrorSource",
                            failure->where == DROVER_SIDE_SOURCE        ? failure->source
                            : failure->where == DROVER_SIDE_DESTINATION ? failure->destination
                                                                        : failure->guest);
    return instance;
}

CimInstance *
drover_error_general_instance(DroverFailureKind kind)
{
    g_autofree char *message = drover_error_general_message(kind);
    g_auto(GStrv) actions = drover_error_general_actions(kind);

    return of_kind(kind, message, actions);
}

/* libvirt's words, unchanged. */
static CimInstance *
inner(const DroverFailure *failure)
{
    gboolean libvirt = failure->code != 0;
    g_autofree char *id = libvirt ? g_strdup_printf("LIBVIRT-%d-%d", failure->domain, failure->code)
                                  : drover_error_message_id(failure->kind);
    CimInstance *instance = new_error(libvirt ? "libvirt" : "drover", id, failure->text);
    char *arguments[] = {g_strdup_printf("code=%d", failure->code),
                         g_strdup_printf("domain=%d", failure->domain),
                         g_strdup_printf("int1=%d", failure->int1), NULL};

    classify(instance, drover_error_info(failure->kind));
    if (libvirt) {
        set_strings(instance, "MessageArguments", arguments);
    }
    for (guint i = 0; arguments[i]; i++) {
        g_free(arguments[i]);
    }
    return instance;
}

GPtrArray *
drover_error_instances(const DroverFailure *failure)
{
    GPtrArray *instances = g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);

    g_ptr_array_add(instances, outer(failure));
    if (failure->text && *failure->text) {
        g_ptr_array_add(instances, inner(failure));
    }
    return instances;
}

void
drover_error_set_array(CimValue *value, GPtrArray *instances)
{
    CimValue *elements = cim_value_make_array(value, instances->len);

    g_ptr_array_set_free_func(instances, NULL);
    for (guint i = 0; i < instances->len; i++) {
        cim_value_take_instance(&elements[i], g_ptr_array_index(instances, i));
    }
    g_ptr_array_unref(instances);
}
