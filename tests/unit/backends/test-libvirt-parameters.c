#include "tests/unit/check-main.h"

#include "backends/libvirt/parameters.h"

#define BASE (VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER)

START_TEST(each_option_sets_its_flag)
{
    const struct {
        DroverTransferOptions options;
        unsigned int flag;
    } options[] = {
        {{0}, 0},
        {{.auto_converge = TRUE}, VIR_MIGRATE_AUTO_CONVERGE},
        {{.post_copy = TRUE}, VIR_MIGRATE_POSTCOPY},
        {{.compress = TRUE}, VIR_MIGRATE_COMPRESSED},
        {{.tls = TRUE}, VIR_MIGRATE_TLS},
        {{.copy_storage = TRUE}, VIR_MIGRATE_NON_SHARED_DISK},
        {{.allow_unsafe = TRUE}, VIR_MIGRATE_UNSAFE},
        {{.zero_copy = TRUE}, VIR_MIGRATE_ZEROCOPY},
        {{.streams = 1}, 0},
        {{.streams = 4}, VIR_MIGRATE_PARALLEL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
        g_auto(DroverParameters) parameters = {0};

        drover_parameters_set(&parameters, &options[i].options, FALSE);
        ck_assert_uint_eq(parameters.flags, BASE | options[i].flag);
    }
}
END_TEST

START_TEST(a_stored_definition_goes_along)
{
    const DroverTransferOptions options = {0};
    g_auto(DroverParameters) parameters = {0};

    drover_parameters_set(&parameters, &options, TRUE);
    ck_assert_uint_eq(parameters.flags,
                      BASE | VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE);
}
END_TEST

static guint64
bandwidth_of(const DroverTransferOptions *options, const char *name)
{
    g_auto(DroverParameters) parameters = {0};
    unsigned long long value = 0;

    drover_parameters_set(&parameters, options, FALSE);
    virTypedParamsGetULLong(parameters.params, parameters.count, name, &value);
    return value;
}

START_TEST(bandwidth_is_capped_where_libvirt_would_wrap)
{
    const DroverTransferOptions some = {.bandwidth_mib_s = 100};
    const DroverTransferOptions both = {.bandwidth_mib_s = 100, .post_copy = TRUE};
    const DroverTransferOptions huge = {.bandwidth_mib_s = G_MAXUINT64};

    ck_assert_uint_eq(bandwidth_of(&some, VIR_MIGRATE_PARAM_BANDWIDTH), 100);
    ck_assert_uint_eq(bandwidth_of(&some, VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY), 0);
    ck_assert_uint_eq(bandwidth_of(&both, VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY), 100);
    ck_assert_uint_eq(bandwidth_of(&huge, VIR_MIGRATE_PARAM_BANDWIDTH), 8796093022207);
}
END_TEST

START_TEST(addresses_become_uris)
{
    const struct {
        DroverTransferOptions options;
        const char *uri;
    } addresses[] = {
        {{0}, NULL},
        {{.destination_address = "10.1.0.2"}, "tcp://10.1.0.2"},
        {{.destination_address = "beta.example"}, "tcp://beta.example"},
        {{.destination_address = "fd00::2"}, "tcp://[fd00::2]"},
        {{.destination_address = "[fd00::2]"}, "tcp://[fd00::2]"},
        {{.destination_address = "10.1.0.2", .migration_uri = "rdma://x"}, "rdma://x"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
        g_autofree char *uri = drover_parameters_migration_uri(&addresses[i].options);

        ck_assert_pstr_eq(uri, addresses[i].uri);
    }
}
END_TEST

START_TEST(a_copy_of_options_owns_its_strings)
{
    char address[] = "10.1.0.2";
    const DroverTransferOptions options = {.destination_address = address, .streams = 3};
    DroverTransferOptions copy = drover_options_copy(&options);

    address[0] = 'x';
    ck_assert_str_eq(copy.destination_address, "10.1.0.2");
    ck_assert_uint_eq(copy.streams, 3);
    drover_options_clear(&copy);
    ck_assert_ptr_null(copy.destination_address);
}
END_TEST

int
main(void)
{
    int ready = virInitialize(); /* or libvirt aborts when it resets an error that never was */
    Suite *suite = suite_create("libvirt-parameters");
    TCase *tcase = tcase_create("parameters");

    tcase_add_test(tcase, each_option_sets_its_flag);
    tcase_add_test(tcase, a_stored_definition_goes_along);
    tcase_add_test(tcase, bandwidth_is_capped_where_libvirt_would_wrap);
    tcase_add_test(tcase, addresses_become_uris);
    tcase_add_test(tcase, a_copy_of_options_owns_its_strings);
    suite_add_tcase(suite, tcase);
    return ready == 0 ? run_tap(suite) : EXIT_FAILURE;
}
