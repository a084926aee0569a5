#include "backends/libvirt/parameters.h"

#include <stddef.h>
#include <string.h>

/* libvirt turns MiB/s into bytes without a look at the range. */
#define BANDWIDTH_MAX_MIB_S (G_MAXINT64 / (1024 * 1024))

#define OPTION(name) offsetof(DroverTransferOptions, name)

/* clang-format off */
static const struct {
    gsize option; /* of a gboolean */
    unsigned int flag;
} flags[] = {
    { OPTION(auto_converge), VIR_MIGRATE_AUTO_CONVERGE },
    { OPTION(post_copy), VIR_MIGRATE_POSTCOPY },
    { OPTION(compress), VIR_MIGRATE_COMPRESSED },
    { OPTION(tls), VIR_MIGRATE_TLS },
    { OPTION(copy_storage), VIR_MIGRATE_NON_SHARED_DISK },
    { OPTION(allow_unsafe), VIR_MIGRATE_UNSAFE },
    { OPTION(zero_copy), VIR_MIGRATE_ZEROCOPY },
};
/* clang-format on */

char *
drover_parameters_migration_uri(const DroverTransferOptions *options)
{
    const char *address = options->destination_address;

    if (options->migration_uri) {
        return g_strdup(options->migration_uri);
    }
    if (!address) {
        return NULL;
    }
    return g_strdup_printf(strchr(address, ':') && *address != '[' ? "tcp://[%s]" : "tcp://%s",
                           address);
}

static void
add_bandwidth(DroverParameters *parameters, int *room, const DroverTransferOptions *options)
{
    guint64 mib_s = MIN(options->bandwidth_mib_s, (guint64) BANDWIDTH_MAX_MIB_S);

    if (!mib_s) {
        return;
    }
    virTypedParamsAddULLong(&parameters->params, &parameters->count, room,
                            VIR_MIGRATE_PARAM_BANDWIDTH, mib_s);
    if (options->post_copy) {
        virTypedParamsAddULLong(&parameters->params, &parameters->count, room,
                                VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY, mib_s);
    }
}

void
drover_parameters_set(DroverParameters *parameters,
                      const DroverTransferOptions *options,
                      gboolean persistent)
{
    g_autofree char *uri = drover_parameters_migration_uri(options);
    int room = 0;

    *parameters = (DroverParameters){.flags = VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER};
    if (persistent) {
        parameters->flags |= VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
        if (G_STRUCT_MEMBER(gboolean, options, flags[i].option)) {
            parameters->flags |= flags[i].flag;
        }
    }
    add_bandwidth(parameters, &room, options);
    if (options->streams > 1) {
        parameters->flags |= VIR_MIGRATE_PARALLEL;
        virTypedParamsAddInt(&parameters->params, &parameters->count, &room,
                             VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS,
                             (int) MIN(options->streams, (guint) G_MAXINT));
    }
    if (options->compress) {
        virTypedParamsAddString(&parameters->params, &parameters->count, &room,
                                VIR_MIGRATE_PARAM_COMPRESSION, "xbzrle");
    }
    if (uri) {
        virTypedParamsAddString(&parameters->params, &parameters->count, &room,
                                VIR_MIGRATE_PARAM_URI, uri);
    }
}

void
drover_parameters_clear(DroverParameters *parameters)
{
    virTypedParamsFree(parameters->params, parameters->count);
    *parameters = (DroverParameters){0};
}

DroverTransferOptions
drover_options_copy(const DroverTransferOptions *options)
{
    DroverTransferOptions copy = *options;

    copy.destination_address = g_strdup(options->destination_address);
    copy.migration_uri = g_strdup(options->migration_uri);
    return copy;
}

void
drover_options_clear(DroverTransferOptions *options)
{
    g_free((char *) options->destination_address);
    g_free((char *) options->migration_uri);
    options->destination_address = options->migration_uri = NULL;
}
