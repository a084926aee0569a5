#include "tests/unit/check-main.h"

#include "backends/libvirt/classify.h"

#define K(kind)  DROVER_FAILURE_##kind
#define SRC      DROVER_SIDE_SOURCE
#define DST      DROVER_SIDE_DESTINATION
#define QEMU_CMD "internal error: unable to execute QEMU command "

/* What was recorded from libvirt 9.0.0, through a connection to the source that went on living. */
/* clang-format off */
static const struct {
    int code;
    int domain;
    int int1;
    const char *message;
    DroverFailureKind kind;
    gboolean transient;
    DroverSide where;
    const char *element;
    gboolean untouched;
} recorded[] = {
    { 38, 7, 111, "unable to connect to server at '10.1.0.2:16509': Connection refused",
      K(DESTINATION_REFUSED), TRUE, DST, "10.1.0.2:16509", TRUE },
    { 38, 7, 113, "unable to connect to server at '10.1.0.2:16509': No route to host",
      K(DESTINATION_REFUSED), TRUE, DST, "10.1.0.2:16509", TRUE },
    { 38, 7, 110, "unable to connect to server at '10.1.0.2:16509': Connection timed out",
      K(CONNECT_TIMEOUT), TRUE, DST, "10.1.0.2:16509", TRUE },
    { 38, 7, -1, "Unable to resolve address 'beta' service '16509': Name or service not known",
      K(NAME_UNRESOLVED), FALSE, DST, "beta", TRUE },
    { 1, 10, -1, "internal error: Attempt to migrate guest to the same host 14d054d6-cb8e",
      K(HOST_UUID_CLASH), FALSE, DST, NULL, TRUE },
    { 8, 20, 0, "Attempt to migrate guest to the same host",
      K(SAME_HOST), FALSE, DST, NULL, TRUE },
    { 1, 0, -1, "internal error: unexpected qemu URI path '/nosuch', try qemu:///system",
      K(BAD_URI), FALSE, DST, "/nosuch", TRUE },
    { 9, 10, -1, "operation failed: Destination libvirt does not support peer-to-peer migration protocol",
      K(PEER_TO_PEER_UNSUPPORTED), FALSE, DST, NULL, TRUE },
    { 3, 12, -1, "this function is not supported by the connection driver: virDomainMigrateToURI3",
      K(DRIVER_CANNOT_MIGRATE), FALSE, SRC, NULL, TRUE },
    { 45, 7, -1, "authentication failed: authentication failed",
      K(AUTHENTICATION), FALSE, DST, NULL, TRUE },
    { 45, 60, -1, "authentication failed: access denied by policy",
      K(ACCESS_DENIED), FALSE, DST, NULL, TRUE },
    { 38, 7, 104, "Cannot recv data: Host key verification failed.: Connection reset by peer",
      K(AUTHENTICATION), FALSE, DST, NULL, TRUE },
    { 42, 10, -1, "Domain not found: no domain with matching uuid '4b067901-bc51-4d46-86ab-fa590427b9d1'",
      K(GUEST_NOT_FOUND), FALSE, SRC, NULL, FALSE },
    { 55, 20, -1, "Requested operation is not valid: domain is not running",
      K(GUEST_NOT_RUNNING), FALSE, SRC, NULL, TRUE },
    { 55, 10, -1, "Requested operation is not valid: another migration job is already running for domain 'web'",
      K(GUEST_BUSY), TRUE, SRC, NULL, TRUE },
    { 55, 10, -1, "Requested operation is not valid: domain has active block job",
      K(BLOCK_JOB_ACTIVE), TRUE, SRC, NULL, TRUE },
    { 55, 10, -1, "Requested operation is not valid: cannot migrate domain with 3 snapshots",
      K(HAS_SNAPSHOTS), FALSE, SRC, "3", TRUE },
    { 68, 0, -1, "Timed out during operation: cannot acquire state change lock (held by monitor=remoteDispatchDomainMigratePerform3Params)",
      K(STATE_LOCK), TRUE, SRC, NULL, TRUE },
    { 55, 10, -1, "Requested operation is not valid: cannot migrate domain: 0000:00:04.0/vfio: VFIO device doesn't support migration",
      K(DEVICE_NOT_MIGRATABLE), FALSE, SRC, "0000:00:04.0/vfio: VFIO device doesn't support migration", TRUE },
    { 55, 10, -1, "Requested operation is not valid: migration with virtiofs device is not supported",
      K(DEVICE_NOT_MIGRATABLE), FALSE, SRC, "virtiofs device", TRUE },
    { 81, 10, -1, "Unsafe migration: Migration without shared storage is unsafe",
      K(DISK_NOT_SHARED), FALSE, SRC, NULL, TRUE },
    { 38, 18, 2, "Cannot access storage file '/srv/images/web.img': No such file or directory",
      K(DISK_MISSING), FALSE, DST, "/srv/images/web.img", FALSE },
    { 38, 18, 13, "Cannot access storage file '/srv/images/web.img' (as uid:64055, gid:108): Permission denied",
      K(DISK_ACCESS), FALSE, DST, "/srv/images/web.img", FALSE },
    { 49, 18, -1, "Storage pool not found: no storage pool with matching target path '/srv/images'",
      K(STORAGE_POOL_MISSING), FALSE, DST, "/srv/images", FALSE },
    { 9, 10, -1, "operation failed: migration of disk vda failed: Source and target image have different sizes",
      K(DISK_SIZE), FALSE, DST, "vda", FALSE },
    { 9, 10, -1, "operation failed: migration of disk vda failed: No space left on device",
      K(NO_SPACE), FALSE, DST, NULL, FALSE },
    { 9, 10, -1, "operation failed: migration of disk vdb failed: Input/output error",
      K(DISK_COPY), TRUE, DST, "vdb", FALSE },
    { 91, 31, -1, "the CPU is incompatible with host CPU: Host CPU does not provide required features: vmx, avx512f",
      K(CPU_INCOMPATIBLE), FALSE, DST, "vmx, avx512f", FALSE },
    { 9, 31, -1, "operation failed: guest CPU doesn't match specification: missing features: svm",
      K(CPU_INCOMPATIBLE), FALSE, DST, "svm", FALSE },
    { 38, 10, 2, "Cannot check QEMU binary /usr/bin/qemu-system-foo: No such file or directory",
      K(MACHINE_TYPE_MISSING), FALSE, DST, "/usr/bin/qemu-system-foo", FALSE },
    { 67, 10, -1, "unsupported configuration: Emulator '/usr/bin/qemu-system-x86_64' does not support machine type 'pc-q35-99.0'",
      K(MACHINE_TYPE_MISSING), FALSE, DST, "machine type 'pc-q35-99.0'", FALSE },
    { 67, 10, -1, "unsupported configuration: Domain requires KVM, but it is not available. Check that virtualization is enabled in the host BIOS",
      K(MACHINE_TYPE_MISSING), FALSE, DST, "KVM", FALSE },
    { 43, 19, -1, "Network not found: no network with matching name 'lan'",
      K(NETWORK_MISSING), FALSE, DST, "lan", FALSE },
    { 55, 19, -1, "Requested operation is not valid: network 'lan' is not active",
      K(NETWORK_INACTIVE), FALSE, DST, "lan", FALSE },
    { 38, 0, 19, "Cannot get interface MTU on 'br7': No such device",
      K(BRIDGE_MISSING), FALSE, DST, "br7", FALSE },
    { 9, 20, -1, "operation failed: domain 'web' already exists with uuid 4b067901-bc51-4d46-86ab-fa590427b9d1",
      K(NAME_IN_USE), FALSE, DST, NULL, TRUE },
    { 9, 20, -1, "operation failed: domain 'mail' is already defined with uuid 4b067901-bc51-4d46-86ab-fa590427b9d1",
      K(UUID_IN_USE), FALSE, DST, NULL, TRUE },
    { 55, 20, -1, "Requested operation is not valid: domain 'web' is already active",
      K(UUID_IN_USE), FALSE, DST, NULL, TRUE },
    { 1, 0, -1, "internal error: Unable to find an unused port in range 'migration' (49152-49152)",
      K(PORTS_USED_UP), TRUE, DST, NULL, FALSE },
    { 1, 10, -1, QEMU_CMD "'migrate-incoming': Failed to find an available port: Address already in use",
      K(PORT_IN_USE), FALSE, DST, NULL, FALSE },
    { 1, 10, -1, QEMU_CMD "'object-add': Unable to access credentials /etc/pki/qemu/ca-cert.pem: No such file or directory",
      K(TLS_CREDENTIALS), FALSE, DST, NULL, FALSE },
    { 38, 7, 2, "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory",
      K(TLS_CREDENTIALS), FALSE, DST, NULL, FALSE },
    { 55, 10, -1, "Requested operation is not valid: this libvirtd instance allows migration only with VIR_MIGRATE_TLS flag",
      K(TLS_REQUIRED), FALSE, DST, NULL, FALSE },
    { 70, 34, -1, "Hook script execution failed: internal error: Child process (/etc/libvirt/hooks/qemu web migrate begin -) unexpected exit status 1",
      K(HOOK_REFUSED), FALSE, DST, NULL, FALSE },
    { 87, 51, -1, "resource busy: Lockspace resource '4b067901' is locked",
      K(LOCK_HELD), FALSE, DST, NULL, FALSE },
    { 1, 24, -1, "internal error: unable to set security context 'system_u:object_r:svirt_image_t:s0'",
      K(SECURITY_LABEL), FALSE, DST, NULL, FALSE },
    { 1, 10, -1, "internal error: qemu unexpectedly closed the monitor: cannot set up guest memory 'pc.ram': Cannot allocate memory",
      K(MEMORY_SHORT), TRUE, DST, NULL, FALSE },
    { 1, 10, -1, "internal error: qemu unexpectedly closed the monitor: 2026-11-21T11:00:00Z qemu-system-x86_64: -device foo: no such device",
      K(DESTINATION_START), FALSE, DST, NULL, FALSE },
    { 1, 10, -1, "internal error: QEMU unexpectedly closed the monitor (vm='web'): Failed to get \"write\" lock",
      K(LOCK_HELD), FALSE, DST, NULL, FALSE },
    { 67, 20, -1, "unsupported configuration: Target domain vcpu max 4 does not match source 2",
      K(XML_MISMATCH), FALSE, DST, NULL, TRUE },
    { 8, 20, 0, "Flags 'VIR_MIGRATE_TUNNELLED' and 'VIR_MIGRATE_PARALLEL' are mutually exclusive",
      K(FLAGS_EXCLUSIVE), FALSE, SRC, "'VIR_MIGRATE_TUNNELLED' and 'VIR_MIGRATE_PARALLEL'", TRUE },
    { 8, 10, -1, "invalid argument: Unsupported compression method 'zip'",
      K(COMPRESSION_UNKNOWN), FALSE, SRC, "zip", TRUE },
    { 55, 10, -1, "Requested operation is not valid: zero-copy is only available for parallel migration",
      K(ZEROCOPY_NEEDS_STREAMS), FALSE, SRC, NULL, TRUE },
    { 55, 10, -1, "Requested operation is not valid: cannot start RDMA migration with no memory hard limit set",
      K(RDMA_NEEDS_LIMIT), FALSE, SRC, NULL, FALSE },
    { 55, 10, -1, "Requested operation is not valid: domain 'web' is not being migrated",
      K(NOTHING_TO_RESUME), FALSE, SRC, NULL, FALSE },
    { 74, 10, -1, "argument unsupported: unsupported scheme foo in migration URI foo://10.1.0.2",
      K(MIGRATION_URI), FALSE, SRC, "foo", FALSE },
    { 38, 7, -1, "Unable to resolve address 'nosuchhost' service '49152': Name or service not known",
      K(DATA_CHANNEL), FALSE, DST, "nosuchhost", FALSE },
    { 38, 7, 113, "unable to connect to server at '10.1.0.77:49152': No route to host",
      K(DATA_CHANNEL), FALSE, DST, "10.1.0.77:49152", FALSE },
    { 1, 10, -1, QEMU_CMD "'migrate-set-parameters': Parameter 'multifd-channels' expects uint8_t",
      K(OPTION_INVALID), FALSE, SRC, "multifd-channels", FALSE },
    { 82, 10, -1, "numerical overflow: bandwidth must be less than 8796093022208",
      K(OPTION_INVALID), FALSE, SRC, "bandwidth", TRUE },
    { 74, 10, -1, "argument unsupported: Migration option 'zero-copy-send' is not supported by QEMU binary",
      K(OPTION_UNSUPPORTED), FALSE, SRC, "zero-copy-send", FALSE },
    { 78, 10, -1, "operation aborted: job 'migration out' canceled by client",
      K(CANCELLED_ELSEWHERE), FALSE, SRC, NULL, FALSE },
    { 9, 10, -1, "operation failed: job 'migration out' failed: Unable to write to socket: Bad file descriptor",
      K(DESTINATION_QEMU_DIED), TRUE, DST, NULL, FALSE },
    { 9, 10, -1, "operation failed: job 'migration out' failed: Unable to write to socket: Connection timed out",
      K(STREAM_BROKEN), TRUE, DST, NULL, FALSE },
    { 9, 10, -1, "operation failed: job 'migration out' failed due to I/O error",
      K(IO_ERROR), FALSE, SRC, NULL, FALSE },
    { 9, 10, -1, "operation failed: job 'migration out' failed in post-copy phase",
      K(POSTCOPY_BROKEN), FALSE, DST, NULL, FALSE },
    { 1, 7, -1, "internal error: client socket is closed",
      K(DESTINATION_LOST), TRUE, DST, NULL, FALSE },
    { 38, 7, 5, "End of file while reading data: Input/output error",
      K(DESTINATION_LOST), TRUE, DST, NULL, FALSE },
    { 88, 55, -1, "access denied: 'QEMU' denied access",
      K(ACCESS_DENIED), FALSE, DST, NULL, FALSE },
    { 29, 20, 0, "operation virDomainMigrateToURI3 forbidden: read only access prevents virDomainMigrateToURI3",
      K(ACCESS_DENIED), FALSE, SRC, NULL, TRUE },
    { 1, 10, -1, QEMU_CMD "'cont': something new",
      K(QEMU), FALSE, DST, NULL, FALSE },
    { 110, 20, -1, "something that nobody has seen yet",
      K(LIBVIRT), FALSE, DROVER_SIDE_NONE, NULL, FALSE },
    { 0, 0, 0, "libvirt gave no reason",
      K(LIBVIRT), FALSE, DROVER_SIDE_NONE, NULL, FALSE },
};
/* clang-format on */

