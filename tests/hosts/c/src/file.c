#include "file.h"

#include <stdio.h>

#include "owned.h"

enum { LARGEST_FILE = 16 * 1024 * 1024 };

bool file_read(const char *path, wasm_byte_vec_t *bytes, struct failure *failure) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return fail(failure, "the file cannot be opened");
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t buffer;
  wasm_byte_vec_new_uninitialized(&buffer, LARGEST_FILE);
  size_t size = fread(buffer.data, 1, buffer.size, file);
  bool whole = feof(file) && !ferror(file);
  fclose(file);
  if (!whole)
    return fail(failure, "the file cannot be read, or is larger than %d bytes", LARGEST_FILE);
  wasm_byte_vec_new(bytes, size, buffer.data);
  return true;
}
