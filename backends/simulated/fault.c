#include "backends/simulated/fault.h"

#include "backends/simulated/journal.h"

/* clang-format off */

/* What a kind usually means; one that is not here lasts, is the source's, and leaves the guest there. */
static const struct {
    gboolean transient;
    DroverSide where;
    DroverOutcome outcome;
} kinds[] = {
    [DROVER_FAILURE_HOST_UNREACHABLE] =     { TRUE,  DROVER_SIDE_SOURCE,      0 },
    [DROVER_FAILURE_DESTINATION_REFUSED] =  { TRUE,  DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_CONNECT_TIMEOUT] =      { TRUE,  DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_NAME_UNRESOLVED] =      { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_AUTHENTICATION] =       { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_TLS_CREDENTIALS] =      { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_ACCESS_DENIED] =        { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_GUEST_BUSY] =           { TRUE,  DROVER_SIDE_SOURCE,      0 },
    [DROVER_FAILURE_STATE_LOCK] =           { TRUE,  DROVER_SIDE_SOURCE,      0 },
    [DROVER_FAILURE_CPU_INCOMPATIBLE] =     { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_MACHINE_TYPE_MISSING] = { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_MEMORY_SHORT] =         { TRUE,  DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_DISK_NOT_SHARED] =      { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_DISK_MISSING] =         { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_DISK_ACCESS] =          { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_DISK_SIZE] =            { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_STORAGE_POOL_MISSING] = { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_NO_SPACE] =             { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_NETWORK_MISSING] =      { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_NETWORK_INACTIVE] =     { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_BRIDGE_MISSING] =       { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_NAME_IN_USE] =          { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_UUID_IN_USE] =          { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_PORTS_USED_UP] =        { TRUE,  DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_SECRET_MISSING] =       { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_SECURITY_LABEL] =       { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_LOCK_HELD] =            { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_HOOK_REFUSED] =         { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_DESTINATION_START] =    { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_GUEST_STOPPED] =        { FALSE, DROVER_SIDE_SOURCE,      DROVER_OUTCOME_STOPPED },
    [DROVER_FAILURE_GUEST_DESTROYED] =      { FALSE, DROVER_SIDE_SOURCE,      DROVER_OUTCOME_STOPPED },
    [DROVER_FAILURE_SOURCE_QEMU_DIED] =     { FALSE, DROVER_SIDE_SOURCE,      DROVER_OUTCOME_STOPPED },
    [DROVER_FAILURE_DESTINATION_QEMU_DIED] = { TRUE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_SOURCE_LOST] =          { TRUE,  DROVER_SIDE_SOURCE,      0 },
    [DROVER_FAILURE_DESTINATION_LOST] =     { TRUE,  DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_STREAM_BROKEN] =        { TRUE,  DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_POSTCOPY_BROKEN] =      { FALSE, DROVER_SIDE_DESTINATION, 0 },
    [DROVER_FAILURE_NO_PROGRESS] =          { TRUE,  DROVER_SIDE_SOURCE,      0 },
    [DROVER_FAILURE_GUEST_LOST] =           { FALSE, DROVER_SIDE_NONE,        DROVER_OUTCOME_LOST },
    [DROVER_FAILURE_LEFTOVER] =             { FALSE, DROVER_SIDE_SOURCE,      DROVER_OUTCOME_MOVED },
    [DROVER_FAILURE_RAN_TWICE] =            { FALSE, DROVER_SIDE_SOURCE,      DROVER_OUTCOME_MOVED },
    [DROVER_FAILURE_OUTCOME_UNKNOWN] =      { TRUE,  DROVER_SIDE_NONE,        0 },
};
/* clang-format on */

struct _SimFault {
    DroverSimWorld *world;
    DroverSimFault spec; /* with texts of its own */
    guint matches;       /* moves that guest and host let through so far */
    guint timer;         /* of one that waits for no move */
};

