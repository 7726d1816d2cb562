/// A host of plugins: shows what one is, and tries it against conformance scripts.
#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "replay.h"

static const char USAGE[] = "usage: host describe COMPONENT LOCALE\n"
                            "       host conformance COMPONENT SCRIPT...\n";

/// Replays every script, so that one run shows all that fail.
static bool conformance(const struct plugin *plugin, char *const scripts[], size_t count) {
  bool held = true;
  for (size_t n = 0; n < count; n++) {
    struct failure failure;
    if (replay(plugin, scripts[n], &failure)) {
      printf("ok %s\n", scripts[n]);
    } else {
      fprintf(stderr, "%s\n", failure.text);
      held = false;
    }
  }
  return held;
}

static bool described(const struct plugin *plugin, const char *path, const char *locale) {
  struct failure failure;
  return describe(plugin, locale, &failure) ||
         (fprintf(stderr, "%s: %s\n", path, failure.text), false);
}

int main(int count, char *arguments[]) {
  bool describes = count == 4 && strcmp(arguments[1], "describe") == 0;
  bool replays = count >= 4 && strcmp(arguments[1], "conformance") == 0;
  if (!describes && !replays) {
    fputs(USAGE, stderr);
    return 2;
  }
  struct failure failure;
  struct plugin plugin;
  if (!plugin_load(&plugin, arguments[2], &failure)) {
    fprintf(stderr, "%s\n", failure.text);
    return 1;
  }
  bool done = describes ? described(&plugin, arguments[2], arguments[3])
                        : conformance(&plugin, arguments + 3, (size_t)count - 3);
  plugin_unload(&plugin);
  return done ? 0 : 1;
}
