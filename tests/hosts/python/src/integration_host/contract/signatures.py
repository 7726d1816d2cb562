"""Every function that crosses the boundary, with its types."""

from dataclasses import dataclass
from typing import Any

from . import http, storage
from .errors import PluginError
from .integration import (
    Access,
    ApiRequest,
    Authorization,
    Descriptor,
    Explanation,
    Receipt,
    Report,
    Setting,
    Token,
)
from .surroundings import App, Datetime, Level

VERSION = "0.1.0"
EXPORTED = f"erp:integration/integration@{VERSION}"


@dataclass(frozen=True)
class Function:
    """Type hints of a function; with `error` it returns a `result`."""

    parameters: tuple[Any, ...] = ()
    result: Any = None
    error: type[PluginError] | type[http.HttpError] | type[storage.StorageError] | None = None


EXPORTS = {
    "describe": Function((str,), Descriptor),
    "explain": Function((str, str), Explanation | None),
    "configure": Function((list[Setting], str), None, PluginError),
    "begin-authorize": Function((), Authorization, PluginError),
    "handle-callback": Function((str, str), None, PluginError),
    "status": Function((str,), Report, PluginError),
    "set-enabled": Function((bool,), None, PluginError),
    "remove": Function((str,), Receipt, PluginError),
    "access-token": Function((str | None,), Token, PluginError),
    "call": Function((ApiRequest,), http.Response, PluginError),
    "check-access": Function((), list[Access], PluginError),
    "maintain": Function((), int, PluginError),
    "diagnostics": Function((), str, PluginError),
}

IMPORTS = {
    f"erp:integration/registration@{VERSION}": {"current": Function((), App | None)},
    f"erp:integration/http@{VERSION}": {
        "send": Function((http.Request,), http.Response, http.HttpError),
    },
    f"erp:integration/storage@{VERSION}": {
        "get": Function((str,), storage.Entry, storage.StorageError),
        "put": Function((str, bytes, storage.Precondition), str, storage.StorageError),
        "delete": Function((str, storage.Precondition), None, storage.StorageError),
    },
    f"erp:integration/log@{VERSION}": {"log": Function((Level, str, str))},
    "wasi:clocks/wall-clock@0.2.6": {
        "now": Function((), Datetime),
        "resolution": Function((), Datetime),
    },
    "wasi:random/random@0.2.6": {
        "get-random-bytes": Function((int,), bytes),
        "get-random-u64": Function((), int),
    },
    "wasi:random/insecure-seed@0.2.6": {"insecure-seed": Function((), tuple[int, int])},
}
