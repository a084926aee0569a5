#include "backends/evidence-words.h"

static const char *const sights[] = {
    [DROVER_SEEN_NOT] = "not seen",    [DROVER_SEEN_ABSENT] = "absent", [DROVER_SEEN_OFF] = "off",
    [DROVER_SEEN_RUNNING] = "running", [DROVER_SEEN_PAUSED] = "paused",
};

static const char *const whys[] = {
    [DROVER_WHY_OTHER] = NULL,
    [DROVER_WHY_MIGRATED] = "migrated",
    [DROVER_WHY_MIGRATION] = "migration",
    [DROVER_WHY_POSTCOPY] = "post-copy",
    [DROVER_WHY_POSTCOPY_FAILED] = "post-copy failed",
    [DROVER_WHY_SHUTDOWN] = "shutdown",
    [DROVER_WHY_DESTROYED] = "destroyed",
    [DROVER_WHY_CRASHED] = "crashed",
};

static const char *const jobs[] = {
    [DROVER_JOB_UNSEEN] = "not seen",
    [DROVER_JOB_NONE] = "none",
    [DROVER_JOB_OUTGOING] = "outgoing",
};

static const char *const verdicts[] = {
    [DROVER_VERDICT_UNKNOWN] = "unknown",
    [DROVER_VERDICT_IN_PROGRESS] = "in progress",
    [DROVER_VERDICT_POSTCOPY_BROKEN] = "post-copy broken",
    [DROVER_VERDICT_MOVED] = "moved",
    [DROVER_VERDICT_STAYED] = "stayed",
    [DROVER_VERDICT_STOPPED] = "stopped",
    [DROVER_VERDICT_LOST] = "lost",
    [DROVER_VERDICT_RUNS_TWICE] = "runs twice",
};

static const char *const remedies[] = {
    [DROVER_REMEDY_NONE] = "none",
    [DROVER_REMEDY_WAIT] = "wait",
    [DROVER_REMEDY_RESUME_SOURCE] = "resume",
    [DROVER_REMEDY_SUSPEND_SOURCE] = "suspend",
    [DROVER_REMEDY_DESTROY_SOURCE] = "destroy",
    [DROVER_REMEDY_UNDEFINE_SOURCE] = "undefine",
    [DROVER_REMEDY_DESTROY_DESTINATION] = "destroy",
    [DROVER_REMEDY_UNDEFINE_DESTINATION] = "undefine",
};

/* A value that another drover will know must not end this one. */
#define WORD(words, index)                                                                         \
    ((gsize) (index) < G_N_ELEMENTS(words) && words[index] ? words[index] : "?")

char *
drover_sighting_text(const DroverSighting *sighting)
{
    const char *seen = WORD(sights, sighting->seen);

    return sighting->why == DROVER_WHY_OTHER
               ? g_strdup(seen)
               : g_strdup_printf("%s (%s)", seen, WORD(whys, sighting->why));
}

char *
drover_evidence_text(const DroverEvidence *evidence)
{
    g_autofree char *source = drover_sighting_text(&evidence->source);
    g_autofree char *destination = drover_sighting_text(&evidence->destination);

    return g_strdup_printf("source %s, destination %s, job %s%s", source, destination,
                           WORD(jobs, evidence->job), evidence->untouched ? ", untouched" : "");
}

const char *
drover_verdict_name(DroverVerdict verdict)
{
    return WORD(verdicts, verdict);
}

const char *
drover_remedy_name(DroverRemedy remedy)
{
    return WORD(remedies, remedy);
}
