/// The bridge between JSON and component values, led by the component's own types.
///
/// JSON null is a NULL pointer, as json-c has it. What is made belongs to the caller; what is half
/// made when a function fails, too.
#pragma once

#include <json-c/json.h>
#include <wasmtime.h>

#include "failure.h"

typedef wasmtime_component_func_type_t function_t;
typedef wasmtime_component_valtype_t type_t;
typedef wasmtime_component_val_t value_t;

/// Finds a case of a variant; its payload is left alone where it has none.
bool variant_case(const type_t *variant, const char *name, bool *has_payload, type_t *payload);

/// The value as JSON; of a type that the contract does not use, `{ "unsupported-type": kind }`.
struct json_object *value_to_json(const type_t *type, const value_t *value);
bool value_from_json(const type_t *type, struct json_object *json, value_t *value,
                     struct failure *failure);

/// The arguments of a function as an array.
struct json_object *arguments_to_json(const function_t *function, const value_t *arguments);
bool arguments_from_json(const function_t *function, struct json_object *json,
                         wasmtime_component_vallist_t *arguments, struct failure *failure);

/// The result of a function; of one that has none, nothing but null.
bool result_from_json(const function_t *function, struct json_object *json, value_t *result,
                      struct failure *failure);
