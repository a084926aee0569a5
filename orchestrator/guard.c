#include "orchestrator/guard.h"

#include <gio/gio.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "orchestrator/password-file.h"

enum {
    WORKERS = 2,
    /* Log-ins from one address that may wait; beyond it they fail at once. */
    MAX_WAITING = 8,
    MAX_GROUPS = 256,
    /* Addresses whose failures are remembered; beyond it all are forgotten. */
    MAX_OFFENDERS = 4096,
};
#define FIRST_DELAY_US (500 * G_TIME_SPAN_MILLISECOND)
#define LAST_DELAY_US  (30 * G_USEC_PER_SEC)
#define FORGIVEN_US    (10 * 60 * G_USEC_PER_SEC)

typedef struct {
    guint failures;
    gint64 last_us;
} Offender;

struct _DroverGuard {
    GMainContext *context;
    DroverClock *clock;
    DroverAccess *access;
    DroverPasswords *passwords;
    GThreadPool *pool;
    GHashTable *waiting;   /* call_data -> Question */
    GHashTable *offenders; /* address without port -> Offender */
    DroverAudit audit;
    gpointer audit_data;
};

/* One client that wants to be known.  Filled on the main loop, answered on a worker. */
typedef struct {
    DroverGuard *guard;
    CimIdentified identified;
    gpointer call_data; /* NULL: cancelled */
    CimPeerKind kind;
    uid_t uid;
    gid_t gid;
    char *address; /* without its port */
    char *user;
    char *password;
    char *hash;
    char *certificate;
    guint timer;
    /* The answer. */
    char *name; /* NULL: nobody known */
    char **groups;
    gboolean plain_http;
} Question;

static void
question_free(Question *question)
{
    if (question->password) {
        explicit_bzero(question->password, strlen(question->password));
    }
    g_free(question->address);
    g_free(question->user);
    g_free(question->password);
    g_free(question->hash);
    g_free(question->certificate);
    g_free(question->name);
    g_strfreev(question->groups);
    g_free(question);
}

/* --- late answers to those who failed --------------------------------------------------------- */

static gint64
delay_of(DroverGuard *guard, const char *address)
{
    const Offender *offender = g_hash_table_lookup(guard->offenders, address);

    if (!offender || drover_clock_monotonic_us(guard->clock) - offender->last_us > FORGIVEN_US) {
        return 0;
    }
    return MIN(FIRST_DELAY_US << MIN(offender->failures - 1, 10), LAST_DELAY_US);
}

static void
note_failure(DroverGuard *guard, const char *address)
{
    Offender *offender = g_hash_table_lookup(guard->offenders, address);

    if (!offender) {
        if (g_hash_table_size(guard->offenders) >= MAX_OFFENDERS) {
            g_hash_table_remove_all(guard->offenders);
        }
        offender = g_new0(Offender, 1);
        g_hash_table_insert(guard->offenders, g_strdup(address), offender);
    }
    if (!delay_of(guard, address)) {
        offender->failures = 0;
    }
    offender->failures++;
    offender->last_us = drover_clock_monotonic_us(guard->clock);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void
answer(Question *question)
{
    DroverGuard *guard = question->guard;
    const DroverClientFacts facts = {
        .user = question->certificate ? NULL : question->name,
        .groups = question->groups,
        .certificate = question->certificate,
        .plain_http = question->plain_http,
    };
    CimPrincipal principal = {question->name, drover_access_find(guard->access, &facts)};

    g_hash_table_remove(guard->waiting, question->call_data);
    question->identified(question->name ? &principal : NULL, question->call_data);
    question_free(question);
}

static void
answer_late(gpointer user_data, gpointer unused)
{
    Question *question = user_data;

    question->timer = 0;
    answer(question);
}

/* Back on the main loop. */
static gboolean
on_answered(gpointer user_data)
{
    Question *question = user_data;
    DroverGuard *guard = question->guard;
    gint64 delay_us = 0;

    if (!question->call_data) {
        question_free(question);
        return G_SOURCE_REMOVE;
    }
    if (question->user && !question->name) {
        note_failure(guard, question->address);
        delay_us = delay_of(guard, question->address);
    }
    if (delay_us) {
        question->timer = drover_clock_add(guard->clock, delay_us, answer_late, question);
    } else {
        answer(question);
    }
    return G_SOURCE_REMOVE;
}

/* --- on a worker ------------------------------------------------------------------------------ */

static char *
name_of_user(uid_t uid)
{
    char buffer[4096];
    struct passwd entry, *found = NULL;

    if (getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) == 0 && found) {
        return g_strdup(found->pw_name);
    }
    return g_strdup_printf("uid %u", uid);
}

static char **
names_of_groups(const char *user, gid_t gid)
{
    gid_t ids[MAX_GROUPS];
    int count = MAX_GROUPS;
    GPtrArray *names = g_ptr_array_new();

    if (getgrouplist(user, gid, ids, &count) < 0) {
        ids[0] = gid;
        count = 1;
    }
    for (int i = 0; i < count; i++) {
        char buffer[16384];
        struct group entry, *found = NULL;

        if (getgrgid_r(ids[i], &entry, buffer, sizeof buffer, &found) == 0 && found) {
            g_ptr_array_add(names, g_strdup(found->gr_name));
        }
    }
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(names, FALSE);
}

static void
identify_unix(Question *question)
{
    question->name = name_of_user(question->uid);
    question->groups = names_of_groups(question->name, question->gid);
}

