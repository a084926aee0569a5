#include "orchestrator/job-stage.h"

#define S(stage) (1u << DROVER_STAGE_##stage)
#define V(verb)  (1u << DROVER_VERB_##verb)
#define ENDS     (S(COMPLETED) | S(COMPLETED_WITH_WARNINGS) | S(FAILED))

/* clang-format off */
static const DroverStageInfo stages[DROVER_STAGE_LAST + 1] = {
    /*                                      JobState OperationalStatus BG_JOB_STATE final slots next */
    [DROVER_STAGE_QUEUED] = { "queued",         3, { 2, 0 },   0, FALSE, FALSE,
        S(PREPARING) | S(RETRYING) | S(SUSPENDED) | S(FAILED) | S(TERMINATED) | S(KILLED) },
    [DROVER_STAGE_PREPARING] = { "preparing",   3, { 2, 0 },   1, FALSE, TRUE,
        S(MOVING) | S(QUEUED) | S(SUSPENDED) | S(RETRYING) | S(UNKNOWN) | S(RECOVERING) |
        S(CANCELLING) | ENDS },
    [DROVER_STAGE_MOVING] = { "moving",         4, { 2, 0 },   2, FALSE, TRUE,
        S(SUSPENDED) | S(RETRYING) | S(UNKNOWN) | S(RECOVERING) | S(CANCELLING) | ENDS },
    [DROVER_STAGE_SUSPENDED] = { "suspended",   5, { 2, 0 },   3, FALSE, FALSE,
        S(QUEUED) | S(TERMINATED) | S(KILLED) },
    [DROVER_STAGE_RETRYING] = { "retrying",     3, { 3, 0 },   5, FALSE, FALSE,
        S(QUEUED) | S(SUSPENDED) | S(FAILED) | S(TERMINATED) | S(KILLED) },
    [DROVER_STAGE_UNKNOWN] = { "unknown",       4, { 13, 0 },  5, FALSE, TRUE,
        S(MOVING) | S(SUSPENDED) | S(RETRYING) | S(RECOVERING) | S(CANCELLING) | ENDS },
    [DROVER_STAGE_RECOVERING] = { "recovering", 4, { 3, 0 },   5, FALSE, TRUE,
        S(MOVING) | S(UNKNOWN) | ENDS },
    [DROVER_STAGE_CANCELLING] = { "cancelling", 6, { 9, 0 },   2, FALSE, TRUE,
        S(TERMINATED) | S(KILLED) | ENDS },
    [DROVER_STAGE_COMPLETED] = { "completed",   7, { 2, 17 },  6, TRUE, FALSE, 0 },
    [DROVER_STAGE_COMPLETED_WITH_WARNINGS] = { "completed-with-warnings",
                                            32768, { 3, 17 },  6, TRUE, FALSE, 0 },
    [DROVER_STAGE_FAILED] = { "failed",        10, { 6, 17 },  4, TRUE, FALSE,
        S(QUEUED) | S(SUSPENDED) | S(TERMINATED) },
    [DROVER_STAGE_TERMINATED] = { "terminated", 8, { 10, 17 }, 8, TRUE, FALSE, 0 },
    [DROVER_STAGE_KILLED] = { "killed",         9, { 10, 17 }, 8, TRUE, FALSE, 0 },
};

/* Which verbs a stage takes; what is not here is 32775 (or 32770 for service). */
static const guint verbs[DROVER_STAGE_LAST + 1] = {
    [DROVER_STAGE_QUEUED] = V(SUSPEND) | V(TERMINATE) | V(KILL),
    [DROVER_STAGE_PREPARING] = V(SUSPEND) | V(TERMINATE) | V(KILL),
    [DROVER_STAGE_MOVING] = V(SUSPEND) | V(TERMINATE) | V(KILL),
    [DROVER_STAGE_SUSPENDED] = V(START) | V(TERMINATE) | V(KILL),
    [DROVER_STAGE_RETRYING] = V(START) | V(SUSPEND) | V(TERMINATE) | V(KILL),
    [DROVER_STAGE_UNKNOWN] = V(TERMINATE) | V(KILL),
    [DROVER_STAGE_CANCELLING] = V(KILL), /* escalates */
    [DROVER_STAGE_FAILED] = V(START),
};

static const char *const verb_names[] = {
    [DROVER_VERB_START] = "start",         [DROVER_VERB_SUSPEND] = "suspend",
    [DROVER_VERB_TERMINATE] = "terminate", [DROVER_VERB_KILL] = "kill",
    [DROVER_VERB_SERVICE] = "service",
};
/* clang-format on */

gboolean
drover_stage_is_valid(int stage)
{
    return stage >= DROVER_STAGE_QUEUED && stage <= DROVER_STAGE_LAST;
}

const DroverStageInfo *
drover_stage_info(DroverStage stage)
{
    g_return_val_if_fail(drover_stage_is_valid((int) stage), &stages[DROVER_STAGE_FAILED]);

    return &stages[stage];
}

gboolean
drover_stage_is_final(DroverStage stage)
{
    return drover_stage_info(stage)->is_final;
}

gboolean
drover_stage_may_become(DroverStage from, DroverStage to)
{
    return (drover_stage_info(from)->next & (1u << to)) != 0;
}

gboolean
drover_stage_takes_verb(DroverStage stage, DroverVerb verb)
{
    g_return_val_if_fail(drover_stage_is_valid((int) stage), FALSE);

    return drover_verb_name(verb) && (verbs[stage] & (1u << verb)) != 0;
}

const char *
drover_verb_name(DroverVerb verb)
{
    return (guint) verb < G_N_ELEMENTS(verb_names) ? verb_names[verb] : NULL;
}
