#include "backends/clock.h"

/*
 * Timers are a binary heap by (time, order of addition), and one GSource wakes a real clock for the
 * first of them: ten thousand sources would cost the main loop a walk over all at each turn.
 */
typedef struct {
    gint64 due_us; /* monotonic */
    guint64 order;
    guint slot; /* in the heap */
    guint id;
    GFunc func;
    gpointer user_data;
} Timer;

struct _DroverClock {
    guint references;
    GSource *source;  /* real clocks only */
    gint64 now_us;    /* manual clocks only, as the next */
    gint64 origin_us; /* real time when the monotonic one was 0 */
    GPtrArray *heap;  /* of Timer */
    GHashTable *by_id;
    guint64 order;
    guint last_id;
};

typedef struct {
    GSource base;
    DroverClock *clock;
} ClockSource;

/* --- the heap ----------------------------------------------------------------------------------
 */

static gboolean
is_before(const Timer *a, const Timer *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

static void
place(GPtrArray *heap, guint slot, Timer *timer)
{
    heap->pdata[slot] = timer;
    timer->slot = slot;
}

static void
sift_up(GPtrArray *heap, Timer *timer)
{
    guint slot = timer->slot;

    while (slot > 0 && is_before(timer, heap->pdata[(slot - 1) / 2])) {
        place(heap, slot, heap->pdata[(slot - 1) / 2]);
        slot = (slot - 1) / 2;
    }
    place(heap, slot, timer);
}

static void
sift_down(GPtrArray *heap, Timer *timer)
{
    guint slot = timer->slot;
    guint child;

    while ((child = 2 * slot + 1) < heap->len) {
        if (child + 1 < heap->len && is_before(heap->pdata[child + 1], heap->pdata[child])) {
            child++;
        }
        if (!is_before(heap->pdata[child], timer)) {
            break;
        }
        place(heap, slot, heap->pdata[child]);
        slot = child;
    }
    place(heap, slot, timer);
}

static Timer *
first_timer(DroverClock *clock)
{
    return clock->heap->len ? clock->heap->pdata[0] : NULL;
}

static void
take_out(DroverClock *clock, Timer *timer)
{
    GPtrArray *heap = clock->heap;
    Timer *last = heap->pdata[heap->len - 1];

    g_hash_table_remove(clock->by_id, GUINT_TO_POINTER(timer->id));
    g_ptr_array_set_size(heap, (gint) heap->len - 1);
    if (last != timer) {
        place(heap, timer->slot, last);
        sift_up(heap, last);
        sift_down(heap, last);
    }
}

static void
fire(DroverClock *clock, Timer *timer)
{
    GFunc func = timer->func;
    gpointer user_data = timer->user_data;

    take_out(clock, timer);
    g_free(timer);
    func(user_data, NULL);
}

/* --- a real clock's source ---------------------------------------------------------------------
 */

static void
wake_for_first(DroverClock *clock)
{
    const Timer *first = first_timer(clock);

    if (clock->source) {
        g_source_set_ready_time(clock->source, first ? first->due_us : -1);
    }
}

/* Timers that the called functions add wait for the next turn, so that other sources get theirs. */
static gboolean
dispatch(GSource *source, GSourceFunc unused, gpointer user_data)
{
    DroverClock *clock = drover_clock_ref(((ClockSource *) source)->clock);
    gint64 now_us = g_get_monotonic_time();
    guint64 order = clock->order;
    Timer *first;

    while ((first = first_timer(clock)) && first->due_us <= now_us && first->order <= order) {
        fire(clock, first);
    }
    wake_for_first(clock);
    drover_clock_unref(clock);
    return G_SOURCE_CONTINUE;
}

/* --- clocks ------------------------------------------------------------------------------------
 */

static DroverClock *
clock_new(void)
{
    DroverClock *clock = g_new0(DroverClock, 1);

    clock->references = 1;
    clock->heap = g_ptr_array_new();
    clock->by_id = g_hash_table_new(NULL, NULL);
    return clock;
}

DroverClock *
drover_clock_new_real(GMainContext *context)
{
    static GSourceFuncs funcs = {.dispatch = dispatch};
    DroverClock *clock = clock_new();

    clock->source = g_source_new(&funcs, sizeof(ClockSource));
    ((ClockSource *) clock->source)->clock = clock;
    g_source_set_static_name(clock->source, "drover clock");
    g_source_attach(clock->source, context ? context : g_main_context_get_thread_default());
    return clock;
}

DroverClock *
drover_clock_new_manual(gint64 real_us)
{
    DroverClock *clock = clock_new();

    clock->origin_us = real_us;
    return clock;
}

DroverClock *
drover_clock_ref(DroverClock *clock)
{
    clock->references++;
    return clock;
}

void
drover_clock_unref(DroverClock *clock)
{
    if (!clock || --clock->references) {
        return;
    }
    if (clock->source) {
        g_source_destroy(clock->source);
        g_source_unref(clock->source);
    }
    g_ptr_array_set_free_func(clock->heap, g_free);
    g_ptr_array_unref(clock->heap);
    g_hash_table_unref(clock->by_id);
    g_free(clock);
}

gint64
drover_clock_monotonic_us(DroverClock *clock)
{
    return clock->source ? g_get_monotonic_time() : clock->now_us;
}

gint64
drover_clock_real_us(DroverClock *clock)
{
    return clock->source ? g_get_real_time() : clock->origin_us + clock->now_us;
}

static guint
unused_id(DroverClock *clock)
{
    do {
        clock->last_id++;
    } while (!clock->last_id ||
             g_hash_table_contains(clock->by_id, GUINT_TO_POINTER(clock->last_id)));
    return clock->last_id;
}

guint
drover_clock_add(DroverClock *clock, gint64 delay_us, GFunc func, gpointer user_data)
{
    Timer *timer = g_new(Timer, 1);

    *timer = (Timer){
        .due_us = drover_clock_monotonic_us(clock) + MAX(delay_us, 0),
        .order = ++clock->order,
        .slot = clock->heap->len,
        .id = unused_id(clock),
        .func = func,
        .user_data = user_data,
    };
    g_hash_table_insert(clock->by_id, GUINT_TO_POINTER(timer->id), timer);
    g_ptr_array_add(clock->heap, timer);
    sift_up(clock->heap, timer);
    if (first_timer(clock) == timer) {
        wake_for_first(clock);
    }
    return timer->id;
}

void
drover_clock_remove(DroverClock *clock, guint *id)
{
    Timer *timer = *id ? g_hash_table_lookup(clock->by_id, GUINT_TO_POINTER(*id)) : NULL;
    gboolean was_first = timer && timer == first_timer(clock);

    *id = 0;
    if (!timer) {
        return;
    }
    take_out(clock, timer);
    g_free(timer);
    if (was_first) {
        wake_for_first(clock);
    }
}

void
drover_clock_advance(DroverClock *clock, gint64 us)
{
    gint64 until_us = clock->now_us + us;
    Timer *first;

    g_return_if_fail(!clock->source && us >= 0);
    while ((first = first_timer(clock)) && first->due_us <= until_us) {
        clock->now_us = MAX(clock->now_us, first->due_us);
        fire(clock, first);
    }
    clock->now_us = MAX(clock->now_us, until_us);
}

gint64
drover_clock_next_us(DroverClock *clock)
{
    const Timer *first = first_timer(clock);

    g_return_val_if_fail(!clock->source, -1);
    return first ? MAX(first->due_us - clock->now_us, 0) : -1;
}
