#include <inttypes.h>
#include <string.h>

#include "bytes.h"
#include "name.h"
#include "owned.h"
#include "text.h"
#include "values.h"

static bool expect(struct json_object *json, json_type type, struct failure *failure) {
  json_type actual = json_object_get_type(json);
  return actual == type ||
         fail(failure, "expected %s, got %s", json_type_to_name(type), json_type_to_name(actual));
}

static bool number_from_json(struct json_object *json, uint64_t most, uint64_t *number,
                             struct failure *failure) {
  if (!expect(json, json_type_int, failure))
    return false;
  *number = json_object_get_uint64(json);
  bool negative = json_object_get_int64(json) < 0;
  return (!negative && *number <= most) ||
         fail(failure, "expected a number from 0 to %" PRIu64 ", got %s", most,
              json_object_to_json_string(json));
}

static bool list_of_bytes(struct json_object *json, wasmtime_component_vallist_t *list,
                          struct failure *failure) {
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t bytes;
  if (!bytes_from_json(json, &bytes, failure))
    return false;
  wasmtime_component_vallist_new_uninit(list, bytes.size);
  for (size_t n = 0; n < bytes.size; n++)
    list->data[n] = (value_t){WASMTIME_COMPONENT_U8, {.u8 = (uint8_t)bytes.data[n]}};
  return true;
}

static bool list_from_json(const type_t *type, struct json_object *json, value_t *value,
                           struct failure *failure) {
  wasmtime_component_vallist_t *list = &value->of.list;
  OWNED_TYPE element = {0};
  wasmtime_component_list_type_element(type->of.list, &element);
  value->kind = WASMTIME_COMPONENT_LIST;
  wasmtime_component_vallist_new_empty(list);
  if (element.kind == WASMTIME_COMPONENT_VALTYPE_U8)
    return list_of_bytes(json, list, failure);
  if (!expect(json, json_type_array, failure))
    return false;
  wasmtime_component_vallist_new_uninit(list, json_object_array_length(json));
  for (size_t n = 0; n < list->size; n++)
    if (!value_from_json(&element, json_object_array_get_idx(json, n), &list->data[n], failure))
      return fail_within(failure, "item %zu", n);
  return true;
}

static bool tuple_from_json(const type_t *type, struct json_object *json, value_t *value,
                            struct failure *failure) {
  wasmtime_component_valtuple_t *tuple = &value->of.tuple;
  size_t count = wasmtime_component_tuple_type_types_count(type->of.tuple);
  value->kind = WASMTIME_COMPONENT_TUPLE;
  wasmtime_component_valtuple_new_uninit(tuple, count);
  if (!expect(json, json_type_array, failure))
    return false;
  if (json_object_array_length(json) != count)
    return fail(failure, "expected %zu items, got %zu", count, json_object_array_length(json));
  for (size_t n = 0; n < count; n++) {
    OWNED_TYPE element = {0};
    wasmtime_component_tuple_type_types_nth(type->of.tuple, n, &element);
    if (!value_from_json(&element, json_object_array_get_idx(json, n), &tuple->data[n], failure))
      return fail_within(failure, "item %zu", n);
  }
  return true;
}

static bool record_from_json(const type_t *type, struct json_object *json, value_t *value,
                             struct failure *failure) {
  wasmtime_component_valrecord_t *record = &value->of.record;
  size_t count = wasmtime_component_record_type_field_count(type->of.record);
  value->kind = WASMTIME_COMPONENT_RECORD;
  wasmtime_component_valrecord_new_uninit(record, count);
  if (!expect(json, json_type_object, failure))
    return false;
  for (size_t n = 0; n < count; n++) {
    OWNED_TYPE field = {0};
    const char *text;
    size_t length;
    struct json_object *member;
    wasmtime_component_record_type_field_nth(type->of.record, n, &text, &length, &field);
    struct name name = name_of(text, length);
    wasm_name_new(&record->data[n].name, length, text);
    if (!json_object_object_get_ex(json, name.text, &member))
      return fail(failure, "member %s is missing", name.text);
    if (!value_from_json(&field, member, &record->data[n].val, failure))
      return fail_within(failure, "%s", name.text);
  }
  int members = json_object_object_length(json);
  return members == (int)count || fail(failure, "expected %zu members, got %d", count, members);
}

/// The one member of `{ "name": payload }`.
static bool named(struct json_object *json, const char **name, struct json_object **payload,
                  struct failure *failure) {
  if (!expect(json, json_type_object, failure))
    return false;
  if (json_object_object_length(json) != 1)
    return fail(failure, "expected one member, got %d", json_object_object_length(json));
  struct json_object_iterator first = json_object_iter_begin(json);
  *name = json_object_iter_peek_name(&first);
  *payload = json_object_iter_peek_value(&first);
  return true;
}

static bool variant_from_json(const type_t *type, struct json_object *json, value_t *value,
                              struct failure *failure) {
  bool bare = json_object_is_type(json, json_type_string);
  const char *name;
  struct json_object *payload_json = NULL;
  if (bare ? !text_name(json, &name, failure) : !named(json, &name, &payload_json, failure))
    return false;
  bool has_payload;
  OWNED_TYPE payload_type = {0};
  OWNED_VALUE payload = {0};
  if (!variant_case(type, name, &has_payload, &payload_type))
    return fail(failure, "no case %s", name);
  if (has_payload == bare)
    return fail(failure, "case %s has %s payload", name, has_payload ? "a" : "no");
  if (has_payload && !value_from_json(&payload_type, payload_json, &payload, failure))
    return fail_within(failure, "%s", name);
  value->kind = WASMTIME_COMPONENT_VARIANT;
  wasm_name_new_from_string(&value->of.variant.discriminant, name);
  value->of.variant.val = has_payload ? wasmtime_component_val_new(&payload) : NULL;
  return true;
}

