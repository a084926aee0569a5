#include <locale.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "cim/instance.h"
#include "orchestrator/cli/trace-table.h"

#define MIB ((guint64) 1024 * 1024)

static CimInstance *
entry(guint64 sequence, guint64 elapsed_ms, const char *kind, const char *what)
{
    CimInstance *instance = cim_instance_new("Drover_TraceEntry");
    CimValue time = {0};

    cim_value_init(&time, CIM_TYPE_DATETIME, FALSE);
    cim_value_set_timestamp(&time, (1800000000000 + (gint64) elapsed_ms) * 1000);
    cim_instance_set_uint(instance, "Sequence", CIM_TYPE_UINT64, sequence);
    cim_instance_take(instance, "Time", &time);
    cim_instance_set_uint(instance, "ElapsedMilliseconds", CIM_TYPE_UINT64, elapsed_ms);
    cim_instance_set_string(instance, "Kind", kind);
    cim_instance_set_string(instance, "What", what);
    return instance;
}

static void
set_number(CimInstance *instance, const char *name, gint64 number)
{
    CimValue value = {0};

    cim_value_init(&value, CIM_TYPE_SINT32, FALSE);
    cim_value_set_sint(&value, number);
    cim_instance_take(instance, name, &value);
}

START_TEST(a_line_for_each_entry_and_one_for_what_was_dropped)
{
    const DroverScreen screen = {0};
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify) cim_instance_free);
    CimInstance *sample = entry(2, 1500, "sample", "pre-copy");
    CimInstance *answer = entry(10, 61007, "answer", "migrate");
    g_autofree char *text = NULL;

    cim_instance_set_string(sample, "Phase", "pre-copy");
    cim_instance_set_uint(sample, "Iteration", CIM_TYPE_UINT32, 3);
    cim_instance_set_uint(sample, "MemoryRemainingBytes", CIM_TYPE_UINT64, 64 * MIB);
    cim_instance_set_uint(sample, "BandwidthBytesPerSecond", CIM_TYPE_UINT64, 118 * MIB);
    cim_instance_set_uint(sample, "DirtyRateBytesPerSecond", CIM_TYPE_UINT64, 20 * MIB);
    cim_instance_set_uint(sample, "ThrottlePercent", CIM_TYPE_UINT16, 30);
    cim_instance_set_string(answer, "Host", "alpha");
    cim_instance_set_string(answer, "Detail", "client socket is closed");
    set_number(answer, "Code", 1);
    set_number(answer, "Domain", 7);
    set_number(answer, "Int1", -1);
    g_ptr_array_add(entries, entry(1, 0, "stage", "queued"));
    g_ptr_array_add(entries, sample);
    g_ptr_array_add(entries, answer);
    text = drover_trace_print(entries, &screen);
    ck_assert_str_eq(
        text, "TIME          ELAPSED  KIND    WHAT      HOST   DETAIL\n"
              "08:00:00.000   +0.000  stage   queued    -      -\n"
              "08:00:01.500   +1.500  sample  pre-copy  -      iteration 3, 64 MiB to go, "
              "118 MiB a second, 20 MiB dirtied a second, throttled 30 %\n"
              "-                   -  -       -         -      7 entries were dropped\n"
              "08:01:01.007  +61.007  answer  migrate   alpha  client socket is closed [1/7/-1]\n");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-trace");
    TCase *tc = tcase_create("trace");

    setlocale(LC_ALL, "C.UTF-8");
    g_setenv("TZ", "UTC0", TRUE);
    tcase_add_test(tc, a_line_for_each_entry_and_one_for_what_was_dropped);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