static DroverFailure *
classify(const DroverErrorContext *pattern, int code, int domain, int int1, const char *message)
{
    g_autoptr(DroverVirError) error = drover_vir_error_new(code, domain, int1, message);
    DroverErrorContext context = *pattern;

    context.error = error;
    return drover_classify(&context, NULL);
}

static const DroverErrorContext in_flight = {
    .step = DROVER_CALL_MADE,
    .source_alive = TRUE,
    .phase = DROVER_PHASE_CONNECTING,
    .peer_port = 16509,
};

START_TEST(what_was_recorded_is_told_apart)
{
    g_autoptr(DroverVirError) error = drover_vir_error_new(recorded[_i].code, recorded[_i].domain,
                                                           recorded[_i].int1, recorded[_i].message);
    DroverErrorContext context = in_flight;
    g_autoptr(DroverFailure) failure = NULL;
    gboolean untouched;

    context.error = error;
    failure = drover_classify(&context, &untouched);
    ck_assert_str_eq(drover_failure_kind_name(failure->kind),
                     drover_failure_kind_name(recorded[_i].kind));
    ck_assert_msg(failure->transient == recorded[_i].transient, "%s", recorded[_i].message);
    ck_assert_msg(failure->where == recorded[_i].where, "%s", recorded[_i].message);
    ck_assert_pstr_eq(failure->element, recorded[_i].element);
    ck_assert_msg(untouched == recorded[_i].untouched, "%s", recorded[_i].message);
    ck_assert_str_eq(failure->text, recorded[_i].message);
    ck_assert_int_eq(failure->code, recorded[_i].code);
    ck_assert_int_eq(failure->domain, recorded[_i].domain);
    ck_assert_int_eq(failure->int1, recorded[_i].int1);
}
END_TEST

