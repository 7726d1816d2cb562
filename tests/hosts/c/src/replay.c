#include "replay.h"

#include <string.h>

#include "difference.h"
#include "owned.h"

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

static bool answer_next(struct script *script, const char *import, struct json_object *arguments,
                        struct json_object **answer, struct failure *failure) {
  if (script->next == json_object_array_length(script->imports))
    return fail(failure, "not in the script: %s %s", import,
                json_object_to_json_string_ext(arguments, JSON_C_TO_STRING_NOSLASHESCAPE));
  struct json_object *entry = json_object_array_get_idx(script->imports, script->next);
  struct json_object *name, *expected, *answered = NULL;
  if (!member(entry, "import", json_type_string, &name, failure) ||
      !member(entry, "arguments", json_type_array, &expected, failure))
    return false;
  if (strcmp(json_object_get_string(name), import) != 0)
    return fail(failure, "expected %s, got %s", json_object_get_string(name), import);
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
  struct json_object *function, *arguments, *imports, *expected;
  if (!member(step, "call", json_type_string, &function, failure) ||
      !member(step, "arguments", json_type_array, &arguments, failure) ||
      !member(step, "imports", json_type_array, &imports, failure) ||
      !member(step, "result", json_type_null, &expected, failure))
    return false;
  struct script script = {.imports = imports};
  struct host host = {.answer = answer, .data = &script};
  OWNED_JSON *result = NULL;
  if (!plugin_call(plugin, json_object_get_string(function), arguments, &host, &result, failure) ||
      !all_made(&script, failure))
    return fail_within(failure, "%s", json_object_get_string(function));
  return same(expected, result, failure) ||
         fail_within(failure, "%s: result", json_object_get_string(function));
}

static bool replay_steps(const struct plugin *plugin, struct json_object *script,
                         struct failure *failure) {
  struct json_object *steps;
  if (!member(script, "steps", json_type_array, &steps, failure))
    return false;
  size_t count = json_object_array_length(steps);
  for (size_t n = 0; n < count; n++)
    if (!replay_step(plugin, json_object_array_get_idx(steps, n), failure))
      return fail_within(failure, "step %zu", n + 1);
  return count > 0 || fail(failure, "the script is wrong: no step");
}

bool replay(const struct plugin *plugin, const char *path, struct failure *failure) {
  OWNED_JSON *script = json_object_from_file(path);
  if (!script)
    fail(failure, "the script is wrong: %s", json_util_get_last_err());
  return (script && replay_steps(plugin, script, failure)) || fail_within(failure, "%s", path);
}