static bool enum_from_json(const type_t *type, struct json_object *json, value_t *value,
                           struct failure *failure) {
  const char *name, *text;
  size_t length;
  if (!expect(json, json_type_string, failure) || !text_name(json, &name, failure))
    return false;
  for (size_t n = 0; wasmtime_component_enum_type_names_nth(type->of.enum_, n, &text, &length);
       n++) {
    if (strcmp(name_of(text, length).text, name) == 0) {
      value->kind = WASMTIME_COMPONENT_ENUM;
      wasm_name_new(&value->of.enumeration, length, text);
      return true;
    }
  }
  return fail(failure, "no case %s", name);
}

static bool option_from_json(const type_t *type, struct json_object *json, value_t *value,
                             struct failure *failure) {
  OWNED_TYPE inner = {0};
  OWNED_VALUE some = {0};
  wasmtime_component_option_type_ty(type->of.option, &inner);
  if (json && !value_from_json(&inner, json, &some, failure))
    return false;
  value->kind = WASMTIME_COMPONENT_OPTION;
  value->of.option = json ? wasmtime_component_val_new(&some) : NULL;
  return true;
}

static bool outcome_from_json(const type_t *type, struct json_object *json, value_t *value,
                              struct failure *failure) {
  const char *name;
  struct json_object *payload_json;
  if (!named(json, &name, &payload_json, failure))
    return false;
  bool is_ok = strcmp(name, "ok") == 0;
  if (!is_ok && strcmp(name, "err") != 0)
    return fail(failure, "expected ok or err, got %s", name);
  OWNED_TYPE payload_type = {0};
  OWNED_VALUE payload = {0};
  bool has_payload = is_ok ? wasmtime_component_result_type_ok(type->of.result, &payload_type)
                           : wasmtime_component_result_type_err(type->of.result, &payload_type);
  if (has_payload ? !value_from_json(&payload_type, payload_json, &payload, failure)
                  : !expect(payload_json, json_type_null, failure))
    return fail_within(failure, "%s", name);
  value->kind = WASMTIME_COMPONENT_RESULT;
  value->of.result.is_ok = is_ok;
  value->of.result.val = has_payload ? wasmtime_component_val_new(&payload) : NULL;
  return true;
}

static bool string_from_json(struct json_object *json, value_t *value, struct failure *failure) {
  if (!expect(json, json_type_string, failure))
    return false;
  const char *text = json_object_get_string(json);
  size_t length = (size_t)json_object_get_string_len(json);
  // The runtime ends the process over a string that is not.
  if (!is_utf8(text, length))
    return fail(failure, "the string is not UTF-8");
  value->kind = WASMTIME_COMPONENT_STRING;
  wasm_name_new(&value->of.string, length, text);
  return true;
}

bool value_from_json(const type_t *type, struct json_object *json, value_t *value,
                     struct failure *failure) {
  uint64_t number;
  switch (type->kind) {
  case WASMTIME_COMPONENT_VALTYPE_BOOL:
    value->kind = WASMTIME_COMPONENT_BOOL;
    value->of.boolean = json_object_get_boolean(json);
    return expect(json, json_type_boolean, failure);
  case WASMTIME_COMPONENT_VALTYPE_U8:
    if (!number_from_json(json, UINT8_MAX, &number, failure))
      return false;
    *value = (value_t){WASMTIME_COMPONENT_U8, {.u8 = (uint8_t)number}};
    return true;
  case WASMTIME_COMPONENT_VALTYPE_U16:
    if (!number_from_json(json, UINT16_MAX, &number, failure))
      return false;
    *value = (value_t){WASMTIME_COMPONENT_U16, {.u16 = (uint16_t)number}};
    return true;
  case WASMTIME_COMPONENT_VALTYPE_U32:
    if (!number_from_json(json, UINT32_MAX, &number, failure))
      return false;
    *value = (value_t){WASMTIME_COMPONENT_U32, {.u32 = (uint32_t)number}};
    return true;
  case WASMTIME_COMPONENT_VALTYPE_U64:
    if (!number_from_json(json, UINT64_MAX, &number, failure))
      return false;
    *value = (value_t){WASMTIME_COMPONENT_U64, {.u64 = number}};
    return true;
  case WASMTIME_COMPONENT_VALTYPE_STRING:
    return string_from_json(json, value, failure);
  case WASMTIME_COMPONENT_VALTYPE_ENUM:
    return enum_from_json(type, json, value, failure);
  case WASMTIME_COMPONENT_VALTYPE_LIST:
    return list_from_json(type, json, value, failure);
  case WASMTIME_COMPONENT_VALTYPE_TUPLE:
    return tuple_from_json(type, json, value, failure);
  case WASMTIME_COMPONENT_VALTYPE_RECORD:
    return record_from_json(type, json, value, failure);
  case WASMTIME_COMPONENT_VALTYPE_VARIANT:
    return variant_from_json(type, json, value, failure);
  case WASMTIME_COMPONENT_VALTYPE_OPTION:
    return option_from_json(type, json, value, failure);
  case WASMTIME_COMPONENT_VALTYPE_RESULT:
    return outcome_from_json(type, json, value, failure);
  default:
    return fail(failure, "a type that the contract does not use (kind %d)", type->kind);
  }
}
