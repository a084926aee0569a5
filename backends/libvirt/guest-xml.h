/*
 * What a guest needs of a host, read from its XML.
 *
 * Thread:    any.  Ownership: the struct owns all.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *device; /* "vda" */
    char *path;   /* of a file; NULL: block device, network disk, empty drive */
    gboolean read_only;
    gboolean block_job;
    gboolean transient;
} DroverGuestDisk;

typedef struct {
    char *name;
    char *virt_type; /* "kvm", "qemu" */
    char *arch;
    char *machine;
    char *emulator;
    char *cpu; /* the <cpu> element; NULL: none */
    guint64 memory_kib;
    GPtrArray *disks;    /* of DroverGuestDisk */
    GPtrArray *networks; /* of char *: libvirt networks */
    GPtrArray *bridges;  /* of char * */
    GPtrArray *fixed;    /* of char *: devices that keep it from being moved */
} DroverGuestXml;

/* NULL: not XML. */
DroverGuestXml *drover_guest_xml_parse(const char *xml);
void drover_guest_xml_free(DroverGuestXml *guest);

/* The target path of a storage pool's XML, or NULL. (transfer full) */
char *drover_pool_xml_path(const char *xml);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverGuestXml, drover_guest_xml_free)
