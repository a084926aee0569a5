#include "backends/libvirt/transfer-private.h"

#include "backends/libvirt/guest-state.h"
#include "backends/libvirt/note.h"
#include "backends/libvirt/remedy.h"

/* The destination may be holding up the source by then. */
#define STUCK_US (60 * G_USEC_PER_SEC)

static gpointer
apply(virConnectPtr connection, gpointer argument)
{
    return drover_remedy_apply(connection, argument);
}

static void
applied(gpointer result, gpointer user_data)
{
    DroverTransfer *transfer = user_data;
    DroverNote answer = {.what = "destroy", .host = transfer->destination};

    drover_remedy_note(result, &answer);
    drover_transfer_noted(&answer, transfer);
    drover_transfer_unref(transfer);
}

static void
destroy_copy(DroverTransfer *transfer, const DroverSighting *source)
{
    DroverVirHost *destination = drover_vir_backend_host(transfer->backend, transfer->destination);
    const DroverQuestion question = {
        .run = apply,
        .argument =
            drover_remedy_order_new(DROVER_REMEDY_DESTROY_DESTINATION, transfer->uuid, source),
        .free_argument = (GDestroyNotify) drover_remedy_order_free,
        .free_result = (GDestroyNotify) drover_remedy_result_free,
        .done = applied,
        .user_data = transfer,
    };

    if (destination) {
        drover_transfer_note(transfer, DROVER_NOTE_ACTION, "destroy", transfer->destination,
                             "the abort has taken no effect for a minute: the copy may hold it up");
        transfer->references++;
        drover_vir_host_ask(destination, &question);
    } else {
        drover_remedy_order_free(question.argument);
    }
}

/* A destination whose QEMU hangs holds up the source's libvirtd.  The guest runs on the source, and
 * the incoming copy never did: without it, the source gets free. */
static void
source_sighted(gpointer result, gpointer user_data)
{
    DroverTransfer *transfer = user_data;
    const DroverSighting *sighting = result;

    if (!transfer->freed && transfer->stage < TRANSFER_SETTLING && sighting &&
        sighting->seen == DROVER_SEEN_RUNNING) {
        destroy_copy(transfer, sighting);
    }
    drover_transfer_unref(transfer);
}

static gpointer
read_sighting(virConnectPtr connection, gpointer argument)
{
    DroverSighting *sighting = g_new0(DroverSighting, 1);

    drover_sighting_read(connection, argument, sighting);
    return sighting;
}

static void
stuck(gpointer user_data, gpointer unused)
{
    DroverTransfer *transfer = user_data;
    DroverVirHost *source = drover_vir_backend_host(transfer->backend, transfer->source);
    const DroverQuestion question = {
        .run = read_sighting,
        .argument = g_strdup(transfer->uuid),
        .free_argument = g_free,
        .free_result = g_free,
        .done = source_sighted,
        .user_data = transfer,
    };

    transfer->stuck_timer =
        drover_clock_add(transfer->backend->base.clock, STUCK_US, stuck, transfer);
    if (source) {
        transfer->references++;
        drover_vir_host_ask(source, &question);
    } else {
        g_free(question.argument);
    }
}

void
drover_transfer_watch_abort(DroverTransfer *transfer)
{
    if (!transfer->stuck_timer) {
        transfer->stuck_timer =
            drover_clock_add(transfer->backend->base.clock, STUCK_US, stuck, transfer);
    }
}
