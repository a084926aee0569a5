/*
 * What a client says about a move, in the Hyper-V types, as a DroverRequest.
 *
 * Purpose:   reads Msvm_VirtualSystemMigrationSettingData and Drover_MigrationSettingData; nothing
 * in it is swallowed: what drover cannot do (yet) is refused by name. Errors:    a DroverFailure of
 * kind REQUEST_OPTION or REQUEST_VALUE. Source:    Msvm_VirtualSystemMigrationSettingData.
 */
#pragma once

#include "cim/instance.h"
#include "orchestrator/service.h"

/* Fills priority and options of @request from @settings (nullable; its strings are borrowed).
 * Returns NULL, or why it is refused (transfer full). */
DroverFailure *drover_request_read_settings(DroverRequest *request, const CimInstance *settings);
/* The key of a Msvm_ComputerSystem reference, or NULL. */
const char *drover_request_system_name(const CimValue *reference);
