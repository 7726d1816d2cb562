#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool fail(struct failure *failure, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure->text, sizeof failure->text, format, arguments);
  va_end(arguments);
  return false;
}

bool fail_within(struct failure *failure, const char *format, ...) {
  struct failure inner = *failure;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure->text, sizeof failure->text, format, arguments);
  va_end(arguments);
  size_t used = strlen(failure->text);
  snprintf(failure->text + used, sizeof failure->text - used, ": %s", inner.text);
  return false;
}

bool succeeded(wasmtime_error_t *error, struct failure *failure) {
  if (!error)
    return true;
  wasm_byte_vec_t message;
  wasmtime_error_message(error, &message);
  wasmtime_error_delete(error);
  // The lines before the last are a backtrace and what led there; the last is the cause.
  size_t end = message.size;
  while (end > 0 && message.data[end - 1] == '\n')
    end--;
  size_t start = end;
  while (start > 0 && message.data[start - 1] != '\n')
    start--;
  while (start < end && strchr(" :0123456789", message.data[start]))
    start++;
  fail(failure, "%.*s", (int)(end - start), message.data + start);
  wasm_byte_vec_delete(&message);
  return false;
}
