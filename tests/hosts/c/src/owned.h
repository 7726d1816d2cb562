/// Locals that are freed when they go out of scope, whichever way that happens.
///
/// `OWNED(delete) type name = empty;` calls `delete(&name)` at the end of the scope, as GCC and
/// Clang understand it.
#pragma once

#include <json-c/json.h>
#include <wasmtime.h>

#define OWNED(delete) __attribute__((cleanup(delete)))

/// Types and values; `{0}` of both is a bool, which owns nothing.
#define OWNED_TYPE OWNED(wasmtime_component_valtype_delete) wasmtime_component_valtype_t
#define OWNED_VALUE OWNED(wasmtime_component_val_delete) wasmtime_component_val_t

#define OWNED_JSON OWNED(owned_json_delete) struct json_object

static inline void owned_json_delete(struct json_object **json) { json_object_put(*json); }
