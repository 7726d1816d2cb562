#include "contract.h"

#include <string.h>

#define PACKAGE "erp:integration"
#define WASI_VERSION "0.2"

static const struct import imports[] = {
    {PACKAGE "/registration", CONTRACT_VERSION, "current", "registration.current"},
    {PACKAGE "/http", CONTRACT_VERSION, "send", "http.send"},
    {PACKAGE "/storage", CONTRACT_VERSION, "get", "storage.get"},
    {PACKAGE "/storage", CONTRACT_VERSION, "put", "storage.put"},
    {PACKAGE "/storage", CONTRACT_VERSION, "delete", "storage.delete"},
    {PACKAGE "/log", CONTRACT_VERSION, "log", "log.log"},
    {"wasi:clocks/wall-clock", WASI_VERSION, "now", "wall-clock.now"},
    {"wasi:clocks/wall-clock", WASI_VERSION, "resolution", "wall-clock.resolution"},
    {"wasi:random/random", WASI_VERSION, "get-random-bytes", "random.get-random-bytes"},
    {"wasi:random/random", WASI_VERSION, "get-random-u64", "random.get-random-u64"},
    {"wasi:random/insecure-seed", WASI_VERSION, "insecure-seed", INSECURE_SEED},
};

static const char *const exports[] = {
    "describe",     "explain",     "configure",   "begin-authorize", "handle-callback",
    "status",       "set-enabled", "remove",      "access-token",    "call",
    "check-access", "maintain",    "diagnostics",
};

bool contract_check_file(const wasm_byte_vec_t *bytes, struct failure *failure) {
  if (bytes->size < 8 || memcmp(bytes->data, "\0asm", 4) != 0)
    return fail(failure, "the file is not WebAssembly");
  // After the version comes the layer: 0 is a core module, 1 a component.
  if (bytes->data[6] == 0)
    return fail(failure, "the file is a core module, not a component");
  return true;
}

/// Whether a version is `track` and a patch.
static bool on_track(const char *version, const char *track) {
  size_t length = strlen(track);
  if (strncmp(version, track, length) != 0 || version[length] != '.')
    return false;
  const char *patch = version + length + 1;
  size_t digits = strspn(patch, "0123456789");
  return digits > 0 && patch[digits] == '\0';
}

const char *contract_version(const char *interface) {
  const char *at = strchr(interface, '@');
  return at ? at + 1 : "without a version";
}

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

static bool check_version(const char *interface, struct failure *failure) {
  const char *version = contract_version(interface);
  if (!starts_with(interface, PACKAGE "/") || on_track(version, CONTRACT_VERSION))
    return true;
  return fail(failure, "the plugin speaks " PACKAGE " %s, this host speaks " CONTRACT_VERSION ".x",
              version);
}

static bool exports_function(const wasmtime_component_item_t *interface,
                             const wasm_engine_t *engine, const char *name) {
  wasmtime_component_item_t item;
  if (interface->kind != WASMTIME_COMPONENT_ITEM_COMPONENT_INSTANCE ||
      !wasmtime_component_instance_type_export_get(interface->of.component_instance, engine, name,
                                                   strlen(name), &item))
    return false;
  bool is_function = item.kind == WASMTIME_COMPONENT_ITEM_COMPONENT_FUNC;
  wasmtime_component_item_delete(&item);
  return is_function;
}

static bool check_exports(const wasmtime_component_item_t *interface, const wasm_engine_t *engine,
                          struct failure *failure) {
  for (size_t n = 0; n < sizeof exports / sizeof *exports; n++)
    if (!exports_function(interface, engine, exports[n]))
      return fail(failure, "the plugin exports no function %s", exports[n]);
  return true;
}

bool contract_check_world(const wasmtime_component_type_t *world, const wasm_engine_t *engine,
                          struct name *export, struct failure *failure) {
  const char *text;
  size_t length;
  wasmtime_component_item_t item;
  for (size_t n = 0; wasmtime_component_type_import_nth(world, engine, n, &text, &length, &item);
       n++) {
    wasmtime_component_item_delete(&item);
    if (!check_version(name_of(text, length).text, failure))
      return false;
  }
  for (size_t n = 0; wasmtime_component_type_export_nth(world, engine, n, &text, &length, &item);
       n++) {
    *export = name_of(text, length);
    bool found = starts_with(export->text, PACKAGE "/integration@");
    bool fits =
        found && check_version(export->text, failure) && check_exports(&item, engine, failure);
    wasmtime_component_item_delete(&item);
    if (found)
      return fits;
  }
  return fail(failure,
              "the component is for another world: it does not export " PACKAGE "/integration");
}

const struct import *contract_import(const char *interface, const char *function) {
  size_t length = strcspn(interface, "@");
  for (size_t n = 0; n < sizeof imports / sizeof *imports; n++) {
    const struct import *import = &imports[n];
    if (strlen(import->interface) == length && starts_with(interface, import->interface) &&
        on_track(contract_version(interface), import->version) &&
        strcmp(import->function, function) == 0)
      return import;
  }
  return NULL;
}
