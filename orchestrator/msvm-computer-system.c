/* Hosts and guests: both are Msvm_ComputerSystem, told apart by Caption, as on Hyper-V. */
#include "orchestrator/views.h"

/* Exactly one of the two. */
typedef struct {
    const DroverHost *host;
    const DroverGuest *guest;
} System;

#define SYSTEM(object) ((const System *) (object))

enum {
    STATE_UNKNOWN = 0,
    STATE_ENABLED = 2,
    STATE_DISABLED = 3,
    STATE_SHUTTING_DOWN = 4,
    STATE_QUIESCE = 9,
    STATE_STARTING = 10
};
enum {
    STATUS_OK = 2,
    STATUS_IN_SERVICE = 11,
    STATUS_NO_CONTACT = 12,
    STATUS_STARTING = 8,
    STATUS_ERROR = 6,
    STATUS_MIGRATING = 32774
};

/* clang-format off */
static const struct {
    guint16 enabled_state;
    guint16 status;
    guint16 health;
} guest_states[] = {
    [DROVER_GUEST_UNKNOWN] = { STATE_UNKNOWN, 0, 5 },
    [DROVER_GUEST_RUNNING] = { STATE_ENABLED, STATUS_OK, 5 },
    [DROVER_GUEST_PAUSED] = { STATE_QUIESCE, STATUS_OK, 5 },
    [DROVER_GUEST_INCOMING] = { STATE_STARTING, STATUS_OK, 5 },
    [DROVER_GUEST_SHUTTING_DOWN] = { STATE_SHUTTING_DOWN, STATUS_OK, 5 },
    [DROVER_GUEST_OFF] = { STATE_DISABLED, STATUS_OK, 5 },
    [DROVER_GUEST_CRASHED] = { STATE_DISABLED, STATUS_ERROR, 25 },
}, host_states[] = {
    [DROVER_HOST_CONNECTING] = { STATE_STARTING, STATUS_STARTING, 5 },
    [DROVER_HOST_UP] = { STATE_ENABLED, STATUS_OK, 5 },
    [DROVER_HOST_DOWN] = { STATE_UNKNOWN, STATUS_NO_CONTACT, 20 },
};
/* clang-format on */

/* --- properties ------------------------------------------------------------------------------ */

static void
get_creation_class(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value, "Msvm_ComputerSystem");
}

static void
get_name(gconstpointer object, CimValue *value, gpointer data)
{
    if (SYSTEM(object)->host) {
        cim_value_set_string(value, SYSTEM(object)->host->name);
    } else {
        cim_value_take_string(value, drover_guid(SYSTEM(object)->guest->uuid));
    }
}

static void
get_element_name(gconstpointer object, CimValue *value, gpointer data)
{
    const System *system = SYSTEM(object);

    cim_value_set_string(value, system->host ? system->host->name : system->guest->name);
}

static void
get_caption(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_string(value,
                         SYSTEM(object)->host ? "Hosting Computer System" : "Virtual Machine");
}

static void
get_description(gconstpointer object, CimValue *value, gpointer data)
{
    const System *system = SYSTEM(object);

    cim_value_take_string(
        value, system->host
                   ? g_strdup_printf("libvirt host at %s", system->host->uri)
                   : g_strdup_printf("Virtual machine on host '%s'", system->guest->host->name));
}

static void
get_enabled_state(gconstpointer object, CimValue *value, gpointer data)
{
    const System *system = SYSTEM(object);

    cim_value_set_uint(value, system->host ? host_states[system->host->state].enabled_state
                                           : guest_states[system->guest->state].enabled_state);
}

static void
get_requested_state(gconstpointer object, CimValue *value, gpointer data)
{
    cim_value_set_uint(value, 12); /* not applicable */
}

/* Whether a job is moving the guest right now. */
static gboolean
is_migrating(const DroverGuest *guest, DroverViews *views)
{
    DroverJob *job = drover_jobs_find_active(drover_service_jobs(views->service), guest->uuid);

    return job && drover_stage_info(job->record.stage)->holds_slots;
}

