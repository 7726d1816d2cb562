"""The duties of `http`, against small servers on loopback."""

import dataclasses
import os
import select
import socket
import ssl
import threading
import time
from typing import Any
from unittest.mock import patch

from integration_host import Limits, PluginRefused, Registration
from integration_host.contract.http import (
    Anonymous,
    Bearer,
    Client,
    Denied,
    Guard,
    HttpError,
    NoAnswer,
    NotSent,
    Request,
    Response,
)
from integration_host.contract.storage import Absent, Always, Missing, Unavailable
from integration_host.http.exchange import Exchanges
from integration_host.http.keeping import Keeping
from integration_host.http.policy import Policy, parse
from integration_host.http.transport import Deadline, Transport
from integration_host.storage.cells import Cells
from integration_host.storage.clock import Stamp
from integration_host.storage.connections import Connections

from .servers import Server, closed_port, ok, resets, says, until_gone
from .tls import Authority
from .world import REDIRECT_URI, InFolder

BROKEN = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"


class InHttp(InFolder):
    limits = Limits()

    def exchanges(self, url: str, transport: Transport | None = None) -> Exchanges:
        """Exchanges that may go to this origin, and to port 9 without credentials."""
        endpoints = {"token": f"{url}/token", "api": "http://127.0.0.1:9"}
        registration = Registration("id", "s3cret-of-ours", REDIRECT_URI, [], endpoints)
        return Exchanges(
            Policy([], endpoints),
            transport or Transport(self.limits.body),
            Keeping(first_pause=0.01),
            registration,
            self.limits,
        )

    def send(self, server: Server | str, cells: Cells | None = None, **changes: Any) -> Response:
        url = server if isinstance(server, str) else server.url
        return self.exchanges(url).send(request(url, **changes), cells or self.cells())

    def fails(self, kind: type[HttpError], server: Server | str, **changes: Any) -> str:
        with self.assertRaises(kind) as caught:
            self.send(server, **changes)
        return str(caught.exception)


def request(url: str, **changes: Any) -> Request:
    """A request that passes, with changes."""
    good = Request("POST", f"{url}/token?a=b", [], Anonymous(), b"c=d", 10_000, None, None)
    return dataclasses.replace(good, **changes)


