"""The interface `storage`: cells, preconditions, and what can go wrong."""

from dataclasses import dataclass, field

from ..errors import IntegrationError
from .case import Case


@dataclass(frozen=True)
class Entry:
    value: bytes = field(repr=False)
    version: str
    age: int


class Precondition(Case):
    """What must hold at the moment of the write."""


@dataclass(frozen=True)
class Always(Precondition):
    pass


@dataclass(frozen=True)
class Absent(Precondition):
    pass


@dataclass(frozen=True)
class Unchanged(Precondition):
    version: str


class StorageError(IntegrationError, Case):
    """Why a cell could not be read or written."""


@dataclass(eq=False)
class Missing(StorageError):
    reason: str


@dataclass(eq=False)
class Conflict(StorageError):
    reason: str


@dataclass(eq=False)
class Unavailable(StorageError):
    reason: str


@dataclass(eq=False)
class InDoubt(StorageError):
    reason: str


@dataclass(eq=False)
class TooLarge(StorageError):
    reason: str


@dataclass(eq=False)
class Other(StorageError):
    reason: str
