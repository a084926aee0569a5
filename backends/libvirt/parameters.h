/*
 * How to move, in libvirt's flags and parameters.
 *
 * Thread:    any.  Ownership: drover_parameters_clear() frees what drover_parameters_set() made.
 * Source:    VIR_MIGRATE_* and VIR_MIGRATE_PARAM_* of libvirt 9.0.0.
 */
#pragma once

#include "backends/backend.h"
#include "backends/libvirt/handles.h"

typedef struct {
    unsigned int flags;
    virTypedParameterPtr params;
    int count;
} DroverParameters;

/* @persistent: the guest has a stored definition, which then goes along. */
void drover_parameters_set(DroverParameters *parameters,
                           const DroverTransferOptions *options,
                           gboolean persistent);
void drover_parameters_clear(DroverParameters *parameters);

/* The migration URI that the options ask for; NULL: libvirt's own choice. (transfer full) */
char *drover_parameters_migration_uri(const DroverTransferOptions *options);

/* A copy that owns its strings; to be cleared with drover_options_clear(). */
DroverTransferOptions drover_options_copy(const DroverTransferOptions *options);
void drover_options_clear(DroverTransferOptions *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DroverParameters, drover_parameters_clear)