class Messages(InHttp):
    def test_a_request_goes_out_and_the_answer_comes_back_as_it_was_sent(self) -> None:
        answer = "HTTP/1.1 200 OK\r\nX-MiXed: å\r\nx-mixed: 2\r\n\r\nto the end"
        server = Server(self, says(answer))
        response = self.send(server, headers=[("X-Own", "1")])
        self.assertEqual(200, response.status)
        self.assertEqual([("X-MiXed", "å"), ("x-mixed", "2")], response.headers)
        self.assertEqual(b"to the end", response.body)
        [sent] = server.requests
        head, _, body = sent.partition(b"\r\n\r\n")
        line, *fields = head.decode().split("\r\n")
        self.assertEqual("POST /token?a=b HTTP/1.1", line)
        self.assertEqual(b"c=d", body)
        self.assertIn(f"Host: 127.0.0.1:{server.port}", fields)
        self.assertIn("X-Own: 1", fields)
        self.assertIn("Content-Length: 3", fields)
        self.assertNotIn("authorization", head.decode().lower())

    def test_framing(self) -> None:
        chunked = "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
        for answer, expected in (
            (f"HTTP/1.1 400 Bad\r\n{chunked}", (400, b"abc")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", (200, b"ab")),
            ("HTTP/1.1 204 No\r\n\r\n", (204, b"")),
            ("HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nd", (200, b"d")),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot", (200, b"not")),
        ):
            response = self.send(Server(self, says(answer)))
            self.assertEqual(expected, (response.status, response.body))

    def test_credentials_are_added_by_the_host_and_never_come_back(self) -> None:
        server = Server(self, ok("you said s3cret-of-ours aWQ6czNjcmV0LW9mLW91cnM="))
        response = self.send(server, authorization=Client())
        self.assertIn(b"Authorization: Basic aWQ6czNjcmV0LW9mLW91cnM=\r\n", server.requests[0])
        self.assertEqual(b"you said [redacted] [redacted]", response.body)
        self.send(server, authorization=Bearer("t0ken"))
        self.assertIn(b"Authorization: Bearer t0ken\r\n", server.requests[1])
        form = Registration("i d", "+/:%26&", REDIRECT_URI, [], basic="form")
        self.assertEqual("aStkOiUyQiUyRiUzQSUyNTI2JTI2", form.credentials())
        self.assertNotIn("+/:", repr(form))


class Policies(InHttp):
    def test_only_exact_origins_are_granted(self) -> None:
        policy = Policy(["https://api.example"], {})
        for uri in ("https://api.example/a?b", "https://API.example:443", "https://api.example?b"):
            policy.target(uri, as_client=True)
        for uri in (
            "http://api.example/",
            "https://api.example:444/",
            "https://api.example:0/",
            "https://api.example./",
            "https://api.example.evil.example/",
            "https://evil.example/?https://api.example/",
            "https://api.example@evil.example/",
            "https://user@api.example/",
            "https://api.example/#",
            "https://api.example/a?b#c",
            "https:\\\\api.example/",
            "https://api.example\\@evil.example/",
            "https://api.example/a b",
            "https://api.example/a\nb",
            "https://api.example/\n",
            " https://api.example/",
            "https://\u0430pi.example/",
            "https://127.0.0.1/",
            "//api.example/",
            "",
            "file:///etc/passwd",
        ):
            with self.subTest(uri), self.assertRaises(Denied):
                policy.target(uri, as_client=False)

    def test_endpoints_of_the_operator_take_the_place_of_what_is_asked_for(self) -> None:
        endpoints = {
            "token": "http://127.0.0.1:4/token",
            "api": "https://api.example",
            "revoke": "",
        }
        policy = Policy(["https://real.example"], endpoints)
        policy.target("http://127.0.0.1:4/", as_client=True)
        policy.target("https://api.example/", as_client=False)
        for uri, as_client in (
            ("https://api.example/", True),
            ("https://real.example/", False),
            ("http://127.0.0.1:5/", False),
            ("http://localhost:4/", False),
        ):
            with self.assertRaises(Denied):
                policy.target(uri, as_client)
        self.assertIsNone(parse("http://10.0.0.1/"), "only loopback without TLS")

    def test_a_plugin_is_granted_no_more_than_the_operator_allows(self) -> None:
        policy = Policy(["https://a.example", "https://b.example"], {}, ["https://a.example"])
        policy.target("https://a.example/", as_client=False)
        with self.assertRaises(Denied):
            policy.target("https://b.example/", as_client=False)
        for asked in ("http://127.0.0.1", "https://127.0.0.1", "https://a.example/path", "*"):
            with self.assertRaises(PluginRefused):
                Policy([asked], {})

    def test_what_is_denied_is_not_sent(self) -> None:
        server = Server(self, ok(""))
        names = ("Authorization", "HOST", "content-length", "user-agent", "te", "", "a b", "a\r\nb")
        denied: list[dict[str, Any]] = [{"headers": [(name, "x")]} for name in names]
        denied += [{"headers": [("x", value)]} for value in ("a\r\nHost: b", "a\nb", "å")]
        denied += [{"headers": [("x", "y")] * 33}, {"headers": [("x", "y" * 17_000)]}]
        denied += [{"method": method} for method in ("post", "HEAD", "CONNECT", "GET / HTTP/1.1")]
        denied += [{"body": b"x" * (self.limits.body + 1)}, {"keep": "Not/a key"}]
        denied += [{"authorization": Bearer(token)} for token in ("", "a b", "a\r\nb")]
        denied += [{"uri": f"{server.url}/a#b"}, {"uri": "http://127.0.0.1:1/"}]
        denied += [{"uri": "http://127.0.0.1:9/", "authorization": Client()}]
        for changes in denied:
            with self.subTest(changes):
                self.fails(Denied, server, **changes)
        self.assertEqual([], server.requests)

    def test_a_name_that_leads_into_the_own_network_is_not_dialled(self) -> None:
        server = Server(self, ok(""))
        for address in ("127.0.0.1", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"):
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]
            origin = dataclasses.replace(_origin("https://a.example"), port=server.port)
            with (
                patch("socket.getaddrinfo", return_value=found),
                self.assertRaisesRegex(NotSent, "not public"),
            ):
                Transport(1).connect(origin, Deadline(5))
        self.assertEqual([], server.requests)


class Once(InHttp):
    def test_a_redirect_is_an_answer(self) -> None:
        other = Server(self, ok(""))
        answer = f"HTTP/1.1 307 Elsewhere\r\nLocation: {other.url}/\r\nContent-Length: 0\r\n\r\n"
        server = Server(self, says(answer))
        self.assertEqual(307, self.send(server).status)
        self.assertEqual((1, 0), (len(server.requests), len(other.requests)))

    def test_a_proxy_of_the_environment_is_not_used(self) -> None:
        proxy, server = Server(self, ok("proxy")), Server(self, ok("server"))
        names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        with patch.dict(os.environ, dict.fromkeys(names, proxy.url)):
            self.assertEqual(b"server", self.send(server).body)
        self.assertEqual([], proxy.requests)

    def test_a_reset_after_the_request_is_no_answer_and_nothing_is_repeated(self) -> None:
        for answer in (resets, says(""), says("HTTP/1.1 2"), says("nonsense\r\n\r\n")):
            server = Server(self, answer)
            self.fails(NoAnswer, server)
            self.assertEqual(1, len(server.requests))

    def test_only_what_was_certainly_not_written_is_not_sent(self) -> None:
        self.fails(NotSent, f"http://127.0.0.1:{closed_port()}")
        unresolved = patch("socket.getaddrinfo", side_effect=socket.gaierror("no such name"))
        with unresolved, self.assertRaises(NotSent):
            Transport(1).connect(_origin("https://a.example"), Deadline(5))
        server = Server(self, ok(""))
        self.fails(NotSent, server, timeout=0)
        self.assertEqual([], server.requests)


class Deadlines(InHttp):
    def in_time(self, kind: type[HttpError], server: Server | str) -> None:
        began = time.monotonic()
        self.fails(kind, server, timeout=300)
        self.assertLess(time.monotonic() - began, 5)

    def test_a_silent_server_is_no_answer(self) -> None:
        self.in_time(NoAnswer, Server(self, until_gone))

    def test_a_server_that_drips_does_not_outlive_the_deadline(self) -> None:
        for head in ("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX: "):

            def drip(connected: socket.socket, head: str = head) -> None:
                connected.sendall(head.encode())
                while not select.select([connected], [], [], 0.02)[0]:
                    connected.sendall(b"x")

            self.in_time(NoAnswer, Server(self, drip))

    def test_a_request_that_is_not_read_is_no_answer(self) -> None:
        # Larger than the buffers between the two, so that writing has to wait.
        self.limits = Limits(body=64 << 20)
        full = threading.Event()

        def ignore(_: socket.socket) -> None:
            full.wait(10)

        try:
            server = Server(self, ignore, reads=False)
            self.fails(NoAnswer, server, timeout=500, body=bytes(32 << 20))
        finally:
            full.set()

    def test_a_name_that_takes_too_long_is_not_sent(self) -> None:
        found = threading.Event()

        def look_up(*_: object, **__: object) -> list[object]:
            found.wait(10)
            return []

        slow = patch("socket.getaddrinfo", look_up)
        began = time.monotonic()
        with slow, self.assertRaises(NotSent):
            Transport(1).connect(_origin("https://a.example"), Deadline(0.1))
        found.set()
        self.assertLess(time.monotonic() - began, 5)

    def test_a_handshake_that_does_not_come_is_not_sent(self) -> None:
        server = Server(self, until_gone, reads=False)
        with self.assertRaises(NotSent):
            Transport(1).connect(_origin(f"https://127.0.0.1:{server.port}"), Deadline(0.2))


class Tls(InHttp):
    def test_only_a_certificate_that_is_trusted_is_talked_to(self) -> None:
        authority = Authority(self.folder)

        def secured(connected: socket.socket) -> None:
            with authority.server().wrap_socket(connected, server_side=True) as inner:
                inner.recv(65536)
                inner.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        server = Server(self, secured, reads=False)
        url = f"https://127.0.0.1:{server.port}"
        self.fails(NotSent, url)
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.load_verify_locations(authority.certificate)
        exchanges = self.exchanges(url, Transport(self.limits.body, trusting))
        self.assertEqual(b"ok", exchanges.send(request(url), self.cells()).body)

    def test_a_body_without_a_length_that_is_cut_off_is_no_answer(self) -> None:
        authority = Authority(self.folder)

        def cut(connected: socket.socket) -> None:
            # The socket ends without TLS having been told.
            inner = authority.server().wrap_socket(connected, server_side=True)
            inner.recv(65536)
            inner.sendall(b"HTTP/1.1 200 OK\r\n\r\npart")
            inner.close()

        server = Server(self, cut, reads=False)
        url = f"https://127.0.0.1:{server.port}"
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.load_verify_locations(authority.certificate)
        exchanges = self.exchanges(url, Transport(self.limits.body, trusting))
        with self.assertRaises(NoAnswer):
            exchanges.send(request(url), self.cells())


class Caps(InHttp):
    limits = Limits(body=10)

    def test_an_answer_beyond_a_cap_is_no_answer(self) -> None:
        self.assertEqual(b"x" * 10, self.send(Server(self, ok("x" * 10))).body)
        self.assertIn("too large", self.fails(NoAnswer, Server(self, ok("x" * 11))))
        large = "HTTP/1.1 200 OK\r\n" + f"X: {'y' * 20_000}\r\n" * 2 + "\r\n"
        self.assertIn("too large", self.fails(NoAnswer, Server(self, says(large))))
        many = "HTTP/1.1 200 OK\r\n" + "X: y\r\n" * 2000 + "\r\n"
        self.fails(NoAnswer, Server(self, says(many)))


class Guards(InHttp):
    def test_a_request_goes_out_only_under_its_claim(self) -> None:
        server, cells = Server(self, ok("")), self.cells()
        self.clock.stamp = Stamp("boot", 1000, 0)
        version = cells.put("grant", b"", Always())
        self.clock.stamp = Stamp("boot", 1500, 0)
        self.send(server, guard=Guard("grant", version, 500))
        for guard in (
            Guard("grant", version, 499),
            Guard("grant", "other", 500),
            Guard("missing", version, 500),
        ):
            self.fails(NotSent, server, guard=guard)
        self.assertEqual(1, len(server.requests))

    def test_a_claim_that_is_lost_while_connecting_is_seen(self) -> None:
        server, cells = Server(self, ok("")), self.cells()
        version = cells.put("grant", b"", Always())

        class Slow(Transport):
            def connect(self, *arguments: Any) -> Any:
                connection = super().connect(*arguments)
                cells.put("grant", b"another's", Always())
                return connection

        asked = request(server.url, guard=Guard("grant", version, 60_000))
        with self.assertRaisesRegex(NotSent, "has changed"):
            self.exchanges(server.url, Slow(10)).send(asked, cells)
        self.assertEqual([], server.requests)


class Keeps(InHttp):
    def kept(self, key: str = "answer") -> bytes | None:
        try:
            return self.cells().get(key).value
        except Missing:
            return None

    def test_an_answer_is_durable_before_the_plugin_learns_of_it(self) -> None:
        server = Server(self, ok("once"))
        self.assertEqual(b"once", self.send(server, keep="answer").body)
        self.assertEqual(b"once", self.kept())
        self.fails(NotSent, server, keep="answer")
        self.assertEqual(1, len(server.requests))

    def test_a_refusal_is_not_kept(self) -> None:
        refusal = "HTTP/1.1 400 Bad\r\nContent-Length: 1\r\n\r\nx"
        self.assertEqual(400, self.send(Server(self, says(refusal)), keep="answer").status)
        self.assertIsNone(self.kept())

    def test_the_part_that_came_of_an_answer_that_broke_off_is_kept(self) -> None:
        for number, answer in enumerate(
            (
                BROKEN,
                BROKEN.replace(
                    "Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n4\r\n"
                ),
            )
        ):
            self.fails(NoAnswer, Server(self, says(answer)), keep=f"answer-{number}")
            self.assertEqual(b"part", self.kept(f"answer-{number}"))
        nothing = BROKEN.removesuffix("part")
        self.fails(NoAnswer, Server(self, says(nothing)), keep="nothing")
        self.assertIsNone(self.kept("nothing"))

        def stall(connected: socket.socket) -> None:
            connected.sendall(BROKEN.encode())
            until_gone(connected)

        self.fails(NoAnswer, Server(self, stall), keep="stalled", timeout=300)
        self.assertEqual(b"part", self.kept("stalled"))

    def test_what_is_beyond_the_cap_is_kept_up_to_it(self) -> None:
        self.limits = Limits(body=5)
        self.fails(NoAnswer, Server(self, ok("1234567")), keep="answer")
        self.assertEqual(b"12345", self.kept())

    def test_an_answer_that_cannot_be_stored_is_returned_and_stored_later(self) -> None:
        server, cells = Server(self, ok("once")), self.cells()
        works, tried = threading.Event(), threading.Event()
        put = cells.put

        def failing(*arguments: Any) -> str:
            if works.is_set():
                return put(*arguments)
            tried.set()
            raise Unavailable("the disk is full")

        exchanges = self.exchanges(server.url)
        asked = request(server.url, keep="answer")
        with patch.object(cells, "put", failing), self.assertLogs("integration_host"):
            self.assertEqual(b"once", exchanges.send(asked, cells).body)
            tried.clear()
            self.assertTrue(tried.wait(10), "it tries again")
            self.assertIsNone(self.kept())
            with self.assertRaisesRegex(NotSent, "still on its way"):
                exchanges.send(asked, cells)
            works.set()
            until = time.monotonic() + 10
            while self.kept() is None and time.monotonic() < until:
                tried.wait(0.01)
        self.assertEqual(b"once", self.kept())
        self.assertEqual(1, len(server.requests))

    def test_an_answer_that_comes_after_the_removal_is_not_kept(self) -> None:
        cells = self.cells()

        def removed(connected: socket.socket) -> None:
            Connections(self.database(), "plugin").erase(str(cells.scope))
            self.cells()  # added again: another scope
            ok("once")(connected)

        self.assertEqual(b"once", self.send(Server(self, removed), cells, keep="answer").body)
        self.assertIsNone(self.kept())

    def test_without_a_place_nothing_is_sent(self) -> None:
        server = Server(self, ok(""))
        nowhere = self.cells()
        nowhere.scope = None
        full = self.cells(limits=Limits(cells=1))
        full.put("a", b"", Absent())
        for cells in (nowhere, full):
            with self.assertRaises(NotSent):
                self.send(server, cells, keep="answer")
        self.assertEqual([], server.requests)


def _origin(url: str) -> Any:
    target = parse(url)
    assert target
    return target.origin
