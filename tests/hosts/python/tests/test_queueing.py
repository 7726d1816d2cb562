"""Who waits for whom."""

import contextlib
import itertools
import threading
import unittest
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

from integration_host import Connection, Registration
from integration_host.contract.integration import ApiRequest, Authorization, Receipt, Token
from integration_host.queueing import Flights, Turns, to_its_end

from .world import REDIRECT_URI, InFolder


class Watched(Future[Token]):
    """Tells when somebody waits for it."""

    waited_for = threading.Semaphore(0)

    def result(self, timeout: float | None = None) -> Token:
        self.waited_for.release()
        return super().result(timeout)


class Queueing(unittest.TestCase):
    def test_those_who_ask_the_same_share_one_call_and_the_next_asks_anew(self) -> None:
        flights, gate, called = Flights(), threading.Event(), threading.Semaphore(0)
        numbers = itertools.count(1)

        def call() -> Token:
            number = next(numbers)
            called.release()
            gate.wait(10)
            return Token(str(number), 0, 0)

        with ThreadPoolExecutor(3) as people, patch("integration_host.queueing.Future", Watched):
            first = people.submit(flights.share, "acme", "old", call)
            self.assertTrue(called.acquire(timeout=60))
            second = people.submit(flights.share, "acme", "old", call)
            self.assertTrue(Watched.waited_for.acquire(timeout=60))
            other = people.submit(flights.share, "acme", None, call)
            self.assertTrue(called.acquire(timeout=60))
            gate.set()
            told = [asked.result().value for asked in (first, second, other)]
        self.assertEqual(["1", "1", "2"], told)
        self.assertEqual("3", flights.share("acme", "old", call).value)

    def test_a_failure_is_shared_and_forgotten(self) -> None:
        flights = Flights()

        def fail() -> Token:
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            flights.share("acme", None, fail)
        self.assertEqual("1", flights.share("acme", None, lambda: Token("1", 0, 0)).value)

    def test_a_turn_is_of_one_company(self) -> None:
        turns = Turns()
        with turns.of("a"):
            self.assertTrue(turns.of("a").locked())
            self.assertFalse(turns.of("b").locked())
        self.assertFalse(turns.of("a").locked())

    def test_a_call_goes_on_when_whoever_waits_is_gone(self) -> None:
        begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

        def call() -> None:
            begun.set()
            go_on.wait(10)
            done.set()

        def interrupted() -> None:
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            to_its_end(interrupted)
        waiting = threading.Thread(target=to_its_end, args=(call,), daemon=True)
        waiting.start()
        self.assertTrue(begun.wait(10))
        go_on.set()
        self.assertTrue(done.wait(10))


ANSWERS = {
    "begin-authorize": Authorization("url", "state", "binding", 0),
    "remove": Receipt(True, []),
    "maintain": 0,
}


class Connections(InFolder):
    def overlaps(self, company: str, call: Callable[[Connection], Any], patience: float) -> bool:
        """Whether a call is made while `set_enabled` of Acme AB is under way."""
        host = self.host(Registration("id", "secret", REDIRECT_URI, []))
        begun, both = threading.Event(), threading.Barrier(2)
        passed: list[int] = []

        def meet(export: str, *_: object, **__: object) -> Any:
            begun.set()
            with contextlib.suppress(threading.BrokenBarrierError):
                passed.append(both.wait(patience))
            return ANSWERS.get(export)

        with patch.object(host.plugin, "call", meet), ThreadPoolExecutor(2) as people:
            first = people.submit(host.connection("Acme AB").set_enabled, True)
            self.assertTrue(begun.wait(10))
            second = people.submit(call, host.connection(company))
            first.result(timeout=60)
            second.result(timeout=60)
        return bool(passed)

    def test_what_changes_something_goes_one_at_a_time(self) -> None:
        changes: list[Callable[[Connection], Any]] = [
            lambda acme: acme.configure({}, "en"),
            Connection.begin_authorize,
            lambda acme: acme.handle_callback("", ""),
            lambda acme: acme.set_enabled(True),
            lambda acme: acme.remove("en"),
            Connection.maintain,
        ]
        for change in changes:
            self.assertFalse(self.overlaps("Acme AB", change, 0.3))

    def test_another_company_and_whoever_reads_do_not_wait(self) -> None:
        self.assertTrue(self.overlaps("Other AB", Connection.maintain, 10))
        reads: list[Callable[[Connection], Any]] = [
            lambda acme: acme.status("en"),
            lambda acme: acme.call(ApiRequest("GET", "")),
            Connection.access_token,
            Connection.check_access,
            Connection.diagnostics,
        ]
        for read in reads:
            self.assertTrue(self.overlaps("Acme AB", read, 10))
