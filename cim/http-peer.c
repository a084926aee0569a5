#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cim/http-private.h"

static void
read_unix(CimHttpConnection *connection)
{
    struct ucred who = {.uid = (uid_t) -1, .gid = (gid_t) -1};
    socklen_t length = sizeof who;

    connection->peer.kind = CIM_PEER_UNIX;
    getsockopt(connection->fd, SOL_SOCKET, SO_PEERCRED, &who, &length);
    connection->peer.uid = who.uid;
    connection->peer.gid = who.gid;
    connection->peer.pid = who.pid;
    g_snprintf(connection->peer.address, sizeof connection->peer.address, "unix:pid %d", who.pid);
}

static void
read_internet(CimHttpConnection *connection, const struct sockaddr_storage *name)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *) name;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *) name;
    char host[INET6_ADDRSTRLEN] = "?";
    CimPeer *peer = &connection->peer;

    peer->kind = CIM_PEER_TCP;
    if (name->ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        g_snprintf(peer->address, sizeof peer->address, "[%s]:%u", host, ntohs(v6->sin6_port));
    } else {
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        g_snprintf(peer->address, sizeof peer->address, "%s:%u", host, ntohs(v4->sin_port));
    }
}

static void
read_certificate(CimHttpConnection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);

    connection->peer.kind = CIM_PEER_TLS;
    connection->peer.bad_certificate =
        !info || !cim_tls_peer_name(info->tls_session, &connection->peer.certificate);
}

void
cim_http_peer_read(CimHttpConnection *connection)
{
    struct sockaddr_storage name = {0};
    socklen_t length = sizeof name;

    if (connection->has_peer)
        return;
    connection->has_peer = TRUE;
    if (getpeername(connection->fd, (struct sockaddr *) &name, &length) == 0 &&
        name.ss_family == AF_UNIX) {
        read_unix(connection);
        return;
    }
    read_internet(connection, &name);
    if (connection->listener->tls)
        read_certificate(connection);
}
