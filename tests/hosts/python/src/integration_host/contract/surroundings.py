"""The small interfaces: `registration`, `log` and the clock of WASI."""

from dataclasses import dataclass
from enum import StrEnum

from .numbers import U32


@dataclass(frozen=True)
class App:
    client_id: str
    redirect_uri: str
    scopes: list[str]
    endpoints: list[tuple[str, str]]
    options: list[tuple[str, str]]


class Level(StrEnum):
    TRACE = "trace"
    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Datetime:
    seconds: int
    nanoseconds: U32
