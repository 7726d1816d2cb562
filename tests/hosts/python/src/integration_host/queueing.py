"""Who waits for whom, within this process. Across processes the preconditions of
the storage keep order."""

import hashlib
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from .contract.integration import Token

T = TypeVar("T")


class Turns:
    """A lock per company, for the calls that go one at a time."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._turns: weakref.WeakValueDictionary[str, threading.Lock]
        self._turns = weakref.WeakValueDictionary()

    def of(self, company: str) -> threading.Lock:
        """The company's lock, which is forgotten when nobody holds it."""
        with self._mutex:
            return self._turns.setdefault(company, threading.Lock())


class Flights:
    """One call for all who ask for the same token at the same time."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._flights: dict[tuple[str, bytes | None], Future[Token]] = {}

    def share(self, company: str, refused: str | None, call: Callable[[], Token]) -> Token:
        """The result of `call`, or of one that asks the same and is under way."""
        question = (company, hashlib.sha256(refused.encode()).digest() if refused else None)
        with self._mutex:
            flight = self._flights.get(question)
            if first := flight is None:
                flight = self._flights[question] = Future()
        if first:
            _settle(flight, lambda: self._land(question, call))
        return flight.result()

    def _land(self, question: tuple[str, bytes | None], call: Callable[[], Token]) -> Token:
        try:
            return call()
        finally:
            with self._mutex:
                del self._flights[question]


def to_its_end(call: Callable[[], T]) -> T:
    """Runs a call in a thread of its own: it goes on when whoever waits is gone,
    and a process that ends waits for it. An answer may come only once."""
    future: Future[T] = Future()
    threading.Thread(target=_settle, args=(future, call)).start()
    return future.result()


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)