START_TEST(codes_without_words_still_give_a_kind)
{
    for (int code = 0; code < 130; code++) {
        for (int domain = 0; domain < 80; domain++) {
            g_autoptr(DroverFailure) failure = classify(&in_flight, code, domain, -1, "");

            ck_assert_int_ne(failure->kind, DROVER_FAILURE_NONE);
        }
    }
}
END_TEST

START_TEST(not_running_means_what_became_of_the_guest)
{
    const struct {
        DroverWhy stop;
        DroverFailureKind kind;
    } ends[] = {
        {DROVER_WHY_SHUTDOWN, K(GUEST_STOPPED)},
        {DROVER_WHY_DESTROYED, K(GUEST_DESTROYED)},
        {DROVER_WHY_CRASHED, K(SOURCE_QEMU_DIED)},
        {DROVER_WHY_OTHER, K(SOURCE_QEMU_DIED)},
    };

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        DroverErrorContext context = in_flight;
        g_autoptr(DroverFailure) failure = NULL;

        context.phase = DROVER_PHASE_PRECOPY;
        context.source_stop = ends[i].stop;
        failure = classify(&context, 9, 20, -1, "operation failed: domain is not running");
        ck_assert_int_eq(failure->kind, ends[i].kind);
    }
}
END_TEST

