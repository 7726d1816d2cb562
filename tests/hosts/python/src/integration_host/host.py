"""The host of one plugin: built once, with everything it may use."""

from collections.abc import Collection
from pathlib import Path

from .connection import Connection
from .contract.integration import Descriptor, Explanation
from .errors import HostError
from .http.exchange import Exchanges
from .http.keeping import Keeping
from .http.policy import Policy
from .http.transport import Transport
from .log import CompanyLog
from .plugin import Plugin
from .queueing import Flights, Turns
from .registration import Registration
from .storage.cells import Cells
from .storage.clock import Clock
from .storage.connections import Connections
from .storage.database import Database
from .storage.seal import Seal


class Host:
    """Loads nothing by itself: it is handed the plugin and its surroundings."""

    def __init__(
        self,
        plugin: Plugin,
        database: Path,
        key_file: Path,
        registration: Registration | None = None,
        *,
        allowed: Collection[str] | None = None,
        transport: Transport | None = None,
        keeping: Keeping | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`allowed` are the origins the operator grants at most; by default those
        that the plugin asks for."""
        self.plugin = plugin
        self.registration = registration
        descriptor = self.describe("en")
        self.id = descriptor.id
        self.turns = Turns()
        self.flights = Flights()
        self._database = Database(database)
        self.log = CompanyLog(self._database)
        self.connections = Connections(self._database, self.id)
        # A new key is made only where nothing is sealed with another.
        self._seal = (Seal.create if self.connections.is_empty() else Seal.open)(key_file)
        self._clock = clock or Clock()
        endpoints = registration.endpoints if registration else {}
        self.exchanges = Exchanges(
            Policy([origin.url for origin in descriptor.origins], endpoints, allowed),
            transport or Transport(plugin.limits.body),
            keeping or Keeping(),
            registration,
            plugin.limits,
        )

    def close(self) -> None:
        """Lets go of the database once no call is under way."""
        self._database.close()

    def describe(self, locale: str) -> Descriptor:
        """What the plugin is."""
        descriptor: Descriptor = self.plugin.call("describe", locale)
        return descriptor

    def explain(self, code: str, locale: str) -> Explanation | None:
        """A cause in words; none for a code that the plugin does not know."""
        explanation: Explanation | None = self.plugin.call("explain", code, locale)
        return explanation

    def connection(self, company: str, actor: str = "") -> Connection:
        """A company's connection, with who acts for the company log."""
        if not company or not company.isprintable():
            raise HostError("not a usable name of a company")
        return Connection(self, company, actor)

    def returned(self, query: str, binding: str, actor: str = "") -> Connection | None:
        """The connection that a callback belongs to."""
        company = self.connections.returned(query, binding)
        return self.connection(company, actor) if company else None

    def cells(self, scope: str | None) -> Cells:
        """The cells of one scope."""
        return Cells(self._database, self._seal, self._clock, self.plugin.limits, scope)
