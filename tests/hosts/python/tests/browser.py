"""A browser without scripts: it keeps cookies and fills in plain forms."""

import http.cookiejar
import urllib.error
import urllib.request
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are followed here, because the last one is not dialled."""

    def redirect_request(self, *_: Any) -> None:
        return None


class _Form(HTMLParser):
    """The first form of a page: where it goes, and what it offers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.hidden: dict[str, str] = {}
        self.offered: set[str] = set()
        self._inside = False
        self.feed(html.split("</form>")[0])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.action = found.get("action", "")
            self._inside = True
        elif self._inside and tag in {"input", "button"} and "name" in found:
            if found.get("type") == "hidden":
                self.hidden[found["name"]] = found.get("value", "")
            else:
                self.offered.add(found["name"])


class Browser:
    """One person's browser."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _Stay,
        )

    def journey(self, url: str, answers: dict[str, str]) -> str:
        """Goes from an authorization URL through all forms until the browser is
        sent elsewhere; the query that it brings along."""
        home = urlsplit(url).netloc
        location, fields = url, None
        for _ in range(20):
            status, target, html = self._open(location, fields)
            if target:
                location, fields = urljoin(location, target), None
                if urlsplit(location).netloc != home:
                    return urlsplit(location).query
                continue
            form = _Form(html)
            wanted = {name: answers[name] for name in form.offered & answers.keys()}
            if form.action is None and not html.startswith("login and decision"):
                raise AssertionError(f"{status}, and no form: {html[:500]}")
            location = urljoin(location, form.action or "")
            fields = form.hidden | (wanted or answers)
        raise AssertionError("the journey does not end")

    def _open(self, url: str, fields: dict[str, str] | None) -> tuple[int, str | None, str]:
        assert urlsplit(url).hostname == "127.0.0.1", url
        body = urlencode(fields).encode() if fields is not None else None
        try:
            reply = self._opener.open(url, body, timeout=60)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            return reply.status, reply.headers["Location"], reply.read().decode()
