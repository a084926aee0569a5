#include "backends/libvirt/host.h"

#include "backends/libvirt/listing.h"

#define RETRY_MAX_S 15

struct _DroverVirHost {
    DroverBackend *backend; /* its inventory and clock */
    DroverMailbox *mailbox;
    char *name;
    char *uri;
    char *peer_uri;
    const DroverVirHostListener *listener;
    gpointer user_data;

    DroverHostState state;
    DroverVirError *error;  /* why it is down */
    DroverSession *session; /* NULL: between two tries */
    gint *tally;            /* threads of all its sessions that are not over */
    guint retry_s;
    guint retry_timer;
    guint vigil_timer; /* set while an answer is owed */
    guint tick_timer;
    guint ticks; /* since all guests were listed */
    gboolean has_facts;
    DroverSession *facts_session; /* while the facts are being read */
    GHashTable *touched;          /* UUIDs that events named since the last look; a set */
    gboolean refreshes;
};

static void connect_host(DroverVirHost *host);
static void list_guests(DroverVirHost *host);

static gint64
now_us(DroverVirHost *host)
{
    return drover_clock_real_us(host->backend->clock);
}

/* --- up and down ----------------------------------------------------------------------------- */

static void
retry_due(gpointer user_data, gpointer unused)
{
    DroverVirHost *host = user_data;

    host->retry_timer = 0;
    connect_host(host);
}

static void
retry_later(DroverVirHost *host)
{
    drover_clock_remove(host->backend->clock, &host->retry_timer);
    host->retry_timer = drover_clock_add(host->backend->clock,
                                         (gint64) host->retry_s * G_USEC_PER_SEC, retry_due, host);
    host->retry_s = MIN(host->retry_s * 2, RETRY_MAX_S);
}

static void
drop_session(DroverVirHost *host)
{
    DroverSession *session = g_steal_pointer(&host->session);

    drover_clock_remove(host->backend->clock, &host->vigil_timer);
    drover_clock_remove(host->backend->clock, &host->tick_timer);
    host->refreshes = FALSE;
    g_hash_table_remove_all(host->touched);
    g_clear_pointer(&host->facts_session, drover_session_close);
    if (session) {
        drover_session_close(session);
    }
}

/* @error: (transfer full) */
static void
go_down(DroverVirHost *host, DroverVirError *error)
{
    drover_vir_error_free(host->error);
    host->error = error;
    host->state = DROVER_HOST_DOWN;
    drop_session(host);
    drover_inventory_set_host_state(host->backend->inventory, host->name, DROVER_HOST_DOWN,
                                    error->message, now_us(host));
    retry_later(host);
    host->listener->changed(host, host->user_data);
}

static void
go_down_text(DroverVirHost *host, char *reason)
{
    g_autofree char *text = reason;

    go_down(host, drover_vir_error_new(VIR_ERR_OK, VIR_FROM_NONE, 0, text));
}

static void
go_up(DroverVirHost *host)
{
    g_clear_pointer(&host->error, drover_vir_error_free);
    host->state = DROVER_HOST_UP;
    host->retry_s = 1;
    drover_inventory_set_host_state(host->backend->inventory, host->name, DROVER_HOST_UP, NULL,
                                    now_us(host));
    host->listener->changed(host, host->user_data);
}

/* --- vigil: an answer that is owed must come ------------------------------------------------- */

static void arm_vigil(DroverVirHost *host);

static void
vigil_due(gpointer user_data, gpointer unused)
{
    DroverVirHost *host = user_data;
    gint64 since_us = drover_session_waits_since_us(host->session);

    host->vigil_timer = 0;
    if (since_us >= 0 && g_get_monotonic_time() - since_us >= DROVER_ANSWER_S * G_USEC_PER_SEC) {
        go_down_text(host, g_strdup_printf("no answer for %d s", DROVER_ANSWER_S));
    } else {
        arm_vigil(host);
    }
}

static void
arm_vigil(DroverVirHost *host)
{
    gint64 since_us = drover_session_waits_since_us(host->session);
    gint64 due_us = since_us + DROVER_ANSWER_S * G_USEC_PER_SEC - g_get_monotonic_time();

    if (since_us >= 0 && !host->vigil_timer) {
        host->vigil_timer =
            drover_clock_add(host->backend->clock, MAX(due_us, 0) + 1000, vigil_due, host);
    }
}

