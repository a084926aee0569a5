#include "backends/reconcile.h"

/* What one host shows, as one bit, so that a row of the table can name several. */
typedef enum {
    UNSEEN = 1 << 0,
    ABSENT = 1 << 1,
    OFF_MIGRATED = 1 << 2,
    OFF = 1 << 3, /* off for any other reason */
    RUNNING_OTHER = 1 << 4,
    RUNNING_POSTCOPY = 1 << 5,
    RUNNING_BROKEN = 1 << 6,
    HANDOVER = 1 << 7, /* paused by a migration: waits on either side of the switchover */
    PAUSED_POSTCOPY = 1 << 8,
    PAUSED_BROKEN = 1 << 9,
    PAUSED = 1 << 10,           /* paused for any other reason */
    RUNNING_MIGRATED = 1 << 11, /* it came in as a whole */
} Sight;

#define ANY          0xfff
#define RUNNING      (RUNNING_OTHER | RUNNING_MIGRATED)
#define GONE         (ABSENT | OFF | OFF_MIGRATED)
#define HALF         (PAUSED_POSTCOPY | PAUSED_BROKEN)
#define RUNNING_HALF (RUNNING_POSTCOPY | RUNNING_BROKEN)
#define STANDS       (RUNNING | PAUSED) /* whole, and where its owner put it */
#define ACTIVE       (STANDS | RUNNING_HALF | HANDOVER | HALF)

#define NO_JOB   (1 << DROVER_JOB_NONE)
#define OUTGOING (1 << DROVER_JOB_OUTGOING)
#define ANY_JOB  (NO_JOB | OUTGOING | 1 << DROVER_JOB_UNSEEN)

/* The first row that fits counts.  A final verdict or a remedy that cannot be taken back needs
 * @times equal looks and @after_ms of quiet; until then the remedy is to wait. */
