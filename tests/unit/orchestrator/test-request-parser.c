#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/request-parser.h"

#define CLASS_NAME "Msvm_VirtualSystemMigrationSettingData"

static CimInstance *
settings(void)
{
    return cim_instance_new(CLASS_NAME);
}

static void
set_strings(CimInstance *instance, const char *name, const char *const *strings)
{
    CimValue value = {0};
    CimValue copy = {0};

    cim_value_init(&value, CIM_TYPE_STRING, TRUE);
    cim_value_set_string_array(&value, strings);
    cim_value_copy(&value, &copy);
    cim_value_clear(&value);
    cim_instance_take(instance, name, &copy);
}

START_TEST(no_settings_are_the_defaults)
{
    DroverRequest request = {0};

    ck_assert_ptr_null(drover_request_read_settings(&request, NULL));
    ck_assert_uint_eq(request.options.bandwidth_mib_s, 0);
}
END_TEST

START_TEST(what_is_offered_is_taken_over)
{
    g_autoptr(CimInstance) instance = settings();
    DroverRequest request = {0};
    const char *const addresses[] = {"10.1.2.3", NULL};

    cim_instance_set_uint(instance, "MigrationType", CIM_TYPE_UINT16, 32768);
    cim_instance_set_uint(instance, "TransportType", CIM_TYPE_UINT16, 3);
    cim_instance_set_uint(instance, "Priority", CIM_TYPE_UINT16, 7);
    cim_instance_set_uint(instance, "Bandwidth", CIM_TYPE_UINT16, 100);
    cim_instance_set_string(instance, "BandwidthUnit", "byte / second * 2^20");
    cim_instance_set_boolean(instance, "EnableCompression", TRUE);
    cim_instance_set_uint(instance, "CPUCappingMagnitude", CIM_TYPE_UINT16, 1);
    set_strings(instance, "DestinationIPAddressList", addresses);
    ck_assert_ptr_null(drover_request_read_settings(&request, instance));
    ck_assert(request.options.tls && request.options.compress && request.options.auto_converge);
    ck_assert_uint_eq(request.priority, 7);
    ck_assert_uint_eq(request.options.bandwidth_mib_s, 100);
    ck_assert_str_eq(request.options.destination_address, "10.1.2.3");
}
END_TEST

START_TEST(what_only_drover_offers_is_taken_over)
{
    g_autoptr(CimInstance) instance = cim_instance_new("drover_migrationsettingdata");
    DroverRequest request = {0};
    const char *const hosts[] = {"gamma", "delta", NULL};

    cim_instance_set_uint(instance, "Priority", CIM_TYPE_UINT16, 7);
    cim_instance_set_boolean(instance, "PostCopy", TRUE);
    cim_instance_set_uint(instance, "Attempts", CIM_TYPE_UINT32, 9);
    cim_instance_set_uint(instance, "MinimumRetryDelay", CIM_TYPE_UINT32, 30);
    cim_instance_set_uint(instance, "NoProgressTimeout", CIM_TYPE_UINT32, 0);
    set_strings(instance, "AlternativeHosts", hosts);
    ck_assert_ptr_null(drover_request_read_settings(&request, instance));
    ck_assert(request.options.post_copy);
    ck_assert_uint_eq(request.priority, 7);
    ck_assert_uint_eq(request.attempts, 9);
    ck_assert_uint_eq(request.retry_delay_s, 30);
    ck_assert(request.has_no_progress_timeout);
    ck_assert_uint_eq(request.no_progress_timeout_s, 0);
    ck_assert_str_eq(request.alternatives[0], "gamma");
    ck_assert_str_eq(request.alternatives[1], "delta");
    ck_assert_ptr_null(request.alternatives[2]);
}
END_TEST

/* IBackgroundCopyJob::SetMinimumRetryDelay does the same. */
START_TEST(a_short_retry_delay_is_raised_to_the_least_that_there_is)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Drover_MigrationSettingData");
    DroverRequest request = {0};

    cim_instance_set_uint(instance, "MinimumRetryDelay", CIM_TYPE_UINT32, 0);
    ck_assert_ptr_null(drover_request_read_settings(&request, instance));
    ck_assert_uint_eq(request.retry_delay_s, 5);
    ck_assert(!request.has_no_progress_timeout);
}
END_TEST

START_TEST(too_many_attempts_or_hosts_are_refused)
{
    g_autoptr(CimInstance) often = cim_instance_new("Drover_MigrationSettingData");
    g_autoptr(CimInstance) many = cim_instance_new("Drover_MigrationSettingData");
    const char *hosts[DROVER_MAXIMUM_ALTERNATIVES + 2] = {NULL};
    DroverRequest request = {0};
    g_autoptr(DroverFailure) first = NULL;
    g_autoptr(DroverFailure) second = NULL;

    for (guint i = 0; i <= DROVER_MAXIMUM_ALTERNATIVES; i++) {
        hosts[i] = "gamma";
    }
    cim_instance_set_uint(often, "Attempts", CIM_TYPE_UINT32, 101);
    set_strings(many, "AlternativeHosts", hosts);
    first = drover_request_read_settings(&request, often);
    second = drover_request_read_settings(&request, many);
    ck_assert(first && first->kind == DROVER_FAILURE_REQUEST_VALUE);
    assert_contains(first->element, "Attempts 101");
    ck_assert(second && second->kind == DROVER_FAILURE_REQUEST_VALUE);
    assert_contains(second->element, "16 hosts");
}
END_TEST

