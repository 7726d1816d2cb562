/// Conformance scripts: whole conversations with a plugin, replayed without storage, network or
/// clock.
#pragma once

#include "plugin.h"

/// Replays a script, or fails with the script, the step and the difference.
bool replay(const struct plugin *plugin, const char *path, struct failure *failure);
