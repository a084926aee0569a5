#include "orchestrator/route.h"

static int
place_of(char *const *hosts, const char *host)
{
    for (int i = 0; hosts[i]; i++) {
        if (g_str_equal(hosts[i], host)) {
            return i;
        }
    }
    return -1;
}

gboolean
drover_route_has(const char *list, const char *host)
{
    g_auto(GStrv) hosts = g_strsplit(list ? list : "", " ", -1);

    return place_of(hosts, host) >= 0;
}

gboolean
drover_route_is_first(const char *list, const char *host)
{
    g_auto(GStrv) hosts = g_strsplit(list ? list : host, " ", -1);

    return place_of(hosts, host) == 0;
}

char *
drover_route_first(const char *list)
{
    g_auto(GStrv) hosts = g_strsplit(list, " ", 2);

    return g_strdup(hosts[0]);
}

char *
drover_route_append(char *list, const char *host)
{
    g_autofree char *old = list;

    return old ? g_strconcat(old, " ", host, NULL) : g_strdup(host);
}

typedef struct {
    char **hosts;
    const char *ruled_out;
    DroverRouteIsLost is_lost; /* NULL: a lost one will do */
    gpointer user_data;
} Search;

static const char *
find_from(const Search *search, int first)
{
    for (int i = first; search->hosts[i]; i++) {
        if (!drover_route_has(search->ruled_out, search->hosts[i]) &&
            !(search->is_lost && search->is_lost(search->hosts[i], search->user_data))) {
            return search->hosts[i];
        }
    }
    return NULL;
}

char *
drover_route_next(const char *list,
                  const char *ruled_out,
                  const char *current,
                  DroverRouteIsLost is_lost,
                  gpointer user_data,
                  gboolean *again)
{
    g_auto(GStrv) hosts = g_strsplit(list ? list : current, " ", -1);
    Search search = {hosts, ruled_out, is_lost, user_data};
    const char *next = find_from(&search, place_of(hosts, current) + 1);

    *again = !next;
    if (!next) {
        next = find_from(&search, 0);
    }
    if (!next) {
        search.is_lost = NULL;
        next = find_from(&search, 0);
    }
    return g_strdup(next);
}
