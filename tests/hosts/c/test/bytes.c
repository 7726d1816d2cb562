/// Bytes in JSON and back: the vectors of RFC 4648 section 10, shifted out of UTF-8, and what is
/// refused.
#include "../src/bytes.h"

#include <stdio.h>
#include <string.h>

#include "../src/owned.h"

enum { PLAIN = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE };

static int failures;

static void check(bool holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "bytes: %s\n", what);
    failures++;
  }
}

static void both_ways(const char *bytes, size_t size, const char *text) {
  struct failure failure;
  OWNED_JSON *json = bytes_to_json(bytes, size);
  check(strcmp(json_object_to_json_string_ext(json, PLAIN), text) == 0, text);
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t back = WASM_EMPTY_VEC;
  check(bytes_from_json(json, &back, &failure), text);
  check(back.size == size && (size == 0 || memcmp(back.data, bytes, size) == 0), text);
}

static void refused(const char *text) {
  struct failure failure;
  OWNED_JSON *json = json_tokener_parse(text);
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t bytes = WASM_EMPTY_VEC;
  check(!bytes_from_json(json, &bytes, &failure), text);
}

int main(void) {
  both_ways("", 0, "\"\"");
  both_ways("h\xc3\xa9 \xf0\x9f\x98\x80", 8, "\"h\xc3\xa9 \xf0\x9f\x98\x80\"");
  both_ways("a\0b", 3, "\"a\\u0000b\"");
  both_ways("\xff", 1, "{\"base64\":\"/w==\"}");
  both_ways("\xff\xfe", 2, "{\"base64\":\"//4=\"}");
  both_ways("\xff\xfe\xfd", 3, "{\"base64\":\"//79\"}");
  both_ways("\xff\xfe\xfd\0", 4, "{\"base64\":\"//79AA==\"}");
  both_ways("\xc0\x80", 2, "{\"base64\":\"wIA=\"}");             // longer than it need be
  both_ways("\xed\xa0\x80", 3, "{\"base64\":\"7aCA\"}");         // a surrogate
  both_ways("\xf4\x90\x80\x80", 4, "{\"base64\":\"9JCAgA==\"}"); // beyond U+10FFFF
  both_ways("\xe2\x82", 2, "{\"base64\":\"4oI=\"}");             // cut short
  refused("{\"base64\": \"/w=\"}");
  refused("{\"base64\": \"/x==\"}");
  refused("{\"base64\": \"/w==/w==\"}");
  refused("{\"base64\": \"====\"}");
  refused("{\"base64\": \"_w==\"}");
  refused("{\"base64\": 1}");
  refused("{\"base64\": \"/w==\", \"more\": 1}");
  refused("[255]");
  refused("null");
  return failures > 0;
}
