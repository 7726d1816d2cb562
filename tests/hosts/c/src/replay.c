#include "replay.h"

#include <string.h>

#include "difference.h"
#include "file.h"
#include "owned.h"
#include "text.h"

/// The import calls of one step, in order.
struct script {
  struct json_object *imports;
  size_t next;
};

/// A member that has to be there; of type null, of any type.
static bool member(struct json_object *object, const char *name, json_type type,
                   struct json_object **value, struct failure *failure) {
  return (json_object_is_type(object, json_type_object) &&
          json_object_object_get_ex(object, name, value) &&
          (type == json_type_null || json_object_is_type(*value, type))) ||
         fail(failure, "the script is wrong: no %s%s%s", name,
              type == json_type_null ? "" : " of type ",
              type == json_type_null ? "" : json_type_to_name(type));
}

/// A member that is a name.
static bool name_member(struct json_object *object, const char *name, const char **value,
                        struct failure *failure) {
  struct json_object *json;
  return member(object, name, json_type_string, &json, failure) &&
         (text_name(json, value, failure) || fail_within(failure, "the script is wrong"));
}

/// Whether an object has no member but these, the last of which is NULL.
static bool only(struct json_object *object, const char *const known[], struct failure *failure) {
  json_object_object_foreach(object, name, unused) {
    (void)unused;
    size_t n = 0;
    while (known[n] && strcmp(known[n], name) != 0)
      n++;
    if (!known[n])
      return fail(failure, "the script is wrong: unknown member %s", name);
  }
  return true;
}

static bool answer_next(struct script *script, const char *import, struct json_object *arguments,
                        struct json_object **answer, struct failure *failure) {
  if (script->next == json_object_array_length(script->imports))
    return fail(failure, "not in the script: %s %s", import,
                json_object_to_json_string_ext(arguments, JSON_C_TO_STRING_NOSLASHESCAPE));
  struct json_object *entry = json_object_array_get_idx(script->imports, script->next);
  const char *name;
  struct json_object *expected, *answered = NULL;
  if (!name_member(entry, "import", &name, failure) ||
      !member(entry, "arguments", json_type_array, &expected, failure) ||
      !only(entry, (const char *[]){"import", "arguments", "answer", NULL}, failure))
    return false;
  if (strcmp(name, import) != 0)
    return fail(failure, "expected %s, got %s", name, import);
  if (!same(expected, arguments, failure))
    return fail_within(failure, "%s: arguments", import);
  json_object_object_get_ex(entry, "answer", &answered); // none where the import has no result
  *answer = json_object_get(answered);
  script->next++;
  return true;
}

static bool answer(void *data, const char *import, struct json_object *arguments,
                   struct json_object **answer, struct failure *failure) {
  struct script *script = data;
  size_t number = script->next + 1;
  return answer_next(script, import, arguments, answer, failure) ||
         fail_within(failure, "import call %zu", number);
}

/// Fails when the script has import calls that the plugin did not make.
static bool all_made(const struct script *script, struct failure *failure) {
  size_t length = json_object_array_length(script->imports);
  if (script->next == length)
    return true;
  struct json_object *next = json_object_array_get_idx(script->imports, script->next);
  return fail(failure, "import call %zu: not made: %s", script->next + 1,
              json_object_to_json_string_ext(next, JSON_C_TO_STRING_NOSLASHESCAPE));
}

static bool replay_step(const struct plugin *plugin, struct json_object *step,
                        struct failure *failure) {
  const char *function;
  struct json_object *arguments, *imports, *expected;
  if (!name_member(step, "call", &function, failure) ||
      !member(step, "arguments", json_type_array, &arguments, failure) ||
      !member(step, "imports", json_type_array, &imports, failure) ||
      !member(step, "result", json_type_null, &expected, failure) ||
      !only(step, (const char *[]){"call", "arguments", "imports", "result", NULL}, failure))
    return false;
  struct script script = {.imports = imports};
  struct host host = {.answer = answer, .data = &script};
  OWNED_JSON *result = NULL;
  if (!plugin_call(plugin, function, arguments, &host, &result, failure) ||
      !all_made(&script, failure))
    return fail_within(failure, "%s", function);
  return same(expected, result, failure) || fail_within(failure, "%s: result", function);
}

static bool replay_steps(const struct plugin *plugin, struct json_object *script,
                         struct failure *failure) {
  struct json_object *about, *steps;
  if (!member(script, "about", json_type_string, &about, failure) ||
      !member(script, "steps", json_type_array, &steps, failure) ||
      !only(script, (const char *[]){"about", "steps", NULL}, failure))
    return false;
  size_t count = json_object_array_length(steps);
  for (size_t n = 0; n < count; n++)
    if (!replay_step(plugin, json_object_array_get_idx(steps, n), failure))
      return fail_within(failure, "step %zu", n + 1);
  return count > 0 || fail(failure, "the script is wrong: no step");
}

static bool read_script(const char *path, struct json_object **script, struct failure *failure) {
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t bytes = WASM_EMPTY_VEC;
  return (file_read(path, &bytes, failure) && text_read(&bytes, script, failure)) ||
         fail_within(failure, "the script is wrong");
}

bool replay(const struct plugin *plugin, const char *path, struct failure *failure) {
  OWNED_JSON *script = NULL;
  return (read_script(path, &script, failure) && replay_steps(plugin, script, failure)) ||
         fail_within(failure, "%s", path);
}
