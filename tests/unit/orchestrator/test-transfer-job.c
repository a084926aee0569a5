/* Drover_TransferJob as a CIM client sees it, over a real socket. */
#include "tests/unit/orchestrator/client-scene.h"

#include "orchestrator/transfer-settings.h"
#include "orchestrator/transfer-state.h"

#define CLASS "Drover_TransferJob"

static CimPath *
job_path(const char *class_name, const char *id)
{
    CimPath *path = cim_path_new(DROVER_NAMESPACE, class_name);

    cim_path_add_string_key(path, "InstanceID", id);
    return path;
}

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
call0(const char *id, const char *method)
{
    return call_job(CLASS, id, method, NULL, 0, NULL);
}

static guint32
call_number(const char *id, const char *method, const char *name, CimType type, guint64 number)
{
    CimArgument argument = {.name = name};

    cim_value_init(&argument.value, type, FALSE);
    cim_value_set_uint(&argument.value, number);
    return call_job(CLASS, id, method, &argument, 1, NULL);
}

static guint32
call_text(const char *id, const char *method, const char *name, const char *text, char **reason)
{
    g_autoptr(CimInstance) out = NULL;
    CimArgument argument = {.name = name};
    guint32 code;

    cim_value_init(&argument.value, CIM_TYPE_STRING, FALSE);
    cim_value_set_string(&argument.value, text);
    code = call_job(CLASS, id, method, &argument, 1, &out);
    if (reason) {
        *reason = g_strdup(cim_instance_get_string(out, "Reason"));
    }
    return code;
}

static CimInstance *
get_transfer_job(const char *id)
{
    g_autoptr(CimPath) path = job_path(CLASS, id);
    Request request = {.path = path};

    ask(&request);
    ck_assert_msg(request.result != NULL, "%s", request.error ? request.error->message : "");
    return request.result;
}

static guint64
property(const char *id, const char *name)
{
    g_autoptr(CimInstance) job = get_transfer_job(id);

    return cim_instance_get_uint(job, name, 424242);
}

static void
arm_failure(DroverFailureKind kind, int transient)
{
    DroverSimFault fault = {
        .type = DROVER_SIM_FAIL,
        .guest = "web",
        .phase = DROVER_PHASE_PRECOPY,
        .after_ms = 200,
        .kind = kind,
        .transient = transient,
    };

    scene_arm(scene, &fault);
}

/* --- tests ----------------------------------------------------------------------------------- */

START_TEST(a_good_move_ends_transferred_and_is_acknowledged)
{
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autoptr(CimInstance) job = NULL;

    ck_assert_uint_eq(property(id, "State"), 0);
    ck_assert_uint_eq(property(id, "BytesTotal"), G_MAXUINT64);
    ck_assert_uint_eq(call0(id, "GetError"), DROVER_E_NO_ERROR_INFORMATION);
    ck_assert_uint_eq(call0(id, "Complete"), DROVER_E_INVALID_STATE);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    scene_run(scene, 500);
    ck_assert_uint_eq(property(id, "State"), 2);
    ck_assert_uint_gt(property(id, "BytesTransferred"), 0);
    ck_assert_uint_eq(property(id, "FilesTransferred"), 0);
    ck_assert_uint_eq(call0(id, "Resume"), DROVER_S_OK);
    scene_wait(scene, id, DROVER_STAGE_COMPLETED);
    job = get_transfer_job(id);
    ck_assert_uint_eq(cim_instance_get_uint(job, "State", 0), 6);
    ck_assert_uint_eq(cim_instance_get_uint(job, "BytesTransferred", 0),
                      cim_instance_get_uint(job, "BytesTotal", 1));
    ck_assert_uint_eq(cim_instance_get_uint(job, "FilesTransferred", 0), 1);
    ck_assert(!cim_instance_find(job, "TransferCompletionTime")->is_null);
    ck_assert_uint_eq(call0(id, "Cancel"), DROVER_E_INVALID_STATE);
    ck_assert_uint_eq(call0(id, "Suspend"), DROVER_E_INVALID_STATE);
    ck_assert_uint_eq(call0(id, "Resume"), DROVER_E_INVALID_STATE);
    ck_assert_uint_eq(call0(id, "Complete"), DROVER_S_OK);
    ck_assert_ptr_null(drover_jobs_find(drover_service_jobs(scene->service), id));
}
END_TEST

