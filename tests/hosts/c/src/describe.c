#include "describe.h"

#include <stdio.h>

#include "contract.h"
#include "owned.h"

static bool refuse(void *data, const char *import, struct json_object *arguments,
                   struct json_object **answer, struct failure *failure) {
  (void)data, (void)arguments, (void)answer;
  return fail(failure, "%s in a call that has no imports", import);
}

/// A member as JSON: what control characters a plugin's texts hold are escaped in it.
static const char *member(struct json_object *object, const char *name) {
  return json_object_to_json_string_ext(json_object_object_get(object, name),
                                        JSON_C_TO_STRING_NOSLASHESCAPE);
}

bool describe(const struct plugin *plugin, const char *locale, struct failure *failure) {
  const struct host nothing = {.answer = refuse};
  OWNED_JSON *arguments = json_object_new_array();
  OWNED_JSON *descriptor = NULL;
  json_object_array_add(arguments, json_object_new_string(locale));
  if (!plugin_call(plugin, "describe", arguments, &nothing, &descriptor, failure))
    return fail_within(failure, "describe");
  struct json_object *form = json_object_object_get(descriptor, "form");
  if (!json_object_is_type(form, json_type_array))
    return fail(failure, "describe: no form");
  printf("%s %s, contract %s\n", member(descriptor, "id"), member(descriptor, "version"),
         contract_version(plugin->interface.text));
  for (size_t n = 0; n < json_object_array_length(form); n++) {
    struct json_object *field = json_object_array_get_idx(form, n);
    printf("%s: %s, %s\n", member(field, "key"), member(field, "label"), member(field, "kind"));
  }
  return true;
}
