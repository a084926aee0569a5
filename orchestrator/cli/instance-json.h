/*
 * CIM instances as JSON: property names as CIM has them, numbers as numbers, times as ISO 8601,
 * NULL as null, embedded instances as objects, references as WBEM URIs.
 *
 * Ownership: results are (transfer full).
 * Thread:    any.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "cim/instance.h"

JsonNode *drover_json_value(const CimValue *value);
/* A uint64 beyond a JSON integer of this library (2^63) becomes a real number. */
JsonNode *drover_json_instance(const CimInstance *instance);
/* Adds the properties of @instance that @object (of a node made here) does not have yet. */
void drover_json_add(JsonNode *object, const CimInstance *instance);
/* An array of the instances (of CimInstance). */
JsonNode *drover_json_list(const GPtrArray *instances);
/* Takes @node.  @pretty: indented, over several lines; ends with a newline either way. */
char *drover_json_print(JsonNode *node, gboolean pretty);
