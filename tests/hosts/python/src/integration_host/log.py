"""The company log, in the database and, for the operator, in `logging`."""

import logging
import re
import time
from dataclasses import dataclass

from .contract.storage import StorageError
from .contract.surroundings import Level
from .storage.database import Database

KEPT = 10_000
"""Entries of one company; its own oldest go first."""

_EVENT = 100
_MESSAGE = 2000
_LEVELS = {
    Level.TRACE: logging.DEBUG,
    Level.DEBUG: logging.DEBUG,
    Level.INFO: logging.INFO,
    Level.WARN: logging.WARNING,
    Level.ERROR: logging.ERROR,
    Level.CRITICAL: logging.CRITICAL,
}
# Controls, and marks that are not seen or change the direction of writing: an
# entry can neither forge another nor look like something else.
_DECEPTIVE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_company = logging.getLogger("integration_host.company")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LogEntry:
    time: float
    company: str
    plugin: str
    actor: str
    event: str
    message: str
    level: str


class CompanyLog:
    """What the company's people read to learn what happened and what to do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self, company: str, plugin: str, actor: str, level: Level, event: str, message: str
    ) -> None:
        """Writes one entry. Logging never fails."""
        event, message = one_line(event, _EVENT), one_line(message, _MESSAGE)
        _company.log(_LEVELS[level], "%s: %s: %s", company, event, message)
        try:
            with self._database.write() as database:
                database.execute(
                    "INSERT INTO log (time, company, plugin, actor, level, event, message)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (time.time(), company, plugin, actor, level.value, event, message),
                )
                database.execute(
                    "DELETE FROM log WHERE company = ? AND id <= (SELECT id FROM log"
                    " WHERE company = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
                    (company, company, KEPT),
                )
        except StorageError:
            _logger.exception("an entry of the company log is lost")

    def newest(self, company: str, limit: int = 100) -> list[LogEntry]:
        """One company's entries, the newest first."""
        with self._database.read() as database:
            rows = database.execute(
                "SELECT time, company, plugin, actor, event, message, level FROM log"
                " WHERE company = ? ORDER BY id DESC LIMIT ?",
                (company, limit),
            ).fetchall()
        return [LogEntry(*row) for row in rows]


def one_line(text: str, limit: int) -> str:
    """At most so many characters of printable text, in one line."""
    short = text if len(text) <= limit else text[:limit] + "…"
    return _DECEPTIVE.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", short)
