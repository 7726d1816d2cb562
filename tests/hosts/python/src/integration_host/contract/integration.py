"""What the exports take and return; `wit/integration.wit` says what it means."""

from dataclasses import dataclass, field
from enum import StrEnum

from .case import Case
from .http import Field
from .numbers import U16, U32

Setting = tuple[str, str]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


class Kind(Case):
    """How a setting is entered."""


@dataclass(frozen=True)
class Toggle(Kind):
    pass


@dataclass(frozen=True)
class Text(Kind):
    pass


@dataclass(frozen=True)
class Email(Kind):
    pass


@dataclass(frozen=True)
class Number(Kind):
    pass


@dataclass(frozen=True)
class Secret(Kind):
    pass


@dataclass(frozen=True)
class OneOf(Kind, case="choice"):
    choices: list[Choice]


@dataclass(frozen=True)
class FormField:
    key: str
    section: str
    label: str
    help: str
    kind: Kind
    initial: str
    required: bool
    locked: bool


@dataclass(frozen=True)
class Origin:
    url: str
    requests: U32
    window: U32


@dataclass(frozen=True)
class Descriptor:
    id: str
    name: str
    version: str
    vendor: str
    homepage: str
    summary: str
    icon: str
    origins: list[Origin]
    scopes: list[str]
    locales: list[str]
    form: list[FormField]


@dataclass(frozen=True)
class Problem:
    key: str
    code: str
    message: str


class Stage(StrEnum):
    UNCONFIGURED = "unconfigured"
    UNAUTHORIZED = "unauthorized"
    AUTHORIZING = "authorizing"
    FAILED = "failed"
    AUTHORIZED = "authorized"
    ATTENTION = "attention"


class Action(StrEnum):
    CONFIGURE = "configure"
    AUTHORIZE = "authorize"
    REAUTHORIZE = "reauthorize"
    ENABLE = "enable"
    DISABLE = "disable"
    CHECK_ACCESS = "check-access"
    REMOVE = "remove"


@dataclass(frozen=True)
class Attempt:
    started: int
    expires: int
    failure: str | None


@dataclass(frozen=True)
class Organization:
    id: str
    name: str
    number: str


class Condition(Case):
    """How the grant is; the payload is a cause code."""


@dataclass(frozen=True)
class Good(Condition):
    pass


@dataclass(frozen=True)
class InDoubt(Condition):
    cause: str


@dataclass(frozen=True)
class Ended(Condition):
    cause: str


@dataclass(frozen=True)
class Grant:
    account: str
    holder: str
    organization: Organization | None
    scopes: list[str]
    granted: int
    renewed: int
    renew_by: int | None
    condition: Condition


class Verdict(StrEnum):
    UNCHECKED = "unchecked"
    GRANTED = "granted"
    MISSING_SCOPE = "missing-scope"
    MISSING_LICENCE = "missing-licence"
    MISSING_RIGHT = "missing-right"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Access:
    area: str
    label: str
    verdict: Verdict
    provider_code: str
    provider_message: str
    checked: int | None


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Actor(StrEnum):
    ADMINISTRATOR = "administrator"
    PROVIDER_ADMINISTRATOR = "provider-administrator"
    OPERATOR = "operator"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Remedy:
    who: Actor
    step: str
    place: str


@dataclass(frozen=True)
class Finding:
    code: str
    severity: Severity
    area: str | None
    title: str
    detail: str
    remedies: list[Remedy]
    reauthorize_helps: bool
    provider_code: str
    provider_message: str
    since: int


@dataclass(frozen=True)
class Report:
    stage: Stage
    headline: str
    enabled: bool
    settings: list[Setting]
    attempt: Attempt | None
    grant: Grant | None
    access: list[Access]
    findings: list[Finding]
    actions: list[Action]


@dataclass(frozen=True)
class Retry:
    reason: str
    after: U32


@dataclass(frozen=True)
class ProviderError:
    status: U16
    code: str
    message: str


@dataclass(frozen=True)
class Explanation:
    title: str
    detail: str
    remedies: list[Remedy]


@dataclass(frozen=True)
class Authorization:
    url: str = field(repr=False)
    state: str = field(repr=False)
    binding: str = field(repr=False)
    expires: int


@dataclass(frozen=True)
class Receipt:
    revoked: bool
    remaining: list[Remedy]


@dataclass(frozen=True)
class Token:
    value: str = field(repr=False)
    expires: int
    renew: int


@dataclass(frozen=True)
class ApiRequest:
    method: str
    path: str
    headers: list[Field] = field(default_factory=list)
    body: bytes = field(default=b"", repr=False)
    timeout: U32 = 20_000
