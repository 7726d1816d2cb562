"""Cells: preconditions, versions, ages, sealing, limits, erasing."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace

from integration_host import HostError, Limits
from integration_host.contract.integration import Authorization
from integration_host.contract.storage import (
    Absent,
    Always,
    Conflict,
    InDoubt,
    Missing,
    TooLarge,
    Unavailable,
    Unchanged,
)
from integration_host.storage.cells import Cells, Removed
from integration_host.storage.clock import VERY_OLD, Clock, Stamp
from integration_host.storage.connections import Connections
from integration_host.storage.seal import Seal

from .world import InFolder


class Preconditions(InFolder):
    def test_a_write_happens_only_when_its_precondition_holds(self) -> None:
        cells = self.cells()
        with self.assertRaises(Missing):
            cells.get("a")
        with self.assertRaises(Conflict):
            cells.put("a", b"0", Unchanged("x"))
        first = cells.put("a", b"1", Absent())
        with self.assertRaises(Conflict):
            cells.put("a", b"2", Absent())
        second = cells.put("a", b"2", Unchanged(first))
        for write in (
            lambda: cells.put("a", b"3", Unchanged(first)),
            lambda: cells.delete("a", Unchanged(first)),
            lambda: cells.delete("a", Absent()),
        ):
            with self.assertRaises(Conflict):
                write()
        entry = cells.get("a")
        self.assertEqual((b"2", second), (entry.value, entry.version))
        cells.delete("a", Unchanged(second))
        cells.delete("a", Always())
        cells.delete("a", Absent())

    def test_a_version_never_recurs(self) -> None:
        cells = self.cells()
        versions = set()
        for _ in range(20):
            versions.add(cells.put("a", b"same", Always()))
            versions.add(cells.put("a", b"same", Always()))
            cells.delete("a", Always())
        self.assertEqual(40, len(versions))

    def test_one_of_many_wins_a_race(self) -> None:
        cells = self.cells()
        version = cells.put("a", b"0", Absent())
        won: list[bytes] = []

        def race(value: bytes) -> None:
            try:
                cells.put("a", value, Unchanged(version))
                won.append(value)
            except Conflict:
                pass

        threads = [threading.Thread(target=race, args=(b"%d" % i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([cells.get("a").value], won)


class Ages(InFolder):
    def test_a_step_of_the_wall_clock_changes_nothing_within_a_boot(self) -> None:
        cells = self.cells()
        self.clock.stamp = Stamp("boot", 1000, 50_000)
        cells.put("a", b"", Always())
        self.clock.stamp = Stamp("boot", 3500, 10)
        self.assertEqual(2500, cells.get("a").age)

    def test_across_a_boot_the_wall_clock_decides(self) -> None:
        self.assertEqual(1000, Stamp("a", 9000, 50_000).age(Stamp("b", 10, 51_000)))
        self.assertEqual(7, Stamp("", 0, 50_000).age(Stamp("", 0, 50_007)))

    def test_a_write_in_the_future_is_very_old(self) -> None:
        self.assertEqual(VERY_OLD, Stamp("a", 2, 0).age(Stamp("a", 1, 0)))
        self.assertEqual(VERY_OLD, Stamp("a", 0, 2).age(Stamp("b", 0, 1)))

    def test_the_clocks_of_the_machine_do_not_run_backwards(self) -> None:
        clock = Clock()
        self.assertLess(clock.now().age(clock.now()), 60_000)


class Sealing(InFolder):
    def test_nothing_is_stored_in_the_clear_and_only_the_owner_may_read(self) -> None:
        self.cells().put("a", b"s3cret-value", Always())
        for file in self.folder.iterdir():
            self.assertNotIn(b"s3cret-value", file.read_bytes())
            self.assertEqual(0o600, file.stat().st_mode & 0o777, file)

    def test_a_value_that_was_moved_does_not_open(self) -> None:
        cells, other = self.cells(), self.cells("other")
        cells.put("a", b"1", Always())
        for change in (
            "UPDATE cell SET key = 'b'",
            "UPDATE cell SET key = 'a', version = 'x'",
            f"UPDATE cell SET scope = '{other.scope}'",
        ):
            with closing(sqlite3.connect(self.folder / "db")) as database, database:
                database.execute(change)
            for holder, key in ((cells, "a"), (cells, "b"), (other, "a")):
                with self.assertRaises((Missing, Unavailable)):
                    holder.get(key)

    def test_with_another_key_nothing_opens_and_nothing_is_lost(self) -> None:
        cells = self.cells()
        cells.put("a", b"1", Always())
        stranger = Cells(
            self.database(), Seal.create(self.folder / "other"), self.clock, Limits(), cells.scope
        )
        with self.assertRaises(Unavailable):
            stranger.get("a")
        self.assertEqual(b"1", cells.get("a").value)

    def test_a_key_file_that_is_missing_damaged_or_open_to_others(self) -> None:
        path = self.folder / "key"
        with self.assertRaisesRegex(HostError, "missing"):
            Seal.open(path)
        sealed = Seal.create(path).close(b"1", "a")
        self.assertEqual(b"1", Seal.create(path).reveal(sealed, "a"), "made once")
        path.chmod(0o640)
        with self.assertRaisesRegex(HostError, "0600"):
            Seal.open(path)
        path.chmod(0o600)
        path.write_bytes(b"short")
        with self.assertRaisesRegex(HostError, "damaged"):
            Seal.open(path)


class Bounds(InFolder):
    def test_keys_values_and_their_number_are_limited(self) -> None:
        cells = self.cells(limits=Limits(body=3, cells=2))
        for key in ("", "A", "a/b", "a" * 129, "å"):
            with self.assertRaises(TooLarge):
                cells.put(key, b"", Always())
        with self.assertRaises(TooLarge):
            cells.put("a", b"1234", Always())
        cells.put("a", b"123", Always())
        cells.put("b", b"", Always())
        with self.assertRaises(TooLarge):
            cells.put("c", b"", Always())
        cells.put("a", b"", Always())


class Scopes(InFolder):
    def test_a_company_sees_its_own_cells_only(self) -> None:
        self.cells("a").put("k", b"1", Always())
        with self.assertRaises(Missing):
            self.cells("b").get("k")

    def test_an_erased_connection_takes_no_writes_and_is_a_new_one_when_added_again(self) -> None:
        cells = self.cells()
        cells.put("a", b"1", Always())
        Connections(self.database(), "plugin").erase(str(cells.scope))
        with self.assertRaises(Removed):
            cells.put("a", b"2", Always())
        with self.assertRaises(Missing):
            cells.get("a")
        again = self.cells()
        self.assertNotEqual(cells.scope, again.scope)
        with self.assertRaises(Missing):
            again.get("a")
        with self.assertRaises(Removed):
            cells.put("a", b"2", Always())

    def test_without_a_connection_there_are_no_cells(self) -> None:
        nowhere = Cells(
            self.database(), Seal.create(self.folder / "key"), self.clock, Limits(), None
        )
        with self.assertRaises(Missing):
            nowhere.get("a")
        with self.assertRaises(Unavailable):
            nowhere.put("a", b"", Always())

    def test_a_callback_is_led_back_by_its_state_or_by_the_browser(self) -> None:
        connections = Connections(self.database(), "plugin")
        begun = Authorization("https://x", "st&te", "binding", 0)
        connections.expect(connections.find_or_create("acme"), begun)
        self.assertEqual("acme", connections.returned("code=1&state=st%26te", ""))
        self.assertEqual("acme", connections.returned("", "binding"))
        self.assertIsNone(connections.returned("state=other", ""))
        self.assertIsNone(Connections(self.database(), "b").returned("state=st%26te", "binding"))
        with closing(sqlite3.connect(self.folder / "db")) as database, database:
            self.assertNotIn(
                "binding", str(database.execute("SELECT * FROM connection").fetchall())
            )
        later = replace(begun, state="later", binding="later")
        connections.expect(connections.find_or_create("acme"), later)
        self.assertIsNone(connections.returned("state=st%26te", "binding"))


class Failures(InFolder):
    def test_a_database_that_cannot_be_written_is_unavailable_and_then_works_again(self) -> None:
        cells = self.cells()
        holder = sqlite3.connect(self.folder / "db", isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("ALTER TABLE cell RENAME TO gone")
        with self.assertRaises(Unavailable):
            cells.put("a", b"", Always())
        with self.assertRaises(Unavailable):
            cells.get("a")
        holder.execute("ALTER TABLE gone RENAME TO cell")
        cells.put("a", b"", Always())

    def test_a_commit_that_fails_leaves_a_doubt(self) -> None:
        database = self.database()
        with self.assertRaises(InDoubt), database.write() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            row = ("no-such-scope", "a", "v", b"", "", 0, 0)
            connection.execute("INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        with database.read() as connection:
            self.assertEqual([], connection.execute("SELECT * FROM cell").fetchall())
