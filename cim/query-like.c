#include "cim/query-like.h"

#include <string.h>

#include "cim/query-private.h"

enum { MAX_ATOMS = 256 };

typedef struct {
    gunichar from;
    gunichar to;
} Range;

/* One character, and how often. */
typedef struct {
    gboolean is_any;
    gboolean is_negated;
    GArray *ranges; /* of Range; NULL: any */
    gboolean may_miss;
    gboolean may_repeat;
} Atom;

struct _CimQueryPattern {
    gboolean any_case;
    GArray *atoms; /* of Atom */
};

static void
atom_clear(gpointer data)
{
    Atom *atom = data;

    g_clear_pointer(&atom->ranges, g_array_unref);
}

void
cim_query_pattern_free(CimQueryPattern *pattern)
{
    if (!pattern)
        return;
    g_array_unref(pattern->atoms);
    g_free(pattern);
}

/* --- reading --------------------------------------------------------------------------------- */

static gunichar
fold(const CimQueryPattern *pattern, gunichar character)
{
    return pattern->any_case ? g_unichar_tolower(character) : character;
}

static gunichar
take(const char **text)
{
    gunichar character = g_utf8_get_char(*text);

    *text = g_utf8_next_char(*text);
    return character;
}

static void
add_range(const CimQueryPattern *pattern, Atom *atom, gunichar from, gunichar to)
{
    Range range = {fold(pattern, from), fold(pattern, to)};

    if (!atom->ranges)
        atom->ranges = g_array_new(FALSE, FALSE, sizeof(Range));
    g_array_append_val(atom->ranges, range);
}

/* `[a-z_]`, behind the bracket; a `]` or `-` at the start stands for itself. */
static gboolean
read_set(const CimQueryPattern *pattern, const char **text, Atom *atom, GError **error)
{
    if (**text == '^') {
        atom->is_negated = TRUE;
        (*text)++;
    }
    do {
        gunichar from;

        if (**text == '\0')
            return cim_query_invalid(error, "a '[' without ']' in the pattern of LIKE");
        from = take(text);
        if (**text == '-' && (*text)[1] != ']' && (*text)[1] != '\0') {
            (*text)++;
            add_range(pattern, atom, from, take(text));
        } else {
            add_range(pattern, atom, from, from);
        }
    } while (**text != ']');
    (*text)++;
    return TRUE;
}

static gboolean
read_wql_atom(const CimQueryPattern *pattern, const char **text, Atom *atom, GError **error)
{
    gunichar character = take(text);

    if (character == '[')
        return read_set(pattern, text, atom, error);
    if (character == '%')
        atom->is_any = atom->may_miss = atom->may_repeat = TRUE;
    else if (character == '_')
        atom->is_any = TRUE;
    else
        add_range(pattern, atom, character, character);
    return TRUE;
}

static void
read_repetition(const char **text, Atom *atom)
{
    if (**text != '*' && **text != '+' && **text != '?')
        return;
    atom->may_miss = **text != '+';
    atom->may_repeat = **text != '?';
    (*text)++;
}

static gboolean
read_atom(const CimQueryPattern *pattern, const char **text, Atom *atom, GError **error)
{
    gunichar character = take(text);

    if (character < 0x80 && strchr("^$|()*+?", (char) character))
        return cim_query_invalid(error, "'%c' is not taken there in the pattern of LIKE",
                                 (char) character);
    if (character == '\\' && **text != '\0')
        character = take(text);
    else if (character == '[') {
        if (!read_set(pattern, text, atom, error))
            return FALSE;
        read_repetition(text, atom);
        return TRUE;
    } else if (character == '.')
        atom->is_any = TRUE;
    if (!atom->is_any)
        add_range(pattern, atom, character, character);
    read_repetition(text, atom);
    return TRUE;
}

CimQueryPattern *
cim_query_pattern_new(const char *text, gboolean is_wql, GError **error)
{
    g_autoptr(CimQueryPattern) pattern = g_new0(CimQueryPattern, 1);

    pattern->any_case = is_wql;
    pattern->atoms = g_array_new(FALSE, TRUE, sizeof(Atom));
    g_array_set_clear_func(pattern->atoms, atom_clear);
    while (*text) {
        guint at = pattern->atoms->len;
        Atom *atom;

        if (at >= MAX_ATOMS) {
            cim_query_invalid(error, "a pattern of LIKE with more than %d characters", MAX_ATOMS);
            return NULL;
        }
        g_array_set_size(pattern->atoms, at + 1);
        atom = &g_array_index(pattern->atoms, Atom, at);
        if (!(is_wql ? read_wql_atom : read_atom)(pattern, &text, atom, error))
            return NULL;
    }
    return g_steal_pointer(&pattern);
}

/* --- matching: all ways at once, so that none is gone twice ---------------------------------- */

static gboolean
fits(const Atom *atom, gunichar character)
{
    if (atom->is_any)
        return TRUE;
    for (guint i = 0; i < atom->ranges->len; i++) {
        const Range *range = &g_array_index(atom->ranges, Range, i);

        if (range->from <= character && character <= range->to)
            return !atom->is_negated;
    }
    return atom->is_negated;
}

/* @at and what can be reached from it without a character. */
static void
reach(const CimQueryPattern *pattern, gboolean *reached, guint at)
{
    reached[at] = TRUE;
    while (at < pattern->atoms->len && g_array_index(pattern->atoms, Atom, at).may_miss)
        reached[++at] = TRUE;
}

static void
step(const CimQueryPattern *pattern, const gboolean *from, gboolean *to, gunichar character)
{
    memset(to, 0, (pattern->atoms->len + 1) * sizeof *to);
    for (guint i = 0; i < pattern->atoms->len; i++) {
        const Atom *atom = &g_array_index(pattern->atoms, Atom, i);

        if (!from[i] || !fits(atom, character))
            continue;
        if (atom->may_repeat && !to[i])
            reach(pattern, to, i);
        if (!to[i + 1])
            reach(pattern, to, i + 1);
    }
}

/* A repeated atom that has fitted once may be left: reach() takes that way only from those that may
 * miss, step() from the others. */
gboolean
cim_query_pattern_matches(const CimQueryPattern *pattern, const char *text)
{
    gboolean sets[2][MAX_ATOMS + 1] = {{FALSE}};
    guint now = 0;

    reach(pattern, sets[now], 0);
    while (*text) {
        step(pattern, sets[now], sets[1 - now], fold(pattern, take(&text)));
        now = 1 - now;
    }
    return sets[now][pattern->atoms->len];
}