static void
get_operational_status(gconstpointer object, CimValue *value, gpointer data)
{
    const System *system = SYSTEM(object);
    guint16 status[2] = {0};

    if (system->host) {
        status[0] = host_states[system->host->state].status;
    } else if (is_migrating(system->guest, data)) {
        status[0] = STATUS_IN_SERVICE;
        status[1] = STATUS_MIGRATING;
    } else {
        status[0] = guest_states[system->guest->state].status;
    }
    cim_value_set_uint_array(value, status, status[1] ? 2 : 1);
}

static void
get_status_descriptions(gconstpointer object, CimValue *value, gpointer data)
{
    const System *system = SYSTEM(object);
    const char *words[3] = {"OK", NULL, NULL};

    if (system->host && system->host->reason) {
        words[0] = system->host->reason;
    } else if (system->guest && is_migrating(system->guest, data)) {
        words[0] = "In Service";
        words[1] = "Migrating Virtual Machine";
    } else if (system->guest && system->guest->reason) {
        words[0] = system->guest->reason;
    }
    cim_value_set_string_array(value, words);
}

static void
get_health_state(gconstpointer object, CimValue *value, gpointer data)
{
    const System *system = SYSTEM(object);

    cim_value_set_uint(value, system->host ? host_states[system->host->state].health
                                           : guest_states[system->guest->state].health);
}

static void
get_changed(gconstpointer object, CimValue *value, gpointer data)
{
    const System *system = SYSTEM(object);

    cim_value_set_timestamp(value, system->host ? system->host->since_us : system->guest->since_us);
}

/* --- the provider ---------------------------------------------------------------------------- */

CimPath *
drover_system_path(const char *name)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, "Msvm_ComputerSystem");

    cim_path_add_string_key(path, "CreationClassName", "Msvm_ComputerSystem");
    cim_path_add_string_key(path, "Name", name);
    return path;
}

char *
drover_guid(const char *uuid)
{
    return g_ascii_strup(uuid, -1);
}

typedef struct {
    CimVisit visit;
    gpointer visit_data;
    gboolean stopped;
} Walk;

static gboolean
visit_host(const DroverHost *host, gpointer user_data)
{
    Walk *walk = user_data;
    System system = {.host = host};

    walk->stopped = !walk->visit(&system, walk->visit_data);
    return !walk->stopped;
}

static gboolean
visit_guest(const DroverGuest *guest, gpointer user_data)
{
    Walk *walk = user_data;
    System system = {.guest = guest};

    return walk->visit(&system, walk->visit_data);
}

static void
enumerate(gpointer data, CimVisit visit, gpointer visit_data)
{
    DroverViews *views = data;
    DroverInventory *inventory = drover_service_inventory(views->service);
    Walk walk = {visit, visit_data, FALSE};

    drover_inventory_each_host(inventory, visit_host, &walk);
    if (!walk.stopped) {
        drover_inventory_each_guest(inventory, visit_guest, &walk);
    }
}

static gpointer
find(gpointer data, const CimPath *path)
{
    DroverViews *views = data;
    DroverInventory *inventory = drover_service_inventory(views->service);
    const char *name = cim_path_get_string_key(path, "Name");
    const char *klass = cim_path_get_string_key(path, "CreationClassName");
    System *found = (System *) views->found_system;

    if (!name || !klass || g_ascii_strcasecmp(klass, "Msvm_ComputerSystem") != 0) {
        return NULL;
    }
    found->host = drover_inventory_find_host(inventory, name);
    found->guest = found->host ? NULL : drover_inventory_find_guest(inventory, name);
    return found->host || found->guest ? found : NULL;
}

/* clang-format off */
static const CimGetterRow getters[] = {
    { "CreationClassName", get_creation_class },
    { "Name", get_name },
    { "ElementName", get_element_name },
    { "Caption", get_caption },
    { "Description", get_description },
    { "EnabledState", get_enabled_state },
    { "RequestedState", get_requested_state },
    { "OperationalStatus", get_operational_status },
    { "StatusDescriptions", get_status_descriptions },
    { "HealthState", get_health_state },
    { "TimeOfLastStateChange", get_changed },
};

const CimProvider drover_computer_system_provider = {
    .class_name = "Msvm_ComputerSystem",
    .getters = getters, .n_getters = G_N_ELEMENTS(getters),
    .enumerate = enumerate,
    .find = find,
};
/* clang-format on */