static void
ask(DroverVirHost *host, const DroverQuestion *question)
{
    drover_session_ask(host->session, question);
    arm_vigil(host);
}

/* --- guests ---------------------------------------------------------------------------------- */

/* libvirt shows a guest that comes in and one that just leaves in the same way.  The one that
 * leaves was seen to run here. */
static gboolean
is_incoming(DroverVirHost *host, const DroverGuest *guest)
{
    const DroverGuest *before =
        drover_inventory_find_guest_on(host->backend->inventory, guest->uuid, host->name);

    return guest->state == DROVER_GUEST_PAUSED && g_strcmp0(guest->reason, "migration") == 0 &&
           (!before ||
            (before->state != DROVER_GUEST_RUNNING && before->state != DROVER_GUEST_PAUSED));
}

static void
apply_guests(DroverVirHost *host, const DroverListing *listing)
{
    DroverInventory *inventory = host->backend->inventory;

    for (guint i = 0; i < listing->guests->len; i++) {
        DroverGuest *guest = g_ptr_array_index(listing->guests, i);

        if (is_incoming(host, guest)) {
            guest->state = DROVER_GUEST_INCOMING;
        }
        drover_inventory_set_guest(inventory, host->name, guest, now_us(host));
    }
    for (guint i = 0; i < listing->absent->len; i++) {
        drover_inventory_remove_guest(inventory, host->name, g_ptr_array_index(listing->absent, i));
    }
}

static void
apply_memory(DroverVirHost *host, guint64 free_kib)
{
    const DroverHost *known = drover_inventory_find_host(host->backend->inventory, host->name);
    DroverHost facts;

    if (known && free_kib && known->memory_free_kib != free_kib) {
        facts = *known;
        facts.memory_free_kib = free_kib;
        drover_inventory_set_host_facts(host->backend->inventory, host->name, &facts);
    }
}

static void
forget_others(DroverVirHost *host, const DroverListing *listing)
{
    g_autoptr(GHashTable) uuids = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < listing->guests->len; i++) {
        g_hash_table_add(uuids, ((DroverGuest *) g_ptr_array_index(listing->guests, i))->uuid);
    }
    drover_inventory_keep_guests(host->backend->inventory, host->name, uuids);
}

static gpointer
read_some(virConnectPtr connection, gpointer argument)
{
    return drover_listing_read_some(connection, argument);
}

static void refresh(DroverVirHost *host);

static void
some_read(gpointer result, gpointer user_data)
{
    DroverVirHost *host = user_data;

    if (!result) {
        return;
    }
    host->refreshes = FALSE;
    apply_guests(host, result);
    apply_memory(host, ((DroverListing *) result)->memory_free_kib);
    refresh(host);
}

/* Events that come while a look is under way are gathered into the next one. */
static void
refresh(DroverVirHost *host)
{
    DroverQuestion question = {
        .run = read_some,
        .free_argument = (GDestroyNotify) g_strfreev,
        .free_result = (GDestroyNotify) drover_listing_free,
        .done = some_read,
        .user_data = host,
    };
    GPtrArray *uuids;
    GHashTableIter iter;
    gpointer uuid;

    if (host->refreshes || !g_hash_table_size(host->touched)) {
        return;
    }
    uuids = g_ptr_array_new();
    g_hash_table_iter_init(&iter, host->touched);
    while (g_hash_table_iter_next(&iter, &uuid, NULL)) {
        g_ptr_array_add(uuids, g_strdup(uuid));
    }
    g_ptr_array_add(uuids, NULL);
    g_hash_table_remove_all(host->touched);
    question.argument = g_ptr_array_free(uuids, FALSE);
    host->refreshes = TRUE;
    ask(host, &question);
}

/* --- listing --------------------------------------------------------------------------------- */

static gpointer
read_facts(virConnectPtr connection, gpointer argument)
{
    return drover_host_facts_read(connection);
}

static void
facts_read(gpointer result, gpointer user_data)
{
    DroverVirHost *host = user_data;

    if (result) {
        host->has_facts = TRUE;
        drover_inventory_set_host_facts(host->backend->inventory, host->name, result);
        g_clear_pointer(&host->facts_session, drover_session_close);
    }
}

