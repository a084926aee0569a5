#include "tests/unit/check-main.h"

#include "backends/reconcile.h"

/* What a host can show. */
typedef enum {
    UNSEEN,
    ABSENT,
    OFF_MIGRATED,
    OFF_SHUTDOWN,
    OFF_DESTROYED,
    OFF_CRASHED,
    RUNNING,
    RUNNING_MIGRATED,
    RUNNING_POSTCOPY,
    RUNNING_BROKEN,
    HANDOVER,
    PAUSED_POSTCOPY,
    PAUSED_BROKEN,
    PAUSED,
    SIGHTS,
} Sight;

/* clang-format off */
static const DroverSighting sightings[SIGHTS] = {
    [UNSEEN] = { DROVER_SEEN_NOT, DROVER_WHY_OTHER, FALSE },
    [ABSENT] = { DROVER_SEEN_ABSENT, DROVER_WHY_OTHER, FALSE },
    [OFF_MIGRATED] = { DROVER_SEEN_OFF, DROVER_WHY_MIGRATED, TRUE },
    [OFF_SHUTDOWN] = { DROVER_SEEN_OFF, DROVER_WHY_SHUTDOWN, TRUE },
    [OFF_DESTROYED] = { DROVER_SEEN_OFF, DROVER_WHY_DESTROYED, TRUE },
    [OFF_CRASHED] = { DROVER_SEEN_OFF, DROVER_WHY_CRASHED, TRUE },
    [RUNNING] = { DROVER_SEEN_RUNNING, DROVER_WHY_OTHER, TRUE },
    [RUNNING_MIGRATED] = { DROVER_SEEN_RUNNING, DROVER_WHY_MIGRATED, TRUE },
    [RUNNING_POSTCOPY] = { DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY, TRUE },
    [RUNNING_BROKEN] = { DROVER_SEEN_RUNNING, DROVER_WHY_POSTCOPY_FAILED, TRUE },
    [HANDOVER] = { DROVER_SEEN_PAUSED, DROVER_WHY_MIGRATION, TRUE },
    [PAUSED_POSTCOPY] = { DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY, TRUE },
    [PAUSED_BROKEN] = { DROVER_SEEN_PAUSED, DROVER_WHY_POSTCOPY_FAILED, TRUE },
    [PAUSED] = { DROVER_SEEN_PAUSED, DROVER_WHY_OTHER, TRUE },
};

#define NO_JOB    DROVER_JOB_NONE
#define OUT       DROVER_JOB_OUTGOING
#define V(x)      DROVER_VERDICT_##x
#define R(x)      DROVER_REMEDY_##x

