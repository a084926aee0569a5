#include "orchestrator/cli/cli.h"
#include "configs/mof/schema.h"

int
main(int argc, char **argv)
{
    return drover_cli_run(argc, argv, &drover_schema);
}
