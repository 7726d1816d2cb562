"""One exchange, in the order that the contract promises.

Policy, connection, then the place for the answer and the guard as late as can
be, then the request, then the answer is kept, and only then does the plugin
learn of it.
"""

import logging

from ..contract.http import Client, Guard, NoAnswer, NotSent, Request, Response
from ..contract.storage import StorageError
from ..limits import Limits
from ..registration import Registration
from ..storage.cells import Cells
from .keeping import Keeping
from .message import encode
from .policy import Policy
from .transport import Deadline, Transport

_logger = logging.getLogger(__name__)


class Exchanges:
    """Sends the requests of one plugin."""

    def __init__(
        self,
        policy: Policy,
        transport: Transport,
        keeping: Keeping,
        registration: Registration | None,
        limits: Limits,
    ) -> None:
        self._policy = policy
        self._transport = transport
        self._keeping = keeping
        self._registration = registration
        self._limits = limits

    def send(self, request: Request, cells: Cells) -> Response:
        """The answer; else an exception of `contract.http`."""
        as_client = isinstance(request.authorization, Client)
        target = self._policy.target(request.uri, as_client)
        message = encode(request, target, self._registration, self._limits.body)
        deadline = Deadline(min(request.timeout / 1000, self._limits.http_timeout))
        with (
            self._transport.connect(target.origin, deadline) as connection,
            self._keeping.place(cells, request.keep) as keep,
        ):
            if request.guard:
                _check(request.guard, cells)
            answer = connection.exchange(message)
            if as_client and self._registration:
                answer = answer.changed(self._registration.redact)
            keep(answer)
        _logger.debug("%s: %d", target.origin.authority, answer.status)
        if answer.broken:
            raise NoAnswer(answer.broken)
        return Response(answer.status, answer.headers, answer.body)


def _check(guard: Guard, cells: Cells) -> None:
    try:
        entry = cells.get(guard.key)
    except StorageError:
        raise NotSent("the guard's cell cannot be read") from None
    if entry.version != guard.version:
        raise NotSent("the guard's cell has changed")
    if entry.age > guard.max_age:
        raise NotSent("the guard's cell is too old")
