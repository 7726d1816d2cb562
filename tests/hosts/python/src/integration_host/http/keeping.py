"""Answers that come only once: durable before the plugin learns of them."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..contract.http import Denied, NotSent
from ..contract.storage import Absent, Conflict, Missing, StorageError, TooLarge
from ..storage.cells import Cells, Removed
from .transport import Answer

_LONGEST_PAUSE = 60.0
_logger = logging.getLogger(__name__)


class Keeping:
    """Keeps answers under the keys that requests name."""

    def __init__(self, first_pause: float = 1.0) -> None:
        self._first_pause = first_pause
        self._mutex = threading.Lock()
        self._taken: set[tuple[str, str]] = set()

    @contextmanager
    def place(self, cells: Cells, key: str | None) -> Iterator[Callable[[Answer], None]]:
        """What keeps an answer; without a key it keeps none.

        No other exchange of this process takes the place until it is left, or
        until an answer that could not be stored at once is stored. `NotSent` when
        it is taken or holds a value.
        """
        if key is None:
            yield lambda _: None
            return
        if cells.scope is None:
            raise NotSent("there is no connection to keep the answer in")
        place = (cells.scope, key)
        self._take(place)
        pending = False

        def keep(answer: Answer) -> None:
            nonlocal pending
            # A part may hold the one thing that comes only once.
            worth = answer.body or not answer.broken
            if not 200 <= answer.status < 300 or not worth or _store(cells, key, answer.body):
                return
            _logger.error("an answer is not stored yet")
            pending = True
            # No daemon: the process must not end without it.
            threading.Thread(target=self._retry, args=(cells, place, answer.body)).start()

        try:
            _check(cells, key)
            yield keep
        finally:
            if not pending:
                self._leave(place)

    def _retry(self, cells: Cells, place: tuple[str, str], body: bytes) -> None:
        pause = self._first_pause
        while not _store(cells, place[1], body):
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._leave(place)

    def _take(self, place: tuple[str, str]) -> None:
        with self._mutex:
            if place in self._taken:
                raise NotSent("an answer under this key is still on its way")
            self._taken.add(place)

    def _leave(self, place: tuple[str, str]) -> None:
        with self._mutex:
            self._taken.remove(place)


def _check(cells: Cells, key: str) -> None:
    try:
        cells.get(key)
    except Missing:
        if not cells.has_room():
            raise NotSent("there is no room for the answer") from None
    except TooLarge as error:
        raise Denied(error.reason) from None
    except StorageError:
        raise NotSent("the place for the answer cannot be read") from None
    else:
        raise NotSent("an answer is kept under this key")


def _store(cells: Cells, key: str, body: bytes) -> bool:
    """False when it is worth trying again: not when another value is there, which
    may be this one after a write in doubt, nor when the connection is gone."""
    try:
        cells.put(key, body, Absent())
    except (Conflict, Removed):
        return True
    except StorageError:
        return False
    return True
