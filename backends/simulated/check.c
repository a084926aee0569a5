#include "backends/simulated/check.h"

#include "backends/simulated/fault.h"
#include "backends/simulated/move.h"

static DroverFailure *
obstacle(DroverFailureKind kind, const char *element)
{
    DroverFailure *failure = sim_failure_new(kind, DROVER_PHASE_CONNECTING);

    failure->element = g_strdup(element);
    return failure;
}

static DroverFailure *
unreachable(const SimHost *host, DroverSide where)
{
    DroverFailure *failure;

    if (host && host->up) {
        return NULL;
    }
    failure = obstacle(DROVER_FAILURE_HOST_UNREACHABLE, host ? host->name : NULL);
    failure->where = where;
    failure->text = g_strdup("the simulated host does not answer");
    return failure;
}

static DroverFailure *
source_is_up(const SimRoute *route)
{
    return unreachable(route->source, DROVER_SIDE_SOURCE);
}

static DroverFailure *
destination_is_up(const SimRoute *route)
{
    return unreachable(route->destination, DROVER_SIDE_DESTINATION);
}

static DroverFailure *
hosts_differ(const SimRoute *route)
{
    gboolean same = route->source && route->source == route->destination;

    return same ? obstacle(DROVER_FAILURE_SAME_HOST, NULL) : NULL;
}

static DroverFailure *
guest_is_there(const SimRoute *route)
{
    gboolean there = route->guest && route->guest->home.host == route->source;

    return there ? NULL : obstacle(DROVER_FAILURE_GUEST_NOT_FOUND, NULL);
}

static DroverFailure *
guest_is_free(const SimRoute *route)
{
    return route->guest && route->guest->move ? obstacle(DROVER_FAILURE_GUEST_BUSY, NULL) : NULL;
}

static DroverFailure *
guest_is_on(const SimRoute *route)
{
    DroverGuestState state = route->guest ? route->guest->home.state : DROVER_GUEST_RUNNING;

    return state == DROVER_GUEST_RUNNING || state == DROVER_GUEST_PAUSED
               ? NULL
               : obstacle(DROVER_FAILURE_GUEST_NOT_RUNNING, NULL);
}

static DroverFailure *
memory_is_free(const SimRoute *route)
{
    const SimHost *host = route->destination;
    guint64 free_kib = host->memory_kib > host->used_kib ? host->memory_kib - host->used_kib : 0;
    g_autofree char *element = NULL;

    if (!route->guest || route->guest->memory_kib <= free_kib) {
        return NULL;
    }
    element = g_strdup_printf("%" G_GUINT64_FORMAT " MiB needed, %" G_GUINT64_FORMAT " MiB free",
                              route->guest->memory_kib / 1024, free_kib / 1024);
    return obstacle(DROVER_FAILURE_MEMORY_SHORT, element);
}

static DroverFailure *
name_is_free(const SimRoute *route)
{
    const SimGuest *guest = route->guest;

    if (!guest || sim_guest_copy_on(guest, route->destination) ||
        !g_hash_table_contains(route->destination->names, guest->name)) {
        return NULL;
    }
    return obstacle(DROVER_FAILURE_NAME_IN_USE, guest->name);
}

typedef DroverFailure *(*Check)(const SimRoute *route);

static const Check start_checks[] = {hosts_differ, source_is_up, destination_is_up, guest_is_there,
                                     guest_is_free};
static const Check prepare_checks[] = {guest_is_on, memory_is_free, name_is_free};

static DroverFailure *
first_of(const Check *checks, guint count, const SimRoute *route)
{
    DroverFailure *failure = NULL;

    for (guint i = 0; i < count && !failure; i++) {
        failure = checks[i](route);
    }
    return failure;
}

static void
all_of(const Check *checks, guint count, const SimRoute *route, GPtrArray *failures)
{
    for (guint i = 0; i < count; i++) {
        DroverFailure *failure = checks[i](route);

        if (failure) {
            g_ptr_array_add(failures, failure);
        }
    }
}

DroverFailure *
sim_check_start(const SimRoute *route)
{
    return first_of(start_checks, G_N_ELEMENTS(start_checks), route);
}

DroverFailure *
sim_check_prepare(const SimRoute *route)
{
    return first_of(prepare_checks, G_N_ELEMENTS(prepare_checks), route);
}

void
sim_check_all(const SimRoute *route, GPtrArray *failures)
{
    all_of(start_checks, G_N_ELEMENTS(start_checks), route, failures);
    if (!route->source || !route->destination || route->source == route->destination) {
        return; /* the rest would say nothing, or only that the guest is there already */
    }
    all_of(prepare_checks, G_N_ELEMENTS(prepare_checks), route, failures);
    if (route->guest) {
        sim_faults_foresee(route->world, route->guest, route->source, route->destination, failures);
    }
}
