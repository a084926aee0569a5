/* The classes that drover speaks, compiled from configs/mof at build time. */
#pragma once

#include "cim/class.h"

extern const CimSchema drover_schema;
