#include "backends/inventory.h"

#include <string.h>

/*
 * A guest's sighting on one host is a copy.  Copies that share a UUID, and those that share a name,
 * are chained; a chain owns the string that its copies share, so that a guest costs each string
 * once and a look-up is one hash and, in all but a move, one step.
 */
enum { BY_UUID, BY_NAME, CHAINS };

typedef struct _Copy Copy;

typedef struct {
    char *key;
    Copy *first;
} Chain;

typedef struct {
    DroverHost host; /* first: readers hold it */
    char *servers[2];
    GPtrArray *copies; /* of Copy */
} HostEntry;

struct _Copy {
    DroverGuest guest; /* first: readers hold it; uuid and name belong to the chains */
    Chain *chain[CHAINS];
    Copy *next[CHAINS];
    guint slot; /* in the host's copies */
};

struct _DroverInventory {
    GHashTable *hosts;          /* name -> HostEntry */
    GHashTable *chains[CHAINS]; /* key -> Chain */
    GArray *watchers;           /* of Watcher */
};

typedef struct {
    DroverInventoryChanged changed;
    gpointer user_data;
} Watcher;

/* Of two sightings of one guest the one with the lower rank counts. */
/* clang-format off */
static const guint8 ranks[] = {
    [DROVER_GUEST_RUNNING] = 0,
    [DROVER_GUEST_SHUTTING_DOWN] = 1, /* it still runs */
    [DROVER_GUEST_PAUSED] = 2,
    [DROVER_GUEST_OFF] = 3,
    [DROVER_GUEST_CRASHED] = 3,
    [DROVER_GUEST_UNKNOWN] = 4,
    [DROVER_GUEST_INCOMING] = 5,
};
/* clang-format on */

static void
notify(DroverInventory *inventory, const char *host, const char *guest_uuid)
{
    for (guint i = 0; i < inventory->watchers->len; i++) {
        const Watcher *watcher = &g_array_index(inventory->watchers, Watcher, i);

        watcher->changed(host, guest_uuid, watcher->user_data);
    }
}

/* --- chains ------------------------------------------------------------------------------------
 */

static void
chain_free(gpointer data)
{
    Chain *chain = data;

    g_free(chain->key);
    g_free(chain);
}

static void
link_copy(DroverInventory *inventory, Copy *copy, guint which, const char *key)
{
    Chain *chain = g_hash_table_lookup(inventory->chains[which], key);

    if (!chain) {
        chain = g_new0(Chain, 1);
        chain->key = g_strdup(key);
        g_hash_table_insert(inventory->chains[which], chain->key, chain);
    }
    copy->chain[which] = chain;
    copy->next[which] = chain->first;
    chain->first = copy;
}

static void
unlink_copy(DroverInventory *inventory, Copy *copy, guint which)
{
    Chain *chain = copy->chain[which];
    Copy **place = &chain->first;

    while (*place != copy) {
        place = &(*place)->next[which];
    }
    *place = copy->next[which];
    if (!chain->first) {
        g_hash_table_remove(inventory->chains[which], chain->key);
    }
}

static void
set_name(DroverInventory *inventory, Copy *copy, const char *name)
{
    if (copy->chain[BY_NAME]) {
        unlink_copy(inventory, copy, BY_NAME);
    }
    link_copy(inventory, copy, BY_NAME, name);
    copy->guest.name = copy->chain[BY_NAME]->key;
}

/* Also what is known of a host that is down is only what was: it yields to a fresh sighting. */
static gboolean
counts_before(const Copy *a, const Copy *b)
{
    gboolean up_a = a->guest.host->state == DROVER_HOST_UP;
    gboolean up_b = b->guest.host->state == DROVER_HOST_UP;

    if (ranks[a->guest.state] != ranks[b->guest.state]) {
        return ranks[a->guest.state] < ranks[b->guest.state];
    }
    return up_a != up_b ? up_a : a->guest.since_us > b->guest.since_us;
}

static const DroverGuest *
best_of(const Chain *chain)
{
    const Copy *best = chain->first;

    for (const Copy *copy = best->next[BY_UUID]; copy; copy = copy->next[BY_UUID]) {
        if (counts_before(copy, best)) {
            best = copy;
        }
    }
    return &best->guest;
}

static Chain *
find_chain(DroverInventory *inventory, const char *uuid)
{
    Chain *chain = g_hash_table_lookup(inventory->chains[BY_UUID], uuid);
    g_autofree char *lower = chain ? NULL : g_ascii_strdown(uuid, -1);

    return chain ? chain : g_hash_table_lookup(inventory->chains[BY_UUID], lower);
}

