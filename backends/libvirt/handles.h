/*
 * libvirt's objects with auto-cleanup.
 *
 * Purpose:   early returns without leaks.  Thread: any; note that a clean-up may reset libvirt's
 *            last error of the thread, so that one is taken first (backends/libvirt/vir-error.h).
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConnect, virConnectClose)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomain, virDomainFree)
