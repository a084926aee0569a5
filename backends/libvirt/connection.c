#include "backends/libvirt/connection.h"

static int
no_credentials(virConnectCredentialPtr credentials, unsigned int count, void *user_data)
{
    return -1;
}

virConnectPtr
drover_connection_open(const char *uri, DroverVirError **error)
{
    virConnectAuth auth = {NULL, 0, no_credentials, NULL};
    virConnectPtr connection = virConnectOpenAuth(uri, &auth, 0);

    if (!connection) {
        *error = drover_vir_error_take();
        return NULL;
    }
    /* Local drivers have none; a connection without it still works. */
    virConnectSetKeepAlive(connection, DROVER_KEEPALIVE_INTERVAL_S, DROVER_KEEPALIVE_COUNT);
    return connection;
}