START_TEST(a_dead_connection_is_the_source_s)
{
    const struct {
        int code, int1;
        const char *message;
    } lost[] = {
        {1, -1, "internal error: client socket is closed"},
        {1, -1, "internal error: connection closed due to keepalive timeout"},
        {38, 5, "End of file while reading data: Input/output error"},
        {38, 104, "Cannot recv data: Connection reset by peer"},
    };
    DroverErrorContext context = in_flight;

    context.source_alive = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(lost); i++) {
        g_autoptr(DroverVirError) error =
            drover_vir_error_new(lost[i].code, 7, lost[i].int1, lost[i].message);
        g_autoptr(DroverFailure) failure = NULL;
        gboolean untouched;

        context.error = error;
        failure = drover_classify(&context, &untouched);
        ck_assert_int_eq(failure->kind, DROVER_FAILURE_SOURCE_LOST);
        ck_assert_int_eq(failure->where, SRC);
        ck_assert(!untouched);
    }
}
END_TEST

START_TEST(drover_s_own_connection_names_the_host_it_leads_to)
{
    DroverErrorContext context = {.step = DROVER_CALL_OPENING, .side = DST};
    g_autoptr(DroverFailure) refused =
        classify(&context, 38, 7, 111,
                 "unable to connect to server at '10.1.0.2:16509': Connection refused");
    g_autoptr(DroverFailure) credentials =
        classify(&context, 45, 7, -1, "authentication failed: authentication failed");
    g_autoptr(DroverFailure) uri =
        classify(&context, 5, 0, -1, "no connection driver available for foo:///system");

    ck_assert_int_eq(refused->kind, DROVER_FAILURE_HOST_UNREACHABLE);
    ck_assert_int_eq(refused->where, DST);
    ck_assert(refused->transient);
    ck_assert_int_eq(credentials->kind, DROVER_FAILURE_HOST_UNREACHABLE);
    ck_assert(!credentials->transient);
    ck_assert_int_eq(uri->kind, DROVER_FAILURE_BAD_URI);
}
END_TEST

