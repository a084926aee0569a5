/* Msvm_MigrationJob and its service as a CIM client sees them, over a real socket. */
#include "tests/unit/orchestrator/client-scene.h"

/* The same for answers that wait for the simulated hosts: their clock runs too. */
static void
ask_and_turn(Request *request)
{
    GThread *thread = g_thread_new("client", client_thread, request);

    while (!g_atomic_int_get(&request->done)) {
        drover_clock_advance(scene->clock, 1000);
        g_main_context_iteration(scene->context, FALSE);
    }
    g_thread_join(thread);
}

static CimPath *
job_path(const char *class_name, const char *id)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, class_name);

    cim_path_add_string_key(path, "InstanceID", id);
    return path;
}

static CimInstance *
get_job(const char *id)
{
    g_autoptr(CimPath) path = job_path("Msvm_MigrationJob", id);
    Request request = {.path = path};

    ask(&request);
    ck_assert_msg(request.result != NULL, "%s", request.error ? request.error->message : "");
    return request.result;
}

/* Calls a method of the job by the path of @class_name; the out parameters are (transfer full). */
static guint32
call_job(const char *class_name,
         const char *id,
         const char *method,
         const CimArgument *arguments,
         guint n_arguments,
         CimInstance **out)
{
    g_autoptr(CimPath) path = job_path(class_name, id);
    Request request = {
        .path = path, .method = method, .arguments = arguments, .n_arguments = n_arguments};

    ask(&request);
    ck_assert_msg(!request.error, "%s: %s", method, request.error ? request.error->message : "");
    if (out) {
        *out = request.result;
    } else {
        cim_instance_free(request.result);
    }
    return request.code;
}

static guint32
request_state(const char *class_name, const char *id, guint state, gint64 timeout_us)
{
    CimArgument arguments[] = {{.name = "RequestedState"}, {.name = "TimeoutPeriod"}};

    cim_value_init(&arguments[0].value, CIM_TYPE_UINT16, FALSE);
    cim_value_set_uint(&arguments[0].value, state);
    cim_value_init(&arguments[1].value, CIM_TYPE_DATETIME, FALSE);
    cim_value_set_interval(&arguments[1].value, timeout_us);
    return call_job(class_name, id, "RequestStateChange", arguments, 2, NULL);
}

/* The Msvm_Error that GetError gives, or NULL; GetErrorEx must agree. */
static CimInstance *
get_error(const char *id, guint32 expected_code)
{
    g_autoptr(CimInstance) out = NULL;
    g_autoptr(CimInstance) out_ex = NULL;
    const CimValue *error;
    const CimValue *errors;

    ck_assert_uint_eq(call_job("Msvm_MigrationJob", id, "GetError", NULL, 0, &out), expected_code);
    ck_assert_uint_eq(call_job("Msvm_MigrationJob", id, "GetErrorEx", NULL, 0, &out_ex),
                      expected_code);
    error = cim_instance_find(out, "Error");
    errors = cim_instance_find(out_ex, "Errors");
    if (!error || error->is_null) {
        ck_assert(!errors || errors->is_null);
        return NULL;
    }
    ck_assert_uint_ge(errors->array.n, 1);
    ck_assert_str_eq(cim_instance_get_string(error->instance, "MessageID"),
                     cim_instance_get_string(errors->array.elements[0].instance, "MessageID"));
    return cim_instance_copy(error->instance);
}

static guint
operational_status(const CimInstance *job)
{
    const CimValue *value = cim_instance_find(job, "OperationalStatus");

    return (guint) cim_value_get_uint(&value->array.elements[0], 0);
}

/* GetError gives NULL exactly when the first OperationalStatus is 2. */
static void
check_rule(const char *id, guint job_state, guint32 code)
{
    g_autoptr(CimInstance) job = get_job(id);
    g_autoptr(CimInstance) error = get_error(id, code);

    ck_assert_uint_eq(cim_instance_get_uint(job, "JobState", 0), job_state);
    ck_assert_msg((operational_status(job) == 2) == (error == NULL), "status %u, error %s",
                  operational_status(job), error ? "there" : "NULL");
    ck_assert((cim_instance_get_uint(job, "ErrorCode", 1) == 0) == (error == NULL));
}

/* --- tests ----------------------------------------------------------------------------------- */

