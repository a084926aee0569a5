/* What may be set on a transfer job, and its limits. */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/unit/check-main.h"

#include "orchestrator/transfer-settings.h"

static DroverJobRecord record;
static char *directory;
static char *program;

static void
set_up(void)
{
    record = (DroverJobRecord){0};
    directory = g_dir_make_tmp("drover-programs-XXXXXX", NULL);
    program = g_build_filename(directory, "tell", NULL);
    ck_assert(g_file_set_contents(program, "#!/bin/sh\n", -1, NULL));
    ck_assert_int_eq(g_chmod(program, 0755), 0);
}

static void
tear_down(void)
{
    g_unlink(program);
    g_rmdir(directory);
    g_free(program);
    g_free(directory);
    drover_job_record_clear(&record);
}

/* The code, and whether a reason comes with exactly the refusals. */
static void
is_code(guint32 code, guint32 expected, char *reason)
{
    ck_assert_msg(code == expected, "0x%08x, not 0x%08x: %s", code, expected,
                  reason ? reason : "no reason");
    ck_assert((reason != NULL) == (gboolean) DROVER_HRESULT_FAILED(code));
    g_free(reason);
}

START_TEST(numbers_have_their_limits)
{
    typedef guint32 (*Set)(DroverJobRecord *, guint64, char **);
    static const struct {
        Set set;
        guint64 number;
        guint32 code;
        gsize offset;
        guint32 result;
    } rows[] = {
        {drover_transfer_set_priority, 0, 0, offsetof(DroverJobRecord, transfer_priority), 0},
        {drover_transfer_set_priority, 3, 0, offsetof(DroverJobRecord, transfer_priority), 3},
        {drover_transfer_set_priority, 4, DROVER_E_INVALID_ARGUMENT, 0, 0},
        {drover_transfer_set_flags, 15, 0, offsetof(DroverJobRecord, notify_flags), 15},
        {drover_transfer_set_flags, 0, 0, offsetof(DroverJobRecord, notify_flags), 0},
        {drover_transfer_set_flags, 0x10, DROVER_E_NOTIMPL, 0, 0},
        {drover_transfer_set_flags, 0x22, DROVER_E_NOTIMPL, 0, 0},
        {drover_transfer_set_flags, G_MAXUINT32, DROVER_E_NOTIMPL, 0, 0},
        {drover_transfer_set_retry_delay, 0, 0, offsetof(DroverJobRecord, retry_delay_s), 5},
        {drover_transfer_set_retry_delay, 4, 0, offsetof(DroverJobRecord, retry_delay_s), 5},
        {drover_transfer_set_retry_delay, 6, 0, offsetof(DroverJobRecord, retry_delay_s), 6},
        {drover_transfer_set_no_progress, 0, 0, offsetof(DroverJobRecord, no_progress_timeout_s),
         0},
        {drover_transfer_set_no_progress, G_MAXUINT32, 0,
         offsetof(DroverJobRecord, no_progress_timeout_s), 90 * 24 * 60 * 60},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *reason = NULL;
        guint32 code = rows[i].set(&record, rows[i].number, &reason);

        is_code(code, rows[i].code, reason);
        if (code == DROVER_S_OK) {
            ck_assert_uint_eq(*(guint32 *) ((char *) &record + rows[i].offset), rows[i].result);
        }
    }
}
END_TEST

