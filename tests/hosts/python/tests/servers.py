"""A server on loopback that answers as a test wants it."""

import socket
import threading
from collections.abc import Callable
from unittest import TestCase

Answer = Callable[[socket.socket], None]


class Server:
    """Hands every connection to `answer` once its request was read whole."""

    def __init__(self, test: TestCase, answer: Answer, *, reads: bool = True) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._reads = reads
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        thread = threading.Thread(target=self._serve)
        thread.start()
        test.addCleanup(thread.join)
        test.addCleanup(self._stop)

    def _stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            connected.settimeout(60)
            with connected:
                try:
                    if self._reads and not self._read(connected):
                        continue
                    self._answer(connected)
                except OSError:
                    pass  # the client has gone

    def _read(self, connected: socket.socket) -> bool:
        request = b""
        while not _is_whole(request):
            part = connected.recv(65536)
            if not part:
                return False
            request += part
        self.requests.append(request)
        return True


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    for line in head.lower().splitlines():
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return bool(end)


def says(text: str) -> Answer:
    """Sends this, and closes."""
    return lambda connected: connected.sendall(text.encode())


def ok(body: str) -> Answer:
    """200 with this body."""
    return says(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}")


def resets(connected: socket.socket) -> None:
    """Resets the connection."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def until_gone(connected: socket.socket) -> None:
    """Says nothing until the client has hung up."""
    while connected.recv(65536):
        pass


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
