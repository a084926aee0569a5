#include "backends/libvirt/vir-error.h"

#include <string.h>

#define TEXT_BYTES 1024

char *
drover_vir_error_clean_text(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    gsize length = strlen(valid);

    if (length > TEXT_BYTES) {
        char *end = g_utf8_find_prev_char(valid, valid + TEXT_BYTES - strlen("…") + 1);

        strcpy(end, "…");
    }
    for (char *c = valid; *c; c++) {
        if (g_ascii_iscntrl(*c)) {
            *c = ' ';
        }
    }
    return g_strdup(g_strstrip(valid));
}

DroverVirError *
drover_vir_error_new(int code, int domain, int int1, const char *message)
{
    DroverVirError *error = g_new0(DroverVirError, 1);

    error->code = code;
    error->domain = domain;
    error->int1 = int1;
    error->message = drover_vir_error_clean_text(message);
    return error;
}

DroverVirError *
drover_vir_error_take(void)
{
    virErrorPtr last = virGetLastError();

    return last ? drover_vir_error_new(last->code, last->domain, last->int1, last->message)
                : drover_vir_error_new(VIR_ERR_OK, VIR_FROM_NONE, 0, "libvirt gave no reason");
}

DroverVirError *
drover_vir_error_copy(const DroverVirError *error)
{
    DroverVirError *copy = g_new0(DroverVirError, 1);

    *copy = *error;
    copy->message = g_strdup(error->message);
    return copy;
}

void
drover_vir_error_free(DroverVirError *error)
{
    if (!error) {
        return;
    }
    g_free(error->message);
    g_free(error);
}