START_TEST(two_machines_taken_for_one_have_a_wrong_peer_uri)
{
    DroverErrorContext context = in_flight;
    g_autoptr(DroverFailure) failure = NULL;

    context.two_hosts = TRUE;
    failure = classify(&context, 1, 10, -1,
                       "internal error: Attempt to migrate guest to the same host 14d054d6");
    ck_assert_int_eq(failure->kind, DROVER_FAILURE_SAME_HOST);
}
END_TEST

START_TEST(a_copy_that_vanished_on_its_way_is_not_a_missing_guest)
{
    DroverErrorContext context = in_flight;
    g_autoptr(DroverFailure) failure = NULL;

    context.phase = DROVER_PHASE_PRECOPY;
    failure =
        classify(&context, 42, 10, -1, "Domain not found: no domain with matching name 'web'");
    ck_assert_int_eq(failure->kind, DROVER_FAILURE_DESTINATION_QEMU_DIED);
}
END_TEST

/* The exception: the memory that flows is that of somebody else's move, which kept ours from
 * beginning. */
START_TEST(nothing_counts_as_untouched_once_memory_flowed)
{
    for (guint i = 0; i < G_N_ELEMENTS(recorded); i++) {
        g_autoptr(DroverVirError) error = drover_vir_error_new(
            recorded[i].code, recorded[i].domain, recorded[i].int1, recorded[i].message);
        DroverErrorContext context = in_flight;
        g_autoptr(DroverFailure) failure = NULL;
        gboolean untouched;

        context.error = error;
        context.phase = DROVER_PHASE_PRECOPY;
        failure = drover_classify(&context, &untouched);
        ck_assert_int_eq(untouched, strstr(recorded[i].message, "another migration job") != NULL);
    }
}
END_TEST