static const struct {
    Sight source;
    Sight destination;
    DroverSightedJob job;
    DroverVerdict verdict;
    DroverRemedy at_once; /* at the first look */
    DroverRemedy settled; /* when nothing has changed for a minute */
} cells[] = {
    /* the source still moves it */
    { RUNNING, ABSENT, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { RUNNING, HANDOVER, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { RUNNING, UNSEEN, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { HANDOVER, HANDOVER, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { HANDOVER, RUNNING_POSTCOPY, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { HANDOVER, PAUSED, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { HANDOVER, UNSEEN, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { PAUSED, HANDOVER, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { PAUSED_POSTCOPY, RUNNING_POSTCOPY, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { PAUSED_POSTCOPY, UNSEEN, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    /* it moved */
    { ABSENT, RUNNING_MIGRATED, NO_JOB, V(MOVED), R(NONE), R(NONE) },
    { ABSENT, RUNNING, NO_JOB, V(MOVED), R(NONE), R(NONE) },
    { ABSENT, PAUSED, NO_JOB, V(MOVED), R(NONE), R(NONE) },
    { OFF_MIGRATED, RUNNING_MIGRATED, NO_JOB, V(MOVED), R(UNDEFINE_SOURCE), R(UNDEFINE_SOURCE) },
    { OFF_MIGRATED, PAUSED, NO_JOB, V(MOVED), R(UNDEFINE_SOURCE), R(UNDEFINE_SOURCE) },
    { OFF_DESTROYED, RUNNING_MIGRATED, NO_JOB, V(MOVED), R(UNDEFINE_SOURCE), R(UNDEFINE_SOURCE) },
    /* it stayed */
    { RUNNING, ABSENT, NO_JOB, V(STAYED), R(NONE), R(NONE) },
    { RUNNING_MIGRATED, ABSENT, NO_JOB, V(STAYED), R(NONE), R(NONE) },
    { RUNNING, OFF_SHUTDOWN, NO_JOB, V(STAYED), R(NONE), R(NONE) },
    { PAUSED, ABSENT, NO_JOB, V(STAYED), R(NONE), R(NONE) },
    /* it stayed, and the incoming copy, which never ran, is still there */
    { RUNNING, HANDOVER, NO_JOB, V(STAYED), R(WAIT), R(DESTROY_DESTINATION) },
    { PAUSED, HANDOVER, NO_JOB, V(STAYED), R(WAIT), R(DESTROY_DESTINATION) },
    /* it moved, and the source was not told */
    { HANDOVER, RUNNING_MIGRATED, NO_JOB, V(MOVED), R(WAIT), R(DESTROY_SOURCE) },
    /* it moved, and the word of it does not reach the source's libvirtd */
    { HANDOVER, RUNNING_MIGRATED, OUT, V(MOVED), R(WAIT), R(DESTROY_SOURCE) },
    { HANDOVER, RUNNING, OUT, V(MOVED), R(WAIT), R(DESTROY_SOURCE) },
    /* it stayed, and nobody woke it */
    { HANDOVER, ABSENT, NO_JOB, V(STAYED), R(WAIT), R(RESUME_SOURCE) },
    /* both sides stand in the hand-over, or one cannot be asked */
    { HANDOVER, HANDOVER, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { HANDOVER, UNSEEN, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { HANDOVER, PAUSED, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { HANDOVER, OFF_CRASHED, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { HANDOVER, RUNNING_POSTCOPY, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    /* it runs twice */
    { RUNNING, RUNNING_MIGRATED, NO_JOB, V(RUNS_TWICE), R(WAIT), R(SUSPEND_SOURCE) },
    { RUNNING, RUNNING_POSTCOPY, NO_JOB, V(RUNS_TWICE), R(WAIT), R(SUSPEND_SOURCE) },
    { PAUSED, RUNNING_MIGRATED, NO_JOB, V(RUNS_TWICE), R(WAIT), R(NONE) },
    { RUNNING, PAUSED, NO_JOB, V(RUNS_TWICE), R(WAIT), R(NONE) },
    /* post-copy under way, broken, and lost */
    { PAUSED_POSTCOPY, RUNNING_MIGRATED, NO_JOB, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { PAUSED_POSTCOPY, RUNNING_POSTCOPY, NO_JOB, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_BROKEN, RUNNING_POSTCOPY, OUT, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_BROKEN, RUNNING_BROKEN, NO_JOB, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_BROKEN, RUNNING_POSTCOPY, NO_JOB, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_BROKEN, RUNNING_BROKEN, OUT, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_BROKEN, RUNNING, OUT, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_BROKEN, HANDOVER, OUT, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_POSTCOPY, RUNNING_BROKEN, OUT, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_POSTCOPY, RUNNING_MIGRATED, OUT, V(IN_PROGRESS), R(WAIT), R(WAIT) },
    { PAUSED_POSTCOPY, UNSEEN, NO_JOB, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_POSTCOPY, ABSENT, OUT, V(LOST), R(WAIT), R(NONE) },
    { UNSEEN, RUNNING_BROKEN, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    /* it all arrived, and the source was not told: its half is left alone, and warned of */
    { PAUSED_BROKEN, RUNNING_MIGRATED, OUT, V(MOVED), R(WAIT), R(NONE) },
    { PAUSED_BROKEN, RUNNING_MIGRATED, NO_JOB, V(MOVED), R(WAIT), R(NONE) },
    { PAUSED_BROKEN, UNSEEN, OUT, V(POSTCOPY_BROKEN), R(WAIT), R(WAIT) },
    { PAUSED_BROKEN, ABSENT, NO_JOB, V(LOST), R(WAIT), R(NONE) },
    { PAUSED_BROKEN, OFF_CRASHED, OUT, V(LOST), R(WAIT), R(NONE) },
    { OFF_CRASHED, RUNNING_BROKEN, NO_JOB, V(LOST), R(WAIT), R(NONE) },
    { ABSENT, RUNNING_POSTCOPY, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { OFF_MIGRATED, RUNNING_BROKEN, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    /* it stopped */
    { OFF_SHUTDOWN, ABSENT, NO_JOB, V(STOPPED), R(NONE), R(NONE) },
    { OFF_DESTROYED, OFF_SHUTDOWN, NO_JOB, V(STOPPED), R(NONE), R(NONE) },
    { OFF_CRASHED, ABSENT, NO_JOB, V(STOPPED), R(NONE), R(NONE) },
    { OFF_CRASHED, HANDOVER, NO_JOB, V(STOPPED), R(WAIT), R(DESTROY_DESTINATION) },
    { OFF_MIGRATED, OFF_SHUTDOWN, NO_JOB, V(STOPPED), R(WAIT), R(NONE) },
    /* it is gone */
    { ABSENT, ABSENT, NO_JOB, V(LOST), R(WAIT), R(NONE) },
    { OFF_MIGRATED, ABSENT, NO_JOB, V(LOST), R(WAIT), R(NONE) },
    { ABSENT, HANDOVER, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    /* a host, or the source's job, cannot be asked */
    { UNSEEN, RUNNING_MIGRATED, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { UNSEEN, ABSENT, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { UNSEEN, UNSEEN, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { RUNNING, UNSEEN, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { ABSENT, UNSEEN, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { OFF_SHUTDOWN, UNSEEN, NO_JOB, V(UNKNOWN), R(WAIT), R(WAIT) },
    { RUNNING, ABSENT, DROVER_JOB_UNSEEN, V(UNKNOWN), R(WAIT), R(WAIT) },
    { RUNNING, RUNNING_MIGRATED, DROVER_JOB_UNSEEN, V(UNKNOWN), R(WAIT), R(WAIT) },
};
/* clang-format on */

static DroverEvidence
evidence_of(Sight source, Sight destination, DroverSightedJob job, gboolean settled)
{
    return (DroverEvidence){
        .source = sightings[source],
        .destination = sightings[destination],
        .job = job,
        .times = settled ? 20 : 1,
        .unchanged_ms = settled ? 60000 : 0,
    };
}

START_TEST(each_cell_has_its_verdict_and_remedy)
{
    DroverEvidence first =
        evidence_of(cells[_i].source, cells[_i].destination, cells[_i].job, FALSE);
    DroverEvidence later =
        evidence_of(cells[_i].source, cells[_i].destination, cells[_i].job, TRUE);

    ck_assert_int_eq(drover_reconcile(&first).verdict, cells[_i].verdict);
    ck_assert_int_eq(drover_reconcile(&first).remedy, cells[_i].at_once);
    ck_assert_int_eq(drover_reconcile(&later).verdict, cells[_i].verdict);
    ck_assert_int_eq(drover_reconcile(&later).remedy, cells[_i].settled);
}
END_TEST

typedef void (*CellFunc)(const DroverEvidence *evidence, DroverJudgement judgement);

static void
each_cell(CellFunc func)
{
    for (guint source = 0; source < SIGHTS; source++) {
        for (guint destination = 0; destination < SIGHTS; destination++) {
            for (guint job = DROVER_JOB_UNSEEN; job <= DROVER_JOB_OUTGOING; job++) {
                for (guint settled = 0; settled < 2; settled++) {
                    DroverEvidence evidence = evidence_of((Sight) source, (Sight) destination,
                                                          (DroverSightedJob) job, settled);

                    func(&evidence, drover_reconcile(&evidence));
                    evidence.woken = evidence.brought = TRUE;
                    func(&evidence, drover_reconcile(&evidence));
                }
            }
        }
    }
}

static gboolean
is_active(const DroverSighting *sighting)
{
    return sighting->seen == DROVER_SEEN_RUNNING || sighting->seen == DROVER_SEEN_PAUSED;
}

static void
check_only_waits_unless_both_tell(const DroverEvidence *evidence, DroverJudgement judgement)
{
    if (evidence->source.seen == DROVER_SEEN_NOT || evidence->destination.seen == DROVER_SEEN_NOT ||
        (is_active(&evidence->source) && evidence->job == DROVER_JOB_UNSEEN &&
         evidence->source.why != DROVER_WHY_POSTCOPY &&
         evidence->source.why != DROVER_WHY_POSTCOPY_FAILED)) {
        ck_assert_int_eq(judgement.remedy, DROVER_REMEDY_WAIT);
    }
}

START_TEST(nothing_is_decided_while_a_host_cannot_be_asked)
{
    each_cell(check_only_waits_unless_both_tell);
}
END_TEST

static void
check_source_is_not_woken_beside_a_copy(const DroverEvidence *evidence, DroverJudgement judgement)
{
    if (judgement.remedy == DROVER_REMEDY_RESUME_SOURCE) {
        ck_assert_int_eq(evidence->destination.seen, DROVER_SEEN_ABSENT);
        ck_assert_int_eq(evidence->job, DROVER_JOB_NONE);
    }
}

static void
check_nothing_that_may_run_is_destroyed(const DroverEvidence *evidence, DroverJudgement judgement)
{
    if (judgement.remedy == DROVER_REMEDY_DESTROY_SOURCE) {
        ck_assert(evidence->source.why == DROVER_WHY_MIGRATION ||
                  (evidence->woken && evidence->source.seen == DROVER_SEEN_PAUSED));
        ck_assert_int_eq(evidence->destination.seen, DROVER_SEEN_RUNNING);
        ck_assert_uint_ge(evidence->times, 2);
    }
    if (judgement.remedy == DROVER_REMEDY_DESTROY_DESTINATION) {
        ck_assert_int_eq(evidence->destination.why, DROVER_WHY_MIGRATION);
        ck_assert_int_ne(evidence->source.why, DROVER_WHY_MIGRATION);
        ck_assert_int_ge(evidence->unchanged_ms, DROVER_LEFTOVER_MS);
    }
    if (judgement.remedy == DROVER_REMEDY_UNDEFINE_SOURCE) {
        ck_assert_int_eq(evidence->source.seen, DROVER_SEEN_OFF);
        ck_assert(evidence->destination.persistent);
    }
}

static void
check_halves_are_left_alone(const DroverEvidence *evidence, DroverJudgement judgement)
{
    gboolean half = evidence->source.why == DROVER_WHY_POSTCOPY ||
                    evidence->source.why == DROVER_WHY_POSTCOPY_FAILED;

    if (half && evidence->source.seen == DROVER_SEEN_PAUSED) {
        ck_assert(judgement.remedy == DROVER_REMEDY_WAIT || judgement.remedy == DROVER_REMEDY_NONE);
    }
}

static void
check_a_running_job_is_left_alone(const DroverEvidence *evidence, DroverJudgement judgement)
{
    if (is_active(&evidence->source) && evidence->job == DROVER_JOB_OUTGOING &&
        judgement.verdict != DROVER_VERDICT_LOST &&
        evidence->source.why != DROVER_WHY_POSTCOPY_FAILED &&
        (evidence->source.why != DROVER_WHY_MIGRATION ||
         evidence->destination.seen != DROVER_SEEN_RUNNING)) {
        ck_assert_int_eq(judgement.remedy, DROVER_REMEDY_WAIT);
    }
}

static void
check_verdicts_fit_what_is_seen(const DroverEvidence *evidence, DroverJudgement judgement)
{
    if (judgement.verdict == DROVER_VERDICT_MOVED) {
        ck_assert(is_active(&evidence->destination));
    }
    if (judgement.verdict == DROVER_VERDICT_STAYED) {
        ck_assert(is_active(&evidence->source));
        ck_assert_int_ne(evidence->destination.seen, DROVER_SEEN_RUNNING);
    }
    if (judgement.verdict == DROVER_VERDICT_STOPPED) {
        ck_assert(!is_active(&evidence->source));
        ck_assert_int_ne(evidence->destination.seen, DROVER_SEEN_RUNNING);
    }
}

static const CellFunc invariants[] = {
    check_source_is_not_woken_beside_a_copy,
    check_nothing_that_may_run_is_destroyed,
    check_halves_are_left_alone,
    check_a_running_job_is_left_alone,
    check_verdicts_fit_what_is_seen,
};

START_TEST(no_cell_endangers_the_guest)
{
    each_cell(invariants[_i]);
}
END_TEST

static void
check_untouched(const DroverEvidence *evidence, DroverJudgement judgement)
{
    DroverEvidence untouched = *evidence;

    untouched.untouched = TRUE;
    ck_assert_int_eq(drover_reconcile(&untouched).verdict, DROVER_VERDICT_STAYED);
    ck_assert_int_eq(drover_reconcile(&untouched).remedy, DROVER_REMEDY_NONE);
}

START_TEST(a_refused_move_mends_nothing)
{
    each_cell(check_untouched);
}
END_TEST

START_TEST(hosts_are_given_time_to_clear_up_by_themselves)
{
    const Sight sources[] = {RUNNING, PAUSED, OFF_CRASHED};

    for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
        DroverEvidence evidence = evidence_of(sources[i], HANDOVER, DROVER_JOB_NONE, TRUE);

        evidence.unchanged_ms = DROVER_LEFTOVER_MS - 1;
        ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_WAIT);
        evidence.unchanged_ms = DROVER_LEFTOVER_MS;
        ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_DESTROY_DESTINATION);
    }
}
END_TEST

START_TEST(the_end_of_a_hand_over_is_given_time_to_arrive)
{
    DroverEvidence evidence = evidence_of(HANDOVER, RUNNING_MIGRATED, DROVER_JOB_OUTGOING, TRUE);

    evidence.unchanged_ms = DROVER_WORD_OVERDUE_MS - 1;
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_WAIT);
    evidence.unchanged_ms = DROVER_WORD_OVERDUE_MS;
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_DESTROY_SOURCE);
    evidence.times = 1;
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_WAIT);
}
END_TEST

START_TEST(a_copy_that_was_just_woken_gives_way_to_the_one_that_ran_on)
{
    DroverEvidence running = evidence_of(RUNNING, RUNNING_MIGRATED, DROVER_JOB_NONE, TRUE);
    DroverEvidence paused = evidence_of(PAUSED, RUNNING_MIGRATED, DROVER_JOB_NONE, TRUE);

    running.woken = paused.woken = TRUE;
    ck_assert_int_eq(drover_reconcile(&running).verdict, DROVER_VERDICT_RUNS_TWICE);
    ck_assert_int_eq(drover_reconcile(&running).remedy, DROVER_REMEDY_SUSPEND_SOURCE);
    ck_assert_int_eq(drover_reconcile(&paused).verdict, DROVER_VERDICT_MOVED);
    ck_assert_int_eq(drover_reconcile(&paused).remedy, DROVER_REMEDY_DESTROY_SOURCE);
    paused.times = 1;
    ck_assert_int_eq(drover_reconcile(&paused).remedy, DROVER_REMEDY_WAIT);
}
END_TEST

START_TEST(a_copy_that_was_just_woken_alone_is_the_guest)
{
    DroverEvidence evidence = evidence_of(RUNNING, ABSENT, DROVER_JOB_NONE, TRUE);

    evidence.woken = TRUE;
    ck_assert_int_eq(drover_reconcile(&evidence).verdict, DROVER_VERDICT_STAYED);
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_NONE);
}
END_TEST

START_TEST(a_definition_that_the_move_brought_goes_when_the_guest_stays)
{
    DroverEvidence evidence = evidence_of(RUNNING, OFF_CRASHED, DROVER_JOB_NONE, TRUE);

    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_NONE);
    evidence.brought = TRUE;
    ck_assert_int_eq(drover_reconcile(&evidence).verdict, DROVER_VERDICT_STAYED);
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_UNDEFINE_DESTINATION);
    evidence.source.persistent = FALSE;
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_NONE);
}
END_TEST

START_TEST(a_guest_that_ended_where_it_arrived_is_defined_there_only)
{
    DroverEvidence evidence = evidence_of(OFF_DESTROYED, OFF_CRASHED, DROVER_JOB_NONE, TRUE);

    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_NONE);
    evidence.handed_over = TRUE;
    ck_assert_int_eq(drover_reconcile(&evidence).verdict, DROVER_VERDICT_STOPPED);
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_UNDEFINE_SOURCE);
    evidence.destination.persistent = FALSE;
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_NONE);
}
END_TEST

static void
check_guard_agrees(const DroverEvidence *evidence, DroverJudgement judgement)
{
    if (judgement.remedy != DROVER_REMEDY_WAIT && judgement.remedy != DROVER_REMEDY_NONE) {
        ck_assert(
            drover_remedy_is_safe(judgement.remedy, &evidence->source, &evidence->destination));
    }
}

START_TEST(the_guard_lets_pass_what_the_table_asks_for)
{
    each_cell(check_guard_agrees);
}
END_TEST

static const DroverRemedy remedies[] = {
    DROVER_REMEDY_RESUME_SOURCE,       DROVER_REMEDY_SUSPEND_SOURCE,
    DROVER_REMEDY_DESTROY_SOURCE,      DROVER_REMEDY_UNDEFINE_SOURCE,
    DROVER_REMEDY_DESTROY_DESTINATION, DROVER_REMEDY_UNDEFINE_DESTINATION,
};

static gboolean
may_run(const DroverSighting *sighting)
{
    return sighting->seen == DROVER_SEEN_NOT || sighting->seen == DROVER_SEEN_RUNNING;
}

/* What the remedies are for, said once more from their names alone. */
static gboolean
would_endanger(DroverRemedy remedy, const DroverSighting *source, const DroverSighting *destination)
{
    switch (remedy) {
    case DROVER_REMEDY_RESUME_SOURCE:
        return may_run(destination) || destination->seen == DROVER_SEEN_PAUSED;
    case DROVER_REMEDY_DESTROY_SOURCE:
        return source->seen != DROVER_SEEN_PAUSED || destination->seen != DROVER_SEEN_RUNNING;
    case DROVER_REMEDY_UNDEFINE_SOURCE: return is_active(source) || !destination->persistent;
    case DROVER_REMEDY_UNDEFINE_DESTINATION:
        return is_active(destination) || !is_active(source) || !source->persistent;
    case DROVER_REMEDY_DESTROY_DESTINATION:
        return may_run(destination) || source->seen == DROVER_SEEN_NOT ||
               source->seen == DROVER_SEEN_ABSENT;
    default: return source->seen != DROVER_SEEN_RUNNING || !may_run(destination);
    }
}

START_TEST(the_guard_stops_what_has_become_dangerous)
{
    for (guint source = 0; source < SIGHTS; source++) {
        for (guint destination = 0; destination < SIGHTS; destination++) {
            if (would_endanger(remedies[_i], &sightings[source], &sightings[destination])) {
                ck_assert(!drover_remedy_is_safe(remedies[_i], &sightings[source],
                                                 &sightings[destination]));
            }
            if (source == UNSEEN || destination == UNSEEN) {
                ck_assert(!drover_remedy_is_safe(remedies[_i], &sightings[source],
                                                 &sightings[destination]));
            }
        }
    }
}
END_TEST

START_TEST(an_event_tells_how_a_vanished_guest_ended)
{
    const struct {
        DroverWhy stop;
        DroverVerdict verdict;
    } ends[] = {
        {DROVER_WHY_OTHER, DROVER_VERDICT_LOST},
        {DROVER_WHY_SHUTDOWN, DROVER_VERDICT_STOPPED},
        {DROVER_WHY_DESTROYED, DROVER_VERDICT_STOPPED},
        {DROVER_WHY_CRASHED, DROVER_VERDICT_STOPPED},
        {DROVER_WHY_MIGRATED, DROVER_VERDICT_LOST},
    };

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        DroverEvidence evidence = evidence_of(ABSENT, ABSENT, DROVER_JOB_NONE, TRUE);

        evidence.source_stop = ends[i].stop;
        ck_assert_int_eq(drover_reconcile(&evidence).verdict, ends[i].verdict);
    }
}
END_TEST

START_TEST(a_definition_is_kept_unless_the_destination_has_it)
{
    DroverEvidence evidence = evidence_of(OFF_MIGRATED, RUNNING_MIGRATED, DROVER_JOB_NONE, TRUE);

    evidence.destination.persistent = FALSE;
    ck_assert_int_eq(drover_reconcile(&evidence).remedy, DROVER_REMEDY_NONE);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("reconcile");
    TCase *tcase = tcase_create("reconcile");

    tcase_add_loop_test(tcase, each_cell_has_its_verdict_and_remedy, 0, G_N_ELEMENTS(cells));
    tcase_add_test(tcase, nothing_is_decided_while_a_host_cannot_be_asked);
    tcase_add_loop_test(tcase, no_cell_endangers_the_guest, 0, G_N_ELEMENTS(invariants));
    tcase_add_test(tcase, a_refused_move_mends_nothing);
    tcase_add_test(tcase, hosts_are_given_time_to_clear_up_by_themselves);
    tcase_add_test(tcase, the_end_of_a_hand_over_is_given_time_to_arrive);
    tcase_add_test(tcase, a_copy_that_was_just_woken_gives_way_to_the_one_that_ran_on);
    tcase_add_test(tcase, a_copy_that_was_just_woken_alone_is_the_guest);
    tcase_add_test(tcase, a_definition_that_the_move_brought_goes_when_the_guest_stays);
    tcase_add_test(tcase, a_guest_that_ended_where_it_arrived_is_defined_there_only);
    tcase_add_test(tcase, the_guard_lets_pass_what_the_table_asks_for);
    tcase_add_loop_test(tcase, the_guard_stops_what_has_become_dangerous, 0,
                        G_N_ELEMENTS(remedies));
    tcase_add_test(tcase, an_event_tells_how_a_vanished_guest_ended);
    tcase_add_test(tcase, a_definition_is_kept_unless_the_destination_has_it);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
