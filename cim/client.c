#include "cim/client.h"

#include <curl/curl.h>
#include <string.h>

#include "cim/client-message.h"
#include "cim/xml-write.h"

enum {
    DEFAULT_TIMEOUT_S = 60,
    MAX_CONNECT_TIMEOUT_S = 10,
    MAX_REPLY_BYTES = 256 << 20,
    MAX_ELEMENTS = 8 << 20,
    MAX_EMBEDDED_BYTES = 64 << 20,
};

struct _CimClient {
    char *url; /* as it was given, for messages */
    CURL *curl;
    CimXmlReader *reader;
    GString *request;
    GString *reply;
    guint timeout_s;
    char curl_words[CURL_ERROR_SIZE];
};

/* Addresses */

static size_t
on_reply(char *data, size_t size, size_t n, void *user_data)
{
    CimClient *client = user_data;

    if (client->reply->len + n > MAX_REPLY_BYTES)
        return 0;
    g_string_append_len(client->reply, data, n);
    return n;
}

/* "unix:/run/x.sock" and "unix:///run/x.sock". */
static gboolean
set_unix_address(CimClient *client, const char *path)
{
    if (g_str_has_prefix(path, "//"))
        path += 2;
    return *path == '/' &&
           curl_easy_setopt(client->curl, CURLOPT_UNIX_SOCKET_PATH, path) == CURLE_OK &&
           curl_easy_setopt(client->curl, CURLOPT_URL, "http://localhost/cimom") == CURLE_OK;
}

static gboolean
set_http_address(CimClient *client)
{
    g_autofree char *address = NULL;
    const char *host = strstr(client->url, "://") + strlen("://");
    const char *path = strchr(host, '/');

    if (!*host || path == host)
        return FALSE;
    if (path && path[1])
        address = g_strdup(client->url);
    else
        address = g_strdup_printf("%s%s", client->url, path ? "cimom" : "/cimom");
    return curl_easy_setopt(client->curl, CURLOPT_URL, address) == CURLE_OK;
}

static gboolean
set_address(CimClient *client, GError **error)
{
    gboolean ok = FALSE;

    if (g_str_has_prefix(client->url, "unix:"))
        ok = set_unix_address(client, client->url + strlen("unix:"));
    else if (g_str_has_prefix(client->url, "http://") || g_str_has_prefix(client->url, "https://"))
        ok = set_http_address(client);
    if (!ok)
        g_set_error(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_URL,
                    "'%s' is no address of the form unix:PATH, http://HOST:PORT or "
                    "https://HOST:PORT",
                    client->url);
    return ok;
}

static CURL *
new_curl(CimClient *client)
{
    static gsize done;
    CURL *curl;

    if (g_once_init_enter(&done)) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        g_once_init_leave(&done, 1);
    }
    curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_reply);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->curl_words);
    return curl;
}

CimClient *
cim_client_new(const char *url, const CimSchema *schema, GError **error)
{
    static const CimXmlBudget budget = {MAX_ELEMENTS, MAX_EMBEDDED_BYTES};
    g_autoptr(CimClient) client = g_new0(CimClient, 1);

    client->url = g_strdup(url);
    client->curl = new_curl(client);
    client->reader = cim_xml_reader_new(schema, &budget);
    client->request = g_string_sized_new(2048);
    client->reply = g_string_sized_new(8192);
    cim_client_set_timeout(client, DEFAULT_TIMEOUT_S);
    return set_address(client, error) ? g_steal_pointer(&client) : NULL;
}

void
cim_client_free(CimClient *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->curl);
    cim_xml_reader_free(client->reader);
    g_string_free(client->request, TRUE);
    g_string_free(client->reply, TRUE);
    g_free(client->url);
    g_free(client);
}

void
cim_client_set_timeout(CimClient *client, guint seconds)
{
    client->timeout_s = seconds;
    curl_easy_setopt(client->curl, CURLOPT_TIMEOUT, (long) seconds);
    curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT,
                     (long) MIN(seconds, MAX_CONNECT_TIMEOUT_S));
}

void
cim_client_set_credentials(CimClient *client, const char *user, const char *password)
{
    curl_easy_setopt(client->curl, CURLOPT_HTTPAUTH, (long) CURLAUTH_BASIC);
    curl_easy_setopt(client->curl, CURLOPT_USERNAME, user);
    curl_easy_setopt(client->curl, CURLOPT_PASSWORD, password);
}

void
cim_client_set_tls(CimClient *client, const CimClientTls *tls)
{
    if (tls->ca)
        curl_easy_setopt(client->curl, CURLOPT_CAINFO, tls->ca);
    if (tls->certificate)
        curl_easy_setopt(client->curl, CURLOPT_SSLCERT, tls->certificate);
    if (tls->key)
        curl_easy_setopt(client->curl, CURLOPT_SSLKEY, tls->key);
}

/* Sending */