START_TEST(ports_of_peer_uris)
{
    const struct {
        const char *uri;
        guint port;
    } uris[] = {
        {"qemu+tcp://beta/system", 16509},
        {"qemu+tcp://10.1.0.2:16599/system", 16599},
        {"qemu+tls://beta/system", 16514},
        {"qemu://beta/system", 16514},
        {"qemu+tcp://[fd00::2]:77/s", 77},
        {"qemu+ssh://root@beta/system", 0},
        {"qemu:///system", 0},
        {"", 0},
    };

    for (guint i = 0; i < G_N_ELEMENTS(uris); i++) {
        ck_assert_uint_eq(drover_uri_port(uris[i].uri), uris[i].port);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("libvirt-classify");
    TCase *tcase = tcase_create("classify");

    tcase_add_loop_test(tcase, what_was_recorded_is_told_apart, 0, G_N_ELEMENTS(recorded));
    tcase_add_test(tcase, codes_without_words_still_give_a_kind);
    tcase_add_test(tcase, not_running_means_what_became_of_the_guest);
    tcase_add_test(tcase, a_dead_connection_is_the_source_s);
    tcase_add_test(tcase, drover_s_own_connection_names_the_host_it_leads_to);
    tcase_add_test(tcase, two_machines_taken_for_one_have_a_wrong_peer_uri);
    tcase_add_test(tcase, a_copy_that_vanished_on_its_way_is_not_a_missing_guest);
    tcase_add_test(tcase, nothing_counts_as_untouched_once_memory_flowed);
    tcase_add_test(tcase, ports_of_peer_uris);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