static void
facts_opened(const DroverVirError *error, gpointer user_data)
{
}

static void
facts_lost(const char *reason, gpointer user_data)
{
    DroverVirHost *host = user_data;

    g_clear_pointer(&host->facts_session, drover_session_close);
}

static void
facts_event(const DroverGuestEvent *event, gpointer user_data)
{
}

static const DroverSessionListener facts_listener = {facts_opened, facts_lost, facts_event};

/* Once per host, and beside the control connection: capabilities make a fresh libvirtd probe all of
 * its emulators, and wait for one of its ordinary workers, which long moves may have used up. */
static void
ask_facts(DroverVirHost *host)
{
    const DroverQuestion question = {
        .run = read_facts,
        .free_result = (GDestroyNotify) drover_host_facts_free,
        .done = facts_read,
        .user_data = host,
    };

    if (!host->has_facts && !host->facts_session) {
        host->facts_session =
            drover_session_new(host->uri, host->mailbox, host->tally, &facts_listener, host);
        drover_session_ask(host->facts_session, &question);
    }
}

static void tick_later(DroverVirHost *host);

static void
pinged(gpointer result, gpointer user_data)
{
    DroverVirHost *host = user_data;

    if (result) {
        apply_memory(host, ((DroverListing *) result)->memory_free_kib);
        tick_later(host);
    }
}

static void
ping(DroverVirHost *host)
{
    const DroverQuestion question = {
        .run = read_some,
        .argument = g_new0(char *, 1), /* no guest: just what memory is free */
        .free_argument = (GDestroyNotify) g_strfreev,
        .free_result = (GDestroyNotify) drover_listing_free,
        .done = pinged,
        .user_data = host,
    };

    ask(host, &question);
}

static void
tick(gpointer user_data, gpointer unused)
{
    DroverVirHost *host = user_data;

    host->tick_timer = 0;
    if (++host->ticks < DROVER_RELIST_TICKS) {
        ping(host);
    } else {
        list_guests(host);
    }
}

static void
tick_later(DroverVirHost *host)
{
    drover_clock_remove(host->backend->clock, &host->tick_timer);
    host->tick_timer =
        drover_clock_add(host->backend->clock, DROVER_TICK_S * G_USEC_PER_SEC, tick, host);
}

static gpointer
read_all(virConnectPtr connection, gpointer argument)
{
    return drover_listing_read(connection);
}

static void
all_read(gpointer result, gpointer user_data)
{
    DroverVirHost *host = user_data;
    DroverListing *listing = result;

    if (!listing) {
        return;
    }
    if (listing->error) {
        go_down(host, g_steal_pointer(&listing->error));
        return;
    }
    apply_guests(host, listing);
    forget_others(host, listing);
    apply_memory(host, listing->memory_free_kib);
    ask_facts(host);
    if (host->state != DROVER_HOST_UP) {
        go_up(host);
    }
    if (host->session) {
        tick_later(host);
    }
}

static void
list_guests(DroverVirHost *host)
{
    const DroverQuestion question = {
        .run = read_all,
        .free_result = (GDestroyNotify) drover_listing_free,
        .done = all_read,
        .user_data = host,
    };

    host->ticks = 0;
    ask(host, &question);
}

/* --- the session ----------------------------------------------------------------------------- */

static void
opened(const DroverVirError *error, gpointer user_data)
{
    DroverVirHost *host = user_data;

    if (error) {
        go_down(host, drover_vir_error_copy(error));
    } else {
        list_guests(host);
    }
}

static void
lost(const char *reason, gpointer user_data)
{
    go_down_text(user_data, g_strdup(reason));
}

static void
guest_event(const DroverGuestEvent *event, gpointer user_data)
{
    DroverVirHost *host = user_data;

    g_hash_table_add(host->touched, g_ascii_strdown(event->uuid, -1));
    refresh(host);
    host->listener->event(host, event, host->user_data);
}

static const DroverSessionListener session_listener = {opened, lost, guest_event};

static void
connect_host(DroverVirHost *host)
{
    gint stuck = g_atomic_int_get(host->tally);

    if (stuck >= DROVER_STUCK_SESSIONS) {
        go_down_text(host, g_strdup_printf("no answer; %d connections hang", stuck));
        return;
    }
    host->session =
        drover_session_new(host->uri, host->mailbox, host->tally, &session_listener, host);
    arm_vigil(host);
}

