/*
 * Programmatic units of bandwidth (DSP0004 Annex C): "byte / second * 2^20", "bit / second * 10^6"
 * and their like in any order, as Msvm_VirtualSystemMigrationSettingData.BandwidthUnit carries
 * them.
 */
#pragma once

#include <glib.h>

/* How many bytes a second one @unit is; 0: not understood, or no rate (percent). */
double drover_bandwidth_unit_bytes_s(const char *unit);
