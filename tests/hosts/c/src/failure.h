/// Why something did not work, in words for the operator.
///
/// Functions that can fail return false and fill the failure they were given.
#pragma once

#include <stdbool.h>
#include <wasmtime.h>

struct failure {
  char text[2048];
};

/// Fills the failure; always false, so that it ends a function in one line.
__attribute__((format(printf, 2, 3))) bool fail(struct failure *failure, const char *format, ...);

/// Puts the place in front of a failure that came from within; always false.
__attribute__((format(printf, 2, 3))) bool fail_within(struct failure *failure, const char *format,
                                                       ...);

/// Takes an error of the runtime, if there is one; false if there is.
bool succeeded(wasmtime_error_t *error, struct failure *failure);
