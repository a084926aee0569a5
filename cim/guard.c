#include "cim/guard.h"

#include <string.h>

const char *
cim_access_name(CimAccess access)
{
    static const char *const names[] = {"none", "observer", "operator", "administrator"};

    return access <= CIM_ACCESS_ADMINISTER ? names[access] : "?";
}

void
cim_peer_clear(CimPeer *peer)
{
    g_clear_pointer(&peer->certificate, g_free);
}

CimPrincipal *
cim_principal_new(const char *name, CimAccess access)
{
    CimPrincipal *principal = g_new0(CimPrincipal, 1);

    principal->name = g_strdup(name);
    principal->access = access;
    return principal;
}

void
cim_principal_free(CimPrincipal *principal)
{
    if (!principal)
        return;
    g_free(principal->name);
    g_free(principal);
}

void
cim_password_free(char *password)
{
    if (!password)
        return;
    explicit_bzero(password, strlen(password));
    g_free(password);
}

gboolean
cim_basic_parse(const char *header, char **user, char **password)
{
    static const char scheme[] = "Basic ";
    gsize length = 0;
    char *text;
    char *colon;
    gboolean ok;

    *user = *password = NULL;
    if (g_ascii_strncasecmp(header, scheme, strlen(scheme)) != 0)
        return FALSE;
    text = (char *) g_base64_decode(header + strlen(scheme), &length);
    ok = length > 0 && !memchr(text, 0, length) && g_utf8_validate(text, (gssize) length, NULL);
    colon = ok ? memchr(text, ':', length) : NULL;
    if (colon && colon > text) {
        *user = g_strndup(text, (gsize) (colon - text));
        *password = g_strndup(colon + 1, length - (gsize) (colon + 1 - text));
    }
    explicit_bzero(text, length);
    g_free(text);
    return *user != NULL;
}