START_TEST(a_fatal_error_is_told_with_context_and_code)
{
    g_autofree char *id = NULL;
    g_autoptr(CimInstance) out = NULL;

    arm_failure(DROVER_FAILURE_DISK_MISSING, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(property(id, "State"), 4);
    ck_assert_uint_eq(property(id, "ErrorCount"), 1);
    ck_assert_uint_eq(call_job(CLASS, id, "GetError", NULL, 0, &out), DROVER_S_OK);
    ck_assert_uint_eq(cim_instance_get_uint(out, "Context", 0), 5);
    ck_assert_uint_eq(cim_instance_get_uint(out, "Code", 0), 0x80070002u);
    assert_contains(cim_instance_get_string(out, "ErrorContextDescription"), "destination");
    assert_contains(cim_instance_get_string(out, "FileLocalName"), "alpha");
    assert_contains(cim_instance_get_string(out, "FileRemoteName"), "beta");
    ck_assert_str_eq(cim_instance_get_string(out, "Protocol"), "tcp");
    ck_assert_uint_eq(call0(id, "Complete"), DROVER_S_PARTIAL_COMPLETE);
    ck_assert_ptr_null(drover_jobs_find(drover_service_jobs(scene->service), id));
}
END_TEST

START_TEST(a_failed_job_can_be_held_resumed_and_given_up)
{
    g_autofree char *id = NULL;

    arm_failure(DROVER_FAILURE_CPU_INCOMPATIBLE, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(call0(id, "Suspend"), DROVER_S_OK);
    ck_assert_uint_eq(property(id, "State"), 3);
    ck_assert_uint_eq(call0(id, "Suspend"), DROVER_S_OK);
    ck_assert_uint_eq(call0(id, "GetError"), DROVER_S_OK);
    ck_assert_uint_eq(call0(id, "Resume"), DROVER_S_OK);
    scene_wait(scene, id, DROVER_STAGE_MOVING);
    ck_assert_uint_eq(call0(id, "GetError"), DROVER_E_NO_ERROR_INFORMATION);
    ck_assert_uint_eq(call0(id, "Suspend"), DROVER_S_OK);
    scene_wait(scene, id, DROVER_STAGE_SUSPENDED);
    ck_assert_uint_eq(call0(id, "Cancel"), DROVER_S_OK);
    ck_assert_uint_eq(property(id, "State"), 8);
    ck_assert_uint_eq(call0(id, "GetError"), DROVER_E_NO_ERROR_INFORMATION);
    ck_assert_uint_eq(call0(id, "Cancel"), DROVER_E_INVALID_STATE);
    ck_assert_uint_eq(call_number(id, "SetPriority", "Priority", CIM_TYPE_UINT16, 1),
                      DROVER_E_INVALID_STATE);
}
END_TEST

START_TEST(cancel_of_a_failed_job_keeps_its_error)
{
    g_autofree char *id = NULL;

    arm_failure(DROVER_FAILURE_CPU_INCOMPATIBLE, 0);
    id = scene_submit(scene, "web", "beta");
    scene_wait(scene, id, DROVER_STAGE_FAILED);
    ck_assert_uint_eq(call0(id, "Cancel"), DROVER_S_OK);
    ck_assert_uint_eq(scene_stage(scene, id), DROVER_STAGE_TERMINATED);
    ck_assert_uint_eq(scene_error(scene, id), DROVER_FAILURE_CPU_INCOMPATIBLE);
}
END_TEST

START_TEST(the_queue_follows_a_priority_at_once)
{
    static const char *const guests[] = {"web", "db", "mail", "late"};
    char *ids[4] = {NULL};
    DroverServiceSettings off = {.enabled = FALSE, .maximum_active = 1};
    g_autofree char *reason = NULL;

    for (guint i = 1; i < 4; i++) {
        scene_add_guest(scene, guests[i], "alpha", 0);
    }
    drover_service_set_settings(scene->service, &off, NULL, NULL, &reason);
    for (guint i = 0; i < 4; i++) {
        ids[i] = scene_submit(scene, guests[i], "beta");
        scene_run(scene, 10);
        ck_assert_uint_eq(property(ids[i], "Priority"), 2);
        ck_assert_uint_eq(scene_job(scene, ids[i])->queue_position, i + 1);
    }
    ck_assert_uint_eq(call_number(ids[3], "SetPriority", "Priority", CIM_TYPE_UINT16, 0), 0);
    ck_assert_uint_eq(call_number(ids[2], "SetPriority", "Priority", CIM_TYPE_UINT16, 1), 0);
    ck_assert_uint_eq(call_number(ids[0], "SetPriority", "Priority", CIM_TYPE_UINT16, 3), 0);
    ck_assert_uint_eq(call_number(ids[0], "SetPriority", "Priority", CIM_TYPE_UINT16, 4),
                      DROVER_E_INVALID_ARGUMENT);
    scene_run(scene, 10);
    ck_assert_uint_eq(scene_job(scene, ids[3])->queue_position, 1);
    ck_assert_uint_eq(scene_job(scene, ids[2])->queue_position, 2);
    ck_assert_uint_eq(scene_job(scene, ids[1])->queue_position, 3);
    ck_assert_uint_eq(scene_job(scene, ids[0])->queue_position, 4);
    for (guint i = 0; i < 4; i++) {
        g_free(ids[i]);
    }
}
END_TEST

START_TEST(what_is_set_is_told_and_survives_a_restart)
{
    g_autofree char *id = scene_submit(scene, "web", "beta");
    g_autofree char *reason = NULL;
    g_autofree char *why = NULL;
    const DroverJobRecord *record;

    ck_assert_uint_eq(call_number(id, "SetNotifyFlags", "NotifyFlags", CIM_TYPE_UINT32, 9), 0);
    ck_assert_uint_eq(call_number(id, "SetNotifyFlags", "NotifyFlags", CIM_TYPE_UINT32, 16),
                      DROVER_E_NOTIMPL);
    ck_assert_uint_eq(call_number(id, "SetMinimumRetryDelay", "RetryDelay", CIM_TYPE_UINT32, 1), 0);
    ck_assert_uint_eq(call_number(id, "SetNoProgressTimeout", "RetryPeriod", CIM_TYPE_UINT32, 77),
                      0);
    ck_assert_uint_eq(call_text(id, "SetDisplayName", "DisplayName", "Friday", NULL), 0);
    ck_assert_uint_eq(call_text(id, "SetDescription", "Description", "before the storm", NULL), 0);
    ck_assert_uint_eq(
        call_text(id, "SetNotifyInterface", "Destination", "http://127.0.0.1:1/x", &reason), 0);
    ck_assert_ptr_null(reason);
    ck_assert_uint_eq(call_text(id, "SetNotifyInterface", "Destination", "cim://x", &why),
                      DROVER_E_INVALID_ARGUMENT);
    assert_contains(why, "CIM");
    ck_assert_uint_eq(call_text(id, "SetNotifyCmdLine", "Program", "/bin/sh", NULL),
                      DROVER_E_ACCESS_DENIED);
    ck_assert_uint_eq(property(id, "MinimumRetryDelay"), 5);
    scene_stop(scene);
    scene_start(scene);
    record = &scene_job(scene, id)->record;
    ck_assert_uint_eq(record->notify_flags, 9);
    ck_assert_uint_eq(record->retry_delay_s, 5);
    ck_assert_uint_eq(record->no_progress_timeout_s, 77);
    ck_assert_str_eq(record->display_name, "Friday");
    ck_assert_str_eq(record->description, "before the storm");
    ck_assert_str_eq(record->notify_url, "http://127.0.0.1:1/x");
    ck_assert_ptr_null(record->notify_program);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("transfer-job");
    TCase *tc = tcase_create("over-a-socket");

    tcase_set_timeout(tc, 25);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_good_move_ends_transferred_and_is_acknowledged);
    tcase_add_test(tc, a_fatal_error_is_told_with_context_and_code);
    tcase_add_test(tc, a_failed_job_can_be_held_resumed_and_given_up);
    tcase_add_test(tc, cancel_of_a_failed_job_keeps_its_error);
    tcase_add_test(tc, the_queue_follows_a_priority_at_once);
    tcase_add_test(tc, what_is_set_is_told_and_survives_a_restart);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
