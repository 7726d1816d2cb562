#include "text.h"

#include <inttypes.h>
#include <json-c/json_visit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "owned.h"

/// One pass over a text that json-c has taken in its strict mode: finds what that leaves open.
struct tokens {
  const char *at;
  /// The last string has a NUL.
  bool nul;
  int members;
};

/// Whether the escape is half of a pair of surrogates, by the digit that tells which.
static bool surrogate(const char *escape, const char *digits) {
  return escape[0] == '\\' && escape[1] == 'u' && (escape[2] == 'd' || escape[2] == 'D') &&
         strchr(digits, escape[3]);
}

static bool pass_escape(struct tokens *tokens) {
  const char *escape = tokens->at;
  bool high = surrogate(escape, "89abAB");
  tokens->nul |= strncmp(escape, "\\u0000", 6) == 0;
  tokens->at += high ? 12 : escape[1] == 'u' ? 6 : 2;
  return high ? surrogate(escape + 6, "cdefCDEF") : !surrogate(escape, "cdefCDEF");
}

static bool pass_string(struct tokens *tokens, struct failure *failure) {
  tokens->nul = false;
  tokens->at++;
  while (*tokens->at != '"') {
    if ((unsigned char)*tokens->at < ' ')
      return fail(failure, "a control character in a string");
    if (*tokens->at != '\\')
      tokens->at++;
    else if (!pass_escape(tokens))
      return fail(failure, "half a pair of surrogates");
  }
  tokens->at++;
  return true;
}

/// A number, or true, false or null.
static bool pass_word(struct tokens *tokens, struct failure *failure) {
  const char *word = tokens->at;
  size_t length = strcspn(word, " \t\r\n,]}");
  // Whatever does not come out as it was is something else, or too large.
  char number[24];
  snprintf(number, sizeof number, "%" PRIu64, (uint64_t)strtoull(word, NULL, 10));
  bool natural = strlen(number) == length && memcmp(number, word, length) == 0;
  if (!natural && !strchr("tfn", *word))
    return fail(failure, "%.*s is no number of the contract", (int)(length < 40 ? length : 40),
                word);
  tokens->at += length;
  return true;
}

static bool pass_token(struct tokens *tokens, struct failure *failure) {
  char first = *tokens->at;
  if (first == '"')
    return pass_string(tokens, failure);
  if (!strchr(" \t\r\n[]{},:", first))
    return pass_word(tokens, failure);
  if (first == ':' && tokens->nul)
    return fail(failure, "a NUL in the name of a member");
  tokens->members += first == ':';
  tokens->at++;
  return true;
}

static int count_member(struct json_object *json, int flags, struct json_object *parent,
                        const char *name, size_t *index, void *members) {
  (void)json, (void)parent, (void)index;
  *(int *)members += name && flags != JSON_C_VISIT_SECOND;
  return JSON_C_VISIT_RETURN_CONTINUE;
}

static bool check(const char *text, struct json_object *json, struct failure *failure) {
  struct tokens tokens = {.at = text};
  while (*tokens.at)
    if (!pass_token(&tokens, failure))
      return fail_within(failure, "at byte %td", tokens.at - text);
  // Of two members of one name, json-c has kept the last.
  int kept = 0;
  json_c_visit(json, 0, count_member, &kept);
  return kept == tokens.members || fail(failure, "an object has a member twice");
}

static void tokener_delete(struct json_tokener **tokener) { json_tokener_free(*tokener); }

bool text_read(const wasm_byte_vec_t *bytes, struct json_object **json, struct failure *failure) {
  if (!is_utf8(bytes->data, bytes->size))
    return fail(failure, "not UTF-8");
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t text;
  wasm_byte_vec_new_uninitialized(&text, bytes->size + 1);
  memcpy(text.data, bytes->data, bytes->size);
  text.data[bytes->size] = '\0';

  OWNED(tokener_delete) struct json_tokener *tokener = json_tokener_new();
  json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
  OWNED_JSON *read = json_tokener_parse_ex(tokener, text.data, (int)text.size);
  enum json_tokener_error error = json_tokener_get_error(tokener);
  size_t end = json_tokener_get_parse_end(tokener);
  if (error != json_tokener_success)
    return fail(failure, "at byte %zu: %s", end, json_tokener_error_desc(error));
  if (end != bytes->size)
    return fail(failure, "at byte %zu: a NUL", end);
  if (!check(text.data, read, failure))
    return false;
  *json = json_object_get(read);
  return true;
}

bool text_name(struct json_object *json, const char **name, struct failure *failure) {
  *name = json_object_get_string(json);
  return strlen(*name) == (size_t)json_object_get_string_len(json) ||
         fail(failure, "a NUL in the name %s", *name);
}
