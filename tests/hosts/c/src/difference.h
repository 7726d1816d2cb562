/// What differs between two JSON values.
#pragma once

#include <json-c/json.h>

#include "failure.h"

/// Fails with the first difference: where it is, what was expected there, and what came.
bool same(struct json_object *expected, struct json_object *actual, struct failure *failure);
