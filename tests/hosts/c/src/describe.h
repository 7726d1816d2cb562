/// What a plugin is, and what it needs to know.
#pragma once

#include "plugin.h"

/// Prints identifier and version of a plugin, the version of its contract, and its settings form.
bool describe(const struct plugin *plugin, const char *locale, struct failure *failure);
