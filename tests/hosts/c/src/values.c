#include "values.h"

#include <string.h>

#include "name.h"
#include "owned.h"

bool variant_case(const type_t *variant, const char *name, bool *has_payload, type_t *payload) {
  const wasmtime_component_variant_type_t *cases = variant->of.variant;
  const char *text;
  size_t length;
  type_t type;
  for (size_t n = 0;
       wasmtime_component_variant_type_case_nth(cases, n, &text, &length, has_payload, &type);
       n++) {
    bool found = strcmp(name_of(text, length).text, name) == 0;
    if (*has_payload && found)
      *payload = type;
    else if (*has_payload)
      wasmtime_component_valtype_delete(&type);
    if (found)
      return true;
  }
  return false;
}

struct json_object *arguments_to_json(const function_t *function, const value_t *arguments) {
  struct json_object *array = json_object_new_array();
  const char *name;
  size_t length;
  type_t type;
  for (size_t n = 0; wasmtime_component_func_type_param_nth(function, n, &name, &length, &type);
       n++) {
    json_object_array_add(array, value_to_json(&type, &arguments[n]));
    wasmtime_component_valtype_delete(&type);
  }
  return array;
}

bool arguments_from_json(const function_t *function, struct json_object *json,
                         wasmtime_component_vallist_t *arguments, struct failure *failure) {
  size_t count = wasmtime_component_func_type_param_count(function);
  wasmtime_component_vallist_new_uninit(arguments, count);
  if (!json_object_is_type(json, json_type_array) || json_object_array_length(json) != count)
    return fail(failure, "expected an array of %zu arguments", count);
  for (size_t n = 0; n < count; n++) {
    OWNED_TYPE type = {0};
    const char *name;
    size_t length;
    wasmtime_component_func_type_param_nth(function, n, &name, &length, &type);
    if (!value_from_json(&type, json_object_array_get_idx(json, n), &arguments->data[n], failure))
      return fail_within(failure, "argument %zu", n + 1);
  }
  return true;
}

bool result_from_json(const function_t *function, struct json_object *json, value_t *result,
                      struct failure *failure) {
  OWNED_TYPE type = {0};
  if (wasmtime_component_func_type_result(function, &type))
    return value_from_json(&type, json, result, failure);
  return !json || fail(failure, "expected nothing");
}
