/*
 * Numbers and times for people: "1.5 GiB", "118 MiB/s", "8.2 s", "1 min 20 s".
 *
 * Ownership: results are (transfer full).
 * Thread:    any.
 */
#pragma once

#include "cim/value.h"

char *drover_format_bytes(guint64 bytes);
char *drover_format_rate(guint64 bytes_s);
char *drover_format_duration(gint64 ms); /* below a second "112 ms", below a minute "8.2 s" */
char *drover_format_seconds(gint64 s);   /* whole ones: "6 s", "1 min 20 s", "2 h 3 min" */
/* Local time: of day if it is the day of @now_us, else the date too. */
char *drover_format_time(gint64 real_us, gint64 now_us);
/*
 * ISO 8601: "2026-11-21T12:00:00Z", "2026-11-21T13:00:00.250000+01:00", "PT8.2S".  A timestamp with
 * digits left open has no such form: it stays as CIM writes it.
 */
char *drover_format_iso(const CimDatetime *datetime);