/* clang-format off */
static const struct {
    guint source;
    guint destination;
    guint job;
    DroverVerdict verdict;
    DroverRemedy remedy;
    guint times;
    gint64 after_ms;
    gboolean woken; /* only then */
} rows[] = {
    /* Post-copy: two halves of one guest. Never destroy, resume or start either. */
    { PAUSED_POSTCOPY, RUNNING_POSTCOPY | UNSEEN, OUTGOING,
      DROVER_VERDICT_IN_PROGRESS, DROVER_REMEDY_WAIT, 0, 0 },
    { PAUSED_POSTCOPY, RUNNING, ANY_JOB,
      DROVER_VERDICT_IN_PROGRESS, DROVER_REMEDY_WAIT, 0, 0 },
    { HALF, GONE, ANY_JOB,
      DROVER_VERDICT_LOST, DROVER_REMEDY_NONE, 2, 5000 },
    /* All of it arrived, and the source was never told. Its half is left to people all the same. */
    { PAUSED_BROKEN, RUNNING_MIGRATED, ANY_JOB,
      DROVER_VERDICT_MOVED, DROVER_REMEDY_NONE, 2, DROVER_LEFTOVER_MS },
    { HALF, ANY, ANY_JOB,
      DROVER_VERDICT_POSTCOPY_BROKEN, DROVER_REMEDY_WAIT, 0, 0 },
    { OFF, RUNNING_HALF, ANY_JOB,
      DROVER_VERDICT_LOST, DROVER_REMEDY_NONE, 2, 5000 },
    { ABSENT | OFF_MIGRATED, RUNNING_HALF, ANY_JOB,
      DROVER_VERDICT_UNKNOWN, DROVER_REMEDY_WAIT, 0, 0 },

    /* The hand-over is done, and the source's libvirtd waits for word of it. When that word is lost,
     * it wakes the guest on the source as soon as keepalive gives the destination up. */
    { HANDOVER, RUNNING, OUTGOING,
      DROVER_VERDICT_MOVED, DROVER_REMEDY_DESTROY_SOURCE, 2, DROVER_WORD_OVERDUE_MS },

    /* The source's libvirtd carries the move on. */
    { ACTIVE, ANY, OUTGOING,
      DROVER_VERDICT_IN_PROGRESS, DROVER_REMEDY_WAIT, 0, 0 },
    { ACTIVE, ANY, 1 << DROVER_JOB_UNSEEN,
      DROVER_VERDICT_UNKNOWN, DROVER_REMEDY_WAIT, 0, 0 },

    /* The guest has left the source. */
    { GONE, STANDS, ANY_JOB,
      DROVER_VERDICT_MOVED, DROVER_REMEDY_NONE, 0, 0 },
    { OFF, GONE, ANY_JOB,
      DROVER_VERDICT_STOPPED, DROVER_REMEDY_NONE, 0, 0 },
    { OFF, HANDOVER, ANY_JOB,
      DROVER_VERDICT_STOPPED, DROVER_REMEDY_DESTROY_DESTINATION, 2, DROVER_LEFTOVER_MS },
    { ABSENT | OFF_MIGRATED, OFF | OFF_MIGRATED, ANY_JOB,
      DROVER_VERDICT_STOPPED, DROVER_REMEDY_NONE, 2, 1000 },
    { ABSENT | OFF_MIGRATED, ABSENT, ANY_JOB,
      DROVER_VERDICT_LOST, DROVER_REMEDY_NONE, 2, 1000 },

    /* The guest stands on the source. */
    { STANDS, GONE, NO_JOB,
      DROVER_VERDICT_STAYED, DROVER_REMEDY_NONE, 0, 0 },
    { STANDS, HANDOVER, NO_JOB,
      DROVER_VERDICT_STAYED, DROVER_REMEDY_DESTROY_DESTINATION, 2, DROVER_LEFTOVER_MS },
    { RUNNING, RUNNING | RUNNING_HALF, NO_JOB,
      DROVER_VERDICT_RUNS_TWICE, DROVER_REMEDY_SUSPEND_SOURCE, 2, 0 },
    /* It runs on at the destination since the hand-over; the source's copy, which libvirt woke when
     * it lost the destination, is paused by now. */
    { PAUSED, RUNNING, NO_JOB,
      DROVER_VERDICT_MOVED, DROVER_REMEDY_DESTROY_SOURCE, 2, 0, TRUE },
    { STANDS, STANDS | RUNNING_HALF | HALF, NO_JOB,
      DROVER_VERDICT_RUNS_TWICE, DROVER_REMEDY_NONE, 2, 0 },

    /* The source stands in the hand-over and nobody carries it on. A destination that is off may
     * have run the guest before it ended, so its memory on the source is not to be woken. */
    { HANDOVER, RUNNING, NO_JOB,
      DROVER_VERDICT_MOVED, DROVER_REMEDY_DESTROY_SOURCE, 2, 0 },
    { HANDOVER, ABSENT, NO_JOB,
      DROVER_VERDICT_STAYED, DROVER_REMEDY_RESUME_SOURCE, 2, 0 },

    /* All the rest, a host that cannot be asked among it. */
    { ANY, ANY, ANY_JOB, DROVER_VERDICT_UNKNOWN, DROVER_REMEDY_WAIT, 0, 0 },
};

/* What both hosts must show at the very moment of the step. */
static const struct {
    guint source;
    guint destination;
} safe[] = {
    [DROVER_REMEDY_RESUME_SOURCE] = { HANDOVER, ABSENT },
    [DROVER_REMEDY_SUSPEND_SOURCE] = { RUNNING, RUNNING | RUNNING_HALF },
    [DROVER_REMEDY_DESTROY_SOURCE] = { HANDOVER | PAUSED, RUNNING },
    [DROVER_REMEDY_UNDEFINE_SOURCE] = { OFF | OFF_MIGRATED, STANDS | OFF | OFF_MIGRATED },
    [DROVER_REMEDY_DESTROY_DESTINATION] = { STANDS | OFF, HANDOVER },
    [DROVER_REMEDY_UNDEFINE_DESTINATION] = { STANDS, OFF | OFF_MIGRATED },
};

