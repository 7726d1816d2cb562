/// What a plugin may ask of its host during a call.
#pragma once

#include <json-c/json.h>

#include "failure.h"

/// Answers the import calls of one call of a plugin.
struct host {
  /// The import is called as in a conformance script (`storage.get`), its arguments are an array.
  /// The answer, NULL for null, goes to the caller. False ends the call of the plugin with that
  /// failure.
  bool (*answer)(void *data, const char *import, struct json_object *arguments,
                 struct json_object **answer, struct failure *failure);
  void *data;
};
