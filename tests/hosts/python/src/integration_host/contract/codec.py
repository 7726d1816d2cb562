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

    def read_bytes(self, value: bytes) -> bytes:
        return value


WASM = Wasm()


def lift(hint: Any, value: Any, form: Format = WASM) -> Any:
    """The Python value of this type hint."""
    match typing.get_origin(hint), typing.get_args(hint):
        case types.UnionType, (some, _):
            return None if value is None else lift(some, value, form)
        case origin, (element,) if origin is list:
            return [lift(element, item, form) for item in value]
        case origin, elements if origin is tuple:
            return tuple(lift(*pair, form) for pair in zip(elements, value, strict=True))
    if hint is bytes:
        return form.read_bytes(value)
    if isinstance(hint, type) and issubclass(hint, Case):
        name, payload = form.split(value)
        case = hint.named(name)
        return case(*(lift(type_, payload, form) for type_ in _members(case).values()))
    if is_dataclass(hint):
        members = form.members(value)
        lifted = {
            name: lift(type_, members[name.replace("_", "-")], form)
            for name, type_ in _members(hint).items()
        }
        return typing.cast(type, hint)(**lifted)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value


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


def _members(class_: Any) -> dict[str, Any]:
    return _members_of(class_)


@functools.cache
def _members_of(class_: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(class_)
    return (
        {field.name: hints[field.name] for field in fields(class_)} if is_dataclass(class_) else {}
    )
