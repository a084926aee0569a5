/*
 * CIM instances as data: what a client receives, an embedded instance holds, or ModifyInstance
 * sends. (A server's own objects need not be instances: cim/provider.h renders them through
 * getters.)
 *
 * Ownership: an instance owns its values; property order is kept.
 * Thread:    plain data.
 * Source:    DSP0004 5.1.
 */
#pragma once

#include "cim/path.h"

typedef struct {
    char *name;
    CimValue value;
} CimInstanceProperty;

struct _CimInstance {
    char *class_name;
    CimPath *path; /* or NULL */
    CimInstanceProperty *properties;
    guint n_properties;
};

CimInstance *cim_instance_new(const char *class_name);
void cim_instance_free(CimInstance *instance);
CimInstance *cim_instance_copy(const CimInstance *instance);
/* Same class and properties, in any order; paths are ignored. */
gboolean cim_instance_equal(const CimInstance *a, const CimInstance *b);
/* Moves @value in; replaces a property of that name (any case). */
void cim_instance_take(CimInstance *instance, const char *name, CimValue *value);
void
cim_instance_set_string(CimInstance *instance, const char *name, const char *string); /* copies */
void cim_instance_set_uint(CimInstance *instance, const char *name, CimType type, guint64 number);
void cim_instance_set_boolean(CimInstance *instance, const char *name, gboolean boolean);

/* NULL: no such property. The rest give a default for a missing, NULL or differently typed one. */
const CimValue *cim_instance_find(const CimInstance *instance, const char *name);
const char *cim_instance_get_string(const CimInstance *instance, const char *name);
guint64 cim_instance_get_uint(const CimInstance *instance, const char *name, guint64 otherwise);
gboolean
cim_instance_get_boolean(const CimInstance *instance, const char *name, gboolean otherwise);

/*
 * Checks @instance against @klass, its own class: gives every value its declared type, drops system
 * properties (`__PATH`, …), and refuses another class (CIM_ERR_INVALID_CLASS), unknown properties
 * (CIM_ERR_NO_SUCH_PROPERTY) and values that do not fit (CIM_ERR_TYPE_MISMATCH).  Who expects a
 * base class finds the instance's own class in the schema first, and asks cim_class_is_a(). Missing
 * properties stay missing; defaults are not filled in (they belong to creation).
 */
gboolean cim_instance_check(CimInstance *instance, const CimClass *klass, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CimInstance, cim_instance_free)
