/// Names as the runtime hands them out, not terminated, made C strings.
#pragma once

#include <stddef.h>
#include <stdio.h>

/// Longer names are cut, and then equal none that this host knows.
struct name {
  char text[128];
};

static inline struct name name_of(const char *text, size_t length) {
  struct name name;
  snprintf(name.text, sizeof name.text, "%.*s", (int)length, text);
  return name;
}