const char *
sim_fault_type_name(int type)
{
    static const char *const names[] = {
        [DROVER_SIM_FAIL] = "fail",
        [DROVER_SIM_HANG] = "hang",
        [DROVER_SIM_HOST_DOWN] = "host-down",
        [DROVER_SIM_SLOW_LINK] = "slow-link",
        [DROVER_SIM_GUEST_STOPS] = "guest-stops",
        [DROVER_SIM_CANCEL_FAILS] = "cancel-fails",
        [DROVER_SIM_POST_COPY] = "post-copy",
    };

    return type >= 0 && type < (int) G_N_ELEMENTS(names) ? names[type] : NULL;
}

void
sim_fault_free(gpointer data)
{
    SimFault *fault = data;

    drover_clock_remove(fault->world->clock, &fault->timer);
    g_free((char *) fault->spec.guest);
    g_free((char *) fault->spec.host);
    g_free((char *) fault->spec.element);
    g_free((char *) fault->spec.text);
    g_free(fault);
}

const DroverSimFault *
sim_fault_spec(const SimFault *fault)
{
    return &fault->spec;
}

guint
sim_fault_matches(const SimFault *fault)
{
    return fault->matches;
}

void
sim_fault_set_matches(SimFault *fault, guint matches)
{
    fault->matches = matches;
}

/* --- arming ---------------------------------------------------------------------------------- */

void
drover_sim_fault_init(DroverSimFault *fault, DroverSimFaultType type, DroverFailureKind kind)
{
    *fault = (DroverSimFault){.type = type, .kind = kind, .transient = -1};
}

static gboolean
is_of_the_world(const DroverSimFault *spec)
{
    return spec->phase == DROVER_PHASE_NONE && !spec->nth &&
           (spec->type == DROVER_SIM_HOST_DOWN || spec->type == DROVER_SIM_SLOW_LINK ||
            spec->type == DROVER_SIM_GUEST_STOPS);
}

static const char *
what_lacks(const DroverSimFault *spec)
{
    gboolean of_host = spec->type == DROVER_SIM_HOST_DOWN || spec->type == DROVER_SIM_SLOW_LINK;

    if (of_host && !spec->host) {
        return "it needs a host";
    }
    if (spec->type == DROVER_SIM_SLOW_LINK && !spec->bandwidth_mib_s) {
        return "it needs a bandwidth";
    }
    if (spec->type == DROVER_SIM_GUEST_STOPS && is_of_the_world(spec) && !spec->guest) {
        return "it needs a guest, a phase or nth";
    }
    if (spec->type == DROVER_SIM_FAIL &&
        (spec->kind == DROVER_FAILURE_NONE || !drover_failure_kind_name(spec->kind))) {
        return "it needs the kind of the failure";
    }
    return NULL;
}

static void
happen(gpointer data, gpointer unused)
{
    SimFault *fault = data;

    fault->timer = 0;
    sim_fault_strike(fault);
}

gboolean
drover_sim_world_arm(DroverSimWorld *world, const DroverSimFault *spec, GError **error)
{
    const char *lack = what_lacks(spec);
    SimFault *fault;

    if (lack) {
        return sim_refuse(error, "fault", spec->guest ? spec->guest : "of any guest", lack);
    }
    fault = g_new0(SimFault, 1);
    fault->world = world;
    fault->spec = *spec;
    fault->spec.guest = g_strdup(spec->guest);
    fault->spec.host = g_strdup(spec->host);
    fault->spec.element = g_strdup(spec->element);
    fault->spec.text = g_strdup(spec->text);
    g_ptr_array_add(world->faults, fault);
    if (is_of_the_world(spec)) {
        fault->timer =
            drover_clock_add(world->clock, spec->after_ms * (gint64) 1000, happen, fault);
    }
    return TRUE;
}

void
sim_fault_strike(const SimFault *fault)
{
    const DroverSimFault *spec = &fault->spec;
    gint64 for_us = spec->for_ms * (gint64) 1000;
    SimHost *host = spec->host ? sim_world_host(fault->world, spec->host) : NULL;

    if (spec->type == DROVER_SIM_HOST_DOWN && host) {
        sim_host_set_down(host, spec->truth, for_us);
    } else if (spec->type == DROVER_SIM_SLOW_LINK && host) {
        sim_host_set_link(host, spec->bandwidth_mib_s * SIM_MIB, for_us);
    } else if (spec->type == DROVER_SIM_GUEST_STOPS && spec->guest) {
        drover_sim_world_stop_guest(fault->world, spec->guest);
    }
}

