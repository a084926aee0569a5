/*
 * The CIM operations: a table of the intrinsic ones, and InvokeMethod.
 *
 * An operation that is not in the table is CIM_ERR_NOT_SUPPORTED.  To add one: a row in
 * operation.c, a row in operation-parameter.c if it has a new parameter, and a function.
 *
 * Thread:    the server's.
 * Source:    DSP0200 1.4, 5.3.2 (intrinsic methods) and 5.3.3 (extrinsic methods).
 */
#pragma once

#include "cim/call.h"
#include "cim/enumeration.h"
#include "cim/object-writer.h"
#include "cim/query.h"
#include "cim/registry.h"

typedef enum {
    CIM_OPERATION_CLASS_NAME,
    CIM_OPERATION_INSTANCE_NAME,
    CIM_OPERATION_MODIFIED_INSTANCE,
    CIM_OPERATION_NEW_INSTANCE,
    CIM_OPERATION_LOCAL_ONLY,
    CIM_OPERATION_DEEP_INHERITANCE,
    CIM_OPERATION_INCLUDE_QUALIFIERS,
    CIM_OPERATION_INCLUDE_CLASS_ORIGIN,
    CIM_OPERATION_PROPERTY_LIST,
    CIM_OPERATION_PROPERTY_NAME,
    CIM_OPERATION_NEW_VALUE,
    CIM_OPERATION_QUALIFIER_NAME,
    CIM_OPERATION_OBJECT_NAME,
    CIM_OPERATION_ASSOC_CLASS,
    CIM_OPERATION_RESULT_CLASS,
    CIM_OPERATION_ROLE,
    CIM_OPERATION_RESULT_ROLE,
    CIM_OPERATION_FILTER_QUERY_LANGUAGE,
    CIM_OPERATION_FILTER_QUERY,
    CIM_OPERATION_OPERATION_TIMEOUT,
    CIM_OPERATION_CONTINUE_ON_ERROR,
    CIM_OPERATION_MAX_OBJECT_COUNT,
    CIM_OPERATION_ENUMERATION_CONTEXT,
    CIM_OPERATION_QUERY_LANGUAGE,
    CIM_OPERATION_QUERY,
    CIM_OPERATION_RETURN_QUERY_RESULT_CLASS,
    CIM_OPERATION_PARAMETERS,
} CimOperationParameter;

#define CIM_OPERATION_BIT(parameter) (1u << CIM_OPERATION_##parameter)

/* An operation with its parameters decoded. */
typedef struct {
    CimCall *call;
    CimRegistry *registry;
    CimEnumerations *enumerations;
    CimNamespace *name_space;
    CimXmlReader *reader;
    CimRequest *request;

    const CimClass *klass;       /* of the class, instance or object name; NULL: none was given */
    CimPath *path;               /* keys checked; NULL: ObjectName names the class */
    const CimClass *shape;       /* answers show what this class has; NULL: all */
    const CimClass *association; /* AssocClass, or ResultClass of References; NULL: any */
    const CimClass *result;      /* ResultClass of Associators; NULL: any */
    CimInstance *instance;
    CimQuery *query;   /* objects that do not meet it are left out; NULL: none */
    CimValue value;    /* NewValue, as cim_xml_read_content() gives it; NULL of no type: NULL */
    char **properties; /* PropertyList; NULL: not given */
    char *texts[CIM_OPERATION_PARAMETERS];     /* of the parameters that are plain strings */
    guint32 numbers[CIM_OPERATION_PARAMETERS]; /* of those that are numbers; 0: not given */
    guint flags;                               /* 1 << CIM_OPERATION_… for each TRUE boolean */
    guint given;                               /* 1 << CIM_OPERATION_… for each not NULL */
} CimOperation;

/* Does what @request asks.  @call ends, now or later. */
void cim_operation_run(CimCall *call,
                       CimRegistry *registry,
                       CimEnumerations *enumerations,
                       CimXmlReader *reader,
                       CimRequest *request);

static inline gboolean
cim_operation_has(const CimOperation *operation, CimOperationParameter flag)
{
    return (operation->flags & (1u << flag)) != 0;
}

