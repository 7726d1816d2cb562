#include "plugin.h"

#include <string.h>

#include "contract.h"
#include "file.h"
#include "imports.h"
#include "owned.h"
#include "values.h"

static bool compile(struct plugin *plugin, const wasm_byte_vec_t *bytes, struct failure *failure) {
  return contract_check_file(bytes, failure) &&
         (succeeded(wasmtime_component_new(plugin->sandbox.engine, (const uint8_t *)bytes->data,
                                           bytes->size, &plugin->component),
                    failure) ||
          fail_within(failure,
                      "the file is cut short, damaged, or uses what is switched off here"));
}

static bool link(struct plugin *plugin, struct failure *failure) {
  const wasm_engine_t *engine = plugin->sandbox.engine;
  wasmtime_component_type_t *world = wasmtime_component_type(plugin->component);
  plugin->linker = wasmtime_component_linker_new(engine);
  bool linked = contract_check_world(world, engine, &plugin->interface, failure) &&
                imports_link(plugin->linker, world, engine, failure);
  wasmtime_component_type_delete(world);
  return linked;
}

bool plugin_load(struct plugin *plugin, const char *path, struct failure *failure) {
  OWNED(wasm_byte_vec_delete) wasm_byte_vec_t bytes = WASM_EMPTY_VEC;
  *plugin = (struct plugin){0};
  if (!file_read(path, &bytes, failure) || !sandbox_start(&plugin->sandbox, failure))
    return fail_within(failure, "%s", path);
  if (compile(plugin, &bytes, failure) && link(plugin, failure))
    return true;
  plugin_unload(plugin);
  return fail_within(failure, "%s", path);
}

void plugin_unload(struct plugin *plugin) {
  if (plugin->linker)
    wasmtime_component_linker_delete(plugin->linker);
  if (plugin->component)
    wasmtime_component_delete(plugin->component);
  sandbox_stop(&plugin->sandbox);
}

static bool find_function(const struct plugin *plugin, const char *name,
                          wasmtime_context_t *context,
                          const wasmtime_component_instance_t *instance,
                          wasmtime_component_func_t *function) {
  wasmtime_component_export_index_t *interface = wasmtime_component_get_export_index(
      plugin->component, NULL, plugin->interface.text, strlen(plugin->interface.text));
  if (!interface)
    return false;
  wasmtime_component_export_index_t *index =
      wasmtime_component_get_export_index(plugin->component, interface, name, strlen(name));
  bool found = index && wasmtime_component_instance_get_func(instance, context, index, function);
  if (index)
    wasmtime_component_export_index_delete(index);
  wasmtime_component_export_index_delete(interface);
  return found;
}

static void function_delete(function_t **type) { wasmtime_component_func_type_delete(*type); }

static bool call_function(const wasmtime_component_func_t *function, wasmtime_context_t *context,
                          struct json_object *arguments, struct json_object **result,
                          struct failure *failure) {
  OWNED(function_delete) function_t *type = wasmtime_component_func_type(function, context);
  OWNED(wasmtime_component_vallist_delete) wasmtime_component_vallist_t given;
  if (!arguments_from_json(type, arguments, &given, failure))
    return false;
  OWNED_TYPE result_type = {0};
  OWNED_VALUE returned = {0};
  bool has_result = wasmtime_component_func_type_result(type, &result_type);
  if (!succeeded(wasmtime_component_func_call(function, context, given.data, given.size, &returned,
                                              has_result ? 1 : 0),
                 failure))
    return false;
  *result = has_result ? value_to_json(&result_type, &returned) : NULL;
  return true;
}

bool plugin_call(const struct plugin *plugin, const char *name, struct json_object *arguments,
                 const struct host *host, struct json_object **result, struct failure *failure) {
  struct failure host_failure;
  struct call call = {.host = host, .failure = &host_failure};
  wasmtime_store_t *store = sandbox_store(&plugin->sandbox, &call);
  wasmtime_context_t *context = wasmtime_store_context(store);
  wasmtime_component_instance_t instance;
  wasmtime_component_func_t function;
  bool returned = false;
  if (!succeeded(wasmtime_component_linker_instantiate(plugin->linker, context, plugin->component,
                                                       &instance),
                 failure))
    fail_within(failure, "the plugin cannot be instantiated");
  else if (!find_function(plugin, name, context, &instance, &function))
    fail(failure, "the plugin exports no function %s", name);
  else
    returned = call_function(&function, context, arguments, result, failure);
  // What went wrong on this side says more than the trap that it became.
  if (!returned && call.host_failed)
    *failure = host_failure;
  wasmtime_store_delete(store);
  return returned;
}
