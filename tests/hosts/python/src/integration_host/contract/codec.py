"""Values of the contract as Python has them, and as another format has them.

One walk over type hints serves the values of `wasmtime` and, in the replay of
conformance scripts, JSON.
"""

import functools
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Protocol

from wasmtime.component import Record, Variant

from .case import Case


class Format(Protocol):
    """How a format writes what Python and the contract write differently."""

    def record(self, members: dict[str, Any]) -> Any: ...
    def members(self, record: Any) -> Mapping[str, Any]: ...
    def case(self, name: str, payload: list[Any]) -> Any: ...
    def split(self, variant: Any) -> tuple[str, Any]: ...
    def group(self, items: Iterable[Any]) -> Any: ...
    def write_bytes(self, value: bytes) -> Any: ...
    def read_bytes(self, value: Any) -> bytes: ...


class Wasm:
    """Values as `wasmtime.component` takes and gives them."""

    def record(self, members: dict[str, Any]) -> Record:
        record = Record()
        vars(record).update(members)
        return record

    def members(self, record: Record) -> Mapping[str, Any]:
        return vars(record)

    def case(self, name: str, payload: list[Any]) -> Variant:
        return Variant(name, *payload)

    def split(self, variant: Variant) -> tuple[str, Any]:
        return variant.tag, variant.payload

    def group(self, items: Iterable[Any]) -> Any:
        return tuple(items)

    def write_bytes(self, value: bytes) -> bytes:
        return value

    def read_bytes(self, value: Any) -> bytes:
        return bytes(typed(bytes, value))


WASM = Wasm()


def lift(hint: Any, value: Any, form: Format = WASM) -> Any:
    """The Python value of this type hint; `ValueError` when the value is of another type."""
    match typing.get_origin(hint), typing.get_args(hint):
        case types.UnionType, (some, _):
            return None if value is None else lift(some, value, form)
        case typing.Annotated, (_, bits):
            return _number(value, bits)
        case origin, (element,) if origin is list:
            return [lift(element, item, form) for item in typed(list, value)]
        case origin, elements if origin is tuple:
            items = typed(type(form.group(())), value)
            return tuple(lift(*pair, form) for pair in zip(elements, items, strict=True))
    if hint is bytes:
        return form.read_bytes(value)
    if hint is int:
        return _number(value, 64)
    if isinstance(hint, type) and issubclass(hint, Case):
        name, payload = form.split(value)
        case = hint.named(name)
        members = _members(case)
        if payload is not None and not members:
            raise ValueError(f"the case {name} has no payload")
        return case(*(lift(type_, payload, form) for type_ in members.values()))
    if is_dataclass(hint):
        hints = _members(hint)
        given = exactly(form.members(value), *(name.replace("_", "-") for name in hints))
        lifted = [lift(*pair, form) for pair in zip(hints.values(), given, strict=True)]
        return typing.cast(type, hint)(*lifted)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return typed(hint or type(None), value)


def lower(value: Any, form: Format = WASM) -> Any:
    """The value in the other format."""
    match value:
        case Enum():
            return value.value
        case bytes():
            return form.write_bytes(value)
        case list():
            return [lower(item, form) for item in value]
        case tuple():
            return form.group(lower(item, form) for item in value)
        case Case():
            payload = [lower(getattr(value, name), form) for name in _members(type(value))]
            return form.case(value.CASE, payload)
    if is_dataclass(value):
        names = _members(type(value))
        members = {name.replace("_", "-"): lower(getattr(value, name), form) for name in names}
        return form.record(members)
    return value


def exactly(members: Mapping[str, Any], *names: str) -> list[Any]:
    """The values of these members; `ValueError` when one is missing or there are others."""
    for name in names:
        if name not in members:
            raise ValueError(f"the member {name} is missing")
    for name in members:
        if name not in names:
            raise ValueError(f"there is no member {name!r}")
    return [members[name] for name in names]


def shown(value: Any) -> str:
    """The beginning of it, on one line."""
    return repr(value)[:60]


def typed(class_: type, value: Any) -> Any:
    """The value; `ValueError` when it is of another class, and `True` is no number."""
    if type(value) is not class_:
        raise ValueError(f"{shown(value)} is no {class_.__name__}")
    return value


def _number(value: Any, bits: int) -> int:
    if type(value) is not int or not 0 <= value < 1 << bits:
        raise ValueError(f"{shown(value)} is no unsigned integer of {bits} bits")
    return value


def _members(class_: Any) -> dict[str, Any]:
    return _members_of(class_)


@functools.cache
def _members_of(class_: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(class_, include_extras=True)
    return (
        {field.name: hints[field.name] for field in fields(class_)} if is_dataclass(class_) else {}
    )
