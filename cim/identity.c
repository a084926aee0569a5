#include "cim/identity.h"

typedef struct {
    char *credentials; /* a digest of the Authorization header; NULL: there was none */
    CimPrincipal *principal;
} Identity;

static void
identity_free(gpointer data)
{
    Identity *identity = data;

    g_free(identity->credentials);
    cim_principal_free(identity->principal);
    g_free(identity);
}

static char *
digest(const CimHttpExchange *exchange)
{
    const char *header = cim_http_exchange_header(exchange, "Authorization");

    return header ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, header, -1) : NULL;
}

gboolean
cim_identity_is_known(const CimHttpExchange *exchange)
{
    const Identity *identity = cim_http_exchange_connection_data(exchange);
    g_autofree char *now = identity ? digest(exchange) : NULL;

    return identity && g_strcmp0(identity->credentials, now) == 0;
}

void
cim_identity_keep(CimHttpExchange *exchange, const CimPrincipal *principal)
{
    Identity *identity = g_new0(Identity, 1);

    identity->credentials = digest(exchange);
    identity->principal = cim_principal_new(principal->name, principal->access);
    cim_http_exchange_set_connection_data(exchange, identity, identity_free);
}

const CimPrincipal *
cim_identity_of(const CimHttpExchange *exchange)
{
    const Identity *identity = cim_http_exchange_connection_data(exchange);

    return identity->principal;
}
