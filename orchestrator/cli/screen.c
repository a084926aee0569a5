#include "orchestrator/cli/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80, USUAL_LINES = 24 };

static gboolean
is_dumb(void)
{
    const char *term = g_getenv("TERM");

    return !term || !*term || g_str_equal(term, "dumb");
}

static gboolean
forbids_color(void)
{
    const char *no_color = g_getenv("NO_COLOR");

    return no_color && *no_color;
}

gboolean
drover_screen_init(DroverScreen *screen, int fd, const char *color)
{
    const char *charset;
    gboolean terminal = isatty(fd) == 1;

    *screen = (DroverScreen){0};
    screen->is_live = terminal && !is_dumb();
    screen->is_utf8 = g_get_charset(&charset);
    screen->has_color = screen->is_live && !forbids_color();
    if (terminal) {
        drover_screen_measure(screen, fd);
    }
    if (!color || g_str_equal(color, "auto")) {
        return TRUE;
    }
    screen->has_color = g_str_equal(color, "always");
    return screen->has_color || g_str_equal(color, "never");
}

void
drover_screen_measure(DroverScreen *screen, int fd)
{
    struct winsize size = {0};

    (void) ioctl(fd, TIOCGWINSZ, &size);
    screen->columns = size.ws_col ? size.ws_col : USUAL_COLUMNS;
    screen->lines = size.ws_row ? size.ws_row : USUAL_LINES;
}

void
drover_screen_paint(const DroverScreen *screen, GString *out, DroverStyle style, const char *text)
{
    static const char *const codes[] = {
        [DROVER_STYLE_PLAIN] = NULL, [DROVER_STYLE_BOLD] = "1",     [DROVER_STYLE_DIM] = "2",
        [DROVER_STYLE_GOOD] = "32",  [DROVER_STYLE_WARNING] = "33", [DROVER_STYLE_BAD] = "31",
    };

    if (!screen->has_color || !codes[style] || !*text) {
        g_string_append(out, text);
    } else {
        g_string_append_printf(out, "\033[%sm%s\033[0m", codes[style], text);
    }
}

const char *
drover_screen_arrow(const DroverScreen *screen)
{
    return screen->is_utf8 ? "→" : "->";
}

const char *
drover_screen_ellipsis(const DroverScreen *screen)
{
    return screen->is_utf8 ? "…" : "...";
}
