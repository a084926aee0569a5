/*
 * A CIM client: blocking CIM operations over HTTP(S) or a Unix socket, on one kept-alive
 * connection.
 *
 * Thread:    one client belongs to one thread at a time.
 * Ownership: results are (transfer full).
 * Errors:    CIM_ERROR with the server's status code and its own words; CIM_CLIENT_ERROR when the
 *            server was not reached or did not answer as a CIM server does.
 * Source:    DSP0200 1.4.
 */
#pragma once

#include "cim/instance.h"
#include "cim/error.h"

typedef struct _CimClient CimClient;

#define CIM_CLIENT_ERROR (cim_client_error_quark())
GQuark cim_client_error_quark(void);
typedef enum {
    CIM_CLIENT_ERROR_UNREACHABLE, /* no connection, or it broke, or it timed out */
    CIM_CLIENT_ERROR_PROTOCOL,    /* an answer that is no CIM-XML, or HTTP 4xx/5xx */
    CIM_CLIENT_ERROR_LOGIN,       /* 401: credentials are asked for, or not believed */
    CIM_CLIENT_ERROR_FORBIDDEN,   /* 403: known, and without a role */
    CIM_CLIENT_ERROR_URL,         /* an address that the client does not understand */
} CimClientError;

/*
 * @url: "unix:/run/drover/droverd.sock", "http://host:5988", "https://host:5989" (path /cimom
 * unless given).  @schema: to give typeless answers their types; may be NULL.
 */
CimClient *cim_client_new(const char *url, const CimSchema *schema, GError **error);
void cim_client_free(CimClient *client);
void cim_client_set_timeout(CimClient *client, guint seconds); /* of one operation; 60 */
/* Sent with every request (Basic): over plain HTTP everybody on the way can read them. */
void cim_client_set_credentials(CimClient *client, const char *user, const char *password);

/* Of https:// addresses; what is NULL stays as the system has it. */
typedef struct {
    const char *ca;          /* PEM file: whose servers are believed */
    const char *certificate; /* PEM file: the client's own */
    const char *key;         /* PEM file */
} CimClientTls;
void cim_client_set_tls(CimClient *client, const CimClientTls *tls);

CimInstance *cim_client_get_instance(CimClient *client,
                                     const CimPath *path,
                                     const char *const *properties, /* NULL: all */
                                     GError **error);
/* of CimInstance, with their paths */
GPtrArray *cim_client_enumerate_instances(CimClient *client,
                                          const char *name_space,
                                          const char *class_name,
                                          const char *const *properties,
                                          GError **error);
/* of CimPath */
GPtrArray *cim_client_enumerate_names(CimClient *client,
                                      const char *name_space,
                                      const char *class_name,
                                      GError **error);
gboolean cim_client_delete_instance(CimClient *client, const CimPath *path, GError **error);
gboolean cim_client_modify_instance(CimClient *client,
                                    const CimInstance *instance, /* with its path */
                                    const char *const *properties,
                                    GError **error);

typedef struct {
    const char *name;
    CimValue value;
} CimArgument;

/*
 * Calls @method on @path (an instance's or a class's).  @out gets the out parameters as an
 * instance's properties (its class name is the method's); NULL if they do not matter. Returns FALSE
 * with @error set when there was no return value.
 */
gboolean cim_client_invoke(CimClient *client,
                           const CimPath *path,
                           const char *method,
                           const CimArgument *arguments,
                           guint n_arguments,
                           guint32 *return_value,
                           CimInstance **out,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimClient, cim_client_free)
