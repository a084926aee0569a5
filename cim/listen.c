#include "cim/listen.h"

#include <errno.h>
#include <gio/gio.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static int
fail(GError **error, int code, const char *what, const char *address)
{
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "%s '%s': %s", what, address,
                g_strerror(code));
    return -1;
}

static int
fail_and_close(GError **error, int fd, int code, const char *what, const char *address)
{
    close(fd);
    return fail(error, code, what, address);
}

/* Unix sockets */

static gboolean
is_live(const struct sockaddr_un *name)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    gboolean live;

    if (fd < 0)
        return FALSE;
    live = connect(fd, (const struct sockaddr *) name, sizeof *name) == 0 || errno == EAGAIN;
    close(fd);
    return live;
}

static gboolean
remove_stale(const struct sockaddr_un *name, GError **error)
{
    struct stat status;

    if (lstat(name->sun_path, &status) != 0)
        return TRUE;
    if (!S_ISSOCK(status.st_mode))
        fail(error, EEXIST, "will not replace", name->sun_path);
    else if (is_live(name))
        fail(error, EADDRINUSE, "another server listens on", name->sun_path);
    else if (unlink(name->sun_path) != 0)
        fail(error, errno, "cannot remove", name->sun_path);
    else
        return TRUE;
    return FALSE;
}

static int
bind_with_mode(int fd, const struct sockaddr_un *name, guint mode)
{
    mode_t before = umask(~mode & 0777);
    int result = bind(fd, (const struct sockaddr *) name, sizeof *name);

    umask(before);
    return result;
}

int
cim_listen_unix(const char *path, guint mode, GError **error)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof name.sun_path)
        return fail(error, ENAMETOOLONG, "cannot listen on", path);
    g_strlcpy(name.sun_path, path, sizeof name.sun_path);
    if (!remove_stale(&name, error))
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail(error, errno, "cannot listen on", path);
    if (bind_with_mode(fd, &name, mode) != 0 || listen(fd, BACKLOG) != 0)
        return fail_and_close(error, fd, errno, "cannot listen on", path);
    return fd;
}

/* TCP */

/* "[::1]:5988" and "host:5988" into their parts. */
static gboolean
split_address(const char *address, char **host, char **port)
{
    const char *colon = strrchr(address, ':');
    gsize length = colon ? (gsize) (colon - address) : 0;

    if (length == 0 || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return FALSE;
    if (*address == '[' && length > 2 && colon[-1] == ']')
        *host = g_strndup(address + 1, length - 2);
    else
        *host = g_strndup(address, length);
    *port = g_strdup(colon + 1);
    return TRUE;
}

static guint16
bound_port(int fd)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof name;

    if (getsockname(fd, (struct sockaddr *) &name, &length) != 0)
        return 0;
    if (name.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *) &name)->sin6_port);
    return ntohs(((struct sockaddr_in *) &name)->sin_port);
}

static int
listen_at(const struct addrinfo *info, const char *address, guint16 *port, GError **error)
{
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0)
        return fail(error, errno, "cannot listen on", address);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (info->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
        return fail_and_close(error, fd, errno, "cannot listen on", address);
    *port = bound_port(fd);
    return fd;
}

int
cim_listen_tcp(const char *address, guint16 *port, GError **error)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    g_autofree char *host = NULL;
    g_autofree char *service = NULL;
    int result;

    if (!split_address(address, &host, &service)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    "'%s' is no address of the form HOST:PORT", address);
        return -1;
    }
    result = getaddrinfo(host, service, &hints, &found);
    if (result != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, "cannot listen on '%s': %s",
                    address, gai_strerror(result));
        return -1;
    }
    result = listen_at(found, address, port, error);
    freeaddrinfo(found);
    return result;
}
