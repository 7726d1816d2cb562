/// Files, whole.
#pragma once

#include <wasm.h>

#include "failure.h"

/// The bytes are the caller's to delete.
bool file_read(const char *path, wasm_byte_vec_t *bytes, struct failure *failure);
