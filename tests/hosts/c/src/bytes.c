#include "bytes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "owned.h"

/// RFC 4648 section 4.
static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The length of the UTF-8 sequence at the start of the bytes; 0 when there is none.
static size_t utf8_sequence(const uint8_t *bytes, size_t size) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  uint8_t first = bytes[0];
  if (first < 0x80)
    return 1;
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc0 || first >= 0xf8 || length > size)
    return 0;
  uint32_t point = first & (0x7fu >> length);
  for (size_t n = 1; n < length; n++) {
    if ((bytes[n] & 0xc0) != 0x80)
      return 0;
    point = point << 6 | (bytes[n] & 0x3fu);
  }
  bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < least[length] || point > 0x10ffff || surrogate ? 0 : length;
}

bool is_utf8(const char *bytes, size_t size) {
  for (size_t at = 0, length; at < size; at += length) {
    length = utf8_sequence((const uint8_t *)bytes + at, size - at);
    if (length == 0)
      return false;
  }
  return true;
}

static struct json_object *encode(const uint8_t *bytes, size_t size) {
  size_t length = (size + 2) / 3 * 4;
  char *text = malloc(length + 1);
  char *out = text;
  for (size_t at = 0; at < size; at += 3) {
    size_t left = size - at;
    uint32_t group = (uint32_t)bytes[at] << 16;
    group |= left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0;
    group |= left > 2 ? bytes[at + 2] : 0;
    *out++ = ALPHABET[group >> 18];
    *out++ = ALPHABET[group >> 12 & 63];
    *out++ = left > 1 ? ALPHABET[group >> 6 & 63] : '=';
    *out++ = left > 2 ? ALPHABET[group & 63] : '=';
  }
  struct json_object *json = json_object_new_string_len(text, (int)length);
  free(text);
  return json;
}

/// Decodes one group of four characters and returns how many bytes it holds; 0 when it is wrong.
static size_t decode_group(const char *text, uint8_t bytes[3]) {
  size_t padding = text[3] != '=' ? 0 : text[2] != '=' ? 1 : 2;
  uint32_t group = 0;
  for (size_t n = 0; n < 4; n++) {
    const char *digit = n < 4 - padding ? memchr(ALPHABET, text[n], 64) : ALPHABET;
    if (!digit)
      return 0;
    group = group << 6 | (uint32_t)(digit - ALPHABET);
  }
  for (size_t n = 0; n < 3; n++)
    bytes[n] = (uint8_t)(group >> (16 - 8 * n));
  // Bits of a byte that is not there: the same bytes would have two texts.
  bool stray = (padding > 0 && bytes[2]) || (padding > 1 && bytes[1]);
  return stray ? 0 : 3 - padding;
}

static bool decode(struct json_object *text, wasm_byte_vec_t *bytes, struct failure *failure) {
  const char *characters = json_object_get_string(text);
  size_t length = (size_t)json_object_get_string_len(text);
  if (length % 4 != 0)
    return fail(failure, "base64 without its padding");
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t decoded;
  wasm_byte_vec_new_uninitialized(&decoded, length / 4 * 3);
  size_t size = 0;
  for (size_t at = 0; at < length; at += 4) {
    uint8_t group[3];
    size_t count = decode_group(characters + at, group);
    if (count == 0 || (count < 3 && at + 4 < length))
      return fail(failure, "not base64 at character %zu", at);
    memcpy(decoded.data + size, group, count);
    size += count;
  }
  wasm_byte_vec_new(bytes, size, decoded.data);
  return true;
}

struct json_object *bytes_to_json(const char *bytes, size_t size) {
  if (is_utf8(bytes, size))
    return json_object_new_string_len(bytes, (int)size);
  struct json_object *json = json_object_new_object();
  json_object_object_add(json, "base64", encode((const uint8_t *)bytes, size));
  return json;
}

bool bytes_from_json(struct json_object *json, wasm_byte_vec_t *bytes, struct failure *failure) {
  struct json_object *text;
  wasm_byte_vec_new_empty(bytes);
  if (json_object_is_type(json, json_type_string)) {
    wasm_byte_vec_new(bytes, (size_t)json_object_get_string_len(json),
                      json_object_get_string(json));
    return true;
  }
  if (json_object_is_type(json, json_type_object) && json_object_object_length(json) == 1 &&
      json_object_object_get_ex(json, "base64", &text) &&
      json_object_is_type(text, json_type_string))
    return decode(text, bytes, failure);
  return fail(failure, "bytes are a string or {\"base64\": \"...\"}");
}
