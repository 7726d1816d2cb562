"""Replays conformance scripts: whole conversations with a plugin, imports included.

python -m integration_host.conformance COMPONENT SCRIPT...
"""

import argparse
import base64
import difflib
import functools
import json
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .contract.codec import lift, lower
from .contract.errors import PluginError
from .contract.signatures import EXPORTS, IMPORTS, Function
from .errors import PluginCrashed
from .plugin import Plugin

_FUNCTIONS = {
    f"{interface.partition('/')[2].partition('@')[0]}.{name}": function
    for interface, functions in IMPORTS.items()
    for name, function in functions.items()
}
_SEED = "insecure-seed.insecure-seed"  # any does, so that no script lists it


class Mismatch(Exception):
    """The plugin, or this host, did something else than the script says."""


class Json:
    """Values of the contract in JSON, each in one way."""

    def record(self, members: dict[str, Any]) -> Any:
        return members

    def members(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        return record

    def case(self, name: str, payload: list[Any]) -> Any:
        return {name: payload[0]} if payload else name

    def split(self, variant: Any) -> tuple[str, Any]:
        return (variant, None) if isinstance(variant, str) else next(iter(variant.items()))

    def group(self, items: Iterable[Any]) -> Any:
        return list(items)

    def write_bytes(self, value: bytes) -> Any:
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(value).decode()}

    def read_bytes(self, value: Any) -> bytes:
        if isinstance(value, str):
            return value.encode()
        return base64.b64decode(value["base64"], validate=True)


_JSON = Json()


def replay(plugin: Plugin, script: Mapping[str, Any]) -> None:
    """Plays every step in an instance of its own; `Mismatch` at the first difference."""
    for number, step in enumerate(script["steps"], 1):
        try:
            _play(plugin, step)
        except (Mismatch, PluginCrashed) as error:
            raise Mismatch(f"step {number}, {step['call']}: {error}") from None


def _play(plugin: Plugin, step: Mapping[str, Any]) -> None:
    function = EXPORTS[step["call"]]
    arguments = [
        lift(hint, value, _JSON)
        for hint, value in zip(function.parameters, step["arguments"], strict=True)
    ]
    expected = deque(step["imports"])
    imports = {
        name: functools.partial(_answer, expected, name) for name in _FUNCTIONS if name != _SEED
    }
    try:
        value = lower(plugin.call(step["call"], *arguments, imports=imports), _JSON)
        result = {"ok": value} if function.error else value
    except PluginError as error:
        result = {"err": lower(error, _JSON)}
    if expected:
        raise Mismatch(f"it returned without calling {expected[0]['import']}")
    _compare("its result", step.get("result"), result)


def _answer(expected: deque[Mapping[str, Any]], name: str, *arguments: Any) -> Any:
    if not expected:
        raise Mismatch(f"it calls {name}, and the script has no more imports")
    step = expected.popleft()
    called = {"import": name, "arguments": [lower(argument, _JSON) for argument in arguments]}
    _compare("an import", {key: step[key] for key in called}, called)
    return _lift_answer(_FUNCTIONS[name], step.get("answer"))


def _lift_answer(function: Function, answer: Any) -> Any:
    if function.error is None:
        return lift(function.result, answer, _JSON)
    if "err" in answer:
        raise lift(function.error, answer["err"], _JSON)
    return lift(function.result, answer["ok"], _JSON)


def _compare(what: str, expected: Any, seen: Any) -> None:
    if expected != seen:
        diff = "\n".join(
            difflib.unified_diff(_lines(expected), _lines(seen), "script", "seen", lineterm="")
        )
        raise Mismatch(f"{what} differs\n{diff}")


def _lines(value: Any) -> list[str]:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def main() -> int:
    """Replays the scripts named on the command line; 0 when all hold."""
    parser = argparse.ArgumentParser(prog="integration_host.conformance")
    parser.add_argument("component", type=Path)
    parser.add_argument("script", type=Path, nargs="+")
    arguments = parser.parse_args()
    plugin = Plugin(arguments.component.read_bytes())
    failed = 0
    for path in arguments.script:
        try:
            replay(plugin, json.loads(path.read_bytes()))
            print(f"ok      {path}")
        except (Mismatch, ValueError, LookupError) as error:
            failed += 1
            print(f"FAILED  {path}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
