/*
 * The HRESULTs that the methods of Drover_TransferJob answer with.  The highest bit says that it
 * failed.
 *
 * Source: winerror.h; the return codes of BITS (bitsmsg.h) and of Delivery Optimization, whose own
 * ones take the place of BITS' where both have one.
 */
#pragma once

#define DROVER_S_OK                   0u
#define DROVER_S_PARTIAL_COMPLETE     0x00200017u /* acknowledged, though not all was moved */
#define DROVER_E_NOTIMPL              0x80004001u /* flags that there are not */
#define DROVER_E_FAIL                 0x80004005u /* it could not be written to disk */
#define DROVER_E_ACCESS_DENIED        0x80070005u
#define DROVER_E_INVALID_ARGUMENT     0x80070057u
#define DROVER_E_STRING_TOO_LONG      0x80200021u
#define DROVER_E_JOB_NOT_FOUND        0x80d02003u
#define DROVER_E_INVALID_STATE        0x80d02013u
#define DROVER_E_NO_ERROR_INFORMATION 0x80d02014u

#define DROVER_HRESULT_FAILED(code) (((code) &0x80000000u) != 0)
