#include "orchestrator/notify-receiver.h"

struct _DroverReceiver {
    DroverReceivers *receivers;
    GQueue urgent; /* items */
    GQueue others;
    guint active;
    gboolean failing; /* it gave no answer the last time */
    GList turn;       /* its place among those that have something to deliver */
    gboolean has_turn;
};

struct _DroverReceivers {
    GHashTable *by_key; /* "http://host:port" or path -> DroverReceiver */
    GQueue turns;       /* of DroverReceiver, whose turn comes first first */
    guint active;
    guint active_failing; /* of those, at receivers that are failing */
};

DroverReceivers *
drover_receivers_new(void)
{
    DroverReceivers *receivers = g_new0(DroverReceivers, 1);

    receivers->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&receivers->turns);
    return receivers;
}

void
drover_receivers_free(DroverReceivers *receivers)
{
    GHashTableIter iter;
    gpointer receiver;

    if (!receivers) {
        return;
    }
    g_hash_table_iter_init(&iter, receivers->by_key);
    while (g_hash_table_iter_next(&iter, NULL, &receiver)) {
        g_queue_clear(&((DroverReceiver *) receiver)->urgent);
        g_queue_clear(&((DroverReceiver *) receiver)->others);
    }
    g_hash_table_unref(receivers->by_key);
    g_free(receivers);
}

/* (transfer full) */
static char *
key_of(const char *target)
{
    g_autoptr(GUri) uri =
        *target == '/' ? NULL : g_uri_parse(target, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);

    return uri ? g_strdup_printf("%s://%s:%d", g_uri_get_scheme(uri), g_uri_get_host(uri),
                                 g_uri_get_port(uri))
               : g_strdup(target);
}

DroverReceiver *
drover_receivers_get(DroverReceivers *receivers, const char *target)
{
    g_autofree char *key = key_of(target);
    DroverReceiver *receiver = g_hash_table_lookup(receivers->by_key, key);

    if (!receiver) {
        receiver = g_new0(DroverReceiver, 1);
        receiver->receivers = receivers;
        receiver->turn.data = receiver;
        g_queue_init(&receiver->urgent);
        g_queue_init(&receiver->others);
        g_hash_table_insert(receivers->by_key, g_steal_pointer(&key), receiver);
    }
    return receiver;
}

static void
set_turn(DroverReceiver *receiver)
{
    gboolean wants = receiver->urgent.length > 0 || receiver->others.length > 0;
    GQueue *turns = &receiver->receivers->turns;

    if (wants && !receiver->has_turn) {
        g_queue_push_tail_link(turns, &receiver->turn);
    } else if (!wants && receiver->has_turn) {
        g_queue_unlink(turns, &receiver->turn);
    }
    receiver->has_turn = wants;
}

void
drover_receiver_queue(DroverReceiver *receiver, gpointer item, gboolean urgent)
{
    g_queue_push_tail(urgent ? &receiver->urgent : &receiver->others, item);
    set_turn(receiver);
}

void
drover_receiver_unqueue(DroverReceiver *receiver, gpointer item)
{
    if (!g_queue_remove(&receiver->urgent, item)) {
        g_queue_remove(&receiver->others, item);
    }
    set_turn(receiver);
}

static gboolean
may_begin(const DroverReceiver *receiver)
{
    const DroverReceivers *all = receiver->receivers;

    if (receiver->failing) {
        return receiver->active == 0 && all->active_failing < DROVER_NOTIFY_PLACES / 2;
    }
    return receiver->active < DROVER_RECEIVER_PLACES;
}

static gpointer
begin(DroverReceiver *receiver)
{
    gpointer item = g_queue_pop_head(&receiver->urgent);

    if (!item) {
        item = g_queue_pop_head(&receiver->others);
    }
    receiver->active++;
    receiver->receivers->active++;
    receiver->receivers->active_failing += receiver->failing ? 1 : 0;
    /* The others come first now. */
    g_queue_unlink(&receiver->receivers->turns, &receiver->turn);
    receiver->has_turn = FALSE;
    set_turn(receiver);
    return item;
}

gpointer
drover_receivers_next(DroverReceivers *receivers)
{
    if (receivers->active >= DROVER_NOTIFY_PLACES) {
        return NULL;
    }
    for (GList *l = receivers->turns.head; l; l = l->next) {
        if (may_begin(l->data)) {
            return begin(l->data);
        }
    }
    return NULL;
}

gboolean
drover_receiver_done(DroverReceiver *receiver, gboolean answered)
{
    DroverReceivers *all = receiver->receivers;
    gboolean was_failing = receiver->failing;

    all->active_failing -= was_failing ? receiver->active : 0;
    receiver->active--;
    all->active--;
    receiver->failing = !answered;
    all->active_failing += receiver->failing ? receiver->active : 0;
    return was_failing && answered;
}
