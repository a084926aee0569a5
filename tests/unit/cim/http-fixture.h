/*
 * A CIM server on a thread of its own, and a raw HTTP client that says what it is told to.
 *
 * Thread:    the test's; fixture_invoke() runs things on the server's.
 */
#pragma once

#include "tests/unit/cim/jobs-fixture.h"

typedef struct {
    GThread *thread;
    GMainContext *context;
    GMainLoop *loop;
    CimServer *server;
    Jobs *jobs;
    CimServerLimits limits;
    char *directory;
    char *socket; /* the Unix socket's path */
    char *url;    /* "unix:…" */
    guint16 port; /* the TCP listener's */
    guint n_jobs;
} Fixture;

Fixture *fixture_start(guint n_jobs, const CimServerLimits *limits);
/* Stops the server if it still runs, and cleans up. */
void fixture_stop(Fixture *fixture);
/* Frees the server (calls may be pending), but lets the jobs live. */
void fixture_end_server(Fixture *fixture);
/* Runs @function on the server's thread and waits for it. */
void fixture_invoke(Fixture *fixture, GSourceFunc function, gpointer data);
/* Waits until @condition is TRUE on the server's thread; fails the test after 10 s. */
void fixture_await(Fixture *fixture, GSourceFunc condition, gpointer data);

/* A connection that fails instead of blocking for ever. */
int raw_connect(const Fixture *fixture);
int raw_connect_tcp(const Fixture *fixture);
void raw_send(int fd, const char *text, gsize length);

typedef struct {
    guint status; /* 0: the connection ended without an answer */
    char *head;
    char *body;
    gsize body_length;
    gboolean closed; /* the server ended the connection with it */
} Reply;

/* Reads one whole answer. */
Reply *raw_receive(int fd);
void reply_free(Reply *reply);
/* The header's value, or NULL.  (transfer full) */
char *reply_header(const Reply *reply, const char *name);
/* TRUE when the server has closed its side (waits for it). */
gboolean raw_is_closed(int fd);

/* A POST with usual headers; @extra: further header lines, each ending in CRLF, or "". */
char *post_text(const char *method, const char *object, const char *extra, const char *body);
/* One request on a connection of its own. */
Reply *ask(const Fixture *fixture, const char *request, gssize length);

/* Message bodies: an IMETHODCALL with its parameters in JOBS_NAMESPACE, or a METHODCALL. */
char *intrinsic_text(const char *operation, const char *parameters);
char *extrinsic_text(const char *method, const char *name, const char *parameters);
char *instance_name(const char *class_name, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reply, reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_stop)
