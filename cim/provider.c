#include "cim/provider.h"

#include "cim/binding.h"

/* What a getter borrowed from its object must be owned by what outlives the object. */
static void
get_owned(const CimBinding *binding, gconstpointer object, guint index, CimValue *copy)
{
    CimValue value;

    cim_binding_get(binding, object, index, &value);
    cim_value_copy(&value, copy);
    cim_value_clear(&value);
}

CimInstance *
cim_provider_render(const CimProvider *provider,
                    gpointer provider_data,
                    const CimSchema *schema,
                    gconstpointer object)
{
    g_autoptr(CimBinding) binding = cim_binding_new(schema, provider, provider_data);
    CimInstance *instance = cim_instance_new(binding->klass->name);

    for (guint i = 0; i < binding->klass->n_properties; i++) {
        CimValue value;

        get_owned(binding, object, i, &value);
        cim_instance_take(instance, binding->klass->properties[i].name, &value);
    }
    return instance;
}

CimPath *
cim_provider_path(const CimProvider *provider,
                  gpointer provider_data,
                  const CimSchema *schema,
                  gconstpointer object,
                  const char *name_space)
{
    g_autoptr(CimBinding) binding = cim_binding_new(schema, provider, provider_data);

    return cim_binding_path(binding, object, name_space);
}
