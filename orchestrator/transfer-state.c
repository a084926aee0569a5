#include "orchestrator/transfer-state.h"

#define REFUSE DROVER_TRANSFER_REFUSE
#define STAYS  DROVER_TRANSFER_NOTHING
#define APPLY  DROVER_TRANSFER_APPLY

/* clang-format off */
static const DroverTransferStep steps[DROVER_STAGE_LAST + 1][4] = {
    /*                           Suspend                Resume  Cancel                   Complete */
    [DROVER_STAGE_QUEUED]     = { APPLY,                STAYS,  APPLY,                   REFUSE },
    [DROVER_STAGE_PREPARING]  = { APPLY,                STAYS,  APPLY,                   REFUSE },
    [DROVER_STAGE_MOVING]     = { APPLY,                STAYS,  APPLY,                   REFUSE },
    [DROVER_STAGE_SUSPENDED]  = { STAYS,                APPLY,  APPLY,                   REFUSE },
    [DROVER_STAGE_RETRYING]   = { APPLY,                APPLY,  APPLY,                   REFUSE },
    [DROVER_STAGE_UNKNOWN]    = { REFUSE,               REFUSE, APPLY,                   REFUSE },
    [DROVER_STAGE_RECOVERING] = { REFUSE,               REFUSE, REFUSE,                  REFUSE },
    [DROVER_STAGE_CANCELLING] = { REFUSE,               REFUSE, STAYS,                   REFUSE },
    [DROVER_STAGE_COMPLETED]  = { REFUSE,               REFUSE, REFUSE, DROVER_TRANSFER_TAKE_OFF },
    [DROVER_STAGE_COMPLETED_WITH_WARNINGS] =
                                { REFUSE,               REFUSE, REFUSE, DROVER_TRANSFER_TAKE_OFF },
    [DROVER_STAGE_FAILED]     = { DROVER_TRANSFER_HOLD, APPLY,  DROVER_TRANSFER_GIVE_UP,
                                  DROVER_TRANSFER_TAKE_OFF },
    [DROVER_STAGE_TERMINATED] = { REFUSE,               REFUSE, REFUSE,                  REFUSE },
    [DROVER_STAGE_KILLED]     = { REFUSE,               REFUSE, REFUSE,                  REFUSE },
};

static const DroverVerb verbs[] = {
    [DROVER_TRANSFER_SUSPEND] = DROVER_VERB_SUSPEND,
    [DROVER_TRANSFER_RESUME] = DROVER_VERB_START,
    [DROVER_TRANSFER_CANCEL] = DROVER_VERB_TERMINATE,
    [DROVER_TRANSFER_COMPLETE] = DROVER_VERB_TERMINATE, /* never applied */
};
/* clang-format on */

/* A job that is being cancelled is still what it was before. */
static DroverTransferState
state_of_phase(DroverPhase phase)
{
    switch (phase) {
    case DROVER_PHASE_NONE:
    case DROVER_PHASE_CONNECTING: return DROVER_TRANSFER_CONNECTING;
    case DROVER_PHASE_UNKNOWN:
    case DROVER_PHASE_POSTCOPY_BROKEN: return DROVER_TRANSFER_TRANSIENT_ERROR;
    default: return DROVER_TRANSFER_TRANSFERRING;
    }
}

DroverTransferState
drover_transfer_state(const DroverJob *job)
{
    if (job->record.stage == DROVER_STAGE_CANCELLING) {
        return state_of_phase(job->record.phase);
    }
    return (DroverTransferState) drover_stage_info(job->record.stage)->transfer_state;
}

DroverTransferStep
drover_transfer_step(const DroverJob *job, DroverTransferVerb verb, DroverVerb *job_verb)
{
    DroverTransferStep step = steps[job->record.stage][verb];
    gboolean suspending = job->record.intention == DROVER_VERB_SUSPEND;

    *job_verb = verbs[verb];
    if (suspending && verb == DROVER_TRANSFER_SUSPEND) {
        return DROVER_TRANSFER_NOTHING;
    }
    if (suspending && verb == DROVER_TRANSFER_RESUME) {
        return DROVER_TRANSFER_REFUSE; /* it is on its way to SUSPENDED: wait for that */
    }
    /* The job knows best: in post-copy it takes nothing. */
    if (step == DROVER_TRANSFER_APPLY && drover_job_check_verb(job, *job_verb, NULL)) {
        return DROVER_TRANSFER_REFUSE;
    }
    return step;
}

const DroverFailure *
drover_transfer_error(const DroverJob *job)
{
    switch (drover_transfer_state(job)) {
    case DROVER_TRANSFER_TRANSFERRING:
    case DROVER_TRANSFER_TRANSFERRED:
    case DROVER_TRANSFER_ACKNOWLEDGED:
    case DROVER_TRANSFER_CANCELLED: return NULL;
    default: return drover_job_error(job);
    }
}