/* --- hosts -------------------------------------------------------------------------------------
 */

static void
host_entry_free(gpointer data)
{
    HostEntry *entry = data;

    g_ptr_array_unref(entry->copies);
    g_free(entry->servers[0]);
    g_free(entry->servers[1]);
    g_free(entry->host.name);
    g_free(entry->host.uri);
    g_free(entry->host.peer_uri);
    g_free(entry->host.reason);
    g_free(entry->host.uuid);
    g_free(entry->host.hostname);
    g_free(entry->host.version);
    g_free(entry);
}

static char *
server_of(const char *text)
{
    g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NON_DNS, NULL);
    const char *server = uri ? g_uri_get_host(uri) : NULL;

    return server && *server ? g_strdup(server) : NULL;
}

static void
set_text(char **field, const char *text)
{
    char *copy = g_strdup(text);

    g_free(*field);
    *field = copy;
}

static HostEntry *
find_entry(DroverInventory *inventory, const char *name)
{
    return g_hash_table_lookup(inventory->hosts, name);
}

void
drover_inventory_add_host(DroverInventory *inventory,
                          const char *name,
                          const char *uri,
                          const char *peer_uri)
{
    HostEntry *entry = find_entry(inventory, name);
    const char *peer = peer_uri ? peer_uri : uri;

    if (entry && g_str_equal(entry->host.uri, uri) && g_str_equal(entry->host.peer_uri, peer)) {
        return;
    }
    if (!entry) {
        entry = g_new0(HostEntry, 1);
        entry->host.name = g_strdup(name);
        entry->copies = g_ptr_array_new();
        g_hash_table_insert(inventory->hosts, entry->host.name, entry);
    }
    set_text(&entry->host.uri, uri);
    set_text(&entry->host.peer_uri, peer);
    g_free(entry->servers[0]);
    g_free(entry->servers[1]);
    entry->servers[0] = server_of(uri);
    entry->servers[1] = server_of(peer);
    notify(inventory, entry->host.name, NULL);
}

void
drover_inventory_set_host_state(DroverInventory *inventory,
                                const char *name,
                                DroverHostState state,
                                const char *reason,
                                gint64 real_us)
{
    HostEntry *entry = find_entry(inventory, name);

    if (!entry || (entry->host.state == state && entry->host.since_us &&
                   g_strcmp0(entry->host.reason, reason) == 0)) {
        return;
    }
    if (entry->host.state != state || !entry->host.since_us) {
        entry->host.since_us = real_us;
    }
    entry->host.state = state;
    set_text(&entry->host.reason, reason);
    notify(inventory, entry->host.name, NULL);
}

static gboolean
same_facts(const DroverHost *a, const DroverHost *b)
{
    return g_strcmp0(a->uuid, b->uuid) == 0 && g_strcmp0(a->hostname, b->hostname) == 0 &&
           g_strcmp0(a->version, b->version) == 0 && a->cpus == b->cpus &&
           a->memory_total_kib == b->memory_total_kib && a->memory_free_kib == b->memory_free_kib;
}

void
drover_inventory_set_host_facts(DroverInventory *inventory,
                                const char *name,
                                const DroverHost *facts)
{
    HostEntry *entry = find_entry(inventory, name);

    if (!entry || same_facts(&entry->host, facts)) {
        return;
    }
    set_text(&entry->host.uuid, facts->uuid);
    set_text(&entry->host.hostname, facts->hostname);
    set_text(&entry->host.version, facts->version);
    entry->host.cpus = facts->cpus;
    entry->host.memory_total_kib = facts->memory_total_kib;
    entry->host.memory_free_kib = facts->memory_free_kib;
    notify(inventory, entry->host.name, NULL);
}

void
drover_inventory_each_host(DroverInventory *inventory, DroverHostVisit visit, gpointer user_data)
{
    GHashTableIter iter;
    gpointer entry;

    g_hash_table_iter_init(&iter, inventory->hosts);
    while (g_hash_table_iter_next(&iter, NULL, &entry)) {
        if (!visit(&((const HostEntry *) entry)->host, user_data)) {
            return;
        }
    }
}

const DroverHost *
drover_inventory_find_host(DroverInventory *inventory, const char *name)
{
    HostEntry *entry = find_entry(inventory, name);

    return entry ? &entry->host : NULL;
}

static gboolean
is_called(const HostEntry *entry, const char *text)
{
    const char *names[] = {entry->host.name, entry->host.hostname, entry->servers[0],
                           entry->servers[1]};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i] && g_ascii_strcasecmp(names[i], text) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* The configured name wins; any other must be one host's only, or a guest might go astray. */
