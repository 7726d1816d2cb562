/// The engine that runs plugins, and what keeps one call within its limits.
#pragma once

#include <stdatomic.h>
#include <threads.h>
#include <wasmtime.h>

#include "failure.h"

struct sandbox {
  wasm_engine_t *engine;
  /// Advances the engine's epoch, by which computing time is measured.
  thrd_t clock;
  atomic_bool stopping;
};

bool sandbox_start(struct sandbox *sandbox, struct failure *failure);
void sandbox_stop(struct sandbox *sandbox);

/// A store for one call, with the memory that it may use.
wasmtime_store_t *sandbox_store(const struct sandbox *sandbox, void *data);

/// Gives the plugin its time to compute anew: at the start of a call, and after each call of the
/// host, so that waiting for the host does not count.
void sandbox_allow(wasmtime_context_t *context);