START_TEST(the_rule_of_get_error_holds_in_every_stage_of_a_good_move)
{
    g_autofree char *id = scene_submit(scene, "web", "beta");

    check_rule(id, 3, 0);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    check_rule(id, 4, 0);
    ck_assert_uint_eq(request_state("Msvm_MigrationJob", id, DROVER_VERB_SUSPEND, 0), 0);
    scene_wait(scene, id, DROVER_STAGE_SUSPENDED);
    check_rule(id, 5, 0);
    ck_assert_uint_eq(request_state("Msvm_MigrationJob", id, DROVER_VERB_START, 0), 0);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    check_rule(id, 7, 0);
}
END_TEST

START_TEST(a_terminated_job_has_the_error_of_the_client_who_did_it)
{
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(CimInstance) error = NULL;

    drover_sim_world_set_cancel_ms(scene->world, 2000);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    ck_assert_uint_eq(request_state("Msvm_MigrationJob", id, DROVER_VERB_TERMINATE, 0), 0);
    check_rule(id, 6, 0);
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    check_rule(id, 8, 0);
    error = get_error(id, 0);
    ck_assert_str_eq(cim_instance_get_string(error, "MessageID"), "DROVER0100");
    ck_assert_str_eq(cim_instance_get_string(error, "Message"),
                     "The move of guest 'web' was terminated by everybody.");
}
END_TEST

START_TEST(a_failed_job_tells_why_what_to_do_and_the_hypervisors_words)
{
    DroverSimFault fault;
    g_autofree char *id = NULL;
    g_autoptr(CimInstance) out = NULL;
    g_autoptr(CimInstance) job = NULL;
    const CimValue *errors;
    const CimInstance *outer;

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_NETWORK_MISSING);
    fault.element = "dmz";
    fault.text = "no network with matching name 'dmz'";
    fault.phase = DROVER_PHASE_CONNECTING;
    scene_arm(scene, &fault);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    check_rule(id, 10, 0);
    job = get_job(id);
    ck_assert_uint_eq(cim_instance_get_uint(job, "ErrorCode", 0), 32777);
    ck_assert_uint_eq(call_job("Msvm_MigrationJob", id, "GetErrorEx", NULL, 0, &out), 0);
    errors = cim_instance_find(out, "Errors");
    ck_assert_uint_eq(errors->array.n, 2);
    outer = errors->array.elements[0].instance;
    ck_assert_str_eq(outer->class_name, "Msvm_Error");
    ck_assert_str_eq(cim_instance_get_string(outer, "MessageID"), "DROVER0040");
    assert_contains(cim_instance_get_string(outer, "Message"), "'dmz'");
    ck_assert_uint_ge(cim_instance_find(outer, "RecommendedActions")->array.n, 1);
    ck_assert_uint_eq(cim_instance_find(outer, "MessageArguments")->array.n, 4);
    ck_assert_str_eq(cim_instance_get_string(errors->array.elements[1].instance, "Message"),
                     "no network with matching name 'dmz'");
}
END_TEST

START_TEST(an_unknown_outcome_answers_32771_and_2_by_the_base_class)
{
    g_autofree char *id = scene_submit(scene, "web", "beta");

    scene_wait(scene, id, DROVER_STAGE_MOVING);
    drover_sim_world_set_host_down(scene->world, "beta", DROVER_SIM_STAYED);
    scene_wait(scene, id, DROVER_STAGE_UNKNOWN);
    check_rule(id, 4, 32771);
    ck_assert_uint_eq(call_job("CIM_ConcreteJob", id, "GetError", NULL, 0, NULL), 2);
    drover_sim_world_set_host_up(scene->world, "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(call_job("CIM_ConcreteJob", id, "GetError", NULL, 0, NULL), 0);
}
END_TEST

START_TEST(state_changes_answer_with_the_codes_of_the_class_they_are_called_by)
{
    /* clang-format off */
    static const struct {
        guint state;
        gint64 timeout_us;
        guint32 msvm, base;
    } rows[] = {
        { DROVER_VERB_START, 0, 32775, 4097 },
        { DROVER_VERB_SERVICE, 0, 32770, 1 },
        { 99, 0, 32773, 5 },
        { DROVER_VERB_SUSPEND, 5 * G_USEC_PER_SEC, 4098, 4098 },
        { DROVER_VERB_TERMINATE, 0, 0, 4096 },
    };
    /* clang-format on */
    const char *class_name = _i ? "CIM_ConcreteJob" : "Msvm_MigrationJob";
    g_autofree char *id = scene_submit(scene, "web", "beta");

    scene_wait(scene, id, DROVER_STAGE_MOVING);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint32 code = request_state(class_name, id, rows[i].state, rows[i].timeout_us);

        ck_assert_msg(code == (_i ? rows[i].base : rows[i].msvm), "row %u: %u", i, code);
    }
    scene_wait(scene, id, DROVER_STAGE_TERMINATED);
    ck_assert_uint_eq(request_state(class_name, id, DROVER_VERB_START, 0), _i ? 4097 : 32775);
    ck_assert_uint_eq(call_job("Msvm_MigrationJob", id, "KillJob", NULL, 0, NULL), 32770);
}
END_TEST

