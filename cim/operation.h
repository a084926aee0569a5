/*
 * The CIM operations: a table of the intrinsic ones, and InvokeMethod.
 *
 * An operation that is not in the table is CIM_ERR_NOT_SUPPORTED.  To add one: a row in
 * operation.c, a parameter row if it has a new one, and a function.
 *
 * Thread:    the server's.
 * Source:    DSP0200 1.4, 5.3.2 (intrinsic methods) and 5.3.3 (extrinsic methods).
 */
#pragma once

#include "cim/call.h"
#include "cim/registry.h"

typedef enum {
    CIM_OPERATION_CLASS_NAME,
    CIM_OPERATION_INSTANCE_NAME,
    CIM_OPERATION_MODIFIED_INSTANCE,
    CIM_OPERATION_LOCAL_ONLY,
    CIM_OPERATION_DEEP_INHERITANCE,
    CIM_OPERATION_INCLUDE_QUALIFIERS,
    CIM_OPERATION_INCLUDE_CLASS_ORIGIN,
    CIM_OPERATION_PROPERTY_LIST,
} CimOperationParameter;

/* An operation with its parameters decoded. */
typedef struct {
    CimCall *call;
    CimRegistry *registry;
    CimNamespace *name_space;
    CimXmlReader *reader;
    CimRequest *request;

    const CimClass *klass; /* of the class or instance name; NULL when neither was given */
    CimPath *path;         /* keys checked */
    CimInstance *instance;
    char **properties; /* PropertyList; NULL: not given */
    guint flags;       /* 1 << CIM_OPERATION_… for each boolean that is TRUE */
} CimOperation;

/* Does what @request asks.  @call ends, now or later. */
void
cim_operation_run(CimCall *call, CimRegistry *registry, CimXmlReader *reader, CimRequest *request);

static inline gboolean
cim_operation_has(const CimOperation *operation, CimOperationParameter flag)
{
    return (operation->flags & (1u << flag)) != 0;
}

/* The object that @path names, and the binding that it belongs to; NULL: no such. */
gpointer cim_operation_find_object(const CimOperation *operation,
                                   const CimPath *path,
                                   const CimClass *klass,
                                   const CimBinding **binding);

/* In operation-class.c. */
void cim_operation_get_class(CimOperation *operation);
void cim_operation_enumerate_classes(CimOperation *operation);
void cim_operation_enumerate_class_names(CimOperation *operation);
/* In operation-instance.c. */
void cim_operation_get_instance(CimOperation *operation);
void cim_operation_enumerate_instances(CimOperation *operation);
void cim_operation_enumerate_instance_names(CimOperation *operation);
void cim_operation_modify_instance(CimOperation *operation);
void cim_operation_delete_instance(CimOperation *operation);
/* In operation-method.c. */
void cim_operation_invoke_method(CimOperation *operation);
