#include "backends/libvirt/guest-state.h"

typedef struct {
    int state;
    int reason; /* -1: any */
    DroverStateWords words;
} StateRow;

/* clang-format off */
static const StateRow states[] = {
    { VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATED,
      { DROVER_GUEST_RUNNING, "migrated", DROVER_SEEN_RUNNING, DROVER_WHY_MIGRATED } },
    { VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATION_CANCELED,
      { DROVER_GUEST_RUNNING, "migration cancelled", DROVER_SEEN_RUNNING, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_POSTCOPY,
      { DROVER_GUEST_RUNNING, "post-copy", DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY } },
    { VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_POSTCOPY_FAILED,
      { DROVER_GUEST_RUNNING, "post-copy failed", DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY_FAILED } },
    { VIR_DOMAIN_RUNNING, -1,
      { DROVER_GUEST_RUNNING, NULL, DROVER_SEEN_RUNNING, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_BLOCKED, -1,
      { DROVER_GUEST_RUNNING, NULL, DROVER_SEEN_RUNNING, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_SHUTDOWN, -1,
      { DROVER_GUEST_SHUTTING_DOWN, NULL, DROVER_SEEN_RUNNING, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION,
      { DROVER_GUEST_PAUSED, "migration", DROVER_SEEN_PAUSED, DROVER_WHY_MIGRATION } },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_STARTING_UP,
      { DROVER_GUEST_PAUSED, "starting up", DROVER_SEEN_PAUSED, DROVER_WHY_MIGRATION } },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY,
      { DROVER_GUEST_PAUSED, "post-copy", DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY } },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY_FAILED,
      { DROVER_GUEST_PAUSED, "post-copy failed", DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY_FAILED } },
    { VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR,
      { DROVER_GUEST_PAUSED, "I/O error", DROVER_SEEN_PAUSED, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_PAUSED, -1,
      { DROVER_GUEST_PAUSED, NULL, DROVER_SEEN_PAUSED, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_PMSUSPENDED, -1,
      { DROVER_GUEST_PAUSED, "asleep", DROVER_SEEN_PAUSED, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_MIGRATED,
      { DROVER_GUEST_OFF, "migrated", DROVER_SEEN_OFF, DROVER_WHY_MIGRATED } },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SHUTDOWN,
      { DROVER_GUEST_OFF, NULL, DROVER_SEEN_OFF, DROVER_WHY_SHUTDOWN } },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DESTROYED,
      { DROVER_GUEST_OFF, "destroyed", DROVER_SEEN_OFF, DROVER_WHY_DESTROYED } },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_CRASHED,
      { DROVER_GUEST_CRASHED, "QEMU ended", DROVER_SEEN_OFF, DROVER_WHY_CRASHED } },
    { VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_FAILED,
      { DROVER_GUEST_OFF, "failed to start", DROVER_SEEN_OFF, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_SHUTOFF, -1,
      { DROVER_GUEST_OFF, NULL, DROVER_SEEN_OFF, DROVER_WHY_OTHER } },
    { VIR_DOMAIN_CRASHED, -1,
      { DROVER_GUEST_CRASHED, NULL, DROVER_SEEN_PAUSED, DROVER_WHY_OTHER } },
};

static const DroverWhy stops[] = {
    [VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN] = DROVER_WHY_SHUTDOWN,
    [VIR_DOMAIN_EVENT_STOPPED_DESTROYED] = DROVER_WHY_DESTROYED,
    [VIR_DOMAIN_EVENT_STOPPED_CRASHED] = DROVER_WHY_CRASHED,
    [VIR_DOMAIN_EVENT_STOPPED_MIGRATED] = DROVER_WHY_MIGRATED,
    [VIR_DOMAIN_EVENT_STOPPED_SAVED] = DROVER_WHY_DESTROYED,
    [VIR_DOMAIN_EVENT_STOPPED_FAILED] = DROVER_WHY_CRASHED,
};
/* clang-format on */

DroverStateWords
drover_state_words(int state, int reason)
{
    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        if (states[i].state == state && (states[i].reason == reason || states[i].reason < 0)) {
            return states[i].words;
        }
    }
    return (DroverStateWords){DROVER_GUEST_UNKNOWN, NULL, DROVER_SEEN_NOT, DROVER_WHY_OTHER};
}

DroverWhy
drover_why_stopped(int detail)
{
    return detail >= 0 && detail < (int) G_N_ELEMENTS(stops) ? stops[detail] : DROVER_WHY_OTHER;
}

static gboolean
no_such_domain(void)
{
    virErrorPtr error = virGetLastError();

    return error && error->code == VIR_ERR_NO_DOMAIN;
}

gboolean
drover_sighting_read(virConnectPtr connection, const char *uuid, DroverSighting *sighting)
{
    g_autoptr(virDomain) domain = virDomainLookupByUUIDString(connection, uuid);
    DroverStateWords words;
    int state, reason, persistent;

    *sighting = (DroverSighting){.seen = DROVER_SEEN_ABSENT};
    if (!domain) {
        return no_such_domain();
    }
    persistent = virDomainIsPersistent(domain);
    if (persistent < 0 || virDomainGetState(domain, &state, &reason, 0) < 0) {
        return no_such_domain();
    }
    words = drover_state_words(state, reason);
    *sighting = (DroverSighting){words.seen, words.why, persistent};
    if (words.seen == DROVER_SEEN_OFF && !persistent) {
        sighting->seen = DROVER_SEEN_ABSENT; /* it is just being forgotten */
    }
    return words.seen != DROVER_SEEN_NOT;
}
