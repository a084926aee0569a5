#include "orchestrator/notify-http.h"

#include <curl/curl.h>

#include "orchestrator/notify-secret.h"

/*
 * The main loop makes requests and hands them over; the thread turns libcurl, and hands what has
 * ended back to a source of the main loop.
 */
typedef struct {
    DroverNotifyTransport base;
    char *secret;
    guint timeout_s;
    GSource *source;
    GThread *thread;
    CURLM *multi; /* the thread's own, but for curl_multi_wakeup() */

    GMutex mutex; /* guards what follows */
    GQueue fresh; /* of Request */
    GQueue ended;
    gboolean stopping;
} Http;

typedef struct {
    GList link;
    CURL *easy;
    struct curl_slist *headers;
    char *body;
    char error[CURL_ERROR_SIZE];
    DroverDelivered done;
    gpointer user_data;
    DroverDeliveryResult result;
    char *answer;
} Request;

static void
request_free(Request *request)
{
    curl_easy_cleanup(request->easy);
    curl_slist_free_all(request->headers);
    g_free(request->body);
    g_free(request->answer);
    g_free(request);
}

/* --- the thread ------------------------------------------------------------------------------ */

static void
judge(Request *request, CURLcode code)
{
    long status = 0;

    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK) {
        request->result = DROVER_DELIVERY_UNREACHABLE;
        request->answer = g_strdup(*request->error ? request->error : curl_easy_strerror(code));
        return;
    }
    request->result =
        status >= 200 && status <= 299 ? DROVER_DELIVERY_TAKEN : DROVER_DELIVERY_REFUSED;
    request->answer =
        g_strdup_printf("HTTP status %ld%s", status,
                        status >= 300 && status <= 399 ? " (redirects are not followed)" : "");
}

static void
collect(Http *http, GHashTable *under_way)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(http->multi, &left))) {
        Request *request = NULL;

        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **) &request);
        judge(request, message->data.result);
        curl_multi_remove_handle(http->multi, request->easy);
        g_hash_table_remove(under_way, request);
        g_mutex_lock(&http->mutex);
        g_queue_push_tail_link(&http->ended, &request->link);
        g_mutex_unlock(&http->mutex);
        g_source_set_ready_time(http->source, 0);
    }
}

/* FALSE: it is time to stop. */
static gboolean
take_fresh(Http *http, GHashTable *under_way)
{
    gboolean go_on;
    GList *link;

    g_mutex_lock(&http->mutex);
    while ((link = g_queue_pop_head_link(&http->fresh))) {
        Request *request = link->data;

        g_hash_table_add(under_way, request);
        curl_multi_add_handle(http->multi, request->easy);
    }
    go_on = !http->stopping;
    g_mutex_unlock(&http->mutex);
    return go_on;
}

static gpointer
turn(gpointer data)
{
    Http *http = data;
    GHashTable *under_way = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer key;
    int running;

    while (take_fresh(http, under_way)) {
        curl_multi_perform(http->multi, &running);
        collect(http, under_way);
        curl_multi_poll(http->multi, NULL, 0, 60 * 1000, NULL);
    }
    g_hash_table_iter_init(&iter, under_way);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        curl_multi_remove_handle(http->multi, ((Request *) key)->easy);
        request_free(key);
    }
    g_hash_table_unref(under_way);
    return NULL;
}

/* --- the main loop's side -------------------------------------------------------------------- */

static gboolean
deliver_ended(gpointer data)
{
    Http *http = data;
    GQueue ended = G_QUEUE_INIT;
    GList *link;

    g_mutex_lock(&http->mutex);
    while ((link = g_queue_pop_head_link(&http->ended))) {
        g_queue_push_tail_link(&ended, link);
    }
    g_mutex_unlock(&http->mutex);
    while ((link = g_queue_pop_head_link(&ended))) {
        Request *request = link->data;

        request->done(request->result, request->answer, request->user_data);
        request_free(request);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    g_source_set_ready_time(source, -1);
    return callback(data);
}

static size_t
ignore_answer(char *text, size_t size, size_t n, void *data)
{
    return size * n;
}

/* Takes @line. */
static void
add_header(Request *request, char *line)
{
    request->headers = curl_slist_append(request->headers, line);
    g_free(line);
}

static void
add_headers(const Http *http, Request *request, const DroverDelivery *delivery)
{
    gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;

    add_header(request, g_strdup("Content-Type: application/json"));
    add_header(request, g_strdup("Expect:"));
    add_header(request, g_strdup_printf("X-Drover-Event: %s", delivery->event));
    add_header(request, g_strdup_printf("X-Drover-Notification: %s", delivery->id));
    add_header(request, g_strdup_printf("X-Drover-Timestamp: %" G_GINT64_FORMAT, now_s));
    if (http->secret) {
        g_autofree char *signature = drover_notify_sign(http->secret, now_s, delivery->body);

        add_header(request, g_strdup_printf("X-Drover-Signature: %s", signature));
    }
}

static void
set_up(const Http *http, Request *request, const char *url)
{
    CURL *easy = request->easy;

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long) http->timeout_s);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "drover");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore_answer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->error);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
}

static void
http_deliver(DroverNotifyTransport *base,
             const DroverDelivery *delivery,
             DroverDelivered done,
             gpointer user_data)
{
    Http *http = (Http *) base;
    Request *request = g_new0(Request, 1);

    request->link.data = request;
    request->easy = curl_easy_init();
    request->body = g_strdup(delivery->body);
    request->done = done;
    request->user_data = user_data;
    add_headers(http, request, delivery);
    set_up(http, request, delivery->target);
    g_mutex_lock(&http->mutex);
    g_queue_push_tail_link(&http->fresh, &request->link);
    g_mutex_unlock(&http->mutex);
    curl_multi_wakeup(http->multi);
}

static void
free_all(GQueue *requests)
{
    GList *link;

    while ((link = g_queue_pop_head_link(requests))) {
        request_free(link->data);
    }
}

static void
http_free(DroverNotifyTransport *base)
{
    Http *http = (Http *) base;

    g_mutex_lock(&http->mutex);
    http->stopping = TRUE;
    g_mutex_unlock(&http->mutex);
    curl_multi_wakeup(http->multi);
    g_thread_join(http->thread);
    g_source_destroy(http->source);
    g_source_unref(http->source);
    free_all(&http->fresh);
    free_all(&http->ended);
    curl_multi_cleanup(http->multi);
    g_mutex_clear(&http->mutex);
    g_free(http->secret);
    g_free(http);
}

void
drover_notify_http_configure(DroverNotifyTransport *transport, const char *secret, guint timeout_s)
{
    Http *http = (Http *) transport;

    g_free(http->secret);
    http->secret = g_strdup(secret);
    http->timeout_s = timeout_s;
}

DroverNotifyTransport *
drover_notify_http_new(GMainContext *context)
{
    static GSourceFuncs functions = {.dispatch = dispatch};
    Http *http = g_new0(Http, 1);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    http->base.deliver = http_deliver;
    http->base.free = http_free;
    http->timeout_s = 10;
    http->multi = curl_multi_init();
    g_mutex_init(&http->mutex);
    http->source = g_source_new(&functions, sizeof(GSource));
    g_source_set_static_name(http->source, "drover-notify-http");
    g_source_set_callback(http->source, deliver_ended, http, NULL);
    g_source_attach(http->source, context);
    http->thread = g_thread_new("drover-notify", turn, http);
    return &http->base;
}
