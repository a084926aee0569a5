#include "orchestrator/trace.h"

void
drover_trace_attempt(DroverJobs *jobs, DroverJob *job, gboolean adopted)
{
    g_autofree char *detail =
        g_strdup_printf("attempt %u of %u, %s to %s", job->record.attempt, job->record.max_attempts,
                        job->record.source, job->record.destination);

    job->traced = (DroverTraceMark){0};
    drover_jobs_trace(jobs, job,
                      &(DroverTraceEntry){.kind = DROVER_TRACE_ATTEMPT,
                                          .what = adopted ? "adopt" : "start",
                                          .host = job->record.destination,
                                          .detail = detail});
}

/* --- samples --------------------------------------------------------------------------------- */

static void
write_sample(DroverJobs *jobs,
             DroverJob *job,
             const DroverTransferStats *stats,
             const DroverFailure *trouble)
{
    drover_jobs_trace(jobs, job,
                      &(DroverTraceEntry){.kind = DROVER_TRACE_SAMPLE,
                                          .what = (char *) drover_phase_name(stats->phase),
                                          .has_stats = TRUE,
                                          .stats = *stats,
                                          .failure = (DroverFailure *) trouble});
}

/* What an iteration or a phase came to shows in its last sample, and so does what came before
 * anything else that is told. */
static void
write_held(DroverJobs *jobs, DroverJob *job)
{
    const DroverTransferStats *stats = &job->stats;

    if (job->traced.held_us) {
        drover_jobs_trace(jobs, job,
                          &(DroverTraceEntry){.kind = DROVER_TRACE_SAMPLE,
                                              .at_us = job->traced.held_us,
                                              .elapsed_ms = job->traced.held_elapsed_ms,
                                              .what = (char *) drover_phase_name(stats->phase),
                                              .has_stats = TRUE,
                                              .stats = *stats,
                                              .failure = job->trouble});
    }
    job->traced.held_us = 0;
}

static gint64
pause_ms(DroverPhase phase)
{
    gboolean still = phase == DROVER_PHASE_UNKNOWN || phase == DROVER_PHASE_POSTCOPY_BROKEN;

    return (still ? DROVER_TRACE_STILL_S : DROVER_TRACE_SAMPLE_S) * 1000;
}

void
drover_trace_sample(DroverJobs *jobs,
                    DroverJob *job,
                    const DroverTransferStats *stats,
                    const DroverFailure *trouble)
{
    DroverTraceMark *mark = &job->traced;
    gint64 now_ms = drover_jobs_elapsed_ms(jobs, job);
    gboolean fresh =
        !mark->any || mark->phase != stats->phase || mark->iteration != stats->iteration;

    if (fresh) {
        write_held(jobs, job);
    }
    if (fresh || now_ms - mark->written_ms >= pause_ms(stats->phase)) {
        write_sample(jobs, job, stats, trouble);
        *mark = (DroverTraceMark){
            .any = TRUE,
            .phase = stats->phase,
            .iteration = stats->iteration,
            .written_ms = now_ms,
        };
    } else {
        mark->held_us = drover_jobs_now_us(jobs);
        mark->held_elapsed_ms = now_ms;
    }
}

void
drover_trace_end(DroverJobs *jobs,
                 DroverJob *job,
                 DroverOutcome outcome,
                 const DroverTransferStats *stats,
                 const DroverFailure *failure)
{
    DroverTraceEntry entry = {
        .kind = DROVER_TRACE_END,
        .what = (char *) drover_outcome_name(outcome),
        .detail = failure ? (char *) drover_failure_kind_name(failure->kind) : NULL,
        .has_stats = stats != NULL,
        .failure = (DroverFailure *) failure,
    };

    write_held(jobs, job);
    if (stats) {
        entry.stats = *stats;
    }
    drover_jobs_trace(jobs, job, &entry);
}

/* --- words ----------------------------------------------------------------------------------- */

void
drover_trace_note(DroverJobs *jobs, DroverJob *job, const DroverNote *note)
{
    static const DroverTraceKind kinds[] = {
        [DROVER_NOTE_ACTION] = DROVER_TRACE_ACTION,
        [DROVER_NOTE_ANSWER] = DROVER_TRACE_ANSWER,
        [DROVER_NOTE_EVENT] = DROVER_TRACE_EVENT,
        [DROVER_NOTE_SIGHT] = DROVER_TRACE_SIGHT,
    };

    write_held(jobs, job);
    drover_jobs_trace(jobs, job,
                      &(DroverTraceEntry){.kind = kinds[note->kind],
                                          .what = (char *) note->what,
                                          .host = (char *) note->host,
                                          .detail = (char *) note->detail,
                                          .code = note->code,
                                          .domain = note->domain,
                                          .int1 = note->int1});
}

void
drover_trace_verb(DroverJobs *jobs, DroverJob *job, DroverVerb verb, const char *who)
{
    write_held(jobs, job);
    drover_jobs_trace(jobs, job,
                      &(DroverTraceEntry){.kind = DROVER_TRACE_VERB,
                                          .what = (char *) drover_verb_name(verb),
                                          .detail = (char *) who});
}
