#include "imports.h"

#include <string.h>
#include <sys/random.h>

#include "contract.h"
#include "name.h"
#include "owned.h"
#include "sandbox.h"
#include "values.h"

static const unsigned MOST_IMPORT_CALLS = 512;

/// Seeds the hash maps of the plugin's standard library; no part of the contract.
static bool seed(struct json_object **answer, struct failure *failure) {
  uint64_t words[2];
  if (getrandom(words, sizeof words, 0) != sizeof words)
    return fail(failure, "no random bytes");
  *answer = json_object_new_array();
  json_object_array_add(*answer, json_object_new_uint64(words[0]));
  json_object_array_add(*answer, json_object_new_uint64(words[1]));
  return true;
}

static bool answer(struct call *call, const char *import, const function_t *function,
                   const value_t *arguments, value_t *result) {
  if (call->import_calls++ >= MOST_IMPORT_CALLS)
    return fail(call->failure, "more than %u import calls", MOST_IMPORT_CALLS);
  OWNED_JSON *asked = arguments_to_json(function, arguments);
  OWNED_JSON *answered = NULL;
  bool done = strcmp(import, INSECURE_SEED) == 0
                  ? seed(&answered, call->failure)
                  : call->host->answer(call->host->data, import, asked, &answered, call->failure);
  return done && (result_from_json(function, answered, result, call->failure) ||
                  fail_within(call->failure, "the answer of %s", import));
}

static wasmtime_error_t *on_import(void *data, wasmtime_context_t *context,
                                   const function_t *function, value_t *arguments, size_t asked,
                                   value_t *results, size_t answered) {
  (void)asked, (void)answered; // the runtime has checked both against the type
  const struct import *import = data;
  struct call *call = wasmtime_context_get_data(context);
  call->host_failed = !answer(call, import->name, function, arguments, results);
  sandbox_allow(context);
  return call->host_failed ? wasmtime_error_new(call->failure->text) : NULL;
}

/// Calls of one function of the contract, answered by the host of the call.
static bool link_function(wasmtime_component_linker_instance_t *instance,
                          const struct import *import, struct failure *failure) {
  return succeeded(wasmtime_component_linker_instance_add_func(instance, import->function,
                                                               strlen(import->function), on_import,
                                                               (void *)import, NULL),
                   failure);
}

static bool link_functions(wasmtime_component_linker_instance_t *instance, const char *interface,
                           const wasmtime_component_instance_type_t *type,
                           const wasm_engine_t *engine, struct failure *failure) {
  const char *text;
  size_t length;
  wasmtime_component_item_t item;
  for (size_t n = 0;
       wasmtime_component_instance_type_export_nth(type, engine, n, &text, &length, &item); n++) {
    wasmtime_component_item_kind_t kind = item.kind;
    wasmtime_component_item_delete(&item);
    if (kind == WASMTIME_COMPONENT_ITEM_TYPE)
      continue;
    struct name name = name_of(text, length);
    const struct import *import = contract_import(interface, name.text);
    if (kind != WASMTIME_COMPONENT_ITEM_COMPONENT_FUNC || !import)
      return fail(failure, "the plugin imports %s of %s, which is not of the contract", name.text,
                  interface);
    if (!link_function(instance, import, failure))
      return false;
  }
  return true;
}

static bool link_interface(wasmtime_component_linker_t *linker, const char *interface,
                           const wasmtime_component_item_t *item, const wasm_engine_t *engine,
                           struct failure *failure) {
  if (item->kind != WASMTIME_COMPONENT_ITEM_COMPONENT_INSTANCE)
    return fail(failure, "the plugin imports %s, which is not of the contract", interface);
  wasmtime_component_linker_instance_t *root = wasmtime_component_linker_root(linker);
  wasmtime_component_linker_instance_t *instance = NULL;
  bool linked = succeeded(wasmtime_component_linker_instance_add_instance(
                              root, interface, strlen(interface), &instance),
                          failure) &&
                link_functions(instance, interface, item->of.component_instance, engine, failure);
  if (instance)
    wasmtime_component_linker_instance_delete(instance);
  wasmtime_component_linker_instance_delete(root);
  return linked;
}

bool imports_link(wasmtime_component_linker_t *linker, const wasmtime_component_type_t *world,
                  const wasm_engine_t *engine, struct failure *failure) {
  const char *text;
  size_t length;
  wasmtime_component_item_t item;
  for (size_t n = 0; wasmtime_component_type_import_nth(world, engine, n, &text, &length, &item);
       n++) {
    bool linked = link_interface(linker, name_of(text, length).text, &item, engine, failure);
    wasmtime_component_item_delete(&item);
    if (!linked)
      return false;
  }
  return true;
}
