#include "sandbox.h"

static const size_t STACK = 512 * 1024;
/// Of one memory: the C API has no limit for all together, but one for how many there are.
static const int64_t MEMORY = 32 * 1024 * 1024;
static const int64_t MEMORIES = 4;
static const int64_t TABLE_ELEMENTS = 16 * 1024;
static const int64_t INSTANCES = 16;
static const struct timespec TICK = {.tv_nsec = 10 * 1000 * 1000};
/// Half a second between two calls of the host.
static const uint64_t TICKS = 50;

static int advance(void *data) {
  struct sandbox *sandbox = data;
  while (!atomic_load(&sandbox->stopping)) {
    thrd_sleep(&TICK, NULL);
    wasmtime_engine_increment_epoch(sandbox->engine);
  }
  return 0;
}

bool sandbox_start(struct sandbox *sandbox, struct failure *failure) {
  wasm_config_t *config = wasm_config_new();
  wasmtime_config_epoch_interruption_set(config, true);
  wasmtime_config_max_wasm_stack_set(config, STACK);
  // The contract is plain functions: what it does not need is no surface either.
  wasmtime_config_wasm_memory64_set(config, false);
  wasmtime_config_wasm_multi_memory_set(config, false);
  wasmtime_config_wasm_relaxed_simd_set(config, false);
  wasmtime_config_wasm_tail_call_set(config, false);
  sandbox->engine = wasm_engine_new_with_config(config);
  atomic_init(&sandbox->stopping, false);
  if (thrd_create(&sandbox->clock, advance, sandbox) == thrd_success)
    return true;
  wasm_engine_delete(sandbox->engine);
  return fail(failure, "the clock of the sandbox cannot be started");
}

void sandbox_stop(struct sandbox *sandbox) {
  atomic_store(&sandbox->stopping, true);
  thrd_join(sandbox->clock, NULL);
  wasm_engine_delete(sandbox->engine);
}

wasmtime_store_t *sandbox_store(const struct sandbox *sandbox, void *data) {
  wasmtime_store_t *store = wasmtime_store_new(sandbox->engine, data, NULL);
  wasmtime_store_limiter(store, MEMORY, TABLE_ELEMENTS, INSTANCES, INSTANCES, MEMORIES);
  sandbox_allow(wasmtime_store_context(store));
  return store;
}

void sandbox_allow(wasmtime_context_t *context) {
  wasmtime_context_set_epoch_deadline(context, TICKS);
}