static void
find_out(gpointer data, gpointer pool_data)
{
    Question *question = data;
    GSource *source = g_idle_source_new();

    if (question->user) {
        if (drover_password_check(question->hash, question->password)) {
            question->name = g_strdup(question->user);
        }
    } else if (question->kind == CIM_PEER_UNIX) {
        identify_unix(question);
    }
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_answered, question, NULL);
    g_source_attach(source, question->guard->context);
    g_source_unref(source);
}

/* --- the guard -------------------------------------------------------------------------------- */

static char *
without_port(const char *address)
{
    const char *colon = strrchr(address, ':');

    return colon ? g_strndup(address, (gsize) (colon - address)) : g_strdup(address);
}

static Question *
question_new(DroverGuard *guard, const CimPeer *peer, const char *user, const char *password)
{
    Question *question = g_new0(Question, 1);

    question->guard = guard;
    question->kind = peer->kind;
    question->uid = peer->uid;
    question->gid = peer->gid;
    question->address = without_port(peer->address);
    question->user = g_strdup(user);
    question->password = g_strdup(password);
    question->certificate = g_strdup(peer->certificate);
    if (user) {
        question->hash = g_strdup(drover_passwords_find(guard->passwords, user));
    }
    return question;
}

/* What needs no thread. */
static gboolean
is_known_at_once(Question *question)
{
    if (question->user || question->kind == CIM_PEER_UNIX) {
        return FALSE;
    }
    if (question->certificate) {
        question->name = g_strdup(question->certificate);
    } else if (question->kind == CIM_PEER_TCP) {
        question->name = g_strdup("anonymous");
        question->plain_http = TRUE;
    }
    return TRUE;
}

static guint
count_waiting(DroverGuard *guard, const char *address)
{
    GHashTableIter iter;
    gpointer question;
    guint count = 0;

    g_hash_table_iter_init(&iter, guard->waiting);
    while (g_hash_table_iter_next(&iter, NULL, &question)) {
        count += g_str_equal(((Question *) question)->address, address);
    }
    return count;
}

static void
identify(const CimPeer *peer,
         const char *user,
         const char *password,
         CimIdentified identified,
         gpointer call_data,
         gpointer user_data)
{
    DroverGuard *guard = user_data;
    Question *question = question_new(guard, peer, user, password);

    question->identified = identified;
    question->call_data = call_data;
    g_hash_table_insert(guard->waiting, call_data, question);
    if (peer->bad_certificate || is_known_at_once(question) ||
        (user && count_waiting(guard, question->address) > MAX_WAITING)) {
        answer(question);
    } else {
        g_thread_pool_push(guard->pool, question, NULL);
    }
}

static void
cancelled(gpointer call_data, gpointer user_data)
{
    DroverGuard *guard = user_data;
    Question *question = g_hash_table_lookup(guard->waiting, call_data);

    g_hash_table_remove(guard->waiting, call_data);
    question->call_data = NULL;
    if (question->timer) {
        drover_clock_remove(guard->clock, &question->timer);
        question_free(question);
    }
}

static void
audit(const CimAuditRecord *record, gpointer user_data)
{
    DroverGuard *guard = user_data;

    if (guard->audit) {
        guard->audit(record, guard->audit_data);
    }
}

const CimGuard drover_cim_guard = {identify, cancelled, audit};

gboolean
drover_guard_reload(DroverGuard *guard, const DroverGuardSettings *settings, GError **error)
{
    g_autoptr(DroverAccess) access = drover_access_new(&settings->lists, error);
    g_autoptr(DroverPasswords) passwords =
        access ? drover_passwords_load(settings->password_file, error) : NULL;

    if (!passwords) {
        return FALSE;
    }
    g_clear_pointer(&guard->access, drover_access_free);
    g_clear_pointer(&guard->passwords, drover_passwords_free);
    guard->access = g_steal_pointer(&access);
    guard->passwords = g_steal_pointer(&passwords);
    return TRUE;
}

DroverGuard *
drover_guard_new(GMainContext *context,
                 DroverClock *clock,
                 const DroverGuardSettings *settings,
                 GError **error)
{
    g_autoptr(DroverGuard) guard = g_new0(DroverGuard, 1);

    guard->context = g_main_context_ref(context);
    guard->clock = clock;
    guard->waiting = g_hash_table_new(NULL, NULL);
    guard->offenders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guard->pool = g_thread_pool_new(find_out, NULL, WORKERS, FALSE, NULL);
    return drover_guard_reload(guard, settings, error) ? g_steal_pointer(&guard) : NULL;
}

void
drover_guard_set_audit(DroverGuard *guard, DroverAudit audit_function, gpointer user_data)
{
    guard->audit = audit_function;
    guard->audit_data = user_data;
}

void
drover_guard_free(DroverGuard *guard)
{
    if (!guard) {
        return;
    }
    /* Whoever still waits was cancelled when the server ended; what the workers have posted is
     * freed by its source. */
    g_thread_pool_free(guard->pool, FALSE, TRUE);
    while (g_main_context_iteration(guard->context, FALSE)) {
    }
    g_hash_table_unref(guard->waiting);
    g_hash_table_unref(guard->offenders);
    drover_access_free(guard->access);
    drover_passwords_free(guard->passwords);
    g_main_context_unref(guard->context);
    g_free(guard);
}
