"""A plugin's request, checked and turned into the bytes that are sent."""

import re

from ..contract.http import Authorization, Bearer, Client, Denied, Request
from ..limits import KIB
from ..registration import Registration
from .policy import Target

USER_AGENT = "integration-host/0.1"

_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t -~]*")
_BEARER = re.compile(r"[!-~]+")
_HEADERS = 32
_HEADER_BYTES = 16 * KIB

# Fields that the host sets, and hop-by-hop fields (RFC 9110 section 7.6.1).
_FORBIDDEN = {
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
}


def encode(
    request: Request, target: Target, registration: Registration | None, limit: int
) -> bytes:
    """The request as it is written; `Denied` when a plugin may not send it."""
    if request.method not in _METHODS:
        raise Denied("the method is not allowed")
    if len(request.body) > limit:
        raise Denied("the body is too large")
    headers = [("Host", target.origin.authority), *request.headers]
    _check(request)
    if credentials := _credentials(request.authorization, registration):
        headers.append(("Authorization", credentials))
    headers.append(("User-Agent", USER_AGENT))
    if request.body or request.method in {"POST", "PUT", "PATCH"}:
        headers.append(("Content-Length", str(len(request.body))))
    headers.append(("Connection", "close"))
    lines = [f"{request.method} {target.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + request.body


def _check(request: Request) -> None:
    size = sum(len(name) + len(value) for name, value in request.headers)
    if len(request.headers) > _HEADERS or size > _HEADER_BYTES:
        raise Denied("there are too many headers, or too large ones")
    for name, value in request.headers:
        if name.lower() in _FORBIDDEN:
            raise Denied("a header is not the plugin's to set")
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Denied("not a header")


def _credentials(authorization: Authorization, registration: Registration | None) -> str | None:
    match authorization:
        case Client() if registration:
            return f"Basic {registration.credentials()}"
        case Client():
            raise Denied("there are no client credentials")
        case Bearer(token) if _BEARER.fullmatch(token):
            return f"Bearer {token}"
        case Bearer():
            raise Denied("not a bearer token")
    return None
