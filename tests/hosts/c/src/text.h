/// The text of a script, read strictly: what is no JSON, or would be read as something else, is
/// refused.
#pragma once

#include <json-c/json.h>
#include <wasm.h>

#include "failure.h"

/// Reads one document of RFC 8259 whose objects have each member once, whose member names hold no
/// NUL, and whose numbers are natural numbers below 2^64: the contract has no others. The value is
/// the caller's.
bool text_read(const wasm_byte_vec_t *bytes, struct json_object **json, struct failure *failure);

/// A string as a name. One with a NUL is none: as a C string it would pass for what precedes it.
bool text_name(struct json_object *json, const char **name, struct failure *failure);
