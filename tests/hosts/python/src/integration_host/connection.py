"""One company's connection through the plugin. The methods are the exports."""

import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .contract.http import Response
from .contract.integration import Access, ApiRequest, Authorization, Receipt, Report, Token
from .contract.surroundings import Datetime
from .errors import PluginCrashed
from .plugin import Imports
from .queueing import to_its_end
from .storage.cells import Cells

if TYPE_CHECKING:
    from .host import Host

T = TypeVar("T")


class Connection:
    """A company and a plugin; cheap to make.

    What changes something goes one at a time per company; the rest never waits
    for it. Each method raises the exceptions of `contract.errors` when the plugin
    says no, `PluginCrashed` when it broke off, and those of `contract.storage`
    when the host cannot read or write its own part.
    """

    def __init__(self, host: "Host", company: str, actor: str) -> None:
        self.company = company
        self._host = host
        self._actor = actor

    def configure(self, settings: Mapping[str, str], locale: str) -> None:
        """Replaces all settings; one left out gets its initial value."""
        arguments = (list(settings.items()), locale)
        self._in_turn(lambda: self._call("configure", *arguments, create=True))

    def begin_authorize(self) -> Authorization:
        """Where to send the browser, and what to keep for its return."""

        def begin() -> Authorization:
            begun = cast(Authorization, self._call("begin-authorize", create=True))
            connections = self._host.connections
            connections.expect(connections.find_or_create(self.company), begun)
            return begun

        return self._in_turn(begin)

    def handle_callback(self, query: str, binding: str) -> None:
        """Ends the attempt with the redirect's raw query, without `?`, and the
        binding that the browser brought back, empty when it brought none."""
        self._in_turn(lambda: self._call("handle-callback", query, binding))

    def set_enabled(self, enabled: bool) -> None:
        """Switches the connection on or off."""
        self._in_turn(lambda: self._call("set-enabled", enabled, create=True))

    def remove(self, locale: str) -> Receipt:
        """Revokes the grant and erases the connection. Late writes are refused."""

        def remove() -> Receipt:
            scope = self._host.connections.find(self.company)
            receipt = cast(Receipt, self._call("remove", locale))
            if scope:
                self._host.connections.erase(scope)
            return receipt

        return self._in_turn(remove)

    def maintain(self) -> int:
        """Keeps the grant alive; returns the Unix second of the next useful call."""
        return cast(int, self._in_turn(lambda: self._call("maintain")))

    def access_token(self, refused: str | None = None) -> Token:
        """A token valid for at least another minute. `refused` is a value that the
        provider has just answered with 401."""
        ask = partial(self._at_once, "access-token", refused)
        return self._host.flights.share(self.company, refused, ask)

    def call(self, request: ApiRequest) -> Response:
        """Calls the provider's API; the access token stays in the sandbox."""
        return cast(Response, self._at_once("call", request))

    def check_access(self) -> list[Access]:
        """Asks the provider what the grant may do, area by area."""
        return cast(list[Access], self._at_once("check-access"))

    def status(self, locale: str) -> Report:
        """Everything needed to draw the connection. Asks nobody."""
        return cast(Report, self._at_once("status", locale))

    def diagnostics(self) -> str:
        """A support bundle as a JSON object, without secrets."""
        return cast(str, self._at_once("diagnostics"))

    def _at_once(self, export: str, *arguments: Any) -> Any:
        return to_its_end(lambda: self._call(export, *arguments))

    def _in_turn(self, call: Callable[[], T]) -> T:
        def wait_and_call() -> T:
            with self._host.turns.of(self.company):
                return call()

        return to_its_end(wait_and_call)

    def _call(self, export: str, *arguments: Any, create: bool = False) -> Any:
        connections = self._host.connections
        find = connections.find_or_create if create else connections.find
        imports = self._imports(self._host.cells(find(self.company)))
        return self._host.plugin.call(export, *arguments, imports=imports)

    def _imports(self, cells: Cells) -> Imports:
        """What this call may touch: this company's cells, and nobody else's."""
        host, name = self._host, (self.company, self._host.id, self._actor)
        return {
            "registration.current": lambda: host.registration and host.registration.app(),
            "http.send": lambda request: host.exchanges.send(request, cells),
            "storage.get": cells.get,
            "storage.put": cells.put,
            "storage.delete": cells.delete,
            "log.log": lambda *entry: host.log.append(*name, *entry),
            "wall-clock.now": lambda: Datetime(*divmod(time.time_ns(), 1_000_000_000)),
            "wall-clock.resolution": lambda: Datetime(0, 1),
            "random.get-random-bytes": self._random_bytes,
            "random.get-random-u64": lambda: secrets.randbits(64),
        }

    def _random_bytes(self, length: int) -> bytes:
        if length > self._host.plugin.limits.random:
            raise PluginCrashed("it asked for too many random bytes")
        return secrets.token_bytes(length)