static CimPath *
service_path(void)
{
    CimPath *service = cim_path_new(DROVER_NAMESPACE, "Msvm_VirtualSystemMigrationService");

    cim_path_add_string_key(service, "SystemCreationClassName", "Msvm_ComputerSystem");
    cim_path_add_string_key(service, "SystemName", g_get_host_name());
    cim_path_add_string_key(service, "CreationClassName", "Msvm_VirtualSystemMigrationService");
    cim_path_add_string_key(service, "Name", "migrationwmi");
    return service;
}

/* The path of a guest's Msvm_ComputerSystem; of one that is not there when the name is unknown. */
static CimPath *
guest_path(const char *name)
{
    guint matches = 0;
    const DroverGuest *guest =
        drover_inventory_resolve_guest(scene->backend->inventory, name, &matches);
    g_autofree char *guid =
        drover_guid(guest ? guest->uuid : "0c2de9f6-3b5a-4d4f-9d0c-000000000000");

    return drover_system_path(guid);
}

/* A client asks for a move; the path of the job is (transfer full), NULL when it was refused. */
static CimPath *
migrate_with(const char *guest_name, const char *host, CimInstance *settings, guint32 *code)
{
    g_autoptr(CimPath) service = service_path();
    g_autoptr(CimPath) system = guest_path(guest_name);
    CimArgument arguments[] = {
        {.name = "ComputerSystem"}, {.name = "DestinationHost"}, {.name = "MigrationSettingData"}};
    Request request = {.path = service,
                       .method = "MigrateVirtualSystemToHost",
                       .arguments = arguments,
                       .n_arguments = G_N_ELEMENTS(arguments)};
    const CimValue *job;
    CimPath *path = NULL;

    cim_value_init(&arguments[0].value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_set_reference(&arguments[0].value, system);
    cim_value_init(&arguments[1].value, CIM_TYPE_STRING, FALSE);
    cim_value_set_string(&arguments[1].value, host);
    cim_value_init(&arguments[2].value, CIM_TYPE_INSTANCE, FALSE);
    cim_value_set_instance(&arguments[2].value, settings);
    ask(&request);
    ck_assert_msg(!request.error, "%s", request.error ? request.error->message : "");
    job = cim_instance_find(request.result, "Job");
    if (job && !job->is_null) {
        path = cim_path_copy(job->reference);
    }
    *code = request.code;
    cim_instance_free(request.result);
    return path;
}

static CimPath *
migrate(const char *guest_name,
        const char *host,
        const char *settings_property,
        guint value,
        guint32 *code)
{
    g_autoptr(CimInstance) settings = cim_instance_new("Msvm_VirtualSystemMigrationSettingData");

    cim_instance_set_uint(settings, settings_property ? settings_property : "MigrationType",
                          CIM_TYPE_UINT16, settings_property ? value : 32768);
    return migrate_with(guest_name, host, settings, code);
}

START_TEST(a_client_starts_a_move_and_gets_the_job)
{
    guint32 code = 0;
    g_autoptr(CimPath) path = migrate("web", "beta", NULL, 0, &code);
    const char *id;

    ck_assert_uint_eq(code, 4096);
    ck_assert_ptr_nonnull(path);
    ck_assert_str_eq(path->class_name, "Msvm_MigrationJob");
    id = cim_path_get_string_key(path, "InstanceID");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    check_rule(id, 7, 0);
}
END_TEST

static CimInstance *
get_attempt(const char *id, guint number)
{
    g_autoptr(CimPath) path = cim_path_new(DROVER_NAMESPACE, "Drover_MigrationAttempt");
    Request request = {.path = path};
    CimValue key;

    cim_path_add_string_key(path, "InstanceID", id);
    cim_value_init(&key, CIM_TYPE_UINT32, FALSE);
    cim_value_set_uint(&key, number);
    cim_path_take_key(path, "Attempt", &key);
    ask(&request);
    g_clear_error(&request.error);
    return request.result;
}

START_TEST(a_client_names_two_hosts_and_sees_both_attempts)
{
    g_autoptr(CimInstance) settings = cim_instance_new("Drover_MigrationSettingData");
    const char *const hosts[] = {"gamma", NULL};
    g_autoptr(CimPath) path = NULL;
    g_autoptr(CimInstance) first = NULL;
    g_autoptr(CimInstance) second = NULL;
    CimValue list = {0};
    CimValue alternatives = {0};
    DroverSimFault fault;
    guint32 code = 0;
    const char *id;

    drover_sim_fault_init(&fault, DROVER_SIM_FAIL, DROVER_FAILURE_CPU_INCOMPATIBLE);
    fault.host = "beta";
    fault.phase = DROVER_PHASE_CONNECTING;
    scene_arm(scene, &fault);
    cim_value_init(&list, CIM_TYPE_STRING, TRUE);
    cim_value_set_string_array(&list, hosts);
    cim_value_copy(&list, &alternatives);
    cim_value_clear(&list);
    cim_instance_take(settings, "AlternativeHosts", &alternatives);
    path = migrate_with("web", "beta", settings, &code);
    ck_assert_uint_eq(code, 4096);
    id = cim_path_get_string_key(path, "InstanceID");
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    first = get_attempt(id, 1);
    second = get_attempt(id, 2);
    ck_assert_ptr_nonnull(first);
    ck_assert_str_eq(cim_instance_get_string(first, "DestinationHost"), "beta");
    ck_assert_str_eq(cim_instance_get_string(first, "Outcome"), "stayed");
    ck_assert_str_eq(cim_instance_get_string(first, "MessageID"), "DROVER0030");
    ck_assert_uint_eq(cim_instance_get_uint(first, "ErrorCode", 0), 32770);
    ck_assert(!cim_instance_get_boolean(first, "Transient", TRUE));
    ck_assert_ptr_nonnull(second);
    ck_assert_str_eq(cim_instance_get_string(second, "DestinationHost"), "gamma");
    ck_assert_str_eq(cim_instance_get_string(second, "Outcome"), "moved");
    ck_assert_ptr_null(cim_instance_get_string(second, "MessageID"));
    ck_assert_ptr_null(get_attempt(id, 3));
}
END_TEST

START_TEST(wrong_parameters_are_refused_by_the_return_code)
{
    static const struct {
        const char *guest;
        const char *host;
        const char *property;
        guint value;
        guint32 code;
    } rows[] = {
        {"nobody", "beta", NULL, 0, 32773},
        {"web", "nowhere", NULL, 0, 32773},
        {"web", "alpha", NULL, 0, 32773},
        {"web", "", NULL, 0, 32773},
        {"web", "beta", "MigrationType", 32771, 32770},
        {"web", "beta", "TransportType", 32768, 32770},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint32 code = 0;
        g_autoptr(CimPath) path =
            migrate(rows[i].guest, rows[i].host, rows[i].property, rows[i].value, &code);

        ck_assert_msg(code == rows[i].code, "row %u: %u", i, code);
        ck_assert_ptr_null(path);
    }
    ck_assert_uint_eq(drover_jobs_count(drover_service_jobs(scene->service)), 0);
}
END_TEST

/* Asks whether @guest may be moved to @host; TRUE or FALSE in *@migratable when the code is 0. */
static guint32
check_migratable(const char *guest, const char *host, gboolean to_system, gboolean *migratable)
{
    g_autoptr(CimPath) service = service_path();
    g_autoptr(CimPath) system = guest_path(guest);
    g_autoptr(CimPath) destination = drover_system_path(host);
    CimArgument arguments[] = {{.name = "ComputerSystem"},
                               {.name = to_system ? "DestinationSystem" : "DestinationHost"}};
    Request request = {.path = service,
                       .method = to_system ? "CheckVirtualSystemIsMigratableToSystem"
                                           : "CheckVirtualSystemIsMigratableToHost",
                       .arguments = arguments,
                       .n_arguments = G_N_ELEMENTS(arguments)};

    cim_value_init(&arguments[0].value, CIM_TYPE_REFERENCE, FALSE);
    cim_value_set_reference(&arguments[0].value, system);
    cim_value_init(&arguments[1].value, to_system ? CIM_TYPE_REFERENCE : CIM_TYPE_STRING, FALSE);
    if (to_system) {
        cim_value_set_reference(&arguments[1].value, destination);
    } else {
        cim_value_set_string(&arguments[1].value, host);
    }
    ask_and_turn(&request);
    ck_assert_msg(!request.error, "%s", request.error ? request.error->message : "");
    *migratable = cim_instance_get_boolean(request.result, "IsMigratable", FALSE);
    cim_instance_free(request.result);
    return request.code;
}

START_TEST(checks_answer_with_the_dmtf_codes)
{
    static const struct {
        const char *guest;
        const char *host;
        guint32 code;
        gboolean migratable;
    } rows[] = {
        {"web", "beta", 0, TRUE},
        {"web", "alpha", 0, FALSE}, /* it is there */
        {"nobody", "beta", 4, FALSE},
        {"web", "nowhere", 4, FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gboolean migratable = FALSE;
        guint32 code = check_migratable(rows[i].guest, rows[i].host, _i, &migratable);

        ck_assert_msg(code == rows[i].code, "row %u: %u", i, code);
        ck_assert_int_eq(migratable, rows[i].migratable);
    }
}
END_TEST

START_TEST(settings_are_modified_by_the_method)
{
    static const struct {
        guint maximum;
        guint32 code;
    } rows[] = {{5, 0}, {0, 32773}, {65, 32773}};
    DroverServiceSettings settings;

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CimPath) service = service_path();
        g_autoptr(CimInstance) wish =
            cim_instance_new("Msvm_VirtualSystemMigrationServiceSettingData");
        CimArgument arguments[] = {{.name = "ServiceSettingData"}};
        Request request = {.path = service,
                           .method = "ModifyServiceSettings",
                           .arguments = arguments,
                           .n_arguments = 1};

        cim_instance_set_uint(wish, "MaximumActiveVirtualSystemMigration", CIM_TYPE_UINT32,
                              rows[i].maximum);
        cim_value_init(&arguments[0].value, CIM_TYPE_INSTANCE, FALSE);
        cim_value_set_instance(&arguments[0].value, wish);
        ask(&request);
        ck_assert_msg(!request.error, "%s", request.error ? request.error->message : "");
        ck_assert_uint_eq(request.code, rows[i].code);
        cim_instance_free(request.result);
    }
    drover_service_get_settings(scene->service, &settings);
    ck_assert_uint_eq(settings.maximum_active, 5);
    ck_assert(settings.enabled);
}
END_TEST

