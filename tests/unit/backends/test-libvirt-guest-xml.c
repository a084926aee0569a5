#include "tests/unit/check-main.h"

#include "backends/libvirt/guest-xml.h"
#include "backends/libvirt/listing.h"

static const char guest_xml[] =
    "<domain type='qemu' id='3'>"
    "  <name>web</name><memory unit='KiB'>262144</memory>"
    "  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>"
    "  <cpu mode='custom' match='exact'><model fallback='forbid'>qemu64</model></cpu>"
    "  <devices>"
    "    <emulator>/usr/bin/qemu-system-x86_64</emulator>"
    "    <disk type='file' device='disk'><source file='/srv/web.img'/><target dev='vda'/>"
    "      <mirror type='file' job='copy'/></disk>"
    "    <disk type='file' device='cdrom'><source file='/srv/cd.iso'/><target dev='sda'/>"
    "      <readonly/></disk>"
    "    <disk type='network' device='disk'><source protocol='rbd' name='a/b'/>"
    "      <target dev='vdb'/><transient/></disk>"
    "    <interface type='network'><source network='lan'/></interface>"
    "    <interface type='bridge'><source bridge='br7'/></interface>"
    "    <interface type='hostdev'><source/></interface>"
    "    <interface type='hostdev'><source/><teaming type='transient'/></interface>"
    "    <hostdev mode='subsystem' type='pci'/>"
    "    <filesystem type='mount'><driver type='virtiofs'/></filesystem>"
    "    <filesystem type='mount'><driver type='path'/></filesystem>"
    "  </devices>"
    "</domain>";

START_TEST(a_guest_tells_what_it_needs)
{
    g_autoptr(DroverGuestXml) guest = drover_guest_xml_parse(guest_xml);

    ck_assert_ptr_nonnull(guest);
    ck_assert_str_eq(guest->name, "web");
    ck_assert_str_eq(guest->virt_type, "qemu");
    ck_assert_str_eq(guest->arch, "x86_64");
    ck_assert_str_eq(guest->machine, "pc-q35-7.2");
    ck_assert_str_eq(guest->emulator, "/usr/bin/qemu-system-x86_64");
    ck_assert_uint_eq(guest->memory_kib, 262144);
    ck_assert(g_str_has_prefix(guest->cpu, "<cpu mode="));
    assert_contains(guest->cpu, "qemu64");
}
END_TEST

START_TEST(disks_tell_what_keeps_them)
{
    g_autoptr(DroverGuestXml) guest = drover_guest_xml_parse(guest_xml);
    const struct {
        const char *device, *path;
        gboolean read_only, block_job, transient;
    } disks[] = {
        {"vda", "/srv/web.img", FALSE, TRUE, FALSE},
        {"sda", "/srv/cd.iso", TRUE, FALSE, FALSE},
        {"vdb", NULL, FALSE, FALSE, TRUE},
    };

    ck_assert_uint_eq(guest->disks->len, G_N_ELEMENTS(disks));
    for (guint i = 0; i < G_N_ELEMENTS(disks); i++) {
        const DroverGuestDisk *disk = g_ptr_array_index(guest->disks, i);

        ck_assert_str_eq(disk->device, disks[i].device);
        ck_assert_pstr_eq(disk->path, disks[i].path);
        ck_assert_int_eq(disk->read_only, disks[i].read_only);
        ck_assert_int_eq(disk->block_job, disks[i].block_job);
        ck_assert_int_eq(disk->transient, disks[i].transient);
    }
}
END_TEST

START_TEST(networks_bridges_and_fixed_devices_are_listed)
{
    g_autoptr(DroverGuestXml) guest = drover_guest_xml_parse(guest_xml);

    ck_assert_uint_eq(guest->networks->len, 1);
    ck_assert_str_eq(g_ptr_array_index(guest->networks, 0), "lan");
    ck_assert_uint_eq(guest->bridges->len, 1);
    ck_assert_str_eq(g_ptr_array_index(guest->bridges, 0), "br7");
    ck_assert_uint_eq(guest->fixed->len, 3);
}
END_TEST

START_TEST(what_is_no_xml_is_no_guest)
{
    ck_assert_ptr_null(drover_guest_xml_parse(""));
    ck_assert_ptr_null(drover_guest_xml_parse("<domain>"));
}
END_TEST

START_TEST(a_pool_tells_its_path)
{
    g_autofree char *path =
        drover_pool_xml_path("<pool type='dir'><target><path>/srv</path></target></pool>");
    g_autofree char *none = drover_pool_xml_path("<pool type='rbd'/>");

    ck_assert_str_eq(path, "/srv");
    ck_assert_ptr_null(none);
}
END_TEST

START_TEST(a_host_s_uuid_is_not_a_guest_s)
{
    g_autofree char *uuid =
        drover_capabilities_host_uuid("<capabilities><host><uuid>14D054D6-CB8E-478D-8554-"
                                      "E48E9ACDFF86</uuid></host></capabilities>");
    g_autofree char *none =
        drover_capabilities_host_uuid("<capabilities><host/><guest><uuid>x</uuid></guest>");

    ck_assert_str_eq(uuid, "14d054d6-cb8e-478d-8554-e48e9acdff86");
    ck_assert_ptr_null(none);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("libvirt-guest-xml");
    TCase *tcase = tcase_create("guest-xml");

    tcase_add_test(tcase, a_guest_tells_what_it_needs);
    tcase_add_test(tcase, disks_tell_what_keeps_them);
    tcase_add_test(tcase, networks_bridges_and_fixed_devices_are_listed);
    tcase_add_test(tcase, what_is_no_xml_is_no_guest);
    tcase_add_test(tcase, a_pool_tells_its_path);
    tcase_add_test(tcase, a_host_s_uuid_is_not_a_guest_s);
    suite_add_tcase(suite, tcase);
    return run_tap(suite);
}
