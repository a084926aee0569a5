/*
 * What libvirt said, kept beyond the next call.
 *
 * Purpose:   libvirt's last error belongs to a thread and dies with its next call there.
 * Ownership: the error owns its strings; plain data, may go to another thread as a whole.
 */
#pragma once

#include "backends/libvirt/handles.h"

typedef struct {
    int code;      /* virErrorNumber; VIR_ERR_OK: the call failed without a word */
    int domain;    /* virErrorDomain */
    int int1;      /* an errno with VIR_ERR_SYSTEM_ERROR, else -1 or 0 */
    char *message; /* for people, with the code's prefix; printable, at most 1 KiB */
} DroverVirError;

/* Takes this thread's last error. To be called right after the failed call. (transfer full) */
DroverVirError *drover_vir_error_take(void);
DroverVirError *drover_vir_error_new(int code, int domain, int int1, const char *message);
DroverVirError *drover_vir_error_copy(const DroverVirError *error);
void drover_vir_error_free(DroverVirError *error);
/* Makes hypervisor text fit to be stored and shown: control characters become spaces, what is not
 * UTF-8 is replaced, and at most 1 KiB is kept. */
char *drover_vir_error_clean_text(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DroverVirError, drover_vir_error_free)
