#include "backends/simulated/scenario.h"

#include <string.h>

#include "backends/simulated/fault.h"
#include "backends/simulated/journal.h"
#include "backends/simulated/world.h"

/* --- what a scenario may say ------------------------------------------------------------------ */

typedef struct {
    guint sample_ms;
    guint cancel_ms;
    const char *state; /* or NULL */
} WorldSpec;

typedef struct {
    DroverSimGuest guest;
    guint count; /* 0: one, of that very name */
    const char *replay;
} GuestSpec;

typedef enum { GROUP_WORLD, GROUP_HOST, GROUP_GUEST, GROUP_FAULT, GROUPS } Group;

typedef union {
    WorldSpec world;
    DroverSimHost host;
    GuestSpec guest;
    DroverSimFault fault;
} Spec;

typedef enum { TYPE_UINT, TYPE_UINT64, TYPE_TEXT, TYPE_BOOLEAN, TYPE_NAME } KeyType;

/* Returns the name of the number, or NULL beyond the last. */
typedef const char *(*NameOf)(int number);

typedef struct {
    Group group;
    const char *name;
    KeyType type;
    gsize offset;
    guint64 minimum;
    guint64 maximum; /* of TYPE_NAME: the last number */
    NameOf name_of;
} Key;

/* clang-format off */
static const char *const group_words[GROUPS] = { "world", "host", "guest", "fault" };

static const char *const truths[] = {
    [DROVER_SIM_STAYED] = "stayed",
    [DROVER_SIM_MOVED] = "moved",
    [DROVER_SIM_GOES_ON] = "goes-on",
};

static const char *const guest_states[] = {
    [DROVER_GUEST_RUNNING] = "running",
    [DROVER_GUEST_PAUSED] = "paused",
    [DROVER_GUEST_OFF] = "off",
    [DROVER_GUEST_CRASHED] = "crashed",
};
/* clang-format on */

static const char *
name_of_type(int number)
{
    return sim_fault_type_name(number);
}

static const char *
name_of_truth(int number)
{
    return truths[number];
}

static const char *
name_of_state(int number)
{
    return guest_states[number];
}

static const char *
name_of_phase(int number)
{
    return number == DROVER_PHASE_POSTCOPY_BROKEN ? NULL : drover_phase_name((DroverPhase) number);
}

static const char *
name_of_kind(int number)
{
    return number ? drover_failure_kind_name((DroverFailureKind) number) : NULL;
}

#define MIB_MAX   (G_GUINT64_CONSTANT(1) << 40)
#define RATE_MAX  (1u << 20)
#define COUNT_MAX 1000000
#define KIND_MAX  1000 /* kinds are numbered with gaps */

/* clang-format off */
#define WORLD(field) GROUP_WORLD, #field, TYPE_UINT, G_STRUCT_OFFSET(Spec, world.field)
#define HOST(field, type) GROUP_HOST, #field, type, G_STRUCT_OFFSET(Spec, host.field)
#define GUEST(field, type) GROUP_GUEST, #field, type, G_STRUCT_OFFSET(Spec, guest.guest.field)
#define FAULT(field, type) GROUP_FAULT, #field, type, G_STRUCT_OFFSET(Spec, fault.field)

static const Key keys[] = {
    { WORLD(sample_ms), 1, G_MAXUINT },
    { WORLD(cancel_ms), 0, G_MAXUINT },
    { GROUP_WORLD, "state", TYPE_TEXT, G_STRUCT_OFFSET(Spec, world.state) },

    { HOST(memory_mib, TYPE_UINT64), 1, MIB_MAX },
    { HOST(cpus, TYPE_UINT), 1, G_MAXUINT },
    { HOST(bandwidth_mib_s, TYPE_UINT64), 1, RATE_MAX },
    { HOST(connect_ms, TYPE_UINT), 0, G_MAXUINT },
    { HOST(finish_ms, TYPE_UINT), 0, G_MAXUINT },
    { HOST(down, TYPE_BOOLEAN) },

    { GUEST(host, TYPE_TEXT) },
    { GUEST(uuid, TYPE_TEXT) },
    { GUEST(memory_mib, TYPE_UINT64), 1, MIB_MAX },
    { GUEST(vcpus, TYPE_UINT), 1, G_MAXUINT },
    { GUEST(disk_mib, TYPE_UINT64), 0, MIB_MAX },
    { GUEST(dirty_mib_s, TYPE_UINT64), 0, RATE_MAX },
    { GUEST(working_set_mib, TYPE_UINT64), 0, MIB_MAX },
    { GUEST(device_ms, TYPE_UINT), 0, G_MAXUINT },
    { GUEST(state, TYPE_NAME), 0, DROVER_GUEST_CRASHED, name_of_state },
    { GUEST(transient, TYPE_BOOLEAN) },
    { GROUP_GUEST, "replay", TYPE_TEXT, G_STRUCT_OFFSET(Spec, guest.replay) },
    { GROUP_GUEST, "count", TYPE_UINT, G_STRUCT_OFFSET(Spec, guest.count), 1, COUNT_MAX },

    { FAULT(type, TYPE_NAME), 0, DROVER_SIM_POST_COPY, name_of_type },
    { FAULT(guest, TYPE_TEXT) },
    { FAULT(host, TYPE_TEXT) },
    { FAULT(nth, TYPE_UINT), 0, G_MAXUINT },
    { FAULT(phase, TYPE_NAME), 0, DROVER_PHASE_FINISHING, name_of_phase },
    { FAULT(after_ms, TYPE_UINT), 0, G_MAXUINT },
    { FAULT(for_ms, TYPE_UINT), 0, G_MAXUINT },
    { FAULT(kind, TYPE_NAME), 0, KIND_MAX, name_of_kind },
    { FAULT(element, TYPE_TEXT) },
    { FAULT(text, TYPE_TEXT) },
    { FAULT(transient, TYPE_BOOLEAN) },
    { FAULT(bandwidth_mib_s, TYPE_UINT64), 1, RATE_MAX },
    { FAULT(truth, TYPE_NAME), 0, DROVER_SIM_GOES_ON, name_of_truth },
};
/* clang-format on */

