#include "bytes.h"
#include "name.h"
#include "owned.h"
#include "values.h"

static struct json_object *text_to_json(const wasm_name_t *text) {
  return json_object_new_string_len(text->data, (int)text->size);
}

/// `{ "name": payload }`.
static struct json_object *named(const char *name, struct json_object *payload) {
  struct json_object *object = json_object_new_object();
  json_object_object_add(object, name, payload);
  return object;
}

static struct json_object *list_of_bytes(const wasmtime_component_vallist_t *list) {
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t bytes;
  wasm_byte_vec_new_uninitialized(&bytes, list->size);
  for (size_t n = 0; n < list->size; n++)
    bytes.data[n] = (char)list->data[n].of.u8;
  return bytes_to_json(bytes.data, bytes.size);
}

static struct json_object *list_to_json(const type_t *type,
                                        const wasmtime_component_vallist_t *list) {
  OWNED_TYPE element = {0};
  wasmtime_component_list_type_element(type->of.list, &element);
  if (element.kind == WASMTIME_COMPONENT_VALTYPE_U8)
    return list_of_bytes(list);
  struct json_object *array = json_object_new_array();
  for (size_t n = 0; n < list->size; n++)
    json_object_array_add(array, value_to_json(&element, &list->data[n]));
  return array;
}

static struct json_object *tuple_to_json(const type_t *type,
                                         const wasmtime_component_valtuple_t *tuple) {
  struct json_object *array = json_object_new_array();
  for (size_t n = 0; n < tuple->size; n++) {
    OWNED_TYPE element = {0};
    wasmtime_component_tuple_type_types_nth(type->of.tuple, n, &element);
    json_object_array_add(array, value_to_json(&element, &tuple->data[n]));
  }
  return array;
}

static struct json_object *record_to_json(const type_t *type,
                                          const wasmtime_component_valrecord_t *record) {
  struct json_object *object = json_object_new_object();
  for (size_t n = 0; n < record->size; n++) {
    OWNED_TYPE field = {0};
    const char *text;
    size_t length;
    wasmtime_component_record_type_field_nth(type->of.record, n, &text, &length, &field);
    json_object_object_add(object, name_of(text, length).text,
                           value_to_json(&field, &record->data[n].val));
  }
  return object;
}

static struct json_object *variant_to_json(const type_t *type,
                                           const wasmtime_component_valvariant_t *variant) {
  struct name name = name_of(variant->discriminant.data, variant->discriminant.size);
  OWNED_TYPE payload = {0};
  bool has_payload;
  if (variant_case(type, name.text, &has_payload, &payload) && has_payload)
    return named(name.text, value_to_json(&payload, variant->val));
  return json_object_new_string(name.text);
}

static struct json_object *option_to_json(const type_t *type, const value_t *some) {
  OWNED_TYPE inner = {0};
  wasmtime_component_option_type_ty(type->of.option, &inner);
  return some ? value_to_json(&inner, some) : NULL;
}

static struct json_object *outcome_to_json(const type_t *type,
                                           const wasmtime_component_valresult_t *result) {
  OWNED_TYPE payload = {0};
  bool has_payload = result->is_ok ? wasmtime_component_result_type_ok(type->of.result, &payload)
                                   : wasmtime_component_result_type_err(type->of.result, &payload);
  return named(result->is_ok ? "ok" : "err",
               has_payload ? value_to_json(&payload, result->val) : NULL);
}

struct json_object *value_to_json(const type_t *type, const value_t *value) {
  switch (type->kind) {
  case WASMTIME_COMPONENT_VALTYPE_BOOL:
    return json_object_new_boolean(value->of.boolean);
  case WASMTIME_COMPONENT_VALTYPE_U8:
    return json_object_new_uint64(value->of.u8);
  case WASMTIME_COMPONENT_VALTYPE_U16:
    return json_object_new_uint64(value->of.u16);
  case WASMTIME_COMPONENT_VALTYPE_U32:
    return json_object_new_uint64(value->of.u32);
  case WASMTIME_COMPONENT_VALTYPE_U64:
    return json_object_new_uint64(value->of.u64);
  case WASMTIME_COMPONENT_VALTYPE_STRING:
    return text_to_json(&value->of.string);
  case WASMTIME_COMPONENT_VALTYPE_ENUM:
    return text_to_json(&value->of.enumeration);
  case WASMTIME_COMPONENT_VALTYPE_LIST:
    return list_to_json(type, &value->of.list);
  case WASMTIME_COMPONENT_VALTYPE_TUPLE:
    return tuple_to_json(type, &value->of.tuple);
  case WASMTIME_COMPONENT_VALTYPE_RECORD:
    return record_to_json(type, &value->of.record);
  case WASMTIME_COMPONENT_VALTYPE_VARIANT:
    return variant_to_json(type, &value->of.variant);
  case WASMTIME_COMPONENT_VALTYPE_OPTION:
    return option_to_json(type, value->of.option);
  case WASMTIME_COMPONENT_VALTYPE_RESULT:
    return outcome_to_json(type, &value->of.result);
  default:
    return named("unsupported-type", json_object_new_int(type->kind));
  }
}
