#include "backends/backend.h"

G_DEFINE_QUARK(drover_backend_error, drover_backend_error)

void
drover_backend_free(DroverBackend *backend)
{
    if (backend) {
        backend->klass->free(backend);
    }
}