/* --- reading a group ------------------------------------------------------------------------- */

typedef struct {
    DroverSimWorld *world;
    const char *path;
    GKeyFile *file;
    const char *group; /* the one being read */
    const char *name;  /* what follows its first word */
    GPtrArray *texts;  /* what specifications point to */
    char **state;      /* takes the path of the world's journal */
} Reader;

G_GNUC_PRINTF(4, 5)
static gboolean
complain(const Reader *reader, const char *key, GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID, "%s: [%s]%s%s: %s",
                reader->path, reader->group, key ? " " : "", key ? key : "", text);
    return FALSE;
}

static gboolean
read_number(const Reader *reader, const Key *key, const char *text, gpointer field, GError **error)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(text, 10, key->minimum, key->maximum, &number, NULL)) {
        return complain(reader, key->name, error,
                        "'%s' is not a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                        text, key->minimum, key->maximum);
    }
    if (key->type == TYPE_UINT64) {
        *(guint64 *) field = number;
    } else {
        *(guint *) field = (guint) number;
    }
    return TRUE;
}

static gboolean
read_name(const Reader *reader, const Key *key, const char *text, gpointer field, GError **error)
{
    for (int number = 0; number <= (int) key->maximum; number++) {
        const char *name = key->name_of(number);

        if (name && g_str_equal(name, text)) {
            *(int *) field = number; /* an enum, which is as wide */
            return TRUE;
        }
    }
    return complain(reader, key->name, error, "'%s' is none of its values", text);
}

static gboolean
read_boolean(const Reader *reader, const Key *key, const char *text, gpointer field, GError **error)
{
    gboolean yes = g_str_equal(text, "true");

    if (!yes && !g_str_equal(text, "false")) {
        return complain(reader, key->name, error, "'%s' is neither true nor false", text);
    }
    *(gboolean *) field = yes;
    return TRUE;
}

static gboolean
read_key(const Reader *reader, const Key *key, gpointer field, GError **error)
{
    char *text = g_key_file_get_string(reader->file, reader->group, key->name, NULL);

    if (!text) {
        return complain(reader, key->name, error, "is not text in UTF-8");
    }
    g_ptr_array_add(reader->texts, g_strchomp(text));
    switch (key->type) {
    case TYPE_NAME: return read_name(reader, key, text, field, error);
    case TYPE_BOOLEAN: return read_boolean(reader, key, text, field, error);
    case TYPE_TEXT: *(const char **) field = text; return TRUE;
    default: return read_number(reader, key, text, field, error);
    }
}

static const Key *
find_key(Group group, const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i].group == group && g_str_equal(keys[i].name, name)) {
            return &keys[i];
        }
    }
    return NULL;
}