/* --- matching -------------------------------------------------------------------------------- */

static gboolean
fits(const DroverSimFault *spec,
     const SimGuest *guest,
     const SimHost *source,
     const SimHost *destination)
{
    if (is_of_the_world(spec)) {
        return FALSE;
    }
    if (spec->guest && g_ascii_strcasecmp(spec->guest, guest->uuid) != 0 &&
        !g_str_equal(spec->guest, guest->name)) {
        return FALSE;
    }
    return !spec->host || g_str_equal(spec->host, source->name) ||
           g_str_equal(spec->host, destination->name);
}

GArray *
sim_faults_for_move(DroverSimWorld *world,
                    const SimGuest *guest,
                    const SimHost *source,
                    const SimHost *destination)
{
    GArray *threats = NULL;

    for (guint i = 0; i < world->faults->len; i++) {
        SimFault *fault = world->faults->pdata[i];
        gint64 delay_us = fault->spec.after_ms * (gint64) 1000;
        SimThreat threat = {fault, G_MAXINT64};

        if (!fits(&fault->spec, guest, source, destination)) {
            continue;
        }
        fault->matches++;
        sim_journal_touch_fault(world, i, fault->matches);
        if (fault->spec.nth && fault->spec.nth != fault->matches) {
            continue;
        }
        if (fault->spec.phase == DROVER_PHASE_NONE) {
            threat.due_us = sim_world_now(world) + delay_us;
        }
        threats = threats ? threats : g_array_new(FALSE, FALSE, sizeof(SimThreat));
        g_array_append_val(threats, threat);
    }
    return threats;
}

void
sim_faults_foresee(DroverSimWorld *world,
                   const SimGuest *guest,
                   const SimHost *source,
                   const SimHost *destination,
                   GPtrArray *failures)
{
    gint64 connect_us = MAX(source->connect_us, destination->connect_us);

    for (guint i = 0; i < world->faults->len; i++) {
        const SimFault *fault = world->faults->pdata[i];
        const DroverSimFault *spec = &fault->spec;

        if (spec->type == DROVER_SIM_FAIL && spec->phase <= DROVER_PHASE_CONNECTING &&
            spec->after_ms * (gint64) 1000 <= connect_us &&
            fits(spec, guest, source, destination) &&
            (!spec->nth || spec->nth == fault->matches + 1)) {
            g_ptr_array_add(failures, sim_fault_failure(fault, DROVER_PHASE_CONNECTING));
        }
    }
}

/* --- failures -------------------------------------------------------------------------------- */

DroverFailure *
sim_failure_new(DroverFailureKind kind, DroverPhase phase)
{
    DroverFailure *failure = drover_failure_new(kind);

    failure->phase = phase;
    failure->where = DROVER_SIDE_SOURCE;
    if ((guint) kind < G_N_ELEMENTS(kinds)) {
        failure->transient = kinds[kind].transient;
        failure->where = kinds[kind].where ? kinds[kind].where : DROVER_SIDE_SOURCE;
    }
    return failure;
}

DroverFailure *
sim_fault_failure(const SimFault *fault, DroverPhase phase)
{
    const DroverSimFault *spec = &fault->spec;
    DroverFailure *failure = sim_failure_new(spec->kind, phase);

    if (spec->transient >= 0) {
        failure->transient = spec->transient;
    }
    failure->element = g_strdup(spec->element);
    failure->text =
        spec->text ? g_strdup(spec->text)
                   : g_strdup_printf("simulated failure: %s", drover_failure_kind_name(spec->kind));
    return failure;
}

DroverOutcome
sim_failure_outcome(DroverFailureKind kind)
{
    if ((guint) kind < G_N_ELEMENTS(kinds) && kinds[kind].outcome) {
        return kinds[kind].outcome;
    }
    return DROVER_OUTCOME_STAYED;
}