/* clang-format off */
static const struct {
    const char *property;
    CimType type;
    guint64 number; /* or boolean */
    const char *text;
    DroverFailureKind kind;
    const char *named;
} refused[] = {
    { "MigrationType", CIM_TYPE_UINT16, 32769, NULL, DROVER_FAILURE_REQUEST_OPTION, "MigrationType 32769" },
    { "MigrationType", CIM_TYPE_UINT16, 4, NULL, DROVER_FAILURE_REQUEST_OPTION, "MigrationType 4" },
    { "TransportType", CIM_TYPE_UINT16, 32768, NULL, DROVER_FAILURE_REQUEST_OPTION, "TransportType 32768" },
    { "AvoidRemovingVHDs", CIM_TYPE_BOOLEAN, 1, NULL, DROVER_FAILURE_REQUEST_OPTION, "AvoidRemovingVHDs" },
    { "CancelIfBlackoutThresholdExceeded", CIM_TYPE_BOOLEAN, 1, NULL, DROVER_FAILURE_REQUEST_OPTION,
      "CancelIfBlackoutThresholdExceeded" },
    { "DestinationPlannedVirtualSystemId", CIM_TYPE_STRING, 0, "X", DROVER_FAILURE_REQUEST_OPTION,
      "DestinationPlannedVirtualSystemId" },
};
/* clang-format on */

START_TEST(what_is_not_offered_is_refused_by_name)
{
    g_autoptr(CimInstance) instance = settings();
    g_autoptr(DroverFailure) failure = NULL;
    DroverRequest request = {0};

    if (refused[_i].type == CIM_TYPE_STRING) {
        cim_instance_set_string(instance, refused[_i].property, refused[_i].text);
    } else if (refused[_i].type == CIM_TYPE_BOOLEAN) {
        cim_instance_set_boolean(instance, refused[_i].property, TRUE);
    } else {
        cim_instance_set_uint(instance, refused[_i].property, refused[_i].type, refused[_i].number);
    }
    failure = drover_request_read_settings(&request, instance);
    ck_assert_ptr_nonnull(failure);
    ck_assert_int_eq(failure->kind, refused[_i].kind);
    assert_contains(failure->element, refused[_i].named);
}
END_TEST

START_TEST(wrong_values_are_refused)
{
    static const struct {
        guint bandwidth;
        const char *unit;
        const char *address;
    } rows[] = {
        {5, "furlong / fortnight", NULL},
        {5, "percent", NULL},
        {5, "byte / second", NULL},
        {0, NULL, "beta.example"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CimInstance) instance = settings();
        g_autoptr(DroverFailure) failure = NULL;
        const char *const addresses[] = {rows[i].address, NULL};
        DroverRequest request = {0};

        cim_instance_set_uint(instance, "Bandwidth", CIM_TYPE_UINT16, rows[i].bandwidth);
        cim_instance_set_string(instance, "BandwidthUnit", rows[i].unit);
        set_strings(instance, "DestinationIPAddressList", addresses);
        failure = drover_request_read_settings(&request, instance);
        ck_assert_msg(failure != NULL, "row %u", i);
        ck_assert_int_eq(failure->kind, DROVER_FAILURE_REQUEST_VALUE);
    }
}
END_TEST

START_TEST(an_instance_of_another_class_is_refused)
{
    g_autoptr(CimInstance) instance = cim_instance_new("Msvm_Error");
    g_autoptr(DroverFailure) failure = NULL;
    DroverRequest request = {0};

    failure = drover_request_read_settings(&request, instance);
    ck_assert_ptr_nonnull(failure);
    assert_contains(failure->element, "Msvm_Error");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("request-parser");
    TCase *tc = tcase_create("settings");

    tcase_add_test(tc, no_settings_are_the_defaults);
    tcase_add_test(tc, what_is_offered_is_taken_over);
    tcase_add_test(tc, what_only_drover_offers_is_taken_over);
    tcase_add_test(tc, a_short_retry_delay_is_raised_to_the_least_that_there_is);
    tcase_add_test(tc, too_many_attempts_or_hosts_are_refused);
    tcase_add_loop_test(tc, what_is_not_offered_is_refused_by_name, 0, G_N_ELEMENTS(refused));
    tcase_add_test(tc, wrong_values_are_refused);
    tcase_add_test(tc, an_instance_of_another_class_is_refused);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
