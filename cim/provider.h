/*
 * The provider interface: what stands behind a class.  A provider is a table of getters and methods
 * over objects of its own kind; the server walks the class, asks the getters and writes the answer,
 * so that no CIM instance is built on the way.
 *
 * Thread:    everything is called on the server's main context, and must not block.
 * Ownership: objects belong to the provider; the server uses them until the callback returns only.
 *            Values that getters set may borrow from the object.
 * Errors:    as GError of CIM_ERROR (cim/error.h), or cim_call_fail().
 * Source:    DSP0200 5.3 (operations).
 */
#pragma once

#include "cim/error.h"
#include "cim/guard.h"
#include "cim/instance.h"

typedef struct _CimCall CimCall;

/* Fills @value, which comes as a NULL of the property's type. */
typedef void (*CimGetter)(gconstpointer object, CimValue *value, gpointer provider_data);

typedef struct {
    const char
        *property; /* must exist in the class; a property without a row is NULL or its default */
    CimGetter get;
} CimGetterRow;

typedef struct {
    const char *method;
    /*
     * Carries the method out.  Ends, now or later, in exactly one cim_call_return*() or
     * cim_call_fail(); until then the client waits while others are served.
     * @object: what the path names; NULL for a class path (static methods).  Do not keep it.
     */
    void (*invoke)(CimCall *call, gpointer object, gpointer provider_data);
    CimAccess access; /* needed to call it; 0: CIM_ACCESS_OPERATE */
    guint32 denied;   /* what it returns to others; 0: CIM_ERR_ACCESS_DENIED */
} CimMethodRow;

/* Returns FALSE to stop the walk. */
typedef gboolean (*CimVisit)(gconstpointer object, gpointer visit_data);

typedef struct {
    const char *class_name; /* the class whose (direct) instances this serves */
    const CimGetterRow *getters;
    guint n_getters;
    const CimMethodRow *methods;
    guint n_methods;

    /* Visits every object.  Required. */
    void (*enumerate)(gpointer provider_data, CimVisit visit, gpointer visit_data);

    /*
     * The object with the keys of @path (checked against the class).  Required.
     * Returns: (transfer none): NULL when there is none.
     */
    gpointer (*find)(gpointer provider_data, const CimPath *path);

    /*
     * For association classes: visits at least every object with a reference to @end, which has the
     * class and the keys of an object that there is; the server leaves out what does not fit.
     * NULL: the server asks enumerate().
     */
    void (*enumerate_referring)(gpointer provider_data,
                                const CimPath *end,
                                CimVisit visit,
                                gpointer visit_data);

    /*
     * CreateInstance of @instance, checked against the class; defaults of the class are filled in.
     * Ends in cim_call_created() or cim_call_fail() (CIM_ERR_ALREADY_EXISTS, …).  NULL:
     * CIM_ERR_NOT_SUPPORTED.
     * @instance: lives as long as the call
     */
    void (*create)(CimCall *call, const CimInstance *instance, gpointer provider_data);

    /* ModifyInstance and SetProperty with the (checked) properties in @changes; ends like a method
     * in cim_call_return() (its number is not sent) or cim_call_fail().  NULL:
     * CIM_ERR_NOT_SUPPORTED.
     */
    void (*modify)(CimCall *call,
                   gpointer object,
                   const CimInstance *changes,
                   gpointer provider_data);

    /* DeleteInstance, likewise. */
    void (*remove)(CimCall *call, gpointer object, gpointer provider_data);

    CimAccess change_access; /* needed for these three; 0: CIM_ACCESS_OPERATE */
} CimProvider;

/* The path as the client wrote it, keys checked; its class may be a superclass of the provider's:
 * the Hyper-V methods answer with other codes when they are called by the base class path. */
const CimPath *cim_call_path(CimCall *call);
const char *cim_call_method(CimCall *call);
/* Who calls; never NULL. */
const CimPrincipal *cim_call_principal(CimCall *call);

/* An argument, decoded and checked against the declaration; NULL when it was not given.  The
 * pointer lives as long as the call. */
const CimValue *cim_call_in(CimCall *call, const char *parameter);

/* Sets an out parameter (declared; moves @value in).  One that is never set is sent as NULL. */
void cim_call_out(CimCall *call, const char *parameter, CimValue *value);

/* Ends a call that succeeded in CIM's sense: @value is the method's return value. */
void cim_call_return(CimCall *call, guint32 value);
/* Ends CreateInstance: @path (borrowed) names what was made, with all its keys. */
void cim_call_created(CimCall *call, const CimPath *path);
/* Ends it with a CIM error. */
void cim_call_fail(CimCall *call, CimErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Likewise; @error_instance (nullable, borrowed, such as an Msvm_Error) goes along as ERROR's
 * child. */
void cim_call_fail_with(CimCall *call,
                        CimErrorCode code,
                        const CimInstance *error_instance,
                        const char *format,
                        ...) G_GNUC_PRINTF(4, 5);
void cim_call_fail_gerror(CimCall *call, const GError *error);

/*
 * Builds the instance of @object as the table shows it (all properties of @klass, or those in
 * @properties), for embedded instances.  The result owns its values.
 */
CimInstance *cim_provider_render(const CimProvider *provider,
                                 gpointer provider_data,
                                 const CimSchema *schema,
                                 gconstpointer object);
/* The path of @object: class and keys, with @name_space. */
CimPath *cim_provider_path(const CimProvider *provider,
                           gpointer provider_data,
                           const CimSchema *schema,
                           gconstpointer object,
                           const char *name_space);
