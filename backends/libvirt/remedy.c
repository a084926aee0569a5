#include "backends/libvirt/remedy.h"

#include "backends/libvirt/guest-state.h"

static int
undefine(virDomainPtr domain)
{
    return virDomainUndefineFlags(domain, VIR_DOMAIN_UNDEFINE_KEEP_NVRAM |
                                              VIR_DOMAIN_UNDEFINE_KEEP_TPM |
                                              VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA);
}

/* clang-format off */
static const struct {
    gboolean for_source;
    DroverSeen seen; /* only in this state */
    DroverWhy why;   /* OTHER: any */
    int (*act)(virDomainPtr domain);
} remedies[] = {
    [DROVER_REMEDY_RESUME_SOURCE] =
        { TRUE, DROVER_SEEN_PAUSED, DROVER_WHY_MIGRATION, virDomainResume },
    [DROVER_REMEDY_SUSPEND_SOURCE] =
        { TRUE, DROVER_SEEN_RUNNING, DROVER_WHY_OTHER, virDomainSuspend },
    [DROVER_REMEDY_DESTROY_SOURCE] =
        { TRUE, DROVER_SEEN_PAUSED, DROVER_WHY_MIGRATION, virDomainDestroy },
    [DROVER_REMEDY_UNDEFINE_SOURCE] =
        { TRUE, DROVER_SEEN_OFF, DROVER_WHY_OTHER, undefine },
    [DROVER_REMEDY_DESTROY_DESTINATION] =
        { FALSE, DROVER_SEEN_PAUSED, DROVER_WHY_MIGRATION, virDomainDestroy },
};
/* clang-format on */

DroverRemedyOrder *
drover_remedy_order_new(DroverRemedy remedy, const char *uuid)
{
    DroverRemedyOrder *order = g_new0(DroverRemedyOrder, 1);

    order->remedy = remedy;
    order->uuid = g_strdup(uuid);
    return order;
}

void
drover_remedy_order_free(DroverRemedyOrder *order)
{
    g_free(order->uuid);
    g_free(order);
}

gboolean
drover_remedy_is_for_source(DroverRemedy remedy)
{
    return remedies[remedy].for_source;
}

DroverVirError *
drover_remedy_apply(virConnectPtr connection, const DroverRemedyOrder *order)
{
    g_autoptr(virDomain) domain = NULL;
    DroverSighting sighting;

    if (!drover_sighting_read(connection, order->uuid, &sighting)) {
        return drover_vir_error_take();
    }
    if (sighting.seen != remedies[order->remedy].seen ||
        (remedies[order->remedy].why && sighting.why != remedies[order->remedy].why)) {
        return NULL;
    }
    domain = virDomainLookupByUUIDString(connection, order->uuid);
    return domain && remedies[order->remedy].act(domain) == 0 ? NULL : drover_vir_error_take();
}
