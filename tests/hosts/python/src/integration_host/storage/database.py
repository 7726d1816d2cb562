"""The SQLite file: opening it, reading, and transactions that are durable."""

import os
import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..contract.storage import InDoubt, Unavailable

_SETTINGS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
"""

_TABLES = """
CREATE TABLE IF NOT EXISTS connection (
    scope TEXT PRIMARY KEY,
    company TEXT NOT NULL,
    plugin TEXT NOT NULL,
    state BLOB,
    binding BLOB,
    UNIQUE (company, plugin)
);
CREATE TABLE IF NOT EXISTS cell (
    scope TEXT NOT NULL REFERENCES connection ON DELETE CASCADE,
    key TEXT NOT NULL,
    version TEXT NOT NULL,
    sealed BLOB NOT NULL,
    boot TEXT NOT NULL,
    since_boot INTEGER NOT NULL,
    wall INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time REAL NOT NULL,
    company TEXT NOT NULL,
    plugin TEXT NOT NULL,
    actor TEXT NOT NULL,
    level TEXT NOT NULL,
    event TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS log_of_company ON log (company, id);
"""


class Database:
    """One file, used from any thread. Open it after forking, not before."""

    def __init__(self, path: Path) -> None:
        # Made here, because SQLite would let others read it.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        with self.write() as connection:
            for statement in _TABLES.split(";"):
                connection.execute(statement)

    def close(self) -> None:
        """Closes what is open and idle."""
        while not self._idle.empty():
            self._idle.get().close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Sees every write completed before; an error is `Unavailable`."""
        try:
            with self._connection() as connection:
                yield connection
        except sqlite3.Error as error:
            raise Unavailable(f"the storage cannot be read: {error}") from None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One atomic change, durable when this ends.

        An error is `Unavailable`, and `InDoubt` where it came with the commit.
        """
        committing = False
        try:
            with self._connection() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    committing = True
                    connection.execute("COMMIT")
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            kind = InDoubt if committing else Unavailable
            raise kind(f"the storage cannot be written: {error}") from None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._open()
        try:
            yield connection
        except sqlite3.Error:
            connection.close()
            raise
        except BaseException:
            self._idle.put(connection)
            raise
        else:
            self._idle.put(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=5, isolation_level=None, check_same_thread=False
        )
        connection.executescript(_SETTINGS)
        return connection
