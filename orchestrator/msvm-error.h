/*
 * Msvm_Error: a failure as programs get it.
 *
 * Ownership: results are (transfer full).
 * Thread:    any.
 * Source:    Msvm_Error and CIM_Error.
 */
#pragma once

#include "backends/failure.h"
#include "cim/instance.h"

/* Instances of Msvm_Error for GetErrorEx (of CimInstance), outer first: drover's own, and what the
 * hypervisor said.  Never empty. */
GPtrArray *drover_error_instances(const DroverFailure *failure);
void drover_error_set_array(CimValue *value, GPtrArray *instances); /* takes the instances */
/* The outer one as it would be for any guest and any two hosts. */
CimInstance *drover_error_general_instance(DroverFailureKind kind);
