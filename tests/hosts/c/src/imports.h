/// The imports of a plugin: each function of the contract, led to the host of the call.
#pragma once

#include <wasmtime.h>

#include "failure.h"
#include "host.h"

/// One call under way; the data of its store.
struct call {
  const struct host *host;
  struct failure *failure;
  /// The failure is the host's own, not the plugin's.
  bool host_failed;
  unsigned import_calls;
};

/// Defines everything that the component imports, or fails at what the contract does not have.
bool imports_link(wasmtime_component_linker_t *linker, const wasmtime_component_type_t *world,
                  const wasm_engine_t *engine, struct failure *failure);