START_TEST(properties_are_those_of_the_job)
{
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(CimInstance) job = NULL;
    const char *name;

    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 1500);
    job = get_job(id);
    ck_assert_str_eq(cim_instance_get_string(job, "InstanceID"), id);
    ck_assert_str_eq(cim_instance_get_string(job, "DestinationHost"), "beta");
    name = cim_instance_get_string(job, "VirtualSystemName");
    ck_assert_uint_eq(strlen(name), 36);
    ck_assert(!strpbrk(name, "abcdef"));
    ck_assert_uint_eq(cim_instance_get_uint(job, "JobType", 0), 305);
    ck_assert_uint_eq(cim_instance_get_uint(job, "MigrationType", 0), 32768);
    ck_assert(cim_instance_get_boolean(job, "Cancellable", FALSE));
    ck_assert_uint_gt(cim_instance_get_uint(job, "PercentComplete", 0), 0);
    ck_assert_int_eq(cim_instance_find(job, "TimeBeforeRemoval")->datetime.us,
                     300ll * G_USEC_PER_SEC);
    assert_contains(cim_instance_get_string(job, "JobStatus"), "Running: pre-copy iteration");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("msvm-job");
    TCase *tc = tcase_create("over-a-socket");

    tcase_set_timeout(tc, 25);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, the_rule_of_get_error_holds_in_every_stage_of_a_good_move);
    tcase_add_test(tc, a_terminated_job_has_the_error_of_the_client_who_did_it);
    tcase_add_test(tc, a_failed_job_tells_why_what_to_do_and_the_hypervisors_words);
    tcase_add_test(tc, an_unknown_outcome_answers_32771_and_2_by_the_base_class);
    tcase_add_loop_test(tc, state_changes_answer_with_the_codes_of_the_class_they_are_called_by, 0,
                        2);
    tcase_add_test(tc, a_client_starts_a_move_and_gets_the_job);
    tcase_add_test(tc, a_client_names_two_hosts_and_sees_both_attempts);
    tcase_add_test(tc, wrong_parameters_are_refused_by_the_return_code);
    tcase_add_loop_test(tc, checks_answer_with_the_dmtf_codes, 0, 2);
    tcase_add_test(tc, settings_are_modified_by_the_method);
    tcase_add_test(tc, properties_are_those_of_the_job);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