static gboolean
read_group(const Reader *reader, Group group, Spec *spec, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(reader->file, reader->group, NULL, NULL);

    for (guint i = 0; names && names[i]; i++) {
        const Key *key = find_key(group, names[i]);

        if (!key) {
            return complain(reader, names[i], error, "no such key");
        }
        if (!read_key(reader, key, G_STRUCT_MEMBER_P(spec, key->offset), error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* --- filling the world ----------------------------------------------------------------------- */

static gboolean
blame_group(const Reader *reader, GError *reason, GError **error)
{
    complain(reader, NULL, error, "%s", reason->message);
    g_error_free(reason);
    return FALSE;
}

static gboolean
load_world(const Reader *reader, GError **error)
{
    Spec spec = {.world = {250, 50, NULL}};
    g_autofree char *directory = g_path_get_dirname(reader->path);

    if (!read_group(reader, GROUP_WORLD, &spec, error)) {
        return FALSE;
    }
    drover_sim_world_set_sample_ms(reader->world, spec.world.sample_ms);
    drover_sim_world_set_cancel_ms(reader->world, spec.world.cancel_ms);
    if (spec.world.state) {
        *reader->state = g_canonicalize_filename(spec.world.state, directory);
    }
    return TRUE;
}

static gboolean
load_host(const Reader *reader, GError **error)
{
    GError *reason = NULL;
    Spec spec = {0};

    drover_sim_host_init(&spec.host, reader->name);
    if (!read_group(reader, GROUP_HOST, &spec, error)) {
        return FALSE;
    }
    return drover_sim_world_add_host(reader->world, &spec.host, &reason) ||
           blame_group(reader, reason, error);
}

static gboolean
add_guests(const Reader *reader, const GuestSpec *spec, GError **error)
{
    for (guint i = 1; i <= spec->count; i++) {
        g_autofree char *name = g_strdup_printf("%s-%04u", reader->name, i);
        DroverSimGuest guest = spec->guest;

        guest.name = name;
        if (!drover_sim_world_add_guest(reader->world, &guest, error)) {
            return FALSE;
        }
    }
    return spec->count || drover_sim_world_add_guest(reader->world, &spec->guest, error);
}

static gboolean
load_replay(const Reader *reader, const GuestSpec *spec, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(reader->path);
    g_autofree char *path = NULL;
    g_autofree char *json = NULL;
    GError *reason = NULL;

    if (!spec->replay) {
        return TRUE;
    }
    if (spec->count || *reader->state) {
        return complain(reader, "replay", error, "goes with neither count nor state");
    }
    path = g_canonicalize_filename(spec->replay, directory);
    return (g_file_get_contents(path, &json, NULL, &reason) &&
            drover_sim_world_replay(reader->world, spec->guest.name, json, &reason)) ||
           blame_group(reader, reason, error);
}

static gboolean
load_guest(const Reader *reader, GError **error)
{
    GError *reason = NULL;
    Spec spec = {0};

    drover_sim_guest_init(&spec.guest.guest, reader->name, NULL);
    if (!read_group(reader, GROUP_GUEST, &spec, error)) {
        return FALSE;
    }
    if (!spec.guest.guest.host) {
        return complain(reader, "host", error, "is missing");
    }
    if (spec.guest.count && spec.guest.guest.uuid) {
        return complain(reader, "uuid", error, "cannot be that of each of a fleet (count)");
    }
    if (!add_guests(reader, &spec.guest, &reason)) {
        return blame_group(reader, reason, error);
    }
    return load_replay(reader, &spec.guest, error);
}

static gboolean
load_fault(const Reader *reader, GError **error)
{
    GError *reason = NULL;
    Spec spec = {0};

    if (!g_key_file_has_key(reader->file, reader->group, "type", NULL)) {
        return complain(reader, "type", error, "is missing");
    }
    drover_sim_fault_init(&spec.fault, DROVER_SIM_FAIL, DROVER_FAILURE_NONE);
    if (!read_group(reader, GROUP_FAULT, &spec, error)) {
        return FALSE;
    }
    if (spec.fault.guest && !sim_world_guest(reader->world, spec.fault.guest)) {
        return complain(reader, "guest", error, "there is no guest '%s'", spec.fault.guest);
    }
    if (spec.fault.host && !sim_world_host(reader->world, spec.fault.host)) {
        return complain(reader, "host", error, "there is no host '%s'", spec.fault.host);
    }
    return drover_sim_world_arm(reader->world, &spec.fault, &reason) ||
           blame_group(reader, reason, error);
}

static gboolean (*const load[GROUPS])(const Reader *reader, GError **error) = {
    load_world, load_host, load_guest, load_fault};

/* "guest web" is a GUEST named "web"; GROUPS: it is nothing that a scenario has. */
static Group
split(Reader *reader)
{
    const char *space = strchr(reader->group, ' ');
    gsize length = space ? (gsize) (space - reader->group) : strlen(reader->group);
    guint group = 0;

    while (group < GROUPS && (strlen(group_words[group]) != length ||
                              strncmp(group_words[group], reader->group, length) != 0)) {
        group++;
    }
    reader->name = space ? space + 1 + strspn(space + 1, " ") : "";
    if ((group == GROUP_WORLD) == (*reader->name != '\0')) {
        return GROUPS;
    }
    return (Group) group;
}

/* Hosts before guests, whatever the order in the file. */
static gboolean
load_groups(Reader *reader, char **groups, GError **error)
{
    for (guint wanted = 0; wanted < GROUPS; wanted++) {
        for (guint i = 0; groups[i]; i++) {
            Group group;

            reader->group = groups[i];
            group = split(reader);
            if (group == GROUPS) {
                return complain(reader, NULL, error,
                                "is none of [world], [host NAME], [guest NAME] and [fault NAME]");
            }
            if (group == wanted && !load[group](reader, error)) {
                return FALSE;
            }
        }
    }
    return TRUE;
}

gboolean
drover_sim_world_load(DroverSimWorld *world, const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *state = NULL;
    Reader reader = {.world = world, .path = path, .file = file, .texts = texts, .state = &state};
    g_autoptr(GError) reason = NULL;
    g_auto(GStrv) groups = NULL;

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &reason)) {
        g_set_error(error, DROVER_BACKEND_ERROR, DROVER_BACKEND_ERROR_INVALID, "%s: %s", path,
                    reason->message);
        return FALSE;
    }
    groups = g_key_file_get_groups(file, NULL);
    return load_groups(&reader, groups, error) && (!state || sim_journal_open(world, state, error));
}
