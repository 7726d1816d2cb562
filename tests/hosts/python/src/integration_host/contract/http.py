"""The interface `http`: what a plugin asks for, and what it is answered."""

from dataclasses import dataclass, field

from .case import Case
from .numbers import U16, U32

Field = tuple[str, str]


class Authorization(Case):
    """Who a request acts as."""


@dataclass(frozen=True)
class Anonymous(Authorization, case="none"):
    pass


@dataclass(frozen=True)
class Client(Authorization):
    pass


@dataclass(frozen=True)
class Bearer(Authorization):
    token: str = field(repr=False)


@dataclass(frozen=True)
class Guard:
    key: str
    version: str
    max_age: U32


@dataclass(frozen=True)
class Request:
    method: str
    uri: str = field(repr=False)
    headers: list[Field]
    authorization: Authorization
    body: bytes = field(repr=False)
    timeout: U32
    guard: Guard | None
    keep: str | None


@dataclass(frozen=True)
class Response:
    status: U16
    headers: list[Field] = field(repr=False)
    body: bytes = field(repr=False)


class HttpError(Exception, Case):
    """Why there is no answer."""


@dataclass(eq=False)
class Denied(HttpError):
    reason: str


@dataclass(eq=False)
class NotSent(HttpError):
    reason: str


@dataclass(eq=False)
class NoAnswer(HttpError):
    reason: str


@dataclass(eq=False)
class Limited(HttpError):
    milliseconds: U32


@dataclass(eq=False)
class Other(HttpError):
    reason: str
