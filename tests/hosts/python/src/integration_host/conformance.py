"""Replays conformance scripts: whole conversations with a plugin, imports included.

python -m integration_host.conformance COMPONENT SCRIPT...
"""

import argparse
import difflib
import functools
import json
import sys
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .contract.codec import lower
from .contract.errors import PluginError
from .contract.signatures import EXPORTS, Function
from .errors import PluginCrashed, PluginRefused
from .plugin import Plugin
from .script import FUNCTIONS, JSON, ImportCall, Script, Step, parse


class Mismatch(Exception):
    """The plugin, or this host, did something else than the script says."""


def replay(plugin: Plugin, script: Script) -> None:
    """Plays every step in an instance of its own; `Mismatch` at the first difference."""
    for number, step in enumerate(script.steps, 1):
        try:
            _play(plugin, step)
        except (Mismatch, PluginCrashed) as error:
            raise Mismatch(f"step {number}, {step.call}: {error}") from None


def _play(plugin: Plugin, step: Step) -> None:
    expected = deque(step.imports)
    imports = {name: functools.partial(_answer, expected, name) for name in FUNCTIONS}
    try:
        result = plugin.call(step.call, *step.arguments, imports=imports)
    except PluginError as error:
        result = error
    if expected:
        raise Mismatch(f"it returned without calling {expected[0].name}")
    function = EXPORTS[step.call]
    _compare("its result", _written(function, step.result), _written(function, result))


def _answer(expected: deque[ImportCall], name: str, *arguments: Any) -> Any:
    if not expected:
        raise Mismatch(f"it calls {name}, and the script has no more imports")
    call = expected.popleft()
    _compare("an import", _called(call.name, call.arguments), _called(name, arguments))
    if isinstance(call.answer, Exception):
        raise call.answer
    return call.answer


def _written(function: Function, outcome: Any) -> Any:
    value = lower(outcome, JSON)
    if function.error is None:
        return value
    return {"err" if isinstance(outcome, Exception) else "ok": value}


def _called(name: str, arguments: Iterable[Any]) -> Any:
    return {"import": name, "arguments": [lower(argument, JSON) for argument in arguments]}


def _compare(what: str, expected: Any, seen: Any) -> None:
    if expected != seen:
        diff = "\n".join(
            difflib.unified_diff(_lines(expected), _lines(seen), "script", "seen", lineterm="")
        )
        raise Mismatch(f"{what} differs\n{diff}")


def _lines(value: Any) -> list[str]:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def main() -> int:
    """Replays the scripts named on the command line; 0 when all hold, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="integration_host.conformance")
    parser.add_argument("component", type=Path)
    parser.add_argument("script", type=Path, nargs="+")
    arguments = parser.parse_args()
    try:
        plugin = Plugin(arguments.component.read_bytes())
    except (OSError, PluginRefused) as error:
        print(f"{arguments.component}: {_reason(error)}", file=sys.stderr)
        return 1
    failed = 0
    for path in arguments.script:
        try:
            replay(plugin, parse(path.read_bytes()))
            print(f"ok      {path}")
        except (Mismatch, ValueError, OSError) as error:
            failed += 1
            print(f"FAILED  {path}: {_reason(error)}")
    return 1 if failed else 0


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


if __name__ == "__main__":
    sys.exit(main())