/* In operation-parameter.c: decodes the request's arguments.  @accepts, @requires: bits. */
gboolean cim_operation_read_parameters(CimOperation *operation,
                                       guint accepts,
                                       guint requires,
                                       GError **error);
void cim_operation_clear(CimOperation *operation);

/* Finds what operation->path names, or ends the call with CIM_ERR_NOT_FOUND. */
gpointer cim_operation_find_or_fail(CimOperation *operation, const CimBinding **binding);
/* Property PropertyName of @klass, or ends the call with CIM_ERR_NO_SUCH_PROPERTY and gives -1. */
int cim_operation_property_or_fail(CimOperation *operation, const CimClass *klass);

/* Where objects of an answer come from: visits each, or fails with a CIM error. */
typedef gboolean (*CimOperationSource)(CimOperation *operation,
                                       CimObjectVisit visit,
                                       gpointer user_data,
                                       GError **error);
gboolean cim_operation_each_instance(CimOperation *operation,
                                     CimObjectVisit visit,
                                     gpointer user_data,
                                     GError **error);
gboolean cim_operation_each_associator(CimOperation *operation,
                                       CimObjectVisit visit,
                                       gpointer user_data,
                                       GError **error);
gboolean cim_operation_each_reference(CimOperation *operation,
                                      CimObjectVisit visit,
                                      gpointer user_data,
                                      GError **error);

/* In operation-query.c: makes the operation one on the class and the properties that a SELECT
 * names. */
gboolean cim_operation_read_select(CimOperation *operation,
                                   const char *language_name,
                                   const char *text,
                                   GError **error);
/* Takes FilterQuery, if it is there; @klass: what the objects are, NULL: not known. */
gboolean cim_operation_read_filter(CimOperation *operation, const CimClass *klass, GError **error);
/* Whether the query, if there is one, lets @object through. */
gboolean
cim_operation_wants(const CimOperation *operation, const CimBinding *binding, gconstpointer object);
void cim_operation_exec_query(CimOperation *operation);

/* A writer that shows what the operation's parameters ask for. (transfer full) */
CimObjectWriter *cim_operation_writer(const CimOperation *operation, CimObjectForm form);
/* Ends the call with all of @source that is wanted. */
void cim_operation_answer(CimOperation *operation, CimOperationSource source, CimObjectForm form);

/* In operation-class.c. */
void cim_operation_get_class(CimOperation *operation);
void cim_operation_enumerate_classes(CimOperation *operation);
void cim_operation_enumerate_class_names(CimOperation *operation);
void cim_operation_get_qualifier(CimOperation *operation);
void cim_operation_enumerate_qualifiers(CimOperation *operation);
/* In operation-instance.c. */
void cim_operation_get_instance(CimOperation *operation);
void cim_operation_get_property(CimOperation *operation);
void cim_operation_enumerate_instances(CimOperation *operation);
void cim_operation_enumerate_instance_names(CimOperation *operation);
/* In operation-association.c. */
void cim_operation_associators(CimOperation *operation);
void cim_operation_associator_names(CimOperation *operation);
void cim_operation_references(CimOperation *operation);
void cim_operation_reference_names(CimOperation *operation);
/* In operation-pull.c. */
void cim_operation_open_enumerate_instances(CimOperation *operation);
void cim_operation_open_enumerate_instance_paths(CimOperation *operation);
void cim_operation_open_associator_instances(CimOperation *operation);
void cim_operation_open_associator_instance_paths(CimOperation *operation);
void cim_operation_open_reference_instances(CimOperation *operation);
void cim_operation_open_reference_instance_paths(CimOperation *operation);
void cim_operation_open_query_instances(CimOperation *operation);
void cim_operation_pull_instances_with_path(CimOperation *operation);
void cim_operation_pull_instance_paths(CimOperation *operation);
void cim_operation_pull_instances(CimOperation *operation);
void cim_operation_close_enumeration(CimOperation *operation);
void cim_operation_enumeration_count(CimOperation *operation);
/* In operation-change.c. */
void cim_operation_create_instance(CimOperation *operation);
void cim_operation_modify_instance(CimOperation *operation);
void cim_operation_set_property(CimOperation *operation);
void cim_operation_delete_instance(CimOperation *operation);
/* In operation-method.c. */
void cim_operation_invoke_method(CimOperation *operation);
