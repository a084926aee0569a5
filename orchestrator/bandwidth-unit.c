#include "orchestrator/bandwidth-unit.h"

#include <math.h>
#include <string.h>

/* One factor: a base unit, a number, or BASE^EXPONENT. Returns 0 when it is none. */
static double
factor(const char *text, gboolean divides, gboolean *has_unit, gboolean *has_second)
{
    char *end = NULL;
    double base;
    long exponent;

    if (!divides && (g_str_equal(text, "byte") || g_str_equal(text, "bit")) && !*has_unit) {
        *has_unit = TRUE;
        return text[1] == 'y' ? 1.0 : 1.0 / 8;
    }
    if (divides && g_str_equal(text, "second") && !*has_second) {
        *has_second = TRUE;
        return 1.0;
    }
    base = g_ascii_strtod(text, &end);
    if (end == text || base <= 0) {
        return 0;
    }
    if (*end == '\0') {
        return base;
    }
    if (*end != '^') {
        return 0;
    }
    exponent = strtol(end + 1, &end, 10);
    return *end == '\0' && exponent >= -60 && exponent <= 60 ? pow(base, (double) exponent) : 0;
}

double
drover_bandwidth_unit_bytes_s(const char *unit)
{
    gboolean has_unit = FALSE;
    gboolean has_second = FALSE;
    gboolean divides = FALSE;
    double result = 1.0;

    while (unit && *unit) {
        gsize length = strcspn(unit, "*/");
        g_autofree char *part = g_strstrip(g_strndup(unit, length));
        double by = factor(part, divides, &has_unit, &has_second);

        if (by <= 0) {
            return 0;
        }
        result = divides ? result / by : result * by;
        unit += length;
        divides = *unit == '/';
        unit += *unit != '\0';
    }
    return has_unit && has_second ? result : 0;
}
