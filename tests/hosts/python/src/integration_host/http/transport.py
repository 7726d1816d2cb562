"""One HTTP/1.1 exchange on a connection of its own, within one deadline.

No redirect, repetition, proxy, cookie or decompression: `http.client` reads the
answer, nothing else of it is used. Until the first byte is written every failure
is `NotSent`, from then on none is.
"""

import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..contract.http import Field, NoAnswer, NotSent
from ..limits import KIB
from .policy import Origin

_HEADER_BYTES = 32 * KIB
_CHUNK = 64 * KIB


class Deadline:
    """The end of an exchange."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then; `TimeoutError` when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("its time is over")
        return left


@dataclass(frozen=True)
class Answer:
    """What came. With `broken` the body is a part, and this says why."""

    status: int
    headers: list[Field]
    body: bytes
    broken: str | None

    def changed(self, change: Callable[[str], str]) -> "Answer":
        """The same with changed text, byte for byte where nothing is changed."""
        headers = [(name, change(value)) for name, value in self.headers]
        body = change(self.body.decode("latin-1")).encode("latin-1")
        return replace(self, headers=headers, body=body)


def system_trust() -> ssl.SSLContext:
    """TLS 1.2 or later with the system's authorities. Unlike the default context
    it writes no key log, whatever the environment says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    return context


class Transport:
    """Makes connections."""

    def __init__(self, body_limit: int, tls: ssl.SSLContext | None = None) -> None:
        self._body_limit = body_limit
        self._tls = tls or system_trust()

    def connect(self, origin: Origin, deadline: Deadline) -> "Connection":
        """A connection on which nothing has been sent; else `NotSent`."""
        try:
            connected = _dial(_resolve(origin, deadline), origin.port, deadline)
            if not origin.https:
                return Connection(connected, deadline, self._body_limit)
            with connected:  # until TLS has taken it over
                connected.settimeout(deadline.left())
                # A body without a length must not end where an attacker cuts it off.
                secured = self._tls.wrap_socket(
                    connected, server_hostname=origin.host, suppress_ragged_eofs=False
                )
            return Connection(secured, deadline, self._body_limit)
        except OSError as error:
            raise NotSent(_words(error)) from None


class Connection:
    """A connection for one exchange; a context manager that closes it."""

    def __init__(self, connected: socket.socket, deadline: Deadline, body_limit: int) -> None:
        self._socket = connected
        self._deadline = deadline
        self._body_limit = body_limit

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def exchange(self, request: bytes) -> Answer:
        """Writes the request and reads the answer, whole or as far as it came."""
        try:
            self._deadline.left()
        except TimeoutError as error:
            raise NotSent(_words(error)) from None
        try:
            self._write(request)
            response = self._head()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(_words(error)) from None
        with response:
            headers = [(name, _text(value)) for name, value in response.msg.items()]
            body, broken = self._body(response)
        if response.msg.defects or sum(len(n) + len(v) for n, v in headers) > _HEADER_BYTES:
            broken = broken or "its headers are malformed or too large"
        return Answer(response.status, headers, body, broken)

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            self._socket.settimeout(self._deadline.left())
            left = left[self._socket.send(left) :]

    def _head(self) -> http.client.HTTPResponse:
        stream = io.BufferedReader(_Incoming(self._socket, self._deadline))
        while True:
            response = http.client.HTTPResponse(_Stream(stream))  # type: ignore[arg-type]
            try:
                response.begin()
            except BaseException:
                response.close()
                raise
            if not 100 <= response.status < 200:
                return response
            response.fp = None  # type: ignore[assignment]  # or it would close the stream

    def _body(self, response: http.client.HTTPResponse) -> tuple[bytes, str | None]:
        """The body, and why it is only a part if it is."""
        length = response.length  # none: in chunks, or to the end of the connection
        body = bytearray()
        try:
            while length is None or len(body) < length:
                part = response.read1(_CHUNK if length is None else min(_CHUNK, length - len(body)))
                body += part
                if len(body) > self._body_limit:
                    return bytes(body[: self._body_limit]), "its body is too large"
                if not part and length is not None:
                    return bytes(body), "its body broke off"
                if not part:
                    break
        except (OSError, http.client.HTTPException) as error:
            return bytes(body), _words(error)
        return bytes(body), None


class _Incoming(io.RawIOBase):
    """What comes, each wait within the deadline of the whole."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)


class _Stream:
    """The one thing that `HTTPResponse` wants of a socket."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream

    def makefile(self, _mode: str) -> io.BufferedReader:
        return self._stream


def _resolve(origin: Origin, deadline: Deadline) -> list[str]:
    """Addresses to try. A granted name that leads into the host's own network
    would make the host a way into it, so that one such address refuses all."""
    if origin.literal:
        addresses = [str(origin.literal)]
    else:
        found: queue.Queue[list[str] | OSError] = queue.Queue()
        # The system's resolver knows no deadline: it is left behind.
        threading.Thread(target=_look_up, args=(origin.host, found), daemon=True).start()
        try:
            result = found.get(timeout=deadline.left())
        except queue.Empty:
            raise TimeoutError("its time is over") from None
        if isinstance(result, OSError):
            raise result
        addresses = result
    for address in map(ipaddress.ip_address, addresses):
        if not address.is_global and not (origin.literal and address.is_loopback):
            raise OSError(f"the address {address} is not public")
    return addresses


def _look_up(host: str, found: "queue.Queue[list[str] | OSError]") -> None:
    try:
        infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        found.put([str(info[4][0]) for info in infos])
    except OSError as error:
        found.put(error)
    except UnicodeError:
        found.put(OSError("not a name of a host"))


def _dial(addresses: list[str], port: int, deadline: Deadline) -> socket.socket:
    failure: OSError = OSError("the name has no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=deadline.left())
        except OSError as error:
            failure = error
    raise failure


def _words(error: Exception) -> str:
    """What went wrong, without anything that was sent or received."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return type(error).__name__


def _text(value: str) -> str:
    """A field's value, which `http.client` reads as Latin-1."""
    return value.encode("latin-1").decode("utf-8", "replace")
