"""The operator's registration of this host as an app at the provider."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote_plus

from .contract.surroundings import App

_SHORTEST_ECHO = 8
"""A shorter secret is none, and would turn up by chance."""


@dataclass(frozen=True)
class Registration:
    """One app. Its secret is added to requests here and never reaches a plugin."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scopes: Sequence[str]
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Other URLs than the provider's own: authorize, token, revoke, api, issuer."""
    options: Mapping[str, str] = field(default_factory=dict)
    basic: Literal["raw", "form"] = "raw"
    """Credentials as they are (RFC 7617), or form-encoded first (RFC 6749 section
    2.3.1). Servers insist on one or the other."""

    def app(self) -> App:
        """What a plugin may know of it."""
        return App(
            self.client_id,
            self.redirect_uri,
            list(self.scopes),
            list(self.endpoints.items()),
            list(self.options.items()),
        )

    def credentials(self) -> str:
        """HTTP Basic credentials, as they follow `Basic`."""
        pair = (self.client_id, self.client_secret)
        if self.basic == "form":
            pair = (quote_plus(self.client_id), quote_plus(self.client_secret))
        return base64.b64encode(":".join(pair).encode()).decode()

    def redact(self, text: str) -> str:
        """The text without the secret, however a server may have sent it back."""
        for echo in (self.client_secret, quote_plus(self.client_secret), self.credentials()):
            if len(echo) >= _SHORTEST_ECHO:
                text = text.replace(echo, "[redacted]")
        return text
