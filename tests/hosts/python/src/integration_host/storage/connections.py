"""Which connections there are. Each is a scope from the day it is added until it
is removed; one added again is a new scope."""

import hashlib
import secrets
from urllib.parse import parse_qs

from ..contract.integration import Authorization
from ..contract.storage import Unavailable
from .database import Database


class Connections:
    """The connections of one plugin."""

    def __init__(self, database: Database, plugin: str) -> None:
        self._database = database
        self._plugin = plugin

    def is_empty(self) -> bool:
        """Whether no connection is stored, of any plugin: then nothing is sealed."""
        with self._database.read() as database:
            return database.execute("SELECT 1 FROM connection").fetchone() is None

    def find(self, company: str) -> str | None:
        """The company's scope."""
        with self._database.read() as database:
            row = database.execute(
                "SELECT scope FROM connection WHERE company = ? AND plugin = ?",
                (company, self._plugin),
            ).fetchone()
        return str(row[0]) if row else None

    def find_or_create(self, company: str) -> str:
        """The company's scope, a new one where there is none."""
        if scope := self.find(company):
            return scope
        with self._database.write() as database:
            database.execute(
                "INSERT INTO connection (scope, company, plugin) VALUES (?, ?, ?)"
                " ON CONFLICT (company, plugin) DO NOTHING",
                (secrets.token_hex(16), company, self._plugin),
            )
        return self.find_or_create(company)

    def erase(self, scope: str) -> None:
        """Erases the scope with every cell; what is still written to it is refused."""
        with self._database.write() as database:
            database.execute("DELETE FROM connection WHERE scope = ?", (scope,))

    def expect(self, scope: str, begun: Authorization) -> None:
        """Remembers by which secrets a callback is led back here, as hashes."""
        with self._database.write() as database:
            changed = database.execute(
                "UPDATE connection SET state = ?, binding = ? WHERE scope = ?",
                (_hash(begun.state), _hash(begun.binding), scope),
            ).rowcount
        if not changed:
            raise Unavailable("the connection has been removed")

    def returned(self, query: str, binding: str) -> str | None:
        """The company that a callback belongs to: by `state`, else by binding."""
        by_state = "SELECT company FROM connection WHERE plugin = ? AND state = ?"
        by_binding = "SELECT company FROM connection WHERE plugin = ? AND binding = ?"
        asked = [(by_state, state) for state in parse_qs(query).get("state", [])]
        with self._database.read() as database:
            for select, secret in [*asked, (by_binding, binding)]:
                row = database.execute(select, (self._plugin, _hash(secret))).fetchone()
                if row:
                    return str(row[0])
        return None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