const DroverHost *
drover_inventory_resolve_host(DroverInventory *inventory, const char *text)
{
    const DroverHost *found = drover_inventory_find_host(inventory, text);
    GHashTableIter iter;
    gpointer entry;

    if (found) {
        return found;
    }
    g_hash_table_iter_init(&iter, inventory->hosts);
    while (g_hash_table_iter_next(&iter, NULL, &entry)) {
        if (!is_called(entry, text)) {
            continue;
        }
        if (found) {
            return NULL;
        }
        found = &((const HostEntry *) entry)->host;
    }
    return found;
}

/* --- guests ------------------------------------------------------------------------------------
 */

static Copy *
find_copy(DroverInventory *inventory, const char *uuid, const char *host)
{
    Chain *chain = find_chain(inventory, uuid);
    Copy *copy = chain ? chain->first : NULL;

    while (copy && !g_str_equal(copy->guest.host->name, host)) {
        copy = copy->next[BY_UUID];
    }
    return copy;
}

static Copy *
add_copy(DroverInventory *inventory, HostEntry *entry, const DroverGuest *guest)
{
    g_autofree char *uuid = g_ascii_strdown(guest->uuid, -1);
    Copy *copy = g_new0(Copy, 1);

    link_copy(inventory, copy, BY_UUID, uuid);
    copy->guest.uuid = copy->chain[BY_UUID]->key;
    copy->guest.host = &entry->host;
    copy->slot = entry->copies->len;
    g_ptr_array_add(entry->copies, copy);
    return copy;
}

static void
drop_copy(DroverInventory *inventory, Copy *copy)
{
    HostEntry *entry = find_entry(inventory, copy->guest.host->name);
    Copy *last = entry->copies->pdata[entry->copies->len - 1];
    g_autofree char *uuid = g_strdup(copy->guest.uuid);

    last->slot = copy->slot;
    entry->copies->pdata[copy->slot] = last;
    g_ptr_array_set_size(entry->copies, (gint) entry->copies->len - 1);
    unlink_copy(inventory, copy, BY_UUID);
    unlink_copy(inventory, copy, BY_NAME);
    g_free(copy->guest.reason);
    g_free(copy);
    notify(inventory, entry->host.name, uuid);
}

static gboolean
same_guest(const DroverGuest *a, const DroverGuest *b)
{
    return a->state == b->state && a->memory_kib == b->memory_kib && a->vcpus == b->vcpus &&
           a->persistent == b->persistent && g_str_equal(a->name, b->name) &&
           g_strcmp0(a->reason, b->reason) == 0;
}

void
drover_inventory_set_guest(DroverInventory *inventory,
                           const char *host,
                           const DroverGuest *guest,
                           gint64 real_us)
{
    HostEntry *entry = find_entry(inventory, host);
    Copy *copy = entry ? find_copy(inventory, guest->uuid, host) : NULL;
    gboolean is_new = !copy;

    if (!entry || (copy && same_guest(&copy->guest, guest))) {
        return;
    }
    if (is_new) {
        copy = add_copy(inventory, entry, guest);
    }
    if (is_new || !g_str_equal(copy->guest.name, guest->name)) {
        set_name(inventory, copy, guest->name);
    }
    if (is_new || copy->guest.state != guest->state) {
        copy->guest.since_us = real_us;
    }
    copy->guest.state = guest->state;
    copy->guest.memory_kib = guest->memory_kib;
    copy->guest.vcpus = guest->vcpus;
    copy->guest.persistent = guest->persistent;
    set_text(&copy->guest.reason, guest->reason);
    notify(inventory, entry->host.name, copy->guest.uuid);
}

void
drover_inventory_remove_guest(DroverInventory *inventory, const char *host, const char *uuid)
{
    Copy *copy = find_copy(inventory, uuid, host);

    if (copy) {
        drop_copy(inventory, copy);
    }
}

void
drover_inventory_keep_guests(DroverInventory *inventory, const char *host, GHashTable *uuids)
{
    HostEntry *entry = find_entry(inventory, host);

    for (guint i = entry ? entry->copies->len : 0; i > 0; i--) {
        Copy *copy = entry->copies->pdata[i - 1];

        if (!g_hash_table_contains(uuids, copy->guest.uuid)) {
            drop_copy(inventory, copy);
        }
    }
}

