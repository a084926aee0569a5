#include "orchestrator/store.h"

G_DEFINE_QUARK(drover - store - error - quark, drover_store_error)

void
drover_store_free(DroverStore *store)
{
    if (store) {
        store->klass->free(store);
    }
}
