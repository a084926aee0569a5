#include "orchestrator/cli/text.h"

#include <string.h>

static guint
character_width(gunichar c)
{
    if (g_unichar_iszerowidth(c)) {
        return 0;
    }
    return g_unichar_iswide(c) ? 2 : 1;
}

guint
drover_text_width(const char *text)
{
    guint width = 0;

    for (; *text; text = g_utf8_next_char(text)) {
        width += character_width(g_utf8_get_char(text));
    }
    return width;
}

char *
drover_text_clean(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (c == '\n' || c == '\t') {
            g_string_append_c(clean, ' ');
        } else if (g_unichar_iscntrl(c)) {
            g_string_append_c(clean, '?');
        } else {
            g_string_append_unichar(clean, c);
        }
    }
    return g_string_free(clean, FALSE);
}

char *
drover_text_cut(const char *text, guint columns, const char *ellipsis)
{
    guint mark = drover_text_width(ellipsis);
    guint room = columns > mark ? columns - mark : 0;
    const char *end = text;
    guint width = 0;

    if (drover_text_width(text) <= columns) {
        return g_strdup(text);
    }
    while (*end && width + character_width(g_utf8_get_char(end)) <= room) {
        width += character_width(g_utf8_get_char(end));
        end = g_utf8_next_char(end);
    }
    return g_strdup_printf("%.*s%s", (int) (end - text), text, mark <= columns ? ellipsis : "");
}

void
drover_text_pad(GString *out, const char *text, guint columns, gboolean right)
{
    guint width = drover_text_width(text);
    int fill = width < columns ? (int) (columns - width) : 0;

    g_string_append_printf(out, "%*s%s%*s", right ? fill : 0, "", text, right ? 0 : fill, "");
}

void
drover_text_wrap(GString *out, const char *text, guint column, guint indent, guint columns)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    gboolean is_first = TRUE; /* of its line */

    for (guint i = 0; words[i]; i++) {
        guint width = drover_text_width(words[i]);

        if (!width) {
            continue;
        }
        if (!is_first && columns && column + 1 + width > columns) {
            g_string_append_printf(out, "\n%*s", (int) indent, "");
            column = indent;
        } else if (!is_first) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, words[i]);
        column += width;
        is_first = FALSE;
    }
    g_string_append_c(out, '\n');
}

/* Edits (insert, drop, change, swap of neighbours) between two short words; any case. */
static guint
distance(const char *a, const char *b)
{
    enum { MOST = 40 };
    guint rows[MOST + 2][MOST + 2];
    guint n = (guint) strlen(a);
    guint m = (guint) strlen(b);

    if (n > MOST || m > MOST) {
        return G_MAXUINT;
    }
    for (guint i = 0; i <= n; i++) {
        for (guint j = 0; j <= m; j++) {
            gboolean same = i && j && g_ascii_tolower(a[i - 1]) == g_ascii_tolower(b[j - 1]);
            gboolean swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];

            if (!i || !j) {
                rows[i][j] = i + j;
                continue;
            }
            rows[i][j] = MIN(MIN(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + !same);
            if (swap) {
                rows[i][j] = MIN(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }
    }
    return rows[n][m];
}

const char *
drover_text_nearest(const char *word, const char *const *candidates)
{
    gsize length = strlen(word);
    guint allowed = length <= 3 ? 1 : length <= 6 ? 2 : 3;
    const char *nearest = NULL;
    guint least = allowed + 1;

    for (; *candidates; candidates++) {
        guint edits = distance(word, *candidates);

        if (length >= 2 && !g_ascii_strncasecmp(word, *candidates, length)) {
            edits = MIN(edits, 1); /* the beginning of it */
        }
        if (edits < least && edits < strlen(*candidates)) {
            nearest = *candidates;
            least = edits;
        }
    }
    return nearest;
}