void
drover_inventory_remove_host(DroverInventory *inventory, const char *name)
{
    HostEntry *entry = find_entry(inventory, name);
    g_autofree char *key = g_strdup(name);

    if (!entry) {
        return;
    }
    while (entry->copies->len) {
        drop_copy(inventory, entry->copies->pdata[entry->copies->len - 1]);
    }
    g_hash_table_remove(inventory->hosts, key);
    notify(inventory, key, NULL);
}

void
drover_inventory_each_guest(DroverInventory *inventory, DroverGuestVisit visit, gpointer user_data)
{
    GHashTableIter iter;
    gpointer chain;

    g_hash_table_iter_init(&iter, inventory->chains[BY_UUID]);
    while (g_hash_table_iter_next(&iter, NULL, &chain)) {
        if (!visit(best_of(chain), user_data)) {
            return;
        }
    }
}

const DroverGuest *
drover_inventory_find_guest(DroverInventory *inventory, const char *uuid)
{
    Chain *chain = find_chain(inventory, uuid);

    return chain ? best_of(chain) : NULL;
}

const DroverGuest *
drover_inventory_find_guest_on(DroverInventory *inventory, const char *uuid, const char *host)
{
    Copy *copy = find_copy(inventory, uuid, host);

    return copy ? &copy->guest : NULL;
}

const DroverGuest *
drover_inventory_find_incoming(DroverInventory *inventory, const char *uuid)
{
    const Chain *chain = find_chain(inventory, uuid);

    for (const Copy *copy = chain ? chain->first : NULL; copy; copy = copy->next[BY_UUID]) {
        if (copy->guest.state == DROVER_GUEST_INCOMING) {
            return &copy->guest;
        }
    }
    return NULL;
}

/* Chains of one name are short, so that a set of the UUIDs seen would cost more than it saves. */
static gboolean
is_first_of_its_uuid(const Chain *chain, const Copy *copy)
{
    for (const Copy *other = chain->first; other != copy; other = other->next[BY_NAME]) {
        if (other->guest.uuid == copy->guest.uuid) {
            return FALSE;
        }
    }
    return TRUE;
}

const DroverGuest *
drover_inventory_resolve_guest(DroverInventory *inventory, const char *text, guint *matches)
{
    const DroverGuest *guest = drover_inventory_find_guest(inventory, text);
    const Chain *chain = guest ? NULL : g_hash_table_lookup(inventory->chains[BY_NAME], text);
    guint found = guest ? 1 : 0;

    for (const Copy *copy = chain ? chain->first : NULL; copy; copy = copy->next[BY_NAME]) {
        if (is_first_of_its_uuid(chain, copy)) {
            guest = best_of(copy->chain[BY_UUID]);
            found++;
        }
    }
    if (matches) {
        *matches = found;
    }
    return found == 1 ? guest : NULL;
}

/* --- the whole ---------------------------------------------------------------------------------
 */

DroverInventory *
drover_inventory_new(void)
{
    DroverInventory *inventory = g_new0(DroverInventory, 1);

    inventory->watchers = g_array_new(FALSE, FALSE, sizeof(Watcher));
    inventory->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, host_entry_free);
    for (guint i = 0; i < CHAINS; i++) {
        inventory->chains[i] = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, chain_free);
    }
    return inventory;
}

void
drover_inventory_free(DroverInventory *inventory)
{
    GHashTableIter iter;
    gpointer entry;

    if (!inventory) {
        return;
    }
    g_array_set_size(inventory->watchers, 0);
    g_hash_table_iter_init(&iter, inventory->hosts);
    while (g_hash_table_iter_next(&iter, NULL, &entry)) {
        while (((HostEntry *) entry)->copies->len) {
            GPtrArray *copies = ((HostEntry *) entry)->copies;

            drop_copy(inventory, copies->pdata[copies->len - 1]);
        }
    }
    g_hash_table_unref(inventory->hosts);
    g_array_unref(inventory->watchers);
    for (guint i = 0; i < CHAINS; i++) {
        g_hash_table_unref(inventory->chains[i]);
    }
    g_free(inventory);
}

void
drover_inventory_watch(DroverInventory *inventory,
                       DroverInventoryChanged changed,
                       gpointer user_data)
{
    Watcher watcher = {changed, user_data};

    g_array_append_val(inventory->watchers, watcher);
}

void
drover_inventory_unwatch(DroverInventory *inventory, gpointer user_data)
{
    for (guint i = inventory->watchers->len; i > 0; i--) {
        if (g_array_index(inventory->watchers, Watcher, i - 1).user_data == user_data) {
            g_array_remove_index(inventory->watchers, i - 1);
        }
    }
}
