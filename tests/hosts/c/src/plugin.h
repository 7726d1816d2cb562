/// A plugin: loaded and compiled once, called in a fresh instance each time.
#pragma once

#include "host.h"
#include "name.h"
#include "sandbox.h"

struct plugin {
  struct sandbox sandbox;
  wasmtime_component_t *component;
  wasmtime_component_linker_t *linker;
  /// The exported interface, by its name with version.
  struct name interface;
};

/// Loads a component; one that is not for this contract is refused before any of it runs.
bool plugin_load(struct plugin *plugin, const char *path, struct failure *failure);
void plugin_unload(struct plugin *plugin);

/// Calls an exported function with an array of arguments. The result, NULL for null, goes to the
/// caller.
bool plugin_call(const struct plugin *plugin, const char *function, struct json_object *arguments,
                 const struct host *host, struct json_object **result, struct failure *failure);