static gboolean
fail_curl(CimClient *client, CURLcode code, GError **error)
{
    const char *words = client->curl_words[0] ? client->curl_words : curl_easy_strerror(code);
    long number = 0;

    /* Of a Unix socket curl says "Failed to connect to localhost port 80". */
    if (g_str_has_prefix(client->url, "unix:") && code == CURLE_COULDNT_CONNECT) {
        curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &number);
        words = number ? g_strerror((int) number) : words;
    }
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
        g_set_error(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_UNREACHABLE,
                    "could not connect to '%s': %s", client->url, words);
    else if (code == CURLE_OPERATION_TIMEDOUT)
        g_set_error(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_UNREACHABLE,
                    "no answer from '%s' within %u s", client->url, client->timeout_s);
    else
        g_set_error(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_UNREACHABLE,
                    "lost the connection to '%s': %s", client->url, words);
    return FALSE;
}

static gboolean
check_status(CimClient *client, GError **error)
{
    struct curl_header *reason = NULL;
    long status = 0;

    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200)
        return TRUE;
    if (status == 401 || status == 403) {
        g_set_error(error, CIM_CLIENT_ERROR,
                    status == 401 ? CIM_CLIENT_ERROR_LOGIN : CIM_CLIENT_ERROR_FORBIDDEN,
                    status == 401 ? "'%s' does not let you in without the right credentials"
                                  : "'%s' has no role for you",
                    client->url);
        return FALSE;
    }
    if (curl_easy_header(client->curl, "CIMError", 0, CURLH_HEADER, -1, &reason) != CURLHE_OK)
        reason = NULL;
    g_set_error(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_PROTOCOL,
                "'%s' answered with HTTP status %ld%s%s", client->url, status, reason ? ": " : "",
                reason ? reason->value : "");
    return FALSE;
}

static struct curl_slist *
make_headers(const char *method, const char *object)
{
    static const char *const fixed[] = {"Content-Type: application/xml; charset=\"utf-8\"",
                                        "Accept: text/xml, application/xml",
                                        "Expect:", "CIMOperation: MethodCall"};
    g_autofree char *method_line = g_strdup_printf("CIMMethod: %s", method);
    g_autofree char *escaped = g_uri_escape_string(object, "/:=,\"", TRUE);
    g_autofree char *object_line = g_strdup_printf("CIMObject: %s", escaped);
    struct curl_slist *headers = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(fixed); i++)
        headers = curl_slist_append(headers, fixed[i]);
    headers = curl_slist_append(headers, method_line);
    return curl_slist_append(headers, object_line);
}

static gboolean
send_request(CimClient *client, const char *method, const char *object, GError **error)
{
    struct curl_slist *headers = make_headers(method, object);
    CURLcode code;

    g_string_truncate(client->reply, 0);
    client->curl_words[0] = '\0';
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, client->request->str);
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) client->request->len);
    code = curl_easy_perform(client->curl);
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    return code == CURLE_OK ? check_status(client, error) : fail_curl(client, code, error);
}

/* Sends client->request; returns the response's place in the reader, or 0. */
static guint
call(CimClient *client, const char *method, const char *object, GError **error)
{
    if (!send_request(client, method, object, error))
        return 0;
    return cim_message_read(client->reader, client->reply, method, error);
}

static GString *
begin(CimClient *client, const char *operation, const char *name_space)
{
    g_string_truncate(client->request, 0);
    cim_message_begin(client->request, operation, name_space);
    return client->request;
}

static guint
call_intrinsic(CimClient *client, const char *operation, const char *name_space, GError **error)
{
    cim_message_end(client->request);
    return call(client, operation, name_space, error);
}

static const char *
namespace_of(const CimPath *path)
{
    return path->name_space ? path->name_space : "root";
}

/* What the reader could not decode is the server's fault. */
static void
blame_server(CimClient *client, GError *local_error, GError **error)
{
    g_set_error(error, CIM_CLIENT_ERROR, CIM_CLIENT_ERROR_PROTOCOL,
                "'%s' sent an answer that makes no sense: %s", client->url, local_error->message);
    g_error_free(local_error);
}

/* Operations */

CimInstance *
cim_client_get_instance(CimClient *client,
                        const CimPath *path,
                        const char *const *properties,
                        GError **error)
{
    GString *xml = begin(client, "GetInstance", namespace_of(path));
    const CimXmlTape *tape = cim_xml_reader_tape(client->reader);
    GError *local_error = NULL;
    CimInstance *instance = NULL;
    guint response;
    guint returned;

    cim_message_add_path(xml, path);
    cim_message_add_boolean(xml, "LocalOnly", FALSE);
    cim_message_add_properties(xml, properties);
    response = call_intrinsic(client, "GetInstance", namespace_of(path), error);
    if (!response)
        return NULL;
    returned = cim_xml_tape_child(tape, response, CIM_XML_IRETURNVALUE);
    if (returned && cim_xml_tape_node(tape, returned)->end > returned + 1)
        instance = cim_xml_read_instance(client->reader, returned + 1, &local_error);
    else
        cim_xml_invalid(&local_error, "no instance");
    if (!instance) {
        blame_server(client, local_error, error);
        return NULL;
    }
    instance->path = cim_path_copy(path);
    return instance;
}

typedef gpointer (*ReadItem)(CimXmlReader *reader,
                             guint at,
                             const char *name_space,
                             GError **error);

