#include "orchestrator/attempt.h"

DroverAttempt *
drover_attempt_new(guint number, const char *destination, gint64 began_us)
{
    DroverAttempt *attempt = g_new0(DroverAttempt, 1);

    attempt->number = number;
    attempt->destination = g_strdup(destination);
    attempt->began_us = began_us;
    return attempt;
}

void
drover_attempt_free(DroverAttempt *attempt)
{
    if (attempt) {
        g_free(attempt->destination);
        g_clear_pointer(&attempt->failure, drover_failure_free);
        g_free(attempt);
    }
}

DroverAttempt *
drover_attempt_copy(const DroverAttempt *attempt)
{
    DroverAttempt *copy =
        drover_attempt_new(attempt->number, attempt->destination, attempt->began_us);

    copy->ended_us = attempt->ended_us;
    copy->outcome = attempt->outcome;
    copy->failure = attempt->failure ? drover_failure_copy(attempt->failure) : NULL;
    return copy;
}

const char *
drover_attempt_outcome_name(DroverOutcome outcome)
{
    static const char *const names[] = {
        [0] = "running",
        [DROVER_OUTCOME_MOVED] = "moved",
        [DROVER_OUTCOME_STAYED] = "stayed",
        [DROVER_OUTCOME_STOPPED] = "stopped",
        [DROVER_OUTCOME_LOST] = "lost",
    };

    return (guint) outcome < G_N_ELEMENTS(names) ? names[outcome] : "unknown";
}
