"""Conformance scripts: `conformance/README.md` says what stands in one.

Everything is checked when a script is read: one with a slip in it is refused,
and never taken for one that holds.
"""

import base64
import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .contract.codec import exactly, lift, shown, typed
from .contract.signatures import EXPORTS, IMPORTS, Function

SEED = "insecure-seed.insecure-seed"  # any does, so that no script lists it
FUNCTIONS = {
    f"{interface.partition('/')[2].partition('@')[0]}.{name}": function
    for interface, functions in IMPORTS.items()
    for name, function in functions.items()
}
del FUNCTIONS[SEED]


@dataclass(frozen=True)
class ImportCall:
    """A call of an import; an answer that is an exception is raised."""

    name: str
    arguments: list[Any]
    answer: Any = None


@dataclass(frozen=True)
class Step:
    """A call of an export; the result may be an exception, too."""

    call: str
    arguments: list[Any]
    imports: list[ImportCall]
    result: Any


@dataclass(frozen=True)
class Script:
    """A conversation, of one step at least."""

    about: str
    steps: list[Step]


class Json:
    """Values of the contract in JSON, each in one way."""

    def record(self, members: dict[str, Any]) -> Any:
        return members

    def members(self, record: Any) -> Mapping[str, Any]:
        members: dict[str, Any] = typed(dict, record)
        return members

    def case(self, name: str, payload: list[Any]) -> Any:
        return {name: payload[0]} if payload else name

    def split(self, variant: Any) -> tuple[str, Any]:
        match variant:
            case str():
                return variant, None
            case dict() if len(variant) == 1 and None not in variant.values():
                [(name, payload)] = variant.items()
                return name, payload
        raise ValueError(f"{shown(variant)} is no case")

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
        [encoded] = exactly(self.members(value), "base64")
        decoded = base64.b64decode(typed(str, encoded), validate=True)
        if base64.b64encode(decoded).decode() != encoded:
            raise ValueError(f"{shown(encoded)} is no base64 with padding")
        return decoded


JSON = Json()


def parse(text: bytes) -> Script:
    """The script in this text; `ValueError` says where it is none, and why."""
    try:
        script = json.loads(text.decode(), object_pairs_hook=_distinct, parse_constant=_no_constant)
        json.dumps(script, ensure_ascii=False).encode()  # no half of a surrogate pair
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON in UTF-8: {error}") from None
    about, steps = exactly(typed(dict, script), "about", "steps")
    with _at("about"):
        typed(str, about)
    with _at("steps"):
        if not typed(list, steps):
            raise ValueError("there is none, so that the script shows nothing")
    return Script(about, [_step(*it) for it in enumerate(steps, 1)])


def _step(number: int, value: Any) -> Step:
    with _at(f"step {number}"):
        members = exactly(typed(dict, value), "call", "arguments", "imports", "result")
        call, arguments, imports, result = members
        function = _function(EXPORTS, call)
        with _at("imports"):
            typed(list, imports)
    with _at(f"step {number}, {call}"):
        return Step(
            call,
            _arguments(function, arguments),
            [_import_call(*it) for it in enumerate(imports, 1)],
            _outcome(function, "result", result),
        )


def _import_call(number: int, value: Any) -> ImportCall:
    with _at(f"import call {number}"):
        function = _function(FUNCTIONS, typed(dict, value).get("import"))
        answers = ["answer"] if function.result or function.error else []
        name, arguments, *answer = exactly(value, "import", "arguments", *answers)
        lifted = [_outcome(function, "answer", it) for it in answer]
        return ImportCall(name, _arguments(function, arguments), *lifted)


def _function(functions: Mapping[str, Function], name: Any) -> Function:
    if not isinstance(name, str) or name not in functions:
        raise ValueError(f"the contract has no function {shown(name)}")
    return functions[name]


def _arguments(function: Function, values: Any) -> list[Any]:
    with _at("arguments"):
        hints = function.parameters
        if len(typed(list, values)) != len(hints):
            raise ValueError(f"it takes {len(hints)}, and there are {len(values)}")
        return [lift(*pair, JSON) for pair in zip(hints, values, strict=True)]


def _outcome(function: Function, member: str, value: Any) -> Any:
    """What a function returns or raises."""
    with _at(member):
        if function.error is None:
            return lift(function.result, value, JSON)
        kind = "err" if "err" in typed(dict, value) else "ok"
        [payload] = exactly(value, kind)
        return lift(function.error if kind == "err" else function.result, payload, JSON)


def _distinct(members: list[tuple[str, Any]]) -> dict[str, Any]:
    distinct: dict[str, Any] = {}
    for name, value in members:
        if name in distinct:
            raise ValueError(f"the member {name!r} stands twice")
        distinct[name] = value
    return distinct


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


@contextlib.contextmanager
def _at(place: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