START_TEST(urls_are_http_without_secrets)
{
    static const struct {
        const char *url;
        guint32 code;
        const char *reason;
    } rows[] = {
        {"http://127.0.0.1:8080/hook", 0, NULL},
        {"https://alerts.example.org/drover?team=a", 0, NULL},
        {"http://[::1]:80/", 0, NULL},
        {"ftp://example.org/", DROVER_E_INVALID_ARGUMENT, "neither http"},
        {"file:///etc/passwd", DROVER_E_INVALID_ARGUMENT, "neither http"},
        {"cim://listener.example.org", DROVER_E_INVALID_ARGUMENT, "no CIM indications yet"},
        {"http://user:word@example.org/", DROVER_E_INVALID_ARGUMENT, "user or password"},
        {"http:///path", DROVER_E_INVALID_ARGUMENT, "names no host"},
        {"no url", DROVER_E_INVALID_ARGUMENT, "is no URL"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *reason = NULL;
        guint32 code = drover_transfer_set_url(&record, rows[i].url, &reason);

        if (rows[i].reason) {
            assert_contains(reason, rows[i].reason);
        }
        is_code(code, rows[i].code, reason);
    }
    ck_assert_str_eq(record.notify_url, "http://[::1]:80/");
    ck_assert_uint_eq(drover_transfer_set_url(&record, NULL, NULL), 0);
    ck_assert_ptr_null(record.notify_url);
}
END_TEST

START_TEST(programs_lie_in_the_directory)
{
    g_autofree char *up = g_build_filename(directory, "..", "tell", NULL);
    g_autofree char *missing = g_build_filename(directory, "missing", NULL);
    const struct {
        const char *program;
        const char *arguments;
        guint32 code;
    } rows[] = {
        {program, "--job x", 0},
        {"tell", "'two words' and \"more\"", 0},
        {"/bin/sh", "-c reboot", DROVER_E_ACCESS_DENIED},
        {up, NULL, DROVER_E_ACCESS_DENIED},
        {"../tell", NULL, DROVER_E_ACCESS_DENIED},
        {"..", NULL, DROVER_E_ACCESS_DENIED},
        {missing, NULL, DROVER_E_INVALID_ARGUMENT},
        {"tell", "'open", DROVER_E_INVALID_ARGUMENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *reason = NULL;
        guint32 code = drover_transfer_set_command(&record, rows[i].program, rows[i].arguments,
                                                   directory, &reason);

        is_code(code, rows[i].code, reason);
    }
    ck_assert_str_eq(record.notify_program, program);
    ck_assert_str_eq(record.notify_arguments, "'two words' and \"more\"");
    ck_assert_uint_eq(drover_transfer_set_command(&record, NULL, NULL, directory, NULL), 0);
    ck_assert_ptr_null(record.notify_program);
    ck_assert_ptr_null(record.notify_arguments);
}
END_TEST

START_TEST(texts_have_their_longest)
{
    static const struct {
        guint length;
        guint32 name, description, program, arguments;
    } rows[] = {
        {256, 0, 0, DROVER_E_INVALID_ARGUMENT, 0},
        {257, DROVER_E_STRING_TOO_LONG, 0, DROVER_E_INVALID_ARGUMENT, 0},
        {261, DROVER_E_STRING_TOO_LONG, 0, DROVER_E_STRING_TOO_LONG, 0},
        {1024, DROVER_E_STRING_TOO_LONG, 0, DROVER_E_STRING_TOO_LONG, 0},
        {1025, DROVER_E_STRING_TOO_LONG, DROVER_E_STRING_TOO_LONG, DROVER_E_STRING_TOO_LONG, 0},
        {4000, DROVER_E_STRING_TOO_LONG, DROVER_E_STRING_TOO_LONG, DROVER_E_STRING_TOO_LONG, 0},
        {4001, DROVER_E_STRING_TOO_LONG, DROVER_E_STRING_TOO_LONG, DROVER_E_STRING_TOO_LONG,
         DROVER_E_STRING_TOO_LONG},
    };
    char *reason = NULL;
    guint32 empty;

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strnfill(rows[i].length, 'x');
        char *reasons[4] = {NULL};

        const guint32 codes[] = {
            drover_transfer_set_display_name(&record, text, &reasons[0]),
            drover_transfer_set_description(&record, text, &reasons[1]),
            drover_transfer_set_command(&record, text, NULL, directory, &reasons[2]),
            drover_transfer_set_command(&record, "tell", text, directory, &reasons[3]),
        };

        is_code(codes[0], rows[i].name, reasons[0]);
        is_code(codes[1], rows[i].description, reasons[1]);
        is_code(codes[2], rows[i].program, reasons[2]);
        is_code(codes[3], rows[i].arguments, reasons[3]);
    }
    empty = drover_transfer_set_display_name(&record, "", &reason);
    is_code(empty, DROVER_E_INVALID_ARGUMENT, reason);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("transfer-settings");
    TCase *tc = tcase_create("limits");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, numbers_have_their_limits);
    tcase_add_test(tc, urls_are_http_without_secrets);
    tcase_add_test(tc, programs_lie_in_the_directory);
    tcase_add_test(tc, texts_have_their_longest);
    suite_add_tcase(suite, tc);
    return run_tap(suite);
}
