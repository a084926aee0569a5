/*
 * The return codes of the Hyper-V migration methods, and those of the DMTF base classes.
 *
 * Source: Msvm_MigrationJob.GetError, Msvm_VirtualSystemMigrationService (H set: 0, 4096,
 * 32768…32778); CIM_ConcreteJob.GetError and RequestStateChange (DMTF sets).
 */
#pragma once

typedef enum {
    DROVER_RC_COMPLETED = 0,
    DROVER_RC_JOB_STARTED = 4096,
    DROVER_RC_TIMEOUT_NOT_SUPPORTED = 4098, /* RequestStateChange with a TimeoutPeriod */
    DROVER_RC_FAILED = 32768,
    DROVER_RC_ACCESS_DENIED = 32769,
    DROVER_RC_NOT_SUPPORTED = 32770,
    DROVER_RC_STATUS_UNKNOWN = 32771,
    DROVER_RC_TIMEOUT = 32772,
    DROVER_RC_INVALID_PARAMETER = 32773,
    DROVER_RC_IN_USE = 32774,
    DROVER_RC_INVALID_STATE = 32775,
    DROVER_RC_INCORRECT_TYPE = 32776,
    DROVER_RC_NOT_AVAILABLE = 32777,
    DROVER_RC_OUT_OF_MEMORY = 32778,
} DroverReturnCode;

/* CIM_ConcreteJob.GetError, by the base class path. */
typedef enum {
    DROVER_DMTF_SUCCESS = 0,
    DROVER_DMTF_NOT_SUPPORTED = 1,
    DROVER_DMTF_UNSPECIFIED = 2,
    DROVER_DMTF_TIMEOUT = 3,
    DROVER_DMTF_FAILED = 4,
    DROVER_DMTF_INVALID_PARAMETER = 5,
    DROVER_DMTF_ACCESS_DENIED = 6,
    /* RequestStateChange only: there 6 is "in use". */
    DROVER_DMTF_IN_USE = 6,
    DROVER_DMTF_TRANSITION_STARTED = 4096,
    DROVER_DMTF_INVALID_TRANSITION = 4097,
    DROVER_DMTF_TIMEOUT_NOT_SUPPORTED = 4098,
} DroverDmtfCode;