static void
set_namespace(CimPath *path, const char *name_space)
{
    if (!path->name_space)
        path->name_space = g_strdup(name_space);
}

static gpointer
read_instance(CimXmlReader *reader, guint at, const char *name_space, GError **error)
{
    CimInstance *instance = cim_xml_read_instance(reader, at, error);

    if (instance && instance->path)
        set_namespace(instance->path, name_space);
    return instance;
}

static gpointer
read_path(CimXmlReader *reader, guint at, const char *name_space, GError **error)
{
    CimPath *path = cim_xml_read_path(reader, at, error);

    if (path)
        set_namespace(path, name_space);
    return path;
}

/* Sends the enumeration in client->request and reads every child of its IRETURNVALUE. */
static GPtrArray *
enumerate(CimClient *client,
          const char *operation,
          const char *name_space,
          ReadItem read_item,
          GDestroyNotify free_item,
          GError **error)
{
    const CimXmlTape *tape = cim_xml_reader_tape(client->reader);
    guint response = call_intrinsic(client, operation, name_space, error);
    guint returned = response ? cim_xml_tape_child(tape, response, CIM_XML_IRETURNVALUE) : 0;
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(free_item);

    if (!response)
        return NULL;
    if (!returned)
        return g_steal_pointer(&items);
    CIM_XML_FOREACH_CHILD(tape, returned, child)
    {
        GError *local_error = NULL;
        gpointer item = read_item(client->reader, child, name_space, &local_error);

        if (!item) {
            blame_server(client, local_error, error);
            return NULL;
        }
        g_ptr_array_add(items, item);
    }
    return g_steal_pointer(&items);
}

GPtrArray *
cim_client_enumerate_instances(CimClient *client,
                               const char *name_space,
                               const char *class_name,
                               const char *const *properties,
                               GError **error)
{
    GString *xml = begin(client, "EnumerateInstances", name_space);

    cim_message_add_class(xml, class_name);
    cim_message_add_boolean(xml, "LocalOnly", FALSE);
    cim_message_add_boolean(xml, "DeepInheritance", TRUE);
    cim_message_add_properties(xml, properties);
    return enumerate(client, "EnumerateInstances", name_space, read_instance,
                     (GDestroyNotify) cim_instance_free, error);
}

GPtrArray *
cim_client_enumerate_names(CimClient *client,
                           const char *name_space,
                           const char *class_name,
                           GError **error)
{
    cim_message_add_class(begin(client, "EnumerateInstanceNames", name_space), class_name);
    return enumerate(client, "EnumerateInstanceNames", name_space, read_path,
                     (GDestroyNotify) cim_path_free, error);
}

gboolean
cim_client_delete_instance(CimClient *client, const CimPath *path, GError **error)
{
    cim_message_add_path(begin(client, "DeleteInstance", namespace_of(path)), path);
    return call_intrinsic(client, "DeleteInstance", namespace_of(path), error) != 0;
}

gboolean
cim_client_modify_instance(CimClient *client,
                           const CimInstance *instance,
                           const char *const *properties,
                           GError **error)
{
    GString *xml;

    g_return_val_if_fail(instance->path != NULL, FALSE);
    xml = begin(client, "ModifyInstance", namespace_of(instance->path));
    cim_message_add_instance(xml, instance);
    cim_message_add_properties(xml, properties);
    return call_intrinsic(client, "ModifyInstance", namespace_of(instance->path), error) != 0;
}

/* The object as the header CIMObject names it: without a host. */
static char *
print_local(const CimPath *path)
{
    g_autoptr(CimPath) local = cim_path_copy(path);
    g_autofree char *text = NULL;

    g_clear_pointer(&local->host, g_free);
    text = cim_path_print(local);
    return g_strdup(text + strspn(text, "/"));
}

/* A call may not be sent twice, which curl does when a kept connection turns out to be dead. */
static gboolean
send_call(
    CimClient *client, const CimPath *path, const char *method, guint *response, GError **error)
{
    g_autofree char *object = print_local(path);

    curl_easy_setopt(client->curl, CURLOPT_FRESH_CONNECT, 1L);
    *response = call(client, method, object, error);
    curl_easy_setopt(client->curl, CURLOPT_FRESH_CONNECT, 0L);
    return *response != 0;
}

gboolean
cim_client_invoke(CimClient *client,
                  const CimPath *path,
                  const char *method,
                  const CimArgument *arguments,
                  guint n_arguments,
                  guint32 *return_value,
                  CimInstance **out,
                  GError **error)
{
    g_autoptr(CimPath) full = cim_path_copy(path);
    guint32 value = 0;
    guint response;

    set_namespace(full, "root");
    g_string_truncate(client->request, 0);
    cim_message_call(client->request, full, method, arguments, n_arguments);
    if (!send_call(client, full, method, &response, error) ||
        !cim_message_read_return(client->reader, response, &value, error))
        return FALSE;
    if (return_value)
        *return_value = value;
    if (!out)
        return TRUE;
    *out = cim_message_read_out(client->reader, response, method, error);
    return *out != NULL;
}
