"""The cells of one scope, in the clear for whoever holds this."""

import re
import secrets
import sqlite3

from ..contract.storage import (
    Absent,
    Conflict,
    Entry,
    Missing,
    Precondition,
    TooLarge,
    Unavailable,
    Unchanged,
)
from ..limits import Limits
from .clock import Clock, Stamp
from .database import Database
from .seal import Seal

_KEY = re.compile("[a-z0-9-]{1,128}")


class Removed(Unavailable, case="unavailable"):
    """The connection is gone, and this write with it."""


class Cells:
    """Reads and writes cells. Without a scope there are none, and none can be made."""

    def __init__(
        self, database: Database, seal: Seal, clock: Clock, limits: Limits, scope: str | None
    ) -> None:
        self.scope = scope
        self._database = database
        self._seal = seal
        self._clock = clock
        self._limits = limits

    def get(self, key: str) -> Entry:
        """The cell as last written."""
        _check_key(key)
        with self._database.read() as database:
            row = database.execute(
                "SELECT version, sealed, boot, since_boot, wall FROM cell"
                " WHERE scope = ? AND key = ?",
                (self.scope, key),
            ).fetchone()
        # After the row was read: an age may err only towards older.
        now = self._clock.now()
        if row is None:
            raise Missing(key)
        version, sealed, *written = row
        value = self._seal.reveal(sealed, str(self.scope), key, version)
        return Entry(value, version, Stamp(*written).age(now))

    def put(self, key: str, value: bytes, when: Precondition) -> str:
        """Writes the cell if `when` holds; its new version, once it is durable."""
        _check_key(key)
        if len(value) > self._limits.body:
            raise TooLarge(f"a value has at most {self._limits.body} bytes")
        version = secrets.token_hex(16)
        with self._database.write() as database:
            known = database.execute("SELECT 1 FROM connection WHERE scope = ?", (self.scope,))
            if not known.fetchone():
                raise Removed("the connection has been removed")
            exists = self._check(database, key, when)
            if not exists and not self._has_room(database):
                raise TooLarge(f"a connection has at most {self._limits.cells} cells")
            sealed = self._seal.close(value, str(self.scope), key, version)
            now = self._clock.now()
            database.execute(
                "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.scope, key, version, sealed, now.boot, now.since_boot, now.wall),
            )
        return version

    def delete(self, key: str, when: Precondition) -> None:
        """Deletes the cell if `when` holds."""
        _check_key(key)
        with self._database.write() as database:
            self._check(database, key, when)
            database.execute("DELETE FROM cell WHERE scope = ? AND key = ?", (self.scope, key))

    def has_room(self) -> bool:
        """Whether one more cell may be made."""
        with self._database.read() as database:
            return self._has_room(database)

    def _check(self, database: sqlite3.Connection, key: str, when: Precondition) -> bool:
        """Whether the cell exists, if the precondition holds."""
        row = database.execute(
            "SELECT version FROM cell WHERE scope = ? AND key = ?", (self.scope, key)
        ).fetchone()
        match when:
            case Absent() if row:
                raise Conflict(f"{key} exists")
            case Unchanged(version) if not row or row[0] != version:
                raise Conflict(f"{key} has changed")
        return row is not None

    def _has_room(self, database: sqlite3.Connection) -> bool:
        count = database.execute("SELECT count(*) FROM cell WHERE scope = ?", (self.scope,))
        return bool(count.fetchone()[0] < self._limits.cells)


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise TooLarge("a key is 1 to 128 of a-z, 0-9 and -")
