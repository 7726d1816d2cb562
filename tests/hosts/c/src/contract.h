/// The contract `erp:integration`: what a file must be, export and import before any of it runs.
#pragma once

#include <wasmtime.h>

#include "failure.h"
#include "name.h"

/// The version of the contract that this host speaks; any later patch of it is accepted.
#define CONTRACT_VERSION "0.1"

/// Drawn by the standard library of some plugins, in calls that have no other import, too.
#define INSECURE_SEED "insecure-seed.insecure-seed"

/// A function that plugins may import.
struct import {
  const char *interface;
  const char *version;
  const char *function;
  /// What it is called here: interface and function.
  const char *name;
};

/// Whether the bytes claim to be a component, so that a core module is told from a broken file.
bool contract_check_file(const wasm_byte_vec_t *bytes, struct failure *failure);

/// Whether a component is for this contract and has all its functions, and the name of the
/// interface that it exports.
bool contract_check_world(const wasmtime_component_type_t *world, const wasm_engine_t *engine,
                          struct name *export, struct failure *failure);

/// The version in the name of an interface.
const char *contract_version(const char *interface);

/// The function of this interface (a name with version), or NULL when the contract has none such.
const struct import *contract_import(const char *interface, const char *function);
