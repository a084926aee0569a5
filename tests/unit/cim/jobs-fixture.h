/*
 * A CIM server over jobs that are only numbers, for the tests of the wire, the foreign clients and
 * the benchmark: classes of wire-schema.mof, a provider with every kind of answer.
 *
 * Thread:    as cim/server.h; the counters and held calls belong to the server's thread.
 */
#pragma once

#include "cim/server.h"
#include "tests/unit/cim/wire-schema.h"

#define JOBS_NAMESPACE "root/test"

typedef struct {
    char *id;
    char *owner;
    guint16 state;
} FixtureJob;

typedef struct {
    char *id;
    char *text; /* or NULL */
    guint16 number;
} FixtureNote;

typedef struct {
    GPtrArray *jobs;      /* of FixtureJob */
    GPtrArray *notes;     /* of FixtureNote: Test_Note, which clients create */
    GPtrArray *held;      /* of CimCall: RequestStateChange(HOLD) waits here */
    char *last_arguments; /* of the last Migrate, in words */
    guint pages;
    guint shortcuts; /* how often a provider of associations was asked for those of one end */
} Jobs;

/* What RequestStateChange does with a RequestedState. */
enum {
    JOBS_STATE_START = 2,  /* returns 0 */
    JOBS_STATE_ASYNC = 3,  /* returns 4096 and Job, from the main loop */
    JOBS_STATE_HOLD = 4,   /* waits in @held */
    JOBS_STATE_REFUSE = 5, /* returns 32775 */
    JOBS_STATE_FAIL = 6,   /* CIM error 1 with a Test_Error */
};

/* @n jobs with ids "job-0", …  Odd ones have an error. */
Jobs *jobs_new(guint n);
void jobs_free(Jobs *jobs);
/* Adds the namespace, the providers, "/healthz" and "/missing" (a page with status 503). */
void jobs_serve(Jobs *jobs, CimServer *server);
/* Adds the associations between them (associations-fixture.c); jobs_serve() calls it. */
void jobs_associate(Jobs *jobs, CimServer *server);
/* Ends every held call with @value. */
void jobs_release(Jobs *jobs, guint32 value);
