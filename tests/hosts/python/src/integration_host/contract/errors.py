"""How a call can be refused: an exception per case of `integration.error`."""

from dataclasses import dataclass

from ..errors import IntegrationError
from .case import Case
from .integration import Finding, Problem, ProviderError, Retry


class PluginError(IntegrationError, Case):
    """The plugin said no. What was stored before is still there."""

    def __str__(self) -> str:
        return f"{self.CASE}({super().__str__()})"


@dataclass(eq=False)
class InvalidSettings(PluginError):
    problems: list[Problem]


@dataclass(eq=False)
class Rejected(PluginError):
    cause: str


@dataclass(eq=False)
class Misconfigured(PluginError):
    cause: str


@dataclass(eq=False)
class CallbackRejected(PluginError):
    cause: str


@dataclass(eq=False)
class AuthorizationRequired(PluginError):
    cause: str


@dataclass(eq=False)
class Forbidden(PluginError):
    finding: Finding


@dataclass(eq=False)
class Unavailable(PluginError):
    retry: Retry


@dataclass(eq=False)
class ProviderRefused(PluginError, case="provider"):
    answer: ProviderError


@dataclass(eq=False)
class StorageFailed(PluginError, case="storage"):
    cause: str


@dataclass(eq=False)
class OtherFailure(PluginError, case="other"):
    cause: str
