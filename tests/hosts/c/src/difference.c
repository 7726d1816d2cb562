#include "difference.h"

#include <string.h>

/// As much of a value as a person reads, in bytes.
enum { SHOWN = 200, BEFORE = 50 };

/// Where the character begins that this byte is part of.
static size_t character(const char *text, size_t at) {
  while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
    at--;
  return at;
}

static int shown(const char *text) {
  return (int)(strlen(text) > SHOWN ? character(text, SHOWN) : strlen(text));
}

static bool differ(const char *expected, const char *actual, struct failure *failure) {
  // Long texts are shown from shortly before the place where they part.
  size_t start = 0;
  while (expected[start] && expected[start] == actual[start])
    start++;
  start = start > BEFORE ? character(expected, start - BEFORE) : 0;
  const char *mark = start > 0 ? "..." : "";
  return fail(failure, "expected %s%.*s, got %s%.*s", mark, shown(expected + start),
              expected + start, mark, shown(actual + start), actual + start);
}

static bool same_members(struct json_object *expected, struct json_object *actual,
                         struct failure *failure) {
  json_object_object_foreach(expected, name, value) {
    struct json_object *other;
    if (!json_object_object_get_ex(actual, name, &other))
      return fail(failure, "member %s is missing", name);
    if (!same(value, other, failure))
      return fail_within(failure, "%s", name);
  }
  json_object_object_foreach(actual, extra, unused) {
    (void)unused;
    if (!json_object_object_get_ex(expected, extra, NULL))
      return fail(failure, "member %s was not expected", extra);
  }
  return true;
}

static bool same_items(struct json_object *expected, struct json_object *actual,
                       struct failure *failure) {
  size_t wanted = json_object_array_length(expected);
  size_t got = json_object_array_length(actual);
  for (size_t n = 0; n < wanted && n < got; n++)
    if (!same(json_object_array_get_idx(expected, n), json_object_array_get_idx(actual, n),
              failure))
      return fail_within(failure, "item %zu", n);
  return wanted == got || fail(failure, "expected %zu items, got %zu", wanted, got);
}

bool same(struct json_object *expected, struct json_object *actual, struct failure *failure) {
  if (json_object_equal(expected, actual))
    return true;
  json_type type = json_object_get_type(expected);
  bool alike = type == json_object_get_type(actual);
  if (alike && type == json_type_object)
    return same_members(expected, actual, failure);
  if (alike && type == json_type_array)
    return same_items(expected, actual, failure);
  return differ(json_object_to_json_string_ext(expected, JSON_C_TO_STRING_NOSLASHESCAPE),
                json_object_to_json_string_ext(actual, JSON_C_TO_STRING_NOSLASHESCAPE), failure);
}
