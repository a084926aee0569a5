#include "backends/libvirt/remedy.h"

#include "backends/libvirt/connection.h"
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
    gboolean may_wait;
    int (*act)(virDomainPtr domain);
} remedies[] = {
    [DROVER_REMEDY_RESUME_SOURCE] = { TRUE, FALSE, virDomainResume },
    [DROVER_REMEDY_SUSPEND_SOURCE] = { TRUE, FALSE, virDomainSuspend },
    [DROVER_REMEDY_DESTROY_SOURCE] = { TRUE, FALSE, virDomainDestroy },
    [DROVER_REMEDY_UNDEFINE_SOURCE] = { TRUE, TRUE, undefine },
    [DROVER_REMEDY_DESTROY_DESTINATION] = { FALSE, FALSE, virDomainDestroy },
    [DROVER_REMEDY_UNDEFINE_DESTINATION] = { FALSE, TRUE, undefine },
};
/* clang-format on */

DroverRemedyOrder *
drover_remedy_order_new(DroverRemedy remedy, const char *uuid, const DroverSighting *other)
{
    DroverRemedyOrder *order = g_new0(DroverRemedyOrder, 1);

    order->remedy = remedy;
    order->uuid = g_strdup(uuid);
    order->other = *other;
    return order;
}

void
drover_remedy_order_free(DroverRemedyOrder *order)
{
    g_free(order->uuid);
    g_free(order);
}

void
drover_remedy_result_free(DroverRemedyResult *result)
{
    if (result) {
        drover_vir_error_free(result->error);
        g_free(result);
    }
}

gboolean
drover_remedy_is_for_source(DroverRemedy remedy)
{
    return remedies[remedy].for_source;
}

gboolean
drover_remedy_may_wait(DroverRemedy remedy)
{
    return remedies[remedy].may_wait;
}

/* --- the step -------------------------------------------------------------------------------- */

static DroverRemedyResult *
failed(void)
{
    DroverRemedyResult *result = g_new0(DroverRemedyResult, 1);

    result->end = DROVER_REMEDY_FAILED;
    result->error = drover_vir_error_take();
    return result;
}

DroverRemedyResult *
drover_remedy_apply(virConnectPtr connection, const DroverRemedyOrder *order)
{
    gboolean for_source = remedies[order->remedy].for_source;
    g_autoptr(virDomain) domain = virDomainLookupByUUIDString(connection, order->uuid);
    DroverRemedyResult *result;
    DroverSighting here;

    if (!drover_sighting_read(connection, order->uuid, &here)) {
        return failed();
    }
    result = g_new0(DroverRemedyResult, 1);
    if (!domain || !drover_remedy_is_safe(order->remedy, for_source ? &here : &order->other,
                                          for_source ? &order->other : &here)) {
        return result;
    }
    if (remedies[order->remedy].act(domain) < 0) {
        drover_remedy_result_free(result);
        return failed();
    }
    result->end = DROVER_REMEDY_DONE;
    return result;
}

/* --- on a thread of its own ------------------------------------------------------------------ */

typedef struct {
    DroverMailbox *mailbox;
    char *uri;
    DroverRemedyOrder *order;
    DroverRemedyResult *result;
    void (*done)(gpointer result, gpointer user_data);
    gpointer user_data;
} Errand;

static void
deliver(gpointer data)
{
    Errand *errand = data;

    errand->done(errand->result, errand->user_data);
}

static void
errand_free(gpointer data)
{
    Errand *errand = data;

    drover_mailbox_unref(errand->mailbox);
    drover_remedy_order_free(errand->order);
    drover_remedy_result_free(errand->result);
    g_free(errand->uri);
    g_free(errand);
}

static gpointer
errand_thread(gpointer data)
{
    Errand *errand = data;
    g_autoptr(DroverVirError) error = NULL;
    g_autoptr(virConnect) connection = drover_connection_open(errand->uri, &error);

    if (connection) {
        errand->result = drover_remedy_apply(connection, errand->order);
    }
    drover_mailbox_post(errand->mailbox, deliver, errand, errand_free);
    return NULL;
}

void
drover_remedy_run(DroverMailbox *mailbox,
                  const char *uri,
                  DroverRemedyOrder *order,
                  void (*done)(gpointer result, gpointer user_data),
                  gpointer user_data)
{
    Errand *errand = g_new0(Errand, 1);

    errand->mailbox = drover_mailbox_ref(mailbox);
    errand->uri = g_strdup(uri);
    errand->order = order;
    errand->done = done;
    errand->user_data = user_data;
    g_thread_unref(g_thread_new("remedy", errand_thread, errand));
}
