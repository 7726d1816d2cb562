"""Where a plugin may send requests, and with which credentials.

Origins are compared whole: scheme, host and port. Nothing granted means nothing
reachable. A loopback origin is never granted to a plugin that merely asks for
it, only by the operator.
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..contract.http import Denied
from ..errors import PluginRefused

# Neither userinfo nor fragment, nor a character that no URI has.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(:(?P<port>[0-9]{1,5}))?"
    r"(?P<target>([/?](?![^#\\]*[#\\])[!-~]*)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port: `https`, or `http` with a loopback IP literal."""

    https: bool
    host: str
    port: int

    @property
    def literal(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The host, where it is an IP address."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """As in the header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.https else 80) else f"{host}:{self.port}"


@dataclass(frozen=True)
class Target:
    """Where a request goes: an origin, and path with query."""

    origin: Origin
    path: str


def parse(url: str) -> Target | None:
    """The parts of an absolute URL; none if it is none that could be granted."""
    found = _URL.fullmatch(url)
    if not found:
        return None
    https = found["scheme"].lower() == "https"
    port = int(found["port"] or (443 if https else 80))
    origin = Origin(https, found["host"].strip("[]").lower(), port)
    secure = https or (origin.literal is not None and origin.literal.is_loopback)
    if not secure or not 0 < port < 65536 or (":" in origin.host and not origin.literal):
        return None
    path = found["target"]
    return Target(origin, path if path.startswith("/") else f"/{path}")


class Policy:
    """The grants of one plugin.

    Where the operator names `token`, `revoke` or `api`, exactly their origins are
    granted, and the client's credentials go to the first two. Else the plugin
    gets what it asks for, as far as the operator's `allowed` reach; which of
    these has the token endpoint the host cannot know, so the credentials may go
    to each.
    """

    def __init__(
        self,
        asked: Iterable[str],
        endpoints: Mapping[str, str],
        allowed: Collection[str] | None = None,
    ) -> None:
        named = {name: parse(endpoints.get(name, "")) for name in ("token", "revoke", "api")}
        if any(endpoints.get(name) for name in named):
            self._granted = {target.origin for target in named.values() if target}
            self._client = {
                target.origin for name, target in named.items() if target and name != "api"
            }
        else:
            self._granted = {_asked(url) for url in asked}
            if allowed is not None:
                self._granted &= {_asked(url) for url in allowed}
            self._client = self._granted

    def target(self, uri: str, as_client: bool) -> Target:
        """Parses a request's URI; `Denied` unless it may go there."""
        target = parse(uri)
        if target is None:
            raise Denied("not an absolute https URI without userinfo and fragment")
        if target.origin not in self._granted:
            raise Denied("the origin of the URI is not granted")
        if as_client and target.origin not in self._client:
            raise Denied("the client's credentials do not go to this origin")
        return target


def _asked(url: str) -> Origin:
    """What a plugin may ask for: `https`, a name, and nothing after the port."""
    target = parse(url)
    if target is None or not target.origin.https or target.origin.literal or target.path != "/":
        raise PluginRefused(f"{url!r} is not an https origin with a name")
    return target.origin
