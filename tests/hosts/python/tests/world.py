"""What the tests are given, and a host in a folder of its own."""

import functools
import os
import tempfile
import unittest
from pathlib import Path

from integration_host import Host, Limits, Plugin, Registration
from integration_host.storage.cells import Cells
from integration_host.storage.clock import Clock, Stamp
from integration_host.storage.connections import Connections
from integration_host.storage.database import Database
from integration_host.storage.seal import Seal

# Nobody listens there: what comes back is handed in by the test.
REDIRECT_URI = "http://127.0.0.1:9/callback"


def given(name: str) -> Path:
    """A path that the environment names; without it the test fails."""
    path = os.environ.get(name)
    if not path or not Path(path).is_file():
        raise AssertionError(f"the environment variable {name} names no file: {path!r}")
    return Path(path).resolve()


@functools.cache
def component() -> bytes:
    """The component under test."""
    return given("TESTS_COMPONENT").read_bytes()


@functools.cache
def plugin() -> Plugin:
    """It, compiled once for all tests."""
    return Plugin(component())


class StoppedClock(Clock):
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.stamp = Stamp("boot", 0, 0)

    def now(self) -> Stamp:
        return self.stamp


class InFolder(unittest.TestCase):
    """A test with a folder that goes with it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.clock = StoppedClock()

    def host(self, registration: Registration) -> Host:
        host = Host(plugin(), self.folder / "db", self.folder / "key", registration)
        self.addCleanup(host.close)
        return host

    def database(self) -> Database:
        database = Database(self.folder / "db")
        self.addCleanup(database.close)
        return database

    def cells(self, company: str = "acme", limits: Limits | None = None) -> Cells:
        database = self.database()
        scope = Connections(database, "plugin").find_or_create(company)
        seal = Seal.create(self.folder / "key")
        return Cells(database, seal, self.clock, limits or Limits(), scope)