static const struct {
    DroverSeen seen;
    DroverWhy why;
    Sight sight;
} sights[] = {
    { DROVER_SEEN_OFF, DROVER_WHY_MIGRATED, OFF_MIGRATED },
    { DROVER_SEEN_RUNNING, DROVER_WHY_MIGRATED, RUNNING_MIGRATED },
    { DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY, RUNNING_POSTCOPY },
    { DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY_FAILED, RUNNING_BROKEN },
    { DROVER_SEEN_PAUSED, DROVER_WHY_MIGRATION, HANDOVER },
    { DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY, PAUSED_POSTCOPY },
    { DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY_FAILED, PAUSED_BROKEN },
};

static const Sight plain_sights[] = {
    [DROVER_SEEN_NOT] = UNSEEN,
    [DROVER_SEEN_ABSENT] = ABSENT,
    [DROVER_SEEN_OFF] = OFF,
    [DROVER_SEEN_RUNNING] = RUNNING_OTHER,
    [DROVER_SEEN_PAUSED] = PAUSED,
};
/* clang-format on */

static Sight
sight_of(const DroverSighting *sighting)
{
    for (guint i = 0; i < G_N_ELEMENTS(sights); i++) {
        if (sights[i].seen == sighting->seen && sights[i].why == sighting->why) {
            return sights[i].sight;
        }
    }
    return plain_sights[sighting->seen];
}

/* A guest without a stored definition vanishes when it ends: the event tells how it did. */
static Sight
sight_of_source(const DroverEvidence *evidence)
{
    Sight sight = sight_of(&evidence->source);

    if (sight != ABSENT || evidence->source_stop == DROVER_WHY_OTHER) {
        return sight;
    }
    return evidence->source_stop == DROVER_WHY_MIGRATED ? OFF_MIGRATED : OFF;
}

/* A definition that the other host has as well, where the guest is not. */
static DroverRemedy
last_remedy(DroverVerdict verdict, const DroverEvidence *evidence)
{
    if (!evidence->source.persistent || !evidence->destination.persistent) {
        return DROVER_REMEDY_NONE;
    }
    if ((verdict == DROVER_VERDICT_MOVED || evidence->handed_over) &&
        evidence->source.seen == DROVER_SEEN_OFF) {
        return DROVER_REMEDY_UNDEFINE_SOURCE;
    }
    return verdict == DROVER_VERDICT_STAYED && evidence->brought &&
                   evidence->destination.seen == DROVER_SEEN_OFF
               ? DROVER_REMEDY_UNDEFINE_DESTINATION
               : DROVER_REMEDY_NONE;
}

DroverJudgement
drover_reconcile(const DroverEvidence *evidence)
{
    Sight source = sight_of_source(evidence);
    Sight destination = sight_of(&evidence->destination);
    guint job = 1U << evidence->job;
    DroverJudgement judgement;
    guint i = 0;

    /* Whatever the hosts show now is none of this move's doing, so it is not for it to mend. */
    if (evidence->untouched) {
        return (DroverJudgement){DROVER_VERDICT_STAYED, DROVER_REMEDY_NONE};
    }
    while (!(rows[i].source & source) || !(rows[i].destination & destination) ||
           !(rows[i].job & job) || (rows[i].woken && !evidence->woken)) {
        i++;
    }
    judgement = (DroverJudgement){rows[i].verdict, rows[i].remedy};
    if (evidence->times < rows[i].times || evidence->unchanged_ms < rows[i].after_ms) {
        judgement.remedy = DROVER_REMEDY_WAIT;
    } else if (judgement.remedy == DROVER_REMEDY_NONE) {
        judgement.remedy = last_remedy(judgement.verdict, evidence);
    }
    return judgement;
}

gboolean
drover_remedy_is_safe(DroverRemedy remedy,
                      const DroverSighting *source,
                      const DroverSighting *destination)
{
    if ((remedy == DROVER_REMEDY_UNDEFINE_SOURCE || remedy == DROVER_REMEDY_UNDEFINE_DESTINATION) &&
        (!source->persistent || !destination->persistent)) {
        return FALSE;
    }
    return (safe[remedy].source & sight_of(source)) &&
           (safe[remedy].destination & sight_of(destination));
}

gboolean
drover_sighting_equal(const DroverSighting *a, const DroverSighting *b)
{
    return a->seen == b->seen && a->why == b->why && a->persistent == b->persistent;
}
