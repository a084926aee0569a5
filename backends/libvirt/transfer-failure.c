#include "backends/libvirt/transfer-private.h"

#include "backends/libvirt/classify.h"

/* The last that was known: a guest may vanish on its way. */
static const char *
guest_name(DroverTransfer *transfer)
{
    const DroverGuest *guest =
        drover_inventory_find_guest(transfer->backend->base.inventory, transfer->uuid);

    if (guest) {
        g_free(transfer->guest_name);
        transfer->guest_name = g_strdup(guest->name);
    }
    return transfer->guest_name;
}

static DroverFailure *
with_names(DroverTransfer *transfer, DroverFailure *failure)
{
    failure->guest = g_strdup(guest_name(transfer));
    failure->source = g_strdup(transfer->source);
    failure->destination = g_strdup(transfer->destination);
    return failure;
}

DroverFailure *
drover_transfer_failure(DroverTransfer *transfer, DroverFailureKind kind, DroverSide where)
{
    DroverFailure *failure = drover_failure_new(kind);

    failure->phase = transfer->furthest;
    failure->where = where;
    if (transfer->error) {
        failure->text = g_strdup(transfer->error->message);
        failure->code = transfer->error->code;
        failure->domain = transfer->error->domain;
        failure->int1 = transfer->error->int1;
    }
    return with_names(transfer, failure);
}

/* The one that the source took for itself may be another's address. */
static gboolean
are_two_hosts(DroverTransfer *transfer)
{
    DroverInventory *inventory = transfer->backend->base.inventory;
    const DroverHost *source = drover_inventory_find_host(inventory, transfer->source);
    const DroverHost *destination = drover_inventory_find_host(inventory, transfer->destination);

    return source && destination && source->uuid && destination->uuid &&
           !g_str_equal(source->uuid, destination->uuid);
}

DroverFailure *
drover_transfer_failure_of_call(DroverTransfer *transfer, gboolean *untouched)
{
    DroverVirHost *destination = drover_vir_backend_host(transfer->backend, transfer->destination);
    const DroverErrorContext context = {
        .error = transfer->error,
        .step = transfer->step,
        .source_alive = transfer->source_alive,
        .phase = transfer->furthest,
        .peer_port = destination ? drover_uri_port(drover_vir_host_peer_uri(destination)) : 0,
        .two_hosts = are_two_hosts(transfer),
        .source_stop = transfer->source_stop,
    };

    return transfer->error ? with_names(transfer, drover_classify(&context, untouched)) : NULL;
}

DroverFailure *
drover_transfer_failure_of_stay(DroverTransfer *transfer)
{
    DroverFailure *failure = drover_transfer_failure_of_call(transfer, NULL);

    if (!failure) {
        failure = drover_transfer_failure(transfer, DROVER_FAILURE_LIBVIRT, DROVER_SIDE_SOURCE);
        failure->transient = TRUE;
        failure->text =
            g_strdup(transfer->adopted ? "the move ended while drover was not there to hear why"
                                       : "libvirt reported success, but the guest did not move");
    }
    if (transfer->cancelled) {
        failure->kind = DROVER_FAILURE_CANCELLED;
        failure->transient = FALSE;
        failure->where = DROVER_SIDE_NONE;
        g_clear_pointer(&failure->element, g_free);
    }
    return failure;
}

DroverFailure *
drover_transfer_failure_of_stop(DroverTransfer *transfer)
{
    static const DroverFailureKind kinds[] = {
        [DROVER_WHY_OTHER] = DROVER_FAILURE_GUEST_STOPPED,
        [DROVER_WHY_MIGRATED] = DROVER_FAILURE_GUEST_STOPPED,
        [DROVER_WHY_SHUTDOWN] = DROVER_FAILURE_GUEST_STOPPED,
        [DROVER_WHY_DESTROYED] = DROVER_FAILURE_GUEST_DESTROYED,
        [DROVER_WHY_CRASHED] = DROVER_FAILURE_SOURCE_QEMU_DIED,
    };

    /* It had arrived, so what ended it on the source is not what ended it. */
    if (transfer->handed_over || transfer->source_stop == DROVER_WHY_MIGRATED) {
        return drover_transfer_failure(transfer, DROVER_FAILURE_ENDED_AT_DESTINATION,
                                       DROVER_SIDE_DESTINATION);
    }
    return drover_transfer_failure(transfer, kinds[transfer->source_stop], DROVER_SIDE_SOURCE);
}

DroverFailure *
drover_transfer_warning(DroverTransfer *transfer, const char *leftover, gboolean ran_twice)
{
    DroverFailure *failure;

    if (leftover) {
        failure = drover_transfer_failure(transfer, DROVER_FAILURE_LEFTOVER, DROVER_SIDE_SOURCE);
        failure->element = g_strdup(leftover);
        return failure;
    }
    return ran_twice
               ? drover_transfer_failure(transfer, DROVER_FAILURE_RAN_TWICE, DROVER_SIDE_SOURCE)
               : NULL;
}

DroverFailure *
drover_transfer_failure_of_host(DroverTransfer *transfer,
                                const DroverVirError *error,
                                DroverSide side)
{
    const DroverErrorContext context = {
        .error = error,
        .step = DROVER_CALL_OPENING,
        .side = side,
        .phase = transfer->furthest,
    };

    return with_names(transfer, drover_classify(&context, NULL));
}
