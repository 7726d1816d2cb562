/// `list<u8>` in JSON: a string where the bytes are UTF-8, else `{ "base64": "..." }`.
#pragma once

#include <json-c/json.h>
#include <wasm.h>

#include "failure.h"

/// Whether the bytes are UTF-8 (RFC 3629).
bool is_utf8(const char *bytes, size_t size);

struct json_object *bytes_to_json(const char *bytes, size_t size);

/// The bytes are the caller's to delete.
bool bytes_from_json(struct json_object *json, wasm_byte_vec_t *bytes, struct failure *failure);