static void
reconnect(DroverVirHost *host)
{
    drover_clock_remove(host->backend->clock, &host->retry_timer);
    drop_session(host);
    host->retry_s = 1;
    connect_host(host);
}

/* --- for the backend ------------------------------------------------------------------------- */

DroverVirHost *
drover_vir_host_new(DroverBackend *backend,
                    DroverMailbox *mailbox,
                    const char *name,
                    const char *uri,
                    const char *peer_uri,
                    const DroverVirHostListener *listener,
                    gpointer user_data)
{
    DroverVirHost *host = g_new0(DroverVirHost, 1);

    host->backend = backend;
    host->mailbox = drover_mailbox_ref(mailbox);
    host->name = g_strdup(name);
    host->uri = g_strdup(uri);
    host->peer_uri = g_strdup(peer_uri ? peer_uri : uri);
    host->listener = listener;
    host->user_data = user_data;
    host->state = DROVER_HOST_CONNECTING;
    host->tally = g_atomic_rc_box_new0(gint);
    host->retry_s = 1;
    host->touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    drover_inventory_add_host(backend->inventory, name, uri, peer_uri);
    connect_host(host);
    return host;
}

void
drover_vir_host_free(DroverVirHost *host)
{
    if (!host) {
        return;
    }
    host->state = DROVER_HOST_DOWN;
    drover_clock_remove(host->backend->clock, &host->retry_timer);
    drop_session(host);
    drover_inventory_remove_host(host->backend->inventory, host->name);
    g_hash_table_unref(host->touched);
    g_atomic_rc_box_release(host->tally);
    drover_vir_error_free(host->error);
    drover_mailbox_unref(host->mailbox);
    g_free(host->name);
    g_free(host->uri);
    g_free(host->peer_uri);
    g_free(host);
}

void
drover_vir_host_set_uris(DroverVirHost *host, const char *uri, const char *peer_uri)
{
    gboolean moved = !g_str_equal(host->uri, uri);

    g_free(host->peer_uri);
    host->peer_uri = g_strdup(peer_uri ? peer_uri : uri);
    drover_inventory_add_host(host->backend->inventory, host->name, uri, peer_uri);
    if (moved) {
        g_free(host->uri);
        host->uri = g_strdup(uri);
        host->has_facts = FALSE;
        host->state = DROVER_HOST_CONNECTING;
        drover_inventory_set_host_state(host->backend->inventory, host->name,
                                        DROVER_HOST_CONNECTING, NULL, now_us(host));
        reconnect(host);
    }
}

void
drover_vir_host_wake(DroverVirHost *host)
{
    if (!host->session) {
        reconnect(host);
    }
}

void
drover_vir_host_touch(DroverVirHost *host, const char *uuid)
{
    if (host->state == DROVER_HOST_UP) {
        g_hash_table_add(host->touched, g_ascii_strdown(uuid, -1));
        refresh(host);
    }
}

/* --- questions of others --------------------------------------------------------------------- */

static void
nothing(gpointer data)
{
}

/* Also when the letter is never opened: whoever asked is owed an answer. */
static void
refuse(gpointer data)
{
    DroverQuestion *question = data;

    question->done(NULL, question->user_data);
    if (question->free_argument) {
        question->free_argument(question->argument);
    }
    g_free(question);
}

void
drover_vir_host_ask(DroverVirHost *host, const DroverQuestion *question)
{
    if (host->state == DROVER_HOST_UP) {
        ask(host, question);
    } else {
        drover_mailbox_post(host->mailbox, nothing, g_memdup2(question, sizeof *question), refuse);
    }
}

DroverHostState
drover_vir_host_state(const DroverVirHost *host)
{
    return host->state;
}

const char *
drover_vir_host_name(const DroverVirHost *host)
{
    return host->name;
}

const char *
drover_vir_host_uri(const DroverVirHost *host)
{
    return host->uri;
}

const char *
drover_vir_host_peer_uri(const DroverVirHost *host)
{
    return host->peer_uri;
}

const DroverVirError *
drover_vir_host_error(const DroverVirHost *host)
{
    return host->error;
}
