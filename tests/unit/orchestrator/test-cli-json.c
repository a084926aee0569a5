#include <math.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/cli/instance-json.h"

static const struct {
    CimType type;
    const char *text; /* NULL: a NULL of that type */
    const char *json;
} scalar_rows[] = {
    {CIM_TYPE_BOOLEAN, "TRUE", "true"},
    {CIM_TYPE_BOOLEAN, "FALSE", "false"},
    {CIM_TYPE_BOOLEAN, NULL, "null"},
    {CIM_TYPE_UINT8, "255", "255"},
    {CIM_TYPE_SINT8, "-128", "-128"},
    {CIM_TYPE_UINT16, "32768", "32768"},
    {CIM_TYPE_SINT16, "-5", "-5"},
    {CIM_TYPE_UINT32, "4294967295", "4294967295"},
    {CIM_TYPE_SINT32, "-2147483648", "-2147483648"},
    {CIM_TYPE_UINT64, "9223372036854775807", "9223372036854775807"},
    {CIM_TYPE_UINT64, "18446744073709551615", "1.8446744073709552e+19"},
    {CIM_TYPE_SINT64, "-9223372036854775808", "-9223372036854775808"},
    {CIM_TYPE_REAL32, "1.5", "1.5"},
    {CIM_TYPE_REAL64, "-0.25", "-0.25"},
    {CIM_TYPE_STRING, "", "\"\""},
    {CIM_TYPE_STRING, "a \"b\"\n\\ \xc3\xbc", "\"a \\\"b\\\"\\n\\\\ \xc3\xbc\""},
    {CIM_TYPE_STRING, NULL, "null"},
    {CIM_TYPE_DATETIME, "20261121120000.000000+000", "\"2026-11-21T12:00:00Z\""},
    {CIM_TYPE_DATETIME, "00000000000819.250000:000", "\"PT8M19.250000S\""},
};

START_TEST(every_scalar_type_has_its_json)
{
    g_auto(CimValue) value = {0};
    g_autofree char *json = NULL;

    cim_value_init(&value, scalar_rows[_i].type, FALSE);
    if (scalar_rows[_i].text) {
        ck_assert(
            cim_value_parse(&value, scalar_rows[_i].text, strlen(scalar_rows[_i].text), NULL));
    }
    json = drover_json_print(drover_json_value(&value), FALSE);
    g_strchomp(json);
    ck_assert_str_eq(json, scalar_rows[_i].json);
}
END_TEST

START_TEST(a_character_is_a_string)
{
    CimValue value;
    g_autofree char *json = NULL;

    cim_value_init(&value, CIM_TYPE_CHAR16, FALSE);
    value.is_null = FALSE;
    value.char16 = 0x20ac;
    json = drover_json_print(drover_json_value(&value), FALSE);
    ck_assert_str_eq(json, "\"€\"\n");
}
END_TEST

START_TEST(no_number_is_null)
{
    static const double numbers[] = {NAN, INFINITY, -INFINITY};

    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        CimValue value;
        g_autofree char *json = NULL;

        cim_value_init(&value, CIM_TYPE_REAL64, FALSE);
        cim_value_set_real(&value, numbers[i]);
        json = drover_json_print(drover_json_value(&value), FALSE);
        ck_assert_str_eq(json, "null\n");
    }
}
END_TEST

START_TEST(arrays_keep_their_nulls)
{
    g_auto(CimValue) value = {0};
    CimValue *elements;
    g_autofree char *json = NULL;

    cim_value_init(&value, CIM_TYPE_UINT16, TRUE);
    elements = cim_value_make_array(&value, 3);
    cim_value_set_uint(&elements[0], 2);
    cim_value_set_uint(&elements[2], 17);
    json = drover_json_print(drover_json_value(&value), FALSE);
    ck_assert_str_eq(json, "[2,null,17]\n");
}
END_TEST

START_TEST(an_empty_array_is_not_null)
{
    g_auto(CimValue) value = {0};
    g_autofree char *json = NULL;

    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    (void) cim_value_make_array(&value, 0);
    json = drover_json_print(drover_json_value(&value), FALSE);
    ck_assert_str_eq(json, "[]\n");
}
END_TEST

START_TEST(references_are_paths_and_instances_are_objects)
{
    g_autoptr(CimInstance) outer = cim_instance_new("Outer");
    CimInstance *inner = cim_instance_new("Msvm_Error");
    CimPath *path = cim_path_new("root/virtualization/v2", "Msvm_MigrationJob");
    CimValue value;
    g_autofree char *json = NULL;

    cim_instance_set_string(inner, "MessageID", "DROVER0030");
    cim_value_init(&value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_take_instance(&value, inner);
    cim_instance_take(outer, "Error", &value);
    cim_path_add_string_key(path, "InstanceID", "X");
    cim_value_init(&value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_take_reference(&value, path);
    cim_instance_take(outer, "Job", &value);
    json = drover_json_print(drover_json_instance(outer), FALSE);
    assert_contains(json, "{\"Error\":{\"MessageID\":\"DROVER0030\"},\"Job\":\"");
    assert_contains(json, "root/virtualization/v2:Msvm_MigrationJob.InstanceID=\\\"X\\\"\"}");
}
END_TEST

START_TEST(the_job_wins_where_statistics_have_the_same_name)
{
    g_autoptr(CimInstance) job = cim_instance_new("Msvm_MigrationJob");
    g_autoptr(CimInstance) statistics = cim_instance_new("Drover_MigrationStatistics");
    g_autofree char *json = NULL;
    JsonNode *node;

    cim_instance_set_string(job, "InstanceID", "X");
    cim_instance_set_string(job, "ElementName", "Moving");
    cim_instance_set_string(statistics, "ElementName", "Statistics");
    cim_instance_set_string(statistics, "Phase", "pre-copy");
    node = drover_json_instance(job);
    drover_json_add(node, statistics);
    json = drover_json_print(node, FALSE);
    ck_assert_str_eq(json,
                     "{\"InstanceID\":\"X\",\"ElementName\":\"Moving\",\"Phase\":\"pre-copy\"}\n");
}
END_TEST

START_TEST(no_instances_are_an_empty_list)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autofree char *json = drover_json_print(drover_json_list(none), TRUE);

    ck_assert_str_eq(json, "[]\n");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli-json");
    TCase *tc = tcase_create("json");

    tcase_add_loop_test(tc, every_scalar_type_has_its_json, 0, G_N_ELEMENTS(scalar_rows));
    tcase_add_test(tc, a_character_is_a_string);
    tcase_add_test(tc, no_number_is_null);
    tcase_add_test(tc, arrays_keep_their_nulls);
    tcase_add_test(tc, an_empty_array_is_not_null);
    tcase_add_test(tc, references_are_paths_and_instances_are_objects);
    tcase_add_test(tc, the_job_wins_where_statistics_have_the_same_name);
    tcase_add_test(tc, no_instances_are_an_empty_list);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
