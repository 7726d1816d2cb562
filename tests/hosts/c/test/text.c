/// The texts that are read, and those that are refused.
#include "../src/text.h"

#include <stdio.h>
#include <string.h>

#include "../src/owned.h"

static int failures;

static struct json_object *read(const char *bytes, size_t size) {
  struct failure failure;
  struct json_object *json = NULL;
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t text;
  wasm_byte_vec_new(&text, size, bytes);
  text_read(&text, &json, &failure);
  return json;
}

static void check(bool holds, const char *text) {
  if (!holds) {
    fprintf(stderr, "text: %s\n", text);
    failures++;
  }
}

/// What the text is once it is read and printed.
static void taken(const char *text, const char *printed) {
  OWNED_JSON *json = read(text, strlen(text));
  check(strcmp(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN), printed) == 0, text);
}

static void refused_bytes(const char *bytes, size_t size) {
  OWNED_JSON *json = read(bytes, size);
  check(!json, bytes);
}

static void refused(const char *text) { refused_bytes(text, strlen(text)); }

static void refused_as_name(const char *text) {
  struct failure failure;
  const char *name;
  OWNED_JSON *json = read(text, strlen(text));
  check(json && !text_name(json, &name, &failure), text);
}

int main(void) {
  taken(" {\"a\": [true, false, null, {\"a\": \"\"}]}\r\n\t",
        "{\"a\":[true,false,null,{\"a\":\"\"}]}");
  taken("[0, 10, 18446744073709551615]", "[0,10,18446744073709551615]");
  taken("[\"a: \\\" \\\\ \\u0000 \\u00e9 \\ud83d\\ude00\"]",
        "[\"a: \\\" \\\\ \\u0000 \xc3\xa9 \xf0\x9f\x98\x80\"]");

  // No document, or more than one.
  refused("");
  refused(" ");
  refused("{\"a\": ");
  refused("{} garbage");
  refused("{}{}");
  refused_bytes("{}\0", 3);
  refused_bytes("{\0}", 3);
  refused_bytes("{}\0{}", 5);
  refused("\xef\xbb\xbf{}"); // a byte order mark

  // Grammar.
  refused("{/**/}");
  refused("[] // end");
  refused("{'a': 1}");
  refused("['a']");
  refused("{a: 1}");
  refused("[1,]");
  refused("{\"a\": 1,}");
  refused("[1 2]");
  refused("[\f1]");
  refused("[True]");
  refused("[NULL]");
  refused("[nul]");

  // Numbers.
  refused("[01]");
  refused("[00]");
  refused("[+1]");
  refused("[-1]");
  refused("[-0]");
  refused("[1.]");
  refused("[.5]");
  refused("[-.5]");
  refused("[1.0]");
  refused("[1e5]");
  refused("[0x1]");
  refused("[NaN]");
  refused("[Infinity]");
  refused("[-Infinity]");
  refused("[18446744073709551616]");
  refused("[100000000000000000000000000000000000000000000000000]");

  // Strings.
  refused("[\"a\nb\"]");
  refused_bytes("[\"a\0b\"]", 7);
  refused("[\"\\x41\"]");
  refused("[\"\\u12g4\"]");
  refused("[\"\\ud800\"]");
  refused("[\"\\ud800\\u0041\"]");
  refused("[\"\\udc00\"]");
  refused("[\"\\uDBFF\\uDBFF\"]");
  refused("[\"\xff\"]");
  refused("[\"\xed\xa0\x80\"]");
  refused("[\"\xc0\x80\"]");

  // Members.
  refused("{\"a\": 1, \"a\": 1}");
  refused("[{\"b\": {\"a\": 1, \"\\u0061\": 2}}]");
  refused("{\"a\\u0000b\": 1}");
  refused("{\"a\\u0000b\" : 1}");

  refused_as_name("\"begin-authorize\\u0000x\"");
  refused_as_name("\"\\u0000\"");
  return failures > 0;
}
